"""A figure that begins anew on 1 January, year by year: joined over the turn of the year its line would
fall upright, as if something had been lost that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from kpi.definitions import Indicator
from kpi.scorecard.trend import Point


def by_year(points: Iterable[Point]) -> tuple[tuple[Point, ...], ...]:
    """The points of each calendar year by themselves, in the order given."""
    return tuple(tuple(own) for _, own in groupby(points, key=lambda point: point.day.year))


def parted(points: Iterable[Point], indicator: Indicator) -> tuple[Point, ...]:
    """The same points, for an indicator that begins anew each year with a point without value on
    1 January between two years, so that no line joins them.
    """
    given = tuple(points)
    if not indicator.starts_each_year or not given:
        return given
    first, *later = by_year(given)
    return (*first, *(point for own in later
                      for point in (Point(date(own[0].day.year, 1, 1), None), *own)))
