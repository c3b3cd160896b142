"""What the offices do beside the counted tasks: subsidies paid, injuries decided, policies made
known.
"""

from __future__ import annotations

import numpy as np

from reference.derive.divide import split
from sample_data.calendar import AS_OF, OFFICE, PLAN_START, draw_days, months
from sample_data.places import JOB_SHARES, PERFORMANCE, UNIT_CODES, performing
from sample_data.table import (
    END,
    WRONG_YEAR,
    Columns,
    Table,
    keys,
    later,
    pick,
    stack,
    take,
    where,
    written,
)

# since the plan's start at scale 1
SUBSIDIES, CLAIMS, ACTIVITIES = 7_900, 310, 420
_DECIDED, _CONFIRMED, _PAID = 0.91, 0.86, 0.8
_REACH = {"site": 90, "lecture": 70, "media": 5200, "material": 400}


def training_subsidies(rng: np.random.Generator, scale: float) -> Table:
    """Subsidies of some six in ten trainees, in whole hundreds of yuan; a reversal and two faults.
    """
    count = round(SUBSIDIES * scale)
    unit = np.repeat(np.arange(9), split(count, performing(PERFORMANCE.training)))
    day = draw_days(rng, rng.choice(months(PLAN_START, AS_OF)[2:], count), OFFICE)
    kind = pick(rng, {"training": 0.72, "certificate": 0.2, "living": 0.05, None: 0.03}, count)
    amount = np.round(rng.lognormal(6.6, 0.35, count), -2) + 100
    rows: Columns = {"unit_code": UNIT_CODES[unit], "kind": kind, "amount": amount, "paid_on": day}
    wrong = take(rows, rng.choice(count, 3, replace=False))
    wrong["amount"] = np.array([-800.0, np.nan, 900.0])
    wrong["paid_on"][2] = WRONG_YEAR
    rows = stack([rows, wrong])
    return Table("training_subsidy", {"subsidy_id": keys("B", len(rows["kind"])), **rows,
                                      "updated_at": written(rng, rows["paid_on"])})


def injury_claims(rng: np.random.Generator, scale: float) -> Table:
    """Claims, most decided within a month, a few undecided, of unknown units or decided before they
    were filed.
    """
    count = round(CLAIMS * scale)
    unit = np.repeat(np.arange(9), split(count, JOB_SHARES[:9]))
    day = draw_days(rng, rng.choice(months(PLAN_START, AS_OF), count), OFFICE)
    decided = where(rng.random(count) < _DECIDED, later(rng, day, 4, 48))
    early = rng.choice(count, 2, replace=False)
    decided[early] = day[early] - 3
    confirmed = rng.random(count) < _CONFIRMED
    decision = np.where(confirmed, "confirmed", "rejected").astype(object)
    decision[np.isnat(decided)] = None
    paid = where(confirmed & (rng.random(count) < _PAID) & ~np.isnat(decided),
                 np.minimum(np.maximum(decided, day) + rng.integers(3, 40, count), END))
    code = UNIT_CODES[unit].copy()
    code[rng.choice(count, 2, replace=False)] = "329999"
    return Table("injury_claim", {"claim_id": keys("K", count), "unit_code": code,
                                  "filed_on": day, "decided_on": decided, "decision": decision,
                                  "paid_on": paid, "updated_at": written(rng, day, decided, paid)})


def publicity_activities(rng: np.random.Generator, scale: float) -> Table:
    """Activities and how many they reached; one whose form no list has, one that reached nobody."""
    count = round(ACTIVITIES * scale)
    unit = np.repeat(np.arange(9), split(count, JOB_SHARES[:9]))
    day = draw_days(rng, rng.choice(months(PLAN_START, AS_OF), count), OFFICE)
    kind = pick(rng, {"site": 0.4, "lecture": 0.25, "media": 0.1, "material": 0.25}, count)
    reach = 1 + rng.poisson(np.array([_REACH[name] for name in kind], dtype=float)
                            * rng.lognormal(0, 0.5, count))
    rows: Columns = {"unit_code": UNIT_CODES[unit], "kind": kind, "reach": reach, "held_on": day}
    wrong = take(rows, rng.choice(count, 2, replace=False))
    wrong["kind"], wrong["reach"] = np.array(["其他", "site"], dtype=object), np.array([50, 0])
    rows = stack([rows, wrong])
    return Table("publicity", {"activity_id": keys("X", len(rows["kind"])), **rows,
                               "updated_at": written(rng, rows["held_on"])})
