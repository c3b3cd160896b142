"""What units report period by period, on every day: who has not reported has no figure.

A count is the sum of what was reported so far, of a division what any of its units reported. A stock
holds until it lapses; a division has one only while every unit of it that is asked does: the sum of
the others would be too small, and look like a fall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from kpi.counting import BoolArray, Facts, FloatArray
from kpi.definitions import Indicator, Reported, Sum
from kpi.indicators.series import MeasureSeries, added_up
from kpi.vocabulary import DayAxis, Division


@dataclass(frozen=True, eq=False)
class ReportedSeries(MeasureSeries):
    """`there`: reports in force, `asked`: reports there should be, per slot and day; None where one
    is enough. `numerator` keeps a lapsed stock, which only a division without a figure has.
    """

    there: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    asked: FloatArray | None = None

    def sums(self, division: Division) -> tuple[FloatArray, FloatArray | None]:
        """The figure of one division on each day of the axis, nan where there is none."""
        sums = self._sums.get(division.key)
        if sums is None:
            members = self.facts.membership(division)
            known = self._known(members)
            sums = self._sums[division.key] = (
                np.where(known, added_up(self.numerator, members), np.nan), None)
        return sums

    def _known(self, members: BoolArray) -> BoolArray:
        there = added_up(self.there, members)
        enough = 1.0 if self.asked is None else np.maximum(added_up(self.asked, members), 1.0)
        known: BoolArray = there >= enough
        return known

    def gathered(self, facts: Facts, gather: Callable[[FloatArray], FloatArray]) -> MeasureSeries:
        return ReportedSeries(facts, self.axis, gather(self.numerator), None, None,
                              gather(self.there), None if self.asked is None
                              else gather(self.asked))


def reported_series(indicator: Indicator, facts: Facts, axis: DayAxis,
                    added: Callable[[Sum], FloatArray]) -> MeasureSeries:
    """The series of an indicator of what units report. `added`: a sum of it on every day, shape
    (slots, len(axis)).
    """
    part, reported = indicator.part, indicator.reported
    assert part is not None
    assert reported is not None
    amounts, there = added(part), added(replace(part, column="rows"))
    if part.minus is None:
        return ReportedSeries(facts, axis, amounts, there=there)
    return ReportedSeries(facts, axis, _kept(amounts, there), there=there,
                          asked=_asked(reported, part, facts, axis))


def _kept(amounts: FloatArray, there: FloatArray) -> FloatArray:
    """Each unit's newest amount, where none is in force the last that was; 0 before any."""
    days = np.where(there > 0, np.arange(amounts.shape[1]), -1)
    newest = np.maximum.accumulate(days, axis=1)
    kept: FloatArray = np.where(newest >= 0, np.take_along_axis(
        amounts, np.maximum(newest, 0), axis=1), 0.0)
    return kept


def _asked(reported: Reported, part: Sum, facts: Facts, axis: DayAxis) -> FloatArray:
    """How many of the values the sum is of each unit reports, the same on every day."""
    wanted = part.where[reported.item]
    items = wanted if isinstance(wanted, tuple) else (str(wanted),)
    asked = np.zeros((facts.slots, len(axis)))
    for slot, unit in enumerate(facts.geography.unit_codes):
        asked[slot] = sum(unit in reported.asked.get(item, (unit,)) for item in items)
    return asked
