"""地图: divisions by light or value, venues by kind, and the places still without one."""

import streamlit as st

from components.indicator import division_table, place_card
from components.look import deck, theme
from components.look.panel import panel
from components.maps import (
    Lack,
    map_options,
    township_tiles,
    unserved_list,
    venue_map,
    venue_work,
)
from components.maps.map_options import Drawing
from components.shell import frame, month_stepper

with frame.page("map", choose_indicator=True, choose_division=True) as view:
    theme.sheet("parts")
    theme.sheet("map")
    with st.container(key="lg-mapboard"):
        tiles = map_options.drawing() == Drawing.TILES
        with panel("citymap", f"{'乡镇（街道）方格' if tiles else view.item.name + ' · 地图'}",
                   township_tiles.note(view) if tiles else "点县区、功能区或载体进入该单位，再点一次返回全市"):
            fill, groups = map_options.show(view)
            month_stepper.show(view)
            if tiles:
                township_tiles.show(view)
            else:
                venue_map.show(view, fill, groups, height=640 if deck.width_here() > deck.PHONE
                               else 430)
        with st.container(key="lg-mapside"):
            with panel("place", "当前单位"):
                place_card.show(view)
            with panel("stations", "没有驿站的乡镇（街道）", unserved_list.note(view, Lack.STATION)):
                unserved_list.show(view, Lack.STATION)
            with panel("windows", "没有专窗的中心村（社区）", unserved_list.note(view, Lack.WINDOW)):
                unserved_list.show(view, Lack.WINDOW)
    with panel("table", f"{view.item.name} · 各单位", "地图的文字版，含各单位开放的载体数"):
        division_table.show(view, map_options.venue_columns)
    if venue_work.idle(view, view.place) is not None:
        with panel("idle", f"挂牌空转的载体 · {view.place.name}", venue_work.note(view, view.place)):
            venue_work.show(view, view.place)
