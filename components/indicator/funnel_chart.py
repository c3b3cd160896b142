"""Units beside the city by their number of cases: inside the funnel a difference can be chance,
outside it is hardly that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from components.look import LINE, MUTED, SPARK, Drawn, chart
from components.shell import View
from components.shell.cache import cached
from kpi.judging import FunnelLimits, ScorecardLine, funnel
from kpi.vocabulary import Division
from kpi.wording import LIGHT_COLOURS, LIGHT_SHAPES, wording

_STEPS = 60
# pixels: what a plot has at least on a phone, what its axis takes, a point, a Chinese letter
_WIDTH, _AXIS, _POINT, _LETTER = 260, 60, 11, 13
_SIDES = {"top center": (0, -1), "bottom center": (0, 1), "middle right": (1, 0),
          "middle left": (-1, 0)}
_SYMBOLS = {"▲": "triangle-up", "■": "square", "○": "circle-open"}


@dataclass(frozen=True)
class Placed:
    """One unit against the limits for its number of cases."""

    division: Division
    line: ScorecardLine
    limits: FunnelLimits

    @property
    def words(self) -> str:
        """“高于全市、难以用偶然解释” and the like."""
        assert self.line.value is not None
        if not self.limits.outside(self.line.value):
            return "与全市的差别在偶然波动范围内"
        return f"{'高于' if self.line.value > self.limits.high else '低于'}全市，难以用偶然解释"


def placed(view: View) -> tuple[Placed, ...]:
    """The chosen indicator's units with cases; empty when it is no share of cases or the city has
    none.
    """
    city = view.card.city_line(view.item.code)
    if city.interval is None or city.value is None:
        return ()
    lines = ((member, view.card.line(view.item.code, member)) for member in view.members)
    return tuple(Placed(member, line, limits) for member, line in lines if line.value is not None
                 and line.denominator
                 and (limits := funnel(city.value, line.denominator)) is not None)


def show(view: View, height: int) -> None:
    """The funnel, and below it the units outside in words."""
    points = placed(view)
    drawn = _figure(view.key, view.card.as_of.isoformat(), view.selection.rollup.value,
                    view.item.code, height, view)
    outside = [one for one in points if one.limits.outside(one.line.value or 0.0)]
    text = (
        "；".join(f"{one.division.short_name}{one.words}" for one in outside)
        or "各单位与全市的差别都在偶然波动范围内"
    )
    chart.show(drawn, "funnel-chart", f"{view.item.name}：各单位按案件数与全市比较的漏斗图，{text}")
    city = wording.percent(view.card.city_line(view.item.code).value)
    st.html(f'<p class="lg-none">实线为全市 {city}；{escape(text)}。</p>')


@cached(64)
def _figure(key: str, as_of: str, rollup: str, indicator: str, height: int, _view: View) -> Drawn:
    points_by_size, mean = (
        sorted(placed(_view), key=lambda one: one.line.denominator or 0.0),
        _view.card.city_line(indicator).value or 0.0,
    )
    most = (points_by_size[-1].line.denominator or 0.0) * 1.15
    cases = [most * (step + 1) / _STEPS for step in range(_STEPS)]
    limits = [limit for number in cases if (limit := funnel(mean, number)) is not None]
    drawn = chart.figure(height)
    for bound in ([limit.low for limit in limits], [limit.high for limit in limits]):
        drawn.add_scatter(x=cases, y=bound, mode="lines",
                          line={"color": SPARK, "width": 1.2, "dash": "dot"}, hoverinfo="skip")
    drawn.add_hline(y=mean, line={"color": LINE, "width": 1.5})
    reach = _reach(points_by_size)
    _add_units(drawn, points_by_size, _named(points_by_size, most, reach[1] - reach[0], height))
    drawn.update_xaxes(**chart.GRID, range=[0, most], tickformat=",d", nticks=6,
                       title={"text": _view.item.indicator.denominator,
                              "font": {"size": 12, "color": MUTED}})
    drawn.update_yaxes(**chart.GRID, tickformat=".0%", nticks=5, range=reach)
    return drawn


def _add_units(drawn: Drawn, points: Sequence[Placed], named: Mapping[str, str]) -> None:
    """A point each; those in `named` carry their name on that side, the others tell it on hover and
    in the bars beside.
    """
    drawn.add_scatter(
        x=[one.line.denominator for one in points],
        y=[one.line.value for one in points],
        mode="markers+text",
        text=[one.division.short_name if one.division.code in named else "" for one in points],
        textfont={"size": 12.5},
        textposition=[named.get(one.division.code, "top center") for one in points],
        marker={
            "size": 11,
            "color": [LIGHT_COLOURS[one.line.light] for one in points],
            "symbol": [_SYMBOLS.get(LIGHT_SHAPES[one.line.light], "circle") for one in points],
        },
        cliponaxis=False,
        hovertext=[
            f"<b>{one.division.name}</b> {wording.percent(one.line.value)}（{wording.count(one.line.numerator)}/"
            f"{wording.count(one.line.denominator)}）<br>{one.words}"
            for one in points
        ],
        hoverinfo="text",
    )


def _named(placements: Sequence[Placed], wide: float, high: float, height: int) -> dict[str, str]:
    """Division code → the side its name goes to, for as many as find room; units outside the limits
    choose first.
    """
    first = sorted(placements, key=lambda one: not one.limits.outside(one.line.value or 0.0))
    points = {one.division.code: ((one.line.denominator or 0.0) / wide * _WIDTH,
                                  -(one.line.value or 0.0) / high * (height - _AXIS))
              for one in placements}
    boxes = [_box(at, 0, 0, _POINT, _POINT) for at in points.values()]
    sides: dict[str, str] = {}
    for one in first:
        width = len(one.division.short_name) * _LETTER
        for side, (right, down) in _SIDES.items():
            box = _box(points[one.division.code], right * (width / 2 + _POINT),
                       down * _LETTER * 1.2, width, _LETTER * 1.3)
            if box[0] > 0 and box[1] < _WIDTH and not any(_meet(box, other) for other in boxes):
                boxes.append(box)
                sides[one.division.code] = side
                break
    return sides


def _box(at: tuple[float, float], right: float, down: float, width: float,
         height: float) -> tuple[float, float, float, float]:
    x, y = at[0] + right, at[1] + down
    return x - width / 2, x + width / 2, y - height / 2, y + height / 2


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def _reach(points: Sequence[Placed]) -> list[float]:
    """The part of the scale that holds every unit and its limits, with room for the names."""
    ends = [end for one in points for end in (one.line.value or 0.0, one.limits.low,
                                              one.limits.high)]
    room = max(0.15 * (max(ends) - min(ends)), 0.01)
    return [max(min(ends) - room, -0.02), min(max(ends) + room, 1.04)]
