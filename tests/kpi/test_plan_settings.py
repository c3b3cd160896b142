"""Campaigns, holidays and alert thresholds in the plan file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kpi.sentences.plan_changes import plan_changes
from kpi.vocabulary.errors import InputError
from kpi.vocabulary.period import DayAxis
from tests.kpi.hand import plan

FAIR = {"name": "春风行动", "start": date(2026, 2, 1), "end": date(2026, 2, 3), "factor": 2}


def test_a_holiday_weighs_a_tenth_and_a_campaign_its_factor() -> None:
    calendar = plan(campaigns=[FAIR],
                    calendar={"holidays": [date(2026, 2, 3), date(2026, 2, 4)]}).calendar
    assert calendar.weights(DayAxis(date(2026, 1, 31), date(2026, 2, 5))) == pytest.approx(
        [1, 2, 2, 0.2, 0.1, 1])


def test_a_campaign_that_began_before_the_axis_still_counts_on_it() -> None:
    assert plan(campaigns=[FAIR]).calendar.weights(DayAxis(date(2026, 2, 3),
                                                           date(2026, 2, 4))) == pytest.approx(
                                                               [2, 1])
    assert plan(campaigns=[FAIR]).calendar.weights(DayAxis(date(2026, 3, 1),
                                                           date(2026, 3, 2))) == pytest.approx(
                                                               [1, 1])


def test_working_days_leave_out_weekends_and_holidays() -> None:
    """Friday 1 May 2026 read; Mon 4 and Tue 5 are holidays; by Thursday 7 two working days are gone
    (6, 7).
    """
    calendar = plan(calendar={"holidays": [date(2026, 5, 4), date(2026, 5, 5)]}).calendar
    assert calendar.working_days_after(date(2026, 5, 1), date(2026, 5, 7)) == 2
    assert calendar.working_days_after(date(2026, 5, 7), date(2026, 5, 7)) == 0


def test_thresholds_left_out_keep_their_defaults() -> None:
    alerts = plan(alerts={"enter_days": 5, "red": {"enter_probability": 0.05}}).alerts
    assert alerts.enter_days == 5
    assert (alerts.pace[2].enter_probability, alerts.pace[2].enter_ratio) == (0.05, 0.90)
    assert alerts.leave_days == 14


@pytest.mark.parametrize(("parts", "said"), [
    ({"campaigns": [{**FAIR, "end": date(2026, 1, 1)}]}, "start 晚于 end"),
    ({"campaigns": [{**FAIR, "factor": 0}]}, "应大于 0"),
    ({"campaigns": [{**FAIR, "name": ""}]}, "缺少文字 name"),
    ({"campaigns": FAIR}, "表的列表"),
    ({"calendar": {"holidays": date(2026, 1, 1)}}, "日期列表"),
    ({"calendar": {"holidays": ["春节"]}}, "应是日期"),
    ({"alerts": {"entry_days": 7}}, "entry_days 不认识"),
    ({"follow_up": {"meeting_day": 35}}, "meeting_day 不认识"),
    ({"follow_up": {"meeting_days": 35000}}, "超过 3660 天"),
    ({"follow_up": {"hold_days": 0}}, "不应小于 1"),
    ({"alerts": {"enter_days": 7.5}}, "应是整数"),
    ({"alerts": {"enter_days": 0}}, "不应小于 1"),
    ({"alerts": {"red": {"enter_probability": 0.3}}}, "不应低于进入门槛"),
    ({"lights": {"yellow_points": -1}}, "不应小于 0"),
    ({"forecast": {"late_days": -2}}, "不应小于 0"),
    ({"indicators": {"jobs_published": {"target": 5, "weight": -1}}}, "不应小于 0")])
def test_a_setting_that_makes_no_sense_is_refused_in_one_sentence(
        parts: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        plan(**parts)
    assert said in str(refused.value)
    assert str(refused.value).startswith("plan.toml")


@pytest.mark.parametrize(("after", "said"), [
    ({"meeting_days": 30}, ["联席会议超期提醒 35天 → 30天"]),
    ({"meeting_days": 0}, ["联席会议超期提醒 35天 → 不提醒"]),
    ({"hold_days": 21}, ["督办事项销号的天数有调整"]),
    ({"meeting_days": 35}, []),
])
def test_what_a_plan_changes_about_follow_ups_is_named(after: dict[str, int],
                                                       said: list[str]) -> None:
    before = plan(follow_up={"meeting_days": 35})
    assert [one.text for one in plan_changes(before, plan(
        follow_up={"meeting_days": 35, **after}))] == said
