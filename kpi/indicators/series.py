"""An indicator on every day, per unit; a division's figure is read from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from kpi.counting import BoolArray, Facts, FloatArray
from kpi.definitions import Enough
from kpi.vocabulary import DayAxis, Division


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is the numerator, or numerator ÷ denominator for shares (0–1, unrounded).

    None means not known (dataset absent or empty) or not applicable (denominator not above zero),
    never 0.
    """

    value: float | None
    numerator: float | None
    denominator: float | None


UNKNOWN = Measure(None, None, None)


@dataclass(frozen=True, eq=False)
class Completeness:
    """Rows with what a figure needs and all rows, per unit and day; the share (0–1) that may lack it.
    """

    having: FloatArray
    every: FloatArray
    lacking_at_most: float

    def holds(self, members: BoolArray) -> BoolArray:
        """On which days the rows of these units together are complete enough."""
        having, every = added_up(self.having, members), added_up(self.every, members)
        enough: BoolArray = every - having <= self.lacking_at_most * every + 1e-9
        return enough

    def gathered(self, gather: Callable[[FloatArray], FloatArray]) -> Completeness:
        return Completeness(gather(self.having), gather(self.every), self.lacking_at_most)


@dataclass(frozen=True, eq=False)
class MeasureSeries:
    """An indicator on every day of `axis`, per unit: arrays of shape (slots, len(axis)); counts
    have no denominator. `complete`: what a share needs to be given, where it needs anything.
    """

    facts: Facts
    axis: DayAxis
    numerator: FloatArray
    denominator: FloatArray | None = None
    complete: Completeness | None = None
    _sums: dict[tuple[str, str], tuple[FloatArray, FloatArray | None]] = field(
        default_factory=dict, init=False, repr=False)

    def sums(self, division: Division) -> tuple[FloatArray, FloatArray | None]:
        """Numerator and denominator of one division on each day of the axis, added up once."""
        sums = self._sums.get(division.key)
        if sums is None:
            members = self.facts.membership(division)
            whole = None if self.denominator is None else added_up(self.denominator, members)
            if whole is not None and self.complete is not None:
                whole = np.where(self.complete.holds(members), whole, 0.0)
            sums = self._sums[division.key] = (added_up(self.numerator, members), whole)
        return sums

    def gathered(self, facts: Facts, gather: Callable[[FloatArray], FloatArray]) -> MeasureSeries:
        """The same of facts with other slots; `gather` adds an array's rows up into theirs."""
        return MeasureSeries(facts, self.axis, gather(self.numerator), None
                             if self.denominator is None else gather(self.denominator), None
                             if self.complete is None else self.complete.gathered(gather))

    def at(self, division: Division, day: date) -> Measure:
        """The figure of one division as of `day`, which must lie on the axis."""
        position = self.axis.position(day)
        return self._figure(division, position) if 0 <= position < len(self.axis) else UNKNOWN

    def on(self, day: date) -> tuple[Measure, ...]:
        """The figure of every division as of `day`, in the order of the geography; see `at`."""
        divisions, position = self.facts.geography.divisions, self.axis.position(day)
        if not 0 <= position < len(self.axis):
            return (UNKNOWN,) * len(divisions)
        return tuple(self._figure(division, position) for division in divisions)

    def _figure(self, division: Division, position: int) -> Measure:
        part, whole = self.sums(division)
        numerator = float(part[position])
        if numerator != numerator:
            return UNKNOWN
        if whole is None:
            return Measure(numerator, numerator, None)
        denominator = float(whole[position])
        if self.complete is not None and denominator <= 0:
            return UNKNOWN
        return Measure(numerator / denominator if denominator > 0 else None, numerator, denominator)

    def values(self, division: Division) -> FloatArray:
        """The figure of one division on each day of the axis; nan where it is not applicable."""
        numerator, denominator = self.sums(division)
        if denominator is None:
            return numerator
        # 0 ÷ 0 must stay "not applicable": as 0 it would be drawn as a failure
        shares: FloatArray = np.divide(numerator, denominator, out=np.full(len(self.axis), np.nan),
                                       where=denominator > 0)
        return shares

    def unassigned(self, day: date) -> float:
        """市本级（未分县区）: what the city's numerator has beyond its units on `day`."""
        return float(self.numerator[-1, self.axis.position(day)])


def added_up(rows: FloatArray, members: BoolArray) -> FloatArray:
    # over neighbouring numbers, so that yuan and fen end in the digit a single day's sum ends in
    added: FloatArray = np.ascontiguousarray(rows[members].T).sum(axis=1)
    return added


def completeness(enough: Enough, facts: Facts, axis: DayAxis, start: date) -> Completeness:
    """How complete the rows dated from `start` on are, on each day of the axis."""
    first = max(axis.position(start), 0)

    def since_start(event: str) -> FloatArray:
        sums = facts.cumulative(enough.dataset, event, axis)
        return sums[:, 1:] - sums[:, first:first + 1]
    return Completeness(since_start(enough.having), since_start(enough.of), enough.lacking_at_most)
