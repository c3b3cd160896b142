"""Fewer points for outlines that share borders, without opening gaps between neighbours.

Rings are cut into arcs at junctions (points where more than two borders meet); every arc is
simplified once, whichever rings it belongs to, so both neighbours keep the very same edges.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence

from reference.derive.plane import EAST, Point

Ring = Sequence[Point]
Arc = tuple[Point, ...]


def simplify_rings(rings: Mapping[str, Ring], tolerance: float) -> dict[str, list[Point]]:
    """The closed rings with points dropped that lie within `tolerance` degrees of the simplified
    line.
    """
    junctions = _junctions(rings)
    done: dict[Arc, Arc] = {}
    return {name: _join([_simplified(arc, tolerance, done) for arc in _arcs(ring, junctions)])
            for name, ring in rings.items()}


def _junctions(rings: Mapping[str, Ring]) -> set[Point]:
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings.values():
        for a, b in itertools.pairwise(ring):
            neighbours[a].add(b)
            neighbours[b].add(a)
    return {point for point, others in neighbours.items() if len(others) > 2}


def _arcs(ring: Ring, junctions: set[Point]) -> list[Arc]:
    """The ring from junction to junction; a ring without any is one arc from its
    southernmost-westernmost point.
    """
    points = list(ring[:-1])
    starts = [i for i, point in enumerate(points) if point in junctions] or [
        points.index(min(points))
    ]
    points = points[starts[0]:] + points[:starts[0]] + [points[starts[0]]]
    cuts = [start - starts[0] for start in starts] + [len(points) - 1]
    return [tuple(points[a:b + 1]) for a, b in itertools.pairwise(cuts)]


def _simplified(arc: Arc, tolerance: float, done: dict[Arc, Arc]) -> Arc:
    # one direction for both neighbours: the other way round, rounding could keep other points
    forward = arc if arc <= arc[::-1] else arc[::-1]
    if forward not in done:
        done[forward] = _douglas_peucker(forward, tolerance)
    return done[forward] if arc == forward else done[forward][::-1]


def _douglas_peucker(arc: Arc, tolerance: float) -> Arc:
    keep = {0, len(arc) - 1}
    pending = [(0, len(arc) - 1)]
    while pending:
        first, last = pending.pop()
        far, offset = _farthest(arc, first, last)
        if offset > tolerance:
            keep.add(far)
            pending += [(first, far), (far, last)]
    return tuple(arc[i] for i in sorted(keep))


def _farthest(arc: Arc, first: int, last: int) -> tuple[int, float]:
    offsets = [(_offset(arc[i], arc[first], arc[last]), i) for i in range(first + 1, last)]
    offset, position = max(offsets, default=(0.0, first))
    return position, offset


def _offset(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a segment, in degrees of latitude."""
    px, py = (point[0] - start[0]) * EAST, point[1] - start[1]
    dx, dy = (end[0] - start[0]) * EAST, end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, (px * dx + py * dy) / length))
    return float(((px - along * dx) ** 2 + (py - along * dy) ** 2) ** 0.5)


def _join(arcs: Sequence[Arc]) -> list[Point]:
    points = list(arcs[0])
    for arc in arcs[1:]:
        points += arc[1:]
    return points
