"""Monthly returns: states, checks and figures as drawn by hand."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kpi.follow_ups import Actor, Role
from kpi.returns import (
    Amounts,
    Change,
    ItemKind,
    MonthlyReturn,
    Reminder,
    ReturnEvent,
    ReturnForm,
    ReturnItem,
    ReturnRow,
    ReturnState,
    Step,
    changes,
    check_step,
    faults,
    figure,
    form_from,
    may,
    months_due,
    reminders,
    rows,
)
from kpi.vocabulary import InputError

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
ADVICE = ReturnItem("advice", "咨询", "人次", ItemKind.COUNT, maximum=1000, change=0.5)
ONLINE = ReturnItem("online", "线上", "人次", ItemKind.COUNT, at_most="advice", required=False)
STAFF = ReturnItem("staff", "人员", "人", ItemKind.STOCK, units=("A",), parts=("own", "bought"))
OWN = ReturnItem("own", "自有", "人", ItemKind.STOCK, units=("A",))
BOUGHT = ReturnItem("bought", "购买", "人", ItemKind.STOCK, units=("A",), required=False)
FORM = ReturnForm((ADVICE, ONLINE, STAFF, OWN, BOUGHT), due_day=5)
SHORT = ReturnForm((ADVICE, ONLINE), due_day=5)


def filed(at: datetime, remarks: dict[str, str] | None = None,
          **amounts: float | None) -> ReturnEvent:
    return ReturnEvent(Step.FILE, at, "县", amounts, remarks or {})


def staff(step: Step, at: datetime, text: str = "", **remarks: str) -> ReturnEvent:
    return ReturnEvent(step, at, "办", remarks=remarks, text=text)


def after(*events: ReturnEvent, form: ReturnForm = SHORT, month: date = JAN) -> MonthlyReturn:
    """What becomes of a return step by step, each checked."""
    one = MonthlyReturn(month, "B")
    for event in events:
        one = one.then(check_step(form, one, event))
    return one


def approved(month: date, **amounts: float | None) -> MonthlyReturn:
    at = datetime(2026, 6, 1, 9)
    return after(filed(at, **amounts), staff(Step.APPROVE, at), month=month)


def test_a_return_sent_back_corrected_approved_reopened_and_corrected_again() -> None:
    day = [datetime(2026, 2, number, 9) for number in range(1, 8)]
    drawn: list[tuple[ReturnEvent, ReturnState, float | None, bool]] = [
        (filed(day[0], advice=100), ReturnState.FILED, None, False),
        (staff(Step.SEND_BACK, day[1], advice="少一个零"), ReturnState.RETURNED, None, False),
        (filed(day[2], advice=900, online=0), ReturnState.FILED, None, False),
        (staff(Step.APPROVE, day[3]), ReturnState.APPROVED, 900, False),
        (staff(Step.REOPEN, day[4], "重复计数"), ReturnState.REOPENED, 900, True),
        (filed(day[5], advice=850, online=0), ReturnState.FILED, 900, True),
        (staff(Step.APPROVE, day[6]), ReturnState.APPROVED, 850, True)]
    one = MonthlyReturn(JAN, "B")
    assert one.state == ReturnState.WAITING
    for event, state, amount, corrected in drawn:
        one = one.then(check_step(SHORT, one, event))
        assert (one.state, one.corrected) == (state, corrected)
        assert (one.approved or {}).get("advice") == amount
        assert figure(rows([one]), ADVICE, "B", JAN, date(2026, 2, 28)) == amount
    assert changes(one) == (
        Change("advice", None, 100, "县", day[0]), Change("advice", 100, 900, "县", day[2]),
        Change("online", None, 0, "县", day[2]), Change("advice", 900, 850, "县", day[5]))
    assert rows([one]) == (ReturnRow("B", "advice", date(2026, 1, 31), 850, True),
                           ReturnRow("B", "online", date(2026, 1, 31), 0, True))


AT = datetime(2026, 2, 3, 9)
FILED = filed(AT, advice=100)
SENT_BACK, APPROVE = staff(Step.SEND_BACK, AT, advice="核对"), staff(Step.APPROVE, AT)
REOPEN = staff(Step.REOPEN, AT, "更正")
PATHS = {ReturnState.WAITING: (), ReturnState.FILED: (FILED,),
         ReturnState.RETURNED: (FILED, SENT_BACK), ReturnState.APPROVED: (FILED, APPROVE),
         ReturnState.REOPENED: (FILED, APPROVE, REOPEN)}


AGAIN = filed(AT, advice=101)


@pytest.mark.parametrize("state", ReturnState)
@pytest.mark.parametrize(("event", "open_in"), [
    (AGAIN, {"waiting", "filed", "returned", "reopened"}), (SENT_BACK, {"filed"}),
    (APPROVE, {"filed"}), (REOPEN, {"approved"})])
def test_every_step_is_open_in_its_states_only(state: ReturnState, event: ReturnEvent,
                                               open_in: set[str]) -> None:
    one = after(*PATHS[state])
    assert one.state == state
    if state.value in open_in:
        assert check_step(SHORT, one, event) == event
    else:
        with pytest.raises(InputError, match=r"2026年01月的月报现为.*不能"):
            check_step(SHORT, one, event)


def test_what_may_have_decimals_adds_up_in_them() -> None:
    form = replace(FORM, items=tuple(replace(item, decimals=True) for item in FORM.items))
    amounts = {"advice": 0.3, "staff": 0.3, "own": 0.1, "bought": 0.2}
    assert faults(form, "A", amounts) == ()


@pytest.mark.parametrize("state", [ReturnState.FILED, ReturnState.RETURNED])
def test_the_same_once_more_is_refused_and_passes_with_a_word_on_it(state: ReturnState) -> None:
    one = after(*PATHS[state])
    with pytest.raises(InputError, match="完全相同"):
        check_step(SHORT, one, FILED)
    explained = replace(FILED, remarks={"advice": "已与台账核对"})
    assert check_step(SHORT, one, explained) == explained
    # reopened, the office has asked for it
    assert check_step(SHORT, after(*PATHS[ReturnState.REOPENED]), FILED) == FILED


@pytest.mark.parametrize(("before", "event", "message"), [
    ((), filed(datetime(2026, 1, 30, 23), advice=1), "还没有结束"),
    ((), filed(AT, advice=None, online=None), "一项也没有填"),
    ((), filed(AT, online=3), "“咨询”没有填"),
    ((), filed(AT, advice=1, other=3), "other 不是本单位要报的项目"),
    ((FILED,), staff(Step.SEND_BACK, AT), "至少给一项写上原因"),
    ((FILED,), staff(Step.SEND_BACK, AT, advice="  "), "至少给一项写上原因"),
    ((FILED,), staff(Step.SEND_BACK, AT, own="不报这项"), "至少给一项写上原因"),
    ((FILED,), staff(Step.SEND_BACK, AT, advice="长" * 201), "超过 200 个字"),
    ((FILED, APPROVE), staff(Step.REOPEN, AT, " "), "要写明原因")])
def test_a_step_that_lacks_something_is_refused(before: tuple[ReturnEvent, ...],
                                                event: ReturnEvent, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_step(SHORT, after(*before), event)


def test_a_month_may_be_filed_on_its_last_day() -> None:
    assert after(filed(datetime(2026, 1, 31, 8), advice=1)).state == ReturnState.FILED


def test_a_large_change_passes_with_an_explanation_only() -> None:
    one = MonthlyReturn(FEB, "B")
    event = filed(datetime(2026, 3, 1, 9), advice=151)
    with pytest.raises(InputError, match="比上月 100 增减超过 50%"):
        check_step(SHORT, one, event, {"advice": 100})
    explained = replace(event, remarks={"advice": " 春招 "})
    assert check_step(SHORT, one, explained, {"advice": 100}).remarks == {"advice": "春招"}
    over = replace(explained, amounts={"advice": 1001})
    with pytest.raises(InputError, match="大于上限 1000"):
        check_step(SHORT, one, over, {"advice": 1000})


@pytest.mark.parametrize(("amounts", "before", "wrong"), [
    ({"advice": 10, "staff": 5, "own": 3, "bought": 2}, None, []),
    ({"advice": 0, "staff": 0, "own": 0, "bought": 0}, None, []),
    ({"advice": 10, "staff": 6, "own": 3, "bought": 2}, None, ["staff"]),
    ({"advice": 10, "staff": 6, "own": 3}, None, []),  # a blank part: the sum says nothing
    ({"advice": 10, "online": 10, "staff": 1, "own": 1, "bought": 0}, None, []),
    ({"advice": 10, "online": 11, "staff": 1, "own": 1, "bought": 0}, None, ["online"]),
    ({"advice": -1, "staff": 1, "own": 1, "bought": 0}, None, ["advice"]),
    ({"advice": 1000, "staff": 1, "own": 1, "bought": 0}, None, []),
    ({"advice": 1001, "staff": 1, "own": 1, "bought": 0}, None, ["advice"]),
    ({"advice": math.nan, "staff": 1, "own": 1, "bought": 0}, None, ["advice"]),
    ({"staff": 1, "bought": 0}, None, ["advice", "own"]),
    ({"advice": 150, "staff": 1, "own": 1}, {"advice": 100}, []),
    ({"advice": 49, "staff": 1, "own": 1}, {"advice": 100}, ["advice"]),
    ({"advice": 50, "staff": 1, "own": 1}, {"advice": None}, []),
    ({"advice": 50, "staff": 1, "own": 1}, {"advice": 0}, []),
    ({"advice": 100.5, "staff": 1, "own": 1, "bought": 0}, None, ["advice"]),
    ({"advice": 100.0, "staff": 1, "own": 1, "bought": 0}, None, [])])
def test_every_check_names_the_cell(amounts: Amounts, before: Amounts | None,
                                    wrong: list[str]) -> None:
    assert [fault.code for fault in faults(FORM, "A", amounts, before)] == wrong


def test_a_unit_is_asked_its_own_items() -> None:
    assert [item.code for item in FORM.of("B")] == ["advice", "online"]
    assert faults(FORM, "B", {"advice": 1}) == ()
    assert [fault.code for fault in faults(FORM, "B", {"advice": 1, "own": 2})] == ["own"]


@pytest.mark.parametrize(("as_of", "count", "stock"), [
    (date(2026, 1, 30), None, None), (date(2026, 1, 31), 10, 7), (date(2026, 2, 28), 10, 7),
    (date(2026, 3, 30), 10, 7), (date(2026, 3, 31), 10, None), (date(2026, 4, 29), 10, None),
    (date(2026, 4, 30), 14, 0), (date(2026, 6, 29), 14, 0), (date(2026, 6, 30), 14, None)])
def test_counts_add_up_and_stocks_end_after_a_missed_month(as_of: date, count: float | None,
                                                           stock: float | None) -> None:
    """January and April are reported, February, March and what follows are not."""
    stock_item = replace(ONLINE, kind=ItemKind.STOCK, at_most="")
    listed = rows([approved(JAN, advice=10, online=7), approved(APR, advice=4, online=0)])
    assert figure(listed, ADVICE, "B", JAN, as_of) == count
    assert figure(listed, stock_item, "B", JAN, as_of) == stock


def test_nothing_reported_is_never_nought() -> None:
    waiting = after(filed(AT, advice=5))
    assert rows([waiting, MonthlyReturn(FEB, "B")]) == ()
    listed = rows([approved(JAN, advice=5)])
    assert figure(listed, ONLINE, "B", JAN, date(2026, 6, 30)) is None
    assert figure(listed, ADVICE, "C", JAN, date(2026, 6, 30)) is None
    assert figure(rows([approved(JAN, advice=0)]), ADVICE, "B", JAN, date(2026, 6, 30)) == 0
    assert figure(listed, ADVICE, "B", FEB, date(2026, 6, 30)) is None  # before the start


def test_who_is_reminded_and_when() -> None:
    back = MonthlyReturn(JAN, "C", (FILED, SENT_BACK))
    returns = [MonthlyReturn(JAN, "A", (FILED,)), back, MonthlyReturn(JAN, "D", (FILED, APPROVE)),
               MonthlyReturn(JAN, "E", (FILED, APPROVE, REOPEN))]
    due = date(2026, 2, 5)

    def of(day: int) -> list[tuple[str, int, bool]]:
        listed = reminders(SHORT, [JAN], "ABCDE", returns, date(2026, 2, day))
        assert all((one.month, one.due) == (JAN, due) for one in listed)
        return [(one.unit, one.days, one.late) for one in listed]

    assert of(1) == []
    assert of(2) == [("B", 3, False), ("C", 3, False), ("E", 3, False)]
    assert of(5) == [("B", 0, False), ("C", 0, False), ("E", 0, False)]
    assert of(7) == [("B", 2, True), ("C", 2, True), ("E", 2, True)]
    assert reminders(SHORT, [JAN], ["B"], (), date(2026, 2, 6)) == (
        Reminder(JAN, "B", due, 1, True, ReturnState.WAITING),)
    only_a = ReturnForm((OWN,), due_day=5)
    assert reminders(only_a, [JAN], ["B"], (), date(2026, 2, 6)) == ()


def test_due_days_and_months() -> None:
    assert SHORT.due(date(2025, 12, 31)) == date(2026, 1, 5)
    assert months_due(date(2025, 12, 15), date(2026, 2, 28)) == (date(2025, 12, 1), JAN)
    assert months_due(date(2025, 12, 15), date(2026, 3, 1)) == (date(2025, 12, 1), JAN, FEB)


@pytest.mark.parametrize(("role", "allowed"), [
    (Role.UNIT, {Step.FILE}), (Role.OFFICE, {Step.SEND_BACK, Step.APPROVE, Step.REOPEN}),
    (Role.LEADER, set())])
def test_who_may_do_what(role: Role, allowed: set[Step]) -> None:
    actor = Actor("某", role, divisions=frozenset({"B"}))
    assert {step for step in Step if may(actor, "B", step)} == allowed
    if role == Role.UNIT:
        assert not any(may(actor, "A", step) for step in Step)


GOOD: dict[str, Any] = {"due_day": 5, "items": [
    {"code": "a", "name": "甲", "unit": "人", "kind": "count", "prefill": "indicator:users",
     "units": ["B"], "min": 1, "max": 9, "change": 0.5},
    {"code": "b", "name": "乙", "unit": "人", "kind": "count", "at_most": "a", "required": False},
    {"code": "c", "name": "丙", "unit": "人", "kind": "count", "parts": ["a", "b"]}]}


def test_a_form_reads_as_it_is_written() -> None:
    assert form_from(GOOD, ["users"], ["B"]) == ReturnForm((
        ReturnItem("a", "甲", "人", ItemKind.COUNT, ("B",), "users", 1, 9, change=0.5),
        ReturnItem("b", "乙", "人", ItemKind.COUNT, at_most="a", required=False),
        ReturnItem("c", "丙", "人", ItemKind.COUNT, parts=("a", "b"))), 5, 3)


@pytest.mark.parametrize(("key", "value", "message"), [
    ("due_day", 31, "不是每个月都有"), ("due_day", 0, "不应小于 1"), ("items", [], "没有列出要报的项目"),
    ("day", 3, "day 不认识"), ("items.colour", "红", "colour 不认识"),
    ("items.kind", "flow", "当月发生数写 count"), ("items.code", "", "缺少文字 code"),
    ("items.prefill", "users", "prefill = \"users\" 不是指标"),
    ("items.prefill", "indicator:other", "不是指标"), ("items.units", ["X"], "X 不是管理单位的代码"),
    ("items.required", "no", "应是 true 或 false"), ("items.max", -1, "比 min = 1 小"),
    ("items.max", "多", "应是数字"), ("items.change", 0, "应大于 0"), ("items.code", "b", "写了两次"),
    ("items.name", "乙", "写了两次"), ("items.at_most", "z", "提到的 z 不是别的项目"),
    ("items.at_most", "a", "提到的 a 不是别的项目"), ("items.unit", "家", "unit 或 kind 不同")])
def test_a_fault_of_the_file_is_one_sentence(key: str, value: object, message: str) -> None:
    content = deepcopy(GOOD)
    if key.startswith("items."):
        content["items"][0][key.removeprefix("items.")] = value
    else:
        content[key] = value
    with pytest.raises(InputError, match=message) as caught:
        form_from(content, ["users"], ["B"])
    assert str(caught.value).startswith("returns.toml")
    assert str(caught.value).endswith("。")
