"""地图 of a province: the cities by light or value, and the same in a table."""

import streamlit as st

from components.indicator import division_table
from components.look import theme
from components.look.panel import panel
from components.maps import map_options
from components.province import city_map, frame

with frame.page("map", choose_indicator=True) as view:
    theme.sheet("map")
    with st.container(key="lg-provmap"):
        with panel("provmap", f"{view.item.name} · 地图", "点市进入该市的地图"):
            with st.container(key="lg-mapoptions", horizontal=True):
                fill = map_options.fill_picker()
            city_map.show(view, 640, fill, legend=True)
        with panel("table", f"{view.item.name} · 各市", "地图的文字版；目标和应达按各市自己的方案"):
            division_table.show(view)
