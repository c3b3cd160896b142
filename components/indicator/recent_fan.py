"""The last ninety days and what is ahead, in a scale of their own: over the whole plan both are too
small to be read.
"""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from components.indicator import forecast_band
from components.indicator.chosen_path import chosen_path
from components.look import LINE, Drawn, chart
from components.shell import View, cached_per_view
from kpi.scorecard import Path, Point, parted
from kpi.wording import LIGHT_COLOURS

DAYS = 90
_ROOM = 0.08  # of the drawn range, above and below


def show(view: View, height: int = 190) -> None:
    """The chart with its heading; nothing once the plan has ended or where nothing was counted."""
    if view.card.final or not _shown(chosen_path(view), view.card.as_of):
        return
    band = "，阴影为预测区间" if forecast_band.drawable(
        view.card.line(view.item.code, view.place)) else ""
    st.html('<p class="lg-recent">近 90 天和今后'
            f"<span>纵轴不从 0 起；横线为目标{band}</span></p>")
    chart.show(_figure(view, height), "recent-fan", f"{view.item.name}：{view.place.name}近90天和预测")


def _shown(walked: Path, as_of: date) -> list[tuple[date, float]]:
    return [(point.day, point.value) for point in walked.actual
            if point.value is not None and point.day > as_of - timedelta(days=DAYS)]


@cached_per_view(128)
def _figure(view: View, height: int) -> Drawn:
    item, day, deadline = view.item, view.card.as_of, view.plan.window.deadline
    walked, line = chosen_path(view), view.card.line(item.code, view.place)
    drawn = chart.figure(height, hovermode="x unified")
    forecast_band.add(drawn, line, item.indicator.unit, day, deadline)
    shown = _shown(walked, day)
    joined = parted((Point(one, value) for one, value in shown), item.indicator)
    drawn.add_scatter(x=[point.day for point in joined], y=[point.value for point in joined],
                      mode="lines", name="实际",
                      line={"color": LINE, "width": 2.5},
                      hovertemplate="实际 %{y}<extra></extra>")
    drawn.add_scatter(x=[shown[-1][0]], y=[shown[-1][1]], mode="markers", hoverinfo="skip",
                      marker={"color": LIGHT_COLOURS[line.light], "size": 9})
    values = [value for _, value in shown]
    if walked.target is not None:
        drawn.add_hline(y=walked.target, line={"color": LINE, "width": 1.5})
        values.append(walked.target)
    if line.forecast is not None and forecast_band.drawable(line):
        values += [value for value in (line.forecast.p10, line.forecast.p90) if value is not None]
    low, high = min(values), max(values)
    room = (high - low) * _ROOM or abs(high) * _ROOM or 1.0
    percent = item.indicator.is_share
    drawn.update_yaxes(**chart.GRID, range=[max(low - room, 0.0), high + room], nticks=5,
                       tickformat=".0%" if percent and high - low > 0.04 else
                       ".1%" if percent else ",d")
    # with a plan's end far away as much of it as of the past
    drawn.update_xaxes(**chart.GRID, tickformat="%m-%d", tickangle=0, nticks=6,
                       hoverformat="%Y-%m-%d", range=[day - timedelta(days=DAYS), min(
                           deadline, day + timedelta(days=DAYS))])
    drawn.update_layout(margin={"l": 8, "r": 14, "t": 8, "b": 8})
    return drawn
