"""The indicators the plan asks for without a number: value and month's change, no light."""

from __future__ import annotations

import math
from html import escape

import streamlit as st

from components.indicator import explain_card
from components.look import few_mark, plain
from components.shell import View, cached_per_view
from kpi.plan import IndicatorPlan
from kpi.scorecard import month_addition
from kpi.sentences.standing import standing
from kpi.wording import wording

_ACROSS = 14  # cells in a row of a wide screen


def show(view: View) -> None:
    """A compact cell for each, opening its 口径卡."""
    rows = wide_rows(view)
    st.html(
        f"<style>.st-key-lg-watch{{--lg-across:{math.ceil(len(view.plan.watched) / max(rows, 1))}}}</style>"
    )
    with st.container(key="lg-watch"):
        st.html(_drawn(view))
        with st.container(key="lg-watch-explain"):
            for item in view.plan.watched:
                if st.button(f"{plain(item.name)}的口径", key=f"lg-explain-{item.code}"):
                    explain_card.show(view, item.code)


def wide_rows(view: View) -> int:
    """How many rows of cells there are on a wide screen."""
    return math.ceil(len(view.plan.watched) / _ACROSS)


@cached_per_view(128)
def _drawn(view: View) -> str:
    many = " lg-many" if wide_rows(view) > 1 else ""
    return f'<div class="lg-cells{many}">{"".join(_html(view, item) for item in view.plan.watched)}</div>'


def _html(view: View, item: IndicatorPlan) -> str:
    line = view.card.city_line(item.code)
    value = wording.figure(line.value, item.indicator.unit)
    added = month_addition(view.figures, item.code, view.geography.city, view.card.as_of)
    note = standing(line, item) if line.value is None else (
        "" if added is None else f"本月 {wording.signed(added, item.indicator.unit)}")
    return f'<div class="lg-watched"><span>{escape(item.name)}</span><b>{value}</b>{few_mark(line)}<small>{note}</small></div>'
