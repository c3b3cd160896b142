"""Days and units out of line with their own history: marked on the curve, and said with what to
check.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape

import streamlit as st

from components.look import CARD, Drawn
from components.shell import View, cached_per_view
from kpi.explaining import FALSE_SHARE, OddDay, OddUnit, odd_days, odd_units
from kpi.scorecard import Path
from kpi.sentences import odd_day_words, odd_unit_words

COLOUR = (
    "#7a3fa0"  # of no light: a mark says that something is to be checked, not how a unit stands
)
_LISTED = 6


@cached_per_view(64)
def _days(view: View) -> tuple[OddDay, ...]:
    return odd_days(view.figures, view.item.code, view.place, view.card.as_of)


@cached_per_view(64)
def _units(view: View) -> tuple[OddUnit, ...]:
    members = view.members if view.selection.division is None else (view.place,)
    return odd_units(view.figures, view.item.code, members, view.card.as_of)


def add(drawn: Drawn, walked: Path, view: View,
        across: Callable[[date], date] = lambda day: day) -> None:
    """A diamond on the curve at every day out of line; what is to be checked when it is pointed at.
    `across`: where a day lies across the chart.
    """
    days, unit = _days(view), view.item.indicator.unit
    value = {point.day: point.value for point in walked.actual}
    shown = [one for one in days if value.get(one.day) is not None]
    if shown:
        drawn.add_scatter(
            x=[across(one.day) for one in shown],
            y=[value[one.day] for one in shown],
            mode="markers",
            name="待核对",
            marker={
                "symbol": "diamond",
                "size": 9,
                "color": CARD,
                "line": {"color": COLOUR, "width": 2},
            },
            hoverinfo="text",
            hovertext=[escape(odd_day_words(one, unit)) for one in shown],
        )


def show(view: View) -> None:
    """The list beside the curve; nothing when no day or unit is out of line."""
    text = _said(view)
    if text:
        st.html(text)


@cached_per_view(64)
def _said(view: View) -> str:
    days, units, unit = _days(view), _units(view), view.item.indicator.unit
    if not days and not units:
        return ""
    newest = days[::-1]
    rows = [odd_unit_words(one, unit) for one in units] + [
        odd_day_words(one, unit, dated=True) for one in newest
    ]
    listed = "".join(f"<li>{escape(row)}</li>" for row in rows[:_LISTED])
    more = f"；另有 {len(rows) - _LISTED} 处见曲线" if len(rows) > _LISTED else ""
    head = (
        f"◇ 与自身规律不符、请核对的{f'日子 {len(days)} 个' if days else ''}{'、' if days and units else ''}"
        f"{f'单位 {len(units)} 个' if units else ''}（误标的不超过 {FALSE_SHARE:.0%}）{more}"
    )
    return f'<details class="lg-odd"><summary>{head}</summary><ul>{listed}</ul></details>'
