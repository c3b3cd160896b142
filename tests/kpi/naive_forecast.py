"""The forecast of one series, the slow way: the formulas of docs/methods.md line by line, in plain
Python.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def forecast(counts: Sequence[float], weights: Sequence[float],
             deadline: int) -> tuple[float, float, float]:
    """(μ, s, k) of the additions from the end of `counts` to day `deadline`."""
    known = len(counts)
    left = deadline - known
    c, u = [0.0], [0.0]
    for count in counts:
        c.append(c[-1] + count)
    for weight in weights[:deadline]:
        u.append(u[-1] + weight)
    mean = c[known] / known

    def pad(days: float) -> float:
        return max(1.0, 0.02 * mean * days)

    def rate(window: int | None, origin: int) -> float:
        start = 0 if window is None else max(origin - window, 0)
        return (c[origin] - c[start]) / (u[origin] - u[start])

    windows = (28, 91, None)
    trials: list[tuple[float, list[list[float]]]] = []
    weight_sum = 0.0
    for days in (14, 28, 56, 112, 224, 364):
        if days > max(28, left):
            continue
        step = max(7, days // 4)
        origins = list(range(known - days, 13, -step))[:40]
        if not origins:
            continue
        errors = [[math.log(c[o + days] - c[o] + pad(days))
                   - math.log(rate(w, o) * (u[o + days] - u[o]) + pad(days)) for w in windows]
                  for o in origins]
        weight = (1 + (len(origins) - 1) * step / days) * min(1.0, days / left)
        weight_sum += weight
        trials.append((weight * (left / days) ** 0.3, errors))
    m = [sum(factor * sum(e[i] ** 2 for e in errors) / len(errors) for factor, errors in trials)
         for i in range(3)]
    typical = sum(m) / 3 / weight_sum if weight_sum else 0.0
    g = [prior / ((m[i] + typical) / (weight_sum + 1) + 1e-4) ** 2
         for i, prior in enumerate((3, 2, 1))]
    g = [each / sum(g) for each in g]
    k = pad(left)
    ahead = u[deadline] - u[known]
    logs = [math.log(rate(w, known) * ahead + k) for w in windows]
    middle = sum(g[i] * logs[i] for i in range(3))
    mu = math.exp(middle) - k
    disagreement = sum(g[i] * (logs[i] - middle) ** 2 for i in range(3))
    spread = sum(factor * sum(sum(g[i] * e[i] for i in range(3)) ** 2 for e in errors) / len(errors)
                 for factor, errors in trials)
    v = (spread + 0.1 * 0.07 * (left / 28) ** 0.3) / (weight_sum + 0.1)
    widen = min(max((150 / known) ** 0.26, 0.8), 1.8)
    return mu, min(1.0, math.sqrt(0.8 * v + 0.5 * disagreement + 0.4 / (mu + k)
                                  + 0.0003) * widen), k
