"""What other systems read: five JSON objects, the same from the command line, over HTTP and in the
exchange tables.

Fields may be added; none is renamed, removed or given another meaning within this version.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from data_access.current import Current
from kpi.counting.coverage import open_venues
from kpi.plan import IndicatorPlan
from kpi.scope import EVERYTHING, Scope, scoped_scorecard
from kpi.scorecard import Scorecard
from kpi.vocabulary import Division, Geography, Rollup, from_ordinal, listed_code
from reports.paper import PaperSource
from reports.papers import duties_of, note_of
from reports.scorecard import scorecard_object, to_mapping
from reports.workbook import scope_of

_HEADING = ("as_of", "plan", "snapshot")
_VENUE_TEXTS = ("venue_id", "name", "kind", "host", "operator", "unit", "township", "village")


@dataclass(frozen=True, eq=False)
class Feed:
    """One object. `name`: the command after `python -m reports` and the end of the HTTP address.
    `make`: from figures and scorecard that are cut to the reader's scope already."""

    name: str
    title: str
    make: Callable[[PaperSource], dict[str, Any]]


def feed_text(feed: Feed, made_from: PaperSource) -> str:
    """The object as JSON text, keys in a fixed order, absent as null. Equal input, equal text."""
    return json.dumps(feed.make(made_from), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def feed_source(current: Current, as_of: date, today: date,
                division: str | None = None) -> PaperSource:
    """What the feeds of a day are made of, for the whole city or cut to one division as its own
    bureau sees it.

    Raises InputError on a day without figures or a code that no division has.
    """
    scope = scope_for(current.figures.facts.geography, division)
    card = scoped_scorecard(current.scorecard(as_of, today), scope)
    return cut_source(current.scoped(scope), card)


def cut_source(current: Current, card: Scorecard) -> PaperSource:
    """The same from figures and a scorecard that are cut already."""
    return PaperSource(current.figures.on(card.as_of), card, note_of(current),
                       duties=duties_of(current, card))


def scope_for(geography: Geography, division: str | None) -> Scope:
    """The scope a division code asks for; none, or the city's own code, is everything. Raises
    InputError.
    """
    if division is None or scope_of(geography, division) is None:
        return EVERYTHING
    return Scope(False, (division,))


def _part(source: PaperSource, *names: str) -> dict[str, Any]:
    """Heading and some parts of the scorecard's object."""
    whole = to_mapping(source.card, source.note)
    return {name: whole[name] for name in (*_HEADING, *names)}


def _alerts(source: PaperSource) -> dict[str, Any]:
    return _part(source, "alerts", "alert_cards")


def _quality(source: PaperSource) -> dict[str, Any]:
    return _part(source, "quality")


def _indicators(source: PaperSource) -> dict[str, Any]:
    plan = source.plan
    since = None if plan.in_force_since is None else plan.in_force_since.isoformat()
    return {**_part(source), "indicators": [_indicator(item) for item in plan.indicators],
            "divisions": _divisions(source.card.geography),
            "version": {"digest": plan.digest or None, "in_force_since": since}}


def _indicator(item: IndicatorPlan) -> dict[str, Any]:
    """The definition in force; a share's target and quotas are fractions."""
    one = item.indicator
    return {"indicator": one.code, "name": item.name, "kind": one.kind.value, "unit": one.unit,
            "share": one.is_share, "clause": item.clause or one.clause, "formula": one.formula,
            "numerator": one.numerator, "denominator": one.denominator, "target": item.target,
            "comparator": item.comparator.value, "weight": item.weight, "lead_unit": item.lead_unit,
            "co_units": list(item.co_units), "quotas": dict(item.quotas),
            "datasets": list(one.datasets)}


def _divisions(geography: Geography) -> list[dict[str, Any]]:
    """Those with lines, then the other units, whose names the ranking publishes."""
    own = [_division(division) for division in geography.divisions]
    listed = {(one["rollup"], one["division"]) for one in own}
    others = [{"rollup": Rollup.MANAGING.value, "division": unit.code, "name": unit.name,
               "kind": unit.kind.value} for unit in geography.unit_by_code.values()
              if (Rollup.MANAGING.value, unit.code) not in listed]
    return own + others


def _division(one: Division) -> dict[str, Any]:
    return {"rollup": one.rollup.value, "division": one.code, "name": one.name,
            "kind": None if one.kind is None else one.kind.value}


def _venues(source: PaperSource) -> dict[str, Any]:
    """`venues` is null where no register is connected: absent is not empty."""
    facts = source.figures.facts
    if facts.venues is None:
        return {**_part(source), "venues": None}
    rows = open_venues(facts, source.card.as_of).to_dict("records")
    return {**_part(source), "venues": [_venue(row) for row in rows]}


def _venue(row: Mapping[Any, Any]) -> dict[str, Any]:
    texts = {name: str(row[name]) if row[name] else None for name in _VENUE_TEXTS}
    texts["township"] = texts["township"] and listed_code(texts["township"])
    return {**texts, **{name: None if pd.isna(row[name]) else float(row[name])
                        for name in ("longitude", "latitude")},
            "opened": from_ordinal(row["opened"]).isoformat()}


FEEDS = (Feed("scorecard", "得分数据：每个指标、每个单位一行；部门、任务清单", scorecard_object),
         Feed("alerts", "预警及预警卡片", _alerts),
         Feed("indicators", "方案的指标、目标、口径和单位名录", _indicators),
         Feed("venues", "截至日期开放的服务载体", _venues),
         Feed("quality", "每个数据集的读取和排除行数", _quality))
FEED_BY_NAME: Mapping[str, Feed] = {feed.name: feed for feed in FEEDS}
