"""The figures under several versions of the plan: on every day those of the one in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.alerts import Rule, history_of, own_history_of
from kpi.figures import Figures, Timeline
from kpi.figures.figures import figures
from kpi.follow_ups import holding_of
from kpi.follow_ups.follow_up import Item
from kpi.judging import Light
from kpi.plan import Plan
from kpi.province.province import CityFigures, Member, Province, ProvincePlan
from kpi.ranking.league import places_on
from kpi.scope import Scope, scoped_figures, scoped_scorecard
from kpi.scorecard import Point, TargetChange, light_of, path
from kpi.scorecard.compare import Cause, compare
from kpi.scorecard.scorecard import scorecard
from kpi.sentences.plan_changes import changes_between, target_change_words
from kpi.vocabulary import Rollup
from tests.kpi.hand import CITY, DEADLINE, START, A, B, Cells, Z, division, facts, jobs, plan

JOBS, TRAININGS = "jobs_published", "training_attendances"
READ_ON = date(2025, 12, 31)
DAYS = (READ_ON - START).days
APRIL, JULY, OCTOBER = date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1)
CITY_PLACE = division(CITY)


def versions(*plans: tuple[date, Plan], cells: Sequence[Cells] = ()) -> Figures:
    """A job a day in A, two in B, none in the zone, under each of these plans from its day on."""
    known = facts(*(cells or (jobs(a=[1] * DAYS, b=[2] * DAYS, z=[0] * DAYS),)), read_on=READ_ON)
    timeline, last = Timeline(), None
    for first, one in plans:
        last = timeline.add(first, figures(known, one, last, timeline))
    assert last is not None
    return last


def target(jobs_target: float, **more: object) -> Plan:
    """Three jobs a day are due by a target of 2190 in 730 days."""
    return plan(indicators={JOBS: {"target": jobs_target, **more}})


FOUR = ((START, target(2190)), (APRIL, target(4380)), (JULY, target(1095)), (OCTOBER, target(8760)))


def lights(known: Figures, *days: date) -> list[Light]:
    return [scorecard(known, day).city_line(JOBS).light for day in days]


def test_every_day_has_the_light_of_its_own_version() -> None:
    known = versions(*FOUR)
    days = [day for first, _ in FOUR for day in (first - timedelta(days=1), first)][1:]
    drawn = [Light.GREEN, Light.GREEN, Light.RED, Light.RED, Light.GREEN, Light.GREEN, Light.RED]
    for part in (known, known.on(START), known.on(APRIL)):
        assert lights(part, *days) == drawn, "whichever version's figures are asked"
        assert [light_of(part, JOBS, CITY_PLACE, day) for day in days] == drawn


def test_counts_are_the_same_under_every_version_and_computed_once() -> None:
    known = versions(*FOUR)
    assert known.series[JOBS] is known.on(START).series[JOBS]
    assert [known.on(day).measure(JOBS, CITY_PLACE, day).value for day in (START, APRIL, JULY)] == [
        3, 273, 546]


def test_the_history_is_that_of_the_version_in_force_day_by_day() -> None:
    known = versions(*FOUR)
    whole = history_of(known)
    for (first, _), last in zip(FOUR, (APRIL, JULY, OCTOBER, READ_ON), strict=True):
        own = own_history_of(known.on(first))
        for number in range(0, (last - first).days, 9):
            day = first + timedelta(days=number)
            assert whole.levels_on(day) == own.levels_on(day), day


def test_an_alert_runs_on_across_two_versions_that_both_raise_it() -> None:
    known = versions((START, target(8760)), (OCTOBER, target(9000)))
    day = date(2025, 11, 1)
    (alert,) = [alert for alert in scorecard(known, day).alerts
                if (alert.rule, alert.division) == (Rule.BEHIND_PACE, CITY)]
    assert alert.since == START + timedelta(days=55), "the first day of the plan any may be raised"
    flips = [flip for flip in history_of(known).flips(day) if flip.division == CITY
             and flip.rule == Rule.BEHIND_PACE]
    assert [flip.raised for flip in flips][:1] == [True]
    assert not [flip for flip in flips if flip.cleared]


def test_last_months_places_are_those_by_the_plan_of_that_month() -> None:
    """Two jobs against one: with quotas the other way round the places are, too."""
    even = {A: 1095, B: 1095}
    other = {A: 365, B: 1825}
    known = versions((START, target(2190, quotas=even)), (OCTOBER, target(2190, quotas=other)))
    before, after = date(2025, 9, 30), OCTOBER
    for part in (known, known.on(START)):
        members = (division(A), division(B))
        assert places_on(part, "county", members, (before, after)) == {A: (2, 1), B: (1, 2)}
    card = scorecard(known, date(2025, 10, 15))
    assert [(row.division, row.place, row.previous) for row in card.ranking
            if row.group == "county"] == [(A, 1, 2), (B, 2, 1)]


def test_the_expected_line_is_each_days_own_and_marked_where_it_changes() -> None:
    known = versions(*FOUR[:3])
    walked = path(known, JOBS, CITY_PLACE, date(2025, 8, 1))
    assert walked.changes == (TargetChange(APRIL, 2190, 4380), TargetChange(JULY, 4380, 1095))
    assert walked.expected == (
        Point(START - timedelta(days=1), 0), Point(date(2025, 3, 31), 2190 * 90 / 730),
        Point(APRIL, 4380 * 91 / 730), Point(date(2025, 6, 30), 4380 * 181 / 730),
        Point(JULY, 1095 * 182 / 730), Point(DEADLINE, 1095))
    item = known.plan.indicator(JOBS)
    assert [target_change_words(one, item) for one in walked.changes] == [
        "目标 ≥2,190个 → ≥4,380个", "目标 ≥4,380个 → ≥1,095个"]


def test_a_past_days_line_knows_nothing_of_later_versions() -> None:
    known, alone = versions(*FOUR), versions(FOUR[0])
    for part in (known, known.on(APRIL)):
        assert path(part, JOBS, CITY_PLACE, date(2025, 3, 1)) == path(
            alone, JOBS, CITY_PLACE, date(2025, 3, 1))


def test_only_what_asks_for_something_else_is_marked() -> None:
    renamed = plan(indicators={JOBS: {"target": 2190, "name": "岗位", "weight": 3}})
    by_month = target(2190, curve={"kind": "month_step"})
    known = versions((START, target(2190)), (APRIL, renamed), (JULY, by_month))
    walked = path(known, JOBS, CITY_PLACE, OCTOBER)
    assert walked.changes == (TargetChange(JULY, 2190, 2190),)
    assert target_change_words(walked.changes[0], by_month.indicator(JOBS)) == "应达进度调整"
    assert Point(JULY, 2190 * 6 / 24) in walked.expected


def test_an_indicator_that_comes_later_is_expected_from_its_day_on() -> None:
    both = plan(indicators={JOBS: 2190, TRAININGS: 730})
    known = versions((START, plan(indicators={TRAININGS: 730})), (JULY, both))
    walked = path(known, JOBS, CITY_PLACE, OCTOBER)
    assert walked.expected == (Point(JULY, 2190 * 182 / 730), Point(DEADLINE, 2190))
    assert walked.changes == (TargetChange(JULY, None, 2190),)
    assert {line.indicator for line in scorecard(known, date(2025, 6, 30)).lines} == {TRAININGS}
    assert not [flip for flip in history_of(known.on(START)).flips() if flip.indicator == JOBS]


def test_a_county_sees_of_every_version_what_it_sees_of_one() -> None:
    known = versions((START, target(2190, quotas={A: 1095, B: 1095})),
                     (JULY, target(4380, quotas={A: 2190, B: 2190})))
    scope = Scope(False, (B,))
    cut = scoped_figures(known, scope)
    for day in (date(2025, 6, 30), JULY):
        own = cut.on(day)
        assert own.plan.indicator(JOBS).quotas == {B: known.on(day).plan.indicator(JOBS).quotas[B]}
        line = scoped_scorecard(scorecard(known, day), scope).line(JOBS, division(B))
        assert scorecard(cut, day).line(JOBS, division(B)).light == line.light
        assert history_of(own).levels_on(day) == {
            key: level for key, level in history_of(known).levels_on(day).items()
            if key[1][2] in (B, CITY)}
    changes = changes_between(cut.on(START).plan, START, cut, OCTOBER)
    assert [one.line() for one in changes] == [
        "2025-07-01 起：发布零工岗位：目标 ≥2,190个 → ≥4,380个；"
        "发布零工岗位：分解任务 沭阳 1,095个 → 2,190个"]


def test_what_is_compared_is_judged_by_the_plan_of_its_day() -> None:
    known = versions(*FOUR)
    (line,) = [line for line in compare(known, date(2025, 3, 31), known, APRIL)
               if (line.rollup, line.division) == (Rollup.CITY, CITY)]
    assert line.value.parts is not None
    assert {cause: float(part) for cause, part in line.value.parts.items()} == {
        Cause.CORRECTED: 0, Cause.NEW_DATA: 3, Cause.RULE: 0, Cause.TARGET: 0}
    assert (line.completion.then, line.completion.now) == (Fraction(270, 2190), Fraction(273, 4380))
    assert line.completion.parts is not None
    assert line.completion.parts[Cause.TARGET] < 0
    (change,) = changes_between(known.on(START).plan, date(2025, 3, 31), known, APRIL)
    assert change.line() == "2025-04-01 起：发布零工岗位：目标 ≥2,190个 → ≥4,380个"


def test_what_was_corrected_for_the_meetings_own_day_is_told_without_a_day() -> None:
    known = versions((START, target(3000)), (JULY, target(4000)))
    changes = changes_between(target(2190), APRIL, known, OCTOBER)
    assert [(one.since, one.texts) for one in changes] == [
        (None, ("发布零工岗位：目标 ≥2,190个 → ≥3,000个",)),
        (JULY, ("发布零工岗位：目标 ≥3,000个 → ≥4,000个",))]
    assert changes[0].line().startswith("更正（以前也按此评判）：")
    assert changes_between(target(3000), APRIL, known, date(2025, 6, 30)) == ()


def test_an_item_of_the_meeting_holds_by_the_target_of_the_day() -> None:
    holds = holding_of(versions(*FOUR))
    item = Item("补进度", Rollup.CITY, CITY, "市人社局", "处长", DEADLINE, indicator=JOBS)
    assert [holds(item, first) for first, _ in FOUR] == [True, False, True, False]
    assert [holds(item, first, 8760.0) for first, _ in FOUR] == [False] * 4


def test_a_province_adds_up_what_its_cities_asked_for_on_the_day() -> None:
    """Two cities alike, one of which doubles its target in July."""
    known, day = versions(FOUR[0], (JULY, target(4380))), JULY - timedelta(days=1)
    other = versions(FOUR[0])
    east, west = Member("320100", "东市", "东"), Member("320200", "西市", "西")
    whole = Province(ProvincePlan("320000", "江苏省"),
                     (CityFigures(east, known, READ_ON), CityFigures(west, other, READ_ON)))

    def asked(on: date) -> list[float | None]:
        card = whole.on(on, whole.cards(on)).card
        return [card.city_line(JOBS).target, *(card.line(JOBS, city).target
                                               for city in card.geography.counties)]

    assert asked(day) == [4380, 2190, 2190]
    assert asked(JULY) == [6570, 4380, 2190]
    assert whole.places_on(day) == {"320100": 1, "320200": 1}
    assert whole.places_on(JULY) == {"320100": 2, "320200": 1}
    assert whole.at(READ_ON) is whole


edits = st.lists(st.tuples(st.integers(1, 60), st.sampled_from([500, 2190, 4380, 9000]),
                           st.sampled_from([1, 2]), st.sampled_from(["linear", "month_step"])),
                 min_size=1, max_size=3)


@pytest.mark.long
@settings(max_examples=8)
@given(edits)
def test_an_edit_leaves_every_day_before_it_alone(
        drawn: list[tuple[int, int, int, str]]) -> None:
    """Lines, ranking, alerts and history of all days before the last version are as without it."""
    plans, day = [(START, target(2190))], date(2025, 5, 1)
    for gap, wanted, weight, kind in drawn:
        day += timedelta(days=gap)
        plans.append((day, target(wanted, weight=weight, curve={"kind": kind})))
    before, after = versions(*plans[:-1]), versions(*plans)
    for back in (1, 2, 30, 100):
        earlier = day - timedelta(days=back)
        then, now = scorecard(before, earlier), scorecard(after, earlier)
        assert (then.lines, then.ranking, then.alerts, then.cards) == (
            now.lines, now.ranking, now.alerts, now.cards)
    past = (day - START).days
    width = {one.rule: one.levels[:, :past] for one in history_of(before).rules}
    for one in history_of(after).rules:
        assert np.array_equal(one.levels[:, :past], width[one.rule])
    assert Z in {row.division for row in scorecard(after, day).ranking}
