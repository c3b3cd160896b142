"""What happened on the way: Spring Festival, meetings, falls and what is not verified, as flags on
the curve with a key under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from html import escape

import streamlit as st

from components.indicator.chosen_path import chosen_path
from components.look import CARD, MUTED, Drawn
from components.meeting.ledger import open_book
from components.shell import View
from kpi.definitions import Kind
from kpi.explaining import Fall, falls, spring_festivals
from kpi.scorecard import Path
from kpi.vocabulary import InputError
from kpi.wording import wording

_FESTIVAL_FILL = "rgba(163,32,58,.10)"
_FALLING = (Kind.CUMULATIVE, Kind.STOCK)  # a share goes down of itself


Across = Callable[[date], date | None]
"""Where a day lies across a chart; None: not in it."""


def along(day: date) -> date:
    """Days across a chart of the whole plan."""
    return day


def add(drawn: Drawn, walked: Path, held: Sequence[date], view: View,
        across: Across = along) -> None:
    """The flags of the chosen indicator and place up to the view's day. `held`: the meetings'."""
    as_of, start = view.card.as_of, view.plan.window.start
    for first, last in spring_festivals(view.plan.calendar.holidays):
        begin, end = across(first), across(last)
        if start <= first <= as_of and begin is not None and end is not None:
            drawn.add_vband(begin, end, fillcolor=_FESTIVAL_FILL, line={"width": 0})
            drawn.add_annotation(x=begin, y=0, yref="paper", xanchor="left", yanchor="bottom",
                                 showarrow=False, text="春节", yshift=8,
                                 font={"size": 12, "color": MUTED})
    fallen = _falls(walked, view)
    if fallen:
        unit = view.item.indicator.unit
        drawn.add_scatter(x=[one.day for one in fallen], y=[one.value for one in fallen],
                          mode="markers", name="冲减", hoverinfo="text",
                          marker={"symbol": "triangle-down", "size": 10, "color": CARD,
                                  "line": {"color": MUTED, "width": 2}},
                          hovertext=[f"{one.day} 冲减和退出{wording.figure(one.by, unit)}"
                                     for one in fallen])
    meetings_in = [(day, at) for day in held if (at := across(day)) is not None]
    if meetings_in:
        drawn.add_scatter(x=[at for _, at in meetings_in], y=[0.0] * len(meetings_in),
                          mode="markers", name="会议",
                          hoverinfo="text", cliponaxis=False,
                          marker={"symbol": "triangle-up", "size": 9, "color": MUTED},
                          hovertext=[f"{day} 联席会议" for day, _ in meetings_in])


def _falls(walked: Path, view: View) -> tuple[Fall, ...]:
    return falls(walked.actual) if view.item.indicator.kind in _FALLING else ()


def meetings(view: View) -> tuple[date, ...]:
    """Days of meetings in the plan up to the view's day, oldest first; an account of its own
    divisions sees none, and without a ledger there are none.
    """
    try:
        listed = open_book(view).meetings
    except InputError:
        return ()
    return tuple(sorted(one.held_on for one in listed
                        if view.plan.window.start <= one.held_on <= view.card.as_of))


def key(view: View, held: Sequence[date], across: Across = along) -> None:
    """What the flags mean, of those that are there, `held` as for `add`; and that data is held back.
    """
    parts = "　".join(escape(text) for text in _key(view, held, across))
    if parts:
        st.html(f'<p class="lg-curve-key">{parts}</p>')


def _key(view: View, meetings_held: Sequence[date], across: Across) -> Iterator[str]:
    start, as_of = view.plan.window.start, view.card.as_of
    if any(start <= first <= as_of and across(first) is not None
           for first, _ in spring_festivals(view.plan.calendar.holidays)):
        yield "▏浅色带为春节假期"
    if any(across(day) is not None for day in meetings_held):
        yield "▲ 联席会议"
    if _falls(chosen_path(view), view):
        yield "▽ 冲减和退出"
    held = [name for name in view.item.indicator.datasets if name in view.current.snapshot.held]
    if held:
        names = "、".join(view.plan.definitions.title(name) for name in held)
        yield f"△ {names}的新数据待核实，曲线仍是上次采用的数"
