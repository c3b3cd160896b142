"""Which places are served on which day: townships, central villages and counties by the open venues
of a kind.

A place served by several venues is served once. A venue recorded under a merged township's code
serves that township while it was valid and its successor afterwards, so a past day keeps the map it
had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpi.counting.facts import BoolArray, Facts, FloatArray
from kpi.definitions import Dataset, Indicator
from kpi.vocabulary import DayAxis, Geography, Township, UnitKind, from_ordinal, holds_on


def needed_kinds(indicator: Indicator, register: Dataset) -> tuple[str, ...]:
    """The kinds of venue the indicator needs a complete register of; none where it does not rest on
    it.
    """
    kinds = [served.venue for served in indicator.coverage]
    for total in (indicator.part, indicator.whole):
        if total is not None and total.dataset == register.name:
            wanted = total.where.get("kind", register.column("kind").categories)
            kinds += [str(kind) for kind in (wanted if isinstance(wanted, tuple) else (wanted,))]
    return tuple(dict.fromkeys(kinds))


def registered(facts: Facts, *kinds: str) -> bool:
    """Whether there is a register of venues that is complete for these kinds; what it leaves out is
    未接入, not zero.
    """
    register = facts.definitions.register.name
    return facts.has(register) and facts.covers(register, *kinds)


@dataclass(frozen=True, eq=False)
class PlaceDays:
    """For each place (by code) the days of `axis` on which it exists and on which it is served."""

    axis: DayAxis
    exists: Mapping[str, BoolArray]
    served: Mapping[str, BoolArray]

    def unserved_on(self, day: date) -> tuple[str, ...]:
        """Codes of places that exist and are not served on `day`."""
        position = self.axis.position(day)
        assert 0 <= position < len(self.axis), "a day of the axis"
        return tuple(code for code, exists in self.exists.items()
                     if exists[position] and not self.served[code][position])


def township_days(facts: Facts, axis: DayAxis, kind: str) -> PlaceDays:
    """Townships and the days they have an open venue of the kind (a station)."""
    return facts.once(("township_days", axis, kind), lambda: _township_days(facts, axis, kind))


def _township_days(facts: Facts, axis: DayAxis, kind: str) -> PlaceDays:
    exists = {t.code: _days(axis, t.valid_from, t.valid_to) for t in facts.geography.townships}
    served = {code: np.zeros(len(axis), dtype=bool) for code in exists}
    for venue in _venues(facts, kind):
        for township, days in _located(facts.geography, venue.township, exists, _open(venue, axis)):
            served[township.code] |= days
    return PlaceDays(axis, exists, served)


def county_days(facts: Facts, axis: DayAxis, kind: str) -> PlaceDays:
    """Counties and the days they have an open venue of the kind (a market); a zone's own is extra
    and counts for none.
    """
    return facts.once(("county_days", axis, kind), lambda: _county_days(facts, axis, kind))


def _county_days(facts: Facts, axis: DayAxis, kind: str) -> PlaceDays:
    counties = [unit.code for unit in facts.geography.managing_units
                if unit.kind == UnitKind.COUNTY]
    served = {code: np.zeros(len(axis), dtype=bool) for code in counties}
    for venue in _venues(facts, kind):
        if venue.unit in served:
            served[venue.unit] |= _open(venue, axis)
    return PlaceDays(axis, {code: np.ones(len(axis), dtype=bool) for code in counties}, served)


def city_days(facts: Facts, axis: DayAxis, kind: str) -> BoolArray:
    """Days with at least one open venue of the kind (a city market)."""
    days = np.zeros(len(axis), dtype=bool)
    for venue in _venues(facts, kind):
        days |= _open(venue, axis)
    return days


def village_days(facts: Facts, axis: DayAxis, kind: str) -> PlaceDays:
    """Central villages (on the list that day) and the days they have an open venue of the kind (a
    window).
    """
    return facts.once(("village_days", axis, kind), lambda: _village_days(facts, axis, kind))


def _village_days(facts: Facts, axis: DayAxis, kind: str) -> PlaceDays:
    listed: dict[str, BoolArray] = {}
    for village in facts.geography.central_villages or ():
        days = _days(axis, village.valid_from, village.valid_to)
        listed[village.code] = listed.get(village.code, np.zeros(len(axis), dtype=bool)) | days
    windows = {code: np.zeros(len(axis), dtype=bool) for code in listed}
    for venue in _venues(facts, kind):
        if venue.village in windows:
            windows[venue.village] |= _open(venue, axis)
    return PlaceDays(axis, listed, {code: windows[code] & listed[code] for code in listed})


def township_counts(facts: Facts, axis: DayAxis, kind: str) -> tuple[FloatArray, FloatArray]:
    """(served, existing) townships per unit and day, shape (slots, len(axis)) each."""
    places = township_days(facts, axis, kind)
    return _per_unit(facts, {t.code: t.unit_code for t in facts.geography.townships}, places)


def county_counts(facts: Facts, axis: DayAxis, kind: str) -> tuple[FloatArray, FloatArray]:
    """(served, existing) counties per unit and day; a county sits in its own managing unit's row.
    """
    places = county_days(facts, axis, kind)
    return _per_unit(facts, {code: code for code in places.exists}, places)


def village_counts(facts: Facts, axis: DayAxis, kind: str) -> tuple[FloatArray, FloatArray]:
    """(served, listed) central villages per unit and day; the list's township says which unit."""
    places = village_days(facts, axis, kind)
    exists_township = {t.code: _days(axis, t.valid_from, t.valid_to)
                       for t in facts.geography.townships}
    served, listed = _empty(facts, axis), _empty(facts, axis)
    seen = {code: np.zeros(len(axis), dtype=bool) for code in places.exists}
    for village in facts.geography.central_villages or ():
        # two entries of one village may touch or overlap: each day belongs to the first
        days = _days(axis, village.valid_from, village.valid_to) & ~seen[village.code]
        seen[village.code] |= days
        for slot, part in _slots(facts, village.township_code, exists_township, days):
            listed[slot] += part
            served[slot] += part & places.served[village.code]
    return served, listed


