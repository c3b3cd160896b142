"""The forecast of counts: a worked example, an independent recomputation, and the properties it
must have.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.forecast.run_rate import FloatArray, Projection, days_to_add, median_additions, project
from kpi.forecast.student import t4_cdf, t4_quantile
from tests.examples import examples
from tests.kpi import naive_forecast


def seasonal(seed: int, series: int, days: int, mean: float = 20.0) -> np.ndarray:
    """Overdispersed daily counts with a week and a slow drift."""
    draw = np.random.default_rng(seed)
    drift = np.exp(np.cumsum(0.02 * draw.standard_normal((series, days)), axis=1))
    week = np.array([1.3, 1.2, 1.1, 1.1, 1.2, 0.6, 0.5])[np.arange(days) % 7]
    return draw.poisson(mean * week * drift).astype(float)


def test_students_t_with_four_degrees_of_freedom_agrees_with_the_printed_tables() -> None:
    assert [t4_quantile(p) for p in (0.9, 0.95, 0.975, 0.5)] == pytest.approx(
        [1.5332, 2.1318, 2.7764, 0.0], abs=5e-5)
    assert t4_cdf(np.array([-2.7764, 0.0, 1.5332, np.inf])) == pytest.approx(
        [0.025, 0.5, 0.9, 1.0], abs=5e-6)


def test_ten_a_day_for_a_hundred_days_with_a_hundred_to_go() -> None:
    """Worked by hand. All rates are 10 and every past error is 0, so μ = 1000 and k = .02·10·100 =
    20.

    Weights: d=14 has 11 origins, n = 1+10·7/14 = 6, ω = 6·.14 = .84; d=28: 9, n = 3, ω = .84; d=56:
    3, n = 1.5, ω = .84; W = 2.52. v = .007·(100/28)^.3 ÷ 2.62 = .0102554/2.62 = .00391426. s =
    √(.8·.00391426 + .4/1020 + .0003)·1.5^.26 = .0618350·1.111178 = .0687097. p90: 1020·(1 +
    .0687097·1.533206/2)² − 20 = 1110.28; p10: 895.377. 1100 more: t = 2(√(1120/1020) − 1)/s =
    1.393507, T4(t) = .882046.
    """
    found = project(np.full((1, 100), 10.0), np.ones(200), np.array([100]), 200)
    assert found.growth[0, 0] == pytest.approx(1000)
    assert found.pad[0, 0] == 20
    assert found.scale[0, 0] == pytest.approx(0.0687097, rel=1e-5)
    assert found.blend[0, 0] == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert found.quantile(0.9)[0, 0] == pytest.approx(1110.28, abs=0.02)
    assert found.quantile(0.1)[0, 0] == pytest.approx(895.377, abs=0.02)
    assert found.probability(np.array([[1100.0]]))[0, 0] == pytest.approx(1 - 0.882046, abs=2e-5)


@pytest.mark.parametrize("known", [1, 13, 27, 28, 29, 60, 200, 433, 669, 729])
def test_the_formulas_computed_one_by_one_give_the_same(known: int) -> None:
    counts, weights = seasonal(3, 4, 730), np.ones(730)
    weights[28:36] = 0.1
    weights[410:417] = 0.1
    found = project(counts, weights, np.array([known]), 730)
    for row in range(4):
        expected = naive_forecast.forecast(counts[row, :known].tolist(), weights.tolist(), 730)
        assert (found.growth[row, 0], found.scale[row, 0], found.pad[row, 0]) == pytest.approx(
            expected, rel=1e-9)


def test_many_origins_at_once_give_what_each_gives_alone() -> None:
    counts, weights = seasonal(4, 3, 500), np.ones(730)
    origins = np.arange(28, 501)
    together = project(counts, weights, origins, 730)
    for position in (0, 31, 32, 200, 472):
        alone = project(counts, weights, origins[position:position + 1], 730)
        assert together.growth[:, position] == pytest.approx(alone.growth[:, 0], rel=1e-12)
        assert together.scale[:, position] == pytest.approx(alone.scale[:, 0], rel=1e-12)


def test_rows_are_independent_and_equal_input_gives_equal_output() -> None:
    counts, weights = seasonal(5, 6, 400), np.ones(730)
    whole = project(counts, weights, np.array([400]), 730)
    again = project(counts, weights, np.array([400]), 730)
    single = project(counts[2:3], weights, np.array([400]), 730)
    assert np.array_equal(whole.scale, again.scale)
    assert whole.growth[2] == pytest.approx(single.growth[0], rel=1e-12)
    assert whole.scale[2] == pytest.approx(single.scale[0], rel=1e-12)


def test_nothing_after_the_origin_is_used() -> None:
    counts, weights = seasonal(6, 2, 500), np.ones(730)
    changed = counts.copy()
    changed[:, 300:] = 1000
    before, after = (project(each, weights, np.array([300]), 730) for each in (counts, changed))
    assert np.array_equal(before.growth, after.growth)
    assert np.array_equal(before.scale, after.scale)


@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 10_000), known=st.integers(28, 700), mean=st.floats(0.05, 50))
def test_a_higher_target_is_never_more_likely(seed: int, known: int, mean: float) -> None:
    found = project(seasonal(seed, 1, known, mean), np.ones(730), np.array([known]), 730)
    needs = np.linspace(0.1, 4 * float(found.growth[0, 0]) + 10, 50)
    chances = [float(found.probability(np.array([[need]]))[0, 0]) for need in needs]
    assert all(earlier >= later for earlier, later in itertools.pairwise(chances))
    assert all(0 <= chance <= 1 for chance in chances)


@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 10_000), known=st.integers(60, 700))
def test_ten_times_the_data_give_ten_times_the_forecast_within_five_percent(
        seed: int, known: int) -> None:
    counts = seasonal(seed, 1, known, mean=40)
    small, large = (project(each, np.ones(730), np.array([known]), 730)
                    for each in (counts, counts * 10))
    assert large.growth[0, 0] == pytest.approx(10 * small.growth[0, 0], rel=0.05)


def median_path(counts: FloatArray, weights: FloatArray, known: int,
                found: Projection) -> FloatArray:
    return median_additions(counts, weights, known, found)(np.arange(1, len(weights) - known + 1)[
        None, :])


def test_the_median_path_ends_where_the_forecast_does_and_never_turns_back() -> None:
    counts, weights = seasonal(7, 3, 400), np.ones(1460)
    found = project(counts, weights, np.array([400]), 730)
    path = median_path(counts, weights, 400, found)
    assert path.shape == (3, 1060)
    assert path[:, 329] == pytest.approx(found.growth[:, 0])
    assert (np.diff(path, axis=1) >= 0).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), known=st.integers(30, 700), holidays=st.booleans(),
       share=st.floats(0, 3), mean=st.sampled_from([0.05, 2.0, 40.0]))
def test_the_landing_day_is_the_first_on_which_the_whole_path_is_there(
        seed: int, known: int, holidays: bool, share: float, mean: float) -> None:
    """Drawn day by day and looked through, instead of halved; series with nothing, with everything,
    without a target.
    """
    counts = np.vstack([seasonal(seed, 3, known, mean), np.zeros((1, known)),
                        np.full((1, known), -2.0)])
    weights = np.random.default_rng(seed).choice([1.0, 0.1], 1460) if holidays else np.ones(1460)
    found = project(counts, weights[:730], np.array([known]), 730)
    path = median_path(counts, weights, known, found)
    for need in (share * found.growth[:, 0], path[:, 17], np.zeros(5), np.full(5, np.nan),
                 path[:, -1] * 1.01 + 1):
        first = [next((day for day, added in enumerate(row, start=1) if added >= least), 0)
                 for row, least in zip(path, need, strict=True)]
        assert days_to_add(counts, weights, known, found, need).tolist() == first


def test_a_holiday_ahead_counts_for_a_tenth_of_a_day() -> None:
    """10 a day, 10 days to go of which 5 are holidays: 5·10 + 5·1 = 55."""
    weights = np.ones(110)
    weights[102:107] = 0.1
    assert project(np.full((1, 100), 10.0), weights, np.array([100]),
                   110).growth[0, 0] == pytest.approx(55)


def test_a_series_that_only_shrinks_is_forecast_to_stay() -> None:
    found = project(np.full((1, 100), -3.0), np.ones(200), np.array([100]), 200)
    assert found.growth[0, 0] == pytest.approx(0, abs=1e-9)
    assert np.isfinite(found.scale).all()
