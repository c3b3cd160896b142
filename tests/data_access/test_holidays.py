"""Public holidays as announced."""

from __future__ import annotations

from datetime import date

from data_access.site.holidays import public_holidays
from kpi.vocabulary.period import Window


def test_both_years_of_the_plan_are_known() -> None:
    holidays = public_holidays(Window(date(2025, 1, 1), date(2026, 12, 31)))
    # Spring Festival 2025-01-29 and 2026-02-17, National Day; an ordinary Sunday is no holiday
    assert {date(2025, 1, 29), date(2026, 2, 17), date(2025, 10, 1), date(2026, 10, 1)} <= holidays
    assert date(2025, 3, 2) not in holidays


def test_a_working_weekend_is_no_holiday() -> None:
    assert date(2025, 1, 26) not in public_holidays(Window(date(2025, 1, 1), date(2025, 12, 31)))


def test_a_year_not_announced_yet_has_none() -> None:
    assert public_holidays(Window(date(2090, 1, 1), date(2090, 12, 31))) == frozenset()
