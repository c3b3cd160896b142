"""How the large map is coloured and which venues it shows; both live in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import streamlit as st

from components.indicator import Column
from components.maps import map_ground
from components.maps.map_legend import FILL_NAMES, GLYPHS, GROUP_NAMES, Fill
from components.shell import View, cached_per_view, page_params
from kpi.counting import GROUP_OF, VenueGroup, counts, registered
from kpi.vocabulary import Division, Rollup
from kpi.wording import wording


class Drawing(StrEnum):
    """How the places are drawn."""

    MAP = "map"
    TILES = "tiles"


DRAWING_NAMES = {Drawing.MAP: "地图", Drawing.TILES: "方格"}
_FILLS, _GROUPS = [fill.value for fill in Fill], [group.value for group in VenueGroup]
_SHOWN = [VenueGroup.MARKET.value, VenueGroup.STATION.value]


def drawing() -> Drawing:
    """The drawing the address asks for."""
    return Drawing(page_params.one("view", list(Drawing), Drawing.MAP.value))


def show(view: View) -> tuple[Fill, Sequence[VenueGroup]]:
    """The pickers; the venue kinds carry how many are open in the chosen division. Colours and kinds
    are asked for where they are drawn, on the map.
    """
    with st.container(key="lg-mapoptions", horizontal=True, gap="medium",
                      vertical_alignment="center"):
        _drawing_picker()
        return (Fill.LIGHT, ()) if drawing() == Drawing.TILES else (fill_picker(), _groups(view))


def _drawing_picker() -> None:
    key = "map-drawing"
    st.session_state[key] = drawing().value
    st.segmented_control("画法", list(DRAWING_NAMES), key=key, required=True,
                         format_func=lambda value: DRAWING_NAMES[Drawing(value)],
                         on_change=lambda: page_params.put("view", st.session_state[key],
                                                           Drawing.MAP.value))


def venue_columns(view: View) -> tuple[Column, ...]:
    """Open venues of each kind as columns of the division table."""
    venues = map_ground.ground(view).venues

    def column(group: VenueGroup) -> Column:
        def cell(division: Division) -> str:
            if not registered(view.figures.facts, *(kind for kind, of in GROUP_OF.items()
                                                    if of == group)):
                return wording.ABSENT
            return wording.count(counts(venues, _units(division))[group])
        return Column(f"{GLYPHS[group]} {GROUP_NAMES[group]}", cell)

    return tuple(column(group) for group in VenueGroup)


def _units(division: Division) -> tuple[str, ...] | None:
    return None if division.rollup == Rollup.CITY else division.units


@cached_per_view(128)
def _open_now(view: View) -> Mapping[VenueGroup, int]:
    return counts(map_ground.ground(view).venues, _units(view.place))


def fill_picker() -> Fill:
    """按亮灯 or 按数值."""
    key = "map-fill"
    st.session_state[key] = page_params.one("fill", _FILLS, Fill.LIGHT.value)
    chosen = st.segmented_control("着色", _FILLS, key=key, required=True,
                                  format_func=lambda value: FILL_NAMES[Fill(value)],
                                  on_change=lambda: page_params.put(
                                      "fill", st.session_state[key], Fill.LIGHT.value))
    return Fill(chosen or Fill.LIGHT.value)


def _groups(view: View) -> Sequence[VenueGroup]:
    key = "map-venues"
    open_now = _open_now(view)
    st.session_state[key] = page_params.several("venues", _GROUPS, _SHOWN)
    chosen = st.pills(
        "载体",
        _GROUPS,
        key=key,
        selection_mode="multi",
        on_change=lambda: page_params.put_several(
            "venues", [group for group in _GROUPS if group in st.session_state[key]], _SHOWN
        ),
        format_func=lambda value: (
            f"{GLYPHS[VenueGroup(value)]} {GROUP_NAMES[VenueGroup(value)]} {open_now[VenueGroup(value)]}"
        ),
    )
    return [VenueGroup(value) for value in chosen]
