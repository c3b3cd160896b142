"""Labour disputes since 2024: mediation and arbitration, accepted on working days and closed one
after another.

Arbitration closings follow the share of the year's cases that is usually closed by the end of each
month, so the rate starts low every January and ends the year near its target.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from reference.derive.divide import choose, split, split_cells
from sample_data.calendar import (
    AS_OF,
    OFFICE,
    Days,
    Floats,
    Ints,
    all_days,
    draw_days,
    months,
    share_of_month,
)
from sample_data.places import JOB_SHARES, UNIT_CODES, UNITS
from sample_data.table import END, Columns, Table, keys, pick, stack, take, where, written

# gig mediations of this year that succeeded; arbitration cases of this year closed
SUCCESS, CLOSED = 0.68, 0.903
_START = date(2024, 1, 1)
# both stages, January … December
_A_YEAR = np.array([880, 760, 835, 830, 815, 820, 800, 785, 810, 800, 835, 890])
_ARBITRATION, _GIG = 0.4, 0.09
# closed ÷ (pending on 1 January + accepted), usual at the end of each month
_PATH = (0.60, 0.70, 0.755, 0.79, 0.82, 0.845, 0.862, 0.88, 0.895, 0.903, 0.935, 0.965)
# by unit, in the order of the units
_AHEAD = (0.012, 0.006, 0.008, 0.0, -0.024, 0.014, -0.03, -0.006, 0.016)
_SUCCESS_BY_UNIT = (0.70, 0.68, 0.72, 0.67, 0.58, 0.72, 0.66, 0.68, 0.7)
_SETTLED = {"award": 0.42, "settled": 0.46, "dismissed": 0.07, "withdrawn": 0.05}


def dispute_cases(rng: np.random.Generator, scale: float) -> Table:
    arbitration, mediation = _cases(rng, scale)
    closed = _arbitration_closings(rng, arbitration)
    rows = stack([_columns(rng, "arbitration", arbitration, closed, _outcomes(rng, closed)),
                  _mediation(rng, mediation)])
    rows["is_gig"] = _gig(rng, rows["accepted_on"])
    _bring_success_to_target(rng, rows)
    rows["updated_at"] = written(rng, rows["accepted_on"], rows["closed_on"])
    rows = take(rows, np.argsort(rows["accepted_on"], kind="stable"))
    return Table("dispute_case", {"case_id": keys("D", len(rows["stage"])), **rows})


def _cases(rng: np.random.Generator, scale: float) -> list[tuple[Ints, Days]]:
    """Unit and day of acceptance of the cases of arbitration and of mediation, by unit and day."""
    axis = months(_START, AS_OF)
    monthly = _A_YEAR[axis % 12] * (1 + 0.02 * rng.uniform(-1, 1, len(axis)))
    drawn = []
    for share in (_ARBITRATION, 1 - _ARBITRATION):
        cells = split_cells(rng, split(round(float(monthly.sum()) * share * scale), JOB_SHARES),
                            monthly, 0.05)
        unit, position = np.divmod(np.repeat(np.arange(cells.size), cells.ravel()), len(axis))
        day = draw_days(rng, axis[position], OFFICE)
        order = np.lexsort((day, unit))
        drawn.append((unit[order], day[order]))
    return drawn


def _arbitration_closings(rng: np.random.Generator, cases: tuple[Ints, Days]) -> Days:
    """When each case was closed; null when it is pending on the last day."""
    unit, accepted = cases
    targets = _targets_of_last_day(unit, accepted)
    closed = np.full(len(unit), np.datetime64("NaT", "D"))
    for number in range(len(UNITS)):
        rows = np.flatnonzero(unit == number)
        closed[rows] = _one_after_another(rng, accepted[rows],
                                          _closed_by_day(accepted[rows], number, targets[number]))
    return closed


def _targets_of_last_day(unit: Ints, accepted: Days) -> Ints:
    """Cases each unit has closed this year by the last day, adding up to the city's rate exactly.
    """
    year_start = np.datetime64(f"{AS_OF.year}-01-01")
    this_year = np.array([int((accepted[unit == u] >= year_start).sum())
                          for u in range(len(UNITS))])
    pending = np.array([_pending_before(accepted[unit == u], u, AS_OF.year)
                        for u in range(len(UNITS))])
    base = this_year + pending
    return split(round(CLOSED * int(base.sum())), base * (CLOSED + np.array(_AHEAD)))


def _pending_before(accepted: Days, unit: int, year: int) -> int:
    """Cases pending on 1 January of the year, from the years' usual ends."""
    pending = 0
    for before in range(_START.year, year):
        of_year = int((accepted.astype("datetime64[Y]") == np.datetime64(str(before), "Y")).sum())
        pending += of_year - int(np.floor((_PATH[-1] + _AHEAD[unit] / 2) * (pending + of_year)))
    return pending


