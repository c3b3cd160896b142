"""One tile for each township: where it lies, and what it says, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.counting.facts import Facts
from kpi.counting.services import Work
from kpi.counting.township_tiles import Standing, grid, tile_blocks
from kpi.counting.unserved import townships_without_station
from kpi.counting.venues import Point, venues_on
from tests.small_city import read, settings_of

VENUES = """
    | venue_id | kind    | unit_code | township_code | opened_on  | closed_on  | longitude | latitude |
    | S1       | station | 321302    | 321302001     | 2025-01-01 |            | 118.2     | 33.9     |
    | S2       | station | 321322    | 321322100     | 2025-01-01 | 2025-09-01 | 118.7     | 34.1     |
    | W1       | window  | 321302    | 321302001     | 2025-05-01 |            | 118.4     | 33.9     |
    | W2       | window  | 321302    | 321302100     | 2025-06-01 |            | 118.1     | 34.0     |
"""
DAY = date(2025, 12, 31)
COORDINATES = st.none() | st.tuples(st.floats(117, 120), st.floats(33, 35))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return read(settings_of(tmp_path_factory.mktemp("city"), service_venue=VENUES)).figures.facts


def test_rows_run_from_the_north_and_each_from_the_west() -> None:
    assert grid({"a": (118.9, 33.1), "b": (118.1, 34.0), "c": None, "d": (118.5, 34.2),
                 "e": (118.3, 33.2)}, 2) == {
        "b": (0, 0), "d": (0, 1), "e": (1, 0), "a": (1, 1), "c": (2, 0)}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), COORDINATES, max_size=30),
       st.integers(1, 6))
def test_every_place_has_a_cell_of_its_own(places: dict[str, Point | None], columns: int) -> None:
    cells = grid(places, columns)
    assert sorted(cells) == sorted(places)
    assert sorted(cells.values()) == [divmod(number, columns) for number in range(len(places))]
    assert list(cells.values()) == sorted(cells.values())
    for code, (row, column) in cells.items():
        for other, (below, beside) in cells.items():
            here, there = places[code], places[other]
            if here is None or there is None:
                assert here is None or there is not None or (row, column) < (below, beside)
            else:
                assert row >= below or here[1] >= there[1]
                assert row != below or column >= beside or here[0] <= there[0]


def test_each_township_standing_that_day_is_one_tile_of_its_unit(facts: Facts) -> None:
    blocks = tile_blocks(facts, facts.geography.counties, DAY, 2, {})
    assert blocks is not None
    assert {block.division.code: sorted(tile.name for tile in block.tiles) for block in blocks} == {
        "321302": ["双庄镇", "幸福街道", "黄河街道"], "321322": ["新河镇", "沭城镇"]}
    assert [block.at is None for block in blocks] == [False, False]
    zones = tile_blocks(facts, facts.geography.managing, DAY, 2, {})
    assert zones is not None
    assert [(block.division.code, len(block.tiles)) for block in zones] == [
        ("321302", 2), ("321322", 2), ("321371", 1)]


def test_a_tile_is_missing_where_the_coverage_says_so(facts: Facts) -> None:
    for day in (date(2025, 8, 31), DAY):
        blocks = tile_blocks(facts, facts.geography.counties, day, 4, {})
        found = townships_without_station(facts, facts.geography.counties, day)
        assert blocks is not None
        assert found is not None
        assert [sorted(tile.name for tile in block.tiles if tile.missing) for block in blocks] == [
            sorted(place.name for place in one.missing) for one in found]


def test_a_tile_holds_the_open_venues_and_says_which_are_idle(facts: Facts) -> None:
    idle = {"W1": Work.IDLE, "W2": Work.IDLE, "S1": Work.ACTIVE}
    blocks = tile_blocks(facts, facts.geography.counties, DAY, 4, idle)
    assert blocks is not None
    tiles = {tile.name: tile for block in blocks for tile in block.tiles}
    assert {name: [venue.venue_id for venue in tile.venues] for name, tile in tiles.items()} == {
        "幸福街道": ["S1", "W1"], "双庄镇": ["W2"], "黄河街道": [], "沭城镇": [], "新河镇": []}
    assert {name: tile.standing for name, tile in tiles.items()} == {
        "幸福街道": Standing.IDLE, "双庄镇": Standing.MISSING, "黄河街道": Standing.MISSING,
        "沭城镇": Standing.MISSING, "新河镇": Standing.MISSING}
    assert tiles["双庄镇"].idle == {"W2"}
    assert sum(len(tile.venues) for tile in tiles.values()) == len(venues_on(facts, DAY))


def test_a_township_stays_in_its_cell_when_its_station_closes(facts: Facts) -> None:
    def cells(day: date) -> dict[str, tuple[int, int]]:
        blocks = tile_blocks(facts, facts.geography.counties, day, 4, {})
        return {tile.code: (tile.row, tile.column) for block in blocks or () for tile in block.tiles}

    assert cells(date(2025, 8, 31)) == cells(DAY)


def test_without_a_register_of_stations_there_are_no_tiles(
        tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = read(settings_of(tmp_path_factory.mktemp("empty"))).figures.facts
    assert tile_blocks(empty, empty.geography.counties, DAY, 4, {}) is None
