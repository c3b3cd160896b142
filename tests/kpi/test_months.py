"""Months by hand: what each added, beside last year's and the month before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.scorecard.months import Month, month_before, month_end, months, year_before
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
    return read(settings_of(tmp_path_factory.mktemp("city"), job_posting=POSTINGS, worker_account="""
        | registered_on | deregistered_on |
        | 2024-06-01    |                 |
        | 2025-02-10    |                 |
        | 2025-02-11    | 2025-03-09      |
        | 2025-05-01    |                 |
    """, dispute_case="""
        | stage       | is_gig | accepted_on | closed_on  | outcome |
        | arbitration | true   | 2025-01-05  | 2025-02-01 | award   |
        | arbitration | true   | 2025-01-06  | 2025-11-01 | award   |
        | arbitration | true   | 2026-01-05  | 2026-01-20 | award   |
        | arbitration | true   | 2026-01-06  |            |         |
        | arbitration | false  | 2026-02-06  | 2026-02-20 | award   |
        | arbitration | false  | 2026-02-07  | 2026-02-20 | award   |
    """)).figures


def _months(known: Figures, code: str, as_of: date) -> dict[str, Month]:
    return {f"{month.first:%Y-%m}": month for month in months(known, code, known.facts.geography.city, as_of)}


def test_every_month_since_the_start_is_there_and_the_running_one_ends_on_the_day(known: Figures) -> None:
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
    assert {month.drawn for month in months(known, "jobs_published", known.facts.geography.city, date(2025, 6, 30))} == {None}


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


def test_a_month_ends_on_its_last_day() -> None:
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert month_end(date(2026, 12, 31)) == date(2026, 12, 31)
