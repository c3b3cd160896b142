"""A return's states: 待报 → 已报 → 退回 or 已审; an approved return is locked until it is reopened.

Every step is an event with account and time; what a cell was before and after follows from the
events and is never written a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from kpi.returns.checks import Amounts, faults
from kpi.returns.items import ReturnForm, last_day
from kpi.vocabulary import InputError

TEXT_LIMIT = 200


class ReturnState(StrEnum):
    """`REOPENED`: approved once, open again for a correction; what was approved stays in force."""

    WAITING = "waiting"
    FILED = "filed"
    RETURNED = "returned"
    APPROVED = "approved"
    REOPENED = "reopened"


RETURN_STATE_NAMES = {ReturnState.WAITING: "待报", ReturnState.FILED: "已报",
                      ReturnState.RETURNED: "退回", ReturnState.APPROVED: "已审",
                      ReturnState.REOPENED: "更正中"}


class Step(StrEnum):
    """What is done to a return: a unit files it; staff send it back, approve or reopen it."""

    FILE = "file"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REOPEN = "reopen"


STEP_NAMES = {Step.FILE: "上报", Step.SEND_BACK: "退回", Step.APPROVE: "审核通过",
              Step.REOPEN: "重新打开"}
_LEADS_TO = {Step.FILE: ReturnState.FILED, Step.SEND_BACK: ReturnState.RETURNED,
             Step.APPROVE: ReturnState.APPROVED, Step.REOPEN: ReturnState.REOPENED}
_FROM = {Step.FILE: (ReturnState.WAITING, ReturnState.FILED, ReturnState.RETURNED,
                     ReturnState.REOPENED),
         Step.SEND_BACK: (ReturnState.FILED,), Step.APPROVE: (ReturnState.FILED,),
         Step.REOPEN: (ReturnState.APPROVED,)}


@dataclass(frozen=True)
class ReturnEvent:
    """One step. `amounts`: what is filed, empty for other steps. `remarks`: by item code, the
    explanation of a filed cell or the reason it is sent back. `text`: why it is reopened.
    """

    step: Step
    at: datetime
    account: str
    amounts: Amounts = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True)
class MonthlyReturn:
    """A unit's return of a month, given by its first day, with its events, oldest first."""

    month: date
    unit: str
    events: tuple[ReturnEvent, ...] = ()

    @property
    def version(self) -> int:
        """How many steps it has seen."""
        return len(self.events)

    @property
    def state(self) -> ReturnState:
        return _LEADS_TO[self.events[-1].step] if self.events else ReturnState.WAITING

    @property
    def filed(self) -> Amounts:
        """What was filed last; empty when nothing was."""
        return next((event.amounts for event in reversed(self.events)
                     if event.step == Step.FILE), {})

    @property
    def approved(self) -> Amounts | None:
        """What is in force: the amounts of the last approval; None when there was none."""
        amounts: Amounts = {}
        in_force: Amounts | None = None
        for event in self.events:
            if event.step == Step.FILE:
                amounts = event.amounts
            elif event.step == Step.APPROVE:
                in_force = amounts
        return in_force

    @property
    def corrected(self) -> bool:
        """Whether it was ever reopened: 更正."""
        return any(event.step == Step.REOPEN for event in self.events)

    def then(self, event: ReturnEvent) -> MonthlyReturn:
        """With one more step."""
        return replace(self, events=(*self.events, event))


@dataclass(frozen=True)
class Change:
    """A cell that a filing changed. None for a blank."""

    code: str
    old: float | None
    new: float | None
    account: str
    at: datetime


def changes(one: MonthlyReturn) -> tuple[Change, ...]:
    """Every change of a cell, oldest first."""
    result: list[Change] = []
    now: Amounts = {}
    for event in one.events:
        if event.step != Step.FILE:
            continue
        for code in dict.fromkeys((*now, *event.amounts)):
            old, new = now.get(code), event.amounts.get(code)
            if old != new:
                result.append(Change(code, old, new, event.account, event.at))
        now = event.amounts
    return tuple(result)


