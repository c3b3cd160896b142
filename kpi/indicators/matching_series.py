"""Named rule `matching`: the days posts take to be filled and the posts that are not, on every day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kpi.counting import Facts, FloatArray
from kpi.definitions import Matching, Rule
from kpi.indicators.series import MeasureSeries, added_up, completeness
from kpi.matching import YEAR, Cohorts, by_unit, curve, unfilled_series
from kpi.vocabulary import DayAxis, Division


@dataclass(frozen=True, eq=False)
class MedianSeries(MeasureSeries):
    """The median days a post takes to be filled, which is of a division's posts and no sum of its
    units': `numerator` is empty.
    """

    cohorts: Cohorts | None = None

    def sums(self, division: Division) -> tuple[FloatArray, FloatArray | None]:
        """The median of one division on each day of the axis, nan where there is none."""
        sums = self._sums.get(division.key)
        if sums is None:
            assert self.cohorts is not None
            assert self.complete is not None
            members = self.facts.membership(division)
            median, _ = curve(self.cohorts.of(members), self.axis).median()
            sums = self._sums[division.key] = (
                np.where(self.complete.holds(members), median, np.nan), None)
        return sums

    def gathered(self, facts: Facts, gather: Callable[[FloatArray], FloatArray]) -> MeasureSeries:
        assert self.cohorts is not None
        assert self.complete is not None
        return MedianSeries(facts, self.axis, gather(self.numerator), None,
                            self.complete.gathered(gather), self.cohorts.gathered(gather))

    def unassigned(self, day: date) -> float:
        return 0.0


@dataclass(frozen=True, eq=False)
class UnfilledSeries(MeasureSeries):
    """Posts not filled in time: a sum over units, not given where the rows are not complete."""

    def sums(self, division: Division) -> tuple[FloatArray, FloatArray | None]:
        sums = self._sums.get(division.key)
        if sums is None:
            assert self.complete is not None
            members = self.facts.membership(division)
            left = np.where(self.complete.holds(members), added_up(self.numerator, members), np.nan)
            sums = self._sums[division.key] = (left, None)
        return sums

    def gathered(self, facts: Facts, gather: Callable[[FloatArray], FloatArray]) -> MeasureSeries:
        assert self.complete is not None
        return UnfilledSeries(facts, self.axis, gather(self.numerator), None,
                              self.complete.gathered(gather))


def matching_series(rule: Rule, matching: Matching, facts: Facts, axis: DayAxis,
                    start: date) -> MeasureSeries:
    """An indicator of supply and demand on every day of the axis."""
    complete = completeness(matching.dated, facts, axis, start)
    if rule == Rule.UNFILLED:
        return UnfilledSeries(facts, axis, unfilled_series(facts, matching, axis), None, complete)
    cohorts = by_unit(facts, matching, DayAxis(axis.first - timedelta(days=YEAR), axis.last))
    return MedianSeries(facts, axis, np.zeros((facts.slots, len(axis))), None, complete, cohorts)
