"""Items and figures: whether the data is where an item wants it, and what the items add to 议定事项办结率."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from kpi.definitions.catalogue import CATALOGUE
from kpi.definitions.cube import COUNTED, FOLLOW_UP, ORIGIN_PLAN
from kpi.figures.figures import Figures
from kpi.follow_ups.follow_up import FOLLOW_UPS_CLOSED, Case, Item
from kpi.follow_ups.follow_up_fold import Holding, Status, status
from kpi.indicators.measure import measure_series
from kpi.judging.pace import Light
from kpi.scorecard.scorecard import light_of
from kpi.vocabulary.division import Geography, Rollup
from kpi.vocabulary.errors import InputError
from kpi.vocabulary.period import from_ordinal, to_ordinal

Values = Callable[[str, Rollup, str, date], float | None]
"""(indicator, roll-up, division, day) → the figure as of that day, None when not known or not applicable."""


def values_of(known: Figures) -> Values:
    """The daily figures as a function; None also for an indicator or a division that is not in the lists."""
    def value(indicator: str, rollup: Rollup, division: str, day: date) -> float | None:
        members = known.facts.geography.members(rollup)
        found = next((one for one in members if one.code == division), None)
        return None if indicator not in known.series or found is None else known.measure(indicator, found, day).value
    return value


def holding_of(known: Figures) -> Holding:
    """Whether an item's figure satisfies its expected value or, where it has none, its light is 已完成 or 达序时.

    None when there is no such figure that day, or no target to judge it by.
    """
    values = values_of(known)

    def holds(item: Item, day: date) -> bool | None:
        if item.indicator is None or day > _known_until(known, item.indicator):
            return None
        if item.expected is None:
            return _lit(known, item, item.indicator, day)
        value = values(item.indicator, item.rollup, item.division, day)
        return None if value is None else known.plan.indicator(item.indicator).comparator.satisfied(value, item.expected)
    return holds


def _known_until(known: Figures, indicator: str) -> date:
    """Last day the figure says anything: a source that could not be read says nothing after its last record."""
    days = [known.axis.last]
    for dataset in CATALOGUE[indicator].datasets:
        if dataset in known.facts.stale_datasets:
            days.append(from_ordinal(known.facts.cells[dataset]["day"].max()))
    return min(days)


def _lit(known: Figures, item: Item, indicator: str, day: date) -> bool | None:
    found = next((one for one in known.facts.geography.members(item.rollup) if one.code == item.division), None)
    if indicator not in known.series or found is None:
        return None
    light = light_of(known, indicator, found, day)
    if light in (Light.MET, Light.GREEN):
        return True
    return False if light in (Light.YELLOW, Light.RED) else None


@dataclass(frozen=True)
class Standing:
    """An item with where it stands."""

    case: Case
    status: Status

    @property
    def item(self) -> Item:
        return self.case.item


def ledger_day(as_of: date, latest: date, today: date) -> date:
    """The day to read the ledger as of: with the newest figures everything recorded so far, else the day chosen.

    The figures end yesterday or earlier, and an item recorded today must not be invisible until tomorrow.
    """
    return max(as_of, today) if as_of >= latest else as_of


def standings(known: Figures, cases: Iterable[Case], day: date, data_until: date) -> tuple[Standing, ...]:
    """Every item raised by `day`, with where it stands by events until then and data until `data_until`."""
    holding = holding_of(known)
    folded = ((case, status(case, day, known.plan.follow_up, holding, data_until)) for case in cases)
    return tuple(Standing(case.until(day), now) for case, now in folded if now is not None)


def check_tie(item: Item, known: Figures) -> None:
    """Raises InputError when the item names a division or indicator that is not there, or one nothing can close."""
    division = known.facts.geography.division(item.rollup, item.division)
    if item.indicator is None:
        return
    plan = known.plan.indicator(item.indicator)
    if item.expected is None and known.target(item.indicator, division) is None:
        raise InputError(f"指标“{plan.name}”没有目标，无法凭亮灯销号；请填写预期值。")
    if item.expected is not None and plan.indicator.is_share and not 0 <= item.expected <= 1:
        raise InputError(f"指标“{plan.name}”是比率，预期值应在 0% 到 100% 之间；请改正。")


def with_follow_ups(known: Figures, cases: Iterable[Case]) -> Figures:
    """The figures with 议定事项办结率 computed from the ledger; unchanged without any item."""
    cases = tuple(cases)
    if not cases:
        return known
    cells = follow_up_cells(known, cases)
    facts = replace(known.facts, cells={**known.facts.cells, FOLLOW_UP: cells})
    if FOLLOW_UPS_CLOSED not in known.series:
        return replace(known, facts=facts, kept=known.history)
    counted = measure_series(FOLLOW_UPS_CLOSED, facts, known.axis)
    # no alert rests on the ledger, so the costly history stays as it is
    return replace(known, facts=facts, series={**known.series, FOLLOW_UPS_CLOSED: counted}, kept=known.history)


def follow_up_cells(known: Figures, cases: Iterable[Case]) -> pd.DataFrame:
    """The ledger at the grain of `kpi.definitions.cube`: events raised, due, closed_on_time and what lifts them, by unit and day."""
    holding, last = holding_of(known), known.axis.last
    rows: list[tuple[str, date, str]] = []
    for case in cases:
        unit = unit_of(case.item, known.facts.geography)
        rows.append(("raised", case.events[0].day, unit))
        folded = status(case, last, known.plan.follow_up, holding)
        rows += [(what.value, day, unit) for day, what in (folded.counts if folded else ())]
    return _frame(rows)


def unit_of(item: Item, geography: Geography) -> str:
    """The managing unit an item counts for, "" for the city; a county's item is its own unit's, not its zones'."""
    return "" if item.rollup == Rollup.CITY or item.division not in geography.unit_by_code else item.division


def _frame(rows: list[tuple[str, date, str]]) -> pd.DataFrame:
    # one cell per event: a ledger has hundreds of rows, so there is nothing to gain by grouping them
    frame = pd.DataFrame({"event": [event for event, _, _ in rows], "day": [to_ordinal(day) for _, day, _ in rows],
                          "unit": [unit for _, _, unit in rows]})
    return frame.assign(status=COUNTED, township="", origin=ORIGIN_PLAN, rows=1, amount=0.0, conflicts=0)
