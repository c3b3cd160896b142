"""Who is counted: the city, its counties, its managing units, townships and central villages.

Two roll-ups cover the same townships and give the same totals: counties (行政区) and managing
units (管理单位: the counties proper plus the functional zones that lie inside them).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from kpi.vocabulary.area import CITY, AreaNames
from kpi.vocabulary.errors import InputError


class Rollup(StrEnum):
    """How townships are gathered: not at all (city), by county, or by managing unit."""

    CITY = "city"
    COUNTY = "county"
    MANAGING = "managing"


class UnitKind(StrEnum):
    COUNTY = "county"
    ZONE = "zone"


@dataclass(frozen=True)
class ManagingUnit:
    """A county proper or a functional zone. `population` in persons, None when not known.

    In being from `valid_from` (None: always) until the day before `valid_to` (None: still), when
    `successor_code` takes its place.
    """

    code: str
    name: str
    short_name: str
    kind: UnitKind
    county_code: str
    population: int | None
    sort_order: int
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successor_code: str | None = None


def holds_on(start: date | None, end: date | None, day: date) -> bool:
    """State rule: start ≤ day and (no end or end > day); the end is the first day it no longer
    holds.
    """
    return (start is None or start <= day) and (end is None or end > day)


@dataclass(frozen=True)
class Township:
    """A township; valid from `valid_from` (None: always) until the day before `valid_to` (None:
    still).
    """

    code: str
    name: str
    unit_code: str
    county_code: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor_code: str | None = None


_UNTIL = "@"


def listed_code(code: str) -> str:
    """A township's code as the register writes it: without the day until which it stood so."""
    return code.partition(_UNTIL)[0]


def distinct_entries(townships: Iterable[Township]) -> tuple[Township, ...]:
    """The register's entries, each with a code of its own.

    A township listed again for another time, because it moved to another unit, has its code as it
    stands last; of before it carries the day until which it stood so, and its rows of then with it.
    """
    entries = tuple(townships)
    last = {one.code: one for one in sorted(entries, key=_begins)}
    return tuple(one if last[one.code] is one
                 else replace(one, code=f"{one.code}{_UNTIL}{one.valid_to}")
                 for one in entries)


def _begins(township: Township) -> date:
    return township.valid_from or date.min


@dataclass(frozen=True)
class CentralVillage:
    """One entry of the official list; the same village may be listed again later."""

    code: str
    name: str
    township_code: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Division:
    """What a figure is about: the city, a county, or a managing unit.

    `rollup` tells 宿城区 the county (its zones included) from 宿城区 the managing unit.
    `units` are the managing units whose facts it adds up; for the city that is all of them,
    and facts known only to the city as well.
    """

    rollup: Rollup
    code: str
    name: str
    short_name: str
    units: tuple[str, ...]
    kind: UnitKind | None = None

    @cached_property
    def key(self) -> tuple[str, str]:
        return (self.rollup.value, self.code)


