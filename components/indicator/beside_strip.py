"""Figures to read beside an indicator, and the rate's two parts, as a strip of small cells."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import View, cached_per_view
from kpi.scorecard import Beside
from kpi.scorecard.beside import beside
from kpi.wording import wording


def show(view: View) -> None:
    """Numerator and denominator of a share, then what belongs beside the indicator; nothing when
    there is neither.
    """
    html = _html(view)
    if html:
        st.html(html)


@cached_per_view(128)
def _html(view: View) -> str:
    cells = [*_parts(view), *(_cell(one) for one in beside(view.figures, view.item.code, view.place,
                                                           view.card.as_of))]
    if not cells:
        return ""
    entries = "".join(
        f"<div><dt>{escape(name)}</dt><dd><b>{value}</b><small>{escape(note)}</small></dd></div>"
        for name, value, note in cells)
    return f'<dl class="lg-beside">{entries}</dl>'


def _parts(view: View) -> list[tuple[str, str, str]]:
    definition, line = view.item.indicator, view.card.line(view.item.code, view.place)
    if definition.denominator is None or line.denominator is None:
        return []
    return [(definition.numerator, wording.count(line.numerator), "分子"),
            (definition.denominator, wording.count(line.denominator), "分母")]


def _cell(one: Beside) -> tuple[str, str, str]:
    parts = (
        ""
        if one.denominator is None
        else f"{wording.count(one.numerator)}/{wording.count(one.denominator)}"
    )
    return one.name, wording.figure(one.value, one.unit), parts
