"""Where a count will stand at the deadline: three run rates, weighted by how well each did earlier
in the same series.

The size of their past errors is the width of the interval (combination of forecasts after Bates &
Granger 1969); where the three disagree it is wider. All series and all origin days are computed
together: arrays have one row per series and one column per origin day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from kpi.counting import BoolArray, FloatArray
from kpi.forecast.net_change import loses, project_net
from kpi.forecast.student import t4_cdf, t4_quantile
from kpi.forecast.trials import IntArray, blended, run_trials, starts, widening

DISAGREEMENT = 0.5  # share of the variance between the three rates that is added to the range
_CHUNK = 32         # origin days computed at once, so that the working arrays stay in the cache


@dataclass(frozen=True, eq=False)
class Projection:
    """Forecasts of the additional count between each origin day and the deadline, arrays (series,
    origin days).

    `growth`: median addition μ. `scale`: spread s. `pad`: k, the count that keeps logarithms of
    small numbers tame. `rates`: the three run rates per unit of calendar weight, `blend`: their
    weights (both with a last axis of 3). `signed`: where the stock loses too, so that its net
    change may be negative: the quantile is then μ + s·t, the rates are a day's, and the pad is 0.
    """

    growth: FloatArray
    scale: FloatArray
    pad: FloatArray
    rates: FloatArray
    blend: FloatArray
    signed: BoolArray

    def quantile(self, p: float) -> FloatArray:
        """The addition not exceeded with probability `p`; never negative beyond the pad, unless
        `signed`.
        """
        t = t4_quantile(p)
        root = np.maximum(0.0, 1 + self.scale * t / 2)
        counted = (self.growth + self.pad) * root * root - self.pad
        addition: FloatArray = np.where(self.signed, self.growth + self.scale * t, counted)
        return addition

    def probability(self, need: FloatArray) -> FloatArray:
        """Chance that at least `need` is added by the deadline; `need` > 0 unless `signed`."""
        root = np.sqrt((np.maximum(need, 0.0) + self.pad) / np.where(
            self.signed, 1.0, self.growth + self.pad))
        distance = np.where(self.signed, need - self.growth, 2 * (root - 1)) / self.scale
        chance: FloatArray = 1 - t4_cdf(distance)
        return chance

    def rows(self, rows: IntArray) -> Projection:
        """The forecasts of some series, in the given order."""
        return Projection(*(getattr(self, part.name)[rows] for part in fields(self)))

    def at(self, columns: IntArray) -> Projection:
        """The forecasts of some origin days, in the given order."""
        return Projection(*(getattr(self, part.name)[:, columns] for part in fields(self)))


def joined(parts: list[Projection]) -> Projection:
    """The forecasts of the same series from the origin days of all parts, in order."""
    return Projection(*(np.concatenate([getattr(part, one.name) for part in parts], axis=1)
                        for one in fields(Projection)))


def running(weights: FloatArray) -> FloatArray:
    """The weights added up from the first day on, 0 before it: shape (1 or series, days + 1)."""
    weights = np.atleast_2d(weights)
    return np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)


def project(counts: FloatArray, weights: FloatArray, origins: IntArray, deadline: int, *,
            season_variance: FloatArray | float = 0.0, stock: BoolArray | None = None,
            effort: FloatArray | None = None, total: FloatArray | None = None) -> Projection:
    """Forecast every series from every origin.

    `counts`: net additions, shape (series, days), day 0 being the first day of the window.
    `weights`: weight of each day up to the deadline at least, shape (days,) or (series, days): the
    calendar's, times a season's index. `origins`: H, the number of complete days known (1 …
    deadline − 1, at most the days in `counts`); nothing from day H on is used. `deadline`: number
    of days of the window. `season_variance`: what the season's uncertainty adds to the variance,
    shape (series, origins). `stock`: which series may lose what they had (none when left out).
    `effort`, `total`: `running` of the weights and of the counts, for whoever has them already.
    """
    total = running(counts) if total is None else total
    effort = running(weights) if effort is None else effort
    extra = np.broadcast_to(season_variance, (len(counts), len(origins)))
    cuts = [slice(first, first + _CHUNK) for first in range(0, len(origins), _CHUNK)]
    whole = joined([_project(total, effort, origins[cut], deadline, extra[:, cut]) for cut in cuts])
    return whole if stock is None else _with_losses(whole, counts, total, origins, deadline, stock)


def _with_losses(whole: Projection, counts: FloatArray, total: FloatArray, origins: IntArray,
                 deadline: int, stock: BoolArray) -> Projection:
    """The stocks that lose are forecast by their net change instead."""
    signed = np.zeros((len(counts), len(origins)), dtype=bool)
    signed[stock] = loses(counts[stock], origins)
    rows = np.flatnonzero(signed.any(axis=1))
    if not len(rows):
        return whole
    middle, spread, rates, blend = project_net(total[rows], origins,
                                               (deadline - origins).astype(float))
    there = signed[rows]
    net = Projection(middle, spread, np.zeros_like(middle), rates, blend, there)
    parts = []
    for part in fields(Projection):
        mixed, value = getattr(whole, part.name).copy(), getattr(net, part.name)
        mixed[rows] = np.where(there[..., None] if mixed.ndim == 3 else there, value, mixed[rows])
        parts.append(mixed)
    return Projection(*parts)


def _project(total: FloatArray, effort: FloatArray, ends: IntArray, deadline: int,
             extra: FloatArray) -> Projection:
    left = (deadline - ends).astype(float)
    mean = np.maximum(total[:, ends], 0) / ends

    def error(origins: IntArray, days: int) -> FloatArray:
        pad = _pad(mean, days)[:, :, None]
        actual = np.log(np.maximum(total[:, origins + days] - total[:, origins], 0) + pad)
        ahead = (effort[:, origins + days] - effort[:, origins])[..., None]
        errors: FloatArray = actual[..., None] - np.log(_rates(total, effort, origins) * ahead
                                                        + pad[..., None])
        return errors

    blend, past = blended(run_trials(ends, left, error), (len(total), len(ends)), left)
    pad, rates = _pad(mean, left), _rates(total, effort, ends)
    each = _logs(rates, effort[:, [deadline]] - effort[:, ends], pad)
    growth, apart = _mix(each, blend, pad), _disagreement(each, blend)
    variance = 0.8 * past + DISAGREEMENT * apart + 0.4 / (growth + pad) + 0.0003 + extra
    scale = np.minimum(1.0, np.sqrt(variance) * widening(ends))
    return Projection(growth, scale, pad, rates, blend, np.zeros(growth.shape, dtype=bool))


def _pad(mean: FloatArray, days: FloatArray | float) -> FloatArray:
    padded: FloatArray = np.maximum(1.0, 0.02 * mean * days)
    return padded


def _rates(total: FloatArray, effort: FloatArray, origins: IntArray) -> FloatArray:
    """The three run rates up to each origin, last axis 3; a series that shrank has rate 0."""
    rates = [np.maximum(total[:, origins] - total[:, start], 0)
             / np.maximum(effort[:, origins] - effort[:, start], 1e-9) for start in starts(origins)]
    stacked: FloatArray = np.stack(rates, axis=-1)
    return stacked


def _logs(rates: FloatArray, effort: FloatArray, pad: FloatArray) -> FloatArray:
    """Logarithms of what each of the three rates would add, padded."""
    each: FloatArray = np.log(rates * effort[..., None] + pad[..., None])
    return each


def _mix(each: FloatArray, blend: FloatArray, pad: FloatArray) -> FloatArray:
    """The weighted geometric mean of what the three rates would add."""
    mixed: FloatArray = np.exp((blend * each).sum(axis=-1)) - pad
    return np.maximum(mixed, 0.0)


def _disagreement(each: FloatArray, blend: FloatArray) -> FloatArray:
    """Variance of the three logarithms about their weighted mean."""
    middle = (blend * each).sum(axis=-1, keepdims=True)
    apart: FloatArray = (blend * (each - middle) ** 2).sum(axis=-1)
    return apart


def days_to_add(counts: FloatArray, weights: FloatArray, origin: int, projection: Projection,
                need: FloatArray, more: FloatArray | float = 0.0,
                effort: FloatArray | None = None) -> IntArray:
    """Days after `origin` until the median path has added `need`, one per series; 0 when it has not
    as far as `weights` reaches, or when `need` is nan. `projection` must be that of this origin.
    `more`: what each day is supposed to add beyond the path, one per series or the same for all.

    The path never turns, so it is searched by halving instead of drawn.
    """
    last, added = np.atleast_2d(weights).shape[1] - origin, median_additions(
        counts, weights, origin, projection, effort)

    def arrived(ahead: IntArray) -> BoolArray:
        there: BoolArray = added(ahead[:, None])[:, 0] + more * ahead >= need
        return there

    early = np.zeros(len(counts), dtype=np.int64)  # not yet arrived
    late = np.full(len(counts), last, dtype=np.int64)  # arrived, if ever
    while np.any(late - early > 1):
        middle = np.maximum((early + late) // 2, 1)
        there = arrived(middle)
        early, late = np.where(there, early, middle), np.where(there, middle, late)
    days: IntArray = np.where(arrived(np.full(len(counts), last)), late, 0)
    return days


def median_additions(counts: FloatArray, weights: FloatArray, origin: int, projection: Projection,
                     effort: FloatArray | None = None) -> Callable[[IntArray], FloatArray]:
    """The median path after `origin`: days ahead, of shape (series or 1, days), to additions
    (series, days). `effort`: `running` of the weights, for whoever has it already.

    `projection` must be that of this origin; at the deadline they equal its `growth`.
    """
    effort = running(weights) if effort is None else effort
    mean = np.maximum(counts[:, :origin].sum(axis=1, keepdims=True), 0) / origin
    rates, blend, signed = projection.rates[:, :1], projection.blend[:, :1], projection.signed[
        :, :1]
    daily, rows = (blend * rates).sum(axis=-1), np.arange(len(effort))[:, None]
    counting = np.where(signed[..., None], 0.0, rates)

    def added(ahead: IntArray) -> FloatArray:
        pad = _pad(mean, ahead.astype(float))
        counted = _mix(_logs(counting, effort[rows, origin + ahead] - effort[:, [origin]], pad),
                       blend, pad)
        path: FloatArray = np.where(signed, daily * ahead, counted)
        return path

    return added
