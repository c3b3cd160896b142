"""Where the venues stand: the open ones as points, by kind, and the middle of every unit's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from kpi.counting.coverage import open_venues
from kpi.counting.facts import Facts
from kpi.vocabulary import from_ordinal

Point = tuple[float, float]


class VenueGroup(StrEnum):
    """What the map tells apart; city and county markets are one group."""

    MARKET = "market"
    STATION = "station"
    WINDOW = "window"
    CO_BUILT = "co_built"


GROUP_OF = {"city_market": VenueGroup.MARKET, "county_market": VenueGroup.MARKET,
            "station": VenueGroup.STATION, "window": VenueGroup.WINDOW,
            "co_built": VenueGroup.CO_BUILT}


@dataclass(frozen=True)
class Venue:
    """One open venue. `unit` "" when only the city is known; `at` (longitude, latitude), None when
    not recorded.
    """

    group: VenueGroup
    kind: str
    name: str
    unit: str
    township: str
    social: bool
    opened: date
    at: Point | None
    venue_id: str = ""


def venues_on(facts: Facts, day: date) -> tuple[Venue, ...]:
    """Every venue open on `day`, in the register's order; none when the register is 未接入 or empty.
    """
    rows = open_venues(facts, day)
    if rows.empty:
        return ()
    columns = [rows[name].tolist() for name in ("kind", "name", "unit", "township", "operator",
                                                "opened", "longitude", "latitude", "venue_id")]
    return tuple(Venue(GROUP_OF[kind], kind, str(name), unit, township, operator == "social",
                       from_ordinal(int(opened)), _point(longitude, latitude), str(venue_id))
                 for kind, name, unit, township, operator, opened, longitude, latitude, venue_id in zip(
                     *columns, strict=True))


def counts(venues: tuple[Venue, ...],
           units: tuple[str, ...] | None = None) -> Mapping[VenueGroup, int]:
    """Open venues by group, of the given managing units or of the whole city."""
    return {group: sum(venue.group == group and (units is None or venue.unit in units)
                       for venue in venues) for group in VenueGroup}


def middles(venues: tuple[Venue, ...]) -> Mapping[str, Point]:
    """By unit code the mean place of its venues; units without any recorded place are left out."""
    placed: dict[str, list[Point]] = {}
    for venue in venues:
        if venue.at is not None:
            placed.setdefault(venue.unit, []).append(venue.at)
    return {unit: (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
            for unit, points in placed.items()}


def _point(longitude: float, latitude: float) -> Point | None:
    if pd.isna(longitude) or pd.isna(latitude):
        return None
    return float(longitude), float(latitude)
