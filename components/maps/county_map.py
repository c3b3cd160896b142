"""The county map: fill and label by the light of one indicator. No tiles, no outside host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydeck as pdk
import streamlit as st

from components.look import FONT, TEXT, TOOLTIP, CompactDeck, corners, notices, plain, rgb, whole
from components.shell import View
from components.shell.cache import cached
from data_access.outlines import county_outlines
from kpi.sentences import sentence
from kpi.wording import LIGHT_COLOURS, LIGHT_SHAPES, wording
from reference import Outline


def show(view: View, height: int) -> None:
    """The map of the chosen indicator, or why there is none."""
    outlines = county_outlines(view.current.settings, view.plan, view.geography)
    if not outlines:
        notices.empty("没有县区边界", "自带的边界不含本市县区，因此不画地图；各县区情况见右侧条形图。"
                      "要显示地图，请在 plan.toml 的 [map] 中写上 outline。")
        return
    st.pydeck_chart(deck(view.key, view.card.as_of.isoformat(), view.selection.indicator, height,
                         view, outlines), height=height, key="county-map", alt=_alt(view))
    if view.plan.map.approval:
        st.caption(plain(view.plan.map.approval))


@cached(64)
def deck(key: str, as_of: str, indicator: str, height: int, _view: View,
         _outlines: Mapping[str, Outline]) -> CompactDeck:
    """The deck of one indicator: a polygon per ring, a label per county."""
    return CompactDeck(
        map_provider=None, layers=[_fills(_view, _outlines), _labels(_view, _outlines)],
        initial_view_state=_whole_city(key, height, _outlines), tooltip=TOOLTIP,
        parameters={"clearColor": [1, 1, 1, 1]},
        views=[pdk.View(type="MapView", controller=False)])


@cached(8)
def _whole_city(key: str, height: int, _outlines: Mapping[str, Outline]) -> pdk.ViewState:
    return whole(corners(_outlines.values()), height)


def _fills(view: View, outlines: Mapping[str, Outline]) -> pdk.Layer:
    rings: list[dict[str, Any]] = []
    for county in view.geography.counties:
        line = view.card.line(view.item.code, county)
        rings += [{"ring": ring, "fill": rgb(LIGHT_COLOURS[line.light]),
                   "tip": sentence(line, view.item, county.name)}
                  for ring in outlines[county.code].rings]
    return pdk.Layer("PolygonLayer", rings, id="counties", get_polygon="ring",
                     get_fill_color="fill", stroked=True, get_line_color=[255, 255, 255],
                     line_width_min_pixels=2, pickable=True, auto_highlight=True,
                     highlight_color=[255, 255, 255, 70])


def _labels(view: View, outlines: Mapping[str, Outline]) -> pdk.Layer:
    points = []
    for county in view.geography.counties:
        line, unit = view.card.line(view.item.code, county), view.item.indicator.unit
        share = view.item.indicator.is_share or line.completion is None
        value = (wording.figure(line.value, unit, line.target, line.comparator) if share
                 else wording.percent(line.completion))
        points.append({"at": outlines[county.code].label,
                       "text": f"{county.name}\n{LIGHT_SHAPES[line.light]} {value}"})
    return pdk.Layer("TextLayer", points, id="labels", get_position="at", get_text="text",
                     get_size=13, get_color=rgb(TEXT), font_family=pdk.types.String(FONT),
                     font_weight=600, line_height=1.25, background=True,
                     get_background_color=[255, 255, 255, 238], background_padding=[5, 3],
                     character_set=pdk.types.String("auto"), pickable=False)


def _alt(view: View) -> str:
    lights = "，".join(f"{county.name}{wording.line_word(view.card.line(view.item.code, county))}"
                      for county in view.geography.counties)
    return f"{view.item.name}县区地图：{lights}"
