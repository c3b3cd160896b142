"""The season: expected values worked out by other code, what it must not do, and a year's wave seen
through the panel.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from kpi.definitions.catalogue import Kind
from kpi.forecast.forecast import Forecaster, Signals
from kpi.forecast.panel import Nature, Panel
from kpi.forecast.run_rate import project
from kpi.forecast.season import LEAST_DAYS, SHARE, calm, seasons
from kpi.forecast.weighing import Weighing
from kpi.plan.curve import Curve, CurveKind, StagePoint
from kpi.plan.workdays import NO_HOLIDAYS
from kpi.vocabulary.period import Window

DAYS = np.arange(730)
WAVE = 1 + 0.4 * np.sin(2 * np.pi * (DAYS - 60) / 365.25)
GOLDEN = np.round(20 * WAVE) + (DAYS * 7 % 5)  # no random numbers
WINDOW = Window(date(2025, 1, 1), date(2026, 12, 31))


def wave(seed: int = 20250101, mean: float = 20.0) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean * WAVE).astype(float)


def log_index(counts: np.ndarray) -> np.ndarray:
    return seasons(counts[None, :], np.ones(len(counts))).log_index[0]


def readable(counts: np.ndarray) -> bool:
    return bool(seasons(counts[None, :], np.ones(len(counts))).mean_variance.any())


@pytest.mark.parametrize(("known", "came", "plain", "season", "chance", "variance"),
                         [(400, 7451, (5592.41, 142.1145, 0.197199), (6990.907, 142.1145, 0.087571),
                           0.973709, 0.012823), (540, 3766, (5585.192, 86.54148, 0.183906),
                                                 (4004.763, 86.54148, 0.080004), 0.999728,
                                                 0.014038),
                          (640, 1348, (1811.539, 41.38875, 0.129508),
                           (1428.312, 41.38875, 0.075215), 0.999997, 0.014148)])
def test_the_worked_example(known: int, came: float, plain: tuple[float, ...],
                            season: tuple[float, ...], chance: float, variance: float) -> None:
    counts, origin = GOLDEN[None, :known], np.array([known])
    found = seasons(counts, np.ones(known))
    assert GOLDEN[known:].sum() == came
    assert found.chance[0] == pytest.approx(chance, abs=1e-6)
    assert found.variance(np.array([730 - known]))[0, 0] == pytest.approx(variance, abs=1e-6)
    without = project(counts, np.ones(730), origin, 730)
    extra = SHARE * found.variance(np.array([730 - known]))
    within = project(counts, found.weights(730), origin, 730, season_variance=extra)
    for said, expected in ((without, plain), (within, season)):
        assert (said.growth[0, 0], said.pad[0, 0]) == pytest.approx(expected[:2], rel=1e-6)
        assert said.scale[0, 0] == pytest.approx(expected[2], abs=1e-6)


def test_the_index_of_the_worked_example() -> None:
    assert log_index(GOLDEN[:540])[[0, 6, 13, 20]] == pytest.approx(
        [0.263411, -0.093321, -0.299689, 0.190676], abs=1e-6)


def test_too_short_or_unsteady_a_series_has_no_season() -> None:
    counts = wave()
    assert not readable(counts[:LEAST_DAYS - 1])
    assert readable(counts[:LEAST_DAYS])
    falling = np.exp(-DAYS / 100) * 100
    assert calm(np.stack([falling, counts])).tolist() == [False, True]
    assert not readable(falling)


def test_without_a_cycle_the_index_is_near_one() -> None:
    flat = np.random.default_rng(1).poisson(20, 500).astype(float)
    assert np.abs(log_index(flat)).max() < 0.06
    assert np.abs(log_index(np.zeros(500))).max() < 1e-6


def test_a_cycle_is_found_and_shrunk() -> None:
    found = seasons(wave()[None, :540], np.ones(540))
    truth, said = (np.log(each) - np.log(each).mean()
                   for each in (WAVE[540:], found.weights(730)[0, 540:]))
    assert found.chance[0] > 0.9
    assert np.corrcoef(truth, said)[0, 1] > 0.97
    assert 0.6 < said.std() / truth.std() < 1.05


def test_the_scale_does_not_matter() -> None:
    counts = wave(mean=200.0)[:500]
    assert log_index(counts) == pytest.approx(log_index(counts * 1000), abs=0.02)


def test_the_same_day_of_two_years_has_the_same_index() -> None:
    weights = seasons(wave()[None, :540], np.ones(540)).weights(730)[0]
    assert weights[:364] == pytest.approx(weights[365:729], rel=0.02)


def test_a_holiday_is_no_quiet_season() -> None:
    """A fortnight at a tenth of the work that the calendar knows of leaves no trace in the index.
    """
    counts, effort = np.full(500, 20.0), np.ones(500)
    counts[200:214], effort[200:214] = 2.0, 0.1
    assert np.abs(seasons(counts[None, :], effort).log_index).max() < 0.05


@pytest.mark.parametrize("known", [400, 450, 500, 540, 600])
def test_the_range_holds_what_came_and_is_narrower(known: int) -> None:
    counts, left, origin = wave(), 730 - known, np.array([known])
    found = seasons(counts[None, :known], np.ones(known))
    new = project(counts[None, :], found.weights(730), origin, 730,
                  season_variance=SHARE * found.variance(np.array([left])))
    old = project(counts[None, :], np.ones(730), origin, 730)
    low, high = new.quantile(0.1)[0, 0], new.quantile(0.9)[0, 0]
    assert low <= counts[known:].sum() <= high
    assert high - low < old.quantile(0.9)[0, 0] - old.quantile(0.1)[0, 0]


def test_rates_that_agree_add_nothing_and_rates_that_differ_widen_the_range() -> None:
    """Worked by hand: 5 a day all along leaves no past error, so s = √(.8·v + .4/(μ+k) +
    .0003)·(150/400)^.26 but for the share of the disagreement; the last 28 days at 10 a day pull
    the three rates apart."""
    steady, origin = np.full((1, 400), 5.0), np.array([400])
    found = project(steady, np.ones(730), origin, 730)
    left, mass = 330.0, 0.0
    for days, step in ((14, 7), (28, 7), (56, 14), (112, 28), (224, 56)):
        number = min(40, (400 - days - 14) // step + 1)
        mass += (1 + (number - 1) * step / days) * days / left
    past = 0.007 * (left / 28) ** 0.3 / (mass + 0.1)
    assert found.scale[0, 0] == pytest.approx(
        np.sqrt(0.8 * past + 0.4 / (1650 + 33) + 0.0003) * max((150 / 400) ** 0.26, 0.8), rel=1e-9)
    faster = steady.copy()
    faster[0, 372:] = 10.0
    assert project(faster, np.ones(730), origin, 730).scale[0, 0] > found.scale[0, 0]


def panel_of(level: np.ndarray, target: float = np.nan, natures: tuple[Nature, ...] = ()) -> Panel:
    keys = {("x", "city" if row == 0 else "county", str(row)): row for row in range(len(level))}
    blank = np.full_like(level, np.nan)
    return Panel(WINDOW, keys, level, np.zeros(len(level)), blank, np.full_like(level, target),
                 np.zeros(len(level), dtype=bool), natures)


def test_a_season_is_read_at_ends_of_months_from_the_days_before() -> None:
    """January 2026 ends on day 396, the first month end with 392 days; what comes later must not
    matter.
    """
    counts = np.stack([wave(), wave(2)])
    changed = counts.copy()
    changed[:, 396:] = 0
    first, second = (Weighing(panel_of(np.cumsum(each, axis=1)), NO_HOLIDAYS)
                     for each in (counts, changed))
    assert first.on(395).seasons is None
    assert first.on(396).seasons is first.on(423).seasons
    assert np.array_equal(first.on(423).days, second.on(423).days)
    assert first.on(424).seasons is not first.on(423).seasons
    assert list(first.spans(np.array([390, 395, 396, 423, 424]))) == [(0, 2), (2, 4), (4, 5)]


def test_a_unit_with_few_records_has_the_season_of_the_city_and_places_have_none() -> None:
    city, small = wave(mean=30.0), np.random.default_rng(5).poisson(1.0, 730).astype(float)
    natures = (Nature(Kind.CUMULATIVE, 0), Nature(Kind.CUMULATIVE, 0), Nature(Kind.COVERAGE, 0))
    panel = panel_of(np.cumsum(np.stack([city, small, city]), axis=1), natures=natures)
    found = Weighing(panel, NO_HOLIDAYS).on(600).seasons
    assert found is not None
    assert np.array_equal(found.log_index[0], found.log_index[1])
    assert found.log_index[0].any()
    assert not found.log_index[2].any()


def test_the_signals_of_a_day_are_the_forecast_of_that_day() -> None:
    """The history of alerts and the figures of a day must not differ, whatever month the season is
    of.
    """
    level = np.cumsum(np.stack([wave(3), wave(4)]), axis=1)
    target = float(level[0, -1])
    forecaster = Forecaster(panel_of(level, target), NO_HOLIDAYS, 730)
    signals = forecaster.signals()
    for day in (date(2025, 6, 1), date(2026, 1, 30), date(2026, 1, 31), date(2026, 6, 30),
                date(2026, 11, 3)):
        forecasts = forecaster.at(day)
        for row, key in enumerate(forecaster.panel.row_of):
            position = (day - WINDOW.start).days
            assert signals.probability[row, position] == pytest.approx(
                forecasts[key].probability, abs=1e-9)
            assert signals.ratio[row, position] == pytest.approx(
                (forecasts[key].p50 or 0.0) / target, abs=1e-9)


@cache
def simulated() -> tuple[np.ndarray, Signals]:
    """Units with a wave of ±35 % over the year, each with its peak in another week, exactly on
    pace: (what each had by each day, signals)."""
    peaks = np.arange(0, 364, 7)[:, None]
    rate = 20 * (1 + 0.35 * np.cos(2 * np.pi * (DAYS - peaks) / 365.25))
    level = np.cumsum(np.random.default_rng(11).negative_binomial(10, 10 / (10 + rate)).astype(
        float), axis=1)
    return level, Forecaster(panel_of(level, 20 * 730.0), NO_HOLIDAYS, 730).signals()


def test_a_wave_over_the_year_is_no_reason_for_red() -> None:
    """Without the season one in eight of these days would call for red."""
    _, signals = simulated()
    days = slice(398, 699)
    red = (signals.probability[:, days] < 0.10) & (signals.ratio[:, days] < 0.90)
    assert red.mean() <= 0.10


def test_the_range_of_a_wave_over_the_year_holds_what_came() -> None:
    level, _ = simulated()
    forecaster = Forecaster(panel_of(level, float(20 * 730)), NO_HOLIDAYS, 730)
    hits = [
        forecast.p10 <= level[row, -1] <= forecast.p90  # type: ignore[operator]
        for day in (399, 429, 460, 490, 520, 551, 581, 612, 642, 672, 698)
        for row, forecast in enumerate(forecaster.at(WINDOW.start + timedelta(days=day)).values())
    ]
    assert np.mean(hits) >= 0.85


def test_the_stages_of_a_plan_weigh_its_days() -> None:
    """40 % by the end of 2025, the rest by the deadline: .8 and 1.2 of the usual; month steps want
    the same every month.
    """
    staged = Curve(CurveKind.STAGED, (StagePoint(date(2025, 12, 31), 0.4),)).day_weights(WINDOW)
    assert staged is not None
    assert len(staged) == 730
    assert (staged[0], staged[364], staged[365], staged[-1]) == pytest.approx((0.8, 0.8, 1.2, 1.2))
    months = Curve(CurveKind.MONTH_STEP).day_weights(WINDOW)
    assert months is not None
    assert (months[0], months[31]) == pytest.approx((730 / 24 / 31, 730 / 24 / 28))
    assert sum(months) == pytest.approx(730)
    assert Curve().day_weights(WINDOW) is None


def test_a_stage_in_which_nothing_falls_due_still_weighs_a_tenth() -> None:
    done = Curve(CurveKind.STAGED, (StagePoint(date(2026, 6, 30), 1.0),)).day_weights(WINDOW)
    assert done is not None
    assert done[-1] == 0.1


def test_a_ramp_that_follows_its_plan_is_expected_to_arrive() -> None:
    """Half the pace until the end of 2025, then one and a half times: without the stages it would
    look hopeless.
    """
    stages = Curve(CurveKind.STAGED, (StagePoint(date(2025, 12, 31), 0.25),))
    daily = np.where(DAYS < 365, 5.0, 15.0)
    level = np.cumsum(daily)[None, :300]
    plain, planned = (Forecaster(panel_of(level, 7300.0, (Nature(Kind.CUMULATIVE, 0, curve),)),
                                 NO_HOLIDAYS, 300).at(date(2025, 10, 27))["x", "city", "0"]
                      for curve in (Curve(), stages))
    assert plain.p50 == pytest.approx(3650, rel=0.01)
    assert planned.p50 == pytest.approx(7300, rel=0.01)
