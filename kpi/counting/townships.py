"""What each township has: venues, jobs, users, trainings. Townships as they are now; merged ones count for their successor."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from kpi.counting.coverage import open_venues
from kpi.counting.facts import Facts
from kpi.definitions.cube import ORIGIN_PLAN
from kpi.vocabulary.division import Division, Rollup

FIELDS = ("stations", "windows", "venues", "jobs", "users", "trainings")


@dataclass(frozen=True)
class TownshipRow:
    """One township on a day. None: the dataset is 未接入 or empty.

    `stations`, `windows` and `venues` of every kind open on the day; `jobs` and `trainings` since the plan's start
    (write-offs taken off); `users` registered on the day. Rows only known to the unit are in no township.
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
    jobs, users, trainings = _jobs(facts, day), _users(facts, day), _sums(facts, "training_attendance", "completed", day, plan=True)

    def venues(code: str, *wanted: str) -> int | None:
        return None if kinds is None else sum(number for (place, kind), number in kinds.items()
                                              if place == code and (not wanted or kind in wanted))

    def found(sums: dict[str, float] | None, code: str) -> float | None:
        return None if sums is None else sums.get(code, 0.0)

    return tuple(TownshipRow(t.code, t.name, t.unit_code, venues(t.code, "station"), venues(t.code, "window"), venues(t.code),
                             found(jobs, t.code), found(users, t.code), found(trainings, t.code)) for t in standing)


def of_division(rows: tuple[TownshipRow, ...], division: Division) -> tuple[TownshipRow, ...]:
    """The townships of one division."""
    return tuple(row for row in rows if division.rollup == Rollup.CITY or row.unit in division.units)


def _venues(facts: Facts, day: date) -> Counter[tuple[str, str]] | None:
    if not facts.has("service_venue"):
        return None
    register, final = open_venues(facts, day), facts.geography.final_township
    return Counter((final.get(str(code), str(code)), str(kind))
                   for code, kind in zip(register["township"].tolist(), register["kind"].tolist(), strict=True))


def _jobs(facts: Facts, day: date) -> dict[str, float] | None:
    published = _sums(facts, "job_posting", "published", day, column="amount", plan=True)
    lost = _sums(facts, "job_posting", "invalidated", day, column="amount", plan=True)
    return None if published is None or lost is None else _less(published, lost)


def _users(facts: Facts, day: date) -> dict[str, float] | None:
    came, left = _sums(facts, "worker_account", "registered", day), _sums(facts, "worker_account", "deregistered", day)
    return None if came is None or left is None else _less(came, left)


def _less(whole: dict[str, float], part: dict[str, float]) -> dict[str, float]:
    return {code: whole.get(code, 0.0) - part.get(code, 0.0) for code in whole.keys() | part.keys()}


def _sums(facts: Facts, dataset: str, event: str, day: date, *, column: str = "rows",
          plan: bool = False) -> dict[str, float] | None:
    if not facts.has(dataset):
        return None
    return facts.by_township(dataset, event, day, column=column, origin=ORIGIN_PLAN if plan else None)
