"""An item's figure since it was raised, with what people recorded drawn on it."""

from __future__ import annotations

from datetime import date, timedelta

import plotly.graph_objects as go

from components.look import chart
from components.look.theme import INK, LINE, MUTED
from components.meeting.ledger import Book
from kpi.follow_ups.follow_up_data import Standing
from kpi.follow_ups.follow_up_words import expectation, place
from kpi.plan.plan import IndicatorPlan
from kpi.scorecard.trend import path
from kpi.vocabulary.division import Division

_BEFORE = timedelta(days=30)


def show(book: Book, one: Standing) -> None:
    """The curve; nothing for an item without an indicator or without figures."""
    item, view = one.item, book.view
    where, plan = place(item, view.geography), next((p for p in view.plan.indicators if p.code == item.indicator), None)
    if where is None or plan is None or view.figures.series.get(plan.code) is None:
        return
    chart.show(_drawn(book, one, plan, where), f"fu-curve-{item.number}", f"{plan.name}：{where.name}自立项前一个月以来的走势与办理记录")


def _drawn(book: Book, one: Standing, plan: IndicatorPlan, where: Division) -> go.Figure:
    series = book.view.figures.series[plan.code]
    assert series is not None
    first, last = max(one.case.events[0].day - _BEFORE, series.axis.first), min(book.view.selection.as_of, series.axis.last)
    values = series.values(where)[series.axis.position(first):series.axis.position(last) + 1]
    days = [first + timedelta(days=number) for number in range(len(values))]
    drawn = chart.figure(250)
    drawn.add_scatter(x=days, y=values, mode="lines", line={"color": LINE, "width": 2.5}, name="实际",
                      hovertemplate="%{x}：%{y}<extra></extra>")
    _wanted(drawn, book, one, plan, where, (first, last))
    _entries(drawn, one, dict(zip(days, values, strict=True)))
    drawn.add_vline(x=one.status.due, line={"color": MUTED, "width": 1, "dash": "dash"})
    drawn.add_annotation(x=one.status.due, y=1, yref="paper", yanchor="bottom", text=f"期限 {one.status.due:%m-%d}",
                         showarrow=False, font={"size": 12, "color": MUTED})
    drawn.update_xaxes(**chart.GRID, tickformat="%Y-%m", hoverformat="%Y-%m-%d", range=[first, max(last, one.status.due)
                                                                                     + timedelta(days=5)])
    drawn.update_yaxes(**chart.GRID, tickformat=".1%" if plan.indicator.is_share else ",d", nticks=5)
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 26, "b": 8}, paper_bgcolor="rgba(0,0,0,0)")
    return drawn


def _wanted(drawn: go.Figure, book: Book, one: Standing, plan: IndicatorPlan, where: Division,
            span: tuple[date, date]) -> None:
    """The expected value as a line; where the light decides, the expected path."""
    if one.item.expected is not None:
        drawn.add_hline(y=one.item.expected, line={"color": INK, "width": 1.5, "dash": "dot"})
        drawn.add_annotation(x=0, xref="paper", y=one.item.expected, xanchor="left", yanchor="bottom", showarrow=False,
                             text=f"要求{expectation(one.item, book.view.plan)}", font={"size": 12, "color": INK})
        return
    points = [point for point in path(book.view.figures, plan.code, where, book.view.card.as_of).expected
              if span[0] <= point.day <= span[1]]
    drawn.add_scatter(x=[point.day for point in points], y=[point.value for point in points], mode="lines", name="应达",
                      hoverinfo="skip", line={"color": INK, "width": 1.5, "dash": "dot"})


def _entries(drawn: go.Figure, one: Standing, values: dict[date, float]) -> None:
    steps = [step for step in one.status.steps if step.day in values]
    drawn.add_scatter(
        x=[step.day for step in steps], y=[values[step.day] for step in steps], mode="markers", name="办理记录",
        marker={"size": 10, "color": ["#ffffff" if step.by_data else INK for step in steps],
                "line": {"width": 2, "color": INK}, "symbol": ["diamond" if step.by_data else "circle" for step in steps]},
        hovertext=[f"{step.day.isoformat()} {step.what}" for step in steps], hoverinfo="text")
