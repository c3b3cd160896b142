"""督办台账 in domain words: meetings, the items they give out, and the events that happen to an item.

An item never changes; what happens to it is an append-only list of events. Its state on a day is a
fold over the events and the data up to that day (`kpi.follow_ups.follow_up_fold`), so every past
state can be replayed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from kpi.vocabulary import InputError, Rollup

FOLLOW_UPS_CLOSED = "follow_ups_closed"
"""The indicator the ledger itself is the source of."""

TITLE_LIMIT = 100
TEXT_LIMIT = 2000
NAME_LIMIT = 50


class State(StrEnum):
    """Where an item stands. `EXTENDED` and `OVERDUE` are shown in place of the open stages they
    fall on.
    """

    RAISED = "raised"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    CLOSED = "closed"
    EXTENDED = "extended"
    OVERDUE = "overdue"


STATE_NAMES = {State.RAISED: "立项", State.ASSIGNED: "交办", State.IN_PROGRESS: "办理中",
               State.VERIFYING: "待核查", State.CLOSED: "销号", State.EXTENDED: "延期",
               State.OVERDUE: "逾期"}


class EventKind(StrEnum):
    """What somebody did to an item. What the data did is a `DataEvent`."""

    RAISED = "raised"
    ASSIGNED = "assigned"
    PROGRESS = "progress"
    DONE = "done"
    RETURNED = "returned"
    EXTENDED = "extended"
    CLOSED = "closed"
    REOPENED = "reopened"
    HANDED_OVER = "handed_over"


EVENT_NAMES = {EventKind.RAISED: "立项", EventKind.ASSIGNED: "交办", EventKind.PROGRESS: "进展",
               EventKind.DONE: "报告办结", EventKind.RETURNED: "退回", EventKind.EXTENDED: "延期",
               EventKind.CLOSED: "人工销号", EventKind.REOPENED: "重新办理", EventKind.HANDED_OVER: "移交"}


@dataclass(frozen=True)
class Meeting:
    """One joint meeting. `snapshot`: id of the frozen reading whose figures it discussed, None when
    none was frozen.

    `chair_post` is a post (岗位), never a person. `units`: names of the units that attended.
    """

    held_on: date
    chair_post: str
    units: tuple[str, ...] = ()
    snapshot: str | None = None


@dataclass(frozen=True)
class Item:
    """One agreed item (议定事项). `number` is what people call it (“2026-003”), "" until the ledger has
    given one.

    `rollup` and `division` name who it is about. With an `indicator` it is closed by the data: when
    the value satisfies `expected` (0–1 for shares) or, where that is None, when the light is 已完成 or
    达序时. `post` is the post in charge, never a person. `meeting`: the day of the meeting that gave
    it out, None: none did. `due` is the first due date; extensions are events.
    """

    title: str
    rollup: Rollup
    division: str
    lead_unit: str
    post: str
    due: date
    responsible_units: tuple[str, ...] = ()
    indicator: str | None = None
    expected: float | None = None
    meeting: date | None = None
    origin: str = ""
    number: str = ""

    @property
    def closed_by_data(self) -> bool:
        return self.indicator is not None

    @property
    def units(self) -> tuple[str, ...]:
        """The lead unit, then the responsible ones."""
        return (self.lead_unit, *self.responsible_units)


@dataclass(frozen=True)
class Event:
    """One thing somebody did. `at`: local time it was recorded; `account`: who.

    `due` and `approver` (a post) belong to an extension, None otherwise; `lead_unit` and `post` to a
    hand-over: who is in charge from then on.
    """

    kind: EventKind
    at: datetime
    account: str
    text: str = ""
    due: date | None = None
    approver: str | None = None
    lead_unit: str | None = None
    post: str | None = None

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True)
class DataEvent:
    """The data closed an item (or, `closes` False, reopened it) at the end of `day`, and that was
    written down.

    `value`: the figure then, `target`: what it was judged by (the item's expected value, else the
    division's target), None where there was none. `held_days`: days running it had held. `plan`:
    digest of the plan in force then, `snapshot`: id of the reading.
    """

    day: date
    closes: bool
    held_days: int
    value: float | None
    target: float | None
    plan: str
    snapshot: str


@dataclass(frozen=True)
class Case:
    """An item with everything that happened to it, oldest first. `version` counts the events but
    the hand-overs, which are kept by themselves. `item` is as it was raised, of `until` as it was
    then.

    `data_events`: what the data did to it, as recorded. `looked_until`: the last day whose data has
    been looked at for good; None: none was. Up to then the data has done what is recorded and
    nothing else, whatever the plan says now. Two cases are the same when people did the same to the
    same item: looking at it makes no other of it.
    """

    item: Item
    events: tuple[Event, ...]
    data_events: tuple[DataEvent, ...] = field(default=(), compare=False)
    looked_until: date | None = field(default=None, compare=False)

    @property
    def version(self) -> int:
        return sum(event.kind != EventKind.HANDED_OVER for event in self.events)

    @property
    def now(self) -> Item:
        """The item with whoever is in charge of it after the last event."""
        last = next((event for event in reversed(self.events)
                     if event.kind == EventKind.HANDED_OVER), None)
        return self.item if last is None else replace(
            self.item, lead_unit=last.lead_unit or self.item.lead_unit,
            post=last.post or self.item.post)

    def until(self, day: date) -> Case:
        """The case as it was at the end of `day`, its item with whoever was in charge then."""
        then = replace(self, events=tuple(event for event in self.events if event.day <= day))
        return replace(then, item=then.now)


def clean(text: str | None, what: str, limit: int, *, required: bool = True) -> str:
    """Free text without control characters and outer blanks; line breaks stay.

    Raises InputError when it is longer than `limit` characters, or empty although required.
    """
    result = "".join(sign for sign in (text or "").replace("\r\n", "\n") if sign == "\n"
                     or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")).strip()
    if required and not result:
        raise InputError(f"{what}没有填写；请补上后再提交。")
    if len(result) > limit:
        raise InputError(f"{what}有 {len(result)} 字，超过 {limit} 字；请缩短后再提交。")
    return result


def clean_name(text: str | None, what: str, *, required: bool = True) -> str:
    """A one-line name of at most `NAME_LIMIT` characters. Raises InputError as `clean` does."""
    return clean((text or "").replace("\n", " "), what, NAME_LIMIT, required=required)


def clean_meeting(meeting: Meeting) -> Meeting:
    """The meeting with its texts cleaned. Raises InputError when the chair is missing or a text too
    long.
    """
    return replace(meeting, chair_post=clean_name(meeting.chair_post, "主持岗位"),
                   units=_names(meeting.units, "参会单位"))


def clean_item(item: Item) -> Item:
    """The item with its texts cleaned. Raises InputError on a missing or overlong text, or a tie
    that cannot be judged.
    """
    if item.indicator == FOLLOW_UPS_CLOSED:
        raise InputError("督办事项不能以“议定事项办结率”为核查指标（它由台账自身算出）；请另选指标或不选。")
    if item.indicator is None and item.expected is not None:
        raise InputError("填写了预期值但没有选指标；请选择指标，或删去预期值。")
    return replace(item, title=clean((item.title or "").replace("\n", " "), "事项内容", TITLE_LIMIT),
                   lead_unit=clean_name(item.lead_unit, "牵头单位"), post=clean_name(item.post, "责任岗位"),
                   responsible_units=_names(item.responsible_units, "责任单位"),
                   origin=clean(item.origin, "事项来源", TEXT_LIMIT, required=False))


def _names(names: Iterable[str], what: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean_name(name, what) for name in names))
