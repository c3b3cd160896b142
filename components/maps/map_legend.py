"""Colours and words of the large map: fill by light or by value, shapes of the venues, and the
legend that explains them.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from html import escape

import streamlit as st

from components.look import CARD, INK, tint
from components.maps import map_ground, venue_work
from components.shell import View, cached_per_view
from kpi.counting import VenueGroup, Work
from kpi.judging import Light
from kpi.scorecard import class_of
from kpi.scorecard.steps import steps
from kpi.vocabulary import Division
from kpi.wording import LIGHT_COLOURS, LIGHT_SHAPES, LIGHT_WORDS, wording


class Fill(StrEnum):
    """What the colour of a division says."""

    LIGHT = "light"
    VALUE = "value"


FILL_NAMES = {Fill.LIGHT: "按亮灯", Fill.VALUE: "按数值"}
GROUP_NAMES = {VenueGroup.MARKET: "零工市场", VenueGroup.STATION: "驿站", VenueGroup.WINDOW: "专窗",
               VenueGroup.CO_BUILT: "共建站点"}
GLYPHS = {VenueGroup.MARKET: "★", VenueGroup.STATION: "◆", VenueGroup.WINDOW: "●",
          VenueGroup.CO_BUILT: "✚"}
HOLLOW = {VenueGroup.MARKET: "☆", VenueGroup.STATION: "◇", VenueGroup.WINDOW: "○",
          VenueGroup.CO_BUILT: "＋"}
"""Of venues nobody was served at lately."""
# none of them the colour of a light
GROUP_COLOURS = {VenueGroup.MARKET: "#1c2733", VenueGroup.STATION: "#6a2c91",
                 VenueGroup.WINDOW: "#00697a", VenueGroup.CO_BUILT: "#7a5230"}
_UNDER_POINTS = 0.34
_FAINTEST, _STRONGEST = 0.12, 0.8
_UNKNOWN = (226, 230, 235)


def fill_of(view: View, member: Division, fill: Fill, under_points: bool) -> tuple[int, int, int]:
    """Colour of a division; paler under venue points so that these can be seen."""
    line = view.card.line(view.item.code, member)
    if fill == Fill.LIGHT:
        return tint(LIGHT_COLOURS[line.light], _UNDER_POINTS if under_points else 1)
    edges = edges_of(view)
    return (
        _UNKNOWN
        if line.value is None
        else tint(INK, _strength(class_of(line.value, edges), len(edges) - 1))
    )


def edges_of(view: View) -> tuple[float, ...]:
    """Round edges of the classes when filled by value."""
    values = [view.card.line(view.item.code, member).value for member in view.members]
    return steps([value for value in values if value is not None])


def label_of(view: View, member: Division, fill: Fill) -> str:
    """“▲ 85.4%”: by light the completion of a count or the share itself, by value the value."""
    line, item = view.card.line(view.item.code, member), view.item
    if fill == Fill.LIGHT and line.completion is not None and not item.indicator.is_share:
        return f"{LIGHT_SHAPES[line.light]} {wording.percent(line.completion, 1.0)}"
    value = wording.figure(line.value, item.indicator.unit, line.target, line.comparator)
    return value if fill == Fill.VALUE else f"{LIGHT_SHAPES[line.light]} {value}"


def show(view: View, fill: Fill, groups: Sequence[VenueGroup]) -> None:
    """The legend, how many venues have no place, and the 审图号 when there is one."""
    st.html(_html(view, fill, tuple(groups)))


@cached_per_view(128)
def _html(view: View, fill: Fill, groups: tuple[VenueGroup, ...]) -> str:
    ground = map_ground.ground(view)
    entries = entries_of(view, fill, bool(groups))
    entries += [
        f'<li><b style="color:{GROUP_COLOURS[group]}">{GLYPHS[group]}</b> {GROUP_NAMES[group]}</li>'
        for group in groups]
    working = venue_work.works(view)
    idle = [group for group in groups if any(working.get(venue.venue_id) == Work.IDLE
                                             for venue in ground.venues if venue.group == group)]
    if idle:
        entries.append(f'<li><b>{"".join(HOLLOW[group] for group in idle)}</b> 空心、细线：挂牌空转</li>')
    lost = sum(venue.at is None for venue in ground.venues if venue.group in groups)
    notes = [f"另有 {lost} 处载体没有登记经纬度，未画出"] if lost else []
    if not ground.outlines:
        notes.append("没有本市县区边界，只画载体和单位位置；边界由方案维护人员按《扩展》接入")
    if view.plan.map.approval:
        notes.append(view.plan.map.approval)
    text = f'<p>{escape("；".join(notes))}</p>' if notes else ""
    return (f'<div class="lg-legend"><ul>{"".join(entries)}</ul>{text}</div>')


def entries_of(view: View, fill: Fill, under_points: bool) -> list[str]:
    """The colours on the map, as HTML list entries."""
    return _lights(view, under_points) if fill == Fill.LIGHT else _classes(view)


def _lights(view: View, under_points: bool) -> list[str]:
    shown = {view.card.line(view.item.code, member).light for member in view.members}
    colours = {light: tint(LIGHT_COLOURS[light], _UNDER_POINTS if under_points else 1)
               for light in Light}
    return [
        f'<li class="lg-{light.value}"><i style="background:rgb{colours[light]}"></i>{LIGHT_SHAPES[light]} '
        f"{wording.light_word(light, final=view.card.final)}</li>"
        for light in Light
        if light in shown
    ]


def _classes(view: View) -> list[str]:
    edges, unit = edges_of(view), view.item.indicator.unit
    entries = []
    for number in range(len(edges) - 1):
        red, green, blue = tint(INK, _strength(number, len(edges) - 1))
        entries.append(f'<li><i style="background:rgb({red},{green},{blue})"></i>'
                       f"{_edge(edges[number], unit)}–{_edge(edges[number + 1], unit)}{unit}</li>")
    if any(view.card.line(view.item.code, member).value is None for member in view.members):
        entries.append(
            f'<li><i style="background:rgb{_UNKNOWN};border:1px solid {CARD}"></i>○ {LIGHT_WORDS[Light.NO_DATA]}</li>'
        )
    return entries


def _edge(value: float, unit: str) -> str:
    return f"{value * 100:g}" if unit == "%" else f"{value:,g}"


def _strength(number: int, classes: int) -> float:
    return _FAINTEST + (_STRONGEST - _FAINTEST) * (number / max(classes - 1, 1))
