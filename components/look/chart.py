"""What all charts share: type, grid, hover, and how they are put on the page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from _plotly_utils.utils import convert_to_base64  # type: ignore[import-untyped]
from plotly.basedatatypes import BaseFigure

from components.look.theme import CARD, CHART_CONFIG, FONT, HAIRLINE, MUTED, TEXT

GRID = {"gridcolor": "#e9edf2", "zerolinecolor": HAIRLINE, "linecolor": HAIRLINE, "tickfont": {"size": 12, "color": MUTED},
        "fixedrange": True, "automargin": True}


class Drawn(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """A chart as the plain JSON the browser draws, behind the few calls our charts make.

    Plotly's own figure checks each property against its schema as it is set, which costs more than everything else on a
    page; here nothing is checked while serving, the tests hold every chart against the schema instead. A finished chart is
    shared by all sessions and not changed.
    """

    def __init__(self, layout: Mapping[str, Any]) -> None:
        # not plotly's own: there is no tree of properties behind this one
        self.__dict__.update(_traces=[], _layout_said={"template": _template(), **layout}, _handed=None)

    @property
    def annotations(self) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = self._layout_said.setdefault("annotations", [])
        return said

    def add_bar(self, **trace: Any) -> None:
        self._traces.append({"type": "bar", **_given(trace)})

    def add_scatter(self, **trace: Any) -> None:
        self._traces.append({"type": "scatter", **_given(trace)})

    def add_annotation(self, **said: Any) -> None:
        self.annotations.append(_given(said))

    def add_vline(self, x: Any, **shape: Any) -> None:
        self._shapes.append({"type": "line", "x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", **shape})

    def add_hline(self, y: Any, **shape: Any) -> None:
        self._shapes.append({"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": y, "y1": y, "yref": "y", **shape})

    @property
    def _shapes(self) -> list[dict[str, Any]]:
        shapes: list[dict[str, Any]] = self._layout_said.setdefault("shapes", [])
        return shapes

    def update_xaxes(self, **axis: Any) -> None:
        _merge(self._layout_said.setdefault("xaxis", {}), axis)

    def update_yaxes(self, **axis: Any) -> None:
        _merge(self._layout_said.setdefault("yaxis", {}), axis)

    def update_layout(self, **layout: Any) -> None:
        _merge(self._layout_said, layout)

    def to_dict(self) -> dict[str, Any]:
        if self._handed is None:
            self.__dict__["_handed"] = {"data": self._traces, "layout": self._layout_said}
            for trace in self._traces:
                convert_to_base64(trace)
        handed: dict[str, Any] = self._handed
        return handed


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(name), Mapping):
            into[name] = dict(into[name])  # may be one all charts share
            _merge(into[name], value)
        else:
            into[name] = value


@cache
def _template() -> dict[str, Any]:
    template: dict[str, Any] = go.Figure().to_dict()["layout"]["template"]
    return template


def figure(height: int, **layout: Any) -> Drawn:
    """An empty figure in the house style, `height` in pixels."""
    return Drawn({
        "height": height, "margin": {"l": 8, "r": 12, "t": 8, "b": 8}, "paper_bgcolor": CARD, "plot_bgcolor": CARD,
        "font": {"family": FONT, "size": 13, "color": TEXT}, "showlegend": False, "hovermode": "closest",
        "separators": ".,", "hoverlabel": {"bgcolor": CARD, "bordercolor": HAIRLINE, "align": "left",
                                           "font": {"family": FONT, "size": 13, "color": TEXT}},
        **layout})


def show(drawn: go.Figure, key: str, alt: str) -> None:
    """Put a figure on the page; `alt` says in one sentence what it shows."""
    st.plotly_chart(drawn, key=key, theme=None, config=CHART_CONFIG, alt=alt)
