"""Accounts of workers and employers: how many hold on the last day, when they came, and who left
again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from reference.derive.divide import split, split_cells
from sample_data.calendar import AS_OF, Floats, Ints, draw_days, months
from sample_data.places import (
    PERFORMANCE,
    UNITS,
    draw_townships,
    performing,
    place_columns,
    use_former_township,
)
from sample_data.table import (
    END,
    WRONG_YEAR,
    Columns,
    Table,
    constant,
    keys,
    later,
    never,
    stack,
    take,
    where,
    written,
)

USERS, EMPLOYERS = 47_600, 4_310  # holding on the last day at scale 1


@dataclass(frozen=True)
class Employers:
    """Employers as job postings need them: code, position of the unit, and whether verified."""

    code: np.ndarray
    unit: Ints
    verified: np.ndarray


@dataclass(frozen=True)
class _Growth:
    """Stock on the last day, share already there before the plan, share that left, share verified.
    """

    holding: int
    before: float
    left: float
    verified: float


def worker_accounts(rng: np.random.Generator, scale: float) -> Table:
    growth = _Growth(round(USERS * scale), 0.19, 0.025, 0.88)
    unit, columns = _accounts(rng, growth, performing(PERFORMANCE.users))
    columns = {"account_id": keys("U", len(unit)), **columns}
    return Table("worker_account", _with_faults(rng, columns, "account_id", scale))


def employer_accounts(rng: np.random.Generator, scale: float) -> tuple[Table, Employers]:
    growth = _Growth(round(EMPLOYERS * scale), 0.24, 0.03, 0.94)
    unit, columns = _accounts(rng, growth, performing(PERFORMANCE.employers))
    columns = {"employer_code": keys("E", len(unit)), **columns}
    employers = Employers(columns["employer_code"], unit, ~np.isnat(columns["verified_on"]))
    return Table("employer_account", _with_faults(rng, columns, "employer_code", scale)), employers


def _accounts(rng: np.random.Generator, growth: _Growth, weights: Floats) -> tuple[Ints, Columns]:
    """Accounts in the order they registered; exactly `growth.holding` have not left."""
    stay = split(growth.holding, weights)
    leave = split(max(1, round(growth.holding * growth.left)), weights)
    axis, curve = _curve(growth.before)
    parts = [_registered(rng, counts, axis, curve) for counts in (stay, leave)]
    unit = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    gone = np.arange(len(unit)) >= int(stay.sum())
    left = where(gone, later(rng, day, 10, 300))
    order = np.argsort(day, kind="stable")
    unit, day, left = unit[order], day[order], left[order]
    verified = where(rng.random(len(unit)) < growth.verified, later(rng, day, 0, 20))
    places = place_columns(rng, unit, draw_townships(rng, unit, 0.93))
    return unit, {**places, "registered_on": day, "verified_on": verified, "deregistered_on": left,
                  "updated_at": written(rng, day, verified, left)}


def _curve(before: float) -> tuple[Ints, Floats]:
    """Months and the weight of each: a slow year before the plan, then growth with a dip at each
    Spring Festival.
    """
    early, since = months(date(2024, 1, 1), date(2024, 12, 31)), months(date(2025, 1, 1), AS_OF)
    slow = np.linspace(0.5, 1.5, len(early))
    fast = np.linspace(0.75, 1.1, len(since))
    fast[since % 12 == 1] *= 0.6
    weights = np.concatenate([slow / slow.sum() * before, fast / fast.sum() * (1 - before)])
    return np.concatenate([early, since]), weights


def _registered(rng: np.random.Generator, counts: Ints, axis: Ints,
                curve: Floats) -> tuple[Ints, np.ndarray]:
    cells = split_cells(rng, counts, curve, 0.12)
    unit = np.repeat(np.arange(len(UNITS)), counts)
    month = np.concatenate([np.repeat(axis, row) for row in cells])
    return unit, draw_days(rng, month)


def _with_faults(rng: np.random.Generator, columns: Columns, key: str, scale: float) -> Columns:
    """Adds what real accounts get wrong: registered twice, an unknown division, a date in the
    future, none at all.
    """
    use_former_township(rng, columns["township_code"], 0.2)
    count = max(2, round(len(columns[key]) * 0.002))
    twice = take(columns, rng.choice(len(columns[key]), count, replace=False))
    # strictly later, so that which of the two is the first is not left to chance
    twice["registered_on"] = np.minimum(twice["registered_on"] + rng.integers(1, 40, count),
                                        END + 1)
    twice["deregistered_on"] = never(count)
    some = max(1, round(2 * scale))
    wrong = take(columns, rng.choice(len(columns[key]), 3 * some, replace=False))
    wrong[key] = keys(f"{key[0].upper()}X", 3 * some)
    wrong["verified_on"], wrong["deregistered_on"] = never(3 * some), never(3 * some)
    wrong["unit_code"][:some], wrong["township_code"][:some] = constant("329999", some), constant(
        None, some)
    wrong["registered_on"][some:2 * some] = WRONG_YEAR
    wrong["registered_on"][2 * some:] = np.datetime64("NaT")
    keep = twice["registered_on"] <= END
    return stack([columns, take(twice, keep), wrong])
