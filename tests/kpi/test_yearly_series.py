"""The season put to real daily series with a yearly rhythm. Where they come from: `real_series.md`
beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kpi.forecast.run_rate import Projection, project
from kpi.forecast.season import LEAST_DAYS, SHARE, seasons

LEFT = (30, 60, 120, 180, 240)
WINDOW, STEP = 730, 28
STARTS = range(0, 732, 61)


@dataclass(frozen=True)
class Trial:
    """What came in the days ahead, and the 80 % ranges said with the season and without it."""

    left: int
    came: float
    season: tuple[float, float]
    plain: tuple[float, float]


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
            for came, first, second in zip(window[:, known:end].sum(axis=1), with_season, plain,
                                           strict=True):
                yield Trial(left, float(came), (first[0], first[1]), (second[0], second[1]))


@cache
def trials() -> tuple[Trial, ...]:
    frame = pd.read_csv(Path(__file__).with_name("yearly_series.csv"))
    counts = np.array([row.split() for row in frame["counts"]], dtype=float)
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


@pytest.mark.parametrize("left", LEFT)
def test_no_horizon_is_much_worse_covered_than_the_whole(left: int) -> None:
    assert _covered("season", left) >= 0.75
