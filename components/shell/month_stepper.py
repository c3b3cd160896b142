"""Replaying the plan's months: the day the page is as of goes to the end of the month before or
after, or to any month's end along a slider. All of the page follows, so that no part of it is of
another day than the one that is written beside the slider.
"""

from __future__ import annotations

from datetime import date

import streamlit as st

from components.look import theme
from components.shell import selection
from components.shell.frame import View
from kpi.scorecard import month_steps
from kpi.scorecard.months import month_end
from kpi.wording import wording

_SLIDER = "month-slider"


def show(view: View) -> None:
    """“‹ 上月”, the slider, “下月 ›” and the day in words; nothing while the plan has no second
    month. The newest step is the latest complete day; the day shown is among the steps whatever it
    is. A day somebody has looked at before costs no computing.
    """
    newest, now = view.current.default_day, view.card.as_of
    days = sorted({*month_steps(view.plan.window.start, newest), now})
    if len(days) < 2:
        return
    theme.sheet("replay")
    at = days.index(now)
    with st.container(key="lg-replay", horizontal=True, vertical_alignment="center", gap="small"):
        _step("‹ 上月", "month-before", days[at - 1] if at else None, newest)
        st.session_state[_SLIDER] = now
        st.select_slider("回放各月", days, key=_SLIDER, on_change=_slid, args=(newest,),
                         format_func=words, label_visibility="collapsed")
        _step("下月 ›", "month-after", days[at + 1] if now != days[-1] else None, newest)
        st.html(f'<p class="lg-replayed" aria-live="polite"><b>{words(now)}</b>'
                f'<span>{"最新" if now == newest else "整页同为这一天"}</span></p>', width="content")


def words(day: date) -> str:
    """“2026年8月末” of a month's last day, “2026年8月15日” of any other."""
    return (f"{day.year}年{day.month}月末" if day == month_end(day)
            else wording.chinese_date(day, with_year=True))


def _step(label: str, key: str, day: date | None, newest: date) -> None:
    st.button(label, key=key, disabled=day is None, on_click=_go, args=(day, newest))


def _slid(newest: date) -> None:
    _go(st.session_state[_SLIDER], newest)


def _go(day: date | None, newest: date) -> None:
    selection.choose(as_of=None if day is None or day == newest else day.isoformat())
