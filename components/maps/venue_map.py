"""The large map: divisions filled by light or by value, functional zones as marks, venues as points
by kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pydeck as pdk
import streamlit as st

from components.look import (
    CARD,
    FONT,
    INK,
    LINE,
    TEXT,
    TOOLTIP,
    CompactDeck,
    notices,
    rgb,
    whole,
    width_here,
)
from components.maps import map_ground, map_legend, venue_work
from components.maps.map_ground import Ground
from components.maps.map_legend import (
    GLYPHS,
    GROUP_COLOURS,
    HOLLOW,
    Fill,
    fill_of,
    label_of,
)
from components.shell import View, selection
from components.shell.cache import cached
from kpi.counting import Venue, VenueGroup, Work
from kpi.sentences import sentence
from kpi.vocabulary import Division, UnitKind
from kpi.wording import LIGHT_COLOURS, wording

_SIZES = {VenueGroup.MARKET: 24, VenueGroup.STATION: 14, VenueGroup.WINDOW: 11,
          VenueGroup.CO_BUILT: 15}
_WHITE = [255, 255, 255]


def show(view: View, fill: Fill, groups: Sequence[VenueGroup], height: int) -> None:
    """The map with its legend and 审图号; a click on a county, zone or venue chooses that division, a
    second one the city.
    """
    ground = map_ground.ground(view)
    if not ground.drawable:
        notices.empty("没有可以画的位置", "既没有县区边界，载体登记中也没有经纬度，因此不画地图；各单位情况见下方表格。")
        return
    chosen = view.selection.division or ""
    key = f"city-map-{chosen}"

    def clicked() -> None:
        picked = _picked(st.session_state[key].selection.objects)
        if picked is not None:
            selection.choose(division=None if picked == chosen else picked)

    # its own key for each choice: the framework would keep a click lit after the choice was changed
    # elsewhere
    st.pydeck_chart(_deck(view.key, view.card.as_of.isoformat(), view.selection.rollup.value,
                          view.selection.indicator, chosen, fill, tuple(groups),
                          (width_here(), height), view), height=height, key=key, on_select=clicked,
                    selection_mode="single-object", alt=_alt(view))
    map_legend.show(view, fill, groups)


def _picked(objects: dict[str, list[dict[str, Any]]]) -> str | None:
    return next((str(one["code"]) for layer in objects.values() for one in layer
                 if one.get("code")), None)


@cached(128)
def _deck(key: str, as_of: str, rollup: str, indicator: str, division: str, fill: Fill,
          groups: tuple[VenueGroup, ...], size: tuple[int, int], _view: View) -> CompactDeck:
    ground = map_ground.ground(_view)
    layers = [_counties(_view, ground, fill, bool(groups)), *_frame(_view, ground),
              *_venues(_view, ground, groups), *_zones(_view, ground, fill),
              _labels(_view, ground, fill)]
    return CompactDeck(map_provider=None, layers=layers,
                       initial_view_state=whole(ground.around(_view.place), size[1], size[0], 40),
                       tooltip=TOOLTIP, parameters={"clearColor": [1, 1, 1, 1]},
                       views=[pdk.View(type="MapView", controller=False)])


def _counties(view: View, ground: Ground, fill: Fill, under_points: bool) -> pdk.Layer:
    rings: list[dict[str, Any]] = []
    for member in view.members:
        if member.code in ground.outlines and member.kind == UnitKind.COUNTY:
            line = view.card.line(view.item.code, member)
            rings += [{"ring": ring, "fill": fill_of(view, member, fill, under_points),
                       "code": member.code, "tip": sentence(line, view.item, member.name)}
                      for ring in ground.outlines[member.code].rings]
    return pdk.Layer("PolygonLayer", rings, id="counties", get_polygon="ring",
                     get_fill_color="fill", stroked=True, get_line_color=_WHITE,
                     line_width_min_pixels=2, pickable=True, auto_highlight=True,
                     highlight_color=[*rgb(INK), 40])


def _frame(view: View, ground: Ground) -> list[pdk.Layer]:
    """The outline of the chosen county, drawn over its neighbours' borders."""
    chosen = view.selection.division
    if chosen is None or chosen not in ground.outlines:
        return []
    paths = [{"path": ring} for ring in ground.outlines[chosen].rings]
    return [pdk.Layer("PathLayer", paths, id="frame", get_path="path", get_color=rgb(TEXT),
                      width_min_pixels=3, pickable=False)]


