"""Splitting a whole among units so that the parts add up exactly (largest remainder, Balinski &
Young 1982).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction


def apportion(total: float, weights: Sequence[float]) -> list[float]:
    """Whole-number parts of `total` in proportion to `weights`, in order; a fraction of `total`
    goes to the first part.

    Ties of the remainder go to the larger weight, then to the earlier one. All weights zero or
    none: all parts 0. Raises ValueError on a negative weight.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole, fraction = math.floor(total), total - math.floor(total)
    mass = sum(Fraction(weight) for weight in weights)
    if mass == 0:
        return [0 for _ in weights]
    exact = [Fraction(whole) * Fraction(weight) / mass for weight in weights]
    parts: list[float] = [math.floor(share) for share in exact]
    by_remainder = sorted(range(len(weights)),
                          key=lambda i: (-(exact[i] - parts[i]), -weights[i], i))
    for i in by_remainder[: whole - int(sum(parts))]:
        parts[i] += 1
    parts[0] += fraction
    return parts
