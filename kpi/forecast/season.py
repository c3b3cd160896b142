"""The yearly rhythm of daily series, as weights of days: what a quiet winter or a busy spring does
to a run rate.

Fortnightly log rates are taken for a Gaussian process: a slow level, a yearly cycle (MacKay's
periodic kernel) and noise. The mean of the cycle is the index of a day, its variance widens the
range of the forecast. The sizes of level and cycle are averaged over a grid by their likelihood;
the prior weight of "no cycle" shrinks the index towards 1.

All series of one day are computed together. The kernel matrices depend on the number of fortnights
only, not on the data: they are decomposed once and shared by all series, snapshots and noise steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kpi.counting import BoolArray, FloatArray
from kpi.forecast.trials import IntArray

YEAR = 365.2425
LEAST_DAYS = 392                     # 56 weeks: before that a cycle cannot be told from a trend
BLOCK = 14                           # days of a step
PHASES = 27                          # blocks of a year and a bit
SHARE = 0.5                          # share of the index's variance that is added to the forecast's
_MOST_BLOCKS = 78                    # three years
_CALM = 5.0  # busiest ÷ quietest 28 days; above, the level moves too much to read a season
# variances of the slow level, whose correlation time is `_LEVEL_WEEKS`
_LEVELS = (0.02, 0.1, 0.4, 1.6)
_CYCLES = (0.0, 0.02, 0.06, 0.2)     # variances of the cycle, 0 for none
_PRIOR = (0.55, 0.15, 0.15, 0.15)    # their prior weights
_LENGTH, _LEVEL_WEEKS, _MEAN_VARIANCE = 0.7, 52.0, 25.0
_GRID = tuple((level, cycle) for level in _LEVELS for cycle in _CYCLES)


@dataclass(frozen=True, eq=False)
class Seasons:
    """The season of each series as of the end of its known days; index 1 and variance 0 where none
    can be read.

    `complete`: number of known days. `log_index`: log of the index in the fortnights 0, 1 … 26
    after the last known day, shape (series, 27). `mean_variance`: variance of the log of the mean
    index of the first 1, 2 … 27 of them, same shape. `chance`: weight of "there is a cycle", 0–1, 0
    where none can be read.
    """

    complete: int
    log_index: FloatArray
    mean_variance: FloatArray
    chance: FloatArray

    def weights(self, days: int) -> FloatArray:
        """Index of the days 0 … `days` − 1, past or future, shape (series, days)."""
        place = np.mod(np.arange(days) + 0.5 - self.complete, YEAR) / BLOCK - 0.5
        low = np.clip(np.floor(place).astype(np.int64), 0, PHASES - 2)
        part = np.clip(place - low, 0.0, 1.0)
        index: FloatArray = np.exp(self.log_index[:, low] * (1 - part)
                                   + self.log_index[:, low + 1] * part)
        return index

    def variance(self, left: IntArray) -> FloatArray:
        """Variance V of the log of the mean index of the next `left` days (≥ 1), shape (series,
        len(left)).
        """
        blocks = np.minimum(np.ceil(left / BLOCK), PHASES).astype(np.int64)
        variance: FloatArray = self.mean_variance[:, blocks - 1]
        return variance

    def take(self, rows: IntArray) -> Seasons:
        """The seasons of some series, in the given order."""
        return Seasons(self.complete, self.log_index[rows], self.mean_variance[rows],
                       self.chance[rows])


def no_season(series: int, complete: int) -> Seasons:
    """Seasons of series in which none can be read."""
    return Seasons(complete, np.zeros((series, PHASES)), np.zeros((series, PHASES)),
                   np.zeros(series))


def seasons(counts: FloatArray, effort: FloatArray) -> Seasons:
    """The season of every series from all its days.

    `counts`: additions of each day, shape (series, days); negative days count as 0. `effort`:
    calendar weights of the same days, shape (days,) or (series, days).
    """
    counts = np.maximum(counts, 0.0)
    number, complete = counts.shape
    result = no_season(number, complete)
    rows = np.flatnonzero(calm(counts)) if complete >= LEAST_DAYS else np.zeros(0, dtype=np.int64)
    if not len(rows):
        return result
    blocks = min(complete // BLOCK, _MOST_BLOCKS)
    rates = _log_rates(counts[rows], np.broadcast_to(effort, counts.shape)[rows], blocks)
    result.log_index[rows], result.mean_variance[rows], result.chance[rows] = _posterior(
        rates, blocks)
    return result


def calm(counts: FloatArray) -> BoolArray:
    """Of which series the volume moves little enough to read a season: a campaign's wave is none.
    """
    blocks = min(counts.shape[1] // 28, 26)
    if blocks < 2:
        return np.zeros(len(counts), dtype=bool)
    sums = counts[:, counts.shape[1] - 28 * blocks:].reshape(len(counts), blocks, 28).sum(axis=2)
    ease = 0.05 * sums.mean(axis=1) + 3
    steady: BoolArray = (sums.max(axis=1) + ease) / (sums.min(axis=1) + ease) < _CALM
    return steady


def _log_rates(counts: FloatArray, effort: FloatArray, blocks: int) -> FloatArray:
    """Centred log rates of the last `blocks` fortnights, shape (series, blocks)."""
    first, shape = counts.shape[1] - BLOCK * blocks, (len(counts), blocks, BLOCK)
    total = counts[:, first:].reshape(shape).sum(axis=2)
    days = np.maximum(effort[:, first:].reshape(shape).sum(axis=2), 0.4)
    usual = np.maximum(total.sum(axis=1) / days.sum(axis=1) * BLOCK, 1e-9)
    rates = np.log(total / days * BLOCK + np.maximum(0.05 * usual, 0.5)[:, None])
    centred: FloatArray = rates - rates.mean(axis=1, keepdims=True)
    return centred


def _posterior(rates: FloatArray, blocks: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(log index, variance of the means, chance of a cycle) by the weights of the grid's points."""
    noise = np.clip(np.median(np.abs(np.diff(rates, axis=1)), axis=1) ** 2 / 0.455 / 2, 0.0004, 1.5)
    noise = np.exp(np.round(3 * np.log(noise)) / 3)
    kernels = _kernels(blocks)
    turned = rates @ kernels.vectors                                        # (grid, series, blocks)
    spread = kernels.values[:, None, :] + noise[:, None]
    likelihood = -0.5 * (turned ** 2 / spread + np.log(spread)).sum(axis=2) + kernels.log_prior[
        :, None]
    weight = np.exp(likelihood - likelihood.max(axis=0))
    weight /= weight.sum(axis=0)
    means = (turned / spread) @ kernels.ahead                               # (grid, series, phases)
    index = np.einsum("gs,gsp->sp", weight, means)
    to_mean = _to_mean()
    explained = (1 / spread) @ (kernels.ahead @ to_mean) ** 2
    apart = ((means - index) @ to_mean) ** 2
    variance = np.einsum("gs,gsp->sp", weight, kernels.own[:, None, :] - explained + apart)
    return index, variance, weight[kernels.cyclic].sum(axis=0)


