"""Map and path of the wall screen as images: sharp at any size, and the same in every browser."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from components.look import FONT, corners, svg
from components.shell import View
from components.shell.cache import cached
from data_access.outlines import county_outlines
from kpi.counting import Point as Place
from kpi.definitions import Judged
from kpi.judging import Light
from kpi.plan import IndicatorPlan
from kpi.scorecard import Point, by_year, path
from kpi.wording import LIGHT_SHAPES, wording

# the colours of the lights, lighter: at least 4.5:1 on the dark board
WALL_COLOURS = {Light.MET: "#6fb0f5", Light.GREEN: "#43c59e", Light.YELLOW: "#f2ab3f",
                Light.RED: "#ff7590", Light.WATCH: "#a9b8c8", Light.NO_DATA: "#97a4b2",
                Light.STALE: "#97a4b2"}
BOARD, PALE, FAINT = "#0e1824", "#e8eef5", "#8fa0b3"
_SIDE = 1000.0
_WIDE, _HIGH, _STEP = 1000.0, 300.0, 5


def map_image(view: View, item: IndicatorPlan) -> str:
    """The counties by light, with shape and name; nothing for a city without outlines."""
    return _map(view.key, view.card.as_of.isoformat(), item.code, view, item)


def path_image(view: View, item: IndicatorPlan) -> str:
    """The city's path against the expected line, with its ends named."""
    return _path(view.key, view.card.as_of.isoformat(), item.code, view, item)


@cached(64)
def _map(key: str, as_of: str, indicator: str, _view: View, _item: IndicatorPlan) -> str:
    outlines = county_outlines(_view.current.settings, _view.plan, _view.geography)
    if not outlines:
        return ""
    place, wide, high = _projection(corners(outlines.values()))
    shapes, labels, texts = "", "", []
    for county in _view.geography.counties:
        line = _view.card.line(indicator, county)
        colour = WALL_COLOURS[line.light]
        drawn = "".join("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in map(place, ring)) + "Z"
                        for ring in outlines[county.code].rings)
        shapes += (
            f'<path d="{drawn}" fill="{colour}" fill-opacity=".55" stroke="{BOARD}" stroke-width="5" '
            f'stroke-linejoin="round"/>'
        )
        labels += _label(place(outlines[county.code].label), county.short_name,
                         LIGHT_SHAPES[line.light])
        texts.append(f"{county.name}{wording.line_word(line)}")
    return svg.image(wide, high, shapes + labels, f"{_item.name}：{'，'.join(texts)}", "lg-wall-map")


def _label(place: Place, name: str, shape: str) -> str:
    halo = f'paint-order="stroke" stroke="{BOARD}" stroke-width="10" stroke-linejoin="round" font-family="{escape(FONT)}"'
    return (
        f'<text x="{place[0]:.0f}" y="{place[1]:.0f}" text-anchor="middle" {halo} fill="{PALE}" font-size="56" '
        f'font-weight="600">{shape} {escape(name)}</text>'
    )


def _projection(points: list[Place]) -> tuple[Callable[[Place], Place], float, float]:
    """From (longitude, latitude) to the drawing, and the drawing's width and height."""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    east_factor = math.cos(math.radians((south + north) / 2))
    scale = _SIDE / max((east - west) * east_factor, north - south)

    def place(point: Place) -> Place:
        return (point[0] - west) * east_factor * scale, (north - point[1]) * scale

    return place, (east - west) * east_factor * scale, (north - south) * scale


@cached(64)
def _path(key: str, as_of: str, indicator: str, _view: View, _item: IndicatorPlan) -> str:
    walked = path(_view.figures, indicator, _view.geography.city, _view.card.as_of)
    points = [point for point in (*walked.actual[::_STEP], *walked.actual[-1:])
              if point.value is not None]
    if not points:
        return '<div class="lg-wall-path"></div>'
    window = _view.plan.window
    top = max([point.value or 0.0 for point in points] + [walked.target or 0.0]) * 1.08 or 1.0

    def at(point: Point) -> str:
        across = _WIDE * (point.day - window.start).days / max(window.days - 1, 1)
        return f"{max(across, 0):.1f},{_HIGH - _HIGH * (point.value or 0.0) / top:.1f}"

    anew = _item.indicator.starts_each_year
    runs = [(" ".join(at(point) for point in run), at(run[0]).split(",")[0],
             at(run[-1]).split(",")[0]) for run in (by_year(points) if anew else (points,))]
    colour = WALL_COLOURS[_view.card.city_line(indicator).light]
    body = "".join(
        f'<polygon points="{begin},{_HIGH:g} {line} {end},{_HIGH:g}" fill="{colour}" fill-opacity=".12"/>'
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="3" vector-effect="non-scaling-stroke"/>'
        for line, begin, end in runs)
    if walked.expected:
        corners_due = " ".join(at(point) for point in walked.expected)
        body += (
            f'<polyline points="{corners_due}" fill="none" stroke="{FAINT}" stroke-width="2" stroke-dasharray="3 6" '
            'vector-effect="non-scaling-stroke"/>'
        )
    wanted = "目标" if _item.indicator.judged == Judged.FLOOR else "应达"
    due = "" if walked.target is None else f"虚线为{wanted}"
    drawn = svg.image(_WIDE, _HIGH, body, f"{_item.name}自{window.start}以来的走势", "lg-wall-line",
                      stretch=True)
    return (
        f'<div class="lg-wall-path">{drawn}<div class="lg-wall-ends"><span>{window.start:%Y-%m}</span><span>{due}</span>'
        f"<span>{window.deadline:%Y-%m}</span></div></div>"
    )
