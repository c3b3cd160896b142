"""县区 without a unit: every unit by every core indicator – light, completion, the last months, what
is missing and what is needed a week. A row leads to its unit.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.counties.unit_card import ranking_of
from components.indicator.tile import sparkline
from components.look import few_mark, plain
from components.shell import View, cached_per_view, selection
from kpi.definitions import Judged, Kind
from kpi.scorecard import month_ends
from kpi.scorecard.comparison import Comparison, compare
from kpi.sentences import furthest_behind, sentence
from kpi.sentences.standing import standing
from kpi.vocabulary import Division
from kpi.wording import LIGHT_SHAPES, wording

_MONTHS = 12  # of the small line
_NAME = 118  # pixels of the column with the names


def note(view: View) -> str:
    """What stands in a cell."""
    ahead = "" if view.card.final else "，还差和每周需完成"
    return f"完成率（比率类为数值）、近{_MONTHS}个月走势{ahead}；点一行进入该单位"


def show(view: View) -> None:
    """The units of the chosen roll-up in display order; it scrolls sideways where the screen is
    narrow.
    """
    columns = f"{_NAME}px repeat({max(len(view.plan.core), 1)},minmax(92px,1fr))"
    st.html(f"<style>.st-key-lg-matrix{{--lg-matrix:{columns}}}</style>")
    with st.container(key="lg-matrix", gap=None):
        st.html(_head(view))
        for unit in view.members:
            with st.container(key=f"lg-matrix-{unit.code}", gap=None):
                st.html(_row(view, unit))
                st.button(f"进入{plain(unit.name)}", key=f"lg-choose-unit-{unit.code}",
                          on_click=selection.choose, kwargs={"division": unit.code})


@cached_per_view(64)
def _head(view: View) -> str:
    cells = "".join(f'<span>{escape(item.name)}</span>'
                    for item in view.plan.core)
    return (f'<div class="lg-matrix-row lg-matrix-head"><span>单位</span>'
            f"{cells}</div>")


@cached_per_view(128)
def _row(view: View, unit: Division) -> str:
    ranking = ranking_of(view, unit)
    place = "" if ranking is None else f"<small>{wording.place_words(ranking)}</small>"
    cells = "".join(_cell(view, unit, one) for one in compare(view.card, unit))
    return (f'<div class="lg-matrix-row"><span><b>{escape(unit.name)}</b>'
            f"{place}</span>{cells}{_behind(view, unit)}</div>")


def _behind(view: View, unit: Division) -> str:
    text = furthest_behind(view.card, unit)
    return f"<p><b>差距最大</b> {'；'.join(escape(one) for one in text)}</p>" if text else ""


def _cell(view: View, unit: Division, one: Comparison) -> str:
    line, item = one.line, one.item
    if line.value is None:
        return f'<span class="lg-none">○ {standing(line, item)}</span>'
    floor = item.indicator.judged == Judged.FLOOR
    shown = (wording.figure(line.value, item.indicator.unit, line.target, line.comparator)
             if floor or line.completion is None else wording.percent(line.completion, 1.0))
    ends = month_ends(view.figures, item.code, unit, view.card.as_of)[-_MONTHS:]
    return (
        f'<span title="{escape(sentence(line, item, unit.name))}">'
        f'<b class="lg-{line.light.value}">{LIGHT_SHAPES[line.light]} {shown}</b>{few_mark(line)}'
        f"{sparkline(ends, anew=item.indicator.starts_each_year)}<small>{_left(one)}</small></span>"
    )


def _left(one: Comparison) -> str:
    """“差207家 · 每周24” of what is still missing; empty where nothing is."""
    unit, weekly = one.item.indicator.unit, one.line.needed_per_week
    if one.missing is None or one.line.final:
        return ""
    counted = "处" if one.item.indicator.kind == Kind.COVERAGE else unit
    need = "" if weekly is None or one.item.indicator.is_share else (
        f"<br>每周需{wording.shortfall(weekly, '')}")
    return f"还差{wording.shortfall(one.missing, counted)}{need}"
