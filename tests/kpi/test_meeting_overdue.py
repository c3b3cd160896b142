"""联席会议超期未召开: raised on the first day over the plan's days, gone when a meeting is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from kpi.alerts import Alert, Rule, Severity, rules_in_words
from kpi.figures import Figures, Timeline
from kpi.figures.figures import figures
from kpi.follow_ups import Case, Event, EventKind, Item, Meeting, with_follow_ups
from kpi.plan import FollowUpRules, Plan
from kpi.scope import Scope, scoped_figures
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary import Rollup
from tests.kpi.hand import CITY, DEADLINE, START, A, facts, jobs, plan

JOBS, CLOSED = "jobs_published", "follow_ups_closed"


def on(number: int) -> date:
    """The day `number` days after the plan's start."""
    return START + timedelta(days=number)


def meeting(held: int, recorded: int | None = None) -> Meeting:
    return Meeting(on(held), "分管副市长", recorded_at=datetime.combine(
        on(held if recorded is None else recorded), time(16)))


def item_raised(day: int) -> Case:
    return Case(Item("事项", Rollup.CITY, CITY, "市人社局", "处长", on(day + 300), number="2025-001"),
                (Event(EventKind.RAISED, datetime.combine(on(day), time(9)), "office"),))


def ruled(days: int = 90, indicators: Sequence[str] = (JOBS, CLOSED)) -> Plan:
    made = plan(indicators={code: {} for code in indicators})
    return replace(made, follow_up=FollowUpRules(meeting_days=days))


def known(*meetings: Meeting, rules: Plan | None = None, cases: Sequence[Case] = (),
          days: int = 400) -> Figures:
    read = facts(jobs(a=[1] * days), read_on=on(days))
    return with_follow_ups(figures(read, rules or ruled()), cases, meetings)


def found(read: Figures, day: int, today: date | None = None) -> list[Alert]:
    return [alert for alert in scorecard(read, on(day), today).alerts
            if alert.rule == Rule.MEETING_OVERDUE]


def test_the_alert_begins_on_the_first_day_over_the_limit() -> None:
    read = known(meeting(20))
    assert found(read, 110) == []
    (alert,) = found(read, 111)
    assert (alert.severity, alert.rollup, alert.division, alert.indicator, alert.points) == (
        Severity.YELLOW, Rollup.CITY, CITY, CLOSED, None)
    assert alert.since == on(111)
    assert "91天" in alert.evidence
    assert "90天" in alert.evidence
    (later,) = found(read, 150)
    assert later.since == on(111)


def test_past_twice_the_days_it_is_red() -> None:
    read = known(meeting(20))
    assert [found(read, day)[0].severity for day in (200, 201)] == [Severity.YELLOW, Severity.RED]


def test_without_any_meeting_it_is_counted_from_the_plans_start() -> None:
    read = known(cases=[item_raised(5)])
    assert found(read, 90) == []
    (alert,) = found(read, 91)
    assert alert.since == on(91)
    assert "没有登记过会议" in alert.evidence


def test_a_meeting_before_the_plan_does_not_bring_the_day_forward() -> None:
    read = known(meeting(-50, 2))
    assert found(read, 90) == []
    assert found(read, 91)[0].since == on(91)


def test_it_is_gone_the_day_a_meeting_is_recorded_and_not_before() -> None:
    read = known(meeting(20), meeting(115, recorded=118))
    assert [bool(found(read, day)) for day in (110, 111, 115, 117, 118, 205)] == [
        False, True, True, True, False, False]
    assert found(read, 206)[0].since == on(206)


def test_a_meeting_announced_for_a_later_day_is_not_yet_held() -> None:
    read = known(meeting(20), meeting(130, recorded=100))
    assert [bool(found(read, day)) for day in (111, 129, 130)] == [True, True, False]


def test_what_is_recorded_after_the_newest_figures_ends_it_today_and_leaves_the_past() -> None:
    read = known(meeting(20), meeting(399, recorded=400))
    assert found(read, 399, today=on(399))
    assert found(read, 399, today=on(400)) == []
    assert found(read, 398, today=on(400))


def test_where_no_ledger_is_kept_there_is_no_alert_and_none_before_it_was_begun() -> None:
    assert found(known(), 300) == []
    assert known().meetings is None
    read = known(cases=[item_raised(200)])
    assert found(read, 199) == []
    assert found(read, 200)[0].since == on(200)


def test_nought_days_turn_the_rule_off_and_the_words_say_so() -> None:
    assert found(known(meeting(20), rules=ruled(0)), 300) == []
    words = {one.rule: one for one in rules_in_words(ruled(0))}
    assert "meeting_days = 0" in words[Rule.MEETING_OVERDUE].raised
    words = {one.rule: one for one in rules_in_words(ruled(45))}
    assert "45天" in words[Rule.MEETING_OVERDUE].raised
    assert "90天" in words[Rule.MEETING_OVERDUE].raised


def test_a_plan_without_the_ledgers_own_figure_shows_it_with_its_first() -> None:
    assert found(known(meeting(20), rules=ruled(indicators=(JOBS,))), 111)[0].indicator == JOBS


def test_when_the_plan_has_ended_nothing_is_warned_of() -> None:
    length = (DEADLINE - START).days
    read = known(meeting(20), days=length + 40)
    assert found(read, length, today=on(length + 40)) == []


def test_every_day_is_judged_by_the_plan_in_force_on_it() -> None:
    read, timeline = facts(jobs(a=[1] * 400), read_on=on(400)), Timeline()
    last = timeline.add(START, figures(read, ruled(30), None, timeline))
    last = timeline.add(on(60), figures(read, ruled(90), last, timeline))
    judged = with_follow_ups(last, [], [meeting(0)])
    assert [bool(found(judged, day)) for day in (30, 31, 59, 60, 90, 91)] == [
        False, True, True, False, False, True]
    assert found(judged, 91)[0].since == on(91)


def test_a_county_sees_the_citys_alert() -> None:
    cut = scoped_figures(known(meeting(20)), Scope(False, (A,)))
    assert cut.facts.geography.partial
    assert [alert.division for alert in found(cut, 111)] == [CITY]


@pytest.mark.parametrize("limit", [1, 7, 90])
def test_the_days_are_those_of_a_count_day_by_day(limit: int) -> None:
    held = [meeting(3, 5), meeting(40, 40), meeting(41, 90), meeting(120, 110), meeting(118, 250)]
    read = known(*held, rules=ruled(limit), days=300)
    for day in range(5, 299, 7):
        there = [(on(day) - one.held_on).days for one in held if one.held_on <= on(day)
                 and one.recorded_at is not None and one.recorded_at.date() <= on(day)]
        assert bool(found(read, day)) == (min(there) > limit), day
