"""Job postings: what counts, what was written off, what other platforms repeat, and what is wrong.

Rows that count and stay ("net" rows) carry the targets exactly; false postings come on top of them
and are taken away again before the last day, so the stock of that day is exact while earlier days
look lived in.
"""

from __future__ import annotations

import numpy as np

from reference.derive.divide import split, split_cells, spread
from sample_data.accounts import Employers
from sample_data.calendar import AS_OF, PLAN_START, Days, Floats, Ints, draw_days, months
from sample_data.places import JOB_SHARES, NO_TOWNSHIP, UNITS, draw_townships
from sample_data.posting import OCCUPATIONS, PLATFORMS, Postings
from sample_data.repeats import part_repeats
from sample_data.table import END, Array, Columns, constant, later, objects, pick, where

# net headcount on the last day at scale 1, and the third parties' part of it
JOBS, THIRD_PARTY = 46_800, 0.534
_PER_POSTING = 5.7
_CITY_ONLY_SHARE, _FALSE_SHARE = 0.006, 0.015
_SEASON_2026 = (0.9, 0.6, 1.35, 1.0, 1.05, 1.2, 0.85, 0.9, 1.05, 1.25)
# 洋河新区: third parties collect exactly half, which is not "more than half"
HALF = UNITS.index("321392")
CLUSTER_UNIT = UNITS.index("321324")  # 泗洪县: one employer's false postings of one week
CLUSTER_DAY, CLUSTER_WRITTEN_OFF = np.datetime64("2026-05-11"), np.datetime64("2026-06-18")
CLUSTER_ROWS = 12

# third parties' part by unit, before it is brought to the city's total; 宿城 宿豫 沭阳 泗阳 泗洪 经开 湖滨 洋河 苏宿
_THIRD_BY_UNIT = (0.545, 0.515, 0.56, 0.53, 0.505, 0.58, 0.46, 0.5, 0.56, 0.4)

_SECTOR_SHARES = {"agriculture": 0.16, "domestic": 0.21, "ecommerce": 0.16, "construction": 0.15,
                  "instant_delivery": 0.11, "courier": 0.08, "other": 0.13}
_REASONS = {"虚假岗位": 0.55, "薪资与实际不符": 0.25, "用工主体不存在": 0.2}


def counted_postings(rng: np.random.Generator, scale: float, employers: Employers) -> Postings:
    """Net and false postings, none of which repeats another one within the duplicate window."""
    net, false = _totals(round(JOBS * scale))
    month = months(PLAN_START, AS_OF)
    weights = _month_weights()
    drawn = [_drawn(rng, totals, month, weights * end)
             for totals, end in ((net, 1.0), (false, _before_the_end()))]
    unit, day, headcount = (np.concatenate([part[i] for part in drawn]) for i in range(3))
    is_false = np.arange(len(unit)) >= len(drawn[0][0])
    sector = pick(rng, _SECTOR_SHARES, len(unit))
    posting = Postings(unit, draw_townships(rng, unit), day, headcount, is_false, sector,
                       _occupations(rng, sector), _employers(rng, unit, employers),
                       constant("government", len(unit)))
    _cluster(posting)
    part_repeats(rng, posting, employers)
    _collect(rng, posting, net)
    return posting


def _totals(total: int) -> tuple[Ints, Ints]:
    """Headcount per unit with "city only" last: of net and of false postings."""
    city_only = round(total * _CITY_ONLY_SHARE)
    net = split(total - city_only, JOB_SHARES)
    if net[HALF] % 2:  # half of it has to be a whole number
        net[HALF] += 1
        net[2] -= 1
    return np.append(net, city_only), np.append(
        split(max(len(UNITS) * 12, round(total * _FALSE_SHARE)), JOB_SHARES), 0)


def _month_weights() -> Floats:
    return np.concatenate([np.linspace(600, 2300, 12), 2850 * np.array(_SEASON_2026)])


def _before_the_end() -> Floats:
    """False postings come to light after a while, so the last two months have none yet."""
    return np.array([1.0] * 20 + [0.0] * 2)


def _drawn(rng: np.random.Generator, totals: Ints, month: Ints,
           weights: Floats) -> tuple[Ints, Days, Ints]:
    """Unit, day and headcount of postings whose headcount adds up to `totals` per unit."""
    used = weights > 0
    cells = split_cells(rng, totals, weights[used], 0.12)
    postings = np.where(cells > 0, np.maximum(1, np.round(cells / _PER_POSTING)),
                        0).astype(np.int64)
    postings = np.minimum(postings, cells).ravel()
    cell = np.repeat(np.arange(cells.size), postings)
    size = rng.lognormal(0, 0.9, len(cell))
    headcount = 1 + spread(cells.ravel() - postings, cell, size)
    unit, position = np.divmod(cell, int(used.sum()))
    return unit, draw_days(rng, month[used][position]), headcount


