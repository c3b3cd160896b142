"""Craft certificates, temporary welfare posts, persons who are hard to employ, and occupational
injury cover.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from reference.derive.divide import choose, split
from sample_data.calendar import AS_OF, OFFICE, PLAN_START, Days, Floats, Ints, draw_days, months
from sample_data.places import POPULATION, UNIT_CODES, UNITS, draw_townships, place_columns
from sample_data.table import (
    END,
    Array,
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

# at scale 1; the last two hold on the last day
CERTIFICATES, POSTS, ASSISTED, COVERED = 420, 1_150, 2_640, 6_850
HELPED = 0.783
EMPLOYED = 0.64  # of the helped ones, in the end
_HELP = {"referral": 0.38, "training": 0.24, "welfare_post": 0.16, "subsidy": 0.12, "business": 0.06,
         None: 0.04}
_CRAFTS = {"五星骑手": 0.26, "金牌家政": 0.3, "电商达人": 0.16, "维修能手": 0.16, "花木巧匠": 0.12}
_DAY_BEFORE = date(2024, 1, 1)


def _units(count: int, weights: Floats = POPULATION) -> Ints:
    return np.repeat(np.arange(len(UNITS)), split(count, weights))


def _days(rng: np.random.Generator, count: int, first: date, growth: float) -> Days:
    """Working days since `first`; the last month has `growth` times the first one's."""
    axis = months(first, AS_OF)
    weights = np.linspace(1, growth, len(axis))
    weights[axis % 12 == 1] *= 0.5
    return draw_days(rng, rng.choice(axis, count, p=weights / weights.sum()), OFFICE)


def craft_certificates(rng: np.random.Generator, scale: float) -> Table:
    count = round(CERTIFICATES * scale)
    issued = _days(rng, count, PLAN_START, 2.5)
    return Table("craft_certificate", {"certificate_id": keys("C", count),
                                       "kind": pick(rng, _CRAFTS, count),
                                       "unit_code": UNIT_CODES[_units(count)], "issued_on": issued,
                                       "updated_at": written(rng, issued)})


def welfare_posts(rng: np.random.Generator, scale: float) -> Table:
    """Posts created since the plan's start; most are filled, some of those vacated again."""
    count = round(POSTS * scale)
    unit = _units(count)
    created = _days(rng, count, PLAN_START, 1.3)
    filled = where(rng.random(count) < 0.94, later(rng, created, 1, 30))
    vacated = where((rng.random(count) < 0.15) & (filled < END - 60),
                    np.minimum(filled + rng.integers(40, 300, count), END))
    return Table("welfare_post", {"post_id": keys("W", count),
                                  **place_columns(rng, unit, draw_townships(rng, unit, 0.97)),
                                  "created_on": created, "filled_on": filled, "vacated_on": vacated,
                                  "updated_at": written(rng, created, filled, vacated)})


def assisted_persons(rng: np.random.Generator, scale: float) -> Table:
    """Persons registered as hard to employ: HELPED of those still registered are helped; some
    others have left.
    """
    holding, ended = round(ASSISTED * scale), max(1, round(ASSISTED * 0.12 * scale))
    unit = np.concatenate([_units(holding), _units(ended)])
    count = len(unit)
    registered = _days(rng, count, _DAY_BEFORE, 1.2)
    has_left = np.arange(count) >= holding
    left = where(has_left, later(rng, registered, 30, 300))
    age = (END - registered).astype(float) / 1000
    helped_now = np.zeros(count, dtype=bool)
    helped_now[:holding] = choose(rng, 0.8 * age[:holding], round(HELPED * holding))
    helped_now[holding:] = rng.random(count - holding) < 0.9
    helped = where(helped_now, later(rng, registered, 5, 60))
    # help that came on the way out must still have come while registered
    helped = np.where(~np.isnat(left) & (helped >= left), registered, helped)
    stamps = written(rng, registered, helped, left)
    measure = pick(rng, _HELP, count)
    measure[np.isnat(helped)] = None
    return Table("assisted_person", {
        "person_key": keys("A", count), **place_columns(rng, unit, draw_townships(rng, unit, 0.98)),
        "registered_on": registered, "helped_on": helped, "ended_on": left,
        "measure": measure, "employed_on": _employed(rng, measure, helped), "updated_at": stamps})


def _employed(rng: np.random.Generator, measure: Array, helped: Days) -> Days:
    """When those who were helped took up work: soonest in a welfare post; two took it up before
    they were helped.
    """
    soon = measure == "welfare_post"
    on = helped + np.where(soon, rng.integers(0, 15, len(helped)), rng.integers(7, 121, len(helped)))
    came = rng.random(len(helped)) < np.where(soon, 0.95, EMPLOYED * 0.92)
    employed = where(came & ~np.isnat(helped) & (on <= END), on)
    early = rng.choice(np.flatnonzero(~np.isnat(employed)), 2, replace=False)
    employed[early] = helped[early] - 10
    return employed


def injury_cover(rng: np.random.Generator, scale: float) -> Table:
    """Workers covered on the last day, others whose cover ended, and renewals that overlap the
    first period.
    """
    holding, ended = round(COVERED * scale), max(1, round(COVERED * 0.15 * scale))
    unit = np.concatenate([_units(holding), _units(ended)])
    count = len(unit)
    start = _days(rng, count, PLAN_START, 3.0)
    until = where(np.arange(count) >= holding, later(rng, start, 30, 200))
    first: Columns = {"person_key": keys("I", count), "unit_code": UNIT_CODES[unit],
                      "covered_from": start, "covered_until": until}
    renewed = take(first, rng.choice(holding, max(1, round(holding * 0.06)), replace=False))
    renewed["covered_from"] = later(rng, renewed["covered_from"], 10, 90)
    rows = stack([first, renewed])
    return Table("injury_cover",
                 {**rows, "updated_at": written(rng, rows["covered_from"], rows["covered_until"])})
