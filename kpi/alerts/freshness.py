"""How new a dataset is on the real day: the working days since its newest record, against its own
usual rhythm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kpi.counting import Facts
from kpi.plan import AlertSettings, Plan, WorkCalendar
from kpi.vocabulary import from_ordinal, to_ordinal

GAP_DAYS = 182
LEAST_DAYS = 10
GAP_TIMES = 1.5


class Grade(StrEnum):
    """`FRESH`: no older than usual. `GREY`: older than the limit. `RED`: by more than the plan
    allows.
    """

    FRESH = "fresh"
    GREY = "grey"
    RED = "red"


@dataclass(frozen=True)
class Freshness:
    """How new a dataset is. `newest`: its newest counting date up to today, None without any.

    `age`: working days after `newest` up to today, None with it. `limit`: the age that is still
    usual, in working days. `grade` None: too few days with records to say what is usual.
    """

    dataset: str
    newest: date | None
    age: int | None
    limit: float | None
    grade: Grade | None
    connection: str = ""

    @property
    def fresh(self) -> bool | None:
        """Whether it is no older than usual; None when that cannot be said."""
        return None if self.grade is None else self.grade == Grade.FRESH


def freshness(facts: Facts, plan: Plan, today: date) -> Mapping[str, Freshness]:
    """Of every service dataset that was read, by name, on the real day `today`."""
    def compute() -> Mapping[str, Freshness]:
        datasets = facts.definitions.datasets
        return {name: replace(freshness_of(name, facts.counting_days(name), plan.calendar,
                                           plan.alerts, today),
                              connection=datasets[name].connection) for name in facts.cells
                if name in facts.definitions.counted}
    return facts.once(("freshness", today, plan.calendar, plan.alerts), compute)


def freshness_of(name: str, days: npt.NDArray[np.int64], calendar: WorkCalendar,
                 settings: AlertSettings, today: date) -> Freshness:
    """Of one dataset. `days`: every day it has records for, as sorted days since 1970.

    The limit is 1.5 times the longest gap between two days with records in the 182 days up to the
    newest, and at least the plan's `stale_grey_days`; red is further beyond it, as `stale_red_days`
    is beyond `stale_grey_days`.
    """
    past = days[days <= to_ordinal(today)]
    if not len(past):
        return Freshness(name, None, None, None, None)
    newest, recent = from_ordinal(int(past[-1])), past[past >= past[-1] - GAP_DAYS]
    holidays = sorted(calendar.holidays)
    age = int(_working(past[-1:], np.array([to_ordinal(today)]), holidays)[0])
    if len(recent) < LEAST_DAYS:
        return Freshness(name, newest, age, None, None)
    longest = int(_working(recent[:-1], recent[1:], holidays).max())
    limit = max(float(settings.stale_grey_days), GAP_TIMES * longest)
    red = limit + settings.stale_red_days - settings.stale_grey_days
    return Freshness(name, newest, age, limit, Grade.RED if age > red else Grade.GREY if age > limit
                     else Grade.FRESH)


def _working(after: npt.NDArray[np.int64], until: npt.NDArray[np.int64],
             holidays: list[date]) -> npt.NDArray[np.int64]:
    """Working days after the one day up to and including the other, pair by pair."""
    days: npt.NDArray[np.int64] = np.busday_count(
        (after + 1).astype("datetime64[D]"), (until + 1).astype("datetime64[D]"),
        holidays=np.array(holidays, dtype="datetime64[D]"))
    return days


def first_day_older(newest: date, limit: float, calendar: WorkCalendar) -> date:
    """The first day on which more than `limit` working days have gone after `newest`."""
    day, gone = newest, 0
    while gone <= limit:
        day += timedelta(days=1)
        gone += calendar.working_days_after(day - timedelta(days=1), day)
    return day


def of_connection(by_dataset: Mapping[str, Freshness], connection: str) -> Freshness | None:
    """The dataset that speaks for a service database: the worst graded, of those the newest; None
    when it has none.
    """
    order = {None: 0, Grade.FRESH: 1, Grade.GREY: 2, Grade.RED: 3}
    own = [one for one in by_dataset.values() if one.connection == connection
           and one.newest is not None]
    return max(own, key=lambda one: (order[one.grade], one.newest or date.min), default=None)


def oldest(states: Iterable[Freshness]) -> tuple[Freshness, ...]:
    """Those older than usual, red ones first, then by age."""
    late = [one for one in states if one.fresh is False]
    return tuple(sorted(late, key=lambda one: (one.grade != Grade.RED, -(one.age or 0),
                                               one.dataset)))
