"""Who has reported which month, drawn by hand; and whom notices remind, before and after the day."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.returns import (
    ItemKind,
    MonthlyReturn,
    ReturnForm,
    ReturnItem,
    ReturnState,
    coverage,
    lacking,
    months_of,
    reminders,
)
from kpi.vocabulary import Window
from notices.notice import Kind, notices_due
from tests.fixtures.returned_figures import drawn
from tests.notices.city import card

MARCH, FEB = date(2026, 3, 1), date(2026, 2, 1)
FORM = ReturnForm((ReturnItem("talks", "宣讲", "场", ItemKind.COUNT),
                   ReturnItem("buses", "车辆", "辆", ItemKind.STOCK, units=("321322",))), due_day=5)
UNITS = ("321322", "321324")
NAMES = {"321322": "沭阳县", "321324": "泗洪县"}
FILED, BLANK = {"talks": 3.0, "buses": 2.0}, {"talks": 3.0, "buses": None}
RETURNS = (drawn("2026-02", "321322", FILED, "approve", "reopen"),
           drawn("2026-02", "321324", FILED, "approve"),
           drawn("2026-03", "321322", BLANK, "send_back", BLANK, "approve"))


def test_every_month_says_who_has_reported_and_names_who_has_not() -> None:
    told = coverage(FORM, (MARCH, FEB), UNITS, RETURNS)
    assert [one.words(NAMES) for one in told] == [
        "2026年3月：已审 1 个，未报 1 个（泗洪县）", "2026年2月：已审 1 个，更正中 1 个（沭阳县）"]
    assert [one.complete for one in told] == [False, False]
    assert told[0].due == date(2026, 4, 5)
    (filed,) = coverage(FORM, (MARCH,), UNITS, (drawn("2026-03", "321322", FILED),
                                                drawn("2026-03", "321324", FILED, "send_back")))
    assert filed.words(NAMES) == "2026年3月：已报待审 1 个，退回 1 个（泗洪县）"
    (done,) = coverage(FORM, (FEB,), ("321324",), RETURNS)
    assert (done.words(NAMES), done.complete) == ("2026年2月：已审 1 个", True)


def test_units_that_are_asked_for_nothing_are_in_no_month() -> None:
    only = ReturnForm((FORM.items[1],), due_day=5)
    (one,) = coverage(only, (MARCH,), UNITS, ())
    assert one.units == {ReturnState.WAITING: ("321322",)}


def test_who_lacks_an_item_has_no_approved_amount_of_it() -> None:
    talks, buses = FORM.items
    assert lacking(talks, MARCH, UNITS, RETURNS) == ("321324",)
    assert lacking(buses, MARCH, UNITS, RETURNS) == ("321322",)  # left blank
    assert lacking(buses, FEB, UNITS, RETURNS) == ()  # what was approved stays in force


def test_no_month_after_the_deadline_is_due() -> None:
    window = Window(date(2026, 1, 1), date(2026, 3, 31))
    assert months_of(window, date(2026, 3, 31)) == (date(2026, 1, 1), FEB)
    assert months_of(window, date(2027, 1, 1)) == (date(2026, 1, 1), FEB, MARCH)


def _told(today: date, *returns: MonthlyReturn, form: ReturnForm = FORM) -> list[tuple[str, str]]:
    due = reminders(form, (FEB, MARCH), UNITS, (*RETURNS[1:2], *returns), today)
    return [(one.kind, one.text) for one in notices_due(card(), [], today, due_days=3,
                                                        look_back_days=7, returns=due)
            if one.kind in (Kind.RETURN_DUE, Kind.RETURN_LATE) and "3月的" in one.text]


@pytest.mark.parametrize(("today", "told"), [
    (date(2026, 4, 1), []),
    (date(2026, 4, 2), [("return_due", "还有3天到期（4月5日）。")]),
    (date(2026, 4, 5), [("return_due", "今天到期。")]),
    (date(2026, 4, 6), [("return_late", "已逾期1天（期限4月5日）。")]),
    (date(2026, 4, 12), [("return_late", "已逾期7天（期限4月5日）。")]),
    (date(2026, 4, 13), []),  # a form introduced in the middle of a plan reminds of no old month
])
def test_a_unit_is_reminded_before_the_day_and_after_it(today: date,
                                                        told: list[tuple[str, str]]) -> None:
    filed = drawn("2026-03", "321322", FILED)  # waits for the office, not for the unit
    assert _told(today, filed) == [(kind, f"泗洪县2026年3月的月报还没有上报，{text}")
                                   for kind, text in told]


def test_who_was_sent_back_or_reopened_is_told_what_is_owed() -> None:
    back = drawn("2026-03", "321322", FILED, "send_back")
    again = drawn("2026-03", "321324", FILED, "approve", "reopen")
    assert _told(date(2026, 4, 6), back, again) == [
        ("return_late", "沭阳县2026年3月的月报退回后还没有重新上报，已逾期1天（期限4月5日）。"),
        ("return_late", "泗洪县2026年3月的月报更正还没有上报，已逾期1天（期限4月5日）。")]


def test_the_same_is_not_told_twice_and_goes_to_its_unit() -> None:
    due = [reminders(FORM, (MARCH,), ("321324",), (), day) for day in (
        date(2026, 4, 2), date(2026, 4, 4), date(2026, 4, 6), date(2026, 4, 7))]
    found = [next(one for one in notices_due(card(), [], MARCH, due_days=3, look_back_days=7,
                                             returns=listed) if one.division == "321324")
             for listed in due]
    assert [one.key for one in found] == ["return_due:2026-03:321324:waiting"] * 2 + [
        "return_late:2026-03:321324:waiting"] * 2
