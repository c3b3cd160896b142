"""总览: how the city stands, on one screen, and the ways from there."""

import streamlit as st

from components.indicator import (
    county_bars,
    gap_table,
    headline_card,
    pace_chart,
    tile,
    watch_table,
)
from components.look.panel import box, panel
from components.maps import county_map
from components.meeting import alert_cards, next_action, own_things
from components.shell import (
    first_paint,
    frame,
    month_stepper,
    onward,
    selection,
    today_notice,
)
from kpi.vocabulary import Rollup

# pixels of the two charts in the middle: with them the page is one screen of 1080, a second row of
# watched indicators included, which leaves out the month's change there
_MIDDLE = 296

with frame.page("overview") as chosen:
    view = chosen.of_the_whole
    name = view.item.name
    rollup = selection.rollup_name(view.selection.rollup, view.geography)
    bars = max(175, 54 + 15 * len(view.members))
    today_notice.show(view)
    headline_card.show(view)
    next_action.show(view)
    own_things.show(view)
    tile.show_core(view)
    # all cards before anything in them: the charts come last, into boxes that stand already
    with st.container(key="lg-board"):
        counties = view.selection.rollup == Rollup.COUNTY
        map_box = box("map", f"{name} · {'县区' if counties else '管理单位'}地图", "点单位进入")
        with st.container(key="lg-middle"):
            bars_box = box("bars", f"{name} · {rollup}", "点条形进入单位")
            pace_box = box("pace", f"{name} · {view.place.name}走势",
                           f"{pace_chart.drawn_words(view)}；单位：{view.item.indicator.unit}")
        with st.container(key="lg-right"):
            with panel("alerts", "预警", alert_cards.note(view)):
                onward.way("查看全部", "alerts", division=onward.WHOLE)
                alert_cards.show_short(view)
            with panel("gap", f"{name} · {gap_table.title(view)}", gap_table.note(view)):
                gap_table.show(view)
    if view.plan.watched:
        with panel("watch", "监测指标", "方案未定目标，只监测不亮灯；点开看口径"):
            watch_table.show(view)
    first_paint.wait()
    with map_box:
        onward.way("大地图", "map")
        picked = county_map.show(view, height=_MIDDLE + 47)
    with bars_box:
        onward.way("看排名", "ranking")
        month_stepper.show(view)
        picked = county_bars.show(view, height=bars) or picked
    with pace_box:
        onward.way("看指标", "indicator", division=onward.WHOLE)
        pace_chart.show(view, height=_MIDDLE - bars)
    if picked is not None:
        onward.go("county", division=picked)
