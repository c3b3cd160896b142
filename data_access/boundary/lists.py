"""The lists a division is looked up in: today's divisions, former ones and what else they are
called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi.vocabulary import Geography, ManagingUnit, Township
from reference import former_townships, other_names, villages


@dataclass(frozen=True)
class FormerDivision:
    """A township, park or farm that is in an older list only, or in no list of townships.

    `successors`: the townships its communities are in today; several: it was split; none: it never
    was a township, and its rows count for `units` (more than one: nobody says which).
    """

    code: str
    name: str
    successors: tuple[str, ...]
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class VillageName:
    """A village or community of the list; `code` has 12 digits."""

    code: str
    name: str
    township_code: str


@dataclass(frozen=True)
class DivisionLists:
    """Everything a spelling may stand for in one city. `aliases`: other name → code of a unit or
    township.

    `villages` of more than the central ones: a code of a village that is not among them is a
    mistake.
    """

    city_code: str
    city_name: str
    units: tuple[ManagingUnit, ...]
    townships: tuple[Township, ...]
    former: tuple[FormerDivision, ...] = ()
    villages: tuple[VillageName, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    all_villages: bool = False


def bundled_lists(geography: Geography) -> DivisionLists:
    """The city's own lists together with the former divisions, villages and other names that come
    with the program.

    Of those only what fits the city's lists is taken: another city's are its own.
    """
    former = tuple(FormerDivision(one.code, one.name, one.successors, one.units)
                   for one in former_townships() if one.checked != "no" or not one.successors)
    return lists_of(geography, former, tuple(VillageName(one.code, one.name, one.township_code)
                                             for one in villages()), other_names())


def lists_of(geography: Geography, former: tuple[FormerDivision, ...] = (),
             villages: tuple[VillageName, ...] = (), aliases: Mapping[str, str]
             | None = None) -> DivisionLists:
    """The lists of a city; a former division that a list has again, or whose successor it lacks, is
    left to that list.
    """
    # a row names a township, wherever it was at the time
    townships = tuple(entries[-1] for entries in geography.entries.values())
    listed = {township.code for township in townships}
    units = set(geography.unit_codes)
    central = tuple(VillageName(village.code, village.name, village.township_code)
                    for village in geography.central_villages or ())
    own = {village.code for village in central}
    return DivisionLists(
        geography.city_code, geography.city_name, geography.managing_units, townships,
        tuple(one for one in former if (one.successors or one.units) and one.code not in listed
              and listed.issuperset(one.successors) and units.issuperset(one.units)),
        tuple(village for village in (*central, *(one for one in villages if one.code not in own))
              if village.township_code in listed),
        {name: code for name, code in (aliases or {}).items() if code in listed or code in units},
        any(village.township_code in listed for village in villages))
