"""What there is to tell as of a day: alerts turned red, items given out, due, overdue or relapsed,
a month complete.

Nothing free is in a notice: no item's title, text or post, only numbers, indicators, units and
dates, so that no personal data can slip into a message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kpi.alerts import CardState, Severity
from kpi.counting import Hold
from kpi.follow_ups import EventKind, Standing, State, place_name, topic
from kpi.plan import Plan
from kpi.returns import Reminder, ReturnState
from kpi.scorecard import Scorecard
from kpi.vocabulary import Geography
from kpi.wording import wording


class Kind(StrEnum):
    RED_ALERT = "red_alert"
    ASSIGNED = "assigned"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    RELAPSE = "relapse"
    MONTHLY_PACK = "monthly_pack"
    DATA_HELD = "data_held"
    RETURN_DUE = "return_due"
    RETURN_LATE = "return_late"


KIND_NAMES = {Kind.RED_ALERT: "红色预警", Kind.ASSIGNED: "新交办", Kind.DUE_SOON: "即将到期",
              Kind.OVERDUE: "已逾期", Kind.RELAPSE: "数据回落", Kind.MONTHLY_PACK: "月度报表",
              Kind.DATA_HELD: "数据待核实", Kind.RETURN_DUE: "月报即将到期", Kind.RETURN_LATE: "月报逾期"}
_OWED = {ReturnState.RETURNED: "退回后还没有重新上报", ReturnState.REOPENED: "更正还没有上报"}


@dataclass(frozen=True)
class Notice:
    """One thing to tell. `key` names the happening for good: the same key is never told the same
    receiver twice.

    `division` and `units` say whom it concerns; a monthly pack concerns the whole city.
    """

    kind: Kind
    key: str
    text: str
    division: str | None = None
    units: frozenset[str] = frozenset()


def notices_due(card: Scorecard, standings: Sequence[Standing], today: date, *, due_days: int,
                look_back_days: int, returns: Sequence[Reminder] = ()) -> tuple[Notice, ...]:
    """Everything there is to tell by the figures of `card` and the ledger of `today`, in the order
    of `Kind`. `returns`: whom to remind of a monthly return on that day.
    """
    due = [*_alerts(card), *(notice for standing in standings
                             for notice in _about(standing, card, today, due_days, look_back_days)),
           _monthly_pack(card.as_of), *_held(card.holds),
           *_returns(returns, card.geography, look_back_days)]
    order = list(Kind)
    return tuple(sorted(due, key=lambda notice: (order.index(notice.kind), notice.key)))


def _alerts(card: Scorecard) -> Iterator[Notice]:
    """A county without zones is in both roll-ups with the same sentence; it is one notice.

    What has been put aside is not told; once it is back, it is, unless it had been before.
    """
    shelved = {alert.evidence for one in card.cards if one.state == CardState.SHELVED
               for alert in one.lines}
    for alert in card.alerts:
        if alert.severity == Severity.RED and alert.evidence not in shelved:
            shelved.add(alert.evidence)
            yield Notice(Kind.RED_ALERT,
                         f"alert:{alert.rule}:{alert.indicator}:{alert.division}:{alert.since}",
                         alert.evidence, alert.division, frozenset({alert.lead_unit}))


def _held(holds: Mapping[str, Hold]) -> Iterator[Notice]:
    """Once per hold: what is held may be another reading every hour."""
    for name, hold in holds.items():
        if not hold.declined:
            yield Notice(Kind.DATA_HELD, f"held:{name}:{hold.since}", hold.sentence)


def _returns(reminders: Sequence[Reminder], geography: Geography,
             look_back_days: int) -> Iterator[Notice]:
    """Once before a return is due and once when it is late, and again when it has been sent back or
    reopened since. Of one long overdue nothing is told: forms are introduced in the middle of a
    plan.
    """
    for one in reminders:
        if one.late and one.days > look_back_days:
            continue
        kind = Kind.RETURN_LATE if one.late else Kind.RETURN_DUE
        when = (f"已逾期{one.days}天（期限{_day(one.due)}）" if one.late else "今天到期" if not one.days
                else f"还有{one.days}天到期（{_day(one.due)}）")
        unit = geography.unit_by_code[one.unit].name
        yield Notice(kind, f"{kind}:{one.month:%Y-%m}:{one.unit}:{one.state}",
                     f"{unit}{one.month.year}年{one.month.month}月的月报"
                     f"{_OWED.get(one.state, '还没有上报')}，{when}。", one.unit)


def _about(standing: Standing, card: Scorecard, today: date, due_days: int,
           look_back_days: int) -> Iterator[Notice]:
    item, now = standing.item, standing.status
    about, recent = _name(standing, card.plan, card.geography), today - timedelta(
        days=look_back_days)

    def notice(kind: Kind, key: str, text: str) -> Notice:
        return Notice(kind, f"{kind}:{item.number}:{key}", text, item.division,
                      frozenset(item.units))

    handed = 0
    for number, event in enumerate(standing.case.events, start=1):
        handed += event.kind == EventKind.HANDED_OVER
        if event.day < recent:
            continue
        if event.kind == EventKind.ASSIGNED:
            yield notice(Kind.ASSIGNED, str(number - handed), f"{about}已交办，期限{_day(now.due)}。")
        elif event.kind == EventKind.HANDED_OVER:
            yield notice(Kind.ASSIGNED, f"handed-{handed}",
                         f"{about}已移交，期限{_day(now.due)}。")
    waiting = now.stage not in (State.CLOSED, State.VERIFYING)
    left = (now.due - today).days
    if waiting and 0 <= left <= due_days:
        when = "今天到期" if left == 0 else f"还有{left}天到期（{_day(now.due)}）"
        yield notice(Kind.DUE_SOON, now.due.isoformat(), f"{about}{when}。")
    if now.state == State.OVERDUE:
        yield notice(Kind.OVERDUE, now.due.isoformat(),
                     f"{about}已逾期{now.days_overdue}天（期限{_day(now.due)}）。")
    for step in now.steps:
        if step.by_data and step.stage == State.IN_PROGRESS and step.day >= recent:
            yield notice(Kind.RELAPSE, step.day.isoformat(),
                         f"{about}销号后数据回落，{_day(step.day)}起重新办理。")


def _name(standing: Standing, plan: Plan, geography: Geography) -> str:
    item = standing.item
    return f"事项{item.number}（{place_name(item, geography)}，{topic(item, plan)}，牵头单位：{item.lead_unit}）"


def _day(day: date) -> str:
    return wording.chinese_date(day)


def _monthly_pack(as_of: date) -> Notice:
    """The last month the figures are complete for."""
    following = as_of + timedelta(days=1)
    last = following.replace(day=1) - timedelta(days=1)
    return Notice(Kind.MONTHLY_PACK, f"pack:{last:%Y-%m}",
                  f"{last.year}年{last.month}月的数据已齐，可以生成月度报表和简报。")
