"""How sure a share of few cases is: intervals, what to show of small numbers, and the chance of
lying below a target.

Wilson's interval and Jeffreys' prior after Brown, Cai & DasGupta 2001; funnel limits after
Spiegelhalter 2005.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kpi.counting import FloatArray

_Z80 = 1.2815515655446004  # normal quantile of 0.9: 80 % lie within ± this many standard deviations
_Z998 = 3.090232306167813   # of 0.999: 99.8 %
_STEPS = 400


class SampleSize(StrEnum):
    """How a share may be shown. `NUMBERS_ONLY`: x of n, no share (n < 5); `GREY`: share in grey (n
    < 10).

    `UNRANKED`: shown, but decides no place (n < 30); `ENOUGH` otherwise.
    """

    NUMBERS_ONLY = "numbers_only"
    GREY = "grey"
    UNRANKED = "unranked"
    ENOUGH = "enough"


@dataclass(frozen=True)
class Interval:
    """80 % interval of a share, 0–1, both ends inclusive, and what the number of cases behind it
    allows.
    """

    low: float
    high: float
    cases: int
    size: SampleSize


def sample_size(cases: float) -> SampleSize:
    """Half-open: 5 cases are grey, 10 are unranked, 30 are enough."""
    if cases < 5:
        return SampleSize.NUMBERS_ONLY
    if cases < 10:
        return SampleSize.GREY
    return SampleSize.UNRANKED if cases < 30 else SampleSize.ENOUGH


def wilson(successes: float, cases: float) -> Interval | None:
    """Wilson's 80 % interval of `successes` out of `cases`; None without cases."""
    if cases <= 0:
        return None
    share, z2 = min(max(successes / cases, 0.0), 1.0), _Z80 * _Z80
    middle = share + z2 / (2 * cases)
    half = _Z80 * math.sqrt(share * (1 - share) / cases + z2 / (4 * cases * cases))
    low, high = (middle - half) / (1 + z2 / cases), (middle + half) / (1 + z2 / cases)
    # at the ends of the scale the formula is exact, the arithmetic is not
    return Interval(0.0 if share == 0 else max(low, 0.0), 1.0 if share == 1 else min(high, 1.0),
                    int(cases), sample_size(cases))


def chance_below(successes: npt.ArrayLike, cases: npt.ArrayLike,
                 target: npt.ArrayLike) -> FloatArray:
    """P(p < target) when p has Jeffreys' posterior Beta(x + ½, n − x + ½); elementwise."""
    x, n, limit = (np.asarray(value, dtype=float)
                   for value in np.broadcast_arrays(successes, cases, target))
    return incomplete_beta(x + 0.5, n - x + 0.5, limit)


def incomplete_beta(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    """The regularised incomplete beta function I_x(a, b), elementwise; a, b > 0 and 0 ≤ x ≤ 1."""
    swap = x > (a + 1) / (a + b + 2)  # the continued fraction converges fast on one side only
    first, second, point = np.where(swap, b, a), np.where(swap, a, b), np.where(swap, 1 - x, x)
    inside = np.clip(point, 1e-300, 1 - 1e-16)
    log_gamma = np.vectorize(math.lgamma, otypes=[float])
    front = np.exp(log_gamma(first + second) - log_gamma(first) - log_gamma(second)
                   + first * np.log(inside) + second * np.log1p(-inside)) / first
    value = np.where(point <= 0, 0.0, front * _fraction(first, second, inside))
    result: FloatArray = np.clip(np.where(swap, 1 - value, value), 0.0, 1.0)
    return result


def _fraction(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    """Continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c = np.ones_like(x)
    d = 1 / _off_zero(1 - (a + b) * x / (a + 1), tiny)
    value = d.copy()
    for m in range(1, _STEPS):
        for factor in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                       -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / _off_zero(1 + factor * d, tiny)
            c = _off_zero(1 + factor / c, tiny)
            value = value * c * d
        if np.all(np.abs(c * d - 1) < 1e-13):
            break
    return value


def _off_zero(value: FloatArray, tiny: float) -> FloatArray:
    return np.where(np.abs(value) < tiny, tiny, value)


@dataclass(frozen=True)
class FunnelLimits:
    """Limits within which 99.8 % of units of that many cases lie when all share the mean."""

    low: float
    high: float

    def outside(self, share: float) -> bool:
        return share < self.low or share > self.high


def funnel(mean: float, cases: float) -> FunnelLimits | None:
    """99.8 % control limits around the city's share `mean` for a unit with `cases`; None without
    cases.
    """
    if cases <= 0:
        return None
    half = _Z998 * math.sqrt(mean * (1 - mean) / cases)
    return FunnelLimits(max(mean - half, 0.0), min(mean + half, 1.0))
