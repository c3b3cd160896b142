"""What all charts share: type, grid, hover, and how they are put on the page."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from components.theme import CARD, CHART_CONFIG, FONT, HAIRLINE, MUTED, TEXT

GRID = {"gridcolor": "#e9edf2", "zerolinecolor": HAIRLINE, "linecolor": HAIRLINE, "tickfont": {"size": 12, "color": MUTED},
        "fixedrange": True, "automargin": True}


class Drawn(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A figure that is handed over as it was the first time: a finished one is shared by all sessions and not changed."""

    def to_dict(self) -> dict[str, Any]:
        if "_handed" not in self.__dict__:
            self.__dict__["_handed"] = super().to_dict()
        handed: dict[str, Any] = self.__dict__["_handed"]
        return handed


def figure(height: int, **layout: Any) -> go.Figure:
    """An empty figure in the house style, `height` in pixels."""
    return Drawn(layout={
        "height": height, "margin": {"l": 8, "r": 12, "t": 8, "b": 8}, "paper_bgcolor": CARD, "plot_bgcolor": CARD,
        "font": {"family": FONT, "size": 13, "color": TEXT}, "showlegend": False, "hovermode": "closest",
        "separators": ".,", "hoverlabel": {"bgcolor": CARD, "bordercolor": HAIRLINE, "align": "left",
                                           "font": {"family": FONT, "size": 13, "color": TEXT}},
        **layout})


def show(drawn: go.Figure, key: str, alt: str) -> None:
    """Put a figure on the page; `alt` says in one sentence what it shows."""
    st.plotly_chart(drawn, key=key, theme=None, config=CHART_CONFIG, alt=alt)
