"""Places still without their venue: townships without a station, central villages without a window,
by division.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi.counting.coverage import PlaceDays, registered, township_days, village_days
from kpi.counting.facts import Facts
from kpi.vocabulary import CentralVillage, DayAxis, Division, Rollup, holds_on


@dataclass(frozen=True)
class Place:
    """A township, or a central village with the name of its township (“” when that is not known).
    """

    name: str
    township: str = ""


@dataclass(frozen=True)
class Unserved:
    """One division on one day: how many `places` should be served, and those that are not, in order
    of their codes.
    """

    division: Division
    places: int
    missing: tuple[Place, ...]


def townships_without_station(facts: Facts, divisions: Sequence[Division],
                              day: date) -> tuple[Unserved, ...] | None:
    """Townships in being on `day` without an open station; None when the venue register is 未接入 or
    empty.
    """
    if not registered(facts, "station"):
        return None
    unit_of = {township.code: township.unit_code for township in facts.geography.townships}
    names = {township.code: Place(township.name) for township in facts.geography.townships}
    return _gather(township_days(facts, DayAxis(day, day), "station"), divisions, day, unit_of,
                   names)


def villages_without_window(facts: Facts, divisions: Sequence[Division],
                            day: date) -> tuple[Unserved, ...] | None:
    """Central villages listed on `day` without an open window, named with their township; None when
    not known.
    """
    if not registered(facts, "window") or not facts.has("central_village"):
        return None
    unit_of: dict[str, str] = {}
    names: dict[str, Place] = {}
    for village in facts.geography.central_villages or ():
        if holds_on(village.valid_from, village.valid_to, day):
            unit_of[village.code], names[village.code] = _placed(facts, village, day)
    return _gather(village_days(facts, DayAxis(day, day), "window"), divisions, day, unit_of, names)


def _placed(facts: Facts, village: CentralVillage, day: date) -> tuple[str, Place]:
    """(managing unit, place) of a village; the unit is "" when its township is not known."""
    for township in facts.geography.succession(village.township_code):
        if holds_on(township.valid_from, township.valid_to, day):
            return township.unit_code, Place(village.name, township.name)
    return "", Place(village.name)


def _gather(places: PlaceDays, divisions: Sequence[Division], day: date, unit_of: dict[str, str],
            names: dict[str, Place]) -> tuple[Unserved, ...]:
    unserved, position = set(places.unserved_on(day)), places.axis.position(day)
    standing = [code for code, exists in places.exists.items() if exists[position]]

    def mine(division: Division) -> list[str]:
        return sorted(code for code in standing if division.rollup == Rollup.CITY
                      or unit_of[code] in division.units)

    return tuple(Unserved(division, len(mine(division)),
                          tuple(names[code] for code in mine(division) if code in unserved))
                 for division in divisions)
