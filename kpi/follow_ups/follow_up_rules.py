"""Who may do what to an item, and when. What is refused says what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kpi.follow_ups.follow_up import (
    EVENT_NAMES,
    STATE_NAMES,
    TEXT_LIMIT,
    Event,
    EventKind,
    Item,
    State,
    clean,
    clean_name,
)
from kpi.follow_ups.follow_up_fold import Status
from kpi.vocabulary import InputError


class Role(StrEnum):
    """`OFFICE`: the joint meeting's office. `UNIT`: a county, zone or bureau. `LEADER`: whoever
    approves extensions.
    """

    OFFICE = "office"
    UNIT = "unit"
    LEADER = "leader"


ROLE_NAMES = {Role.OFFICE: "联席会议办公室", Role.UNIT: "承办单位", Role.LEADER: "分管领导"}


@dataclass(frozen=True)
class Actor:
    """Who acts: an account with a role. A unit's account is bound to unit names and division codes.
    """

    account: str
    role: Role
    units: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()

    def concerned(self, item: Item) -> bool:
        """Whether the item is this account's business: everything is for the office and the
        leaders.
        """
        return (
            self.role != Role.UNIT
            or item.division in self.divisions
            or not self.units.isdisjoint(item.units)
        )


@dataclass(frozen=True)
class Rule:
    """Who may do it, from which stages, and what to do instead when the item is elsewhere."""

    roles: tuple[Role, ...]
    stages: tuple[State, ...]
    instead: str


_OPEN = (State.RAISED, State.ASSIGNED, State.IN_PROGRESS, State.VERIFYING)

RULES: Mapping[EventKind, Rule] = {
    EventKind.RAISED: Rule((Role.OFFICE,), (), "请新建事项"),
    EventKind.ASSIGNED: Rule((Role.OFFICE,), (State.RAISED,), "事项已交办，可直接填报进展"),
    EventKind.PROGRESS: Rule(
        (Role.UNIT, Role.OFFICE),
        (State.ASSIGNED, State.IN_PROGRESS, State.VERIFYING),
        "请先由联席会议办公室交办；已销号的请先重新办理",
    ),
    EventKind.DONE: Rule(
        (Role.UNIT, Role.OFFICE),
        (State.ASSIGNED, State.IN_PROGRESS),
        "尚未交办的请先交办；已报告办结的请等待核查",
    ),
    EventKind.RETURNED: Rule((Role.OFFICE,), (State.VERIFYING,), "只有待核查的事项可以退回"),
    EventKind.EXTENDED: Rule(
        (Role.LEADER, Role.OFFICE),
        (State.ASSIGNED, State.IN_PROGRESS),
        "只有已交办、未报告办结的事项可以延期；待核查的请先退回",
    ),
    EventKind.HANDED_OVER: Rule((Role.OFFICE,), _OPEN, "已销号的事项请先重新办理，再移交"),
    EventKind.CLOSED: Rule((Role.OFFICE,), _OPEN, "事项已经销号"),
    EventKind.REOPENED: Rule((Role.OFFICE,), (State.CLOSED,), "事项尚未销号，可直接填报进展"),
}
_REASON_NEEDED = {EventKind.PROGRESS: "进展内容", EventKind.DONE: "办结情况", EventKind.RETURNED: "退回原因",
                  EventKind.EXTENDED: "延期理由", EventKind.CLOSED: "销号理由",
                  EventKind.REOPENED: "重新办理的理由", EventKind.HANDED_OVER: "移交理由"}


def raising(actor: Actor, at: datetime) -> Event:
    """The event that begins an item. Raises InputError when the account may not raise items."""
    _check_role(EventKind.RAISED, actor)
    return Event(EventKind.RAISED, at, clean_name(actor.account, "账户"))


def allowed(item: Item, now: Status, actor: Actor) -> tuple[EventKind, ...]:
    """What this account may do to the item as it stands, for the buttons of a page."""
    return tuple(kind for kind, rule in RULES.items()
                 if actor.role in rule.roles and now.stage in rule.stages and actor.concerned(item))


def acting(item: Item, now: Status, actor: Actor, event: Event) -> Event:
    """The event, cleaned, if this account may record it on the item as it stands now; `item` with
    whoever is in charge of it now.

    Raises InputError when the role, the item's stage, the reason, an extension's approver or date,
    or whom it is handed over to does not allow it.
    """
    _check_role(event.kind, actor)
    if not actor.concerned(item):
        raise InputError(f"事项 {item.number} 由{'、'.join(item.units)}承办，本账户不能填报；请由承办单位或联席会议办公室操作。")
    rule = RULES[event.kind]
    if now.stage not in rule.stages:
        raise InputError(
            f"事项 {item.number} 现为“{STATE_NAMES[now.stage]}”，不能{EVENT_NAMES[event.kind]}；{rule.instead}。"
        )
    text = clean(event.text, _REASON_NEEDED.get(event.kind, "说明"), TEXT_LIMIT,
                 required=event.kind in _REASON_NEEDED)
    cleaned = replace(event, account=clean_name(actor.account, "账户"), text=text)
    if event.kind == EventKind.EXTENDED:
        return _extension(replace(cleaned, lead_unit=None, post=None), now)
    if event.kind == EventKind.HANDED_OVER:
        return _hand_over(replace(cleaned, due=None, approver=None), item)
    return replace(cleaned, due=None, approver=None, lead_unit=None, post=None)


def _hand_over(event: Event, item: Item) -> Event:
    unit, post = clean_name(event.lead_unit, "接手的牵头单位"), clean_name(event.post, "接手的责任岗位")
    if (unit, post) == (item.lead_unit, item.post):
        raise InputError(f"事项 {item.number} 现在就由{unit}的{post}负责；请填写接手的单位和岗位。")
    return replace(event, lead_unit=unit, post=post)


def _check_role(kind: EventKind, actor: Actor) -> None:
    roles = RULES[kind].roles
    if actor.role not in roles:
        raise InputError(f"{ROLE_NAMES[actor.role]}账户不能{EVENT_NAMES[kind]}；"
                         f"请由{'或'.join(ROLE_NAMES[role] for role in roles)}操作。")


def _extension(event: Event, now: Status) -> Event:
    approver = clean_name(event.approver, "批准延期的岗位")
    if event.due is None or event.due <= max(now.due, event.day):
        raise InputError(f"延期后的期限应晚于现期限 {now.due} 和今天；请改正日期。")
    return replace(event, approver=approver)


def due_check(due: date, on: date) -> None:
    """Raises InputError when a new item's due date is already past, or further off than five years.
    """
    if not on <= due <= on + timedelta(days=5 * 366):
        raise InputError(f"办结期限 {due} 应不早于今天且在五年之内；请改正日期。")
