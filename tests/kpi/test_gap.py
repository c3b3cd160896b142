"""Which units make up a shortfall, and the smallest change that closes it."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.figures.gap import (
    closing_change,
    decompose,
    missing_places,
    places_needed,
    sufficient_places,
)
from kpi.scorecard.scorecard import Figures, Scorecard, scorecard
from kpi.sentences.narrative import closing_words
from kpi.vocabulary.division import Rollup
from tests.examples import examples
from tests.kpi.hand import CITY, GEOGRAPHY, START, A, B, Z, division, jobs, known, plan, venues

HALFWAY = date(2025, 12, 31)
QUOTAS = {"jobs_published": {"target": 7300, "quotas": {A: 3650, B: 3650}}}


def parts(card: Scorecard, rollup: Rollup, indicator: str = "jobs_published") -> dict[str, float]:
    return {part.division.code if part.division else "": part.gap
            for part in decompose(card.by_key, indicator, card.geography, rollup)}


def test_the_parts_add_up_to_the_citys_gap_with_what_only_the_city_knows() -> None:
    """Half of 3650 is 1825 each. A has 4·365 = 1460 (−365), B 2190 (+365), and 100 only the city
    knows: +100.
    """
    figures = known(plan(indicators=QUOTAS), jobs(a=[4] * 365, b=[6] * 365, city=[100]))
    card = scorecard(figures, HALFWAY)
    assert parts(card, Rollup.COUNTY) == pytest.approx({A: -365, B: 365, "": 100})
    assert card.city_line("jobs_published").gap == pytest.approx(100)


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.integers(1, 729))
def test_the_parts_always_add_up(daily: list[int], days: int) -> None:
    a, b, z, city = ([number] * days for number in daily)
    card = scorecard(known(plan(), jobs(a=a, b=b, z=z, city=city)),
                     date.fromordinal(START.toordinal() + days - 1))
    for rollup in (Rollup.COUNTY, Rollup.MANAGING):
        assert math.fsum(parts(card, rollup).values()) == pytest.approx(
            card.city_line("jobs_published").gap, abs=1e-6)


def test_a_coverage_gap_is_split_in_places() -> None:
    """Two of five served at half time: 2 − .5·5 = −.5; A 1 − 1 = 0 of its own two, B 1 − 1 = 0, Z 0
    − .5.
    """
    register = venues(("station", A, "321302001", "", START, None),
                      ("station", B, "321322100", "", START, None))
    card = scorecard(known(plan(indicators={"station_coverage": 1.0}), register=register), HALFWAY)
    assert parts(card, Rollup.MANAGING, "station_coverage") == pytest.approx({Z: -0.5, A: 0, B: 0})


def figures_short() -> Figures:
    """A makes 4 a day and B 5, where 5 each are needed."""
    return known(plan(indicators=QUOTAS), jobs(a=[4] * 365, b=[5] * 365))


def test_the_unit_that_falls_short_is_told_what_closes_the_citys_gap() -> None:
    """A reaches 2920 of 3650, B 3650: 730 are missing over 365 days, 14 a week."""
    figures = figures_short()
    card = scorecard(figures, HALFWAY)
    changes = closing_change(figures, card.by_key, "jobs_published", division(CITY), HALFWAY)
    assert [(change.division.code, change.per_week, change.total) for change in changes] == [
        (A, pytest.approx(14), pytest.approx(730))]
    assert closing_words(figures, card, "jobs_published", division(CITY)) == "宿城每周多发布14个岗位即可按期完成"
    assert closing_words(figures, card, "jobs_published", division(B)) == ""


def test_a_unit_ahead_spares_the_others_the_rest() -> None:
    """A reaches 2920 (730 short), B 4380 (730 over): the city arrives, A alone is short."""
    figures = known(plan(indicators=QUOTAS), jobs(a=[4] * 365, b=[6] * 365))
    card = scorecard(figures, HALFWAY)
    assert closing_change(figures, card.by_key, "jobs_published", division(CITY), HALFWAY) == ()
    assert closing_words(figures, card, "jobs_published", division(A)) == "宿城每周多发布14个岗位即可按期完成"


def test_several_units_share_a_gap_largest_first_and_no_more_than_needed() -> None:
    """A lacks 2190 (2 a day), B 730 (4 a day): the city lacks 2920, both are named, 42 and 14 a
    week.
    """
    figures = known(plan(indicators=QUOTAS), jobs(a=[2] * 365, b=[4] * 365))
    card = scorecard(figures, HALFWAY)
    assert closing_words(figures, card, "jobs_published", division(CITY)) == (
        "宿城每周多发布42个岗位、沭阳14个即可按期完成")


def stations() -> Figures:
    register = venues(("station", A, "321302001", "", START, None),
                      ("station", B, "321322100", "", START, None),
                      ("window", B, "321322100", "321322100001", START, None))
    return known(plan(indicators={"station_coverage": 1.0, "window_coverage": 0.5}),
                 register=register)


def test_missing_townships_and_villages_are_named() -> None:
    figures = stations()
    names = [place.name for place in missing_places(figures, "station_coverage", division(CITY),
                                                    HALFWAY)]
    assert names == ["双庄镇", "新河镇", "黄河街道"]
    assert [place.name for place in missing_places(figures, "station_coverage", division(B),
                                                   HALFWAY)] == ["新河镇"]
    villages = missing_places(figures, "window_coverage", division(A), HALFWAY)
    assert [(place.township, place.name) for place in villages] == [("幸福街道", "幸福村"), ("双庄镇", "双庄村")]


def test_as_many_places_as_suffice_are_named_and_no_more() -> None:
    """Windows: one of four villages, 50 % wanted: one more will do, in A, which has none of its
    two.
    """
    figures = stations()
    card = scorecard(figures, HALFWAY)
    assert places_needed(card.city_line("window_coverage")) == 1
    assert [place.name for place in sufficient_places(figures, card.by_key, "window_coverage",
                                                      division(CITY), HALFWAY)] == ["幸福村"]
    assert closing_words(figures, card, "window_coverage", division(CITY)) == "幸福街道幸福村建成中心村专窗即可达标"
    assert closing_words(figures, card, "station_coverage", division(B)) == "新河镇建成乡镇驿站即可达标"


def test_more_than_half_of_four_needs_three() -> None:
    register = venues(("window", B, "321322100", "321322100001", START, None))
    over = {"window_coverage": {"target": 0.5, "comparator": ">"}}
    card = scorecard(known(plan(indicators=over), register=register), HALFWAY)
    assert places_needed(card.city_line("window_coverage")) == 2


def test_the_geography_of_these_tests_is_what_they_say() -> None:
    assert {unit.code for unit in GEOGRAPHY.managing_units} == {A, B, Z}
