"""Putting a card aside: a date within bounds and a reason; it comes back by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kpi.alerts.alerts import Alert
from kpi.alerts.cards import Card, CardState
from kpi.alerts.rules import Rule, Severity
from kpi.follow_ups.shelving import Shelving, check_shelving, shelved_by, shelving_of
from kpi.vocabulary.errors import InputError
from kpi.vocabulary.period import Window

WINDOW = Window(date(2025, 1, 1), date(2026, 12, 31))
DAY = date(2026, 3, 2)
ONE = Shelving("jobs_published", "county", "321322", Severity.YELLOW, DAY, DAY + timedelta(days=30),
               "等第三方接口恢复", "张三", datetime(2026, 3, 2, 9))


def card(severity: Severity = Severity.YELLOW, since: date = date(2026, 1, 1)) -> Card:
    line = Alert(Rule.BEHIND_PACE, severity, "jobs_published", "county", "321322", since, -4.0, "…",
                 "")
    return Card("jobs_published", "county", "321322", (line,), CardState.LASTING)


def test_it_holds_to_its_last_day_and_not_before_it_was_given() -> None:
    assert [shelving_of(card(), [ONE], day) for day in (DAY - timedelta(days=1), DAY, ONE.until,
                                                        ONE.until + timedelta(days=1))] == [
                                                            None, ONE, ONE, None]
    assert shelved_by([ONE])(card(), DAY)
    assert not shelved_by([])(card(), DAY)


def test_a_worse_grade_brings_it_back_and_a_better_one_does_not() -> None:
    assert shelving_of(card(Severity.RED), [ONE], DAY) is None
    assert shelving_of(card(Severity.BLUE), [ONE], DAY) == ONE


def test_it_is_of_this_card_and_of_this_run_of_days() -> None:
    assert shelving_of(card(), [replace(ONE, division="321323")], DAY) is None
    assert shelving_of(card(since=date(2026, 3, 10)), [ONE], date(2026, 3, 20)) is None


def test_the_newest_decides_and_can_take_it_back() -> None:
    later = replace(ONE, at=datetime(2026, 3, 3), as_of=date(2026, 3, 3), until=date(2026, 3, 5))
    assert shelving_of(card(), [later, ONE], date(2026, 3, 6)) is None
    assert shelving_of(card(), [ONE, replace(later, withdrawn=True)], date(2026, 3, 4)) is None


@pytest.mark.parametrize(("change", "said"), [
    ({"until": DAY}, "不晚于截至日期"), ({"until": DAY + timedelta(days=61)}, "最多搁置60天（到 2026-05-01）"),
    ({"reason": "  "}, "搁置理由没有填写"), ({"reason": "长" * 201}, "超过 200 字"),
    ({"as_of": date(2026, 10, 1), "until": date(2026, 11, 2)}, "最晚到 2026-11-01"),
    ({"as_of": date(2026, 11, 2), "until": date(2026, 11, 20)}, "距截止不足60天")])
def test_what_may_not_be_is_one_clear_sentence(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said.replace("（", ".").replace("）", ".")):
        check_shelving(replace(ONE, **change), WINDOW)  # type: ignore[arg-type]


def test_the_bounds_themselves_are_allowed_and_the_reason_is_cleaned() -> None:
    most = replace(ONE, until=DAY + timedelta(days=60), reason=" 等接口\n恢复 ")
    assert check_shelving(most, WINDOW) == replace(most, reason="等接口 恢复")
    last = replace(ONE, as_of=date(2026, 10, 1), until=date(2026, 11, 1))
    assert check_shelving(last, WINDOW) == last
    taken_back = replace(ONE, as_of=date(2026, 12, 1), withdrawn=True)
    assert check_shelving(taken_back, WINDOW) == taken_back
