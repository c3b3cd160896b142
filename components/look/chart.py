"""What all charts share: type, grid, hover, and how they are put on the page."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io
import streamlit as st

from components.look.theme import CARD, CHART_CONFIG, FONT, HAIRLINE, MUTED, TEXT
from kpi.scorecard import Point

# otherwise plotly takes orjson where that happens to be installed, and spells the same chart
# otherwise
plotly.io.json.config.default_engine = "json"

GRID = {"gridcolor": "#e9edf2", "zerolinecolor": HAIRLINE, "linecolor": HAIRLINE,
        "tickfont": {"size": 12, "color": MUTED}, "fixedrange": True, "automargin": True}


class Drawn:
    """A chart as the plain dictionary the browser draws, behind the few calls our charts make.

    Plotly's own figure holds each property against its schema as it is set, which costs more than
    everything else on a page. Here nothing is checked while serving; the tests put every chart they
    draw through plotly's figure instead. A finished chart is shared by all sessions and not
    changed.
    """

    def __init__(self, layout: Mapping[str, Any]) -> None:
        self._data: list[dict[str, Any]] = []
        self._layout: dict[str, Any] = {"template": _template(), **layout}

    @property
    def annotations(self) -> list[dict[str, Any]]:
        """The labels added so far, to be changed in place."""
        return self._listed("annotations")

    def add_bar(self, **trace: Any) -> None:
        self._data.append({"type": "bar", **_given(trace)})

    def add_scatter(self, **trace: Any) -> None:
        self._data.append({"type": "scatter", **_given(trace)})

    def add_waterfall(self, **trace: Any) -> None:
        self._data.append({"type": "waterfall", **_given(trace)})

    def add_annotation(self, **label: Any) -> None:
        self.annotations.append(_given(label))

    def add_vline(self, x: Any, **shape: Any) -> None:
        """A line over the whole height at `x`."""
        self._add_line(x0=x, x1=x, xref="x", y0=0, y1=1, yref="y domain", **shape)

    def add_hline(self, y: Any, **shape: Any) -> None:
        """A line over the whole width at `y`."""
        self._add_line(x0=0, x1=1, xref="x domain", y0=y, y1=y, yref="y", **shape)

    def add_vband(self, first: Any, last: Any, **shape: Any) -> None:
        """A band over the whole height from `first` to `last`, under the lines."""
        self._listed("shapes").append({
            "type": "rect", "x0": first, "x1": last, "xref": "x", "y0": 0, "y1": 1,
            "yref": "y domain", "layer": "below", **shape})

    def update_xaxes(self, **axis: Any) -> None:
        self.update_layout(xaxis=axis)

    def update_yaxes(self, **axis: Any) -> None:
        self.update_layout(yaxis=axis)

    def update_layout(self, **layout: Any) -> None:
        """Set what is named, inside parts that are there already too; the rest stays."""
        self._layout = _merged(self._layout, layout)

    def to_dict(self) -> dict[str, Any]:
        """`data` and `layout` as plotly names them."""
        return {"data": self._data, "layout": self._layout}

    @cached_property
    def handed(self) -> go.Figure:
        """The same as the framework takes it without checking it again."""
        return _Handed(self)

    def _add_line(self, **shape: Any) -> None:
        self._listed("shapes").append({"type": "line", **shape})

    def _listed(self, name: str) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = self._layout.setdefault(name, [])
        return parts


class _Handed(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A plotly figure by kind: all the framework looks at before it asks for the dictionary."""

    _drawn: Drawn

    def __init__(self, drawn: Drawn) -> None:
        # not plotly's own beginning, which sets up what is never asked for, nor its way of setting
        # an attribute
        object.__setattr__(self, "_drawn", drawn)

    def to_dict(self) -> dict[str, Any]:
        return self._drawn.to_dict()


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    """Arrays as the browser reads them fastest: days as text, numbers as bytes, nan being a gap."""
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.kind == "M":
        return np.datetime_as_string(value, unit="D").tolist()
    return {"dtype": "f8", "bdata": base64.b64encode(value.astype("<f8").tobytes()).decode("ascii")}


def _merged(old: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    # new dictionaries throughout: the parts of `old` may be shared by all charts
    return {**old, **{
        name: _merged(old.get(name) or {}, value) if isinstance(value, Mapping) else value
        for name, value in more.items()}}


@cache
def _template() -> dict[str, Any]:
    template: dict[str, Any] = go.Figure().to_dict()["layout"]["template"]
    return template


def curve(points: Iterable[Point]) -> dict[str, np.ndarray[Any, Any]]:
    """`x` and `y` of a line as arrays: a list of two years of days costs more to hand over than to
    draw. A point without value is a gap.
    """
    known = list(points)
    return {"x": np.array([point.day for point in known], dtype="datetime64[D]"),
            "y": np.array([np.nan if point.value is None else point.value for point in known])}


def figure(height: int, **layout: Any) -> Drawn:
    """An empty figure in the house style, `height` in pixels."""
    return Drawn({"height": height, "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
                  "paper_bgcolor": CARD, "plot_bgcolor": CARD,
                  "font": {"family": FONT, "size": 13, "color": TEXT}, "showlegend": False,
                  "hovermode": "closest", "separators": ".,",
                  "hoverlabel": {"bgcolor": CARD, "bordercolor": HAIRLINE, "align": "left",
                                 "font": {"family": FONT, "size": 13, "color": TEXT}}, **layout})


def show_to_choose(drawn: Drawn, key: str, alt: str) -> str | None:
    """Put a figure of bars on the page; gives the name by the bar that was clicked last."""
    clicked = st.plotly_chart(drawn.handed, key=key, theme=None, config=CHART_CONFIG, alt=alt,
                              on_select="rerun", selection_mode="points")
    return next((str(point["y"]) for point in clicked.selection.points), None)


def show(drawn: Drawn, key: str, alt: str) -> None:
    """Put a figure on the page; `alt` says in one sentence what it shows."""
    st.plotly_chart(drawn.handed, key=key, theme=None, config=CHART_CONFIG, alt=alt)
