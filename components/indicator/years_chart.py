"""A rate that begins anew each January: its years laid over each other from January to December, so
that what is compared is the same day of the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from components.indicator import curve_flags, forecast_band, odd_marks, pace_chart
from components.look import LINE, PHONE, SPARK, Drawn, chart, width_here
from components.shell import View
from components.shell.cache import cached
from kpi.plan import IndicatorPlan
from kpi.scorecard import Path, Point, by_year, path
from kpi.wording import wording

_YEAR = 2000  # a leap year to draw all years in; no reader sees it
_LABEL = 17  # pixels from one label to the next
_WIDE = timedelta(days=75)  # what a label covers of the year
_BESIDE = 12  # the month in which a line's label has its place beside the plot


def fits(view: View) -> bool:
    """Whether the chosen indicator begins anew each year."""
    return view.item.indicator.starts_each_year


def drawn_words(view: View) -> str:
    """What the lines are, for the heading."""
    band = "，阴影为预测区间" if _ahead(view) else ""
    return f"各年叠放：粗线为本年，细线为往年，横线为目标{band}"


def across(view: View) -> curve_flags.Across:
    """Where flags lie: those of the year that is looked at; other years' have no place."""
    year = view.card.as_of.year
    return lambda day: _in_year(day) if day.year == year else None


def show(view: View, height: int) -> None:
    """The years of the chosen indicator, of the chosen division or the city, with the flags of this
    year and the days out of line of all.
    """
    chosen, held = view.selection, curve_flags.meetings(view)
    drawn = years_figure(view.key, view.card.as_of.isoformat(), chosen.rollup.value,
                         chosen.indicator, chosen.division, height, held, 1 if width_here() > PHONE else 3, view)
    chart.show(drawn, "pace-chart", f"{view.item.name}：{view.place.name}各年同期对比折线图")
    curve_flags.key(view, held, across(view))


@cached(128)
def years_figure(key: str, as_of: str, rollup: str, indicator: str, division: str | None,
                 height: int, meetings: tuple[date, ...], months: int, _view: View) -> Drawn:
    """A line a year on one axis from January to December, and the target. `months`: from one tick to
    the next.
    """
    item, place, now = _view.item, _view.place, _view.card.as_of
    walked, line = path(_view.figures, indicator, place, now), _view.card.line(indicator, place)
    drawn = chart.figure(height, hovermode="x unified")
    pace_chart.add_changes(drawn, walked, item, across(_view))
    if _ahead(_view):
        forecast_band.add(drawn, line, item.indicator.unit, _in_year(now),
                          _in_year(_view.plan.window.deadline))
    top = pace_chart.ceiling(walked, forecast_band.top(line) if _ahead(_view) else 0.0)
    if not any(point.value is not None for point in walked.actual):
        pace_chart.add_nothing(drawn)
    _add_years(drawn, walked, now.year)
    _add_ends(drawn, _ends(walked, item, now.year), height / top)
    curve_flags.add(drawn, walked, meetings, _view, across(_view))
    odd_marks.add(drawn, walked, _view, _in_year)
    drawn.update_xaxes(**chart.GRID, range=[date(_YEAR, 1, 1), date(_YEAR, 12, 31)], tickangle=0,
                       dtick=f"M{months}", tickformat="%-m月", hoverformat="%m-%d")
    drawn.update_yaxes(**chart.GRID, range=[0, top], tickformat=".0%", nticks=6)
    drawn.update_layout(margin={"l": 8, "r": 112, "t": 16, "b": 8})
    return drawn


def _add_years(drawn: Drawn, walked: Path, now: int) -> None:
    for points in by_year(walked.actual):
        year = points[0].day.year
        laid = chart.curve(Point(_in_year(point.day), point.value) for point in points)
        drawn.add_scatter(**laid, mode="lines", name=f"{year}年", connectgaps=False,
                          hovertemplate=f"{year}年 %{{y:.1%}}<extra></extra>",
                          line={"color": LINE, "width": 3} if year == now
                          else {"color": SPARK, "width": 1.3})
    if walked.target is not None:
        drawn.add_hline(y=walked.target, line={"color": LINE, "width": 1.5})


@dataclass(frozen=True)
class _End:
    """Where a line ends and what is written there; `over`: above it, where no other line runs on."""

    at: date
    value: float
    text: str
    over: bool = False


def _ends(walked: Path, item: IndicatorPlan, now: int) -> list[_End]:
    """Of each year's line with a value, and of the target's."""
    unit, ends = item.indicator.unit, []
    values = {point.day: point.value for point in walked.actual}
    for points in by_year(walked.actual):
        last = next((point for point in reversed(points) if point.value is not None), None)
        if last is None or last.value is None:
            continue
        this = last.day.year == now
        value = wording.figure(last.value, unit, walked.target if this else None, item.comparator)
        text = f"{last.day.year}年 {value}"
        at = _in_year(last.day)
        others = [value for day, value in values.items() if value is not None
                  and day.year != last.day.year and at <= _in_year(day) <= at + _WIDE]
        ends.append(_End(at, last.value, f"<b>{text}</b>" if this else text,
                         over=all(other <= last.value for other in others)))
    if walked.target is not None:
        words = wording.target_words(walked.target, unit, item.comparator)
        ends.append(_End(date(_YEAR, 12, 31), walked.target, f"目标{words}"))
    return ends


def _add_ends(drawn: Drawn, ends: list[_End], scale: float) -> None:
    """The labels: beside the plot where a line reaches its right end, else by the end of the line.
    `scale`: pixels of one unit up the axis.
    """
    beside = sorted((end for end in ends if end.at.month == _BESIDE), key=lambda end: end.value)
    reached = float("-inf")
    for end in beside:
        # from the lowest on each as high as it must be not to lie on the one below
        reached = max(end.value * scale, reached + _LABEL)
        drawn.add_annotation(x=end.at, y=end.value, text=end.text, showarrow=False, xanchor="left",
                             xshift=6, yshift=reached - end.value * scale, font={"color": LINE})
    for end in ends:
        if end not in beside:
            drawn.add_annotation(x=end.at, y=end.value, text=end.text, showarrow=False,
                                 xanchor="left", yanchor="bottom" if end.over else "top",
                                 yshift=5 if end.over else -6, font={"color": LINE})


def _ahead(view: View) -> bool:
    """Whether there is a forecast to draw that does not reach into another year."""
    return (not view.card.final and view.plan.window.deadline.year == view.card.as_of.year
            and forecast_band.drawable(view.card.line(view.item.code, view.place)))


def _in_year(day: date) -> date:
    return day.replace(year=_YEAR)
