"""Points and rings in the plane: what placing a label or a made-up venue inside a county needs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Grid = NDArray[np.float64]

# a degree of longitude is shorter than one of latitude; at 宿迁's 33.9°N by this factor
EAST = math.cos(math.radians(33.9))


def inside(points: Grid, ring: Sequence[Point]) -> NDArray[np.bool_]:
    """Which of the points, shape (n, 2), lie inside the closed ring (even-odd rule)."""
    x, y = points[:, :1], points[:, 1:]
    corners = np.array(ring)
    x1, y1 = corners[:-1].T
    x2, y2 = corners[1:].T
    # a level edge is never crossed, whatever it is divided by
    rise = np.where(y1 == y2, 1.0, y2 - y1)
    crosses = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / rise + x1)
    odd: NDArray[np.bool_] = crosses.sum(axis=1) % 2 == 1
    return odd


def grid_inside(ring: Sequence[Point], step: float) -> Grid:
    """Points of a square grid of `step` degrees that lie inside the ring, shape (n, 2), west to
    east.
    """
    corners = np.array(ring)
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    xs, ys = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step), indexing="ij")
    points = np.column_stack([xs.ravel(), ys.ravel()])
    return points[inside(points, ring)]


def distance(points: Grid, to: Grid) -> Grid:
    """Distances in degrees of latitude between every point and every other, shape (len(points),
    len(to)).
    """
    difference = points[:, None, :] - to[None, :, :]
    difference[:, :, 0] *= EAST
    apart: Grid = np.sqrt((difference ** 2).sum(axis=2))
    return apart