def _slots(facts: Facts, code: str, exists: Mapping[str, BoolArray],
           days: BoolArray) -> Iterator[tuple[int, BoolArray]]:
    left = days.copy()
    for township, part in _located(facts.geography, code, exists, days):
        left &= ~part
        yield facts.geography.unit_codes.index(township.unit_code), part
    yield facts.slots - 1, left


def _located(geography: Geography, code: str, exists: Mapping[str, BoolArray],
             days: BoolArray) -> Iterator[tuple[Township, BoolArray]]:
    left = days.copy()
    for township in geography.succession(code):
        part = left & exists[township.code]
        left &= ~part
        yield township, part


def _per_unit(facts: Facts, unit_of: Mapping[str, str],
              places: PlaceDays) -> tuple[FloatArray, FloatArray]:
    served, existing = _empty(facts, places.axis), _empty(facts, places.axis)
    for code, exists in places.exists.items():
        slot = facts.geography.unit_codes.index(unit_of[code])
        existing[slot] += exists
        served[slot] += places.served[code] & exists
    return served, existing


def _empty(facts: Facts, axis: DayAxis) -> FloatArray:
    return np.zeros((facts.slots, len(axis)))


def _days(axis: DayAxis, start: date | None, end: date | None) -> BoolArray:
    days = np.zeros(len(axis), dtype=bool)
    first = 0 if start is None else max(axis.position(start), 0)
    stop = len(axis) if end is None else max(axis.position(end), 0)
    days[first:stop] = True
    return days


@dataclass(frozen=True)
class _Venue:
    unit: str
    township: str
    village: str
    opened: int
    closed: int | None


def _venues(facts: Facts, kind: str) -> Iterator[_Venue]:
    if facts.venues is None:
        return
    frame = facts.venues[facts.venues["kind"] == kind]
    columns = [frame[name].tolist() for name in ("unit", "township", "village", "opened", "closed")]
    for unit, township, village, opened, closed in zip(*columns, strict=True):
        yield _Venue(unit, township, village, int(opened), None if pd.isna(closed) else int(closed))


def _open(venue: _Venue, axis: DayAxis) -> BoolArray:
    closed = None if venue.closed is None else from_ordinal(venue.closed)
    return _days(axis, from_ordinal(venue.opened), closed)


def open_venues(facts: Facts, day: date) -> pd.DataFrame:
    """The register's rows open on `day` (state rule)."""
    if facts.venues is None:
        return pd.DataFrame()
    mask = [holds_on(from_ordinal(opened), None if pd.isna(closed) else from_ordinal(closed), day)
            for opened, closed in zip(facts.venues["opened"], facts.venues["closed"], strict=True)]
    return facts.venues[mask]
