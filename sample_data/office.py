"""What the joint meeting's office keeps: budgets, payments and reports of good practice."""

from __future__ import annotations

import numpy as np

from reference.derive.divide import split
from sample_data.calendar import AS_OF, OFFICE, PLAN_START, draw_days, months
from sample_data.places import CITY, JOB_SHARES, UNIT_CODES, UNITS
from sample_data.table import Columns, Table, constant, keys, objects, stack, written

# paid ÷ budgeted on the last day, and reports since the plan's start at scale 1
SPENT, REPORTS = 0.742, 46
_BUDGETS = {"2025-01-20": 6_200_000, "2026-01-22": 8_600_000}  # of all units together, in yuan
_CITY_PART = 0.25
_PAYMENTS_PER_UNIT = 24


def fund_entries(rng: np.random.Generator, scale: float) -> Table:
    """Yearly budgets of the city and its units and the payments on them, by `scale` times over."""
    parts = [_entries(rng) for _ in range(max(1, round(scale)))]
    rows = stack([*parts, _wrong()])
    return Table("fund_entry", {"entry_id": keys("F", len(rows["kind"])), **rows,
                                "updated_at": written(rng, rows["booked_on"])})


def _entries(rng: np.random.Generator) -> Columns:
    owners = [*UNITS, CITY]
    weights = np.append(JOB_SHARES * (1 - _CITY_PART), _CITY_PART)
    budgets = [_rows(owners, "budget", np.round(weights * total),
                     np.full(len(owners), np.datetime64(day))) for day, total in _BUDGETS.items()]
    budgeted = sum(part["amount"] for part in budgets)
    spent = budgeted * np.clip(rng.normal(1, 0.09, len(owners)), 0.8, 1.2)
    paid = split(round(SPENT * float(np.sum(budgeted))), spent)
    return stack([*budgets, *(_payments(rng, owner, int(total))
                              for owner, total in zip(owners, paid, strict=True))])


def _payments(rng: np.random.Generator, owner: str, total: int) -> Columns:
    days = draw_days(rng, rng.choice(months(PLAN_START, AS_OF)[1:], _PAYMENTS_PER_UNIT), OFFICE)
    amounts = split(total, rng.lognormal(0, 0.6, _PAYMENTS_PER_UNIT)).astype(float)
    return _rows([owner] * _PAYMENTS_PER_UNIT, "payment", amounts, np.sort(days))


def _wrong() -> Columns:
    """A reversal booked as a negative payment, and an empty one: neither counts."""
    return _rows([UNITS[0], UNITS[2]], "payment", np.array([-12_000.0, np.nan]),
                 np.full(2, np.datetime64("2026-07-09")))


def _rows(owners: list[str], kind: str, amounts: np.ndarray, days: np.ndarray) -> Columns:
    return {"unit_code": objects(owners), "kind": constant(kind, len(owners)),
            "amount": np.asarray(amounts, dtype=float), "booked_on": days}


def practice_reports(rng: np.random.Generator, scale: float) -> Table:
    count = round(REPORTS * scale)
    unit = np.repeat(np.arange(len(UNITS)), split(count, JOB_SHARES))
    day = draw_days(rng, rng.choice(months(PLAN_START, AS_OF)[2:], count), OFFICE)
    return Table("practice_report", {"report_id": keys("G", count), "unit_code": UNIT_CODES[unit],
                                     "submitted_on": day, "updated_at": written(rng, day)})
