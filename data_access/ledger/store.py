"""Reading and appending: each action of a user is one transaction, and a second editor of the same
version is told.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.ledger import closings, handovers
from data_access.ledger.database import LedgerDatabase
from data_access.ledger.engine import exists, ledger_url, looking, open_ledger_engine, writing
from data_access.ledger.tables import EVENT, ITEM, MEETING
from data_access.site import Settings
from kpi.figures import Figures
from kpi.follow_ups import (
    Actor,
    Case,
    Event,
    EventKind,
    Item,
    Meeting,
    Status,
    acting,
    clean_item,
    clean_meeting,
    due_check,
    new_data_events,
    raising,
)
from kpi.vocabulary import InputError, Rollup


def recorded_cases(settings: Settings) -> tuple[Case, ...]:
    """All items on record; none where nobody has begun a ledger, which is then not begun by
    reading.
    """
    url = ledger_url(settings)
    if not exists(url):
        return ()
    ledger = Ledger(open_ledger_engine(url))
    try:
        return ledger.cases()
    finally:
        ledger.close()


def looked_at(settings: Settings, figures: Figures, until: date, plan: str,
              snapshot: str) -> tuple[tuple[Case, ...], tuple[Meeting, ...]]:
    """All items and meetings on record; what the data has done to the items through `until` is
    written down for good.

    `plan`: digest of the plan in force; `snapshot`: id of the reading `figures` rest on. Where it
    cannot be written down – a ledger that may only be read – the items are as they were.
    """
    url = ledger_url(settings)
    if not exists(url):
        return (), ()
    ledger = Ledger(open_ledger_engine(url))
    try:
        return _cases_looked_at(ledger, figures, until, plan, snapshot), ledger.meetings()
    finally:
        ledger.close()


def _cases_looked_at(ledger: Ledger, figures: Figures, until: date, plan: str,
                     snapshot: str) -> tuple[Case, ...]:
    cases = ledger.cases()
    looked = cases[0].looked_until if cases else until
    if looked is not None and looked >= until:
        return cases
    events = new_data_events(figures, cases, until, plan, snapshot)
    closings.record(ledger.engine, events, until, plan, snapshot)
    return ledger.cases()


StatusOf = Callable[[Case], Status | None]
"""Where a case stands now, by events and data; the page and the command know the data, the ledger does not."""


class Ledger(LedgerDatabase):
    """The follow-up ledger in one database, migrated on first use."""

    def revision(self) -> int:
        """A number that grows with every event of people, for caches of what was computed from the
        ledger.

        What the data did is the same recorded as computed, as long as snapshot and plan are.
        """
        with looking(self.engine) as connection:
            events = int(connection.execute(sa.select(sa.func.count()).select_from(
                EVENT)).scalar_one())
            return events + handovers.count(connection)

    def changes(self) -> int:
        """A number that grows with everything people record: as `revision`, meetings as well."""
        with looking(self.engine) as connection:
            held = sa.select(sa.func.count()).select_from(MEETING)
            return self.revision() + int(connection.execute(held).scalar_one())

    def meetings(self) -> tuple[Meeting, ...]:
        """All meetings, newest first."""
        with looking(self.engine) as connection:
            rows = connection.execute(sa.select(MEETING).order_by(
                MEETING.c.held_on.desc())).mappings()
            return tuple(Meeting(row["held_on"], row["chair_post"], tuple(json.loads(row["units"])),
                                 row["snapshot"], row["recorded_at"]) for row in rows)

    def cases(self) -> tuple[Case, ...]:
        """All items with their events, by number. One statement each: a ledger has hundreds of
        items, not millions.
        """
        with looking(self.engine) as connection:
            return _cases(connection)

    def case(self, number: str) -> Case:
        """One item. Raises InputError when there is none of that number."""
        with looking(self.engine) as connection:
            return _case(connection, number)

    def hold_meeting(self, meeting: Meeting, actor: Actor, at: datetime) -> Meeting:
        """Record a meeting. Raises InputError when that day already has one."""
        cleaned = clean_meeting(meeting)
        raising(actor, at)
        try:
            with writing(self.engine) as connection:
                connection.execute(sa.insert(MEETING).values(held_on=cleaned.held_on,
                                                             chair_post=cleaned.chair_post,
                                                             units=_names(cleaned.units),
                                                             snapshot=cleaned.snapshot,
                                                             recorded_at=at, account=actor.account))
        except sa.exc.IntegrityError:
            raise InputError(f"{cleaned.held_on} 的会议已经登记；请直接在该次会议下立项。") from None
        return replace(cleaned, recorded_at=at)

    def raise_items(self, items: Sequence[Item], actor: Actor, at: datetime, *,
                    assign: bool = False) -> tuple[Item, ...]:
        """Record new items, all or none, and give them numbers; with `assign` they are given out at
        once.

        Raises InputError when the account may not, an item is unusable, or its meeting is not
        recorded.
        """
        cleaned = [clean_item(item) for item in items]
        for item in cleaned:
            due_check(item.due, min(at.date(), item.meeting or at.date()))
        events = [raising(actor, at), *([Event(EventKind.ASSIGNED, at, actor.account)] if assign
                                        else [])]
        for _ in range(_TRIES):
            try:
                with writing(self.engine) as connection:
                    return tuple(_insert(connection, item, events, at.year) for item in cleaned)
            except sa.exc.IntegrityError as error:
                # somebody took the same number at the same moment, or the meeting is not there
                problem = error
        held_days = {meeting.held_on for meeting in self.meetings()}
        missing = [item.meeting for item in cleaned if item.meeting is not None
                   and item.meeting not in held_days]
        if missing:
            raise InputError(f"{missing[0]} 的会议还没有登记；请先登记会议。") from None
        raise InputError("台账正忙，没有记下；请稍后再试。") from problem

    def act(self, number: str, expected_version: int, event: Event, actor: Actor,
            status_of: StatusOf) -> Case:
        """Record one event on an item somebody saw at `expected_version`, and give the case as it
        then is.

        Raises InputError when the rules refuse it, or when somebody else recorded something in
        between; nothing is lost.
        """
        try:
            with writing(self.engine) as connection:
                case = _case(connection, number)
                if case.version != expected_version:
                    raise _changed(number)
                now = status_of(case)
                if now is None:
                    raise InputError(f"事项 {number} 在所选日期尚未立项；请改选较晚的截至日期。")
                cleaned = acting(case.now, now, actor, event)
                _append(connection, case, cleaned)
        except sa.exc.IntegrityError:
            raise _changed(number) from None
        return replace(case, events=(*case.events, cleaned))


def _append(connection: Connection, case: Case, event: Event) -> None:
    if event.kind == EventKind.HANDED_OVER:
        before = len(case.events) - case.version
        handovers.record(connection, case.item.number, before + 1, event)
        return
    connection.execute(sa.insert(EVENT).values(
        _event_row(case.item.number, case.version + 1, event)))


_TRIES = 20


def _changed(number: str) -> InputError:
    return InputError(f"事项 {number} 刚刚被别人更新过，您填写的没有记下；请看过最新情况后重新提交。")


def _insert(connection: Connection, item: Item, events: Sequence[Event], year: int) -> Item:
    numbers = connection.execute(sa.select(ITEM.c.number).where(
        ITEM.c.number.like(f"{year}-%"))).scalars()
    following = max((int(number.split("-")[1]) for number in numbers), default=0) + 1
    numbered = replace(item, number=f"{year}-{following:03d}")
    record_case(connection, Case(numbered, tuple(events)))
    return numbered


def record_case(connection: Connection, case: Case) -> None:
    """Append a numbered item with its events; the caller's transaction decides whether it stays."""
    item = case.item
    connection.execute(sa.insert(ITEM).values(number=item.number, title=item.title,
                                              rollup=item.rollup.value, division=item.division,
                                              lead_unit=item.lead_unit,
                                              responsible_units=_names(item.responsible_units),
                                              post=item.post, due=item.due,
                                              indicator=item.indicator, expected=item.expected,
                                              meeting=item.meeting, origin=item.origin))
    for version, event in enumerate(case.events, start=1):
        connection.execute(sa.insert(EVENT).values(_event_row(item.number, version, event)))


