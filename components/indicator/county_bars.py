"""One indicator across divisions: a bar each, from zero, with the target and the expected line."""

from __future__ import annotations

from components.look import LINE, MUTED, Drawn, chart
from components.shell import View
from components.shell.cache import cached
from kpi.definitions import Judged
from kpi.judging import ScorecardLine, due_share
from kpi.plan import IndicatorPlan
from kpi.sentences import sentence
from kpi.sentences.standing import standing
from kpi.vocabulary import Division
from kpi.wording import LIGHT_COLOURS, LIGHT_SHAPES, wording

_ROW, _FRAME = 30, 62
_MANY = 8  # units from which on their names are smaller, so that none is left out
_WIDEST = 0.62  # of a row; less when few divisions share the height
_NARROW = 0.1  # of what is due: left of it there is no room for its label


def show(view: View, height: int | None = None) -> str | None:
    """The bars of the chosen indicator and roll-up; gives the code of the unit whose bar was
    clicked.
    """
    chosen = view.selection
    drawn = bars(view.key, view.card.as_of.isoformat(), chosen.rollup.value, chosen.indicator,
                 height, view)
    clicked = chart.show_to_choose(drawn, "county-bars", f"{view.item.name}：各单位完成情况条形图")
    return next((member.code for member in view.members if member.short_name == clicked), None)


@cached(128)
def bars(key: str, as_of: str, rollup: str, indicator: str, height: int | None,
         _view: View) -> Drawn:
    """Shares are drawn as they are, counts as completion of the division's own target; without
    target as they are.
    """
    item = _view.item
    lines = [(division, _view.card.line(indicator, division)) for division in _view.members]
    lines.sort(key=lambda pair: (_length(pair[1], item) is None, -(_length(pair[1], item) or 0.0)))
    drawn = chart.figure(height or _ROW * len(lines) + _FRAME)
    longest = max((_length(line, item) or 0.0 for _, line in lines), default=0.0)
    _add_bars(drawn, item, lines)
    marks = _marks(_view, item)
    for at, text, dash in marks:
        _add_line(drawn, at, text, dash)
    percent = item.indicator.is_share or item.is_core
    reach = max([longest, *(at for at, _, _ in marks)]) or 1.0
    drawn.update_xaxes(**chart.GRID, range=[0, reach * 1.06], tickformat=".0%" if percent else ",d",
                       nticks=4, tickangle=0)
    drawn.update_yaxes(autorange="reversed", showgrid=False, dtick=1, fixedrange=True,
                       tickfont={"size": 13 if len(lines) < _MANY else 12}, automargin=True,
                       ticklabelstandoff=6)
    drawn.update_layout(margin={"l": 8, "r": 190, "t": 26, "b": 8})
    return drawn


def _length(line: ScorecardLine, item: IndicatorPlan) -> float | None:
    return line.value if item.indicator.is_share or not item.is_core else line.completion


def _add_bars(drawn: Drawn, item: IndicatorPlan,
              lines: list[tuple[Division, ScorecardLine]]) -> None:
    drawn.add_bar(orientation="h", y=[division.short_name for division, _ in lines],
                  x=[_length(line, item) for _, line in lines],
                  marker={"color": [LIGHT_COLOURS[line.light] for _, line in lines]},
                  width=min(_WIDEST, 0.15 * len(lines)),
                  hovertext=[sentence(line, item, division.name) for division, line in lines],
                  hoverinfo="text")
    for division, line in lines:
        # beside the plot and not at the bar's end, where the target line would cross the figures
        drawn.add_annotation(x=1, xref="paper", y=division.short_name, text=_text(line, item),
                             showarrow=False, xanchor="left", xshift=10, align="left",
                             font={"size": 13})


def _text(line: ScorecardLine, item: IndicatorPlan) -> str:
    unit = item.indicator.unit
    value = wording.figure(line.value, unit, line.target, line.comparator)
    if line.value is None:
        return f"{LIGHT_SHAPES[line.light]} {standing(line, item)}"
    shape = f'<span style="color:{LIGHT_COLOURS[line.light]}">{LIGHT_SHAPES[line.light]}</span>'
    if line.completion is None or item.indicator.is_share:
        extra = (
            ""
            if line.denominator is None
            else f"{wording.count(line.numerator)}/{wording.count(line.denominator)}"
        )
        return f"{shape} <b>{value}</b>  {extra}"
    return (f"{shape} <b>{wording.percent(line.completion, 1.0)}</b>  "
            f"{wording.count(line.value)}/{wording.count(line.target)}{unit}")


def _marks(view: View, item: IndicatorPlan) -> list[tuple[float, str, str]]:
    """Vertical lines as (position, label, dash): the target, and for paced indicators what is
    expected by now.
    """
    if item.target is None:
        return []
    goal = item.target if item.indicator.is_share else 1.0
    target = (goal, f"目标 {goal * 100:g}%", "solid")
    if item.indicator.judged == Judged.FLOOR:
        return [target]
    expected = goal * due_share(view.plan, item, view.card.as_of)
    return [(expected, f"应达 {wording.percent(expected)}", "dot"), target]


def _add_line(drawn: Drawn, at: float, text: str, dash: str) -> None:
    drawn.add_vline(x=at, line={"color": LINE, "width": 1.5, "dash": dash})
    drawn.add_annotation(x=at, y=1, yref="paper", yanchor="bottom", showarrow=False, text=text,
                         font={"size": 12, "color": MUTED}, xanchor="right"
                         if dash == "dot" and at >= _NARROW else "left")
