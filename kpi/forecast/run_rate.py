"""Where a count will stand at the deadline: three run rates, weighted by how well each did earlier in the same series.

The size of their past errors is the width of the interval (combination of forecasts after Bates & Granger 1969). All
series and all origin days are computed together: arrays have one row per series and one column per origin day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.counting.facts import BoolArray, FloatArray
from kpi.forecast.student import t4_cdf, t4_quantile

IntArray = npt.NDArray[np.int64]

WINDOWS = (28, 91)               # days of the two short run rates; the third runs since the start
PRIOR = np.array([3.0, 2.0, 1.0])
HORIZONS = (14, 28, 56, 112, 224, 364)
_LEAST_ORIGIN, _MOST_ORIGINS = 14, 40
_CHUNK = 32                      # origin days computed at once, so that the working arrays stay in the cache


@dataclass(frozen=True, eq=False)
class Projection:
    """Forecasts of the additional count between each origin day and the deadline, arrays (series, origin days).

    `growth`: median addition μ. `scale`: spread s. `pad`: k, the count that keeps logarithms of small numbers tame.
    `rates`: the three run rates per unit of calendar weight, `blend`: their weights (both with a last axis of 3).
    """

    growth: FloatArray
    scale: FloatArray
    pad: FloatArray
    rates: FloatArray
    blend: FloatArray

    def quantile(self, p: float) -> FloatArray:
        """The addition not exceeded with probability `p`; never negative beyond the pad."""
        root = np.maximum(0.0, 1 + self.scale * t4_quantile(p) / 2)
        addition: FloatArray = (self.growth + self.pad) * root * root - self.pad
        return addition

    def probability(self, need: FloatArray) -> FloatArray:
        """Chance that at least `need` (> 0) is added by the deadline."""
        distance = 2 * (np.sqrt((need + self.pad) / (self.growth + self.pad)) - 1) / self.scale
        chance: FloatArray = 1 - t4_cdf(distance)
        return chance


def project(counts: FloatArray, weights: FloatArray, origins: IntArray, deadline: int) -> Projection:
    """Forecast every series from every origin.

    `counts`: net additions, shape (series, days), day 0 being the first day of the window. `weights`: calendar weight of
    each day up to the deadline at least. `origins`: H, the number of complete days known (1 … deadline − 1, at most the
    days in `counts`); nothing from day H on is used. `deadline`: number of days of the window.
    """
    total = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)], axis=1)
    effort = np.concatenate([[0.0], np.cumsum(weights)])
    chunks = [_project(total, effort, origins[first:first + _CHUNK], deadline)
              for first in range(0, len(origins), _CHUNK)]
    return Projection(*(np.concatenate([getattr(chunk, name) for chunk in chunks], axis=1)
                        for name in ("growth", "scale", "pad", "rates", "blend")))


def _project(total: FloatArray, effort: FloatArray, ends: IntArray, deadline: int) -> Projection:
    left = (deadline - ends).astype(float)
    mean = np.maximum(total[:, ends], 0) / ends
    trials = [trial for days in HORIZONS if (trial := _Trial.run(total, effort, ends, left, mean, days)) is not None]
    shape = (*mean.shape, 3)
    weighted = sum((trial.weighted_square for trial in trials), np.zeros(shape))
    mass = sum((trial.weight for trial in trials), np.zeros_like(left))
    blend = _blend(weighted, mass)
    pad = _pad(mean, left)
    rates = _rates(total, effort, ends)
    growth = _mix(rates, blend, effort[deadline] - effort[ends], pad)
    variance = sum((trial.blended_square(blend) for trial in trials), np.zeros_like(mean))
    variance = (variance + 0.1 * 0.07 * (left / 28) ** 0.3) / (mass + 0.1)
    widen = np.clip((150 / ends) ** 0.26, 0.8, 1.8)
    scale = np.minimum(1.0, np.sqrt(0.8 * variance + 0.4 / (growth + pad) + 0.0003) * widen)
    return Projection(growth, scale, pad, rates, blend)


def _pad(mean: FloatArray, days: FloatArray | float) -> FloatArray:
    padded: FloatArray = np.maximum(1.0, 0.02 * mean * days)
    return padded


def _rates(total: FloatArray, effort: FloatArray, origins: IntArray) -> FloatArray:
    """The three run rates up to each origin, last axis 3; a series that shrank has rate 0."""
    starts = [np.maximum(origins - window, 0) for window in WINDOWS] + [np.zeros_like(origins)]
    rates = [np.maximum(total[:, origins] - total[:, start], 0) / np.maximum(effort[origins] - effort[start], 1e-9)
             for start in starts]
    stacked: FloatArray = np.stack(rates, axis=-1)
    return stacked


def _mix(rates: FloatArray, blend: FloatArray, effort: FloatArray | float, pad: FloatArray) -> FloatArray:
    """The weighted geometric mean of what the three rates would add."""
    each = np.log(rates * np.asarray(effort)[..., None] + pad[..., None])
    mixed: FloatArray = np.exp((blend * each).sum(axis=-1)) - pad
    return np.maximum(mixed, 0.0)


def _blend(weighted: FloatArray, mass: FloatArray) -> FloatArray:
    typical = weighted.mean(axis=-1) / np.where(mass > 0, mass, 1.0)
    score = PRIOR / ((weighted + typical[..., None]) / (mass + 1)[None, :, None] + 1e-4) ** 2
    blend: FloatArray = score / score.sum(axis=-1, keepdims=True)
    return blend


@dataclass(frozen=True, eq=False)
class _Trial:
    """How the three rates would have done `days` ahead, from earlier origins of the same series.

    `errors` has shape (series, ends, origins, 3), 0 where `there` (ends, origins) says there is no such origin.
    """

    errors: FloatArray
    there: BoolArray
    weight: FloatArray
    stretch: FloatArray

    @staticmethod
    def run(total: FloatArray, effort: FloatArray, ends: IntArray, left: FloatArray, mean: FloatArray,
            days: int) -> _Trial | None:
        step = max(7, days // 4)
        most = min(_MOST_ORIGINS, (int(ends.max()) - days - _LEAST_ORIGIN) // step + 1)
        if most <= 0:
            return None
        origins = ends[:, None] - days - step * np.arange(most)
        there = (origins >= _LEAST_ORIGIN) & (days <= np.maximum(28, left))[:, None]
        if not there.any():
            return None
        safe = np.maximum(origins, _LEAST_ORIGIN)
        pad = _pad(mean, days)[:, :, None]
        actual = np.log(np.maximum(total[:, safe + days] - total[:, safe], 0) + pad)
        ahead = (effort[safe + days] - effort[safe])[..., None]
        errors = actual[..., None] - np.log(_rates(total, effort, safe) * ahead + pad[..., None])
        errors *= there[..., None]
        number = 1 + (there.sum(axis=1) - 1) * step / days
        weight = np.where(there.any(axis=1), number * np.minimum(1.0, days / np.maximum(left, 1e-9)), 0.0)
        return _Trial(errors, there, weight, (left / days) ** 0.3)

    @property
    def _factor(self) -> FloatArray:
        factor: FloatArray = self.weight * self.stretch / np.maximum(self.there.sum(axis=1), 1)
        return factor

    @property
    def weighted_square(self) -> FloatArray:
        """ω·(h/d)^.3·mean(e²) for each of the three rates."""
        squares: FloatArray = np.einsum("sdow,sdow->sdw", self.errors, self.errors) * self._factor[None, :, None]
        return squares

    def blended_square(self, blend: FloatArray) -> FloatArray:
        """The same for the blended error."""
        blended = np.einsum("sdow,sdw->sdo", self.errors, blend)
        squares: FloatArray = np.einsum("sdo,sdo->sd", blended, blended) * self._factor[None, :]
        return squares


def days_to_add(counts: FloatArray, weights: FloatArray, known: int, projection: Projection, need: FloatArray) -> IntArray:
    """Days after the origin `known` until the median path has added `need` (per series), 0 when not as far as `weights`
    reaches or when `need` is nan. The path never falls, so it is searched by halving instead of drawn."""
    effort = np.concatenate([[0.0], np.cumsum(weights)])
    rates, blend = projection.rates[:, 0], projection.blend[:, 0]
    mean = np.maximum(counts[:, :known].sum(axis=1), 0) / known

    def arrived(ahead: IntArray) -> BoolArray:
        there: BoolArray = _mix(rates, blend, effort[known + ahead] - effort[known], _pad(mean, ahead.astype(float))) >= need
        return there

    last = len(weights) - known
    low, high = np.zeros(len(counts), dtype=np.int64), np.full(len(counts), last, dtype=np.int64)  # not yet | arrived, if ever
    while np.any(high - low > 1):
        middle = np.maximum((low + high) // 2, 1)
        there = arrived(middle)
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    found: IntArray = np.where(arrived(np.full(len(counts), last)), high, 0)
    return found


def median_path(counts: FloatArray, weights: FloatArray, known: int, projection: Projection) -> FloatArray:
    """Median additions 1, 2, … days after the origin `known`, as far as `weights` reaches; shape (series, days ahead).

    `projection` must be the one of that single origin; at the deadline the path equals its `growth`.
    """
    effort = np.concatenate([[0.0], np.cumsum(weights)])
    ahead = np.arange(1, len(weights) - known + 1)
    mean = np.maximum(counts[:, :known].sum(axis=1, keepdims=True), 0) / known
    return _mix(projection.rates[:, :1], projection.blend[:, :1], effort[known + ahead] - effort[known], _pad(mean, ahead.astype(float)))