@dataclass(frozen=True, eq=False)
class _Kernels:
    """Of every point of the grid: the kernel without noise as eigenvalues and eigenvectors, the
    cycle's covariance of the phases ahead with the turned blocks (`ahead`), and the prior variance
    of the means of the first phases (`own`)."""

    values: FloatArray
    vectors: FloatArray
    ahead: FloatArray
    own: FloatArray
    log_prior: FloatArray
    cyclic: BoolArray


@lru_cache(maxsize=_MOST_BLOCKS)
def _kernels(blocks: int) -> _Kernels:
    block, phase = np.arange(blocks, dtype=float), np.arange(blocks, blocks + PHASES, dtype=float)
    apart = np.abs(block[:, None] - block)
    level = np.array([variance for variance, _ in _GRID])[:, None, None]
    cycle = np.array([variance for _, variance in _GRID])[:, None, None]
    kernel = level * np.exp(-apart * BLOCK / 7 / _LEVEL_WEEKS) + _MEAN_VARIANCE + cycle * _periodic(
        block, block)
    values, vectors = np.linalg.eigh(kernel)
    ahead = np.swapaxes(vectors, 1, 2) @ (cycle * _periodic(block, phase))
    own = (_to_mean() * (_periodic(phase, phase) @ _to_mean())).sum(axis=0) * cycle[:, 0]
    return _Kernels(np.maximum(values, 0.0), vectors, ahead, own,
                    np.log(np.array([*_PRIOR] * len(_LEVELS))), cycle[:, 0, 0] > 0)


def _periodic(earlier: FloatArray, later: FloatArray) -> FloatArray:
    wave: FloatArray = np.exp(-2 * np.sin(np.pi * (earlier[:, None] - later) / (YEAR / BLOCK)) ** 2
                              / _LENGTH ** 2)
    return wave


def _to_mean() -> FloatArray:
    """Column b takes the mean of the first b + 1 phases."""
    mean: FloatArray = np.triu(np.ones((PHASES, PHASES))) / np.arange(1, PHASES + 1)
    return mean
