"""Which units make up a shortfall, and the smallest change that closes it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.counting import Facts, PlaceDays, county_days, township_days, village_days
from kpi.definitions import Indicator, Kind, Places, Served
from kpi.figures.figures import Figures
from kpi.forecast import LineKey
from kpi.judging import ScorecardLine
from kpi.vocabulary import (
    CentralVillage,
    DayAxis,
    Division,
    Geography,
    Rollup,
    Township,
    listed_code,
)

Lines = Mapping[LineKey, ScorecardLine]
_NOTHING = 1e-6  # less than this is the residue of arithmetic, not a gap


@dataclass(frozen=True)
class GapPart:
    """One unit's part in the city's gap; `division` None: 市本级（未分县区）, facts and places known only to
    the city.
    """

    division: Division | None
    gap: float


@dataclass(frozen=True)
class Change:
    """What one unit would have to add: `per_week` more than its present pace, `total` until the
    deadline, in counts.
    """

    division: Division
    per_week: float
    total: float


@dataclass(frozen=True)
class MissingPlace:
    """A township or village without a venue, with the township it lies in (a township's own name
    for itself).
    """

    code: str
    name: str
    unit_code: str
    township: str


def decompose(lines: Lines, indicator: str, geography: Geography,
              rollup: Rollup) -> tuple[GapPart, ...]:
    """The city's gap to what is due split over the units of one roll-up, furthest behind first;
    parts add up to it.

    Counts: value − expected in counts. Shares: numerator − target × due × denominator, in cases or
    places. Empty when the city or a unit has nothing to be judged against.
    """
    city = _shortfall(lines[(indicator, *geography.city.key)])
    parts = [GapPart(division, gap) for division in geography.members(rollup)
             if (gap := _shortfall(lines[(indicator, *division.key)])) is not None]
    if city is None or not parts:
        return ()
    rest = city - math.fsum(part.gap for part in parts)
    ordered = sorted(parts, key=lambda part: part.gap)
    return (*ordered, GapPart(None, rest)) if abs(rest) >= _NOTHING else tuple(ordered)


def _shortfall(line: ScorecardLine) -> float | None:
    if line.target is None or line.expected is None or line.numerator is None:
        return None
    # a unit without any place of its own (a zone without townships) has nothing due
    return line.numerator - line.expected * (1.0 if line.denominator is None else line.denominator)


def gap_unit(indicator: Indicator) -> str:
    """The unit of a gap's parts: the count's own; places of a coverage; what a share is a share of.
    """
    if not indicator.is_share:
        return indicator.unit
    return (
        "处"
        if indicator.kind == Kind.COVERAGE
        else indicator.sources[0].unit
        if indicator.sources
        else "件"
    )


def closing_change(figures: Figures, lines: Lines, indicator: str, division: Division,
                   as_of: date) -> tuple[Change, ...]:
    """The fewest units whose weekly addition brings `division` to its target at the deadline,
    largest shortfall first.

    Each unit adds at most what it itself is forecast to lack; the last one only what is still
    missing. Empty when the median forecast reaches the target anyway, when nothing can be forecast,
    or for shares. A unit closes its own gap.
    """
    lacking = projected_shortfall(lines[(indicator, *division.key)])
    weeks = figures.plan.window.days_left(as_of) / 7
    if (
        figures.plan.indicator(indicator).indicator.is_share
        or lacking is None
        or lacking < _NOTHING
        or weeks <= 0
    ):
        return ()
    members = figures.facts.geography.counties if division.rollup == Rollup.CITY else (division,)
    shortfalls = [(short, member) for member in members
                  if (short := projected_shortfall(lines[(indicator, *member.key)])) is not None
                  and short >= _NOTHING]
    return fewest(shortfalls, lacking, weeks)


def fewest(shortfalls: Sequence[tuple[float, Division]], lacking: float,
           weeks: float) -> tuple[Change, ...]:
    """The smallest set of units that closes a gap when none adds more than it lacks itself, and
    what each would add.

    Largest first: no other units of the same number can add more, so that none of a smaller number
    suffices. Where all together do not suffice, all of them.
    """
    changes = []
    for short, member in sorted(shortfalls, key=lambda pair: -pair[0]):
        if lacking < _NOTHING:
            break
        total = min(short, lacking)
        changes.append(Change(member, total / weeks, total))
        lacking -= total
    return tuple(changes)


def projected_shortfall(line: ScorecardLine) -> float | None:
    """Target − median forecast at the deadline, in the unit of the value; negative when it will be
    more.

    None without a target, a forecast or a value.
    """
    if line.target is None or line.forecast is None or line.value is None:
        return None
    # where nothing has come yet, nothing more can be counted on
    return line.target - (line.value if line.forecast.p50 is None else line.forecast.p50)


def missing_places(figures: Figures, indicator: str, division: Division,
                   as_of: date) -> tuple[MissingPlace, ...]:
    """Places of a coverage without a venue on `as_of`, in the order of their codes; empty for other
    indicators.
    """
    served = (
        figures.plan.indicator(indicator).indicator.served if indicator in figures.series else None
    )
    if served is None or served.places not in _PLACES or figures.series[indicator] is None:
        return ()
    return tuple(place for place in figures.on_day(("missing", served), as_of,
                                                   lambda: _missing(figures, served, as_of))
                 if division.rollup == Rollup.CITY or place.unit_code in division.units)


def _missing(figures: Figures, served: Served, day: date) -> tuple[MissingPlace, ...]:
    geography = figures.facts.geography
    codes = sorted(_PLACES[served.places](figures.facts, figures.axis, served.venue).unserved_on(
        day))
    if served.places == Places.COUNTY:
        units = [geography.unit_by_code[code] for code in codes]
        return tuple(MissingPlace(unit.code, unit.name, unit.code, unit.name) for unit in units)
    if served.places == Places.TOWNSHIP:
        townships = [township for code in codes
                     if (township := geography.township(code)) is not None]
        return tuple(MissingPlace(listed_code(t.code), t.name, t.unit_code, t.name)
                     for t in townships)
    villages = {village.code: village for village in geography.central_villages or ()}
    standing = {township.code for township in geography.townships_on(day)}
    chains = figures.facts.once("township chains", lambda: {
        township.code: geography.succession(township.code) for township in geography.townships})
    return tuple(_village(villages[code], chains.get(villages[code].township_code, ()), standing)
                 for code in codes)


_PLACES: Mapping[Places, Callable[[Facts, DayAxis, str], PlaceDays]] = {
    Places.TOWNSHIP: township_days, Places.CENTRAL_VILLAGE: village_days,
    Places.COUNTY: county_days}


def _village(village: CentralVillage, chain: Sequence[Township],
             standing: Collection[str]) -> MissingPlace:
    home = next((township for township in chain if township.code in standing), chain[-1] if chain
                else None)
    return MissingPlace(village.code, village.name, home.unit_code if home else "", home.name
                        if home else "")


def places_needed(line: ScorecardLine) -> int:
    """How many more places a coverage needs to satisfy its target; 0 when it does or nothing is
    known.
    """
    if line.target is None or line.numerator is None or not line.denominator:
        return 0
    wanted = math.ceil(round(line.target * line.denominator, 9))
    while (
        not line.comparator.satisfied(wanted / line.denominator, line.target)
        and wanted < line.denominator
    ):
        wanted += 1
    return max(wanted - int(line.numerator), 0)


def sufficient_places(figures: Figures, lines: Lines, indicator: str, division: Division,
                      as_of: date) -> tuple[MissingPlace, ...]:
    """The named places whose service would satisfy the target of `division`: as many as needed, no
    more.

    Units furthest below the target give their places first, so that the same places help the most
    units.
    """
    if figures.plan.indicator(indicator).indicator.kind != Kind.COVERAGE:
        return ()
    needed = places_needed(lines[(indicator, *division.key)])
    share = {unit.code: lines[(indicator, Rollup.MANAGING.value, unit.code)].value or 0.0
             for unit in figures.facts.geography.managing}
    missing = sorted(missing_places(figures, indicator, division, as_of),
                     key=lambda place: (share.get(place.unit_code, 0.0), place.code))
    return tuple(missing[:needed])
