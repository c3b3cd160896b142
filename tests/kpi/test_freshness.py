"""How new a dataset is, by hand: working days on the real day, against the dataset's own rhythm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from data_access.snapshots.clock import local_now
from kpi.alerts.freshness import Freshness, Grade, first_day_older, freshness_of
from kpi.plan.thresholds import USUAL_ALERTS
from kpi.plan.workdays import WorkCalendar
from kpi.vocabulary.period import to_ordinal
from kpi.vocabulary.zone import TIME_ZONE, zone
from tests.kpi.hand import plan

NO_HOLIDAYS = WorkCalendar()


def of(days: list[date], today: date, calendar: WorkCalendar = NO_HOLIDAYS) -> Freshness:
    return freshness_of("hire", np.array(sorted(map(to_ordinal, days)), dtype=np.int64), calendar,
                        USUAL_ALERTS, today)


def every(step: int, count: int, last: date) -> list[date]:
    return [last - timedelta(days=step * n) for n in range(count)]


FRIDAY = date(2026, 6, 12)


@pytest.mark.parametrize(("today", "age", "grade"), [(date(2026, 6, 14), 0, Grade.FRESH),
                                                     (date(2026, 6, 16), 2, Grade.FRESH),
                                                     (date(2026, 6, 17), 3, Grade.GREY),
                                                     (date(2026, 6, 19), 5, Grade.GREY),
                                                     (date(2026, 6, 21), 5, Grade.GREY),
                                                     (date(2026, 6, 22), 6, Grade.RED)])
def test_daily_records_are_late_after_two_working_days_and_very_late_after_five(
        today: date, age: int, grade: Grade) -> None:
    """Records every day until Friday 12 June: L is 2, red beyond 5; a weekend adds nothing."""
    one = of(every(1, 100, FRIDAY), today)
    assert (one.newest, one.age, one.limit, one.grade) == (FRIDAY, age, 2.0, grade)


def test_a_slow_rhythm_has_a_longer_limit() -> None:
    """A record every 14 days: ten working days between two; L = 15, so grey from the 16th and red
    from the 19th.
    """
    days = every(14, 13, FRIDAY)
    for working, grade in ((15, Grade.FRESH), (16, Grade.GREY), (18, Grade.GREY), (19, Grade.RED)):
        today = first_day_older(FRIDAY, working - 1, NO_HOLIDAYS)
        assert (of(days, today).age, of(days, today).limit, of(days, today).grade) == (
            working, 15.0, grade)


def test_a_gap_longer_ago_than_half_a_year_is_forgotten() -> None:
    recent = every(1, 150, FRIDAY)
    long_ago = [FRIDAY - timedelta(days=400)]
    assert of([*recent, *long_ago], FRIDAY).limit == 2.0


@pytest.mark.parametrize(("count", "fresh"), [(9, None), (10, False)])
def test_fewer_than_ten_days_with_records_say_nothing(count: int, fresh: bool | None) -> None:
    assert of(every(1, count, FRIDAY), date(2026, 9, 1)).fresh is fresh


def test_holidays_are_no_working_days() -> None:
    week = frozenset(date(2026, 6, 15) + timedelta(days=n) for n in range(5))
    assert of(every(1, 100, FRIDAY), date(2026, 6, 22), WorkCalendar(week)).age == 1


def test_rows_of_the_future_do_not_make_it_fresh() -> None:
    assert of([*every(1, 100, FRIDAY), date(2026, 12, 1)], date(2026, 6, 22)).newest == FRIDAY


def test_nothing_at_all_is_neither_fresh_nor_old() -> None:
    assert of([], FRIDAY) == Freshness("hire", None, None, None, None)


def test_the_day_is_the_citys_and_not_the_servers() -> None:
    """Half past four in the afternoon of Greenwich is half past midnight of the next day in China.
    """
    late = datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    assert local_now(plan(), late) == datetime(2026, 11, 1, 0, 30)
    assert zone(TIME_ZONE).utcoffset(datetime(2026, 7, 1)) == timedelta(hours=8)
    with pytest.raises(ValueError, match="Nowhere"):
        zone("Nowhere/Else")
