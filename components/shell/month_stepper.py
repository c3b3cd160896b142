"""Going through the months: the day the page is as of goes to the end of the month before or
after, or to any month's end along a slider.
"""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from components.shell import selection
from components.shell.frame import View
from kpi.scorecard import month_steps

_SLIDER = "month-slider"


def show(view: View) -> None:
    """“‹ 上月”, the month, “下月 ›”; the newest step is the latest complete day."""
    newest, now = view.current.default_day, view.card.as_of
    steps = month_steps(view.plan.window.start, newest)
    before = max((day for day in steps if day < now), default=None)
    after = min((day for day in steps if day > now), default=None)
    with st.container(key="lg-months", horizontal=True, vertical_alignment="center", gap="small"):
        _step("‹ 上月", "month-before", before, newest)
        st.html(f'<b class="lg-month" aria-live="polite">{words(now)}</b>',
                width="content")
        _step("下月 ›", "month-after", after, newest)


def _step(label: str, key: str, day: date | None, newest: date) -> None:
    st.button(label, key=key, disabled=day is None, on_click=selection.choose,
              kwargs={"as_of": None if day in (None, newest) else day.isoformat()})


def slider(view: View) -> None:
    """The plan's months along a line, to replay how things stood; the day shown is among them
    whatever it is. A day somebody has looked at before costs no computing.
    """
    newest, now = view.current.default_day, view.card.as_of
    days = sorted({*month_steps(view.plan.window.start, newest), now})
    if len(days) < 2:
        return
    st.session_state[_SLIDER] = now
    st.select_slider("回放", days, key=_SLIDER, on_change=_slid, args=(newest,),
                     format_func=words)


def words(day: date) -> str:
    """“2026年9月末”; “2026年8月15日” of a day within a month."""
    last = (day + timedelta(days=1)).day == 1
    return f"{day.year}年{day.month}月{'末' if last else f'{day.day}日'}"


def _slid(newest: date) -> None:
    day: date = st.session_state[_SLIDER]
    selection.choose(as_of=None if day == newest else day.isoformat())
