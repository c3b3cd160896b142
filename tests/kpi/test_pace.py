"""Lights at their boundaries, and what is needed per day and week."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.judging.pace import Light, pace
from tests.kpi.hand import A, jobs, known, plan

HALFWAY = date(2025, 12, 31)  # 365 of 730 days: 50 % due
JOBS = plan(indicators={"jobs_published": 7300})


@pytest.mark.parametrize(("value", "light"), [(7300, Light.MET), (7299, Light.GREEN),
                                              (3650, Light.GREEN), (3649.99, Light.YELLOW),
                                              (3285, Light.YELLOW), (3284.99, Light.RED),
                                              (0, Light.RED)])
def test_lights_are_half_open_and_compare_unrounded(value: float, light: Light) -> None:
    """Half of 7300 is 3650; five points of 7300 are 365, so yellow begins at 3285."""
    assert pace(JOBS, JOBS.indicator("jobs_published"), value, 7300, HALFWAY).light == light


def test_green_can_be_asked_to_be_ahead() -> None:
    strict = plan(indicators={"jobs_published": 7300}, lights={"green_points": 2})
    item = strict.indicator("jobs_published")
    assert [pace(strict, item, value, 7300, HALFWAY).light for value in (3796, 3795)] == [
        Light.GREEN, Light.YELLOW]


def test_at_the_deadline_an_unmet_target_is_red_however_close() -> None:
    assert pace(JOBS, JOBS.indicator("jobs_published"), 7299, 7300,
                date(2026, 12, 31)).light == Light.RED


@pytest.mark.parametrize(("day", "light"), [(date(2026, 1, 31), Light.YELLOW),
                                            (date(2026, 6, 30), Light.YELLOW),
                                            (date(2026, 7, 1), Light.RED)])
def test_the_closing_rate_is_not_red_on_the_raw_figure_before_july(day: date, light: Light) -> None:
    the_plan = plan(indicators={"arbitration_closing": 0.92})
    assert pace(the_plan, the_plan.indicator("arbitration_closing"), 0.49, 0.92, day).light == light


def test_needed_per_day_and_week() -> None:
    """100 posts by the middle: 7200 missing over the 365 days of 2026 is 19.726 a day, 138.08 a
    week.
    """
    from kpi.scorecard.scorecard import scorecard

    figures = known(JOBS, jobs(a=[100]))
    line = scorecard(figures, HALFWAY).city_line("jobs_published")
    assert line.needed_per_day == pytest.approx(7200 / 365)
    assert line.needed_per_week == pytest.approx(7200 / 365 * 7)
    assert A in {code for _, code in figures.targets["jobs_published"]}
