"""The figures of supply and demand by unit."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.matching import figures_strip
from components.shell import View
from kpi.figures import market
from kpi.plan import IndicatorPlan
from kpi.sentences import fill_words
from kpi.sentences.standing import standing
from kpi.vocabulary import Division
from kpi.wording import wording


def show(view: View) -> None:
    """A row per unit of the chosen roll-up under the city's."""
    items = figures_strip.shown(view)
    divisions = [view.geography.city, *view.members]
    heads = "".join(f'<th scope="col">{escape(item.name)}</th>' for item in items)
    body = "".join(_row(view, items, one) for one in divisions)
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="各单位供需">'
            f'<table class="lg-table"><thead><tr><th scope="col">单位</th>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>")


def _row(view: View, items: list[IndicatorPlan], division: Division) -> str:
    here = ' class="lg-here"' if division == view.place else ""
    cells = "".join(f"<td>{escape(_value(view, item, division))}</td>" for item in items)
    return f'<tr{here}><th scope="row">{escape(division.short_name)}</th>{cells}</tr>'


def _value(view: View, item: IndicatorPlan, division: Division) -> str:
    line = view.card.line(item.code, division)
    if item.indicator.matching is not None and item.indicator.unit == "天":
        known = market(view.figures, division, view.card.as_of)
        return standing(line, item) if known is None else fill_words(known)
    return (standing(line, item) if line.value is None
            else wording.figure(line.value, item.indicator.unit))
