"""The feeds as tables: every list of their objects is a table, nested objects are columns, open
ones JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data_access.exchange import Content, TableSpec, Target, ValueKind, write
from reports.feeds import FEEDS
from reports.paper import PaperSource

_TEXT, _NUMBER, _WHOLE, _DAY, _TRUTH, _JSON = ValueKind
_PREFIX = "linggong_"
WHOLE_CITY = "city"
"""The scope of rows about the whole city; a division's rows have its code."""


@dataclass(frozen=True)
class _Listed:
    """One table: `columns` maps a column to its kind and to where its value is in an item, parts
    joined by dots; an empty place is the item itself."""

    name: str
    columns: Mapping[str, tuple[ValueKind, str]]

    @property
    def spec(self) -> TableSpec:
        return TableSpec(_PREFIX + self.name,
                         {column: kind for column, (kind, _) in self.columns.items()})

    def content(self, items: Sequence[Any]) -> Content:
        return Content(self.spec,
                       [{column: _value(item, place, kind)
                         for column, (kind, place) in self.columns.items()} for item in items])


def _same(kind: ValueKind, *names: str) -> dict[str, tuple[ValueKind, str]]:
    """Columns named as their values are; the dots of a nested one become underscores."""
    return {name.replace(".", "_"): (kind, name) for name in names}


_EXPORT = _Listed("export", {"snapshot_id": (_TEXT, "snapshot.id"),
                             "read_at": (_TEXT, "snapshot.read_at"),
                             "sample": (_TRUTH, "snapshot.sample"), "plan_id": (_TEXT, "plan.id"),
                             "plan_start": (_DAY, "plan.start"),
                             "plan_deadline": (_DAY, "plan.deadline"),
                             "venues_connected": (_TRUTH, "venues_connected")})
_SOURCES = _Listed("sources", {**_same(_TEXT, "source", "state"), **_same(_DAY, "latest", "newest"),
                               "age": (_NUMBER, "age"), "fresh": (_TRUTH, "fresh")})
_REMARKS = _Listed("remarks", {"dataset": (_TEXT, "dataset"), "code": (_TEXT, "code"),
                               "row_count": (_WHOLE, "count"), "place": (_TEXT, "where"),
                               "text": (_TEXT, "text")})
_SCORECARD = _Listed("scorecard", {**_same(_TEXT, "indicator", "division", "rollup"),
                                   **_same(_NUMBER, "value", "numerator", "denominator", "target"),
                                   "comparator": (_TEXT, "comparator"),
                                   **_same(_NUMBER, "completion", "expected", "gap"),
                                   "light": (_TEXT, "light"),
                                   **_same(_NUMBER, "needed_per_day", "forecast.p10",
                                           "forecast.p50", "forecast.p90", "forecast.probability"),
                                   "forecast_state": (_TEXT, "forecast.state"),
                                   "forecast_landing": (_DAY, "forecast.landing"),
                                   **_same(_NUMBER, "interval.low", "interval.high",
                                           "interval.cases"),
                                   "interval_size": (_TEXT, "interval.size"),
                                   "basis_rows": (_WHOLE, "basis.rows"),
                                   "basis_excluded": (_JSON, "basis.excluded")})
_RANKING = _Listed("ranking", {"peer_group": (_TEXT, "group"), "division": (_TEXT, "division"),
                               "score": (_NUMBER, "score"), "place": (_WHOLE, "place"),
                               "place_interval": (_JSON, "place_interval")})
_ALERTS = _Listed("alerts", {
    **_same(_TEXT, "rule", "severity", "indicator", "rollup", "division"), "since": (_DAY, "since"),
    "evidence": (_TEXT, "evidence"), "lead_unit": (_TEXT, "lead_unit")})
_CARDS = _Listed("alert_cards", {**_same(_TEXT, "indicator", "rollup", "division", "severity",
                                         "grade", "state"), "since": (_DAY, "since"),
                                 "share": (_NUMBER, "share"), "folded": (_TRUTH, "folded"),
                                 "counted": (_TRUTH, "counted"), "rules": (_JSON, "rules")})
_INDICATORS = _Listed("indicators", {**_same(_TEXT, "indicator", "name", "kind", "unit"),
                                     "share": (_TRUTH, "share"),
                                     **_same(_TEXT, "clause", "formula", "numerator",
                                             "denominator"), "target": (_NUMBER, "target"),
                                     "comparator": (_TEXT, "comparator"),
                                     "weight": (_NUMBER, "weight"),
                                     "lead_unit": (_TEXT, "lead_unit"),
                                     **_same(_JSON, "co_units", "quotas", "datasets")})
