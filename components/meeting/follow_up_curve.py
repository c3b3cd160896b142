"""An item's figure since it was raised, with what people recorded drawn on it."""

from __future__ import annotations

from datetime import date, timedelta

from components.look import INK, LINE, MUTED, Drawn, chart
from components.meeting.ledger import Book
from kpi.follow_ups import Standing, expectation, place
from kpi.plan import IndicatorPlan
from kpi.scorecard import Point, parted, path
from kpi.vocabulary import Division

_BEFORE = timedelta(days=30)


def show(book: Book, standing: Standing) -> None:
    """The curve; nothing for an item without an indicator or without figures."""
    item, view = standing.item, book.view
    where, plan = place(item, view.geography), next((p for p in view.plan.indicators
                                                     if p.code == item.indicator), None)
    if where is None or plan is None or view.figures.series.get(plan.code) is None:
        return
    chart.show(_drawn(book, standing, plan, where), f"fu-curve-{item.number}",
               f"{plan.name}：{where.name}自立项前一个月以来的走势与办理记录")


def _drawn(book: Book, standing: Standing, plan: IndicatorPlan, where: Division) -> Drawn:
    series = book.view.figures.series[plan.code]
    assert series is not None
    first, last = max(standing.case.events[0].day - _BEFORE, series.axis.first), min(
        book.view.selection.as_of, series.axis.last)
    values = series.values(where)[series.axis.position(first):series.axis.position(last) + 1]
    days = [first + timedelta(days=number) for number in range(len(values))]
    drawn = chart.figure(250)
    joined = parted(map(Point, days, values.tolist()), plan.indicator)
    drawn.add_scatter(**chart.curve(joined), mode="lines", line={"color": LINE, "width": 2.5}, name="实际",
                      hovertemplate="%{x}：%{y}<extra></extra>")
    _wanted(drawn, book, standing, plan, where, (first, last))
    _entries(drawn, standing, dict(zip(days, values, strict=True)))
    drawn.add_vline(x=standing.status.due, line={"color": MUTED, "width": 1, "dash": "dash"})
    drawn.add_annotation(x=standing.status.due, y=1, yref="paper", yanchor="bottom",
                         text=f"期限 {standing.status.due:%m-%d}", showarrow=False,
                         font={"size": 12, "color": MUTED})
    drawn.update_xaxes(**chart.GRID, tickformat="%Y-%m", hoverformat="%Y-%m-%d",
                       range=[first, max(last, standing.status.due) + timedelta(days=5)])
    drawn.update_yaxes(**chart.GRID, tickformat=".1%" if plan.indicator.is_share else ",d",
                       nticks=5)
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 26, "b": 8}, paper_bgcolor="rgba(0,0,0,0)")
    return drawn


def _wanted(drawn: Drawn, book: Book, standing: Standing, plan: IndicatorPlan, where: Division,
            span: tuple[date, date]) -> None:
    """The expected value as a line; where the light decides, the expected path."""
    if standing.item.expected is not None:
        drawn.add_hline(y=standing.item.expected, line={"color": INK, "width": 1.5, "dash": "dot"})
        drawn.add_annotation(x=0, xref="paper", y=standing.item.expected, xanchor="left",
                             yanchor="bottom", showarrow=False,
                             text=f"要求{expectation(standing.item, book.view.plan)}",
                             font={"size": 12, "color": INK})
        return
    points = [point for point in path(book.view.figures, plan.code, where,
                                      book.view.card.as_of).expected
              if span[0] <= point.day <= span[1]]
    drawn.add_scatter(x=[point.day for point in points], y=[point.value for point in points],
                      mode="lines", name="应达", hoverinfo="skip",
                      line={"color": INK, "width": 1.5, "dash": "dot"})


def _entries(drawn: Drawn, standing: Standing, values: dict[date, float]) -> None:
    steps = [step for step in standing.status.steps if step.day in values]
    drawn.add_scatter(x=[step.day for step in steps], y=[values[step.day] for step in steps],
                      mode="markers", name="办理记录",
                      marker={"size": 10, "color": ["#ffffff" if step.by_data else INK
                                                    for step in steps],
                              "line": {"width": 2, "color": INK},
                              "symbol": ["diamond" if step.by_data else "circle"
                                         for step in steps]},
                      hovertext=[f"{step.day.isoformat()} {step.what}" for step in steps],
                      hoverinfo="text")
