"""How a figure moved: month ends, the month's addition, the daily path and its expected line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.scorecard.scorecard import Figures
from kpi.scorecard.trend import Point, month_addition, month_ends, path
from kpi.scorecard.years import by_year, parted
from tests.small_city import read, settings_of


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    folder: Path = tmp_path_factory.mktemp("trend")
    return read(
        settings_of(
            folder,
            targets={"jobs_published": 730, "mediation_success": 0.6},
            job_posting="""
        | unit_code | headcount | published_on | collector   |
        | 321302    | 30        | 2025-01-20   | government  |
        | 321322    | 25        | 2025-03-10   | third_party |
    """,
            dispute_case="""
        | unit_code | accepted_on | closed_on  | outcome |
        | 321302    | 2025-12-01  | 2025-12-20 | success |
        | 321302    | 2026-01-02  | 2026-01-10 | failure |
    """,
        )
    ).figures


def test_month_ends_run_from_the_plans_first_month_to_the_day_itself(known: Figures) -> None:
    ends = month_ends(known, "jobs_published", known.facts.geography.city, date(2025, 3, 15))
    assert ends == (Point(date(2025, 1, 31), 30), Point(date(2025, 2, 28), 30),
                    Point(date(2025, 3, 15), 55))


def test_a_month_end_is_not_given_twice(known: Figures) -> None:
    ends = month_ends(known, "jobs_published", known.facts.geography.city, date(2025, 2, 28))
    assert [point.day for point in ends] == [date(2025, 1, 31), date(2025, 2, 28)]


def test_the_month_adds_what_came_since_the_end_of_the_month_before(known: Figures) -> None:
    assert month_addition(known, "jobs_published", known.facts.geography.city,
                          date(2025, 3, 31)) == 25


def test_a_count_begins_at_nothing_so_its_first_month_adds_all_of_it(known: Figures) -> None:
    assert month_addition(known, "jobs_published", known.facts.geography.city,
                          date(2025, 1, 31)) == 30


def test_a_rate_that_starts_each_year_has_no_base_in_january(known: Figures) -> None:
    assert month_addition(known, "mediation_success", known.facts.geography.city,
                          date(2026, 1, 31)) is None


def test_an_indicator_without_a_source_adds_nothing_that_is_known(known: Figures) -> None:
    assert month_addition(known, "follow_ups_closed", known.facts.geography.city,
                          date(2026, 1, 31)) is None


def test_the_expected_line_of_a_count_rises_from_nothing_to_the_target(known: Figures) -> None:
    walked = path(known, "jobs_published", known.facts.geography.city, date(2025, 1, 21))
    # 730 over 730 days: one a day, so the evening before the first day is 0
    assert walked.expected == (Point(date(2024, 12, 31), 0), Point(date(2026, 12, 31), 730))
    assert [point.value for point in walked.actual[-3:]] == [0, 30, 30]
    assert len(walked.actual) == 21


def test_a_floor_is_expected_throughout_and_is_not_drawn_where_nothing_was_concluded(
        known: Figures) -> None:
    walked = path(known, "mediation_success", known.facts.geography.city, date(2026, 1, 10))
    assert {point.value for point in walked.expected} == {0.6}
    by_day = {point.day: point.value for point in walked.actual}
    assert by_day[date(2025, 12, 19)] is None
    assert by_day[date(2025, 12, 20)] == 1.0
    assert by_day[date(2026, 1, 9)] is None
    assert by_day[date(2026, 1, 10)] == 0.0


def test_without_a_target_there_is_no_expected_line(known: Figures) -> None:
    walked = path(known, "dual_real_name", known.facts.geography.city, date(2025, 3, 31))
    assert (walked.expected, walked.target) == ((), None)


def test_only_a_figure_that_begins_anew_is_parted_at_the_turn_of_the_year(known: Figures) -> None:
    city, last = known.facts.geography.city, date(2026, 1, 31)
    rate = month_ends(known, "mediation_success", city, last)
    assert [point.day for point in rate[-2:]] == [date(2025, 12, 31), date(2026, 1, 31)]
    whole = parted(rate, known.plan.indicator("mediation_success").indicator)
    assert whole == (*rate[:12], Point(date(2026, 1, 1), None), *rate[12:])
    jobs = month_ends(known, "jobs_published", city, last)
    assert parted(jobs, known.plan.indicator("jobs_published").indicator) == jobs


def test_the_years_hold_every_point_once(known: Figures) -> None:
    points = path(known, "mediation_success", known.facts.geography.city, date(2026, 1, 10)).actual
    first, second = by_year(points)
    assert (len(first), len(second)) == (365, 10)
    assert (*first, *second) == points
    assert {point.day.year for point in second} == {2026}
