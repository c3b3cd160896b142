"""The map of a province: filled by city, a click enters the city. No tiles, no outside host."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pydeck as pdk
import streamlit as st

from components.look import (
    CARD,
    FONT,
    INK,
    LINE,
    PHONE,
    TEXT,
    TOOLTIP,
    CompactDeck,
    corners,
    notices,
    plain,
    rgb,
    whole,
    width_here,
)
from components.maps import Fill, fill_of, label_of, map_legend
from components.province.frame import ProvinceView
from components.shell import level
from components.shell.cache import cached
from data_access.outlines import county_outlines
from kpi.province import ABSENCE_WORDS
from kpi.sentences import sentence
from kpi.vocabulary import Division
from kpi.wording import LIGHT_COLOURS, LIGHT_SHAPES, wording
from reference import Outline

_UNSEEN = (226, 230, 235)
_PHONE_HEIGHT = 360


def show(view: ProvinceView, height: int, fill: Fill = Fill.LIGHT, *, legend: bool = False) -> None:
    """The map of the chosen indicator, or why there is none."""
    outlines = county_outlines(view.current.settings, view.plan, view.province.geography)
    if not outlines:
        notices.empty("没有各市边界", "自带的边界不含这些市，因此不画地图；各市情况见条形图和表格。"
                      "要显示地图，请在 province.toml 的 [map] 中写上 outline。")
        return
    width, key = width_here(), f"province-map-{height}"
    if width == PHONE:
        height = min(height, _PHONE_HEIGHT)

    def clicked() -> None:
        picked = next((str(one["code"])
                       for layer in st.session_state[key].selection.objects.values()
                       for one in layer if one.get("code")), None)
        if picked in view.enterable:
            level.choose(picked)

    st.pydeck_chart(_deck(view.key, view.card.as_of.isoformat(), view.item.code, fill,
                          (width, height), view, outlines), height=height, key=key,
                    on_select=clicked, selection_mode="single-object", alt=_alt(view))
    if legend:
        entries = "".join(map_legend.entries_of(view, fill, False))
        st.html(f'<div class="lg-legend"><ul>{entries}</ul></div>')
    if view.plan.map.approval:
        st.caption(plain(view.plan.map.approval))


@cached(64)
def _deck(key: str, as_of: str, indicator: str, fill: Fill, size: tuple[int, int],
          _view: ProvinceView, _outlines: Mapping[str, Outline]) -> CompactDeck:
    return CompactDeck(map_provider=None, layers=[_fills(_view, _outlines, fill),
                                                  _labels(_view, _outlines, fill, size[0])],
                       initial_view_state=whole(corners(_outlines.values()), size[1], size[0]),
                       tooltip=TOOLTIP, parameters={"clearColor": [1, 1, 1, 1]},
                       views=[pdk.View(type="MapView", controller=False)])


def _fills(view: ProvinceView, outlines: Mapping[str, Outline], fill: Fill) -> pdk.Layer:
    seen = {city.code for city in view.members}
    rings: list[dict[str, Any]] = []
    for city in view.province.geography.counties:
        colour = fill_of(view, city, fill, False) if city.code in seen else _UNSEEN
        rings += [{"ring": ring, "fill": colour, "code": city.code,
                   "tip": _tip(view, city, city.code in seen)}
                  for ring in outlines[city.code].rings]
    return pdk.Layer("PolygonLayer", rings, id="cities", get_polygon="ring", get_fill_color="fill",
                     stroked=True, get_line_color=[255, 255, 255], line_width_min_pixels=2,
                     pickable=True, auto_highlight=True, highlight_color=[*rgb(INK), 40])


def _tip(view: ProvinceView, city: Division, seen: bool) -> str:
    if not seen:
        return escape(city.name)
    line, absence = view.card.line(view.item.code, city), view.province_card.absence(
        view.item.code, city.code)
    text = sentence(line, view.item, city.name)
    if absence is not None and line.value is None:
        text = f"{city.name}{view.item.name}：{ABSENCE_WORDS[absence]}"
    return escape(text) + ("<br>点击进入该市" if city.code in view.enterable else "")


def _labels(view: ProvinceView, outlines: Mapping[str, Outline], fill: Fill,
            width: int) -> pdk.Layer:
    """Name and figure of each city; on a phone there is only room for the light and the name."""
    seen = {city.code for city in view.members}
    texts, phone = [], width == PHONE
    for city in view.province.geography.counties:
        colour = TEXT
        text = city.short_name
        if city.code in seen:
            line = view.card.line(view.item.code, city)
            text = f"{city.short_name}\n{label_of(view, city, fill)}"
            colour = LIGHT_COLOURS[line.light] if fill == Fill.LIGHT else LINE
            if phone:
                text = f"{LIGHT_SHAPES[line.light]}{city.short_name}"
        texts.append({"at": outlines[city.code].label, "text": text, "colour": rgb(colour)})
    return pdk.Layer("TextLayer", texts, id="labels", get_position="at", get_text="text",
                     get_size=11 if phone else 13, get_color="colour",
                     font_family=pdk.types.String(FONT), font_weight=600, line_height=1.25,
                     background=True, get_background_color=[*rgb(CARD), 235],
                     background_padding=[3, 1] if phone else [4, 2],
                     character_set=pdk.types.String("auto"), pickable=False)


def _alt(view: ProvinceView) -> str:
    lights = "，".join(f"{city.name}{wording.line_word(view.card.line(view.item.code, city))}"
                      for city in view.members)
    return f"{view.item.name}各市地图：{lights}"
