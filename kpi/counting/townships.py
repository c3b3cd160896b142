"""What each township has: venues, jobs, users, trainings. Townships as they are now; merged ones
count for their successor.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from kpi.counting.coverage import open_venues
from kpi.counting.facts import Facts
from kpi.definitions import ORIGIN_PLAN, Since, Sum, TownshipColumn
from kpi.vocabulary import Division, Rollup

FIELDS = ("stations", "windows", "venues", "jobs", "users", "trainings")


@dataclass(frozen=True)
class TownshipRow:
    """One township on a day. None: the dataset is 未接入 or empty, or does not cover these kinds of
    venue.

    `stations`, `windows` and `venues` of every kind open on the day; `jobs` and `trainings` since
    the plan's start (write-offs taken off); `users` registered on the day. Rows only known to the
    unit are in no township.
    """

    code: str
    name: str
    unit: str
    stations: int | None
    windows: int | None
    venues: int | None
    jobs: float | None
    users: float | None
    trainings: float | None


def township_rows(facts: Facts, day: date) -> tuple[TownshipRow, ...]:
    """Every present township of the city, in the order of the units and codes."""
    geography = facts.geography
    final = {geography.final_township[t.code] for t in geography.townships_on(facts.read_on)}
    standing = sorted((t for t in geography.townships if t.code in final),
                      key=lambda t: (geography.unit_codes.index(t.unit_code), t.code))
    kinds = _venues(facts, day)
    jobs, users, trainings = (_column(facts, column, day) for column in
                              (TownshipColumn.JOBS, TownshipColumn.USERS, TownshipColumn.TRAININGS))

    def venues(code: str, *wanted: str) -> int | None:
        register = facts.definitions.register
        if kinds is None or not facts.covers(
            register.name, *(wanted or register.column("kind").categories)
        ):
            return None
        return sum(number for (place, kind), number in kinds.items()
                   if place == code and (not wanted or kind in wanted))

    def found(sums: dict[str, float] | None, code: str) -> float | None:
        return None if sums is None else sums.get(code, 0.0)

    return tuple(TownshipRow(t.code, t.name, t.unit_code, venues(t.code, "station"),
                             venues(t.code, "window"), venues(t.code), found(jobs, t.code),
                             found(users, t.code), found(trainings, t.code)) for t in standing)


def of_division(rows: tuple[TownshipRow, ...], division: Division) -> tuple[TownshipRow, ...]:
    """The townships of one division."""
    return tuple(row for row in rows if division.rollup == Rollup.CITY
                 or row.unit in division.units)


def _venues(facts: Facts, day: date) -> Counter[tuple[str, str]] | None:
    if not facts.has(facts.definitions.register.name):
        return None
    register, final = open_venues(facts, day), facts.geography.final_township
    return Counter((final.get(str(code), str(code)), str(kind))
                   for code, kind in zip(register["township"].tolist(), register["kind"].tolist(),
                                         strict=True))


def _column(facts: Facts, column: TownshipColumn, day: date) -> dict[str, float] | None:
    """By township code the figure of the indicator whose definition fills the column; None without
    one, or without data.
    """
    one = next((indicator.part for indicator in facts.definitions.indicators.values()
                if indicator.township == column), None)
    if one is None or not facts.has(one.dataset):
        return None
    begun = _by_township(facts, one, one.event, day)
    return begun if one.minus is None else _less(begun, _by_township(facts, one, one.minus, day))


def _by_township(facts: Facts, total: Sum, event: str, day: date) -> dict[str, float]:
    return facts.by_township(total.dataset, event, day, column=total.column, origin=ORIGIN_PLAN
                             if total.since == Since.PLAN else None)


def _less(whole: dict[str, float], part: dict[str, float]) -> dict[str, float]:
    return {code: whole.get(code, 0.0) - part.get(code, 0.0) for code in whole.keys() | part.keys()}
