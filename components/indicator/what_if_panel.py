"""Sliders of what each unit might add a week, and what would come of it at once."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import plain
from components.shell import View, cached_per_view
from kpi.scorecard.what_if import Supposed, WhatIf, can_suppose, highest, what_if
from kpi.sentences import (
    closing_set_words,
    landing_words,
    places_range,
    supposed_chance,
    supposed_words,
)
from kpi.vocabulary import Division
from kpi.wording import wording

_HEADS = ("单位", "每周多完成", "预计完成日", "按期可能性", "到期得分位次")


def possible(view: View) -> bool:
    """Whether there is a count with a target and days left to add to."""
    return can_suppose(view.figures, view.card, view.item.code, view.place)


def show(view: View) -> str:
    """The sliders, the table beside them and the smallest set; gives what was supposed in words,
    empty without.
    """
    members = _members(view)
    with st.container(key="lg-what-if"):
        with st.container(key="lg-what-if-sliders", gap=None):
            more = tuple((unit.code, _slider(view, unit)) for unit in members or (view.place,))
            st.button(
                "全部归零",
                key="what-if-reset",
                type="tertiary",
                on_click=_reset,
                args=(view, members or (view.place,)),
            )
        now, supposed = _found(view, ()), _found(view, more)
        st.html(_html(view, now, supposed))
    line = view.card.line(view.item.code, view.place)
    return supposed_words(view.item, supposed, line.target, view.plan.window.deadline)


def _members(view: View) -> tuple[Division, ...]:
    """The units with a target of their own; none of a single unit."""
    if view.selection.division is not None:
        return ()
    return tuple(
        unit for unit in view.members if can_suppose(view.figures, view.card, view.item.code, unit)
    )


def _key(view: View, unit: Division) -> str:
    return f"what-if-{view.item.code}-{unit.rollup}-{unit.code}"


def _slider(view: View, unit: Division) -> float:
    most = highest(view.figures, view.card.line(view.item.code, unit), view.card.as_of)
    key = _key(view, unit)
    if st.session_state.get(key, 0) > most:
        st.session_state[key] = most  # another day may have another scale
    return float(
        st.slider(
            f"{plain(unit.short_name)}每周多完成（{view.item.indicator.unit}）",
            0,
            most,
            key=key,
            step=max(most // 100, 1),
        )
    )


def _reset(view: View, units: tuple[Division, ...]) -> None:
    for unit in units:
        st.session_state[_key(view, unit)] = 0


@cached_per_view(256)
def _found(view: View, more: tuple[tuple[str, float], ...]) -> WhatIf:
    return what_if(view.figures, view.card, view.item.code, dict(more), view.place, _members(view))


def _html(view: View, now: WhatIf, supposed: WhatIf) -> str:
    rows = "".join(
        _row(view, before, after)
        for before, after in zip(
            (now.whole, *now.units), (supposed.whole, *supposed.units), strict=True
        )
    )
    heads = "".join(f"<th scope=col>{head}</th>" for head in _HEADS)
    closing = closing_set_words(view.item, supposed)
    return (
        '<div class="lg-what-if-table"><div class="lg-table-box" tabindex="0" role="region" aria-label="加快试算">'
        f'<table class="lg-table lg-plain"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div><p>{escape(closing)}</p></div>"
    )


def _row(view: View, before: Supposed, after: Supposed) -> str:
    unit, line = view.item.indicator.unit, view.card.line(view.item.code, after.division)
    deadline = view.plan.window.deadline
    cells = [
        tuple(
            landing_words(one, line.target, unit, deadline, view.card.as_of)
            for one in (before, after)
        ),
        (supposed_chance(before), supposed_chance(after)),
        (places_range(before), places_range(after)),
    ]
    more = f"+{wording.count(after.per_week)}{unit}" if after.per_week else wording.ABSENT
    return (
        f"<tr><th scope=row>{escape(after.division.short_name)}</th><td>{more}</td>"
        f"{''.join(f'<td>{_changed(*cell)}</td>' for cell in cells)}</tr>"
    )


def _changed(before: str, after: str) -> str:
    return (
        escape(after)
        if before == after
        else f"<small>{escape(before)} →</small> <b>{escape(after)}</b>"
    )
