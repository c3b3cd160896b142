"""总览 of a province: what its cities amount to, and who is behind."""

import streamlit as st

from components.indicator import tile, watch_table
from components.look.panel import panel
from components.meeting import alert_cards
from components.province import city_bars, city_map, frame, headline, parts

with frame.page("overview") as view:
    name = view.item.name
    headline.show(view)
    tile.show(view, view.geography.city, notes=parts.notes(view), explain=parts.explain)
    with st.container(key="lg-provboard"):
        with panel("citymap", f"{name} · 各市地图", "点市进入该市"):
            city_map.show(view, height=395)
        with panel("citybars", f"{name} · {len(view.members)}个市", "竖线为该市按自己的方案此时应达"):
            city_bars.show(view)
        with panel("alerts", "各市预警", alert_cards.note(view)):
            alert_cards.show_list(view)
    with panel("watch", "监测指标", "各市之和；方案未定目标，只监测不亮灯；点开看口径"):
        watch_table.show(view)