def _zones(view: View, ground: Ground, fill: Fill) -> list[pdk.Layer]:
    zones = [member for member in view.members if member.kind == UnitKind.ZONE
             and member.code in ground.labels]
    if not zones:
        return []
    marks = [{"at": ground.labels[zone.code], "fill": fill_of(view, zone, fill, False),
              "code": zone.code, "tip": sentence(view.card.line(view.item.code, zone), view.item,
                                                 zone.name)} for zone in zones]
    return [pdk.Layer("ScatterplotLayer", marks, id="zones", get_position="at",
                      get_fill_color="fill", stroked=True, get_line_color=rgb(LINE), get_radius=9,
                      radius_units=pdk.types.String("pixels"),
                      line_width_units=pdk.types.String("pixels"), get_line_width=2, pickable=True)]


def _labels(view: View, ground: Ground, fill: Fill) -> pdk.Layer:
    texts = []
    for member in view.members:
        if member.code in ground.labels:
            line, zone = view.card.line(view.item.code, member), member.kind == UnitKind.ZONE
            name = member.short_name if zone else member.name
            texts.append({"at": ground.labels[member.code],
                          "text": f"{name}\n{label_of(view, member, fill)}",
                          "colour": rgb(LIGHT_COLOURS[line.light] if fill == Fill.LIGHT else LINE),
                          "shift": [0, -30] if zone else [0, 0]})
    return pdk.Layer("TextLayer", texts, id="labels", get_position="at", get_text="text",
                     get_size=13, get_color="colour", font_family=pdk.types.String(FONT),
                     font_weight=600, line_height=1.25, background=True,
                     get_background_color=[*rgb(CARD), 235], background_padding=[5, 3],
                     get_pixel_offset="shift", character_set=pdk.types.String("auto"),
                     pickable=False)


def _venues(view: View, ground: Ground, groups: Sequence[VenueGroup]) -> list[pdk.Layer]:
    """One layer for each kind, the many small points below the few large ones; over the venues that
    only hang a sign, which are white, the outline of their mark.
    """
    ordered, working = sorted(groups, key=lambda group: _SIZES[group]), venue_work.works(view)

    def of(group: VenueGroup) -> list[Venue]:
        return [venue for venue in ground.venues if venue.group == group]

    def idle(group: VenueGroup) -> list[Venue]:
        return [venue for venue in of(group) if working.get(venue.venue_id) == Work.IDLE]
    return [*(_points(view, group, of(group)) for group in ordered),
            *(_outlines(group, hollow) for group in ordered if (hollow := idle(group)))]


def _points(view: View, group: VenueGroup, venues: Sequence[Venue]) -> pdk.Layer:
    owner = {unit: member for member in view.members for unit in member.units}
    working = venue_work.works(view)
    rows = [{"at": venue.at, "glyph": GLYPHS[group],
             "tip": _told(view, venue, owner.get(venue.unit)), "code": owner[venue.unit].code
             if venue.unit in owner else "", "colour": _WHITE
             if working.get(venue.venue_id) == Work.IDLE else rgb(GROUP_COLOURS[group])}
            for venue in venues if venue.at is not None]
    return pdk.Layer("TextLayer", rows, id=f"venues-{group.value}", get_position="at",
                     get_text="glyph", get_size=_SIZES[group], get_color="colour",
                     font_family=pdk.types.String(FONT), font_weight=700,
                     font_settings={"sdf": True, "fontSize": 64, "buffer": 12, "radius": 12},
                     outline_width=4, outline_color=_WHITE,
                     character_set=pdk.types.String(GLYPHS[group]), pickable=True)


def _outlines(group: VenueGroup, venues: Sequence[Venue]) -> pdk.Layer:
    rows = [{"at": venue.at, "glyph": HOLLOW[group]} for venue in venues if venue.at is not None]
    return pdk.Layer("TextLayer", rows, id=f"idle-{group.value}", get_position="at",
                     get_text="glyph", get_size=_SIZES[group] + 3,
                     get_color=rgb(GROUP_COLOURS[group]), font_family=pdk.types.String(FONT),
                     font_weight=700, character_set=pdk.types.String(HOLLOW[group]),
                     pickable=False)


def _told(view: View, venue: Venue, member: Division | None) -> str:
    township = view.geography.township(venue.township)
    where = "".join([member.name if member else view.geography.city_name, township.name if township
                     else ""])
    run = "社会力量运营" if venue.social else "政府运营"
    kind = view.plan.definitions.register.column("kind").titles.get(venue.kind, venue.kind)
    work = venue_work.words(view, venue_work.works(view).get(venue.venue_id))
    return (f"{kind}：{venue.name}<br>{where}，{venue.opened:%Y-%m-%d} 开放，{run}"
            f"{f'<br>{work}' if work else ''}")


def _alt(view: View) -> str:
    lights = "，".join(f"{member.name}{wording.line_word(view.card.line(view.item.code, member))}"
                      for member in view.members)
    return f"{view.item.name}地图：{lights}。同样的内容见下方表格。"
