"""The bundled divisions of 江苏: real codes, each in exactly one place, and outlines whose neighbours
share their edges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from reference import Outline, province, reference_rows
from reference.derive.plane import inside

CITIES = ["南京", "无锡", "徐州", "常州", "苏州", "南通", "连云港", "淮安", "盐城", "扬州", "镇江", "泰州", "宿迁"]
CODES = [f"32{number:02d}00" for number in range(1, 14)]


def test_there_are_thirteen_cities_with_the_census_population() -> None:
    assert [(city.code, city.short_name) for city in province.cities()] == list(
        zip(CODES, CITIES, strict=True))
    # the province's own figure of the census of 2020 is 84 748 016
    assert sum(city.population for city in province.cities()) == pytest.approx(84_748_016, abs=5)


def test_there_are_ninety_five_counties_and_more_than_twelve_hundred_townships() -> None:
    units = [unit for code in CODES for unit in province.unit_rows(code)]
    townships = [row for code in CODES for row in province.township_rows(code)]
    assert Counter(unit["kind"] for unit in units)["county"] == 95
    assert len({row["township_code"] for row in townships}) == len(townships) == 1201


@pytest.mark.parametrize("code", CODES)
def test_every_township_and_zone_lies_in_a_county_of_its_city(code: str) -> None:
    units = province.unit_rows(code)
    counties = {unit["unit_code"] for unit in units if unit["kind"] == "county"}
    assert {unit["county_code"] for unit in units} == counties
    county_of = {unit["unit_code"]: unit["county_code"] for unit in units}
    assert all(row["county_code"] == county_of[row["unit_code"]]
               for row in province.township_rows(code))
    assert all(row["unit_code"][:4] == code[:4] for row in province.township_rows(code))


def test_suqian_is_the_same_as_in_the_program_of_one_city() -> None:
    assert [unit["unit_code"] for unit in province.unit_rows("321300")] == [
        row["unit_code"] for row in reference_rows("managing_unit")]
    assert ([(row["township_code"], row["name"], row["unit_code"])
             for row in province.township_rows("321300")] == [
                 (row["township_code"], row["name"], row["unit_code"])
                 for row in reference_rows("township")])


@pytest.mark.parametrize("code", CODES)
def test_a_citys_units_have_its_population_together(code: str) -> None:
    total = sum(unit["population"] for unit in province.unit_rows(code))
    assert total == pytest.approx(next(city.population for city in province.cities()
                                       if city.code == code), rel=0.001)


@pytest.mark.parametrize(("outlines", "places", "points"),
                         [(province.city_outlines(), 13, 1_500),
                          (province.county_outlines(), 95, 6_000)])
def test_outlines_are_few_points_with_shared_edges_shared(outlines: Mapping[str, Outline],
                                                          places: int, points: int) -> None:
    rings = [outline.rings[0] for outline in outlines.values()]
    assert len(rings) == places
    assert sum(map(len, rings)) <= points
    assert all(ring[0] == ring[-1] for ring in rings)
    edges = Counter(frozenset(pair) for ring in rings for pair in pairwise(ring))
    assert set(edges.values()) == {1, 2}
    # each inner border is drawn once for both: far more than a handful are shared
    assert sum(times == 2 for times in edges.values()) > places * 10


@pytest.mark.parametrize("code", CODES)
def test_a_citys_label_lies_inside_it(code: str) -> None:
    outline = province.city_outlines()[code]
    assert inside(np.array([outline.label]), outline.rings[0])[0]


def test_the_files_are_small() -> None:
    files = list(Path(province.__file__).parent.glob("*.*"))
    assert sum(file.stat().st_size for file in files if file.suffix in (".json", ".csv")) < 400_000
