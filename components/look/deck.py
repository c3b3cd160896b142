"""What every deck shares: compact JSON, the hover card, and a view that shows given points."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache, cached_property

import pydeck as pdk
import streamlit as st
from pydeck.bindings import deck as bindings
from pydeck.bindings.json_tools import default_serialize

from kpi.counting import Point
from reference import Outline

# asked five times for every deck, and each time answered by importing anew what is not installed
bindings.has_jupyter_extra = cache(bindings.has_jupyter_extra)

PHONE, SCREEN = 340, 560  # pixels across the narrowest card that a map must fit
TOOLTIP = {"html": "{tip}", "style": {"backgroundColor": "#ffffff", "color": "#1c2733",
                                      "border": "1px solid #d9dfe7", "fontSize": "13px",
                                      "maxWidth": "190px", "borderRadius": "4px"}}


class CompactDeck(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """A deck whose JSON has no indentation, made once; a finished deck is shared by all sessions
    and not changed.
    """

    @cached_property
    def _json(self) -> str:
        # with indentation, as pydeck asks for it, Python leaves its compiled encoder: thirty times
        # as slow
        return json.dumps(self, sort_keys=True, default=default_serialize, ensure_ascii=False,
                          separators=(",", ":"))

    def to_json(self) -> str:
        return self._json


def whole(points: Sequence[Point], height: int, width: int = PHONE,
          margin: int = 16) -> pdk.ViewState:
    """The view that shows all points within `width` × `height` pixels; one point is shown with its
    surroundings.
    """
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(mercator(y) for _, y in points), max(mercator(y) for _, y in points)
    scale = min((width - margin) / max(east - west, 0.2),
                (height - margin) / max(north - south, 0.2))
    latitude = math.degrees(2 * math.atan(math.exp(math.radians((south + north) / 2))) - math.pi
                            / 2)
    return pdk.ViewState(longitude=(west + east) / 2, latitude=latitude,
                         zoom=math.log2(scale * 360 / 512))


def corners(outlines: Iterable[Outline]) -> list[Point]:
    """Every point of the outlines."""
    return [point for outline in outlines for ring in outline.rings for point in ring]


def width_here() -> int:
    """How wide a map can be at least: a phone says so when it asks for the page, and the size of
    the window is not known.
    """
    return PHONE if "Mobi" in st.context.headers.get("User-Agent", "") else SCREEN


def mercator(latitude: float) -> float:
    """Web Mercator northing in degrees of longitude."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))
