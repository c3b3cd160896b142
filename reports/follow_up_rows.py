"""The ledger as rows of words, for the workbook's 预警与督办 sheet and the minutes: what the screen
shows, no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kpi.follow_ups import STATE_NAMES, EventKind, Standing, closing, expectation, place_name, topic
from kpi.plan import Plan
from kpi.vocabulary import Geography
from kpi.wording import wording


@dataclass(frozen=True)
class FollowUpRow:
    """One item. `progress` and `progress_on`: the newest entry, None when there is none; `closed`:
    how and when, or “—”.
    """

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


def follow_up_rows(standings: Iterable[Standing], plan: Plan,
                   geography: Geography) -> tuple[FollowUpRow, ...]:
    """One row per item in the order given; an item that is not overdue has 0 days."""
    return tuple(_row(standing, plan, geography) for standing in standings)


def _row(standing: Standing, plan: Plan, geography: Geography) -> FollowUpRow:
    item, now = standing.item, standing.status
    entries = [event for event in standing.case.events
               if event.kind in (EventKind.PROGRESS, EventKind.DONE)]
    return FollowUpRow(item.number, item.title, place_name(item, geography), topic(item, plan)
                       if item.indicator else wording.ABSENT, expectation(item, plan),
                       item.lead_unit, "、".join(item.responsible_units) or wording.ABSENT,
                       item.post, item.meeting, now.due, STATE_NAMES[now.state], now.days_overdue,
                       entries[-1].text if entries else None, entries[-1].day if entries else None,
                       closing(standing), now.reopened)
