"""Every township as one tile of equal size: where it lies among its neighbours, and what it has.

A tile says nothing of a township's size or borders. Rows run from north to south and each from west
to east, by the middle of what the register has recorded there, so that a township stays where it is
from one day to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from kpi.counting.coverage import registered, township_days
from kpi.counting.facts import Facts
from kpi.counting.services import Work
from kpi.counting.venues import Point, Venue, VenueGroup, venues_on
from kpi.vocabulary import DayAxis, Division, Geography, Rollup, Township, holds_on


class Standing(StrEnum):
    """`MISSING`: no open station. `IDLE`: a station, and an open venue nobody was served at lately.
    `SERVED`: a station and no such venue.
    """

    MISSING = "missing"
    IDLE = "idle"
    SERVED = "served"


@dataclass(frozen=True)
class TownshipTile:
    """One township in its division's grid. `row` and `column` count from 0; `venues`: the open ones,
    stations first; `idle`: the ids of those nobody was served at lately.
    """

    code: str
    name: str
    row: int
    column: int
    missing: bool
    venues: tuple[Venue, ...]
    idle: frozenset[str]

    @property
    def standing(self) -> Standing:
        if self.missing:
            return Standing.MISSING
        return Standing.IDLE if self.idle else Standing.SERVED


@dataclass(frozen=True)
class TileBlock:
    """A division's tiles, in reading order; `at`: the middle of its townships, None when none has a
    recorded place.
    """

    division: Division
    tiles: tuple[TownshipTile, ...]
    at: Point | None


def tile_blocks(facts: Facts, divisions: Sequence[Division], day: date, columns: int,
                works: Mapping[str, Work]) -> tuple[TileBlock, ...] | None:
    """A block for each division that has townships on `day`, `columns` tiles wide; None when the
    register of stations is 未接入 or empty. `works`: of each open venue by its id.
    """
    if not registered(facts, "station"):
        return None
    venues = _by_township(facts.geography, venues_on(facts, day), day)
    points = _points(facts, day)
    unserved = set(township_days(facts, DayAxis(day, day), "station").unserved_on(day))

    def tile(township: Township, row: int, column: int) -> TownshipTile:
        own = tuple(sorted(venues.get(township.code, ()), key=_stations_first))
        return TownshipTile(township.code, township.name, row, column, township.code in unserved, own,
                            frozenset(one.venue_id for one in own
                                      if works.get(one.venue_id) == Work.IDLE))

    blocks = []
    for division in divisions:
        units = None if division.rollup == Rollup.CITY else division.units
        standing = {one.code: one for one in facts.geography.townships_on(day, units)}
        placed = {code: points.get(code) for code in standing}
        tiles = tuple(tile(standing[code], row, column)
                      for code, (row, column) in grid(placed, columns).items())
        if tiles:
            blocks.append(TileBlock(division, tiles, _middle(
                point for point in placed.values() if point is not None)))
    return tuple(blocks)


def grid(places: Mapping[str, Point | None], columns: int) -> dict[str, tuple[int, int]]:
    """(row, column) of each place in reading order, full rows from the north and each from the west;
    places without a point come last, by their codes.
    """
    known = sorted(((code, at) for code, at in places.items() if at is not None),
                   key=lambda one: (-one[1][1], one[1][0], one[0]))
    cells: dict[str, tuple[int, int]] = {}
    for first in range(0, len(known), columns):
        row = sorted(known[first:first + columns], key=lambda one: (one[1][0], one[0]))
        cells |= {code: (first // columns, column) for column, (code, _) in enumerate(row)}
    for code in sorted(code for code, at in places.items() if at is None):
        cells[code] = divmod(len(cells), columns)
    return cells


def _points(facts: Facts, day: date) -> Mapping[str, Point]:
    """The middle of every venue ever recorded in a township standing on `day`, open or not."""
    points: dict[str, list[Point]] = {}
    if facts.venues is None:
        return {}
    columns = (facts.venues[name].tolist() for name in ("township", "longitude", "latitude"))
    for code, longitude, latitude in zip(*columns, strict=True):
        township = _standing(facts.geography, code, day)
        if township is not None and not pd.isna(longitude) and not pd.isna(latitude):
            points.setdefault(township.code, []).append((float(longitude), float(latitude)))
    return {code: at for code, own in points.items() if (at := _middle(own)) is not None}


def _middle(points: Iterable[Point]) -> Point | None:
    own = list(points)
    if not own:
        return None
    return sum(x for x, _ in own) / len(own), sum(y for _, y in own) / len(own)


def _by_township(geography: Geography, venues: Iterable[Venue],
                 day: date) -> Mapping[str, list[Venue]]:
    found: dict[str, list[Venue]] = {}
    for venue in venues:
        township = _standing(geography, venue.township, day)
        if township is not None:
            found.setdefault(township.code, []).append(venue)
    return found


def _standing(geography: Geography, code: str, day: date) -> Township | None:
    """The township on `day` that serves under a code of the register, its own or a predecessor's."""
    return next((one for one in geography.succession(code)
                 if holds_on(one.valid_from, one.valid_to, day)), None)


def _stations_first(venue: Venue) -> tuple[bool, str, str]:
    return venue.group != VenueGroup.STATION, venue.kind, venue.name
