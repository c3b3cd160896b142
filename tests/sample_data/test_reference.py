"""The bundled divisions are the real ones, each belongs to exactly one place, and outlines leave no
gaps.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

import pytest

from reference import Point, aliases, labels, outlines, reference_rows, villages
from reference.derive.plane import EAST

COUNTIES = {"321302": "宿城区", "321311": "宿豫区", "321322": "沭阳县", "321323": "泗阳县", "321324": "泗洪县"}
ZONES = {"321371": "宿迁经济技术开发区", "321391": "湖滨新区", "321392": "洋河新区", "321393": "苏州宿迁工业园区"}


def _edges(ring: tuple[Point, ...]) -> list[frozenset[Point]]:
    return [frozenset(pair) for pair in pairwise(ring)]


def _is_inside(point: Point, ring: tuple[Point, ...]) -> bool:
    """Even-odd rule, one edge at a time."""
    x, y = point
    result = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            result = not result
    return result


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def test_five_counties_and_four_zones_are_the_managing_units() -> None:
    rows = reference_rows("managing_unit")
    assert {r["unit_code"]: r["name"] for r in rows if r["kind"] == "county"} == COUNTIES
    assert {r["unit_code"]: r["name"] for r in rows if r["kind"] == "zone"} == ZONES
    assert [r["sort_order"] for r in rows] == list(range(1, 10))


def test_counties_with_their_zones_have_the_census_population() -> None:
    population: Counter[str] = Counter()
    for row in reference_rows("managing_unit"):
        population[row["county_code"]] += row["population"]
    assert population == {"321302": 1_034_392, "321311": 588_520, "321322": 1_670_000,
                          "321323": 830_000, "321324": 858_740}


def test_zones_are_known_by_their_other_names_too() -> None:
    assert "骆马湖旅游度假区" in aliases()["321391"]
    assert "洋河旅游度假区" in aliases()["321392"]


def test_there_are_28_subdistricts_59_towns_and_8_townships() -> None:
    rows = reference_rows("township")
    assert len({r["township_code"] for r in rows}) == len(rows) == 95
    assert Counter(r["kind"] for r in rows) == {"subdistrict": 28, "town": 59, "township": 8}


def test_every_township_belongs_to_one_unit_and_to_the_county_of_that_unit() -> None:
    county_of = {r["unit_code"]: r["county_code"] for r in reference_rows("managing_unit")}
    for row in reference_rows("township"):
        assert county_of[row["unit_code"]] == row["county_code"]


@pytest.mark.parametrize(("unit", "townships"),
                         [("321371", {"321371050", "321371052", "321371351", "321371400"}),
                          ("321391", {"321311004", "321311005", "321311151"}),
                          ("321392", {"321302150"}), ("321393", set())])
def test_a_zone_has_its_own_townships_and_no_others(unit: str, townships: set[str]) -> None:
    assert {r["township_code"] for r in reference_rows("township")
            if r["unit_code"] == unit} == townships


def test_1421_villages_lie_in_known_townships() -> None:
    townships = {r["township_code"] for r in reference_rows("township")}
    assert len({v.code for v in villages()}) == len(villages()) == 1421
    assert {v.township_code for v in villages()} == townships
    assert all(v.code.startswith(v.township_code) and len(v.code) == 12 for v in villages())


def test_only_units_and_townships_are_bundled() -> None:
    with pytest.raises(KeyError):
        reference_rows("central_village")


def test_outlines_of_the_five_counties_have_at_most_a_thousand_points() -> None:
    assert set(outlines()) == set(COUNTIES)
    rings = [ring for outline in outlines().values() for ring in outline.rings]
    assert all(ring[0] == ring[-1] and len(ring) > 20 for ring in rings)
    assert sum(map(len, rings)) <= 1000


def test_an_inner_border_is_the_same_edges_in_both_counties_and_the_rest_is_the_city_outline() -> (
    None
):
    shared = Counter(edge for outline in outlines().values() for ring in outline.rings
                     for edge in _edges(ring))
    assert set(shared.values()) == {1, 2}
    outer = [edge for edge, times in shared.items() if times == 1]
    ends = Counter(point for edge in outer for point in edge)
    assert set(ends.values()) == {2}, "the edges only one county has close without a gap"
    first = next(iter(outer))
    seen, grown = set(first), True
    while grown:
        fresh = {point for edge in outer if edge & seen for point in edge} - seen
        grown = bool(fresh)
        seen |= fresh
    assert seen == set(ends), "and they are one line around the city"


@pytest.mark.parametrize("code", COUNTIES)
def test_an_outline_does_not_cross_itself(code: str) -> None:
    for ring in outlines()[code].rings:
        edges = list(pairwise(ring))
        assert not [pair for pair in combinations(edges, 2) if _cross(*pair)]


def test_every_label_lies_inside_its_county() -> None:
    county_of = {r["unit_code"]: r["county_code"] for r in reference_rows("managing_unit")}
    assert set(labels()) == set(COUNTIES) | set(ZONES)
    for code, point in labels().items():
        (ring,) = outlines()[county_of[code]].rings
        assert _is_inside(point, ring), code


def test_no_two_labels_collide() -> None:
    for (one, (x1, y1)), (other, (x2, y2)) in combinations(labels().items(), 2):
        apart = (((x1 - x2) * EAST) ** 2 + (y1 - y2) ** 2) ** 0.5
        assert apart > 0.08, f"{one} and {other} are less than 9 km apart"
