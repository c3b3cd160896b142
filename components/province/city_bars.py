"""One indicator across the cities: a bar each, with a mark where the city should be by its own
plan.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.province.frame import ProvinceView
from kpi.definitions import Judged
from kpi.judging import ScorecardLine
from kpi.plan import IndicatorPlan
from kpi.province import ABSENCE_WORDS, Absence
from kpi.sentences import points, sentence
from kpi.vocabulary import Division
from kpi.wording import LIGHT_SHAPES, wording


def show(view: ProvinceView) -> None:
    """The cities the reader may see, furthest ahead of their own due first, those without a figure
    last.
    """
    item = view.item
    lines = [(city, view.card.line(item.code, city)) for city in view.members]
    lines.sort(key=lambda pair: (pair[1].value is None, -_ahead(pair[1], item)))
    longest = max((_length(line, item) or 0.0 for _, line in lines), default=1.0)
    if item.is_core and not item.indicator.is_share:
        longest = max(longest, 1.0)
    rows = "".join(_row(view, city, line, longest) for city, line in lines)
    st.html(f'<ul class="lg-cities" aria-label="{escape(item.name)}：各市完成情况">{rows}</ul>')


def _ahead(line: ScorecardLine, item: IndicatorPlan) -> float:
    """The points that the city's sentence prints; what is not judged, by its figure."""
    ahead = points(line, item)
    return ahead if ahead is not None else line.value or 0.0


def _length(line: ScorecardLine, item: IndicatorPlan) -> float | None:
    return line.value if item.indicator.is_share or line.completion is None else line.completion


def _row(view: ProvinceView, city: Division, line: ScorecardLine, longest: float) -> str:
    item, unit = view.item, view.item.indicator.unit
    length = _length(line, item)
    if length is None:
        absence = view.province_card.absence(item.code, city.code) or Absence.NO_DATA
        return (f'<li><span>{escape(city.short_name)}</span><i class="lg-bar-none"></i>'
                f"<em>○ {ABSENCE_WORDS[absence]}</em><small></small></li>")
    reach = longest * 1.04 or 1.0
    value = wording.figure(line.value, unit, line.target, line.comparator)
    shown = (
        value
        if item.indicator.is_share or line.completion is None
        else wording.percent(line.completion, 1.0)
    )
    beside = (f"{wording.count(line.numerator)}/{wording.count(line.denominator)}"
              if item.indicator.is_share else value if line.target is None
              else f"{wording.count(line.value)}/{wording.count(line.target)}{unit}")
    mark = _due(line, item)
    tick = "" if mark is None else f'<u style="left:{min(mark / reach, 1) * 100:.1f}%"></u>'
    return (
        f'<li title="{escape(sentence(line, item, city.name))}"><span>{escape(city.short_name)}</span>'
        f'<i><b class="lg-bg-{line.light.value}" style="width:{length / reach * 100:.1f}%"></b>{tick}</i>'
        f'<em><span class="lg-{line.light.value}" aria-label="{wording.line_word(line)}">{LIGHT_SHAPES[line.light]}</span> '
        f"<b>{shown}</b></em><small>{beside}</small></li>"
    )


def _due(line: ScorecardLine, item: IndicatorPlan) -> float | None:
    """Where the city should be: a count's share of its target due, a share's target, or as much of
    it as is due.
    """
    if line.target is None or line.due is None:
        return None
    if not item.indicator.is_share:
        return line.due
    return line.target if item.indicator.judged == Judged.FLOOR else line.target * line.due
