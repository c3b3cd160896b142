"""What a reader must know before any figure: that the newest data is old, or waits to be looked at.
"""

from __future__ import annotations

import streamlit as st

from components.look import notices
from components.shell.frame import View
from kpi.alerts import Freshness, Grade, newest_day, oldest
from kpi.wording import wording


def show(view: View) -> None:
    """A card on top of a page of the newest day, when its data is older than usual or held; else
    nothing.
    """
    if view.card.as_of < newest_day(view.figures):
        return
    late = oldest(view.card.freshness.values())
    held = list(view.card.holds)
    if not late and not held:
        return
    with st.container(key="lg-today"):
        if late:
            _late(view, late)
        if held:
            names = wording.joined([view.plan.definitions.title(name) for name in held], limit=4)
            notices.card("warning", f"有 {len(held)} 个数据集待核实", f"{names}新读到的数据与此前相差过大，已暂不采用；"
                         "相关指标沿用上次数据，不亮灯。", then="请到“数据”页查看前后对比，核实后接受或暂不采用。")


def _late(view: View, late: tuple[Freshness, ...]) -> None:
    card, graded = view.card, [one for one in view.card.freshness.values() if one.grade is not None]
    assert card.today is not None
    day, today = wording.chinese_date(card.as_of), wording.chinese_date(card.today)
    remaining = view.plan.window.days_left(card.today)
    left = f"今天是{today}，" + (f"按今天算距截止日{remaining}天。" if remaining else "方案已经到期。")
    if len(late) == len(graded):
        gone = min(one.age for one in late if one.age is not None)
        notices.card("error" if late[0].grade == Grade.RED else "warning", f"数据已经 {gone} 个工作日没有更新",
                     f"所有数据源的最新记录都停在{day}或更早，{left}本页的数和亮灯都是{day}的情况，不是今天的情况。",
                     then="请核查各数据源是否正常报送；明细见“数据”页和“预警”中的“数据源未更新”。")
        return
    listed = "、".join(f"{view.plan.definitions.title(one.dataset)}（{one.age} 个工作日）"
                      for one in late[:4])
    more = f"等 {len(late)} 个" if len(late) > 4 else ""
    notices.card("warning", f"有 {len(late)} 个数据集超过平时的间隔没有新记录",
                 f"{listed}{more}。{left}这些数据的数和亮灯是此前的情况。",
                 then="请核查是否正常报送；明细见“数据”页和“预警”中的“数据源未更新”。")
