"""Where a stock will stand that also loses: net changes add up with their sign, so that it may be
forecast to shrink.
"""

from __future__ import annotations

import numpy as np

from kpi.counting import BoolArray, FloatArray
from kpi.forecast.trials import IntArray, blended, run_trials, starts, widening

# a stock whose removals are at least this share of its additions is forecast by its net change
LOSSES = 0.05


def loses(counts: FloatArray, origins: IntArray) -> BoolArray:
    """Whether each series has lost enough by each origin, shape (series, origins)."""
    known = counts[:, :int(origins.max(initial=0))]
    up, down = (np.cumsum(np.maximum(sign * known, 0), axis=1)[:, origins - 1] for sign in (1, -1))
    enough: BoolArray = (down > 0) & (down >= LOSSES * up)
    return enough


def project_net(total: FloatArray, ends: IntArray,
                left: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """(median net change, its spread, the three signed rates a day, their weights) of every series
    from every origin.

    `total`: running sums with a leading 0, shape (series, days + 1). Arrays (series, ends), the
    last two (…, 3).
    """
    usual = _usual(total, ends)

    def error(origins: IntArray, days: int) -> FloatArray:
        actual = (total[:, origins + days] - total[:, origins])[..., None]
        relative: FloatArray = (actual - _rates(total, origins) * days) / (
            usual[:, :, None, None] * days)
        return relative

    trials = run_trials(ends, left, error)
    blend, variance = blended(trials, (len(total), len(ends)), left)
    rates = _rates(total, ends)
    middle = (blend * rates).sum(axis=-1) * left
    spread = np.sqrt((usual * left) ** 2 * 0.8 * variance * widening(ends) ** 2 + 0.4 * usual
                     * left)
    return middle, spread, rates, blend


def _rates(total: FloatArray, origins: IntArray) -> FloatArray:
    rates = [(total[:, origins] - total[:, start]) / np.maximum(origins - start, 1)
             for start in starts(origins)]
    stacked: FloatArray = np.stack(rates, axis=-1)
    return stacked


def _usual(total: FloatArray, ends: IntArray) -> FloatArray:
    """How much a series usually moves a day: the mean size of its weekly net changes ÷ 7; 1/7 at
    least.
    """
    weeks = ends // 7
    back = ends[:, None] - 7 * np.arange(int(weeks.max()) + 1)
    moved = np.abs(np.diff(total[:, np.maximum(back, 0)], axis=2)) * (back[:, 1:] >= 0)
    # less than a week: each day
    daily = np.cumsum(np.abs(np.diff(total, axis=1)), axis=1)[:, ends - 1] / ends
    usual: FloatArray = np.where(weeks > 0, moved.sum(axis=2) / np.maximum(weeks, 1) / 7, daily)
    return np.maximum(usual, 1 / 7)
