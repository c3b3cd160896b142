"""What the forecast says at its edges: nothing on record, too young, met, ended, coverage, stocks.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kpi.forecast.forecast import EARLY_DAYS, Forecast, Forecaster, ForecastState
from kpi.forecast.panel import Panel
from kpi.plan.workdays import NO_HOLIDAYS
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.period import Window
from kpi.wording import wording
from tests.kpi.hand import CITY, DEADLINE, A, B, Cells, Z, division, jobs, known, plan, venues


def city(the_plan: object, *cells: Cells, as_of: date, indicator: str = "jobs_published",
         **parts: object) -> Forecast:
    figures = known(the_plan, *cells, **parts)  # type: ignore[arg-type]
    found = scorecard(figures, as_of).city_line(indicator).forecast
    assert found is not None
    return found


def words(found: Forecast, unit: str = "个", target: float = 7300) -> str:
    return wording.forecast_words(found, unit, target, DEADLINE, date(2026, 1, 31))


def test_ten_a_day_reach_the_target_on_the_last_day() -> None:
    """7300 wanted by day 730; at 10 a day the 7300th comes on day 730 itself."""
    found = city(plan(), jobs(a=[10] * 365), as_of=date(2025, 12, 31))
    assert found.state == ForecastState.FORECAST
    assert found.p50 == pytest.approx(7300)
    assert found.landing == DEADLINE
    assert found.probability == pytest.approx(0.5)
    assert found.run_rates == pytest.approx((10, 10, 10))


def test_a_slow_series_lands_after_the_deadline_and_says_what_will_be_missing() -> None:
    """8 a day: 5840 at the deadline, 1460 short; the 7300th on day 913, 2 July 2027."""
    found = city(plan(), jobs(a=[8] * 365), as_of=date(2025, 12, 31))
    assert found.landing == date(2027, 7, 2)
    assert words(found) == "按当前进度年底缺1,460个"
    assert words(found, target=5840) == "按当前进度年底缺0个"


def test_a_target_not_reached_within_twice_the_window_has_no_landing() -> None:
    """4 a day make 5840 in 1460 days."""
    assert city(plan(), jobs(a=[4] * 365), as_of=date(2025, 12, 31)).landing is None


def test_nothing_on_record_is_no_forecast_and_never_zero_percent() -> None:
    figures = known(plan(), jobs(a=[10] * 365))
    found = scorecard(figures, date(2025, 12, 31)).line("jobs_published", division(B)).forecast
    assert found == Forecast(ForecastState.NO_DATA)
    assert words(found) == "待数据"


@pytest.mark.parametrize(("days", "state"), [(27, ForecastState.PRELIMINARY),
                                             (28, ForecastState.FORECAST)])
def test_fewer_than_28_days_on_record_say_no_chance(days: int, state: ForecastState) -> None:
    found = city(plan(), jobs(a=[0] * 100 + [10] * days),
                 as_of=date(2025, 1, 1) + timedelta(days=99 + days))
    assert found.state == state
    assert (found.probability is None) == (state == ForecastState.PRELIMINARY)
    assert found.p10 is not None
    assert words(found).startswith("初步：") == (state == ForecastState.PRELIMINARY)


def test_a_met_target_is_certain_and_says_since_when() -> None:
    """20 a day pass 7300 on day 365."""
    found = city(plan(), jobs(a=[20] * 400), as_of=date(2026, 1, 20))
    assert (found.state, found.probability, found.reached) == (ForecastState.MET, 1.0, date(
        2025, 12, 31))
    assert found.landing is None
    assert words(found) == "已完成（2025-12-31）"


@pytest.mark.parametrize(("daily", "state", "chance"), [(10, ForecastState.MET, 1.0),
                                                        (9, ForecastState.ENDED, 0.0)])
def test_on_the_deadline_there_is_nothing_left_to_forecast(daily: int, state: ForecastState,
                                                           chance: float) -> None:
    found = city(plan(), jobs(a=[daily] * 730), as_of=DEADLINE)
    assert (found.state, found.probability) == (state, chance)
    assert (found.p10, found.p90) == (daily * 730, daily * 730)
    if state == ForecastState.ENDED:
        assert words(found) == "截止未完成，缺730个"


def test_records_that_ceased_are_marked_and_still_forecast() -> None:
    """Silent for 12 days where 10 a day were usual."""
    found = city(plan(), jobs(a=[10] * 353), as_of=date(2025, 12, 31), read_on=date(2026, 1, 10))
    assert found.state == ForecastState.STOPPED
    assert found.p50 is not None
    assert words(found) == "停更"


def test_the_day_of_reading_is_not_taken_for_a_complete_one() -> None:
    """Read at noon of 31 December with nothing in yet: the forecast rests on 364 days of 10, not on
    a silent 365th.
    """
    found = city(plan(), jobs(a=[10] * 364), as_of=date(2025, 12, 31), read_on=date(2025, 12, 31))
    assert found.p50 == pytest.approx(7300)


def test_late_days_are_left_out_of_the_fit() -> None:
    found = city(plan(forecast={"late_days": 3}), jobs(a=[10] * 362), as_of=date(2025, 12, 31),
                 read_on=date(2026, 6, 1))
    assert found.p50 == pytest.approx(7300)


def test_a_stock_that_was_there_at_the_start_was_not_added_on_the_first_day() -> None:
    """1000 accounts of old and two a day since: 1000 + 730·2 at the deadline."""
    accounts = Cells("worker_account").add("registered", date(2024, 6, 1), A, 1000,
                                           origin="earlier")
    accounts.daily("registered", A, [2] * 365)
    found = city(
        plan(indicators={"registered_users": 5000}),
        accounts,
        as_of=date(2025, 12, 31),
        indicator="registered_users",
    )
    # the level of the day before the plan is not on record, so the first day's two are taken for
    # old stock
    assert found.p50 == pytest.approx(2460, abs=3)


def test_write_offs_and_deregistrations_count_by_the_day_they_happen() -> None:
    """Three registered and one deregistered a day: two net."""
    accounts = Cells("worker_account").daily("registered", A,
                                             [3] * 365).daily("deregistered", A, [1] * 365)
    found = city(plan(indicators={"registered_users": 5000}), accounts, as_of=date(2025, 12, 31),
                 indicator="registered_users")
    assert found.p50 == pytest.approx(1460, abs=3)


def test_coverage_is_a_share_capped_at_every_place_served() -> None:
    register = venues(*(("station", unit, code, "", date(2025, month, 1), None)
                        for unit, code, month in ((A, "321302001", 1), (A, "321302100", 3),
                                                  (B, "321322100", 5), (B, "321322101", 8))))
    the_plan = plan(indicators={"station_coverage": 1.0})
    card = scorecard(known(the_plan, register=register), date(2025, 12, 31))
    found = card.city_line("station_coverage").forecast
    assert found is not None
    assert card.city_line("station_coverage").value == 0.8
    assert found.p90 == 1.0
    assert 0.8 <= (found.p10 or 0) <= (found.p50 or 0) <= 1.0
    whole = card.line("station_coverage", division(A)).forecast
    assert whole is not None
    # A with its zone: two of three townships served
    assert whole.p90 == 1.0
    assert card.line("station_coverage", division(B)).forecast.reached == date(2025, 8, 1)  # type: ignore[union-attr]
    assert card.line("station_coverage", division(Z)).forecast == Forecast(ForecastState.NO_DATA)


def test_a_watched_count_is_forecast_without_a_chance() -> None:
    found = city(plan(indicators={"jobs_published": None}), jobs(a=[10] * 365),
                 as_of=date(2025, 12, 31))
    assert (found.probability, found.landing) == (None, None)
    assert words(found, target=None) == "年底预计7,300个"  # type: ignore[arg-type]


def test_a_share_judged_at_any_time_is_not_forecast() -> None:
    card = scorecard(known(plan(indicators={"third_party_share": 0.5}), jobs(a=[1] * 50)),
                     date(2025, 6, 1))
    assert card.city_line("third_party_share").forecast is None
    assert card.city_line("third_party_share").interval is not None


def test_a_past_day_is_forecast_from_that_day_only() -> None:
    short, long = known(plan(), jobs(a=[10] * 200)), known(plan(), jobs(a=[10] * 200 + [50] * 200))
    day = date(2025, 1, 1) + timedelta(days=199)
    assert scorecard(short, day).city_line("jobs_published").forecast == scorecard(
        long, day).city_line("jobs_published").forecast


def test_dates_of_another_year_carry_their_year() -> None:
    """9 a day lack 730 at the deadline; 11 a day bring the 7300th on day 664, 26 October 2026."""
    day = date(2025, 12, 31)
    slow, fast = (city(plan(), jobs(a=[daily] * 365), as_of=day) for daily in (9, 11))
    said = [wording.forecast_words(each, "个", 7300, DEADLINE, day) for each in (slow, fast)]
    assert said == ["按当前进度2026年底缺730个", "预计2026年10月26日完成"]
    assert words(fast) == "预计10月26日完成"
    assert wording.deadline_words(date(2026, 6, 30), day) == "2026年6月30日"


@pytest.mark.parametrize(("chance", "said"), [(None, "—"), (0.0, "<5%"), (0.049, "<5%"),
                                              (0.05, "5%"), (0.814, "81%"), (0.95, "95%"),
                                              (0.951, ">95%"), (1.0, ">95%")])
def test_no_more_certainty_is_shown_than_there_is(chance: float | None, said: str) -> None:
    assert wording.chance(chance) == said


def test_every_division_has_a_forecast() -> None:
    figures = known(plan(), jobs(a=[3] * 100, b=[2] * 100, z=[1] * 100))
    lines = scorecard(figures, date(2025, 4, 10)).lines
    assert {(line.rollup, line.division) for line in lines if line.forecast is not None} == {
        ("city", CITY), ("county", A), ("county", B), ("managing", A), ("managing", B),
        ("managing", Z)}


def test_the_drawn_outcomes_have_the_quantiles_of_the_forecast() -> None:
    found = city(plan(), jobs(a=[3, 9, 12, 5, 0, 7, 1] * 50), as_of=date(2025, 12, 16))
    assert found.outcome is not None
    drawn = found.outcome.at(np.array([-1.533206, 0.0, 1.533206]))
    assert drawn == pytest.approx([found.p10, found.p50, found.p90], rel=1e-6)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
def test_a_day_that_is_no_number_gives_no_chance_and_says_which_day(wrong: float) -> None:
    level = np.cumsum(np.full((2, 400), 10.0), axis=1)
    level[1, 300:] = wrong
    blank = np.full_like(level, np.nan)
    keys = {("x", "county", "sound"): 0, ("x", "county", "wrong"): 1}
    panel = Panel(Window(date(2025, 1, 1), DEADLINE), keys, level, np.zeros(2), blank,
                  np.full_like(level, 7300), np.zeros(2, dtype=bool))
    forecaster = Forecaster(panel, NO_HOLIDAYS, 400)
    found = forecaster.at(date(2025, 12, 31))
    assert found["x", "county", "sound"].probability == pytest.approx(0.5)
    assert found["x", "county", "wrong"] == Forecast(ForecastState.NO_DATA,
                                                     unsound=date(2025, 10, 28))
    assert words(found["x", "county", "wrong"]) == "待数据（2025-10-28起的数据不是有效数字）"
    assert forecaster.at(date(2025, 10, 27))["x", "county", "wrong"].probability == pytest.approx(
        0.5)
    signals = forecaster.signals()
    assert not np.isnan(signals.probability[1, 28:300]).any()
    assert np.isnan(signals.probability[1, 300:]).all()
    assert not np.isnan(signals.probability[0, 28:]).any()
    assert not panel.met[1, 300:].any()


@pytest.mark.parametrize(("day", "said"), [(EARLY_DAYS - 1, "<10%"), (EARLY_DAYS, "<5%")])
def test_in_the_first_half_year_a_chance_is_said_less_surely(day: int, said: str) -> None:
    found = city(plan(indicators={"jobs_published": 100_000}), jobs(a=[10] * 200),
                 as_of=date(2025, 1, 1) + timedelta(days=day - 1))
    assert found.early == (said == "<10%")
    assert wording.forecast_chance(found) == said


def test_a_target_met_early_is_certain_all_the_same() -> None:
    assert wording.forecast_chance(city(plan(), jobs(a=[8000]), as_of=date(2025, 1, 31))) == ">95%"
    assert wording.forecast_chance(None) == "—"
