"""Divisions as they are on a day: units that came, went, or changed their code.

Rows are read with the code they were recorded with. Who they count for on a day is asked here: of a
unit that is gone its successor, of a code that is to come the unit before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kpi.vocabulary.division import Geography, ManagingUnit, holds_on


def life_days(geography: Geography) -> tuple[date, ...]:
    """The days on which a unit came or went, oldest first; none where all are as they always were.
    """
    return tuple(sorted({day for unit in geography.managing_units
                         for day in (unit.valid_from, unit.valid_to) if day is not None}))


def geography_on(geography: Geography, day: date) -> Geography:
    """The divisions of a day; the geography itself where no unit came or went.

    Townships belong to the unit that counts for theirs.
    """
    if not life_days(geography):
        return geography
    holders = _holders(geography.managing_units, day)
    units = tuple(replace(unit, county_code=holders.get(unit.county_code, unit.county_code))
                  for unit in geography.managing_units if _in_being(unit, day))
    townships = tuple(replace(one, unit_code=holders[one.unit_code] or one.unit_code,
                              county_code=holders.get(one.county_code, one.county_code))
                      for one in geography.townships)
    return replace(geography, managing_units=units, townships=townships, holders=holders,
                   renamed=_renamed(geography.managing_units))


def units_that_fit(geography: Geography) -> dict[str, tuple[str, ...]]:
    """Each unit with what a row of its townships may write for it without contradicting: itself,
    its county, and the codes both had before or have had since.
    """
    linked = _linked(geography)
    return {unit.code: (unit.code, unit.county_code, *sorted(
        (linked[unit.code] | linked.get(unit.county_code, set())) - {unit.code, unit.county_code}))
        for unit in geography.managing_units}


def _linked(geography: Geography) -> dict[str, set[str]]:
    """Each unit's code with those of all it followed or was followed by."""
    groups = {unit.code: {unit.code} for unit in geography.managing_units}
    for unit in geography.managing_units:
        if unit.successor_code in groups:
            merged = groups[unit.code] | groups[unit.successor_code]
            groups.update(dict.fromkeys(merged, merged))
    return groups


def _in_being(unit: ManagingUnit, day: date) -> bool:
    return holds_on(unit.valid_from, unit.valid_to, day)


def _holders(units: Sequence[ManagingUnit], day: date) -> dict[str, str]:
    by_code = {unit.code: unit for unit in units}
    before = {unit.successor_code: unit.code for unit in reversed(units) if unit.successor_code}
    return {code: _holder(code, by_code, before, day) for code in by_code}


def _holder(code: str, units: Mapping[str, ManagingUnit], before: Mapping[str, str],
            day: date) -> str:
    seen = [code]
    while not _in_being(units[seen[-1]], day):
        unit = units[seen[-1]]
        begun = unit.valid_from is None or unit.valid_from <= day
        after = unit.successor_code if begun else before.get(unit.code)
        if after is None and unit.county_code != unit.code:
            after = unit.county_code  # a zone nobody follows is its county's again
        if after is None or after not in units or after in seen:
            return ""
        seen.append(after)
    return seen[-1]


def _renamed(units: Sequence[ManagingUnit]) -> dict[str, str]:
    """Units that are the same under several codes: code → the last. A unit is the same as the one
    it follows, where that ended the day it began and it follows no other.
    """
    by_code = {unit.code: unit for unit in units}
    follow = [unit.successor_code for unit in units if unit.successor_code]
    after = {}
    for unit in units:
        new = by_code.get(unit.successor_code or "")
        if (new is not None and unit.valid_to is not None and new.valid_from == unit.valid_to
                and follow.count(new.code) == 1 and new.kind == unit.kind):
            after[unit.code] = new.code
    last = {}
    for code in after:
        seen = [code]
        while seen[-1] in after and after[seen[-1]] not in seen:
            seen.append(after[seen[-1]])
        last[code] = seen[-1]
    return last
