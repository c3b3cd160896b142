"""The filter bar every page shares, with the status strip beside it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from components.shell import account, level, plans, selection, status_strip
from components.shell.selection import ROLLUP_NAMES, Selection
from data_access.current import Current
from kpi.scope import Access
from kpi.vocabulary import Rollup

_WHOLE_CITY = ""


def show(current: Current, chosen: Selection, access: Access, *, choose_division: bool = False,
         choose_indicator: bool = False) -> None:
    """截至日期, 汇总口径, and on request 指标 and 单位; every change goes into the selection."""
    with st.container(key="lg-bar", horizontal=True, vertical_alignment="center", gap="medium"):
        level.picker()
        plans.picker()
        day_picker(current, chosen)
        _rollup(current, chosen)
        if choose_indicator:
            indicator_picker(current, chosen)
        if choose_division:
            _division(current, chosen)
        status_strip.show(current, chosen.as_of)
        account.menu(access)


def day_picker(current: Current, chosen: Selection) -> None:
    """截至日期, within the plan and the days read."""
    key = "filter-as-of"
    st.session_state[key] = chosen.as_of

    def changed() -> None:
        day: date | None = st.session_state[key]
        selection.choose(as_of=None if day is None else day.isoformat())

    st.date_input("截至日期", key=key, min_value=current.plan.window.start, max_value=current.last_day,
                  format="YYYY-MM-DD", on_change=changed, width=210)


def _rollup(current: Current, chosen: Selection) -> None:
    geography = current.figures.facts.geography
    if geography.partial or len(geography.managing) in (0, len(geography.counties)):
        # without functional zones the two roll-ups are the same; a single unit has nothing to roll up
        return
    key = "filter-rollup"
    st.session_state[key] = chosen.rollup.value

    def changed() -> None:
        # a county is in both roll-ups, a zone in one
        members = {member.code for member in geography.members(Rollup(st.session_state[key]))}
        selection.choose(rollup=st.session_state[key], division=chosen.division
                         if chosen.division in members else None)

    st.segmented_control("汇总口径", [rollup.value for rollup in ROLLUP_NAMES], key=key, required=True,
                         on_change=changed, format_func=lambda value: selection.rollup_name(
                             Rollup(value), geography))


def indicator_picker(current: Current, chosen: Selection) -> None:
    """指标, of the plan."""
    key = "filter-indicator"
    st.session_state[key] = chosen.indicator
    st.selectbox("指标", [item.code for item in current.plan.indicators], key=key, width=220,
                 format_func=lambda code: current.plan.indicator(code).name,
                 on_change=lambda: selection.choose(indicator=st.session_state[key]))


def _division(current: Current, chosen: Selection) -> None:
    key = "filter-division"
    members = current.figures.facts.geography.members(chosen.rollup)
    names = {_WHOLE_CITY: "全市", **{member.code: member.name for member in members}}
    st.session_state[key] = chosen.division or _WHOLE_CITY
    st.selectbox("单位", list(names), key=key, width=220, format_func=lambda code: names[code],
                 on_change=lambda: selection.choose(division=st.session_state[key] or None))