def _closed_by_day(accepted: Days, unit: int, last: int) -> Floats:
    """Cases of one unit closed by the end of each day since the beginning, never falling; ends at
    this year's target.
    """
    month = all_days(_START, AS_OF).astype("datetime64[M]")
    share = share_of_month(OFFICE, _START, AS_OF)
    total, closed_before = np.zeros(len(month)), 0.0
    for year in range(_START.year, AS_OF.year + 1):
        reached = 0.0
        for number, ends in enumerate(_month_ends(accepted, unit, year), start=1):
            if (year, number) == (AS_OF.year, AS_OF.month):
                ends = float(last)
            ends = max(ends, reached)
            inside = month == np.datetime64(f"{year}-{number:02d}", "M")
            total[inside] = closed_before + reached + share[inside] * (ends - reached)
            reached = ends
        closed_before += reached
    return total


def _month_ends(accepted: Days, unit: int, year: int) -> list[float]:
    """Cases of the year closed by the end of each of its months, by the usual path; up to the
    sample's last month.
    """
    base = _pending_before(accepted, unit, year)
    month = accepted.astype("datetime64[M]")
    first = np.datetime64(f"{year}-01", "M")
    ends = []
    for number in range(AS_OF.month if year == AS_OF.year else 12):
        reported = base + int(((month >= first) & (month <= first + number)).sum())
        # differences between units shrink when the year is closed
        rate = _PATH[number] + _AHEAD[unit] * (0.5 if number == 11 else 1.0)
        ends.append(float(np.floor(rate * reported)))
    return ends


def _one_after_another(rng: np.random.Generator, accepted: Days, closed_by_day: Floats) -> Days:
    """Closes cases roughly in the order they came, as many by each day as `closed_by_day` says."""
    closed = np.full(len(accepted), np.datetime64("NaT", "D"))
    count = round(float(closed_by_day[-1]))
    easy_first = np.argsort(accepted.astype(float) + rng.exponential(6, len(accepted)),
                            kind="stable")[:count]
    position = np.searchsorted(closed_by_day, np.arange(1, count + 1) - 1e-6)
    days = np.datetime64(_START) + np.minimum(position, len(closed_by_day) - 1)
    closed[easy_first] = np.maximum(days, accepted[easy_first])
    return closed


def _outcomes(rng: np.random.Generator, closed: Days) -> np.ndarray:
    outcome = pick(rng, _SETTLED, len(closed))
    outcome[np.isnat(closed)] = None
    return outcome


def _mediation(rng: np.random.Generator, cases: tuple[Ints, Days]) -> Columns:
    unit, accepted = cases
    days = np.ceil(rng.gamma(2.2, 5.5, len(unit))).astype(int)
    closed = where(accepted + days <= END, accepted + days)
    good = rng.random(len(unit)) < np.array(_SUCCESS_BY_UNIT)[unit]
    outcome = np.where(rng.random(len(unit)) < 0.08, "withdrawn",
                       np.where(good, "success", "failure")).astype(object)
    outcome[np.isnat(closed)] = None
    return _columns(rng, "mediation", cases, closed, outcome)


def _columns(rng: np.random.Generator, stage: str, cases: tuple[Ints, Days], closed: Days,
             outcome: np.ndarray) -> Columns:
    unit, accepted = cases
    return {"stage": np.full(len(unit), stage, dtype=object), "unit_code": UNIT_CODES[unit],
            "accepted_on": accepted, "closed_on": closed, "outcome": outcome}


def _gig(rng: np.random.Generator, accepted: Days) -> np.ndarray:
    """Gig cases: 8.2–9.8 % of every month's."""
    gig = np.zeros(len(accepted), dtype=bool)
    month = accepted.astype("datetime64[M]").astype(int)
    for number in np.unique(month):
        rows = np.flatnonzero(month == number)
        gig[rows] = choose(rng, np.zeros(len(rows)),
                           round(len(rows) * (_GIG + rng.uniform(-0.008, 0.008))))
    return gig


def _bring_success_to_target(rng: np.random.Generator, rows: Columns) -> None:
    """Turns outcomes of this year's gig mediations until exactly the target's share succeeded."""
    year = rows["closed_on"].astype("datetime64[Y]") == np.datetime64(str(AS_OF.year), "Y")
    gig = rows["is_gig"] & year & (rows["stage"] == "mediation")
    good, bad = (np.flatnonzero(gig & (rows["outcome"] == outcome))
                 for outcome in ("success", "failure"))
    surplus = len(good) - round(SUCCESS * (len(good) + len(bad)))
    if surplus > 0:
        rows["outcome"][rng.choice(good, surplus, replace=False)] = "failure"
    elif surplus < 0:
        rows["outcome"][rng.choice(bad, -surplus, replace=False)] = "success"


