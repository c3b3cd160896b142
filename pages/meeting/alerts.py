"""预警: what is wrong, since when, who is to act; what was raised and cleared; and by which rules."""

import streamlit as st

from components.look import theme
from components.look.panel import panel
from components.meeting import alert_board, alert_cards, alert_desk, alert_history, rule_list
from components.shell import frame

with frame.page("alerts", choose_division=True) as view:
    theme.sheet("alerts")
    desk = alert_desk.open_desk(view)
    alert_board.summary(desk)
    folded = "同一指标的县区并入全市；按占全市缺口的份额和权重排列" if view.selection.division is None else ""
    with panel("cards", "需要处理的预警", "；".join(filter(None, ("每个指标和单位一张卡", folded)))):
        alert_cards.show(view)
    alert_desk.filters(view)
    with st.container(key="lg-alerts-page"):
        with panel("list", "在册预警（逐条）", f"符合筛选条件 {len(desk.shown)} 条，最严重的在前"):
            alert_board.show(desk)
        with st.container(key="lg-alerts-side"):
            with panel("numbers", "月末在册条数", "单位：条"):
                alert_history.numbers(view, height=210)
            with panel("flips", "最近变动", "新增、升降级与解除"):
                alert_history.latest(desk)
    with panel("timeline", "预警经过", "本页所列预警与最近解除的预警；■ 红 ▲ 黄 ◆ 蓝 ○ 灰"):
        alert_history.timeline(desk)
    with panel("rules", "预警规则", "门槛由方案设定；每天按当时已有的数据判定"):
        rule_list.show(view)
