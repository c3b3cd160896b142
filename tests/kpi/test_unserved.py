"""Places still without their venue, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.counting.facts import Facts
from kpi.counting.unserved import Place, townships_without_station, villages_without_window
from kpi.vocabulary.division import Rollup
from tests.small_city import read, settings_of

VENUES = """
    | kind    | unit_code | township_code | village_code | opened_on  | closed_on  |
    | station | 321302    | 321302001     |              | 2025-01-01 |            |
    | station | 321322    | 321322100     |              | 2025-01-01 | 2025-09-01 |
    | window  | 321302    | 321302100     | 321302100201 | 2025-05-01 |            |
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return read(settings_of(tmp_path_factory.mktemp("city"), service_venue=VENUES)).figures.facts


def test_townships_are_named_under_their_county(facts: Facts) -> None:
    found = townships_without_station(facts, facts.geography.counties, date(2025, 12, 31))
    assert found is not None
    assert [(one.division.code, one.places, [place.name for place in one.missing])
            for one in found] == [("321302", 3, ["双庄镇", "黄河街道"]), ("321322", 2, ["沭城镇", "新河镇"])]


def test_a_station_that_is_open_that_day_serves(facts: Facts) -> None:
    found = townships_without_station(facts, facts.geography.counties, date(2025, 8, 31))
    assert found is not None
    assert [place.name for place in found[1].missing] == ["新河镇"]


def test_managing_units_have_their_own_lists(facts: Facts) -> None:
    found = townships_without_station(facts, facts.geography.managing, date(2025, 12, 31))
    assert found is not None
    assert [(one.division.code, one.places, len(one.missing)) for one in found] == [
        ("321302", 2, 1), ("321322", 2, 2), ("321371", 1, 1)]


def test_villages_are_named_with_the_township_they_lie_in_now(facts: Facts) -> None:
    found = villages_without_window(facts, (facts.geography.city,), date(2025, 12, 31))
    assert found is not None
    assert found[0].places == 5
    assert found[0].missing == (Place("幸福村", "幸福街道"), Place("沭城村", "沭城镇"), Place("旧中村", "沭城镇"),
                                Place("黄河村", "黄河街道"))


def test_what_is_missing_is_what_the_coverage_leaves_out(tmp_path: Path, facts: Facts) -> None:
    known = read(settings_of(tmp_path, service_venue=VENUES)).figures
    day = date(2025, 12, 31)
    for code, find in (("station_coverage", townships_without_station),
                       ("window_coverage", villages_without_window)):
        for division in (known.facts.geography.city, *known.facts.geography.counties):
            measure, found = known.measure(code, division, day), find(known.facts, (division,), day)
            assert found is not None
            assert (measure.denominator, (measure.denominator or 0) - (measure.numerator or 0)) == (
                found[0].places, len(found[0].missing))


def test_an_empty_register_is_not_known(tmp_path: Path) -> None:
    facts = read(settings_of(tmp_path)).figures.facts
    assert townships_without_station(facts, (facts.geography.city,), date(2025, 12, 31)) is None
    assert villages_without_window(facts, facts.geography.members(Rollup.COUNTY),
                                   date(2025, 12, 31)) is None