def _event_row(number: str, version: int, event: Event) -> dict[str, Any]:
    return {"number": number, "version": version, "kind": event.kind.value, "at": event.at,
            "account": event.account, "text": event.text, "due": event.due,
            "approver": event.approver}


def _names(names: Sequence[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False)


def _case(connection: Connection, number: str) -> Case:
    cases = _cases(connection, number)
    if not cases:
        raise InputError(f"台账中没有编号为 {number} 的事项；请从列表中选择。")
    return cases[0]


def _cases(connection: Connection, number: str | None = None) -> tuple[Case, ...]:
    items, rows = sa.select(ITEM).order_by(ITEM.c.number), sa.select(EVENT).order_by(
        EVENT.c.number, EVENT.c.version)
    if number is not None:
        items, rows = items.where(ITEM.c.number == number), rows.where(EVENT.c.number == number)
    events: dict[str, list[Event]] = defaultdict(list)
    for row in connection.execute(rows).mappings():
        events[row["number"]].append(Event(EventKind(row["kind"]), row["at"], row["account"],
                                           row["text"], row["due"], row["approver"]))
    looked, handed = closings.recorded(connection), handovers.recorded(connection)
    return tuple(Case(_item(row), handovers.merged(events[row["number"]],
                                                   handed.get(row["number"], ())),
                      looked.events.get(row["number"], ()), looked.until)
                 for row in connection.execute(items).mappings())


def _item(row: Any) -> Item:
    meeting: date | None = row["meeting"]
    return Item(row["title"], Rollup(row["rollup"]), row["division"], row["lead_unit"], row["post"],
                row["due"], tuple(json.loads(row["responsible_units"])), row["indicator"],
                row["expected"], meeting, row["origin"], row["number"])
