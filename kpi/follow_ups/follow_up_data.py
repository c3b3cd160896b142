"""Items and figures: whether the data is where an item wants it, and what the items add to 议定事项办结率.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from kpi.alerts import own_history_of, with_history, with_meeting_alerts
from kpi.counting.lives import as_held
from kpi.definitions import COUNTED, FOLLOW_UP, ORIGIN_PLAN
from kpi.figures import Figures, MeetingDays, Timeline
from kpi.follow_ups.follow_up import (
    FOLLOW_UPS_CLOSED,
    Case,
    DataEvent,
    Item,
    Meeting,
    State,
)
from kpi.follow_ups.follow_up_fold import Holding, Status, status
from kpi.indicators import measure_series
from kpi.judging import Light
from kpi.judging.pace import pace
from kpi.scorecard import light_of
from kpi.vocabulary import Division, Geography, InputError, Rollup, from_ordinal, to_ordinal

Values = Callable[[str, Rollup, str, date], float | None]
"""(indicator, roll-up, division, day) → the figure as of that day, None when not known or not applicable."""


def values_of(figures: Figures) -> Values:
    """The daily figures as a function; None also for an indicator or a division that is not in the
    lists.
    """
    def value(indicator: str, rollup: Rollup, division: str, day: date) -> float | None:
        judged = figures.on(day)
        member_found = judged.facts.geography.member(rollup, division)
        return (
            None
            if indicator not in judged.series or member_found is None
            else judged.measure(indicator, member_found, day).value
        )

    return value


def holding_of(figures: Figures) -> Holding:
    """Whether an item's figure satisfies its expected value or, where it has none, its light is 已完成
    or 达序时.

    None when there is no such figure that day, or no target to judge it by. `target`: of the
    division, in place of the plan's; an expected value does not ask for it.
    """
    values = values_of(figures)

    def holds(item: Item, day: date, /, target: float | None = None) -> bool | None:
        if item.indicator is None or day > _known_until(figures, item.indicator):
            return None
        judged = figures.on(day)
        if item.expected is None:
            return _lit(judged, item, item.indicator, day, target)
        value = values(item.indicator, item.rollup, item.division, day)
        return (
            None
            if value is None
            else judged.plan.indicator(item.indicator).comparator.satisfied(value, item.expected)
        )

    return holds


def _known_until(figures: Figures, indicator: str) -> date:
    """Last day the figure says anything: a source that could not be read says nothing after its
    last record.
    """
    days = [max(figures.axis.last, figures.on(figures.facts.read_on).axis.last)]
    definition = figures.plan.definitions.indicators.get(indicator)
    for dataset in () if definition is None else definition.datasets:
        if dataset in figures.facts.stale_datasets and dataset in figures.facts.cells:
            days.append(from_ordinal(figures.facts.cells[dataset]["day"].max()))
    return min(days)


def _lit(figures: Figures, item: Item, indicator: str, day: date,
         target: float | None = None) -> bool | None:
    place = _place(figures, item)
    if indicator not in figures.series or place is None:
        return None
    light = (
        light_of(figures, indicator, place, day)
        if target is None
        else _light_by(figures, indicator, place, day, target)
    )
    if light in (Light.MET, Light.GREEN):
        return True
    return False if light in (Light.YELLOW, Light.RED) else None


def _light_by(figures: Figures, indicator: str, place: Division, day: date, target: float) -> Light:
    """The light the figure would have with this target of the division."""
    value = figures.measure(indicator, place, day).value
    if value is None:
        return Light.NO_DATA
    return pace(figures.plan, figures.plan.indicator(indicator), value, target, day).light


def _place(figures: Figures, item: Item) -> Division | None:
    return figures.facts.geography.member(item.rollup, item.division)


def judged_by(figures: Figures, item: Item) -> float | None:
    """What an item's figure is judged by: its expected value, else the division's target; None
    where there is none.
    """
    place = _place(figures, item)
    if (
        item.expected is not None
        or item.indicator is None
        or item.indicator not in figures.series
        or place is None
    ):
        return item.expected
    target = figures.target(item.indicator, place)
    return None if target is None else target.value


def new_data_events(figures: Figures, cases: Iterable[Case], until: date, plan: str,
                    snapshot: str) -> tuple[tuple[str, DataEvent], ...]:
    """What the data does to each item on the days not looked at yet, through `until`: item number
    and event, by item.

    `plan`: digest of the plan in force, for figures of no version; `snapshot`: id of the reading
    the figures rest on.
    """
    holding, values, events = holding_of(figures), values_of(figures), []
    for case in cases:
        item, now = case.item, status(case, until, figures.plan.follow_up, holding)
        for step in () if now is None or item.indicator is None else now.steps:
            if step.by_data and step.recorded is None:
                value = values(item.indicator or "", item.rollup, item.division, step.day)
                judged = figures.on(step.day)
                target = judged_by(judged, item) if step.closed_at is None else step.closed_at
                events.append((item.number, DataEvent(step.day, step.stage == State.CLOSED,
                                                      step.held_days, value, target,
                                                      judged.plan.digest or plan, snapshot)))
    return tuple(events)


@dataclass(frozen=True)
class Standing:
    """An item with where it stands."""

    case: Case
    status: Status

    @property
    def item(self) -> Item:
        return self.case.item


def ledger_day(as_of: date, latest: date, today: date) -> date:
    """The day to read the ledger as of: with the newest figures everything recorded so far, else
    the day chosen.

    The figures end yesterday or earlier, and an item recorded today must not be invisible until
    tomorrow.
    """
    return max(as_of, today) if as_of >= latest else as_of


def standings(figures: Figures, cases: Iterable[Case], day: date,
              data_until: date) -> tuple[Standing, ...]:
    """Every item raised by `day`, with where it stands by events until then and data until
    `data_until`.
    """
    holding = holding_of(figures)
    folded = ((case, status(case, day, figures.plan.follow_up, holding, data_until))
              for case in cases)
    return tuple(Standing(case.until(day), now) for case, now in folded if now is not None)


def check_tie(item: Item, figures: Figures) -> None:
    """Raises InputError when the item names a division or indicator that is not there, or one
    nothing can close.
    """
    division = figures.facts.geography.division(item.rollup, item.division)
    if item.indicator is None:
        return
    plan = figures.plan.indicator(item.indicator)
    if item.expected is None and figures.target(item.indicator, division) is None:
        raise InputError(f"指标“{plan.name}”没有目标，无法凭亮灯销号；请填写预期值。")
    if item.expected is not None and plan.indicator.is_share and not 0 <= item.expected <= 1:
        raise InputError(f"指标“{plan.name}”是比率，预期值应在 0% 到 100% 之间；请改正。")


def with_follow_ups(figures: Figures, cases: Iterable[Case],
                    meetings: Iterable[Meeting] = ()) -> Figures:
    """The figures with 议定事项办结率 computed from the ledger, and the alert of a meeting that is
    overdue; unchanged where nothing is on record.
    """
    cases = tuple(cases)
    days = _meeting_days(cases, tuple(meetings))
    if days is None:
        return figures
    cells = follow_up_cells(figures, cases) if cases else None
    return figures.everywhere(lambda part, timeline: _with_ledger(part, cells, days, timeline))


def _meeting_days(cases: Sequence[Case], meetings: Sequence[Meeting]) -> MeetingDays | None:
    held = tuple((one.held_on, one.recorded_at.date() if one.recorded_at else one.held_on)
                 for one in meetings)
    recorded = [*(day for _, day in held), *(case.events[0].day for case in cases)]
    return MeetingDays(min(recorded), held) if recorded else None


def _with_ledger(figures: Figures, cells: pd.DataFrame | None, days: MeetingDays,
                 timeline: Timeline | None) -> Figures:
    facts, series = figures.facts, figures.series
    if cells is not None:
        facts = replace(facts, cells={**facts.cells, FOLLOW_UP: as_held(cells, facts.geography)})
        if FOLLOW_UPS_CLOSED in series:
            item = figures.plan.indicator(FOLLOW_UPS_CLOSED)
            series = {**series, FOLLOW_UPS_CLOSED: measure_series(item.indicator, facts,
                                                                  figures.axis)}
    changed = replace(figures, facts=facts, series=series, timeline=timeline, meetings=days)
    # only the alert of meetings rests on the ledger: the costly rest of the history stays as it is
    shown_with = FOLLOW_UPS_CLOSED if FOLLOW_UPS_CLOSED in series else (
        figures.plan.indicators[0].code)
    return with_history(changed, with_meeting_alerts(own_history_of(figures), changed, shown_with))


def follow_up_cells(figures: Figures, cases: Iterable[Case]) -> pd.DataFrame:
    """The ledger at the grain of `kpi.definitions.cube`: events raised, due, closed_on_time and
    what lifts them, by unit and day.
    """
    holding, last = holding_of(figures), figures.axis.last
    rows: list[tuple[str, date, str]] = []
    for case in cases:
        unit = unit_of(case.item, figures.facts.geography)
        rows.append(("raised", case.events[0].day, unit))
        folded = status(case, last, figures.plan.follow_up, holding)
        rows += [(what.value, day, unit) for day, what in (folded.counts if folded else ())]
    return _frame(rows)


def unit_of(item: Item, geography: Geography) -> str:
    """The managing unit an item counts for, "" for the city; a county's item is its own unit's, not
    its zones'.
    """
    return (
        ""
        if item.rollup == Rollup.CITY
        or item.division not in {*geography.unit_by_code, *geography.holders}
        else item.division
    )


def _frame(rows: list[tuple[str, date, str]]) -> pd.DataFrame:
    # one cell per event: a ledger has hundreds of rows, so there is nothing to gain by grouping
    # them
    frame = pd.DataFrame({"event": [event for event, _, _ in rows],
                          "day": [to_ordinal(day) for _, day, _ in rows],
                          "unit": [unit for _, _, unit in rows]})
    return frame.assign(status=COUNTED, township="", origin=ORIGIN_PLAN, rows=1, amount=0.0,
                        conflicts=0)
