"""The season put to real daily series with a yearly rhythm. Where they come from: `real_series.md`
beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from kpi.forecast import run_rate
from kpi.forecast.run_rate import Projection, project
from kpi.forecast.season import LEAST_DAYS, SHARE, calm, seasons
from tests.kpi import naive_season

LEFT = (30, 60, 120, 180, 240)
WINDOW, STEP = 730, 28
STARTS = range(0, 732, 61)


@dataclass(frozen=True)
class Trial:
    """What came in the days ahead, and the 80 % ranges: with the season, without it, and as before
    there was a season or a term for the disagreement of the three rates.
    """

    left: int
    came: float
    season: tuple[float, float]
    plain: tuple[float, float]
    before: tuple[float, float]


def _ranges(found: Projection) -> np.ndarray:
    return np.concatenate([found.quantile(0.1), found.quantile(0.9)], axis=1)


def _trials_of(window: np.ndarray) -> Iterator[Trial]:
    for known in range(LEAST_DAYS, WINDOW - LEFT[0], STEP):
        found = seasons(window[:, :known], np.ones(known))
        for left in (days for days in LEFT if known + days <= WINDOW):
            end, origin = known + left, np.array([known])
            variance = SHARE * found.variance(np.array([left]))
            with_season = _ranges(project(window, found.weights(end), origin, end,
                                          season_variance=variance))
            plain = _ranges(project(window, np.ones(end), origin, end))
            with patch.object(run_rate, "DISAGREEMENT", 0.0):
                before = _ranges(project(window, np.ones(end), origin, end))
            for came, *ranges in zip(window[:, known:end].sum(axis=1), with_season, plain, before,
                                     strict=True):
                yield Trial(left, float(came), *((low, high) for low, high in ranges))


@cache
def _counters() -> np.ndarray:
    frame = pd.read_csv(Path(__file__).with_name("yearly_series.csv"))
    return np.array([row.split() for row in frame["counts"]], dtype=float)


@cache
def trials() -> tuple[Trial, ...]:
    counts = _counters()
    return tuple(trial for start in STARTS for trial in _trials_of(counts[:, start:start + WINDOW]))


def _covered(name: str, left: int | None = None) -> float:
    hits = [getattr(t, name)[0] <= t.came <= getattr(t, name)[1] for t in trials()
            if left in (None, t.left)]
    return float(np.mean(hits))


def _score(name: str) -> float:
    """Mean interval score of Gneiting & Raftery for 80 %, relative to what came: width and ten
    times the miss.
    """
    scores = []
    for t in trials():
        low, high = getattr(t, name)
        scores.append((high - low + 10 * (max(low - t.came, 0) + max(t.came - high, 0))) / max(
            t.came, 5.0))
    return float(np.mean(scores))


def test_there_are_enough_trials_to_judge_by() -> None:
    assert len(trials()) > 7000


def test_the_range_with_a_season_holds_four_fifths_of_what_came() -> None:
    assert _covered("season") >= 0.80


def test_the_season_makes_the_range_better() -> None:
    """By a few hundredths only: two counters of which the recording zone was changed weigh more
    than all the others.
    """
    assert _score("season") < 0.98 * _score("plain")


def test_it_is_a_twentieth_better_than_the_method_before() -> None:
    assert _score("season") <= 0.95 * _score("before")


@pytest.mark.parametrize("known", [LEAST_DAYS, 532, 700])
def test_the_formulas_computed_one_by_one_give_the_same_seasons(known: int) -> None:
    counts = _counters()[:, 366 : 366 + known]
    found = seasons(counts, np.ones(known))
    steady = np.flatnonzero(calm(counts))
    assert len(steady) > 10
    for row in steady:
        index, variance = naive_season.season(counts[row])
        assert found.log_index[row] == pytest.approx(index, abs=1e-8)
        assert found.mean_variance[row] == pytest.approx(variance, abs=1e-8)


@pytest.mark.parametrize("left", LEFT)
def test_no_horizon_is_much_worse_covered_than_the_whole(left: int) -> None:
    assert _covered("season", left) >= 0.75
