"""Stocks that lose: a signed forecast, and a met target that may be lost again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kpi.forecast.forecast import Forecast, ForecastState
from kpi.forecast.net_change import loses
from kpi.forecast.run_rate import days_to_add, project
from kpi.scorecard.scorecard import scorecard
from kpi.wording import wording
from tests.kpi.hand import DEADLINE, A, Cells, known, plan

DAYS = np.arange(730)
STOCK = np.array([True])


@pytest.mark.parametrize(("day", "median", "spread"), [(200, 218.48786, 182.404883),
                                                       (500, -328.042832, 119.620889)])
def test_the_worked_example(day: int, median: float, spread: float) -> None:
    net = (DAYS * 13 % 11) - 5.5 + np.where(DAYS < 400, 1.0, -1.0)
    found = project(net[None, :], np.ones(730), np.array([day]), 730, stock=STOCK)
    assert found.signed[0, 0]
    assert (found.growth[0, 0], found.scale[0, 0]) == pytest.approx((median, spread), rel=1e-7)
    assert found.quantile(0.5)[0, 0] == pytest.approx(median)
    assert found.quantile(0.9)[0, 0] == pytest.approx(median + spread * 1.533206, rel=1e-5)
    assert found.probability(np.array([[median]]))[0, 0] == pytest.approx(0.5)
    assert found.probability(np.array([[median + spread * 1.533206]]))[0, 0] == pytest.approx(
        0.1, abs=1e-5)


def test_one_lost_for_twenty_gained_is_a_stock_that_loses() -> None:
    rows = np.array([[5.0, 4, 0], [100.0, -4, 0], [100.0, -5, 0], [-1.0, 0, 0], [0.0, 0, 0]])
    assert loses(rows, np.array([3]))[:, 0].tolist() == [False, False, True, True, False]
    assert loses(rows, np.array([1, 2]))[2].tolist() == [False, True]


def test_a_count_that_is_corrected_downwards_is_no_stock() -> None:
    net = np.tile([5.0, -1.0], 200)[None, :]
    assert not project(net, np.ones(730), np.array([400]), 730).signed.any()
    assert not project(net, np.ones(730), np.array([400]), 730,
                       stock=np.array([False])).signed.any()


@pytest.mark.parametrize(("up", "down"), [(5, 4), (5, 5), (5, 6)])
def test_a_growing_flat_or_shrinking_stock_is_covered(up: int, down: int) -> None:
    draw = np.random.default_rng(7)
    net = (draw.poisson(up, (200, 730)) - draw.poisson(down, (200, 730))).astype(float)
    found = project(net, np.ones(730), np.array([640]), 730, stock=np.ones(200, dtype=bool))
    came = net[:, 640:].sum(axis=1)
    low, high = found.quantile(0.1)[:, 0], found.quantile(0.9)[:, 0]
    assert ((low <= came) & (came <= high)).mean() >= 0.80


def test_other_rows_of_the_panel_stay_as_they_were() -> None:
    draw = np.random.default_rng(8)
    counts = np.stack([draw.poisson(5, 500), draw.poisson(5, 500) - draw.poisson(4, 500)]).astype(
        float)
    origins = np.array([100, 300, 500])
    alone = project(counts[:1], np.ones(730), origins, 730)
    both = project(counts, np.ones(730), origins, 730, stock=np.array([False, True]))
    assert both.signed.tolist() == [[False] * 3, [True] * 3]
    for name in ("growth", "scale", "pad", "rates", "blend"):
        assert getattr(both, name)[0] == pytest.approx(getattr(alone, name)[0])


def test_a_shrinking_stock_never_lands_and_a_growing_one_does_in_a_straight_line() -> None:
    net = np.stack([np.tile([2.0, -1.0], 200), np.tile([1.0, -2.0], 200)])
    found = project(net, np.ones(730), np.array([400]), 730, stock=np.array([True, True]))
    assert found.growth[:, 0] == pytest.approx([165, -165], abs=0.1)
    assert days_to_add(net, np.ones(1460), 400, found, np.array([99.9, 99.9])).tolist() == [200, 0]


def accounts(gained: int, lost: int, first: int = 0) -> Cells:
    cells = Cells("worker_account").daily("registered", A, [gained] * 400).daily(
        "deregistered", A, [lost] * 400)
    return cells.add("registered", date(2025, 1, 1), A, first) if first else cells


def forecast(cells: Cells, target: float) -> Forecast:
    found = scorecard(known(plan(indicators={"registered_users": target}), cells),
                      date(2026, 2, 4)).city_line("registered_users").forecast
    assert found is not None
    return found


def test_a_met_stock_that_loses_may_fall_back() -> None:
    """1000 and five more a day, six deregistered: 600 are left on day 400 and some 270 will be at
    the deadline.
    """
    found = forecast(accounts(5, 6, 1000), 500)
    assert found.state == ForecastState.MET
    assert found.probability is not None
    assert found.probability < 0.5
    assert found.may_fall_back
    assert found.p50 == pytest.approx(270, abs=20)
    assert found.run_rates == pytest.approx((-1, -1, -1), abs=0.01)
    assert wording.forecast_words(found, "人", 500, DEADLINE, date(2026, 2, 4)) == "已达标，按近期趋势年底可能回落"


def test_a_met_stock_that_will_be_held_is_just_met() -> None:
    found = forecast(accounts(6, 5), 300)
    assert (found.state, found.may_fall_back) == (ForecastState.MET, False)
    assert (found.probability or 0) > 0.9
    assert wording.forecast_words(found, "人", 300, DEADLINE, date(2026, 2, 4)).startswith("已完成（")


def test_nobody_is_fewer_than_none() -> None:
    found = forecast(accounts(0, 1, 430), 5000)
    assert (found.p10, found.p50) == (0.0, 0.0)
    assert found.outcome is not None
    assert found.outcome.at(np.array([-9.0, 0.0])).tolist() == [0.0, 0.0]
