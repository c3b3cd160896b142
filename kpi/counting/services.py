"""Venues at work: which open venues somebody was served at lately, and which only hang a sign.

A unit without any service record so far is 未接入: its venues are neither at work nor idle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

from kpi.counting.coverage import open_venues
from kpi.counting.facts import BoolArray, Facts, FloatArray
from kpi.definitions import Active
from kpi.vocabulary import DayAxis, Division, Rollup, from_ordinal, to_ordinal


class Work(StrEnum):
    """`ACTIVE`: served somebody lately. `IDLE`: did not (挂牌空转). `UNKNOWN`: its unit keeps no
    records (未接入).
    """

    ACTIVE = "active"
    IDLE = "idle"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class IdleVenue:
    """An open venue nobody was served at lately. `last`: when somebody was, None for never."""

    name: str
    kind: str
    unit: str
    township: str
    last: date | None


def active_counts(facts: Facts, rule: Active, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    """(active, open) venues per slot and day, of units that keep records by that day; shape (slots,
    days) each.
    """
    active, standing = np.zeros((2, facts.slots, len(axis)))
    keeping, served = _keeping(facts, rule, axis), _served(facts, rule)
    venues = facts.venues
    if venues is None:
        return active, standing
    slots = facts.slots_of(venues["unit"]).tolist()
    for slot, name, opened, closed in zip(slots, venues["venue_id"], venues["opened"].tolist(),
                                          venues["closed"].tolist(), strict=True):
        open_now = _between(axis, int(opened), None if pd.isna(closed) else int(closed))
        open_now &= keeping[slot]
        standing[slot] += open_now
        active[slot] += open_now & _lately(axis, served.get(str(name), ()), rule.days)
    return active, standing


def work_of(facts: Facts, rule: Active, day: date) -> Mapping[str, Work]:
    """Of every venue open on `day`, by its id."""
    rows, served, axis = open_venues(facts, day), _served(facts, rule), DayAxis(day, day)
    if rows.empty:
        return {}
    keeping = _keeping(facts, rule, axis)
    return {str(name): Work.UNKNOWN if not keeping[slot, 0] else Work.ACTIVE
            if _lately(axis, served.get(str(name), ()), rule.days)[0] else Work.IDLE
            for name, slot in zip(rows["venue_id"], facts.slots_of(rows["unit"]).tolist(),
                                  strict=True)}


def idle_venues(facts: Facts, rule: Active, division: Division,
                day: date) -> tuple[IdleVenue, ...] | None:
    """The idle venues of a division on `day`, those idle for longest first; None when no unit of it
    keeps records.
    """
    if not facts.has(rule.dataset):
        return None
    work, served, rows = work_of(facts, rule, day), _served(facts, rule), open_venues(facts, day)
    own = [row for row in rows.to_dict("records") if division.rollup == Rollup.CITY
           or row["unit"] in division.units]
    if all(work[str(row["venue_id"])] == Work.UNKNOWN for row in own):
        return None
    idle = [IdleVenue(str(row["name"]), str(row["kind"]), str(row["unit"]), str(row["township"]),
                      _last(served.get(str(row["venue_id"]), ()), day))
            for row in own if work[str(row["venue_id"])] == Work.IDLE]
    return tuple(sorted(idle, key=lambda one: (one.last or date.min, one.name)))


def _served(facts: Facts, rule: Active) -> Mapping[str, Sequence[int]]:
    """The days somebody was served at each venue, by its id, in order."""
    def compute() -> Mapping[str, Sequence[int]]:
        frame = facts.counted_cells(rule.dataset, rule.event)
        days: dict[str, set[int]] = {}
        for name, day in zip(frame[rule.venue].astype(object), frame["day"].tolist(), strict=True):
            days.setdefault(str(name), set()).add(int(day))
        return {name: sorted(own) for name, own in days.items()}
    return facts.once(("served", rule.dataset, rule.event), compute)


def _keeping(facts: Facts, rule: Active, axis: DayAxis) -> BoolArray:
    """Which slots have any service record by each day, at whatever venue."""
    first = facts.definitions.first_event(rule.dataset)
    if rule.dataset not in facts.cells:
        return np.zeros((facts.slots, len(axis)), dtype=bool)
    keeping: BoolArray = facts.cumulative(rule.dataset, first, axis)[:, 1:] > 0
    return keeping


def _between(axis: DayAxis, first: int, end: int | None) -> BoolArray:
    days = np.arange(axis.first_ordinal, axis.first_ordinal + len(axis))
    held: BoolArray = (days >= first) & (days < (end if end is not None else days[-1] + 1))
    return held


def _lately(axis: DayAxis, served: Sequence[int], days: int) -> BoolArray:
    """On which days somebody was served within the last `days` days, that day included."""
    after = np.zeros(len(axis) + 1)
    for day in served:
        first = day - axis.first_ordinal
        start, stop = max(first, 0), min(first + days, len(axis))
        if start < stop:
            after[start] += 1
            after[stop] -= 1
    lately: BoolArray = np.cumsum(after)[:-1] > 0
    return lately


def _last(served: Sequence[int], day: date) -> date | None:
    before = [one for one in served if one <= to_ordinal(day)]
    return from_ordinal(before[-1]) if before else None


