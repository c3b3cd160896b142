"""Classes of a map coloured by value: round edges that cover what there is."""

from __future__ import annotations

import math
from collections.abc import Sequence

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


def steps(values: Sequence[float], most: int = 5) -> tuple[float, ...]:
    """Ascending round edges, at most `most` + 1, the first ≤ the least value and the last ≥ the
    greatest.

    Equal values get one class around them; no values, no edges.
    """
    if not values:
        return ()
    low, high = min(values), max(values)
    width = (high - low or abs(high) or 1.0) / most
    unit = 10.0 ** math.floor(math.log10(width))
    for factor in _ROUND:
        step = factor * unit
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if step >= width * (1 - 1e-9) and last - first <= most:
            return tuple(round(number * step, 12)
                         for number in range(first, max(last, first + 1) + 1))
    step = 10 * unit * 2
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(round(number * step, 12) for number in range(first, max(last, first + 1) + 1))


def class_of(value: float, edges: Sequence[float]) -> int:
    """Number of the class `value` lies in, from 0; a value on an edge belongs to the class above,
    the last edge below.
    """
    inner = edges[1:-1]
    return sum(value >= edge for edge in inner)