def check_step(form: ReturnForm, one: MonthlyReturn, event: ReturnEvent,
               before: Amounts | None = None) -> ReturnEvent:
    """The event as it is to be recorded, its texts trimmed. `before`: what the month before was
    approved with.

    Raises InputError, saying which cell and why, when the state or a check forbids it.
    """
    cleaned = replace(event, text=event.text.strip(), remarks={
        code: text.strip() for code, text in event.remarks.items() if text.strip()})
    if one.state not in _FROM[event.step]:
        raise InputError(f"{one.month:%Y年%m月}的月报现为“{RETURN_STATE_NAMES[one.state]}”，"
                         f"不能{STEP_NAMES[event.step]}；请看过最新情况后再办。")
    if any(len(text) > TEXT_LIMIT for text in (cleaned.text, *cleaned.remarks.values())):
        raise InputError(f"说明超过 {TEXT_LIMIT} 个字；请写短一些。")
    codes = {item.code for item in form.of(one.unit)}
    if event.step == Step.FILE:
        _check_filing(form, one, cleaned, before)
    elif event.step == Step.SEND_BACK and not set(cleaned.remarks) & codes:
        raise InputError("退回要写明哪一项有什么问题；请至少给一项写上原因。")
    elif event.step == Step.REOPEN and not cleaned.text:
        raise InputError("重新打开已审核的月报要写明原因；请填写。")
    return cleaned


def _check_filing(form: ReturnForm, one: MonthlyReturn, event: ReturnEvent,
                  before: Amounts | None) -> None:
    if event.at.date() < last_day(one.month):
        raise InputError(f"{one.month:%Y年%m月}还没有结束；月报最早在 {last_day(one.month)} 上报。")
    if all(amount is None for amount in event.amounts.values()):
        raise InputError("一项也没有填；请填写后再上报。")
    if one.state in (ReturnState.FILED, ReturnState.RETURNED) and _same(one, event):
        raise InputError("和上一次上报的完全相同，没有要重新上报的内容；"
                         "退回的项目确实无误时，请在“说明”里写明。")
    wrong = [fault.text for fault in faults(form, one.unit, event.amounts, before)
             if not (fault.explainable and fault.code in event.remarks)]
    if wrong:
        raise InputError("".join(wrong))


def _same(one: MonthlyReturn, event: ReturnEvent) -> bool:
    """Whether the filing says what the last one said, a blank being no entry."""
    last = next(done for done in reversed(one.events) if done.step == Step.FILE)

    def said(filing: ReturnEvent) -> object:
        return ({code: amount for code, amount in filing.amounts.items() if amount is not None},
                dict(filing.remarks))
    return said(event) == said(last)


@dataclass(frozen=True)
class Reminder:
    """催报: a unit's return is due soon, or `late` by `days` days. `days`: until or since the due
    day, never below 0.
    """

    month: date
    unit: str
    due: date
    days: int
    late: bool
    state: ReturnState


_OWED = (ReturnState.WAITING, ReturnState.RETURNED, ReturnState.REOPENED)


def reminders(form: ReturnForm, months: Sequence[date], units: Sequence[str],
              returns: Iterable[MonthlyReturn], today: date) -> tuple[Reminder, ...]:
    """Whom to remind, by month and unit: who has nothing filed that waits for approval or is
    approved, from `remind_days` before the due day on. Units without items are never reminded.
    """
    by_key = {(one.month, one.unit): one for one in returns}
    result = []
    for month in months:
        left = (form.due(month) - today).days
        if left > form.remind_days or today <= last_day(month):
            continue
        for unit in units:
            state = by_key.get((month, unit), MonthlyReturn(month, unit)).state
            if form.of(unit) and state in _OWED:
                result.append(Reminder(month, unit, form.due(month), abs(left), left < 0, state))
    return tuple(result)
