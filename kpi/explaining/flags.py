"""Days a reader of a curve asks about: long holidays, and falls of what only grows by itself."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi.scorecard import Point

_FESTIVAL = ((1, 17), (2, 22))  # between which the Spring Festival holiday begins
_FALL = 0.005  # of the highest figure so far: below, it is not seen in the curve


@dataclass(frozen=True)
class Fall:
    """A day at whose end the figure is lower than a day before, by `by` > 0."""

    day: date
    value: float
    by: float


def spring_festivals(holidays: Collection[date]) -> tuple[tuple[date, date], ...]:
    """First and last day, both inclusive, of each year's Spring Festival holiday, oldest first;
    none of a year whose holidays are not announced.
    """
    result = []
    for day in sorted(holidays):
        begins = _FESTIVAL[0] <= (day.month, day.day) <= _FESTIVAL[1]
        if not begins or day - timedelta(days=1) in holidays:
            continue
        last = day
        while last + timedelta(days=1) in holidays:
            last += timedelta(days=1)
        result.append((day, last))
    return tuple(result)


def falls(points: Sequence[Point]) -> tuple[Fall, ...]:
    """Days on which the figure fell by 0.5 % of the highest so far or more, oldest first. A day
    without a figure is compared with nothing.
    """
    result, highest = [], 0.0
    for before, after in itertools.pairwise(points):
        if before.value is None or after.value is None:
            continue
        highest = max(highest, before.value)
        by = before.value - after.value
        if by > 0 and by >= _FALL * highest:
            result.append(Fall(after.day, after.value, by))
    return tuple(result)
