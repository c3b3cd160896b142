"""Everything computed once per (facts, plan); any as-of is then read from it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from kpi.counting import BoolArray, Facts, SourceState
from kpi.figures.meeting_days import MeetingDays
from kpi.forecast import Forecast, Forecaster, LineKey, Panel, Signals, build_panel
from kpi.indicators import UNKNOWN, Measure, MeasureSeries, measure_series, series_axis
from kpi.judging import FloorMonths, floor_months
from kpi.plan import DivisionKey, DivisionTarget, IndicatorPlan, Plan, division_targets
from kpi.vocabulary import Cache, DayAxis, Division

Result = TypeVar("Result")
_DAYS = 64  # results of a day are small: places of a group, places without a venue


class Timeline:
    """The figures under each version of the plan, and of the divisions, by the first day it is in
    force, oldest first.

    Filled once, before anything is asked of it.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[date, Figures]] = []

    @property
    def parts(self) -> Sequence[tuple[date, Figures]]:
        return self._parts

    def add(self, first: date, part: Figures) -> Figures:
        """Put the next version behind the others; gives it back."""
        self._parts.append((first, part))
        return part

    def on(self, day: date) -> Figures:
        """Those in force on a day; before the first version's first day, its own."""
        return self._at(day)[1]

    def first(self, day: date) -> date:
        """The first day of the version in force on a day."""
        return self._at(day)[0]

    def _at(self, day: date) -> tuple[date, Figures]:
        return next((part for part in reversed(self._parts) if part[0] <= day), self._parts[0])


