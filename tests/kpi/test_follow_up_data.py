"""Items held against the figures: by an expected value, by the light, and when nobody can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from kpi.figures.figures import Figures
from kpi.follow_ups.follow_up import Case, Event, EventKind, Item
from kpi.follow_ups.follow_up_data import (
    check_tie,
    holding_of,
    ledger_day,
    standings,
    values_of,
    with_follow_ups,
)
from kpi.follow_ups.follow_up_words import deadline, expectation, place_name
from kpi.plan.plan import FollowUpRules, plan_from
from kpi.vocabulary.division import Rollup
from kpi.vocabulary.errors import InputError
from tests.small_city import read, settings_of

ITEM = Item("补进度", Rollup.COUNTY, "321302", "宿城区", "局长", date(2026, 6, 30),
            indicator="jobs_published", expected=100, number="2026-001")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """321302 published 60 jobs in February and 40 on 10 March 2025; 730 days, so that 73 of 730 are
    due after 73 days.
    """
    return read(
        settings_of(
            tmp_path_factory.mktemp("city"),
            targets={"jobs_published": 730},
            job_posting="""
        | unit_code | headcount | published_on |
        | 321302    | 60        | 2025-02-01   |
        | 321302    | 40        | 2025-03-10   |
    """,
            fund_entry="| kind |",
        )
    ).figures


@pytest.mark.parametrize(("day", "value"), [(date(2025, 1, 31), 0), (date(2025, 3, 9), 60),
                                            (date(2025, 3, 10), 100)])
def test_the_value_of_a_day_is_the_figure_as_of_that_day(known: Figures, day: date,
                                                         value: float) -> None:
    assert values_of(known)("jobs_published", Rollup.COUNTY, "321302", day) == value


@pytest.mark.parametrize(("day", "holds"), [(date(2025, 3, 9), False), (date(2025, 3, 10), True)])
def test_an_expected_value_holds_from_the_day_it_is_reached(known: Figures, day: date,
                                                            holds: bool) -> None:
    assert holding_of(known)(ITEM, day) is holds


def test_without_an_expected_value_the_light_decides(known: Figures) -> None:
    """The whole city owes one job a day: sixty in February are enough until 1 March, a hundred
    until 10 April.
    """
    whole = replace(ITEM, rollup=Rollup.CITY, division="321300", expected=None)
    holds = holding_of(known)
    assert [holds(whole, date(2025, *day)) for day in ((1, 31), (2, 1), (3, 1), (3, 9), (3, 10),
                                                       (4, 10))] == [
                                                           False, True, True, False, True, True]
    assert holds(whole, date(2025, 7, 1)) is False


@pytest.mark.parametrize("item", [
    replace(ITEM, indicator="funds_spent", expected=0.5),
    replace(ITEM, indicator=None, expected=None),
    replace(ITEM, division="321399"),
    replace(ITEM, indicator="registered_users", expected=None),
])
def test_nobody_can_say_without_data_indicator_division_or_target(
        known: Figures, item: Item) -> None:
    assert holding_of(known)(item, date(2025, 3, 10)) is None


def test_a_source_that_was_not_read_says_nothing_after_its_last_record(known: Figures) -> None:
    stale = replace(known, facts=replace(known.facts, stale_datasets=frozenset({"job_posting"})))
    holds = holding_of(stale)
    assert (holds(ITEM, date(2025, 3, 10)), holds(ITEM, date(2025, 3, 11))) == (True, None)


@pytest.mark.parametrize(("item", "said"), [
    (replace(ITEM, division="321399"), "没有代码为 321399 的区划"),
    (replace(ITEM, indicator="weather"), "方案中没有指标 weather"),
    (replace(ITEM, indicator="registered_users", expected=None), "没有目标，无法凭亮灯销号"),
    (replace(ITEM, indicator="third_party_share", expected=50), "预期值应在 0% 到 100% 之间"),
])
def test_an_item_nothing_could_close_is_refused(known: Figures, item: Item, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_tie(item, known)
    check_tie(ITEM, known)


def test_figures_without_an_item_are_left_as_they_are(known: Figures) -> None:
    assert with_follow_ups(known, []) is known


def test_the_newest_figures_go_with_everything_recorded_so_far_and_older_ones_with_their_own_day() -> (
    None
):
    latest, today = date(2026, 10, 31), date(2026, 11, 2)
    assert ledger_day(latest, latest, today) == today
    assert ledger_day(date(2026, 10, 30), latest, today) == date(2026, 10, 30)
    assert ledger_day(latest, latest, date(2026, 10, 1)) == latest


def test_items_in_words(known: Figures) -> None:
    def now(day: str, *events: EventKind) -> str:
        case = Case(ITEM, tuple(Event(kind, datetime(2026, 6, 1, 10), "office")
                                for kind in (EventKind.RAISED, *events)))
        (one,) = standings(known, [case], date.fromisoformat(day), date.fromisoformat(day))
        return deadline(one.status)
    assert [now(day) for day in ("2026-06-25", "2026-06-30", "2026-07-09")] == [
        "还有5天", "今天到期", "逾期9天"]
    assert now("2026-06-03", EventKind.DONE) == "6月1日报告办结，连续达标3天"
    assert now("2026-07-09", EventKind.CLOSED) == "已销号"
    assert expectation(ITEM, known.plan) == "≥100个"
    assert place_name(replace(ITEM, division="321399"), known.facts.geography) == "321399"


@pytest.mark.parametrize("table", [{"hold_days": 0}, {"watch_days": -1}, {"hold_days": 1.5}])
def test_follow_up_days_in_the_plan_are_whole_numbers(table: dict[str, float]) -> None:
    head = {"id": "p", "title": "t", "document": "d", "city_code": "1", "city_name": "c",
            "start": date(2025, 1, 1), "deadline": date(2026, 12, 31)}
    assert plan_from({"plan": head,
                      "indicators": {"jobs_published": {}}}).follow_up == FollowUpRules(14, 60)
    with pytest.raises(InputError, match=r"\[follow_up\].*请改正"):
        plan_from({"plan": head, "indicators": {"jobs_published": {}}, "follow_up": table})
