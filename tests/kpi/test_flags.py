"""The flags of a curve: the Spring Festival of each year, and falls that can be seen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data_access.site.holidays import public_holidays
from kpi.explaining import falls, spring_festivals
from kpi.scorecard import Point
from kpi.vocabulary import Window


def test_each_announced_year_has_its_spring_festival() -> None:
    holidays = public_holidays(Window(date(2025, 1, 1), date(2026, 12, 31)))
    # the State Council's notices for 2025 and 2026
    assert spring_festivals(holidays) == (
        (date(2025, 1, 28), date(2025, 2, 4)), (date(2026, 2, 15), date(2026, 2, 23)))
    assert spring_festivals(frozenset()) == ()
    # neither New Year nor the autumn's week
    assert spring_festivals({date(2025, 1, 1), *(date(2025, 10, day) for day in range(1, 9))}) == ()


def _points(*values: float | None) -> list[Point]:
    return [Point(date(2025, 3, 1) + timedelta(days=at), value)
            for at, value in enumerate(values)]


@pytest.mark.parametrize(("values", "expected"), [
    ((1000, 1000, 1010), []),
    ((1000, 995, 995), [(1, 995.0, 5.0)]),   # half a percent
    ((1000, 996), []),                       # less cannot be seen
    ((1000, None, 900), []),                 # nothing to compare with
    ((0, 0, 1), []),
    ((1000, 500, 498, 400), [(1, 500.0, 500.0), (3, 400.0, 98.0)]),  # of the highest so far
])
def test_a_fall_is_of_the_highest_so_far(values: tuple[float | None, ...],
                                         expected: list[tuple[int, float, float]]) -> None:
    assert [((one.day - date(2025, 3, 1)).days, one.value, one.by)
            for one in falls(_points(*values))] == expected
