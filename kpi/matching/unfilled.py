"""三十天未招满岗位: posts of a season that nobody was hired for within thirty days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from kpi.counting import Facts, FloatArray
from kpi.definitions import Matching
from kpi.matching.cohorts import (
    BUCKETS,
    Cohorts,
    by_sector_and_unit,
    dated_cells,
    lags,
    shown,
)
from kpi.vocabulary import DayAxis, Division, to_ordinal

SECTOR, OCCUPATION = "sector", "occupation"
OLDEST, NEWEST = 120, 30  # days before the day asked for: the posts looked at
_WITHIN = sum(last <= NEWEST for _, last in BUCKETS)


def unfilled_series(facts: Facts, rule: Matching, axis: DayAxis) -> FloatArray:
    """Unfilled posts per slot on each day, shape (slots, days): by sector and unit, never below 0.
    """
    _, cells = by_sector_and_unit(facts, rule, earlier(axis))
    left = np.maximum(_left(cells, len(axis)), 0.0)
    added: FloatArray = left.reshape(-1, facts.slots, len(axis)).sum(axis=0)
    return added


def unfilled_by(facts: Facts, rule: Matching, dimension: str, division: Division,
                day: date) -> Mapping[str, Mapping[str, float]]:
    """Unfilled posts of a division by value of “sector” or “occupation” and unit as of `day`; unit
    "" is what only the city knows. Values without any are left out.
    """
    left: Counter[tuple[str, int]] = Counter()
    for side, event, ended, column, sign in (
            (rule.jobs, rule.jobs.event, None, "amount", 1),
            (rule.jobs, rule.jobs.minus, True, "amount", -1),
            (rule.fills, rule.fills.event, False, "rows", -1)):
        frame = dated_cells(facts, side, event)
        begun, lag = lags(frame, ended=bool(ended))
        frame = frame[(begun >= to_ordinal(day) - OLDEST) & (begun <= to_ordinal(day) - NEWEST)
                      & ((lag <= NEWEST) | (ended is None))]
        names = shown(frame[side.of(dimension)], rule if dimension == OCCUPATION else None)
        for name, slot, amount in zip(names, facts.slots_of(frame["unit"]).tolist(),
                                      frame[column].tolist(), strict=True):
            left[str(name), slot] += sign * round(amount)
    units, members = (*facts.geography.unit_codes, ""), facts.membership(division)
    table: dict[str, dict[str, float]] = {}
    for (name, slot), amount in sorted(left.items()):
        if amount > 0 and members[slot]:
            table.setdefault(name, {})[units[slot]] = amount
    return table


def earlier(axis: DayAxis) -> DayAxis:
    """The days of the posts that are looked at on the days of `axis`."""
    return DayAxis(axis.first - timedelta(days=OLDEST), axis.last)


def _left(cells: Cohorts, days: int) -> FloatArray:
    """Per group and day D, headcount of D − 120 … D − 30 less what was written off or filled within
    thirty days.
    """
    net = cells.heads - (cells.written_off[:, :_WITHIN] + cells.filled[:, :_WITHIN]).sum(axis=1)
    sums = np.concatenate([np.zeros((len(net), 1)), np.cumsum(net, axis=1)], axis=1)
    through = np.arange(days) + OLDEST + 1
    left: FloatArray = sums[:, through - NEWEST] - sums[:, through - OLDEST - 1]
    return left
