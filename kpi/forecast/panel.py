"""The series a forecast can be made of: every count, stock and coverage of every division, day by
day.

Shares of coverage are carried as numbers of places, so that one method serves all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi.counting import BoolArray, FloatArray
from kpi.definitions import Kind
from kpi.forecast.run_rate import running
from kpi.indicators import MeasureSeries
from kpi.plan import LINEAR, Curve, IndicatorPlan
from kpi.vocabulary import DayAxis, Division, Geography, Window

LineKey = tuple[str, str, str]
"""(indicator, roll-up, division code)"""

FORECAST_KINDS = (Kind.CUMULATIVE, Kind.STOCK, Kind.COVERAGE)


def line_key(indicator: str, division: Division) -> LineKey:
    return (indicator, *division.key)


@dataclass(frozen=True)
class Nature:
    """What a row is: its `kind` and `curve` in the plan, and the row of the whole city's series of
    the same indicator (its own number when there is none)."""

    kind: Kind
    city: int
    curve: Curve = LINEAR


@dataclass(frozen=True, eq=False)
class Panel:
    """Rows are series, columns the days of the window that have been read.

    `row_of`: which row a line is on; lines over the same units with the same target share one.
    `level`: the count on the day. `places`: the places of a coverage, nan for counts. `target`: the
    count that satisfies the target (for a coverage its share of the places of the day), nan without
    one. `strict`: rows whose target must be exceeded. `natures`: what each row is; counts by the
    calendar when left out.
    """

    window: Window
    row_of: Mapping[LineKey, int]
    level: FloatArray
    before: FloatArray
    places: FloatArray
    target: FloatArray
    strict: BoolArray
    natures: tuple[Nature, ...] = ()

    def nature(self, row: int) -> Nature:
        return self.natures[row] if self.natures else Nature(Kind.CUMULATIVE, row)

    @cached_property
    def stock(self) -> BoolArray:
        """Which rows may lose what they had."""
        return np.array([self.nature(row).kind == Kind.STOCK for row in range(len(self.level))],
                        dtype=bool)

    @cached_property
    def unsound(self) -> FloatArray:
        """Position of the first day whose level is no finite number, per row; the number of days
        when all are.
        """
        bad = ~np.isfinite(self.level)
        first: FloatArray = np.where(bad.any(axis=1), bad.argmax(axis=1), self.level.shape[1])
        return first

    @cached_property
    def sound(self) -> FloatArray:
        """`level`, where it is no finite number that of the last day on which it is."""
        if (self.unsound >= self.days).all():
            return self.level
        finite = pd.DataFrame(np.where(np.isfinite(self.level), self.level, np.nan)).ffill(
            axis=1).to_numpy()
        return np.where(np.isnan(finite), self.before[:, None], finite)

    @cached_property
    def additions(self) -> FloatArray:
        """Net additions of each day, shape as `level`; 0 where the level is no finite number."""
        return np.diff(self.sound, axis=1, prepend=self.before[:, None])

    @cached_property
    def total(self) -> FloatArray:
        """`additions` added up, 0 before the first day: shape (rows, days + 1)."""
        return running(self.additions)

    @cached_property
    def met(self) -> BoolArray:
        """Whether the target is satisfied on the day; never without a target."""
        # places × share is computed: 0.55 × 20 must not miss 11 by a binary digit
        rounded = np.where(np.isnan(self.places), self.target, np.round(self.target, 9))
        met: BoolArray = np.where(self.strict[:, None], self.level > rounded, self.level >= rounded)
        return met & ~np.isnan(self.target) & np.isfinite(self.level)

    @cached_property
    def judged(self) -> BoolArray:
        """Which rows have a target on any day."""
        judged: BoolArray = np.any(~np.isnan(self.target), axis=1)
        return judged

    @cached_property
    def first_record(self) -> FloatArray:
        """Position of the first day with anything on record, per row; the number of days when there
        is none.
        """
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
        natures = (
            tuple(
                replace(self.natures[row], city=renumbered.get(self.natures[row].city, number))
                for row, number in renumbered.items()
            )
            if self.natures
            else ()
        )
        return Panel(self.window, row_of, self.level[rows], self.before[rows], self.places[rows],
                     self.target[rows], self.strict[rows], natures)

    def day(self, position: int) -> date:
        return self.window.start + timedelta(days=int(position))


def build_panel(items: Sequence[IndicatorPlan], series: Mapping[str, MeasureSeries | None],
                geography: Geography, target_of: Callable[[str, Division], float | None],
                window: Window, axis: DayAxis) -> Panel:
    """The panel of all indicators that can be forecast and whose data was read.

    Of what units report, divisions that have a figure now: what they are lacking is not nothing.
    """
    rows: dict[tuple[str, tuple[str, ...], bool, float | None], int] = {}
    row_of: dict[LineKey, int] = {}
    drawn: list[_Row] = []
    natures: list[Nature] = []
    for item in items:
        measured = series[item.code]
        if measured is None or item.indicator.kind not in FORECAST_KINDS:
            continue
        for division in geography.divisions:
            if item.indicator.reported is not None and np.isnan(measured.values(division)[-1:]).any():
                continue
            target = target_of(item.code, division)
            same = (item.code, division.units, division.key == geography.city.key, target)
            if same not in rows:
                rows[same] = len(drawn)
                natures.append(Nature(item.indicator.kind, len(drawn), item.curve))
                drawn.append(_Row.draw(item, measured, division, target, window, axis))
            row_of[line_key(item.code, division)] = rows[same]
    city = {row: row_of[line_key(code, geography.city)] for (code, *_), row in rows.items()
            if line_key(code, geography.city) in row_of}
    natures = [replace(nature, city=city.get(row, row)) for row, nature in enumerate(natures)]
    days = max(len(axis) - max(axis.position(window.start), 0), 0)
    return Panel(window, row_of, _stack([row.level for row in drawn], days),
                 np.array([row.before for row in drawn]),
                 _stack([row.places for row in drawn], days),
                 _stack([row.target for row in drawn], days),
                 np.array([row.strict for row in drawn], dtype=bool), tuple(natures))


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
    def draw(item: IndicatorPlan, series: MeasureSeries, division: Division, target: float | None,
             window: Window, axis: DayAxis) -> _Row:
        members = series.facts.membership(division)
        start = axis.position(window.start)
        whole = series.numerator[members].sum(axis=0)
        level = whole[start:]
        nothing = np.full(len(level), np.nan)
        places = (
            nothing
            if series.denominator is None
            else series.denominator[members].sum(axis=0)[start:]
        )
        if target is None or target <= 0:
            wanted = nothing
        else:
            wanted = (
                target * places if series.denominator is not None else np.full(len(level), target)
            )
        return _Row(level, _before(item, whole, start), places, wanted,
                    item.comparator.value == ">")


def _before(item: IndicatorPlan, whole: FloatArray, start: int) -> float:
    """The level the day before the window. A stock that was there at the start was not added on the
    first day.
    """
    if item.indicator.kind == Kind.CUMULATIVE or not len(whole):
        return 0.0
    return float(whole[max(start - 1, 0)])