_DIVISIONS = _Listed("divisions", _same(_TEXT, "rollup", "division", "name", "kind"))
_VENUES = _Listed("venues", {
    **_same(_TEXT, "venue_id", "name", "kind", "host", "operator", "unit", "township", "village"),
    **_same(_NUMBER, "longitude", "latitude"), "opened": (_DAY, "opened")})
_QUALITY = _Listed("quality", {"dataset": (_TEXT, "dataset"), "rows_read": (_WHOLE, "read"),
                               "rows_counted": (_WHOLE, "counted"), "excluded": (_JSON, "excluded"),
                               "division_conflict": (_WHOLE, "division_conflict"),
                               "remarks": (_JSON, "remarks"), "state": (_TEXT, "state")})
_DEPARTMENTS = _Listed("departments", {
    **_same(_TEXT, "indicator", "department", "name"), "sectors": (_JSON, "sectors"),
    **_same(_NUMBER, "value", "target", "completion", "expected", "gap"),
    "light": (_TEXT, "light"),
    **_same(_NUMBER, "needed_per_day", "forecast.p10", "forecast.p50", "forecast.p90",
            "forecast.probability"),
    "forecast_state": (_TEXT, "forecast.state"), "forecast_landing": (_DAY, "forecast.landing"),
    "place": (_WHOLE, "place"), **_same(_JSON, "by_sector", "units")})
_DUTIES = _Listed("duties", {
    "duty": (_TEXT, "id"), **_same(_TEXT, "clause", "text", "lead"), "co": (_JSON, "co"),
    "evidence": (_TEXT, "by"), "indicator": (_TEXT, "indicator"), "due": (_DAY, "due"),
    **_same(_TEXT, "state", "shows")})
_MODELS = _Listed("models", {**_same(_TEXT, "title", "unit", "name"), "day": (_DAY, "day"),
                             **_same(_TEXT, "document", "indicator"),
                             "adoptions": (_JSON, "adoptions")})
_LISTS: Mapping[str, tuple[_Listed, str]] = {"lines": (_SCORECARD, "scorecard"),
                                             "ranking": (_RANKING, "scorecard"),
                                             "alerts": (_ALERTS, "alerts"),
                                             "alert_cards": (_CARDS, "alerts"),
                                             "indicators": (_INDICATORS, "indicators"),
                                             "divisions": (_DIVISIONS, "indicators"),
                                             "venues": (_VENUES, "venues"),
                                             "quality": (_QUALITY, "quality"),
                                             "departments": (_DEPARTMENTS, "scorecard"),
                                             "duties": (_DUTIES, "scorecard"),
                                             "models": (_MODELS, "scorecard")}
"""The list in the feeds' objects → its table, and the feed it is taken from."""


def exchange(target: Target, made_from: PaperSource, division: str | None) -> dict[str, int]:
    """Write the feeds of a day and scope into the target's tables; the number of rows by table.
    Raises InputError.
    """
    limited = made_from.card.geography.partial and division is not None
    return write(target, made_from.card.as_of, str(division) if limited else WHOLE_CITY,
                 contents(made_from))


def contents(made_from: PaperSource) -> list[Content]:
    """Every table with its rows, as the feeds' objects have them."""
    made = {feed.name: feed.make(made_from) for feed in FEEDS}
    # rows alone cannot tell an empty register from one that is not connected
    heading = {**made["scorecard"], "venues_connected": made["venues"]["venues"] is not None}
    snapshot = heading["snapshot"]
    sources = [{"source": name, **source} for name, source in snapshot["sources"].items()]
    return [_EXPORT.content([heading]), _SOURCES.content(sources),
            _REMARKS.content(snapshot["remarks"]), *(table.content(made[feed][name] or ())
                                                     for name, (table, feed) in _LISTS.items())]


def _value(item: Any, place: str, kind: ValueKind) -> Any:
    for part in place.split("."):
        item = None if item is None else item[part]
    if item is None:
        return None
    if kind is ValueKind.JSON:
        return json.dumps(item, ensure_ascii=False)
    return date.fromisoformat(item) if kind is ValueKind.DAY else item
