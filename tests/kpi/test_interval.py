"""Shares of few cases. Expected values from printed tables or worked by hand as the comments say.
"""

from __future__ import annotations

import numpy as np
import pytest

from kpi.judging.interval import (
    SampleSize,
    chance_below,
    funnel,
    incomplete_beta,
    sample_size,
    wilson,
)


def test_none_of_five_has_zero_as_its_lower_end() -> None:
    """Upper end z²/(n+z²) with z = 1.28155: 1.642374/6.642374 = .247257."""
    interval = wilson(0, 5)
    assert interval is not None
    assert interval.low == 0
    assert interval.high == pytest.approx(0.247257, abs=1e-6)


def test_wilson_of_seven_in_ten() -> None:
    """Middle (.7 + .0821187)/1.1642374 = .671786; half 1.28155·√(.021 + .00410593)/1.1642374 =
    .174414.
    """
    interval = wilson(7, 10)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(
        (0.671786 - 0.174414, 0.671786 + 0.174414), abs=2e-5)


def test_all_of_five_has_one_as_its_upper_end_and_no_cases_have_no_interval() -> None:
    interval = wilson(5, 5)
    assert interval is not None
    assert interval.high == 1
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("cases", "size"), [(0, SampleSize.NUMBERS_ONLY),
                                             (4, SampleSize.NUMBERS_ONLY), (5, SampleSize.GREY),
                                             (9, SampleSize.GREY), (10, SampleSize.UNRANKED),
                                             (29, SampleSize.UNRANKED), (30, SampleSize.ENOUGH)])
def test_small_numbers_are_shown_for_what_they_are(cases: int, size: SampleSize) -> None:
    assert sample_size(cases) == size


def test_the_incomplete_beta_function_at_values_known_in_closed_form() -> None:
    """I_x(1,1) = x; I_x(2,1) = x²; I_x(1,3) = 1 − (1−x)³; I_½(a,a) = ½; I_x(½,½) = 2/π·asin √x."""
    x = np.array([0.1, 0.4, 0.75])
    one = np.ones(3)
    assert incomplete_beta(one, one, x) == pytest.approx(x)
    assert incomplete_beta(2 * one, one, x) == pytest.approx(x**2)
    assert incomplete_beta(one, 3 * one, x) == pytest.approx(1 - (1 - x) ** 3)
    assert incomplete_beta(np.array([0.5, 7.5, 4000]), np.array([0.5, 7.5, 4000]),
                           np.full(3, 0.5)) == pytest.approx(0.5)
    assert incomplete_beta(one / 2, one / 2, x) == pytest.approx(2 / np.pi * np.arcsin(np.sqrt(x)))
    assert incomplete_beta(2 * one, 3 * one, np.array([0.0, 1.0, 0.5])) == pytest.approx(
        [0, 1, 11 / 16])


def test_the_chance_of_lying_below_a_target_by_counting_a_fine_grid() -> None:
    """Beta(20.5, 10.5) below .6, summed over two million grid points: .230060."""
    assert chance_below(20, 30, 0.6) == pytest.approx(0.230060, abs=2e-6)
    assert chance_below([5, 0], [10, 10], 0.6) == pytest.approx([0.743804, 0.999986], abs=2e-6)


def test_funnel_limits_narrow_with_the_number_of_cases() -> None:
    """.7 ± 3.0902·√(.21/n): n = 21 gives ± .30902, n = 2100 ± .030902; the scale ends at 1."""
    wide, narrow = funnel(0.7, 21), funnel(0.7, 2100)
    assert wide is not None
    assert narrow is not None
    assert (wide.low, wide.high) == pytest.approx((0.39098, 1.0), abs=1e-5)
    assert (narrow.low, narrow.high) == pytest.approx((0.669098, 0.730902), abs=1e-5)
    assert not wide.outside(0.5)
    assert narrow.outside(0.6)
    assert funnel(0.7, 0) is None
