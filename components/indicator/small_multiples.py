"""The chosen indicator in every division, each a small chart on one common scale."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from components.look import HAIRLINE, LINE, MUTED, line_mark, svg
from components.shell import View
from components.shell.cache import cached
from kpi.definitions import Judged
from kpi.scorecard import Point, parted, path
from kpi.sentences import sentence
from kpi.vocabulary import Division
from kpi.wording import LIGHT_COLOURS, wording

_WIDTH, _HEIGHT, _STEP = 200.0, 76.0, 7  # days between drawn points: a small chart shows no more


# the drawing is stretched to its cell, its strokes are not
_FINE = 'fill="none" vector-effect="non-scaling-stroke"'


def show(view: View) -> None:
    """One cell per division: shares as they are, counts with a target as completion of it, others
    as they are.
    """
    st.html(_drawn(view.key, view.card.as_of.isoformat(), view.selection.rollup.value,
                   view.item.code, view.selection.division or "", view))


def scale_note(view: View) -> str:
    """What the common scale is, for the heading."""
    if view.item.indicator.is_share:
        return "纵轴相同；虚线为目标" if view.item.indicator.judged == Judged.FLOOR else "纵轴相同；虚线为应达"
    return "纵轴相同，为完成本单位目标的比例；虚线为应达" if view.item.is_core else f"纵轴相同，单位：{view.item.indicator.unit}"


@cached(64)
def _drawn(key: str, as_of: str, rollup: str, indicator: str, chosen: str, _view: View) -> str:
    walked = {member: _walk(_view, member) for member in _view.members}
    goal, due = _goal(_view), _due(_view)
    top = (
        max(
            [
                point.value
                for points in walked.values()
                for point in points
                if point.value is not None
            ]
            + [goal or 0.0]
        )
        or 1.0
    )
    cells = "".join(_cell(_view, member, points, due, top * 1.05)
                    for member, points in walked.items())
    return f'<div class="lg-multiples">{cells}</div>'


def _walk(view: View, member: Division) -> list[Point]:
    """Weekly points and the last day, of counts with a target as completion."""
    walked = path(view.figures, view.item.code, member, view.card.as_of)
    points = list(parted((*walked.actual[::_STEP], *walked.actual[-1:]), view.item.indicator))
    if view.item.indicator.is_share or not view.item.is_core:
        return points
    target = walked.target
    return [Point(point.day, None if point.value is None or not target else point.value / target)
            for point in points]


def _goal(view: View) -> float | None:
    if view.item.target is None:
        return None
    return view.item.target if view.item.indicator.is_share else 1.0


def _due(view: View) -> list[Point]:
    """The expected line, in the units the cells are drawn in."""
    if view.item.target is None:
        return []
    expected = path(view.figures, view.item.code, view.geography.city, view.card.as_of).expected
    scale = 1.0 if view.item.indicator.is_share else view.item.target
    return [Point(point.day, (point.value or 0.0) / scale) for point in expected]


def _cell(view: View, member: Division, points: list[Point], due: list[Point], top: float) -> str:
    line, item = view.card.line(view.item.code, member), view.item
    value = (wording.percent(line.completion, 1.0) if item.is_core and not item.indicator.is_share
             else wording.figure(line.value, item.indicator.unit, line.target, line.comparator))
    here = " lg-here" if member.code == view.selection.division else ""
    text = sentence(line, item, member.name)
    return (
        f'<figure class="lg-multiple{here}" title="{escape(text)}"><figcaption><b>{escape(member.short_name)}</b>'
        f"{line_mark(line)}<span>{value}</span></figcaption>"
        f"{_svg(view, points, due, top, LIGHT_COLOURS[line.light], text)}</figure>"
    )


def _svg(view: View, points: list[Point], due: list[Point], top: float, colour: str,
         text: str) -> str:
    window = view.plan.window

    def across(point: Point) -> float:
        return _WIDTH * (point.day - window.start).days / max(window.days - 1, 1)

    def up(value: float) -> float:
        return _HEIGHT - _HEIGHT * value / top

    lines = "".join(f'<polyline points="{run}" stroke="{LINE}" stroke-width="2" {_FINE}/>'
                    for run in _runs(points, across, up))
    wanted = "".join(f'<polyline points="{run}" stroke="{MUTED}" stroke-dasharray="2 3" {_FINE}/>'
                     for run in _runs(due, across, up))
    last = next((point for point in reversed(points) if point.value is not None), None)
    # a dot would be squeezed with the stretched drawing, a stroke of no length is not
    dot = (
        ""
        if last is None or last.value is None
        else (
            f'<path stroke="{colour}" stroke-width="8" stroke-linecap="round" {_FINE} d="M{across(last):.1f} {up(last.value):.1f}h0.01"/>'
        )
    )
    base = f'<line x1="0" y1="{_HEIGHT:g}" x2="{_WIDTH:g}" y2="{_HEIGHT:g}" stroke="{HAIRLINE}" {_FINE}/>'
    return svg.image(_WIDTH, _HEIGHT, f"{base}{wanted}{lines}{dot}", text, "lg-multiple-line",
                     stretch=True)


def _runs(points: list[Point], across: Callable[[Point], float],
          up: Callable[[float], float]) -> list[str]:
    """Unbroken runs of known points as polylines; a gap stays a gap."""
    runs: list[list[str]] = [[]]
    for point in points:
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{across(point):.1f},{up(point.value):.1f}")
    return [" ".join(run) for run in runs if len(run) > 1]
