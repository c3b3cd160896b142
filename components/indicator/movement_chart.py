"""What moved the chosen figure since a day: one sentence and a waterfall whose parts add up to the
change.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from html import escape
from pathlib import Path

import streamlit as st

from components.look import LINE, MUTED, Drawn, chart
from components.shell import View, cached_per_view, page_params
from components.shell.cache import cached
from data_access.snapshots import list_frozen, open_frozen
from kpi.explaining import BY_UNIT, Movement, PartKind, ways
from kpi.explaining.movement import movement
from kpi.figures import Figures
from kpi.judging import Light
from kpi.scope import Scope, scoped_figures
from kpi.sentences import movement_words, part_name, part_number, part_words
from kpi.vocabulary import InputError
from kpi.wording import LIGHT_COLOURS

_SINCE, _WAY = "since", "way"
_ROW, _FRAME, _MOST = 30, 40, 12
_UP, _DOWN = LIGHT_COLOURS[Light.GREEN], LIGHT_COLOURS[Light.RED]


def possible(view: View) -> bool:
    """Whether there is anything to take apart: data, and a day before."""
    return view.card.as_of > view.plan.window.start and bool(_ways(view))


def show(view: View) -> None:
    """The day to begin with and the way to take apart, both in the address; then the sentence and
    the chart.
    """
    with st.container(
        key="lg-movement-bar", horizontal=True, gap="medium", vertical_alignment="center"
    ):
        since, way = _choose_day(view), _choose_way(view)
    moved = _moved(view, since, way, _frozen(view, since))
    if moved is None:
        st.html('<p class="lg-none">○ 这两天中有一天没有数值，无法拆分；请换一个起始日。</p>')
        return
    by_unit = way == BY_UNIT
    st.html(
        f'<p class="lg-movement-said">{escape(movement_words(moved, view.item, by_unit=by_unit))}</p>'
    )
    if moved.parts:
        drawn = movement_figure(
            view.key,
            view.card.as_of.isoformat(),
            view.selection.rollup.value,
            view.item.code,
            view.place.code,
            since.isoformat(),
            way,
            _frozen(view, since),
            view,
        )
        chart.show(drawn, "movement-chart", movement_words(moved, view.item, by_unit=by_unit))
    st.html(f'<p class="lg-none">{_about_late(view, moved)}</p>')


@cached_per_view(64)
def _ways(view: View) -> tuple[str, ...]:
    return ways(view.figures, view.item.code, view.place, view.selection.rollup)


def _choose_day(view: View) -> date:
    first, last = view.plan.window.start, view.card.as_of - timedelta(days=1)
    usual = max(view.card.as_of.replace(day=1) - timedelta(days=1), first)
    try:
        given = date.fromisoformat(st.query_params.get(_SINCE, usual.isoformat()))
    except ValueError:
        given = usual
    st.session_state["movement-since"] = min(max(given, first), last)
    chosen = st.date_input(
        "从哪天起",
        min_value=first,
        max_value=last,
        format="YYYY-MM-DD",
        key="movement-since",
        width=200,
        on_change=lambda: page_params.put(
            _SINCE, str(st.session_state["movement-since"]), usual.isoformat()
        ),
    )
    return chosen or usual


def _choose_way(view: View) -> str:
    offered = _ways(view)
    way = page_params.one(_WAY, offered, offered[0])
    if len(offered) == 1:
        return way
    st.session_state["movement-way"] = way
    st.segmented_control(
        "拆分方式",
        list(offered),
        key="movement-way",
        required=True,
        label_visibility="collapsed",
        on_change=lambda: page_params.put(_WAY, st.session_state["movement-way"], offered[0]),
    )
    return way


@cached_per_view(64)
def _moved(view: View, since: date, way: str, frozen: Path | None) -> Movement | None:
    then = None if frozen is None else _then(frozen, view.access.scope)
    return movement(
        view.figures,
        view.item.code,
        view.place,
        since,
        view.card.as_of,
        way,
        rollup=view.selection.rollup,
        then=then,
    )


def _frozen(view: View, day: date) -> Path | None:
    """The folder the day was first frozen in; None when it never was."""
    sample = view.current.snapshot.sample
    kept_then = [
        one
        for one in list_frozen(view.current.settings.data)
        if (one.as_of, one.sample) == (day, sample)
    ]
    return min(kept_then, key=lambda one: one.frozen_at).folder if kept_then else None


@cached(4)
def _then(folder: Path, scope: Scope) -> Figures | None:
    """The figures as they were frozen; None when the folder can no longer be read."""
    try:
        return scoped_figures(open_frozen(folder).figures, scope)
    except InputError:
        return None


def _about_late(view: View, moved: Movement) -> str:
    if moved.then_read:
        return f"起点为 {moved.first} 定稿时的数；“补报和更正”是其后报来的、当日及以前的数据。"
    return f"{moved.first} 没有定稿，补报和更正已计入起点；定稿过的日子会单独列出。"


@cached(128)
def movement_figure(
    key: str,
    as_of: str,
    rollup: str,
    indicator: str,
    division: str,
    since: str,
    way: str,
    frozen: Path | None,
    _view: View,
) -> Drawn:
    """A waterfall from nothing to the whole change, from top to bottom; of many parts the smallest
    are drawn as one.
    """
    moved = _moved(_view, date.fromisoformat(since), way, frozen)
    assert moved is not None
    unit, share = _view.item.indicator.unit, _view.item.indicator.is_share
    rows = _rows(moved, by_unit=way == BY_UNIT)
    names, values = [name for name, _ in rows], [value for _, value in rows]
    drawn = chart.figure(_ROW * (len(rows) + 1) + _FRAME)
    drawn.add_waterfall(
        orientation="h",
        y=[*names, "变化合计"],
        x=[*(float(value) for value in values), float(moved.change)],
        measure=["relative"] * len(rows) + ["total"],
        width=0.62,
        textposition="outside",
        cliponaxis=False,
        text=[*(part_number(value, unit) for value in values), part_number(moved.change, unit)],
        textfont={"size": 12},
        hoverinfo="text",
        hovertext=[
            f"{name} {part_words(value, unit)}"
            for name, value in (*rows, ("变化合计", moved.change))
        ],
        increasing={"marker": {"color": _UP}},
        decreasing={"marker": {"color": _DOWN}},
        totals={"marker": {"color": LINE}},
        connector={"line": {"color": MUTED, "width": 1}},
    )
    low, high = _span([float(value) for value in values])
    room = (high - low) * 0.24 or 1.0
    drawn.update_xaxes(
        **chart.GRID,
        range=[low - (room if low < 0 else 0), high + room],
        tickformat=".1%" if share else ",d",
        nticks=5,
    )
    drawn.update_yaxes(
        **{**chart.GRID, "gridcolor": "rgba(0,0,0,0)"}, autorange="reversed", type="category"
    )
    return drawn


def _rows(moved: Movement, *, by_unit: bool) -> list[tuple[str, Fraction]]:
    """The parts in their order by name; of the units or categories beyond the largest the sum."""
    own = [part for part in moved.parts if part.kind in (PartKind.UNIT, PartKind.CATEGORY)]
    small = sorted(own, key=lambda part: -abs(part.value))[_MOST:]
    rows = [(part_name(part, by_unit), part.value) for part in moved.parts if part not in small]
    if not small:
        return rows
    at = next(
        (
            number
            for number, part in enumerate(one for one in moved.parts if one not in small)
            if part.kind in (PartKind.REST, PartKind.REMOVED)
        ),
        len(rows),
    )
    rest = (
        f"其余{len(small)}{'个单位' if by_unit else '类'}",
        sum((part.value for part in small), Fraction(0)),
    )
    return [*rows[:at], rest, *rows[at:]]


def _span(values: list[float]) -> tuple[float, float]:
    """The lowest and highest level the steps come by."""
    level, levels = 0.0, [0.0]
    for value in values:
        level += value
        levels.append(level)
    return min(levels), max(levels)