@dataclass(frozen=True)
class Geography:
    """All divisions of one area: of a city as the `reference` datasets give them, of a province its
    cities.

    `names`: what the area and its members are called. `subdivided`: whether the members have
    managing units of their own below them; the units of a province's cities are the cities'
    business, so it has none.

    Of a day (`kpi.vocabulary.lives`): `holders` is which unit in being the rows of a code count
    for, "" for none but the city; `renamed` which codes are the same unit, each with the last one.
    """

    city_code: str
    city_name: str
    managing_units: tuple[ManagingUnit, ...]
    townships: tuple[Township, ...]
    central_villages: tuple[CentralVillage, ...] | None = None
    names: AreaNames = field(default=CITY, kw_only=True)
    subdivided: bool = field(default=True, kw_only=True)
    holders: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False)
    renamed: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False)
    _township_by_code: Mapping[str, Township] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "managing_units",
                           tuple(sorted(self.managing_units, key=lambda u: u.sort_order)))
        object.__setattr__(self, "_township_by_code", {t.code: t for t in self.townships})
        self._check()

    def _check(self) -> None:
        units = {unit.code for unit in self.managing_units}
        counties = {unit.code for unit in self.managing_units if unit.kind is UnitKind.COUNTY}
        if not units:
            raise InputError("区划名录（managing_unit）没有任何管理单位；请检查 reference 连接中的名录。")
        if self.city_code in units:
            raise InputError(f"区划名录把城市代码 {self.city_code} 列成了管理单位；请从 managing_unit 中删去这一行。")
        for unit in self.managing_units:
            if unit.county_code not in counties:
                raise InputError(f"管理单位 {unit.code} {unit.name} 所属的县区 {unit.county_code} 不在名录中；"
                                 "请在 managing_unit 中补上该县区，或改正 county_code。")
        for township in self.townships:
            if township.unit_code not in units:
                raise InputError(
                    f"乡镇 {township.code} {township.name} 所属的管理单位 {township.unit_code} 不在名录中；"
                    "请改正 township.unit_code。")

    @property
    def partial(self) -> bool:
        """Whether divisions are left out because the reader may not see them."""
        return False

    @cached_property
    def unit_codes(self) -> tuple[str, ...]:
        """Managing unit codes in display order; the order of every per-unit array."""
        return tuple(unit.code for unit in self.managing_units)

    @cached_property
    def unit_by_code(self) -> Mapping[str, ManagingUnit]:
        return {unit.code: unit for unit in self.managing_units}

    @cached_property
    def city(self) -> Division:
        return Division(Rollup.CITY, self.city_code, self.city_name, self.names.whole,
                        self.unit_codes)

    @cached_property
    def counties(self) -> tuple[Division, ...]:
        """The counties, each with its own managing unit and the zones inside it."""
        return tuple(Division(Rollup.COUNTY, county.code, county.name, county.short_name,
                              tuple(u.code for u in self.managing_units
                                    if u.county_code == county.code), UnitKind.COUNTY)
                     for county in self.managing_units if county.kind is UnitKind.COUNTY)

    @cached_property
    def managing(self) -> tuple[Division, ...]:
        """The managing units; none in an area that is not subdivided."""
        return (
            ()
            if not self.subdivided
            else tuple(
                Division(Rollup.MANAGING, u.code, u.name, u.short_name, (u.code,), u.kind)
                for u in self.managing_units
            )
        )

    @cached_property
    def divisions(self) -> tuple[Division, ...]:
        """City first, then counties, then managing units."""
        return (self.city, *self.counties, *self.managing)

    def members(self, rollup: Rollup) -> tuple[Division, ...]:
        """The divisions of one roll-up in display order."""
        return {Rollup.CITY: (self.city,), Rollup.COUNTY: self.counties,
                Rollup.MANAGING: self.managing}[rollup]

    def division(self, rollup: Rollup, code: str) -> Division:
        """The division of that code, or what has taken its place. Raises InputError when the
        roll-up has none.
        """
        division = self.member(rollup, code)
        if division is None:
            raise InputError(f"没有代码为 {code} 的区划；请从页面的下拉列表中选择。")
        return division

    @cached_property
    def _division_by_key(self) -> Mapping[tuple[Rollup, str], Division]:
        return {(division.rollup, division.code): division for division in self.divisions}

    def holder(self, code: str) -> str:
        """The unit the rows of a code count for: itself, unless it is gone or to come."""
        return self.holders.get(code, code)

    def standing_for(self, division: Division) -> Division | None:
        """The division here that another day's is, or has become; None where there is none."""
        return self.member(division.rollup, division.code)

    def member(self, rollup: Rollup, code: str) -> Division | None:
        """As `division`, None where there is none."""
        return (self._division_by_key.get((rollup, code))
                or self._division_by_key.get((rollup, self.holder(code))))

    def named(self, rollup: Rollup, code: str) -> Division:
        """As `division`, and of those a scope hides too: what a division is called is public."""
        return self.division(rollup, code)

    def township(self, code: str) -> Township | None:
        return (self._township_by_code.get(code)
                or self._township_by_code.get(listed_code(code)))

    def succession(self, code: str) -> tuple[Township, ...]:
        """The township of that code, wherever it was in its time, and its successors, oldest
        first; empty when the code is unknown.
        """
        chain: list[Township] = []
        entries = self.entries.get(listed_code(code), ())
        while entries and entries[-1] not in chain:
            chain += entries
            entries = self.entries.get(listed_code(entries[-1].successor_code or ""), ())
        return tuple(chain)

    @cached_property
    def entries(self) -> Mapping[str, tuple[Township, ...]]:
        """By code of the register, where that township was, oldest first; once but for those that
        moved.
        """
        listed: dict[str, list[Township]] = {}
        for township in sorted(self.townships, key=_begins):
            listed.setdefault(listed_code(township.code), []).append(township)
        return {code: tuple(entries) for code, entries in listed.items()}

    def entry_on(self, code: str, day: date) -> Township | None:
        """The township of that code as it stood on the day, as it stands last outside its time;
        None when the code is unknown.
        """
        entries = self.entries.get(listed_code(code), ())
        return next((one for one in entries if holds_on(one.valid_from, one.valid_to, day)),
                    entries[-1] if entries else None)

    @cached_property
    def final_township(self) -> Mapping[str, str]:
        """Every township code → the code of its last successor (itself when never merged).

        What a township did before it moved stays with the unit it was in.
        """
        return {t.code: self._last(t).code for t in self.townships}

    def _last(self, township: Township) -> Township:
        seen = [township]
        while (after := self._next(seen[-1])) is not None and after not in seen:
            seen.append(after)
        return seen[-1]

    def _next(self, township: Township) -> Township | None:
        entries = self.entries[listed_code(township.code)]
        later = entries[entries.index(township) + 1:]
        if later:
            return later[0] if later[0].unit_code == township.unit_code else None
        return self.entry_on(township.successor_code or "", township.valid_to or date.max)

    def townships_on(self, day: date, units: Iterable[str] | None = None) -> tuple[Township, ...]:
        """Townships valid on `day`, of the given managing units or of all."""
        wanted = None if units is None else set(units)
        return tuple(t for t in self.townships if holds_on(t.valid_from, t.valid_to, day)
                     and (wanted is None or t.unit_code in wanted))
