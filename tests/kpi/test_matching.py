"""The median days to fill against posts whose true median is what they were drawn with."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kpi.matching import BUCKETS, YEAR, Cohorts, Step, curve
from kpi.vocabulary import DayAxis

DAY = date(2026, 6, 30)
FIRST = DayAxis(DAY, DAY)
_ENDS = np.array([last for _, last in BUCKETS])


def world(rng: np.random.Generator, median: float, heads: int) -> Cohorts:
    """Posts of a year whose days to fill are exponential, seen on the last day: what would be
    filled later is not known yet.
    """
    axis = DayAxis(date.fromordinal(DAY.toordinal() - YEAR), DAY)
    published = rng.integers(0, len(axis), heads)
    lag = np.floor(rng.exponential(median / np.log(2), heads)).astype(int)
    seen = (published + lag < len(axis)) & (lag <= _ENDS[-1])
    filled = np.zeros((1, len(BUCKETS), len(axis)))
    np.add.at(filled[0], (np.searchsorted(_ENDS, lag[seen]), published[seen]), 1)
    whole = np.bincount(published, minlength=len(axis)).astype(float)[None]
    return Cohorts(axis, whole, np.zeros_like(filled), filled)


@pytest.mark.parametrize("median", [3, 9, 20])
def test_the_median_of_two_hundred_worlds_is_within_a_day_of_the_true_one(median: int) -> None:
    rng = np.random.default_rng(20260630 + median)
    found = [curve(world(rng, median, 2000), FIRST).median()[0][0] for _ in range(200)]
    assert not np.isnan(found).any()
    assert np.abs(np.array(found) - median).mean() <= 1


def test_the_steps_of_a_curve_are_what_its_median_is_read_from() -> None:
    rng = np.random.default_rng(7)
    made = curve(world(rng, 9, 2000), FIRST)
    median, steps = made.median()[0][0], made.steps(DAY)
    passing = next(step for step in steps if step.open_after is not None and step.open_after <= 0.5)
    assert passing.first <= median <= passing.last + 1
    assert [step.at_risk for step in steps] == sorted((step.at_risk for step in steps), reverse=True)


def test_a_curve_ends_where_too_few_are_at_risk() -> None:
    rng = np.random.default_rng(8)
    steps = curve(world(rng, 9, 60), FIRST).steps(DAY)
    assert steps[-1] == Step(61, 90, steps[-1].at_risk, steps[-1].filled, None)
    assert steps[0].open_after is not None
