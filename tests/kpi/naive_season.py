"""The season of one series, the slow way: the formulas of docs/methods.md one by one, with the
kernel's matrix inverted as it stands there.
"""

from __future__ import annotations

import numpy as np

_LEVELS, _CYCLES, _PRIOR = (0.02, 0.1, 0.4, 1.6), (0.0, 0.02, 0.06, 0.2), (0.55, 0.15, 0.15, 0.15)
_AHEAD = 27


def season(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(ln S of the 27 fortnights ahead, variance V of the mean of the first 1, 2 … 27 of them) of
    one series long and calm enough to have a season, every day of weight 1.
    """
    fortnights = min(len(counts) // 14, 78)
    z = np.empty(fortnights)
    sums = [counts[len(counts) - 14 * back:][:14].sum() for back in range(fortnights, 0, -1)]
    for at, added in enumerate(sums):
        z[at] = np.log(added + max(0.05 * float(np.mean(sums)), 0.5))
    z -= z.mean()
    noise = min(max(float(np.median(np.abs(np.diff(z)))) ** 2 / 0.455 / 2, 0.0004), 1.5)
    noise = float(np.exp(round(3 * np.log(noise)) / 3))
    there, ahead = np.arange(fortnights), np.arange(fortnights, fortnights + _AHEAD)
    points = []
    for level in _LEVELS:
        for cycle, prior in zip(_CYCLES, _PRIOR, strict=True):
            apart = np.abs(there[:, None] - there)
            kernel = level * np.exp(-14 * apart / 364) + 25 + _wave(cycle, there, there)
            kernel = kernel + noise * np.eye(fortnights)
            inverse = np.linalg.inv(kernel)
            gain = _wave(cycle, ahead, there) @ inverse
            own = _wave(cycle, ahead, ahead) - gain @ _wave(cycle, ahead, there).T
            fit = np.log(prior) - 0.5 * (z @ inverse @ z + np.linalg.slogdet(kernel)[1])
            points.append((fit, gain @ z, own))
    best = max(fit for fit, *_ in points)
    whole = sum(np.exp(fit - best) for fit, *_ in points)
    index, covariance = np.zeros(_AHEAD), np.zeros((_AHEAD, _AHEAD))
    for fit, mean, _ in points:
        index += np.exp(fit - best) / whole * mean
    for fit, mean, own in points:
        covariance += np.exp(fit - best) / whole * (own + np.outer(mean - index, mean - index))
    return index, np.array([covariance[:to, :to].mean() for to in range(1, _AHEAD + 1)])


def _wave(size: float, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    turn = np.sin(np.pi * 14 * (first[:, None] - second) / 365.2425)
    wave: np.ndarray = size * np.exp(-2 * turn ** 2 / 0.7 ** 2)
    return wave
