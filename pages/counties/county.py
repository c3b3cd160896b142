"""县区: one unit – where it stands, what it must still deliver, what is missing by name."""

import streamlit as st

from components.counties import (
    comparison_table,
    missing_list,
    township_table,
    unit_card,
    unit_matrix,
)
from components.indicator import pace_chart, tile
from components.library import own_workbook
from components.look import theme
from components.look.panel import panel
from components.maps import venue_work
from components.meeting import alert_cards
from components.shell import frame, onward, selection

with frame.page("county", choose_division=True) as view:
    theme.sheet("county")
    if view.selection.division is None:
        theme.title("县区")
        onward.trail(("总览", "overview", {}), here="县区")
        rollup = selection.rollup_name(view.selection.rollup, view.geography)
        with panel("units", f"请选择单位：{rollup} × 核心指标", unit_matrix.note(view)):
            unit_matrix.show(view)
    else:
        place = view.place
        onward.trail(("总览", "overview", {}), ("县区", "county", {"division": onward.WHOLE}),
                     here=place.name)
        unit_card.show(view, place)
        tile.show(view, place)
        with st.container(key="lg-county"):
            with panel("compare", "逐项对照", comparison_table.note(view, place)):
                comparison_table.show(view, place)
            with panel("alerts", "预警", alert_cards.note(view, place)):
                onward.way("查看全部", "alerts", division=place.code)
                alert_cards.show_short(view, place)
            with panel("pace", f"{view.item.name} · 走势",
                       f"点上方指标卡切换；{pace_chart.drawn_words(view)}；单位：{view.item.indicator.unit}"):
                pace_chart.show(view, height=330)
            with panel("missing", "缺口清单", "按名称列出"):
                missing_list.show(view, place)
            with panel("townships", "乡镇情况", f"截至 {view.card.as_of}"):
                township_table.show(view, place)
        if venue_work.idle(view, place) is not None:
            with panel("idle", "挂牌空转的载体", venue_work.note(view, place)):
                venue_work.show(view, place)
        own_workbook.show(view)
