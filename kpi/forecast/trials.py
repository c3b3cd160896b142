"""How the three run rates would have done earlier in the same series: what weighs them and how wide
a range must be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kpi.counting import BoolArray, FloatArray

IntArray = npt.NDArray[np.int64]

WINDOWS = (28, 91)               # days of the two short run rates; the third runs since the start
PRIOR = np.array([3.0, 2.0, 1.0])
HORIZONS = (14, 28, 56, 112, 224, 364)
_LEAST_ORIGIN, _MOST_ORIGINS = 14, 40


def starts(origins: IntArray) -> list[IntArray]:
    """First days of the windows of the three run rates that end at each origin."""
    return [np.maximum(origins - window, 0) for window in WINDOWS] + [np.zeros_like(origins)]


@dataclass(frozen=True, eq=False)
class Trial:
    """The three rates put to `days` ahead of earlier origins.

    `errors` has shape (series, ends, origins, 3), 0 where there is no such origin; `weight` ω,
    `stretch` (h/d)^.3 and `number` of origins have one entry per end.
    """

    errors: FloatArray
    weight: FloatArray
    stretch: FloatArray
    number: FloatArray

    @property
    def _factor(self) -> FloatArray:
        factor: FloatArray = self.weight * self.stretch / np.maximum(self.number, 1)
        return factor

    @property
    def weighted_square(self) -> FloatArray:
        """ω·(h/d)^.3·mean(e²) for each of the three rates."""
        squares: FloatArray = np.einsum("sdow,sdow->sdw", self.errors, self.errors) * self._factor[
            None, :, None]
        return squares

    def blended_square(self, blend: FloatArray) -> FloatArray:
        """The same for the blended error."""
        blended = np.einsum("sdow,sdw->sdo", self.errors, blend)
        squares: FloatArray = np.einsum("sdo,sdo->sd", blended, blended) * self._factor[None, :]
        return squares


def run_trials(ends: IntArray, left: FloatArray,
               error: Callable[[IntArray, int], FloatArray]) -> list[Trial]:
    """A trial per horizon for which the past is long enough. `error` gives the errors (series,
    ends, origins, 3) of origins (ends, origins) and days ahead."""
    tried = (_run(ends, left, days, error) for days in HORIZONS)
    return [trial for trial in tried if trial is not None]


def _run(ends: IntArray, left: FloatArray, days: int,
         error: Callable[[IntArray, int], FloatArray]) -> Trial | None:
    step = max(7, days // 4)
    most = min(_MOST_ORIGINS, (int(ends.max()) - days - _LEAST_ORIGIN) // step + 1)
    if most <= 0:
        return None
    origins = ends[:, None] - days - step * np.arange(most)
    there: BoolArray = (origins >= _LEAST_ORIGIN) & (days <= np.maximum(28, left))[:, None]
    if not there.any():
        return None
    errors = error(np.maximum(origins, _LEAST_ORIGIN), days)
    if not there.all():
        errors *= there[..., None]
    number = there.sum(axis=1)
    repeats = 1 + (number - 1) * step / days
    weight = np.where(number > 0, repeats * np.minimum(1.0, days / np.maximum(left, 1e-9)), 0.0)
    return Trial(errors, weight, (left / days) ** 0.3, number)


def blended(trials: Sequence[Trial], shape: tuple[int, int],
            left: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(weights of the three rates, shape (series, ends, 3); variance of their blended past errors,
    (series, ends)).
    """
    squares = sum((trial.weighted_square for trial in trials), np.zeros((*shape, 3)))
    mass = sum((trial.weight for trial in trials), np.zeros_like(left))
    typical = squares.mean(axis=-1) / np.where(mass > 0, mass, 1.0)
    score = PRIOR / ((squares + typical[..., None]) / (mass + 1)[None, :, None] + 1e-4) ** 2
    blend: FloatArray = score / score.sum(axis=-1, keepdims=True)
    past = sum((trial.blended_square(blend) for trial in trials), np.zeros(shape))
    variance: FloatArray = (past + 0.1 * 0.07 * (left / 28) ** 0.3) / (mass + 0.1)
    return blend, variance


def widening(complete: IntArray) -> FloatArray:
    """The factor by which a range is wider the younger the series is."""
    factor: FloatArray = np.clip((150 / complete) ** 0.26, 0.8, 1.8)
    return factor
