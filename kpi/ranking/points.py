"""Points of one indicator by each method, and what a score would be under the others."""

from __future__ import annotations

import numpy as np

from kpi.counting import FloatArray
from kpi.plan import ScoreMethod, ScoreRules


def worth(rules: ScoreRules, ratios: FloatArray) -> FloatArray:
    """What each unit earns of the full marks for one indicator, 0–1 (more with a bonus); nan where
    the ratio is.

    `ratios`: ρ = completion ÷ due, shape (units, …); units of one column are compared with each
    other.
    """
    result: FloatArray = _METHODS[rules.method](rules, ratios)
    return result


def _capped(_: ScoreRules, ratios: FloatArray) -> FloatArray:
    return np.minimum(ratios, 1.0)


def _bonus(rules: ScoreRules, ratios: FloatArray) -> FloatArray:
    extra = np.clip((ratios - 1) / rules.bonus_range, 0.0, 1.0)
    more: FloatArray = np.minimum(ratios, 1.0) + rules.bonus / 100 * extra
    return more


def _efficacy(rules: ScoreRules, ratios: FloatArray) -> FloatArray:
    return np.clip(0.6 + 0.4 * (ratios - rules.low) / (rules.high - rules.low), 0.0, 1.0)


def _peer(_: ScoreRules, ratios: FloatArray) -> FloatArray:
    low, high = np.fmin.reduce(ratios, axis=0), np.fmax.reduce(ratios, axis=0)
    spread = np.where(high > low, high - low, 1.0)
    return np.where(np.isnan(ratios), np.nan,
                    np.where(high > low, 0.6 + 0.4 * (ratios - low) / spread, 1.0))


def _places(rules: ScoreRules, ratios: FloatArray) -> FloatArray:
    better = (ratios[None, :] > ratios[:, None]).sum(axis=1)
    return np.where(np.isnan(ratios), np.nan, np.maximum(1 - rules.place_step / 100 * better, 0.0))


def _steps(rules: ScoreRules, ratios: FloatArray) -> FloatArray:
    result = np.where(np.isnan(ratios), np.nan, 0.0)
    for least, points in reversed(rules.steps):
        result = np.where(ratios >= least, points / 100, result)
    return result


_METHODS = {
    ScoreMethod.CAPPED: _capped,
    ScoreMethod.BONUS: _bonus,
    ScoreMethod.EFFICACY: _efficacy,
    ScoreMethod.PEER: _peer,
    ScoreMethod.PLACES: _places,
    ScoreMethod.STEPS: _steps,
}
