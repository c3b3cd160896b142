"""What is done at the venues: a record for each kind of service of a day, with how many came."""

from __future__ import annotations

import numpy as np

from sample_data.calendar import PLAN_START
from sample_data.table import (
    END,
    WRONG_YEAR,
    Array,
    Columns,
    Table,
    constant,
    keys,
    objects,
    pick,
    stack,
    take,
    written,
)

# of the venues open on the last day, how many nobody came to for ninety days; and which unit keeps
# no records at all
IDLE = 0.06
NO_RECORDS = "321393"
_DAYS_BETWEEN = 17  # between two records of a venue, on average
_KINDS = {"consult": 0.27, "seeker": 0.2, "employer": 0.1, "push": 0.24, "match": 0.14,
          "activity": 0.05}
_PERSONS = {"consult": 9, "seeker": 7, "employer": 3, "push": 46, "match": 4, "activity": 85}
_ONLINE = {"consult": 0.2, "seeker": 0.45, "employer": 0.5, "push": 0.8, "match": 0.3,
           "activity": 0.05}


def venue_services(rng: np.random.Generator, scale: float, venues: Table) -> Table:
    """Records since the plan's start of every venue but those of a unit that keeps none; `scale`
    times as many.
    """
    columns = venues.columns
    units = columns["unit_code"]
    keeping = np.flatnonzero(units != NO_RECORDS)
    since = np.maximum(columns["opened_on"][keeping], np.datetime64(PLAN_START))
    until = np.where(np.isnat(columns["closed_on"][keeping]), END, columns["closed_on"][keeping] - 1)
    still = np.flatnonzero(np.isnat(columns["closed_on"][keeping])
                           & (since < END - np.timedelta64(200, "D")))
    idle = rng.choice(still, round(IDLE * len(keeping)), replace=False)
    until[idle] = END - rng.integers(91, 190, len(idle))
    days = np.maximum((until - since).astype(int) + 1, 0)
    venue = np.repeat(np.arange(len(keeping)), np.maximum(
        np.round(days * scale / _DAYS_BETWEEN).astype(int), 1))
    # the last record of a venue at work is of the last weeks
    back = np.floor(rng.random(len(venue)) * days[venue]).astype(int)
    first = np.flatnonzero(np.diff(venue, prepend=-1))
    back[first] = np.minimum(rng.integers(0, 40, len(first)), np.maximum(days[venue[first]] - 1, 0))
    day = _working(until[venue] - back)
    kind = pick(rng, _KINDS, len(venue))
    usual = np.array([_PERSONS[name] for name in kind], dtype=float)
    online = rng.random(len(venue)) < np.array([_ONLINE[name] for name in kind])
    channel = np.where(online, objects(["online"])[0], objects(["offline"])[0]).astype(object)
    channel[rng.random(len(venue)) < 0.03] = None
    rows: Columns = {"venue_id": columns["venue_id"][keeping[venue]],
                     "unit_code": units[keeping[venue]],
                     "township_code": columns["township_code"][keeping[venue]], "served_on": day,
                     "kind": kind, "channel": channel,
                     "persons": 1 + rng.poisson(usual * rng.lognormal(0, 0.4, len(venue)))}
    rows["venue_id"][rng.random(len(venue)) < 0.01] = None
    rows = stack([rows, _wrong(rng, rows)])
    rows["updated_at"] = written(rng, rows["served_on"])
    rows = take(rows, np.argsort(rows["served_on"], kind="stable"))
    return Table("venue_service", {"record_id": keys("R", len(rows["kind"])), **rows})


def _working(days: Array) -> Array:
    """Of a Sunday the Friday before, as most venues are closed then."""
    weekday = (days.astype(int) + 3) % 7
    return np.where((weekday == 6) & (days > np.datetime64(PLAN_START) + 3), days - 2, days)


def _wrong(rng: np.random.Generator, rows: Columns) -> Columns:
    """Nobody came, a kind no list has, a year nobody has reached, and a place that is in no list."""
    part = take(rows, rng.choice(len(rows["kind"]), 24, replace=False))
    which = np.arange(24) % 4
    part["persons"][which == 0] = 0
    part["kind"][which == 1] = "其他服务"
    part["served_on"][which == 2] = WRONG_YEAR
    part["unit_code"][which == 3], part["township_code"][which == 3] = constant("329999", 6), None
    return part
