"""The sample stands where the plan's sample magnitudes say, recomputed row by row on the built
databases.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from tests import naive
from tests.naive import NaiveLine, Row, Tables

AS_OF, START, READ_ON = date(2026, 10, 31), date(2025, 1, 1), date(2026, 11, 1)
CITY = ("city", "321300")
UNITS = ("321302", "321311", "321322", "321323", "321324", "321371", "321391", "321392", "321393")
Lines = dict[tuple[str, str, str], NaiveLine]


@pytest.fixture(scope="module")
def lines(sample_tables: Tables) -> Lines:
    return naive.lines(sample_tables, start=START, as_of=AS_OF, read_on=READ_ON)


def _value(lines: Lines, indicator: str, rollup: str = "city", code: str = "321300") -> float:
    value = lines[indicator, rollup, code].value
    assert value is not None
    return value


@pytest.mark.parametrize(("indicator", "expected"), [
    ("jobs_published", 46_800), ("training_attendances", 13_150), ("registered_users", 47_600),
    ("registered_employers", 4_310), ("craft_certificates", 420), ("welfare_posts", 1_150)])
def test_counts_as_of_the_last_day_are_exactly_the_magnitudes(lines: Lines, indicator: str,
                                                              expected: int) -> None:
    assert _value(lines, indicator) == expected


@pytest.mark.parametrize(("indicator", "percent"), [
    ("third_party_share", 53.4), ("mediation_success", 68.0), ("arbitration_closing", 90.3),
    ("e_agreement_share", 68.0)])
def test_shares_as_of_the_last_day_are_the_magnitudes(lines: Lines, indicator: str,
                                                      percent: float) -> None:
    assert 100 * _value(lines, indicator) == pytest.approx(percent, abs=0.15)


@pytest.mark.parametrize(("indicator", "numerator", "denominator"), [
    ("county_market_coverage", 5, 5), ("station_coverage", 91, 95), ("window_coverage", 259, 612),
    ("tier_coverage", 1 + 5 + 91, 1 + 5 + 95)])
def test_coverage_as_of_the_last_day(lines: Lines, indicator: str, numerator: int,
                                     denominator: int) -> None:
    line = lines[(indicator, *CITY)]
    assert (line.numerator, line.denominator) == (numerator, denominator)


def test_exactly_two_units_have_windows_in_less_than_forty_percent_of_their_central_villages(
        lines: Lines) -> None:
    shares = {unit: lines["window_coverage", "managing", unit].value for unit in UNITS}
    assert {unit for unit, share in shares.items() if share is not None and share < 0.4} == {
        "321324", "321391"}


def test_every_watch_indicator_with_a_source_has_a_figure(lines: Lines) -> None:
    for indicator in ("co_built_sites", "sector_jobs", "operated_venues", "injury_cover",
                      "assisted_workers", "violations_closed", "transfers_answered",
                      "dual_real_name", "funds_spent", "good_practices"):
        assert _value(lines, indicator) > 0, indicator


def test_the_attendances_are_those_of_about_11_800_persons(sample_tables: Tables) -> None:
    divisions = naive.Divisions(sample_tables, "321300")
    judged = naive.judge("training_attendance", sample_tables["training_attendance"], divisions,
                         READ_ON, 30)
    assert len({entry.row["person_key"] for entry in judged if entry.reason is None}) == 11_800


def test_jobs_are_shared_among_units_as_written(lines: Lines) -> None:
    shares = (13.6, 9.2, 30, 16, 16, 5.2, 3.8, 3.4, 2.8)
    known = sum(_value(lines, "jobs_published", "managing", unit) for unit in UNITS)
    for unit, share in zip(UNITS, shares, strict=True):
        assert 100 * _value(lines, "jobs_published", "managing", unit) / known == pytest.approx(
            share, abs=0.05)


def test_some_jobs_know_only_the_city(lines: Lines) -> None:
    known = sum(_value(lines, "jobs_published", "managing", unit) for unit in UNITS)
    assert 0 < _value(lines, "jobs_published") - known < 0.02 * 46_800


def test_units_stand_on_both_sides_of_the_pace(lines: Lines) -> None:
    """Users against a target by population: some ahead of 669 of 730 days, some behind, one by far.
    """
    population = {"321302": 514_392, "321311": 378_520, "321322": 1_670_000, "321323": 830_000,
                  "321324": 858_740, "321371": 250_000, "321391": 210_000, "321392": 165_000,
                  "321393": 105_000}
    elapsed, everyone = 669 / 730, sum(population.values())
    ahead = {unit: _value(lines, "registered_users", "managing",
                          unit) / (50_000 * people / everyone) - elapsed
             for unit, people in population.items()}
    assert sum(gap > 0 for gap in ahead.values()) >= 3
    assert sum(gap < 0 for gap in ahead.values()) >= 3
    assert ahead["321322"] > 0.05, "沭阳 is ahead"
    assert -0.05 < ahead["321324"] < 0, "泗洪 is a little behind"
    assert ahead["321391"] < -0.1, "湖滨 is far behind"


def test_all_units_but_employers_are_behind_in_the_city(lines: Lines) -> None:
    assert _value(lines, "registered_employers") < 5_000 * 669 / 730
    assert _value(lines, "registered_users") > 50_000 * 669 / 730


@cache
def _months() -> list[tuple[int, int]]:
    return [(year, month) for year in (2025, 2026) for month in range(1, 13)
            if (year, month) <= (2026, 10)]


def _counted(tables: Tables, dataset: str) -> list[Row]:
    divisions = naive.Divisions(tables, "321300")
    judged = naive.judge(dataset, tables[dataset], divisions, READ_ON, 30)
    return [entry.row for entry in judged if entry.reason is None]


def test_jobs_ramp_up_through_2025_and_follow_the_seasons_of_2026(sample_tables: Tables) -> None:
    heads: Counter[tuple[int, int]] = Counter()
    for row in _counted(sample_tables, "job_posting"):
        heads[row["published_on"].year, row["published_on"].month] += row["headcount"]
    expected = [600 + (2300 - 600) * i / 11 for i in range(12)]
    expected += [2850 * f for f in (0.9, 0.6, 1.35, 1.0, 1.05, 1.2, 0.85, 0.9, 1.05, 1.25)]
    for month, figure in zip(_months(), expected, strict=True):
        assert heads[month] == pytest.approx(figure, rel=0.08), month


def test_one_or_two_percent_of_the_jobs_were_withdrawn_as_false(sample_tables: Tables) -> None:
    rows = _counted(sample_tables, "job_posting")
    false = sum(row["headcount"] for row in rows if row["invalidated_on"] is not None)
    assert 0.01 <= false / sum(row["headcount"] for row in rows) <= 0.02


def test_weekends_and_the_spring_festival_are_quiet(sample_tables: Tables) -> None:
    days = Counter(row["published_on"] for row in _counted(sample_tables, "job_posting"))

    def mean(first: date, count: int, wanted: tuple[int, ...]) -> float:
        chosen = [day for day in (first + timedelta(days=i) for i in range(count))
                  if day.weekday() in wanted]
        return sum(days[day] for day in chosen) / len(chosen)
    working, weekend = (mean(date(2026, 3, 2), 210, wanted) for wanted in ((0, 1, 2, 3, 4), (5, 6)))
    assert weekend < 0.7 * working
    assert mean(date(2026, 2, 15), 7, tuple(range(7))) < 0.25 * working
    assert mean(date(2025, 10, 1), 7, tuple(range(7))) < 0.6 * mean(date(2025, 10, 13), 14, tuple(
        range(7)))


def test_training_has_the_mix_as_written(sample_tables: Tables) -> None:
    rows = _counted(sample_tables, "training_attendance")
    share = Counter(row["occupation"] for row in rows)
    for occupation, percent in {"家政": 24, "养老": 21, "维修": 12, "电商直播": 11, "托幼": 9, "美容美发": 8,
                                "配送": 6, "花木园艺": 5, "烹饪": 4}.items():
        assert 100 * share[occupation] / len(rows) == pytest.approx(percent, abs=2.5), occupation


def test_disputes_come_to_750_to_900_a_month_and_eight_to_ten_percent_of_them_are_gig(
        sample_tables: Tables) -> None:
    all_cases, gig = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for row in sample_tables["dispute_case"]:
        month = (row["accepted_on"].year, row["accepted_on"].month)
        all_cases[month] += 1
        gig[month] += row["is_gig"]
    assert len(all_cases) == 34, "from January 2024"
    assert all(750 <= count <= 900 for count in all_cases.values())
    assert all(0.08 <= gig[month] / count <= 0.10 for month, count in all_cases.items())


@pytest.mark.long
@pytest.mark.parametrize(("as_of", "low", "high"), [
    ("2025-01-31", 55, 65), ("2025-06-30", 82, 86), ("2025-09-30", 88, 91), ("2025-12-31", 95, 98),
    ("2026-01-31", 55, 65), ("2026-06-30", 82, 86), ("2026-09-30", 88, 91)])
def test_the_closing_rate_starts_low_every_january_and_ends_the_year_high(
        sample_tables: Tables, as_of: str, low: float, high: float) -> None:
    disputes = {name: sample_tables[name] for name in ("managing_unit", "township", "dispute_case")}
    found = naive.lines(disputes, start=START, as_of=date.fromisoformat(as_of), read_on=READ_ON)
    assert low <= 100 * _value(found, "arbitration_closing") <= high


def test_no_case_is_closed_before_it_is_accepted(sample_tables: Tables) -> None:
    assert all(row["closed_on"] is None or row["accepted_on"] <= row["closed_on"] <= AS_OF
               for row in sample_tables["dispute_case"])


def test_stations_open_two_or_three_a_month_from_44_and_none_in_february(
        sample_tables: Tables) -> None:
    venues = {name: sample_tables[name] for name in ("managing_unit", "township", "service_venue",
                                                     "central_village")}
    served = []
    for year, month in [(2023, 12), (2024, 12), *_months()]:
        end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        served.append(naive.lines(venues, start=START, as_of=end,
                                  read_on=READ_ON)[("station_coverage", *CITY)].numerator)
    assert served[:3] == [38, 44, 44]
    opened = [later - earlier for earlier, later in pairwise(served[2:])]  # type: ignore[operator]
    assert opened[0] == opened[12] == 0, "none in February"
    assert set(opened) == {0, 2, 3}
    assert served[-1] == 91
