"""Months by hand: what each added, beside last year's and the month before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.scorecard.months import (
    Month,
    as_many_days,
    month_before,
    month_end,
    months,
    same_date_last_year,
    year_before,
)
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary.division import Rollup
from tests.small_city import read, settings_of

POSTINGS = """
    | unit_code | headcount | published_on | invalidated_on |
    | 321302    | 10        | 2025-01-10   |                |
    | 321302    | 20        | 2025-03-05   |                |
    | 321322    | 30        | 2025-03-20   |                |
    | 321302    | 15        | 2026-03-04   |                |
    | 321322    | 60        | 2026-03-25   |                |
    | 321322    | 5         | 2026-02-02   | 2026-03-06     |
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return read(
        settings_of(
            tmp_path_factory.mktemp("city"),
            job_posting=POSTINGS,
            worker_account="""
        | registered_on | deregistered_on |
        | 2024-06-01    |                 |
        | 2025-02-10    |                 |
        | 2025-02-11    | 2025-03-09      |
        | 2025-05-01    |                 |
    """,
            dispute_case="""
        | stage       | is_gig | accepted_on | closed_on  | outcome |
        | arbitration | true   | 2025-01-05  | 2025-02-01 | award   |
        | arbitration | true   | 2025-01-06  | 2025-11-01 | award   |
        | arbitration | true   | 2026-01-05  | 2026-01-20 | award   |
        | arbitration | true   | 2026-01-06  |            |         |
        | arbitration | false  | 2026-02-06  | 2026-02-20 | award   |
        | arbitration | false  | 2026-02-07  | 2026-02-20 | award   |
    """,
        )
    ).figures


def _months(known: Figures, code: str, as_of: date) -> dict[str, Month]:
    return {f"{month.first:%Y-%m}": month
            for month in months(known, code, known.facts.geography.city, as_of)}


def test_every_month_since_the_start_is_there_and_the_running_one_ends_on_the_day(
        known: Figures) -> None:
    found = _months(known, "jobs_published", date(2026, 3, 10))
    assert len(found) == 15
    assert found["2026-03"].last == date(2026, 3, 10)
    assert not found["2026-03"].complete
    assert found["2026-02"].last == date(2026, 2, 28)
    assert found["2026-02"].complete


def test_a_whole_month_is_compared_with_whole_months(known: Figures) -> None:
    march = _months(known, "jobs_published", date(2026, 3, 31))["2026-03"]
    assert march.drawn == 15 + 60 - 5  # a write-off falls in the month it was found
    assert march.total == 10 + 50 + 5 + 70
    assert march.year_ago == 20 + 30
    assert march.previous == 5
    assert march.year_on_year == "增长40.0%"
    assert march.month_on_month == "增长1300.0%"


def test_a_running_month_is_compared_with_the_same_days(known: Figures) -> None:
    march = _months(known, "jobs_published", date(2026, 3, 10))["2026-03"]
    assert march.drawn == 15 - 5
    assert march.year_ago == 20  # not the 30 of 20 March 2025
    assert march.previous == 5
    assert march.year_on_year == "下降50.0%"


def test_without_a_base_nothing_is_compared(known: Figures) -> None:
    found = _months(known, "jobs_published", date(2026, 3, 31))
    assert found["2025-01"].year_ago is None
    assert found["2025-01"].previous is None
    assert (found["2025-01"].year_on_year, found["2025-01"].month_on_month) == ("—", "—")
    assert found["2025-04"].drawn == 0
    assert found["2025-05"].month_on_month == "—"  # April added nothing, and nothing divides by it


def test_a_stock_can_shrink_in_a_month(known: Figures) -> None:
    found = _months(known, "registered_users", date(2025, 5, 31))
    assert found["2025-02"].drawn == 2
    assert found["2025-03"].drawn == -1
    assert found["2025-03"].month_on_month == "下降150.0%"
    assert found["2025-04"].month_on_month == "—"  # a loss is no base
    assert found["2025-01"].drawn is None  # what stood before the window is not known


def test_a_share_is_shown_as_it_stands_and_compared_in_points(known: Figures) -> None:
    found = _months(known, "arbitration_closing", date(2026, 2, 28))
    assert found["2026-02"].drawn == found["2026-02"].total == pytest.approx(3 / 4)
    assert found["2026-02"].previous == pytest.approx(1 / 2)
    assert found["2026-02"].year_ago == pytest.approx(1 / 2)
    assert found["2026-02"].month_on_month == "+25.0个百分点"


def test_a_yearly_rate_has_no_month_before_in_january(known: Figures) -> None:
    january = _months(known, "arbitration_closing", date(2026, 1, 31))["2026-01"]
    assert january.drawn == pytest.approx(1 / 2)
    assert january.previous is None
    assert january.month_on_month == "—"


def test_a_division_has_its_own_months(known: Figures) -> None:
    shuyang = known.facts.geography.division(Rollup.COUNTY, "321322")
    march = months(known, "jobs_published", shuyang, date(2026, 3, 31))[-1]
    assert (march.drawn, march.year_ago, march.previous) == (60 - 5, 30, 5)


def test_no_data_is_no_month_of_zero(tmp_path: Path) -> None:
    known = read(settings_of(tmp_path)).figures
    assert {month.drawn for month in months(known, "jobs_published", known.facts.geography.city,
                                            date(2025, 6, 30))} == {None}


