"""The series a forecast can be made of: every count, stock and coverage of every division, day by day.

Shares of coverage are carried as numbers of places, so that one method serves all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kpi.counting.facts import BoolArray, FloatArray
from kpi.definitions.catalogue import Kind
from kpi.indicators.measure import MeasureSeries
from kpi.plan.plan import IndicatorPlan
from kpi.vocabulary.division import Division, Geography
from kpi.vocabulary.period import DayAxis, Window

LineKey = tuple[str, str, str]
"""(indicator, roll-up, division code)"""

FORECAST_KINDS = (Kind.CUMULATIVE, Kind.STOCK, Kind.COVERAGE)


def line_key(indicator: str, division: Division) -> LineKey:
    return (indicator, *division.key)


@dataclass(frozen=True, eq=False)
class Panel:
    """Rows are series, columns the days of the window that have been read.

    `row_of`: which row a line is on; lines over the same units with the same target share one. `level`: the count on
    the day. `places`: the places of a coverage, nan for counts. `target`: the count that satisfies the target (for a
    coverage its share of the places of the day), nan without one. `strict`: rows whose target must be exceeded.
    """

    window: Window
    row_of: Mapping[LineKey, int]
    level: FloatArray
    before: FloatArray
    places: FloatArray
    target: FloatArray
    strict: BoolArray

    @cached_property
    def additions(self) -> FloatArray:
        """Net additions of each day, shape as `level`."""
        return np.diff(self.level, axis=1, prepend=self.before[:, None])

    @cached_property
    def met(self) -> BoolArray:
        """Whether the target is satisfied on the day; never without a target."""
        # places × share is computed: 0.55 × 20 must not miss 11 by a binary digit
        rounded = np.where(np.isnan(self.places), self.target, np.round(self.target, 9))
        met: BoolArray = np.where(self.strict[:, None], self.level > rounded, self.level >= rounded)
        return met & ~np.isnan(self.target)

    @cached_property
    def judged(self) -> BoolArray:
        """Which rows have a target on any day."""
        judged: BoolArray = np.any(~np.isnan(self.target), axis=1)
        return judged

    @cached_property
    def first_record(self) -> FloatArray:
        """Position of the first day with anything on record, per row; the number of days when there is none."""
        seen = (self.level != 0) | (self.additions != 0)
        first: FloatArray = np.where(seen.any(axis=1), seen.argmax(axis=1), self.level.shape[1])
        return first

    @property
    def days(self) -> int:
        return int(self.level.shape[1])

    def take(self, rows: npt.NDArray[np.int64]) -> Panel:
        """The panel of some rows only."""
        renumbered = {int(row): number for number, row in enumerate(rows)}
        row_of = {key: renumbered[row] for key, row in self.row_of.items() if row in renumbered}
        return Panel(self.window, row_of, self.level[rows], self.before[rows], self.places[rows], self.target[rows],
                     self.strict[rows])

    def day(self, position: int) -> date:
        return self.window.start + timedelta(days=int(position))


def build_panel(items: Sequence[IndicatorPlan], series: Mapping[str, MeasureSeries | None], geography: Geography,
                target_of: Callable[[str, Division], float | None], window: Window, axis: DayAxis) -> Panel:
    """The panel of all indicators that can be forecast and whose data was read."""
    rows: dict[tuple[str, tuple[str, ...], bool, float | None], int] = {}
    row_of: dict[LineKey, int] = {}
    drawn: list[_Row] = []
    for item in items:
        known = series[item.code]
        if known is None or item.indicator.kind not in FORECAST_KINDS:
            continue
        for division in geography.divisions:
            target = target_of(item.code, division)
            same = (item.code, division.units, division.key == geography.city.key, target)
            if same not in rows:
                rows[same] = len(drawn)
                drawn.append(_Row.draw(item, known, division, target, window, axis))
            row_of[line_key(item.code, division)] = rows[same]
    days = max(len(axis) - max(axis.position(window.start), 0), 0)
    return Panel(window, row_of, _stack([row.level for row in drawn], days), np.array([row.before for row in drawn]),
                 _stack([row.places for row in drawn], days), _stack([row.target for row in drawn], days),
                 np.array([row.strict for row in drawn], dtype=bool))


def _stack(rows: list[FloatArray], days: int) -> FloatArray:
    return np.stack(rows) if rows else np.zeros((0, days))


@dataclass(frozen=True, eq=False)
class _Row:
    level: FloatArray
    before: float
    places: FloatArray
    target: FloatArray
    strict: bool

    @staticmethod
    def draw(item: IndicatorPlan, known: MeasureSeries, division: Division, target: float | None, window: Window,
             axis: DayAxis) -> _Row:
        members = known.facts.membership(division)
        start = axis.position(window.start)
        whole = known.numerator[members].sum(axis=0)
        level = whole[start:]
        nothing = np.full(len(level), np.nan)
        places = nothing if known.denominator is None else known.denominator[members].sum(axis=0)[start:]
        if target is None or target <= 0:
            wanted = nothing
        else:
            wanted = target * places if known.denominator is not None else np.full(len(level), target)
        return _Row(level, _before(item, whole, start), places, wanted, item.comparator.value == ">")


def _before(item: IndicatorPlan, whole: FloatArray, start: int) -> float:
    """The level the day before the window. A stock that was there at the start was not added on the first day."""
    if item.indicator.kind == Kind.CUMULATIVE or not len(whole):
        return 0.0
    return float(whole[max(start - 1, 0)])