@dataclass(frozen=True, eq=False)
class Figures:
    """Daily series and targets of every indicator of the plan, and what follows from them.

    The days of the panel and the signals run from the plan's start. `timeline`: the same facts
    under every version of the plan, this one among them; None where there is only one. `meetings`:
    of the ledger, None where none is kept.
    """

    facts: Facts
    plan: Plan
    axis: DayAxis
    series: Mapping[str, MeasureSeries | None]
    targets: Mapping[str, Mapping[DivisionKey, DivisionTarget]]
    timeline: Timeline | None = field(default=None, repr=False)
    meetings: MeetingDays | None = None
    _cache: Cache = field(default_factory=Cache, init=False, repr=False)
    _by_day: Cache = field(default_factory=lambda: Cache(_DAYS), init=False, repr=False)

    def on(self, day: date) -> Figures:
        """The figures by the plan in force on a day: what that day is judged by."""
        return self if self.timeline is None else self.timeline.on(day)

    def everywhere(self, change: Callable[[Figures, Timeline | None], Figures]) -> Figures:
        """These figures changed alike under every version of the plan.

        `change` puts the timeline it is given into what it makes.
        """
        if self.timeline is None:
            return change(self, None)
        changed, result = Timeline(), None
        for first, part in self.timeline.parts:
            made = changed.add(first, change(part, changed))
            result = made if part is self else result
        if result is None:
            raise ValueError("the figures are not on their own timeline")
        return result

    def once(self, name: Hashable, compute: Callable[[], Result]) -> Result:
        """The result of `compute`, computed once for these figures."""
        return self._cache.get(name, compute)

    def on_day(self, name: Hashable, day: date, compute: Callable[[], Result]) -> Result:
        """The result of `compute` for `day`; those of the days asked for last are held."""
        return self._by_day.get((name, day), compute)

    def measure(self, indicator: str, division: Division, day: date) -> Measure:
        series = self.series[indicator]
        return UNKNOWN if series is None else series.at(division, day)

    def measures(self, indicator: str, day: date) -> tuple[Measure, ...]:
        """The figure of every division, in the order of the geography."""
        series = self.series[indicator]
        return (
            (UNKNOWN,) * len(self.facts.geography.divisions) if series is None else series.on(day)
        )

    def target(self, indicator: str, division: Division) -> DivisionTarget | None:
        return self.targets[indicator].get(division.key)

    @property
    def days(self) -> int:
        """Days of the window read so far."""
        return max(len(self.axis) - max(self.axis.position(self.plan.window.start), 0), 0)

    @property
    def complete(self) -> int:
        """Days of the window whose records are all in: not the day of reading itself, nor the
        plan's `late_days`.
        """
        return self._complete_by(self.facts.read_on - timedelta(days=1))

    def _complete_by(self, day: date) -> int:
        return self.plan.window.elapsed_days(day - timedelta(days=self.plan.late_days))

    def last_good(self, dataset: str) -> date | None:
        """The day of the reading a dataset is shown by, when that is not the last one; None
        otherwise.
        """
        if dataset in self.facts.last_good and dataset in self.facts.stale_datasets:
            return self.facts.last_good[dataset]
        return self.last_read(self.plan.definitions.datasets[dataset].connection)

    def last_read(self, source: str) -> date | None:
        """The day a service database was last read, when that was not at the last refresh; None
        otherwise.
        """
        state = self.facts.sources.get(source)
        if (
            state is None
            or state.read_at is None
            or state.state not in (SourceState.STALE, SourceState.DOWN)
        ):
            return None
        return date.fromisoformat(state.read_at[:10])

    @cached_property
    def holiday(self) -> BoolArray:
        """Which days of the window read so far are public holidays."""
        return self.plan.calendar.is_holiday(self._days_axis)

    @cached_property
    def weekday(self) -> npt.NDArray[np.int64]:
        return np.array([day.weekday() for day in self._days_axis.dates()], dtype=np.int64)

    @property
    def _days_axis(self) -> DayAxis:
        start = self.plan.window.start
        return DayAxis(start, start + timedelta(days=self.days - 1))

    @cached_property
    def floors(self) -> Mapping[str, FloorMonths]:
        """Of every share of cases with a target, by code: its last three months at each month end.
        Rows as the divisions of the geography."""
        shares, divisions = {}, self.facts.geography.divisions
        for item in self.plan.core:
            series = self.series[item.code]
            if item.indicator.sampled and series is not None and item.target is not None:
                shares[item.code] = floor_months(item.indicator, series, divisions, item.target,
                                                 self.plan.window)
        return shares

    @cached_property
    def panel(self) -> Panel:
        def target_of(code: str, division: Division) -> float | None:
            target = self.target(code, division)
            return None if target is None else target.value
        return build_panel(self.plan.indicators, self.series, self.facts.geography, target_of,
                           self.plan.window, self.axis)

    def _complete_days(self, item: IndicatorPlan) -> int:
        """As `complete`; an indicator whose source could not be read is complete up to the last
        good reading.
        """
        read = [last for dataset in item.indicator.sources
                if (last := self.last_good(dataset.name)) is not None]
        return min([self.complete, *(self._complete_by(last - timedelta(days=1)) for last in read)])

    @cached_property
    def _forecasters(self) -> tuple[tuple[npt.NDArray[np.int64], Forecaster], ...]:
        """One per reading day: its rows of the panel, and the forecaster of those rows."""
        complete = {item.code: self._complete_days(item) for item in self.plan.indicators}
        of_row = np.zeros(len(self.panel.level), dtype=np.int64)
        for key, row in self.panel.row_of.items():
            of_row[row] = complete[key[0]]
        return tuple((rows, Forecaster(self.panel.take(rows), self.plan.calendar, int(days),
                                       self.plan.late_days)) for days in np.unique(of_row)
                     if len(rows := np.flatnonzero(of_row == days)))

    def forecasts(self, as_of: date) -> Mapping[LineKey, Forecast]:
        """Forecast of every count, stock and coverage line as of one day of the window."""
        return {key: forecast for _, forecaster in self._forecasters
                for key, forecast in forecaster.at(as_of).items()}

    def landings(self, as_of: date, more: Mapping[LineKey, float]) -> Mapping[LineKey, date | None]:
        """The day each of some lines would reach its target if it added `more` a day from tomorrow
        on; None as a forecast's `landing` is."""
        return {key: day for _, forecaster in self._forecasters
                for key, day in forecaster.landings(as_of, more).items()}

    @cached_property
    def signals(self) -> Signals:
        """Chance and ratio behind the pace alerts, rows as the panel, one column per day read so
        far.
        """
        probability, ratio = np.full(self.panel.level.shape,
                                     np.nan), np.full(self.panel.level.shape, np.nan)
        for rows, forecaster in self._forecasters:
            result = forecaster.signals()
            probability[rows], ratio[rows] = result.probability, result.ratio
        return Signals(probability, ratio)


def figures(facts: Facts, plan: Plan, like: Figures | None = None,
            timeline: Timeline | None = None) -> Figures:
    """Series and targets of every indicator of the plan. Raises InputError on quotas that do not
    fit the divisions.

    `like`: figures of another version of the plan; series of the same facts and days are shared.
    """
    axis = series_axis(plan.window, facts.read_on)
    shared = like.series if like is not None and (like.facts, like.axis) == (facts, axis) else {}
    series = {item.code: shared[item.code] if item.code in shared
              else measure_series(item.indicator, facts, axis, plan.window.start)
              for item in plan.indicators}
    targets = {item.code: division_targets(item, facts.geography) for item in plan.indicators}
    return Figures(facts, plan, axis, series, targets, timeline)


def is_stale(facts: Facts, item: IndicatorPlan, as_of: date) -> bool:
    """Whether a dataset the indicator needs is too old, or in too much doubt, to judge `as_of` by.
    """
    return any(facts.is_old(dataset, as_of) for dataset in item.indicator.datasets)
