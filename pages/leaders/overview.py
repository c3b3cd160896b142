"""总览: how the city stands, on one screen."""

import streamlit as st

from components.indicator import (
    county_bars,
    gap_table,
    headline_card,
    pace_chart,
    tile,
    watch_table,
)
from components.look.panel import panel
from components.maps import county_map
from components.meeting import alert_cards
from components.shell import frame, selection, today_notice

# pixels of the two charts in the middle: with them the page is one screen of 1080; less where the
# watched indicators take a second row below
_MIDDLE, _ROW = 342, 40

with frame.page("overview") as view:
    name = view.item.name
    bars = max(175, 54 + 17 * len(view.members))
    taken = _ROW * max(watch_table.wide_rows(view) - 1, 0)
    today_notice.show(view)
    headline_card.show(view)
    tile.show_core(view)
    with st.container(key="lg-board"):
        with panel("map", f"{name} · 县区地图", "颜色与形状表示亮灯"):
            county_map.show(view, height=389 - taken)
        with st.container(key="lg-middle"):
            with panel("bars",
                       f"{name} · {selection.rollup_name(view.selection.rollup, view.geography)}"):
                county_bars.show(view, height=bars)
            with panel("pace", f"{name} · {view.place.name}走势",
                       f"{pace_chart.drawn_words(view)}；单位：{view.item.indicator.unit}"):
                pace_chart.show(view, height=_MIDDLE - taken - bars)
        with st.container(key="lg-right"):
            with panel("alerts", "预警", alert_cards.note(view)):
                alert_cards.show_short(view)
            with panel("gap", f"{name} · {gap_table.title(view)}", gap_table.note(view)):
                gap_table.show(view)
    if view.plan.watched:
        with panel("watch", "监测指标", "方案未定目标，只监测不亮灯；点开看口径"):
            watch_table.show(view)
