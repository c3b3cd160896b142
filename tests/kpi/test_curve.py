"""How a target falls due: linear, by month, by stages; and what a clerk is told about a curve that
makes no sense.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi.judging.pace import Light, pace
from kpi.plan.curve import Curve, CurveKind, StagePoint
from kpi.scorecard.trend import path
from kpi.vocabulary.errors import InputError
from kpi.vocabulary.period import Window
from tests.kpi.hand import CITY, division, jobs, known, plan

WINDOW = Window(date(2025, 1, 1), date(2026, 12, 31))
STAGES = [{"on": date(2025, 12, 31), "share": 0.6}, {"on": "2026-06-30", "share": 0.85}]


def test_linear_counts_calendar_days_both_ends_included() -> None:
    assert Curve().due_share(WINDOW, date(2026, 10, 31)) == pytest.approx(669 / 730)


@pytest.mark.parametrize(("day", "months"), [(date(2025, 1, 1), 0), (date(2025, 1, 30), 0),
                                             (date(2025, 1, 31), 1), (date(2025, 2, 27), 1),
                                             (date(2025, 2, 28), 2), (date(2026, 10, 31), 22),
                                             (date(2026, 12, 30), 23), (date(2026, 12, 31), 24)])
def test_by_month_nothing_new_is_due_before_the_month_is_over(day: date, months: int) -> None:
    assert Curve(CurveKind.MONTH_STEP).due_share(WINDOW, day) == pytest.approx(months / 24)


@pytest.mark.parametrize(("day", "share"), [(date(2025, 12, 30), 0), (date(2025, 12, 31), 0.6),
                                            (date(2026, 6, 29), 0.6), (date(2026, 6, 30), 0.85),
                                            (date(2026, 12, 30), 0.85), (date(2026, 12, 31), 1.0)])
def test_a_stage_is_due_on_its_day_and_the_whole_at_the_deadline(day: date, share: float) -> None:
    curve = Curve(CurveKind.STAGED, (StagePoint(date(2025, 12, 31), 0.6),
                                     StagePoint(date(2026, 6, 30), 0.85)))
    assert curve.due_share(WINDOW, day) == share


def test_coverage_is_judged_against_its_stages() -> None:
    """Target 100 %, 85 % due from 30 June: 84 % is a point short of what is due (yellow), 79 % six
    (red).
    """
    the_plan = plan(indicators={"station_coverage": {"target": 1.0,
                                                     "curve": {"kind": "staged",
                                                               "points": STAGES}}})
    item = the_plan.indicator("station_coverage")
    lights = [pace(the_plan, item, value, 1.0, date(2026, 7, 1)).light
              for value in (0.85, 0.84, 0.79)]
    assert lights == [Light.GREEN, Light.YELLOW, Light.RED]


@pytest.mark.parametrize(("curve", "said"), [({"kind": "cubic"}, "kind 只能是"),
                                             ({"kind": "staged"}, "缺少 points"),
                                             ({"kind": "linear", "points": STAGES}, "不用 points"),
                                             ({"kind": "staged",
                                               "points": [{"on": "soon", "share": 0.5}]},
                                              "on 应是日期"),
                                             ({"kind": "staged",
                                               "points": [{"on": date(2027, 1, 1), "share": 0.5}]},
                                              "不在方案期"),
                                             ({"kind": "staged",
                                               "points": [{"on": date(2026, 1, 1), "share": 60}]},
                                              "大于 0 且不超过 1"),
                                             ({"kind": "staged",
                                               "points": [{"on": date(2026, 1, 1), "share": "x"}]},
                                              "share 应是数字"),
                                             ({"kind": "staged", "points": list(reversed(STAGES))},
                                              "按日期先后"), ({"kind": "staged", "points": 5}, "应是表的列表"),
                                             ("linear",
                                              "应是表，例如 [indicators.jobs_published.curve]")])
def test_a_curve_that_makes_no_sense_is_refused_in_one_sentence(curve: Any, said: str) -> None:
    with pytest.raises(InputError, match=r"indicators\.jobs_published\.curve") as refused:
        plan(indicators={"jobs_published": {"target": 100, "curve": curve}})
    assert said in str(refused.value)


def test_a_floor_takes_no_curve() -> None:
    with pytest.raises(InputError, match="不按时间折算"):
        plan(indicators={"mediation_success": {"target": 0.6, "curve": {"kind": "linear"}}})


def test_the_expected_line_of_a_chart_follows_the_stages() -> None:
    """60 % of 1000 from 31 December 2025, 85 % from 30 June 2026, all at the deadline: each with
    its evening before.
    """
    staged = plan(indicators={"jobs_published": {"target": 1000,
                                                 "curve": {"kind": "staged", "points": STAGES}}})
    drawn = path(known(staged, jobs(a=[1])), "jobs_published", division(CITY),
                 date(2025, 6, 1)).expected
    assert [(point.day.isoformat(), point.value) for point in drawn] == [
        ("2024-12-31", 0.0), ("2025-12-30", 0.0), ("2025-12-31", 600.0), ("2026-06-29", 600.0),
        ("2026-06-30", 850.0), ("2026-12-30", 850.0), ("2026-12-31", 1000.0)]
