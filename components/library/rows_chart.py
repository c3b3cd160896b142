"""Rows of one dataset by counting date: a gap or a flood shows at once."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import streamlit as st

from components.look import LINE, MUTED, Drawn, chart
from components.shell import View, default_indicator
from components.shell.cache import cached
from data_access.reading import DayCount, rows_per_day

_DAYS, _WEEKS = "近 90 天按日", "全部按周"
_RECENT = 90


def show(view: View, height: int) -> None:
    """A dataset to choose, by day or week, and its bars; needs the whole city's figures."""
    if not view.access.scope.everything:
        st.html('<p class="lg-none">○ 只对可查看全市指标的账号显示。</p>')
        return
    names = [name for name in view.plan.definitions.counted if name in view.current.snapshot.parts]
    if not names:
        st.html('<p class="lg-none">○ 还没有读到任何数据集。</p>')
        return
    with st.container(key="lg-rows-pick", horizontal=True, vertical_alignment="bottom"):
        # what the indicator that is looked at first rests on
        first = view.plan.indicator(default_indicator(view.current)).indicator.datasets[0]
        dataset = st.selectbox("数据集", names, index=names.index(first) if first in names else 0,
                               key="rows-dataset", width=220,
                               format_func=view.plan.definitions.title)
        step = st.segmented_control("间隔", [_DAYS, _WEEKS], key="rows-step", default=_DAYS,
                                    required=True)
    drawn = _figure(view.current.snapshot.id, dataset, step == _WEEKS, height, view)
    chart.show(drawn, "rows-chart", f"{view.plan.definitions.title(dataset)}{step}行数柱状图")


def by_week(days: tuple[DayCount, ...]) -> dict[date, int]:
    """Rows by the Monday of their week."""
    weeks: Counter[date] = Counter()
    for one in days:
        weeks[one.day - timedelta(days=one.day.weekday())] += one.rows
    return dict(weeks)


@cached(64)
def _figure(snapshot: str, dataset: str, weekly: bool, height: int, _view: View) -> Drawn:
    read = _view.current.snapshot
    days = rows_per_day(read.parts[dataset].data.cells, _view.plan.definitions.first_event(dataset))
    first = read.read_at.date() - timedelta(days=_RECENT)
    bars = (
        by_week(days)
        if weekly
        else {day.day: day.rows for day in days if first <= day.day <= read.read_at.date()}
    )
    drawn = chart.figure(height, bargap=0.2)
    text = "%{x|%Y-%m-%d} 起一周" if weekly else "%{x|%Y-%m-%d}"
    drawn.add_bar(x=list(bars), y=list(bars.values()), marker={"color": LINE},
                  hovertemplate=f"{text}<br>%{{y:,}} 行<extra></extra>")
    if not bars:
        drawn.add_annotation(x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False,
                             font={"color": MUTED}, text="○ 还没有记录" if weekly
                             else f"○ 近 {_RECENT} 天没有记录，可改看“全部按周”")
        drawn.update_layout(xaxis={"visible": False}, yaxis={"visible": False})
        return drawn
    drawn.update_xaxes(**{**chart.GRID, "gridcolor": "rgba(0,0,0,0)"}, tickformat="%Y-%m" if weekly
                       else "%m-%d", tickangle=0)
    drawn.update_yaxes(**chart.GRID, tickformat=",d", rangemode="tozero", nticks=5)
    return drawn
