"""Days as people work them: weekdays, weekends, public holidays and the Spring Festival."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AS_OF = date(2026, 10, 31)
PLAN_START = date(2025, 1, 1)
_FIRST, _LAST = date(2019, 1, 1), date(2026, 12, 31)

# first and last day of each public holiday
_HOLIDAYS = (
    ("2024-01-01", "2024-01-01"), ("2024-02-10", "2024-02-17"), ("2024-04-04", "2024-04-06"),
    ("2024-05-01", "2024-05-05"), ("2024-06-10", "2024-06-10"), ("2024-09-15", "2024-09-17"),
    ("2024-10-01", "2024-10-07"), ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"), ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07"),
)
_SPRING_FESTIVALS = ("2024-02-10", "2025-01-29", "2026-02-17")
BUSY = (1.08, 1.05, 1.02, 1.0, 0.98, 0.55, 0.35)  # Monday … Sunday on the job platforms
OFFICE = (1.1, 1.05, 1.0, 1.0, 0.95, 0.04, 0.02)  # where an office has to act


def month_of(day: date) -> int:
    """Months since January of year 0, so that December and January are neighbours."""
    return day.year * 12 + day.month - 1


def months(first: date, last: date) -> Ints:
    """The months from that of `first` to that of `last`, both inclusive, as `month_of` numbers
    them.
    """
    return np.arange(month_of(first), month_of(last) + 1)


def all_days(first: date, last: date) -> Days:
    """Every day from `first` to `last`, both inclusive."""
    days: Days = np.arange(np.datetime64(first), np.datetime64(last) + 1).astype("datetime64[D]")
    return days


def draw_days(rng: np.random.Generator, month: Ints, week: tuple[float, ...] = BUSY) -> Days:
    """A random day in each of the given months, likelier on busy days; shape of `month`."""
    reached = _reached(week)
    starts = (_month_starts(month) - np.datetime64(_FIRST)).astype(int)
    ends = (_month_starts(month + 1) - np.datetime64(_FIRST)).astype(int)
    wanted = reached[starts] + rng.random(len(month)) * (reached[ends] - reached[starts])
    position = np.clip(np.searchsorted(reached, wanted, side="right") - 1, starts, ends - 1)
    days: Days = np.datetime64(_FIRST) + position
    return days


def share_of_month(week: tuple[float, ...], first: date, last: date) -> Floats:
    """For each day, how much of its month's activity has happened by its end (0–1); `last`
    inclusive.
    """
    days = all_days(first, last)
    month = days.astype("datetime64[M]").astype(int) + 1970 * 12
    reached = _reached(week)
    at = (days - np.datetime64(_FIRST)).astype(int)
    starts = (_month_starts(month) - np.datetime64(_FIRST)).astype(int)
    ends = (_month_starts(month + 1) - np.datetime64(_FIRST)).astype(int)
    share: Floats = (reached[at + 1] - reached[starts]) / (reached[ends] - reached[starts])
    return share


def _month_starts(month: Ints) -> Days:
    starts: Days = (month - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    return starts


@cache
def _reached(week: tuple[float, ...]) -> Floats:
    """Activity before each day since the calendar began, with one value more than days."""
    days = all_days(_FIRST, _LAST)
    weekday = (days.astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    weights = np.array(week)[weekday]
    for first, last in _HOLIDAYS:
        weights[(days >= np.datetime64(first)) & (days <= np.datetime64(last))] *= 0.25
    for festival in _SPRING_FESTIVALS:
        away = np.abs((days - np.datetime64(festival)).astype(int))
        weights[away <= 12] *= 0.45
        weights[away <= 4] *= 0.3
    return np.concatenate([[0.0], np.cumsum(weights)])
