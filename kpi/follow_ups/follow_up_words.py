"""Items of the ledger in words, the same on screen, in the workbook and in the minutes."""

from __future__ import annotations

from kpi.follow_ups.follow_up import Item, State
from kpi.follow_ups.follow_up_data import Standing
from kpi.follow_ups.follow_up_fold import ClosedBy, Status, Step
from kpi.plan import Comparator, Plan
from kpi.vocabulary import Division, Geography
from kpi.wording import wording

# Shape and word together, as for the lights.
STATE_SHAPES = {State.RAISED: "○", State.ASSIGNED: "◇", State.IN_PROGRESS: "◆",
                State.VERIFYING: "◎", State.CLOSED: "●", State.EXTENDED: "▲", State.OVERDUE: "■"}
CLOSED_BY_NAMES = {ClosedBy.DATA: "数据销号", ClosedBy.MANUAL: "人工销号"}


def place(item: Item, geography: Geography) -> Division | None:
    """Whom the item is about, or what has become of it; None when the division has since left the
    lists.
    """
    return geography.member(item.rollup, item.division)


def place_name(item: Item, geography: Geography) -> str:
    """“泗洪县”; the bare code when the division has since left the lists."""
    division = place(item, geography)
    return item.division if division is None else division.name


def topic(item: Item, plan: Plan) -> str:
    """The indicator's name, “自拟事项” without one."""
    if item.indicator is None:
        return "自拟事项"
    asked = next((indicator.name for indicator in plan.indicators
                  if indicator.code == item.indicator), None)
    if asked is not None:
        return asked
    # an item outlives its indicator's place in the plan, and a site's own definition
    definition = plan.definitions.indicators.get(item.indicator)
    return item.indicator if definition is None else definition.name


def expectation(item: Item, plan: Plan) -> str:
    """What the data must show before the item is closed: “≥9,000个”, “恢复达序时或已完成”, or “—” for a free
    item.
    """
    if item.indicator is None:
        return wording.ABSENT
    if item.expected is None:
        return "恢复达序时或已完成"
    asked = next((indicator for indicator in plan.indicators if indicator.code == item.indicator),
                 None)
    definition = plan.definitions.indicators.get(item.indicator)
    return wording.target_words(item.expected, "" if definition is None else definition.unit,
                                Comparator.AT_LEAST if asked is None else asked.comparator)


def recorded_words(step: Step, item: Item, plan: Plan) -> str:
    """What a closing or relapse by the data rested on: “当时9,012个，要求≥9,000个；方案 1a2b3c4d”; "" where
    none is recorded.
    """
    recorded = step.recorded
    if recorded is None or item.indicator is None:
        return ""
    definition = plan.definitions.indicators.get(item.indicator)
    unit = "" if definition is None else definition.unit
    asked = next((one for one in plan.indicators if one.code == item.indicator), None)
    comparator = Comparator.AT_LEAST if asked is None else asked.comparator
    against = "目标" if item.expected is None else "要求"
    return (
        f"当时{wording.figure(recorded.value, unit, recorded.target, comparator)}，"
        f"{against}{wording.target_words(recorded.target, unit, comparator)}；方案 {recorded.plan[:8]}"
    )


def closing(standing: Standing) -> str:
    """“数据销号 2026-03-24”, “人工销号 …”, or “—” while it is open."""
    now = standing.status
    if now.closed_by is None or now.closed_on is None:
        return wording.ABSENT
    return f"{CLOSED_BY_NAMES[now.closed_by]} {now.closed_on.isoformat()}"


def deadline(now: Status) -> str:
    """“还有5天”, “今天到期”, “逾期9天”; once reported or closed the due date no longer runs, and that is
    said.
    """
    if now.closed_on is not None:
        return "已销号"
    if now.done_on is not None:
        return f"{wording.chinese_date(now.done_on)}报告办结" + (f"，连续达标{now.held_days}天"
                                                             if now.held_days else "，核查中")
    left = (now.due - now.as_of).days
    if left < 0:
        return f"逾期{-left}天"
    return "今天到期" if left == 0 else f"还有{left}天"
