"""The townships, villages and counties still without what the plan wants there, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kpi.counting import Facts, county_days, township_days, village_days
from kpi.definitions import Places
from kpi.vocabulary import DayAxis, Geography, ManagingUnit, listed_code
from reports.content import Content


class Lack(StrEnum):
    """What is missing, as printed."""

    MARKET = "县级零工市场"
    STATION = "零工服务驿站"
    WINDOW = "零工服务专窗"


@dataclass(frozen=True)
class Missing:
    """One place without its venue. `village` is empty for townships and counties, `township` for
    counties.
    """

    lack: Lack
    unit: ManagingUnit
    county: str
    township: str
    village: str
    code: str


def missing_places(content: Content) -> tuple[Missing, ...]:
    """All missing places of the divisions shown as of the day, markets first, then stations and
    windows.
    """
    facts = content.figures.facts
    asked = {item.indicator.served for item in content.plan.indicators
             if content.figures.series[item.code] is not None}
    shown = {unit.code for unit in content.managing}
    axis, missing = DayAxis(content.as_of, content.as_of), []
    for lack, places, venue, listed in ((Lack.MARKET, Places.COUNTY, "county_market", _markets),
                                        (Lack.STATION, Places.TOWNSHIP, "station", _stations),
                                        (Lack.WINDOW, Places.CENTRAL_VILLAGE, "window", _windows)):
        if any(one is not None and (one.places, one.venue) == (places, venue) for one in asked):
            missing += [place for place in listed(facts, axis, lack) if place.unit.code in shown]
    order = {code: number for number, code in enumerate(facts.geography.unit_codes)}
    lacks = list(Lack)
    return tuple(sorted(missing, key=lambda place: (lacks.index(place.lack), order[place.unit.code],
                                                    place.code)))


def _county_name(geography: Geography, unit: ManagingUnit) -> str:
    return geography.unit_by_code[unit.county_code].name


def _markets(facts: Facts, axis: DayAxis, lack: Lack) -> Iterator[Missing]:
    for code in county_days(facts, axis, "county_market").unserved_on(axis.first):
        unit = facts.geography.unit_by_code[code]
        yield Missing(lack, unit, unit.name, "", "", code)


def _stations(facts: Facts, axis: DayAxis, lack: Lack) -> Iterator[Missing]:
    geography = facts.geography
    for code in township_days(facts, axis, "station").unserved_on(axis.first):
        township = geography.township(code)
        if township is not None:
            unit = geography.unit_by_code[township.unit_code]
            yield Missing(lack, unit, _county_name(geography, unit), township.name, "",
                          listed_code(code))


def _windows(facts: Facts, axis: DayAxis, lack: Lack) -> Iterator[Missing]:
    geography, day = facts.geography, axis.first
    current = {township.code for township in geography.townships_on(day)}
    listed = {village.code: village for village in geography.central_villages or ()}
    for code in village_days(facts, axis, "window").unserved_on(day):
        village = listed[code]
        chain = geography.succession(village.township_code)
        township = next((one for one in chain if one.code in current), chain[-1] if chain else None)
        if township is not None:
            unit = geography.unit_by_code[township.unit_code]
            yield Missing(lack, unit, _county_name(geography, unit), township.name, village.name
                          or code, code)