def _occupations(rng: np.random.Generator, sector: Array) -> Array:
    occupation = constant(None, len(sector))
    for name, choices in OCCUPATIONS.items():
        rows = np.flatnonzero(sector == name)
        occupation[rows] = objects(choices)[rng.integers(0, len(choices), len(rows))]
    return occupation


def _employers(rng: np.random.Generator, unit: Ints, employers: Employers) -> Ints:
    """An employer of the unit for each row; some post far more than others."""
    chosen = rng.integers(0, len(employers.code), len(unit))
    for number in range(len(UNITS)):
        own, rows = np.flatnonzero(employers.unit == number), np.flatnonzero(unit == number)
        if len(own):
            chosen[rows] = own[(rng.random(len(rows)) ** 1.6 * len(own)).astype(int)]
    return chosen


def _cluster(posting: Postings) -> None:
    """One employer, one week, a dozen different occupations: found false together."""
    rows = np.flatnonzero(is_cluster(posting))
    names = [(sector, name) for sector, choices in OCCUPATIONS.items() for name in choices]
    posting.day[rows] = CLUSTER_DAY + np.arange(len(rows)) % 5
    posting.employer[rows] = posting.employer[rows[0]]
    posting.sector[rows] = objects([names[i][0] for i in range(len(rows))])
    posting.occupation[rows] = objects([names[i][1] for i in range(len(rows))])
    posting.township[rows] = NO_TOWNSHIP


def is_cluster(posting: Postings) -> Array:
    """The rows of the cluster."""
    mask = np.zeros(len(posting.unit), dtype=bool)
    mask[np.flatnonzero(posting.false & (posting.unit == CLUSTER_UNIT))[:CLUSTER_ROWS]] = True
    return mask


def _collect(rng: np.random.Generator, posting: Postings, net: Ints) -> None:
    """Third parties and associations collect exactly their part of the net headcount of every unit.
    """
    wanted = split_by_unit(net)
    for number, target in enumerate(wanted):
        _assign(rng, posting, np.flatnonzero(~posting.false & (posting.unit == number)),
                int(target))
    false = np.flatnonzero(posting.false)
    posting.collector[false[rng.random(len(false)) < 0.6]] = "third_party"
    third = np.flatnonzero(posting.collector == "third_party")
    posting.collector[third[rng.random(len(third)) < 0.18]] = "association"


def split_by_unit(net: Ints) -> Ints:
    """The third parties' headcount per unit; HALF gets exactly half of its own, the others add up
    to the city's part.
    """
    others = np.delete(np.arange(len(net)), HALF)
    wanted = np.zeros(len(net), dtype=np.int64)
    wanted[HALF] = net[HALF] // 2
    wanted[others] = split(round(THIRD_PARTY * int(net.sum())) - int(wanted[HALF]),
                           net[others] * np.array(_THIRD_BY_UNIT)[others])
    return wanted


def _assign(rng: np.random.Generator, posting: Postings, rows: Ints, target: int) -> None:
    """Marks postings until `target` is reached, later ones rather than earlier; the last is made to
    fit exactly.
    """
    age = (END - posting.day[rows]).astype(float) / 670
    rows = rows[np.argsort(rng.random(len(rows)) + 0.35 * age, kind="stable")]
    reached = np.cumsum(posting.headcount[rows])
    count = int(np.searchsorted(reached, target, side="right"))
    posting.collector[rows[:count]] = "third_party"
    missing = target - (int(reached[count - 1]) if count else 0)
    if missing > 0:
        # the next posting is larger than what is missing, so it keeps at least one place
        posting.headcount[rows[count]] -= missing
        posting.headcount[rows[count - 1]] += missing


def posting_columns(rng: np.random.Generator, posting: Postings, employers: Employers,
                    places: Columns) -> Columns:
    """The canonical columns but for key and updated_at."""
    count = len(posting.unit)
    cluster = is_cluster(posting)
    filled = later(rng, posting.day, 5, 45)
    filled[cluster] = CLUSTER_WRITTEN_OFF
    reason = pick(rng, _REASONS, count)
    reason[cluster] = "虚假岗位"
    reason[~posting.false] = None
    return {
        "platform": pick(rng, PLATFORMS, count),
        "employer_code": employers.code[posting.employer],
        "occupation": posting.occupation,
        "sector": posting.sector,
        "collector": posting.collector,
        **places,
        "headcount": posting.headcount,
        "published_on": posting.day,
        "invalidated_on": where(posting.false, filled),
        "invalid_reason": reason,
        "employer_verified": employers.verified[posting.employer] & (rng.random(count) < 0.985),
    }
