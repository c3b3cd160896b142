"""One indicator over time: what was reached, what was expected, and the target."""

from __future__ import annotations

from datetime import date

from components.indicator import curve_flags, forecast_band, odd_marks
from components.indicator.chosen_path import chosen_path
from components.look import CARD, LINE, MUTED, Drawn, chart
from components.shell import View
from components.shell.cache import cached
from kpi.plan import IndicatorPlan
from kpi.scorecard import Path, parted
from kpi.sentences.plan_changes import target_change_words
from kpi.vocabulary import Division
from kpi.wording import LIGHT_COLOURS, wording

_LATE = 0.8  # of the window
_LOW = 0.1  # of the target: below, there is no room under the point


def drawn_words(view: View) -> str:
    """What the lines of the chart are, for the heading over it."""
    ahead = not view.card.final and forecast_band.drawable(view.card.line(view.item.code, view.place))
    band = "，阴影为预测区间" if ahead else ""
    return f"实线为实际，虚线为应达{band}"


def show(view: View, height: int = 260, *, marks: bool = False) -> None:
    """The path of the chosen indicator, of the chosen division or the city; `marks`: with the days
    out of line and what happened on the way.
    """
    chosen = view.selection
    held = curve_flags.meetings(view) if marks else ()
    drawn = pace_figure(view.key, view.card.as_of.isoformat(), chosen.rollup.value,
                        chosen.indicator, chosen.division, height, marks, held, view)
    chart.show(drawn, "pace-chart", f"{view.item.name}：{view.place.name}累计完成与序时进度折线图")
    if marks:
        curve_flags.key(view, held)


@cached(128)
def pace_figure(key: str, as_of: str, rollup: str, indicator: str, division: str | None,
                height: int, marks: bool, meetings: tuple[date, ...], _view: View) -> Drawn:
    """Daily actual values against the expected line and the target, over the whole plan window."""
    item, place, window = _view.item, _view.place, _view.plan.window
    walked = chosen_path(_view)
    drawn = chart.figure(height, hovermode="x unified")
    line = _view.card.line(indicator, place)
    _add_expected(drawn, walked, item)
    add_changes(drawn, walked, item)
    forecast_band.add(drawn, line, item.indicator.unit, _view.card.as_of, window.deadline)
    _add_actual(drawn, walked, item, _view, place)
    if marks:
        curve_flags.add(drawn, walked, meetings, _view)
        odd_marks.add(drawn, walked, _view)
    drawn.update_xaxes(**chart.GRID, range=[window.start, window.deadline], tickformat="%Y-%m",
                       tickangle=0, hoverformat="%Y-%m-%d")
    percent = item.indicator.is_share
    drawn.update_yaxes(**chart.GRID, range=[0, ceiling(walked, forecast_band.top(line))],
                       tickformat=".0%" if percent else ",d", nticks=6)
    drawn.update_layout(margin={"l": 8, "r": 24, "t": 16, "b": 8})
    return drawn


def ceiling(walked: Path, forecast: float) -> float:
    """Top of the axis: room above the highest value, the forecast, and the target's own label."""
    highest = max((point.value for point in walked.actual if point.value is not None), default=0.0)
    asked = max((point.value or 0.0 for point in walked.expected), default=0.0)
    return max(highest, forecast, walked.target or 0.0, asked) * 1.15 or 1.0


def _add_actual(drawn: Drawn, walked: Path, item: IndicatorPlan, view: View,
                place: Division) -> None:
    if not walked.actual:
        add_nothing(drawn)
        return
    colour = LIGHT_COLOURS[view.card.line(item.code, place).light]
    drawn.add_scatter(**chart.curve(parted(walked.actual, item.indicator)), mode="lines", name="实际",
                      line={"color": LINE, "width": 2.5}, connectgaps=False,
                      hovertemplate="实际 %{y}<extra></extra>")
    last = walked.actual[-1]
    if last.value is not None:
        drawn.add_scatter(x=[last.day], y=[last.value], mode="markers",
                          marker={"color": colour, "size": 10}, hoverinfo="skip")
        # near the right end, and where the target line runs, the figure goes to the other side of
        # its point
        late = view.plan.window.elapsed_share(last.day) > _LATE
        low = last.value < _LOW * (walked.target or 0.0)
        above = late or (walked.target is not None and last.value >= walked.target)
        drawn.add_annotation(
            x=last.day,
            y=last.value,
            showarrow=False,
            xanchor="right" if above else "left",
            yanchor="bottom" if above or low else "top",
            xshift=-5 if above else 5,
            yshift=3 if above or low else -4,
            bgcolor="rgba(255,255,255,.8)",
            text=f"<b>{wording.figure(last.value, item.indicator.unit, walked.target, item.comparator)}</b>",
        )


def add_nothing(drawn: Drawn) -> None:
    """The sentence of a chart without a line."""
    drawn.add_annotation(x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, bgcolor=CARD,
                         text="○ 还没有数据，暂无走势", font={"color": MUTED})


def add_changes(drawn: Drawn, walked: Path, item: IndicatorPlan,
                across: curve_flags.Across = curve_flags.along) -> None:
    """A line on each day another version of the plan asked for something else. `across`: where a day
    lies across the chart.
    """
    for change in walked.changes:
        at = across(change.day)
        if at is None:
            continue
        drawn.add_vline(x=at, line={"color": MUTED, "width": 1})
        drawn.add_annotation(x=at, y=0, yref="paper", xanchor="left", yanchor="bottom",
                             showarrow=False, xshift=3, yshift=2, font={"size": 12, "color": MUTED},
                             text=f"{change.day} 起{target_change_words(change, item)}",
                             bgcolor="rgba(255,255,255,.85)")


def _add_expected(drawn: Drawn, walked: Path, item: IndicatorPlan) -> None:
    if walked.target is None:
        return
    days: list[date] = [point.day for point in walked.expected]
    drawn.add_scatter(x=days, y=[point.value for point in walked.expected], mode="lines", name="应达",
                      hoverinfo="skip", line={"color": MUTED, "width": 1.5, "dash": "dot"})
    drawn.add_hline(y=walked.target, line={"color": LINE, "width": 1.5})
    target = wording.target_words(walked.target, item.indicator.unit, item.comparator)
    # at the left, where a figure that has met its target never is
    drawn.add_annotation(x=0, xref="paper", y=walked.target, xanchor="left", yanchor="bottom",
                         showarrow=False, xshift=4, yshift=2, font={"size": 12, "color": MUTED},
                         text=f"目标{target}", bgcolor="rgba(255,255,255,.85)")
