"""The map of 总览: the units of the chosen roll-up, filled and labelled by the light of one
indicator; a click gives the unit. No tiles, no outside host.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pydeck as pdk
import streamlit as st

from components.look import (
    CARD,
    FONT,
    TEXT,
    TOOLTIP,
    CompactDeck,
    corners,
    notices,
    plain,
    rgb,
    whole,
)
from components.shell import View
from components.shell.cache import cached
from data_access.outlines import county_outlines, zone_points
from kpi.sentences import sentence
from kpi.vocabulary import Division
from kpi.wording import LIGHT_COLOURS, LIGHT_SHAPES, wording
from reference import Outline

_KEY = "county-map"
_GAP = 12  # pixels between a zone's mark and its label


def show(view: View, height: int) -> str | None:
    """The map of the chosen indicator, or why there is none; gives the code of the unit that was
    clicked.
    """
    outlines = county_outlines(view.current.settings, view.plan, view.geography)
    if not outlines:
        notices.empty("没有县区边界", "自带的边界不含本市县区，因此不画地图；各县区情况见右侧条形图。"
                      "请方案维护人员按《扩展》接入本市的边界。")
        return None
    made = deck(view.key, view.card.as_of.isoformat(), view.selection.indicator, height, view,
                outlines, view.selection.rollup.value)
    clicked = st.pydeck_chart(made, height=height, key=_KEY, alt=_alt(view), on_select="rerun",
                              selection_mode="single-object")
    if view.plan.map.approval:
        st.caption(plain(view.plan.map.approval))
    return next((str(one["code"]) for layer in clicked.selection.objects.values()
                 for one in layer if one.get("code")), None)


@cached(64)
def deck(key: str, as_of: str, indicator: str, height: int, _view: View,
         _outlines: Mapping[str, Outline], rollup: str = "county") -> CompactDeck:
    """The deck of one indicator and roll-up: a polygon per ring, a mark per zone, a label per unit.
    """
    zones = _placed_zones(_view)
    return CompactDeck(
        map_provider=None, layers=[
            _fills(_view, _outlines), *_marks(_view, zones),
            _labels(_view, _outlines, figures=not zones),
            *_zone_labels(_view, zones, [outline.label for outline in _outlines.values()])],
        initial_view_state=_whole_city(key, height, _outlines), tooltip=TOOLTIP,
        parameters={"clearColor": [1, 1, 1, 1]},
        views=[pdk.View(type="MapView", controller=False)])


@cached(8)
def _whole_city(key: str, height: int, _outlines: Mapping[str, Outline]) -> pdk.ViewState:
    return whole(corners(_outlines.values()), height)


def _placed_zones(view: View) -> dict[Division, tuple[float, float]]:
    """The zones of the roll-up with where they are marked; none of the counties' roll-up."""
    points = zone_points(view.current.settings, view.plan, view.geography)
    counties = {county.code for county in view.geography.counties}
    return {member: points[member.code] for member in view.members
            if member.code in points and member.code not in counties}


def _told(view: View, member: Division) -> dict[str, Any]:
    """What every shape of a unit carries: its colour, its sentence, and its code for a click."""
    line = view.card.line(view.item.code, member)
    return {"fill": rgb(LIGHT_COLOURS[line.light]), "code": member.code,
            "tip": sentence(line, view.item, member.name)}


def _fills(view: View, outlines: Mapping[str, Outline]) -> pdk.Layer:
    rings = [{"ring": ring, **_told(view, member)} for member in view.members
             if member.code in outlines for ring in outlines[member.code].rings]
    return pdk.Layer("PolygonLayer", rings, id="counties", get_polygon="ring",
                     get_fill_color="fill", stroked=True, get_line_color=[255, 255, 255],
                     line_width_min_pixels=2, pickable=True, auto_highlight=True,
                     highlight_color=[255, 255, 255, 70])


def _marks(view: View, zones: Mapping[Division, tuple[float, float]]) -> list[pdk.Layer]:
    marks = [{"at": at, **_told(view, zone)} for zone, at in zones.items()]
    if not marks:
        return []
    return [pdk.Layer("ScatterplotLayer", marks, id="zones", get_position="at",
                      get_fill_color="fill", stroked=True, get_line_color=[255, 255, 255],
                      get_radius=8, radius_units=pdk.types.String("pixels"),
                      line_width_units=pdk.types.String("pixels"), get_line_width=2, pickable=True)]


def _figure(view: View, member: Division) -> str:
    """“● 112.0%”: completion of a count, the share itself."""
    line, unit = view.card.line(view.item.code, member), view.item.indicator.unit
    share = view.item.indicator.is_share or line.completion is None
    value = (wording.figure(line.value, unit, line.target, line.comparator) if share
             else wording.percent(line.completion, 1.0))
    return f"{LIGHT_SHAPES[line.light]} {value}"


def _labels(view: View, outlines: Mapping[str, Outline], *, figures: bool) -> pdk.Layer:
    """Name and figure; light and name where zones lie among the counties."""
    points = [{"at": outlines[member.code].label,
               "text": f"{member.name}\n{_figure(view, member)}" if figures
               else _short(view, member)} for member in view.members if member.code in outlines]
    return _texts("labels", points, 13)


def _short(view: View, member: Division) -> str:
    """“■湖滨”."""
    return f"{LIGHT_SHAPES[view.card.line(view.item.code, member).light]}{member.short_name}"


def _zone_labels(view: View, zones: Mapping[Division, tuple[float, float]],
                 others: list[tuple[float, float]]) -> list[pdk.Layer]:
    """By their marks, on the side away from the nearest other place: there is no room for nine
    figures, which the bars have.
    """
    if not zones:
        return []
    points = []
    for zone, at in zones.items():
        left = _crowded_on_the_right(at, [*others, *zones.values()])
        points.append({"at": at, "text": _short(view, zone), "anchor": "end" if left else "start",
                       "shift": [-_GAP if left else _GAP, 0]})
    return [_texts("zone-labels", points, 11, get_text_anchor="anchor", get_pixel_offset="shift")]


def _crowded_on_the_right(at: tuple[float, float], places: list[tuple[float, float]]) -> bool:
    """Whether the nearest other place lies to the east."""
    nearest = min((one for one in places if one != at), key=lambda one: math.dist(at, one),
                  default=at)
    return nearest[0] > at[0]


def _texts(name: str, points: list[dict[str, Any]], size: int, **more: str) -> pdk.Layer:
    return pdk.Layer("TextLayer", points, id=name, get_position="at", get_text="text",
                     get_size=size, get_color=rgb(TEXT), font_family=pdk.types.String(FONT),
                     font_weight=600, line_height=1.25, background=True,
                     get_background_color=[*rgb(CARD), 238], background_padding=[5, 3],
                     character_set=pdk.types.String("auto"),
                     pickable=False, **more)


def _alt(view: View) -> str:
    lights = "，".join(f"{member.name}{wording.line_word(view.card.line(view.item.code, member))}"
                      for member in view.members)
    return f"{view.item.name}地图：{lights}"
