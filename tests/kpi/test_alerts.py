"""Alerts from facts to sentence: raised, worded, suspended, cleared, and the same when replayed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from kpi.alerts.alerts import Alert, Rule, Severity
from kpi.alerts.history import history_from
from kpi.alerts.rules import Flip, rules_in_words
from kpi.alerts.watch import history_of
from kpi.counting.facts import Source, SourceState
from kpi.figures.figures import Figures
from kpi.figures.figures import figures as make_figures
from kpi.judging.pace import Light
from kpi.scorecard.scorecard import scorecard
from tests.kpi.hand import CITY, START, A, B, Cells, division, facts, jobs, known, plan, venues

HALFWAY = date(2025, 12, 31)


def found(figures: Figures, as_of: date, rule: Rule, code: str = CITY) -> list[Alert]:
    rollup = division(code).rollup.value
    return [alert for alert in scorecard(figures, as_of).alerts
            if (alert.rule, alert.rollup, alert.division) == (rule, rollup, code)]


def one(figures: Figures, as_of: date, rule: Rule, code: str = CITY) -> Alert:
    alerts = found(figures, as_of, rule, code)
    assert len(alerts) == 1
    return alerts[0]


def test_a_unit_far_behind_is_red_with_its_numbers() -> None:
    """4 of the needed 10 a day: 1460 of 7300 at half time is 20 %, 30 points behind; 2920 at the
    deadline.

    The city will lack 4380 over 52.14 weeks, 84 a week. A, whose part by population is 2920,
    reaches it and is not asked; B has made none of its 4380.
    """
    the_plan = plan(indicators={"jobs_published": {"target": 7300, "lead_unit": "市人社局"}})
    alert = one(known(the_plan, jobs(a=[4] * 365)), HALFWAY, Rule.BEHIND_PACE)
    assert (alert.severity, alert.since, alert.lead_unit) == (Severity.RED, START + timedelta(
        days=55), "市人社局")
    assert alert.points == pytest.approx(-30)
    assert alert.evidence == ("截至12月31日，全市发布零工岗位1,460个，完成目标（7,300个）的20.0%，低于序时进度30.0个百分点；"
                              "按近期进度2026年底预计2,920个，按期完成的可能性不足5%。")
    assert alert.suggestion == "沭阳每周多发布84个岗位即可按期完成；请市人社局会同沭阳制定追赶计划。"


def test_a_unit_on_pace_has_no_alert() -> None:
    assert scorecard(known(plan(), jobs(a=[4] * 365, b=[6] * 365, z=[2] * 365)),
                     HALFWAY).alerts == ()


def test_a_stop_is_worded_as_a_question_to_the_source() -> None:
    """10 rows a day until 20 December; by the 31st eleven silent days expect 110."""
    figures = known(plan(), jobs(a=[10] * 354), read_on=date(2026, 1, 10))
    alert = one(figures, HALFWAY, Rule.SUDDEN_STOP)
    assert alert.severity == Severity.YELLOW
    assert alert.since == date(2025, 12, 23)
    assert "已连续11天没有记录" in alert.evidence
    assert "应有约110条，请核查数据来源" in alert.evidence


def test_missing_places_are_named_from_ninety_days_before_the_deadline() -> None:
    register = venues(("station", A, "321302001", "", START, None),
                      ("station", B, "321322100", "", START, None))
    figures = known(plan(indicators={"station_coverage": 1.0}), register=register)
    first = date(2026, 10, 2)  # 31 December less 90 days
    assert found(figures, first - timedelta(days=1), Rule.COVERAGE_GAP) == []
    alert = one(figures, first, Rule.COVERAGE_GAP)
    assert (alert.severity, alert.places) == (Severity.YELLOW, ("双庄镇", "新河镇", "黄河街道"))
    assert alert.evidence == "距截止还有90天，全市乡镇驿站覆盖率40.0%，还差3处达标；未覆盖3处：双庄镇、新河镇、黄河街道。"
    assert one(figures, date(2026, 12, 1), Rule.COVERAGE_GAP).severity == Severity.RED
    assert one(figures, date(2026, 12, 1), Rule.COVERAGE_GAP, B).places == ("新河镇",)


@pytest.mark.parametrize(("days_left", "severity"), [(60, Severity.BLUE), (30, Severity.YELLOW),
                                                     (10, Severity.RED)])
def test_the_deadline_comes_near(days_left: int, severity: Severity) -> None:
    figures = known(plan(), jobs(a=[7] * 730))
    day = date(2026, 12, 31) - timedelta(days=days_left)
    alert = one(figures, day, Rule.DEADLINE_NEAR)
    assert alert.severity == severity
    done = 7 * (730 - days_left)
    assert f"还差{7300 - done:,}个" in alert.evidence
    assert found(figures, date(2026, 12, 31) - timedelta(days=61), Rule.DEADLINE_NEAR) == []


def stale(read: date, as_of: date) -> Figures:
    source = Source("suzhaohuo", SourceState.STALE, latest=read, read_at=f"{read}T08:00:00")
    return known(plan(), jobs(a=[4] * ((read - START).days)), read_on=as_of + timedelta(days=1),
                 sources={"suzhaohuo": source}, stale=frozenset({"job_posting"}))


@pytest.mark.parametrize(("day", "severity"), [(date(2025, 9, 16), None),
                                               (date(2025, 9, 17), Severity.GREY),
                                               (date(2025, 9, 19), Severity.GREY),
                                               (date(2025, 9, 21), Severity.GREY),
                                               (date(2025, 9, 22), Severity.RED)])
def test_a_source_not_read_is_grey_after_two_working_days_and_red_after_five(
        day: date, severity: Severity | None) -> None:
    """Read on Friday 12 September 2025: Monday 15 is the first working day after, Wednesday 17 the
    third, Monday 22 the sixth. Its pace alerts are suspended meanwhile."""
    figures = stale(date(2025, 9, 12), day)
    alerts = scorecard(figures, day).alerts
    assert [alert.severity for alert in alerts if alert.rule == Rule.SOURCE_STALE] == (
        [] if severity is None else [severity])
    assert [alert for alert in alerts if alert.rule in (Rule.BEHIND_PACE, Rule.SUDDEN_STOP)] == []


def test_the_forecast_of_a_source_not_read_rests_on_what_was_read() -> None:
    """4 a day until the reading of 12 September; unread days are not silent days."""
    line = scorecard(stale(date(2025, 9, 12), date(2025, 9, 30)), date(2025, 9, 30)).city_line(
        "jobs_published")
    assert line.forecast is not None
    assert line.forecast.p50 == pytest.approx(2920)


def test_a_surge_of_write_offs_is_seen() -> None:
    """10 a day; 1 a day written off on 200 days, then 60 on one day: 60 + 29 of 300 in thirty days,
    before that 10 %.
    """
    cells = jobs(a=[10] * 365)
    cells.daily("invalidated", A, [0] * 100 + [0] * 180 + [60], collector="government")
    figures = known(plan(indicators={"jobs_published": None}), cells)
    day = START + timedelta(days=280)
    assert found(figures, day - timedelta(days=1), Rule.WRITE_OFF_SURGE) == []
    alert = one(figures, day, Rule.WRITE_OFF_SURGE)
    assert alert.evidence == "近30天全市冲减岗位60个，占同期发布300个的20.0%，此前182天为0.0%。"
    # sixty leave the thirty-day window on day 310, and fourteen days later the alert
    assert one(figures, START + timedelta(days=322), Rule.WRITE_OFF_SURGE).since == day
    assert found(figures, START + timedelta(days=323), Rule.WRITE_OFF_SURGE) == []


def test_a_jump_of_excluded_rows_is_seen() -> None:
    """10 rows a day and one excluded; then 5 excluded a day: after n such days (28 − n + 5n)/(10·28
    + …) passes 19 %.
    """
    cells = jobs(a=[10] * 365)
    for offset in range(365):
        cells.add("published", START + timedelta(days=offset), A, 5 if offset >= 250 else 1,
                  status="duplicate")
    figures = known(plan(indicators={"jobs_published": None}), cells)
    assert found(figures, START + timedelta(days=249), Rule.EXCLUDED_JUMP) == []
    alert = one(figures, START + timedelta(days=277), Rule.EXCLUDED_JUMP)
    assert alert.evidence == "近28天零工岗位发布有140行未计入，占420行的33.3%，此前182天为9.1%。"
    assert alert.points is None


def test_alerts_come_red_first_and_the_city_before_the_units() -> None:
    card = scorecard(known(plan(), jobs(a=[1] * 365, b=[5] * 365)), HALFWAY)
    order = [severity.value for severity in (Severity.RED, Severity.YELLOW, Severity.BLUE,
                                             Severity.GREY)]
    grades = [order.index(alert.severity.value) for alert in card.alerts]
    assert grades == sorted(grades)
    assert card.alerts[0].rollup == "city"


def truncated(figures: Figures, last: date) -> Figures:
    """The same plan with only what is dated up to `last`."""
    cells = {}
    for name, frame in figures.facts.cells.items():
        kept = Cells(name)
        kept.rows = frame[(frame["day"] <= (last - date(1970, 1, 1)).days).to_numpy()].to_dict(
            "records")
        cells[name] = kept
    return known(figures.plan, *cells.values(), read_on=last + timedelta(days=1))


def test_the_history_of_a_shorter_reading_is_the_beginning_of_the_longer() -> None:
    daily = [3 + (n * 7919) % 13 for n in range(500)]
    daily[200:240] = [0] * 40
    figures = known(plan(indicators={"jobs_published": 7300, "third_party_share": 0.5}),
                    jobs(a=daily, b=[4] * 500))
    assert len(history_of(figures).flips()) > 5
    for days in (60, 210, 333, 480):
        last = START + timedelta(days=days)
        assert history_of(truncated(figures, last)).flips(last) == history_of(figures).flips(last)


def test_raised_and_cleared_are_told_apart() -> None:
    figures = known(plan(alerts={"first_red_day": 1}), jobs(a=[4] * 100 + [60] * 200))
    flips = [flip for flip in history_of(figures).flips() if flip.rule == Rule.BEHIND_PACE
             and flip.rollup == "city"]
    assert flips[0] == Flip(Rule.BEHIND_PACE, "jobs_published", "city", CITY,
                            START + timedelta(days=55), None, Severity.RED)
    assert flips[0].raised
    assert flips[-1].cleared
    assert all(earlier.after == later.before for earlier, later in itertools.pairwise(flips))


def test_a_history_comes_back_whole_from_its_frame() -> None:
    figures = known(plan(), jobs(a=[4] * 300 + [60] * 200, b=[1] * 100))
    frame = history_of(figures).to_frame()
    back = history_from(pd.DataFrame(frame.to_dict("list")), START, figures.days)
    assert back.flips() == history_of(figures).flips()
    assert list(back.active(HALFWAY)) == list(history_of(figures).active(HALFWAY))


def test_a_day_outside_the_history_has_no_alerts() -> None:
    figures = known(plan(), jobs(a=[4] * 300), read_on=date(2025, 11, 1))
    assert list(history_of(figures).active(date(2024, 12, 31))) == []
    assert list(history_of(figures).active(date(2026, 1, 1))) == []
    assert history_of(figures).lines(Rule.BEHIND_PACE, date(2026, 1, 1)) == frozenset()


def test_a_plan_without_targets_has_no_pace_alerts() -> None:
    figures = known(plan(indicators={"jobs_published": None}), jobs(a=[4] * 300))
    assert {known_rule.rule for known_rule in history_of(figures).rules} == {
        Rule.SUDDEN_STOP, Rule.WRITE_OFF_SURGE, Rule.EXCLUDED_JUMP}


def test_nothing_read_has_no_history() -> None:
    figures = known(plan(), read_on=date(2025, 6, 1))
    assert history_of(figures).flips() == ()
    assert scorecard(figures, date(2025, 6, 1)).alerts == ()


def test_every_rule_is_put_in_words_with_the_thresholds_in_force() -> None:
    words = {said.rule: said
             for said in rules_in_words(plan(alerts={"enter_days": 9, "gap_days": 120}))}
    assert set(words) == set(Rule)
    assert "连续9天" in words[Rule.BEHIND_PACE].raised
    assert "截止前120天起" in words[Rule.COVERAGE_GAP].raised


def test_facts_without_a_source_are_not_stale() -> None:
    assert facts(jobs(a=[1])).stale_datasets == frozenset()


def half_read(as_of: date) -> Figures:
    """Two datasets of one database: the jobs were read last on Friday 12 September 2025, the
    accounts at every reading.
    """
    read, days = date(2025, 9, 12), (as_of - START).days + 1
    accounts = Cells("worker_account").daily("registered", A, [1] * days)
    source = Source("suzhaohuo", SourceState.STALE, latest=as_of,
                    read_at=f"{as_of + timedelta(days=1)}T08:00:00")
    whole = facts(jobs(a=[4] * (read - START).days), accounts, read_on=as_of + timedelta(days=1),
                  sources={"suzhaohuo": source}, stale=frozenset({"job_posting"}))
    return make_figures(replace(whole, last_good={"job_posting": read}),
                        plan(indicators={"jobs_published": 7300, "registered_users": 500}))


def test_one_dataset_of_a_healthy_database_is_stale_like_a_whole_one() -> None:
    alert = one(half_read(date(2025, 9, 22)), date(2025, 9, 22), Rule.SOURCE_STALE)
    assert (alert.severity, alert.indicator) == (Severity.RED, "jobs_published")
    assert "零工岗位发布上次读取为9月12日，已有6个工作日未更新" in alert.evidence


def test_a_past_day_that_was_complete_is_judged_though_its_source_has_died() -> None:
    figures = half_read(date(2025, 9, 22))
    # read on the 12th: the 11th is the newest full day and in doubt, the days before it are not
    lights = {day: scorecard(figures, date(2025, 9, day)).city_line("jobs_published").light
              for day in (10, 11, 22)}
    assert lights == {10: Light.RED, 11: Light.STALE, 22: Light.STALE}
    assert scorecard(figures, date(2025, 9, 22)).city_line("registered_users").light != Light.STALE


def test_a_source_without_new_rows_is_late_on_the_real_day_only() -> None:
    """A row a day until 12 September, read ever since: on Wednesday 17 September the third working
    day has gone.
    """
    figures = known(plan(), jobs(a=[4] * 255), read_on=date(2025, 9, 13),
                    sources={"suzhaohuo": Source("suzhaohuo", SourceState.OK,
                                                 latest=date(2025, 9, 12),
                                                 read_at="2025-09-13T08:00:00")})
    newest = date(2025, 9, 12)

    def late(as_of: date, today: date) -> list[tuple[Severity, date]]:
        return [(alert.severity, alert.since) for alert in scorecard(figures, as_of, today).alerts
                if alert.rule == Rule.SOURCE_STALE]
    assert late(newest, date(2025, 9, 16)) == []
    assert late(newest, date(2025, 9, 17)) == [(Severity.GREY, date(2025, 9, 17))]
    assert late(newest, date(2025, 11, 1)) == [(Severity.RED, date(2025, 9, 17))]
    assert late(newest - timedelta(days=1), date(2025, 11, 1)) == []
