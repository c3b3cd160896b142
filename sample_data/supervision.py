"""Violations found on the platforms: what was done, which were closed, transferred and answered."""

from __future__ import annotations

import numpy as np

from reference.derive.divide import choose, split
from sample_data.calendar import AS_OF, OFFICE, PLAN_START, Days, draw_days, months
from sample_data.places import JOB_SHARES, UNIT_CODES
from sample_data.table import END, Table, keys, later, pick, where, written

FOUND, CLOSED, TRANSFERRED, ANSWERED = 386, 0.915, 64, 55  # at scale 1
NOTIFIED = 0.8  # of the answered ones, the regulators heard of so many
_KINDS = {"false_posting": 0.46, "discrimination": 0.14, "black_agent": 0.2, "data_leak": 0.06,
          "other": 0.14}
_MEASURES = {"rectify": 0.52, "app_removal": 0.14, "suspend": 0.12, "shutdown": 0.05,
             "penalty": 0.17}


def violations(rng: np.random.Generator, scale: float) -> Table:
    count = round(FOUND * scale)
    unit = np.repeat(np.arange(len(JOB_SHARES)), split(count, JOB_SHARES))
    days = draw_days(rng, rng.choice(months(PLAN_START, AS_OF), count), OFFICE)
    age = (END - days).astype(float) / 670
    is_closed = choose(rng, 2 * age, round(CLOSED * count))
    moved = choose(rng, 0.3 * age, round(TRANSFERRED * scale))
    transferred = where(moved, later(rng, days, 2, 15))
    answered_too = moved & choose(rng, np.where(moved, 9.0 + age, 0.0), round(ANSWERED * scale))
    answered = where(answered_too, np.minimum(transferred + rng.integers(5, 40, count), END))
    closed = where(is_closed, later(rng, days, 3, 45))
    measure = pick(rng, _MEASURES, count)
    measure[~is_closed & (rng.random(count) < 0.6)] = None
    stamps = written(rng, days, closed, transferred, answered)
    return Table("violation", {"violation_id": keys("V", count), "kind": pick(rng, _KINDS, count),
                               "unit_code": UNIT_CODES[unit], "found_on": days, "measure": measure,
                               "closed_on": closed, "transferred_on": transferred,
                               "answered_on": answered,
                               "notified_back_on": _notified_back(rng, transferred, answered),
                               "updated_at": stamps})


def _notified_back(rng: np.random.Generator, transferred: Days, answered: Days) -> Days:
    """Most answered ones within three weeks, some still open; now and then a day before the case
    was transferred.
    """
    on = answered + rng.integers(1, 22, len(answered))
    back = where((rng.random(len(answered)) < NOTIFIED) & (on <= END), on)
    early = rng.choice(np.flatnonzero(~np.isnat(back)), 1)
    back[early] = transferred[early] - 2
    return back