@pytest.mark.parametrize(("day", "earlier"), [
    ("2026-03-10", "2025-03-10"), ("2026-02-28", "2025-02-28"), ("2024-02-29", "2023-02-28"),
    ("2025-02-28", "2024-02-29"), ("2025-02-27", "2024-02-27")])
def test_the_same_day_last_year_keeps_a_whole_month_whole(day: str, earlier: str) -> None:
    assert year_before(date.fromisoformat(day)) == date.fromisoformat(earlier)


@pytest.mark.parametrize(("day", "earlier"), [
    ("2026-03-10", "2026-02-10"), ("2026-03-30", "2026-02-28"), ("2026-02-28", "2026-01-31"),
    ("2026-06-30", "2026-05-31"), ("2026-01-15", "2025-12-15")])
def test_the_same_day_of_the_month_before_stays_in_that_month(day: str, earlier: str) -> None:
    assert month_before(date.fromisoformat(day)) == date.fromisoformat(earlier)


@pytest.mark.parametrize(("day", "through", "before"), [
    # the days of the month the running one is compared over, and those of the month before: as
    # many, by the calendar
    ("2026-03-10", "2026-03-10", "2026-02-10"), ("2026-03-28", "2026-03-28", "2026-02-28"),
    ("2026-03-29", "2026-03-28", "2026-02-28"), ("2026-03-30", "2026-03-28", "2026-02-28"),
    ("2028-03-28", "2028-03-28", "2028-02-28"), ("2028-03-29", "2028-03-29", "2028-02-29"),
    ("2028-03-30", "2028-03-29", "2028-02-29"), ("2026-05-30", "2026-05-30", "2026-04-30"),
    ("2026-01-30", "2026-01-30", "2025-12-30"), ("2026-02-27", "2026-02-27", "2026-01-27"),
    ("2028-02-28", "2028-02-28", "2028-01-28"),
    # whole months with whole months, however long they are
    ("2026-03-31", "2026-03-31", "2026-02-28"), ("2026-02-28", "2026-02-28", "2026-01-31"),
    ("2028-02-29", "2028-02-29", "2028-01-31"), ("2026-04-30", "2026-04-30", "2026-03-31")])
def test_a_running_month_has_as_many_days_as_what_it_is_compared_with(
        day: str, through: str, before: str) -> None:
    assert as_many_days(date.fromisoformat(day)) == date.fromisoformat(through)
    assert month_before(date.fromisoformat(day)) == date.fromisoformat(before)


def test_every_running_month_is_compared_over_equal_days() -> None:
    """Every day of a leap year's cycle: the two are equally long, unless the month is whole."""
    for number in range(4 * 366):
        day = date.fromordinal(date(2026, 1, 1).toordinal() + number)
        through, before = as_many_days(day), month_before(day)
        assert (through.day == before.day and through <= day) or day == month_end(day)
        assert through.day == min(day.day, month_end(before).day) or day == month_end(day)


@pytest.mark.parametrize(("day", "earlier"), [("2026-03-10", "2025-03-10"),
                                              ("2024-02-29", "2023-02-28"),
                                              ("2025-02-28", "2024-02-28"),
                                              ("2024-02-28", "2023-02-28"),
                                              ("2025-12-31", "2024-12-31")])
def test_the_date_last_year_is_never_a_later_one(day: str, earlier: str) -> None:
    assert same_date_last_year(date.fromisoformat(day)) == date.fromisoformat(earlier)


def test_the_last_days_of_march_are_not_held_against_a_shorter_february(tmp_path: Path) -> None:
    """February has 2 a day through the 28th; March 3 a day, and 100 more on the 29th, a day
    February does not have.
    """
    rows = [f"| 321302 | {3 if month == 3 else 2} | 2026-{month:02}-{day:02} |"
            for month, days in ((2, 28), (3, 31)) for day in range(1, days + 1)]
    known = read(settings_of(tmp_path,
                             job_posting="\n".join(["| unit_code | headcount | published_on |",
                                                    *rows,
                                                    "| 321302 | 100 | 2026-03-29 |"]))).figures
    drawn, alike, previous, words = {}, {}, {}, {}
    for day in (28, 29, 30, 31):
        month = _months(known, "jobs_published", date(2026, 3, day))["2026-03"]
        drawn[day], alike[day], previous[day], words[
            day] = month.drawn, month.alike, month.previous, month.month_on_month
    assert drawn == {28: 84, 29: 187, 30: 190, 31: 193}
    assert alike == {28: 84, 29: 84, 30: 84, 31: 193}
    assert previous == dict.fromkeys((28, 29, 30, 31), 56)
    assert words == {28: "增长50.0%", 29: "增长50.0%", 30: "增长50.0%", 31: "增长244.6%"}


def test_a_share_of_a_running_month_is_held_against_the_same_day_of_the_month_before(
        known: Figures) -> None:
    """On 25 February 2026 three of four cases are closed; on 25 January one of two was, on 19
    January none of two.
    """
    found = _months(known, "arbitration_closing", date(2026, 2, 25))["2026-02"]
    assert (found.drawn, found.previous) == (pytest.approx(3 / 4), pytest.approx(1 / 2))
    found = _months(known, "arbitration_closing", date(2026, 2, 19))["2026-02"]
    assert (found.drawn, found.previous) == (pytest.approx(1 / 4), 0.0)


def test_a_month_ends_on_its_last_day() -> None:
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert month_end(date(2026, 12, 31)) == date(2026, 12, 31)
