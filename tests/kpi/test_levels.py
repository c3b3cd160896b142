"""Alert levels over the days: hysteresis by hand, replay, and simulations of units on pace and
short.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kpi.alerts.levels import (
    BLUE,
    GREY,
    NONE,
    RED,
    YELLOW,
    LevelArray,
    fold_floor,
    fold_pace,
    fold_silence,
    hold,
    silence,
)
from kpi.forecast.forecast import Forecaster, Signals
from kpi.forecast.panel import Panel
from kpi.plan.thresholds import USUAL_ALERTS, AlertSettings
from kpi.plan.workdays import NO_HOLIDAYS
from kpi.vocabulary.period import Window

WINDOW = Window(date(2025, 1, 1), date(2026, 12, 31))
FROM_THE_START = AlertSettings(first_day=1, first_red_day=1)
BAD, POOR, FAIR, GOOD = (0.05, 0.85), (0.15, 0.94), (0.30, 0.97), (0.60, 1.0)


def run(*stretches: tuple[tuple[float, float], int],
        settings: AlertSettings = FROM_THE_START) -> list[int]:
    """Levels of one series whose (chance, ratio) stay for so many days each."""
    pairs = np.array([pair for pair, days in stretches for _ in range(days)])
    signals = Signals(pairs[None, :, 0], pairs[None, :, 1])
    return fold_pace(signals, np.zeros((1, len(pairs)), dtype=bool), settings)[0].tolist()


def test_seven_days_running_raise_and_six_do_not() -> None:
    assert run((BAD, 7)) == [NONE] * 6 + [RED]
    assert run((BAD, 6), (GOOD, 1), (BAD, 6)) == [NONE] * 13


def test_nothing_is_red_before_day_130_and_what_stays_bad_is_red_then() -> None:
    levels = run((BAD, 131), settings=USUAL_ALERTS)
    assert levels[54:56] == [NONE, YELLOW]
    assert levels[128:131] == [YELLOW, RED, RED]


def test_both_signals_must_be_bad() -> None:
    assert run(((0.05, 0.995), 20)) == [NONE] * 20
    assert run(((0.60, 0.85), 20)) == [NONE] * 20


def test_each_grade_has_its_own_thresholds() -> None:
    assert (run((FAIR, 7))[-1], run((POOR, 7))[-1], run((BAD, 7))[-1]) == (BLUE, YELLOW, RED)
    # thresholds are half-open: P exactly .10 is not below .10
    assert run(((0.10, 0.85), 7))[-1] == YELLOW
    assert run(((0.05, 0.90), 7))[-1] == YELLOW


def test_an_alert_falls_one_grade_at_a_time_each_after_fourteen_days() -> None:
    levels = run((BAD, 7), (GOOD, 43))
    assert levels[6:20] == [RED] * 14
    assert levels[20:34] == [YELLOW] * 14
    assert levels[34:48] == [BLUE] * 14
    assert levels[48:] == [NONE] * 2


def test_between_entering_and_leaving_nothing_changes() -> None:
    """P = .15 with r = .91: not bad enough for red, not good enough to leave it."""
    assert run((BAD, 7), ((0.15, 0.91), 60))[-1] == RED


def test_a_relapse_starts_the_fourteen_days_anew() -> None:
    assert run((BAD, 7), (GOOD, 13), (BAD, 1), (GOOD, 13))[-1] == RED


def test_no_alert_before_day_fifty_six() -> None:
    levels = run((BAD, 60), settings=AlertSettings(first_red_day=1))
    assert levels[:55] == [NONE] * 55
    assert levels[55:] == [RED] * 5


def test_a_met_target_clears_at_once_and_missing_signals_raise_nothing() -> None:
    signals = Signals(np.array([[0.05] * 8 + [1.0]]), np.array([[0.5] * 8 + [1.0]]))
    met = np.array([[False] * 8 + [True]])
    assert fold_pace(signals, met, FROM_THE_START)[0].tolist() == [NONE] * 6 + [RED] * 2 + [NONE]
    blank = Signals(np.full((1, 20), np.nan), np.full((1, 20), np.nan))
    assert not fold_pace(blank, np.zeros((1, 20), dtype=bool), FROM_THE_START).any()


def counts(seed: int, series: int, mean: float = 20.0) -> np.ndarray:
    """Overdispersed counts with a week: the variance is mean + mean²/2."""
    draw = np.random.default_rng(seed)
    week = np.array([1.3, 1.2, 1.1, 1.1, 1.2, 0.6, 0.5])[np.arange(730) % 7]
    return draw.negative_binomial(2, 2 / (2 + mean * week), (series, 730)).astype(float)


def levels_of(daily: np.ndarray, target: float, days: int = 730) -> LevelArray:
    level = np.cumsum(daily, axis=1)[:, :days]
    blank = np.full_like(level, np.nan)
    panel = Panel(WINDOW, {("x", "city", str(row)): row for row in range(len(level))}, level,
                  np.zeros(len(level)), blank, np.full_like(level, target),
                  np.zeros(len(level), dtype=bool))
    return fold_pace(Forecaster(panel, NO_HOLIDAYS, 730).signals(), panel.met, USUAL_ALERTS)


def test_the_fold_of_a_prefix_is_the_prefix_of_the_fold() -> None:
    daily = counts(11, 20)
    whole = levels_of(daily, 15_000)
    for days in (40, 56, 57, 120, 365, 600):
        assert np.array_equal(levels_of(daily, 15_000, days), whole[:, :days])


def test_a_process_exactly_on_pace_is_seldom_red_and_seldom_changes() -> None:
    levels = levels_of(counts(1, 150), 20 * 730)[:, :700]
    assert (levels.max(axis=1) == RED).mean() <= 0.15
    assert (np.diff(levels.astype(int), axis=1, prepend=0) != 0).sum(axis=1).mean() <= 6


def test_a_process_fifteen_percent_short_is_always_seen() -> None:
    levels = levels_of(counts(2, 100), 20 * 730 / 0.85)[:, :700]
    assert (levels.max(axis=1) >= YELLOW).all()


@pytest.mark.long
def test_red_is_for_what_is_off_pace() -> None:
    daily = counts(20261127, 400)  # a seed that took no part in choosing any setting
    on_pace, ahead = (levels_of(daily, 20 * 730 / faster)[:, :700] for faster in (1.0, 1.05))
    assert (on_pace.max(axis=1) == RED).mean() <= 0.08
    assert (ahead.max(axis=1) == RED).mean() <= 0.01


@pytest.mark.long
def test_a_lasting_drop_of_thirty_percent_is_seen_within_two_months() -> None:
    draw = np.random.default_rng(3)
    mean = 20 * np.array([1.3, 1.2, 1.1, 1.1, 1.2, 0.6, 0.5])[np.arange(730) % 7] * np.where(
        np.arange(730) < 300, 1, 0.7)
    levels = levels_of(draw.negative_binomial(2, 2 / (2 + mean), (200, 730)).astype(float),
                       20 * 730)
    seen = (levels[:, 300:360] >= YELLOW).any(axis=1)
    assert seen.mean() > 0.75


def floor(*months: tuple[float, float], red: bool = True) -> list[int]:
    """Levels of one share whose (chance of lying below, cases) are as given at month ends."""
    table = np.array(months)
    return fold_floor(table[None, :, 0], table[None, :, 1], np.full(len(table), red),
                      USUAL_ALERTS)[0].tolist()


def test_a_floor_is_raised_at_once_by_chance_and_cases() -> None:
    assert floor((0.80, 50), (0.81, 50)) == [NONE, BLUE]
    assert floor((0.91, 50)) == [YELLOW]
    assert floor((0.98, 50)) == [RED]
    assert floor((0.98, 19), (0.98, 20)) == [YELLOW, RED]
    assert floor((0.99, 9)) == [NONE]
    assert floor((0.99, 50), red=False) == [YELLOW]


def test_a_floor_is_cleared_after_two_months_below_seventy_percent() -> None:
    assert floor((0.85, 50), (0.69, 50), (0.72, 50), (0.69, 50),
                 (0.69, 50)) == [BLUE, BLUE, BLUE, BLUE, NONE]


def test_a_floor_is_lowered_to_what_two_months_support() -> None:
    assert floor((0.99, 50), (0.92, 50), (0.92, 50), (0.75, 50),
                 (0.75, 50)) == [RED, RED, YELLOW, YELLOW, BLUE]


def test_a_floor_with_too_few_cases_is_cleared_after_two_months() -> None:
    assert floor((0.99, 50), (0.99, 3), (0.99, 3)) == [RED, RED, NONE]


def test_a_condition_is_held_until_it_failed_long_enough() -> None:
    condition = np.array([[True, False, False, True, False, False, False, True]])
    assert hold(condition, 3)[0].tolist() == [True, True, True, True, True, True, False, True]


WEEKDAYS = np.arange(200) % 7  # day 0 is a Monday


def stops(daily: np.ndarray, holiday: np.ndarray | None = None) -> list[int]:
    """Days (positions) on which records have stopped."""
    none = np.zeros(len(daily), dtype=bool)
    stopped = fold_silence(daily[None, :].astype(float), none if holiday is None else holiday,
                           WEEKDAYS[:len(daily)], USUAL_ALERTS)
    return np.flatnonzero(stopped[0]).tolist()


def test_a_sudden_stop_needs_five_expected_and_more_than_two_days() -> None:
    """Five a day, silent from day 150: after three silent days 15 are expected; two days are not
    enough.
    """
    daily = np.full(160, 5)
    daily[150:155] = 0
    assert stops(daily) == [152, 153, 154]
    none = np.zeros(153, dtype=bool)
    assert silence(daily[:153].astype(float), none, WEEKDAYS[:153]) == (3, 15)
    assert silence(daily[:150].astype(float), none[:150], WEEKDAYS[:150]) == (0, 0)


def test_a_usual_weekend_is_no_stop_but_a_longer_silence_is() -> None:
    """Nothing on Saturdays and Sundays: longest silence 2, so more than three days; Monday to
    Wednesday expect 15.
    """
    daily = np.where(np.arange(200) % 7 < 5, 5, 0)
    assert stops(daily) == []
    # Monday to Friday after a weekend: silent days 3 to 7, and the weekend after
    daily[140:145] = 0
    assert stops(daily) == [141, 142, 143, 144, 145, 146]


def test_a_holiday_expects_nothing() -> None:
    daily, holiday = np.full(160, 5), np.zeros(160, dtype=bool)
    daily[150:157] = 0
    holiday[150:157] = True
    assert stops(daily, holiday) == []


def test_rare_records_may_stay_away() -> None:
    daily = np.where(np.arange(200) % 30 == 0, 1, 0)
    assert stops(daily) == []


def test_grey_is_the_lowest_grade() -> None:
    assert NONE < GREY < BLUE < YELLOW < RED


@pytest.mark.parametrize("days", [60, 120])
def test_the_silence_of_a_prefix_is_the_prefix_of_the_silence(days: int) -> None:
    daily = np.random.default_rng(3).poisson(0.6, 160)
    whole = fold_silence(daily[None, :].astype(float), np.zeros(160, dtype=bool), WEEKDAYS[:160],
                         USUAL_ALERTS)
    part = fold_silence(daily[None, :days].astype(float), np.zeros(days, dtype=bool),
                        WEEKDAYS[:days], USUAL_ALERTS)
    assert np.array_equal(part, whole[:, :days])
