"""The ledger as rows of words, for the workbook's 预警与督办 sheet and the minutes: what the screen shows, no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kpi import wording
from kpi.division import Geography
from kpi.follow_up import STATE_NAMES, EventKind, Item
from kpi.follow_up_data import Standing
from kpi.follow_up_fold import ClosedBy
from kpi.plan import Plan

CLOSED_BY_NAMES = {ClosedBy.DATA: "数据销号", ClosedBy.MANUAL: "人工销号"}


@dataclass(frozen=True)
class FollowUpRow:
    """One item. `progress` and `progress_on`: the newest entry, None when there is none; `closed`: how and when, or “—”."""

    number: str
    title: str
    division: str
    indicator: str
    expected: str
    lead_unit: str
    responsible_units: str
    post: str
    meeting: date | None
    due: date
    state: str
    days_overdue: int
    progress: str | None
    progress_on: date | None
    closed: str
    reopened: int


def follow_up_rows(standings: Iterable[Standing], plan: Plan, geography: Geography) -> tuple[FollowUpRow, ...]:
    """One row per item in the order given; an item that is not overdue has 0 days."""
    return tuple(_row(one, plan, geography) for one in standings)


def expectation(item: Item, plan: Plan) -> str:
    """What the data must show before the item is closed: “≥9,000个”, “恢复达序时或已完成”, or “—” for a free item."""
    if item.indicator is None:
        return wording.ABSENT
    asked = plan.indicator(item.indicator)
    if item.expected is None:
        return "恢复达序时或已完成"
    return wording.target_words(item.expected, asked.indicator.unit, asked.comparator)


def closing(one: Standing) -> str:
    """“数据销号 2026-03-24”, “人工销号 …”, or “—” while it is open."""
    now = one.status
    if now.closed_by is None or now.closed_on is None:
        return wording.ABSENT
    return f"{CLOSED_BY_NAMES[now.closed_by]} {now.closed_on.isoformat()}"


def _row(one: Standing, plan: Plan, geography: Geography) -> FollowUpRow:
    item, now = one.item, one.status
    entries = [event for event in one.case.events if event.kind in (EventKind.PROGRESS, EventKind.DONE)]
    return FollowUpRow(
        item.number, item.title, geography.division(item.rollup, item.division).name,
        plan.indicator(item.indicator).name if item.indicator else wording.ABSENT, expectation(item, plan),
        item.lead_unit, "、".join(item.responsible_units) or wording.ABSENT, item.post, item.meeting, now.due,
        STATE_NAMES[now.state], now.days_overdue, entries[-1].text if entries else None,
        entries[-1].day if entries else None, closing(one), now.reopened)
