"""中位撮合天数: how many days half of the posts take to be filled, those not filled yet included.

Kaplan–Meier over cohorts. A cohort is at risk in a bucket only once the whole bucket lies before
the day asked for; posts that were written off leave, posts that are still open stay until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from kpi.counting import FloatArray
from kpi.matching.cohorts import BUCKETS, Cohorts
from kpi.vocabulary import DayAxis

YEAR = 364  # cohorts of the day asked for and so many days before it
LEAST = 30  # posts at risk, below which nothing is said
_ROUNDING = 1e-12  # exactly one half is reached, whatever the product of shares ends in
LONGEST = BUCKETS[-1][1]


class Fill(StrEnum):
    """`DAYS`: there is a median. `LONGER`: after `LONGEST` days fewer than half are filled.
    `TOO_FEW`: not enough posts, or not enough is known of them (待数据).
    """

    DAYS = "days"
    LONGER = "longer"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Step:
    """A bucket of the curve: posts at risk in it, filled in it, and the share (0–1) still open after
    it; None where too few are at risk.
    """

    first: int
    last: int
    at_risk: float
    filled: float
    open_after: float | None


@dataclass(frozen=True, eq=False)
class Curve:
    """At risk and filled, shape (buckets, days of `axis`), of one group of posts."""

    axis: DayAxis
    at_risk: FloatArray
    filled: FloatArray

    def median(self) -> tuple[FloatArray, FloatArray]:
        """The median in days on each day, nan for none, and whether that is because it is longer
        (1) or not known (0).
        """
        days = self.at_risk.shape[1]
        median, longer = np.full(days, np.nan), np.zeros(days)
        before, walking = np.ones(days), np.ones(days, dtype=bool)
        for number, (first, last) in enumerate(BUCKETS):
            walking &= self.at_risk[number] >= LEAST
            gone = np.divide(self.filled[number], self.at_risk[number], out=np.zeros(days),
                             where=walking)
            after = before * (1 - gone)
            reached = walking & (after <= 0.5 + _ROUNDING)
            drop = np.where(reached, before - after, 1.0)
            share = np.where(reached, (before - 0.5) / drop, 0.0)
            median = np.where(reached, first + (last - first + 1) * share, median)
            walking &= ~reached
            before = after
        longer[walking] = 1.0
        return median, longer

    def steps(self, day: date) -> tuple[Step, ...]:
        """The curve as of `day`, which must lie on the axis."""
        position, left, known = self.axis.position(day), 1.0, True
        steps = []
        for (first, last), at_risk, filled in zip(BUCKETS, self.at_risk[:, position],
                                                  self.filled[:, position], strict=True):
            known = known and at_risk >= LEAST
            left = left * (1 - filled / at_risk) if known else left
            steps.append(Step(first, last, float(at_risk), float(filled), float(left) if known else None))
        return tuple(steps)


def curve(cohorts: Cohorts, axis: DayAxis) -> Curve:
    """The curve of a single group of cohorts on each day of `axis`.

    `cohorts.axis` must begin `YEAR` days before `axis` and end with it.
    """
    assert cohorts.axis.first == axis.first - timedelta(days=YEAR)
    heads, written_off, filled = cohorts.heads[0], cohorts.written_off[0], cohorts.filled[0]
    gone = np.cumsum(written_off, axis=0) + np.cumsum(filled, axis=0) - filled
    at_risk = np.maximum(heads - gone, 0.0)
    taken = np.minimum(filled, at_risk)
    return Curve(axis, _within_a_year(at_risk, len(axis)), _within_a_year(taken, len(axis)))


def _within_a_year(by_cohort: FloatArray, days: int) -> FloatArray:
    """Per bucket and day D, the sum over the cohorts of D − 364 … D − the bucket's last lag."""
    sums = np.concatenate([np.zeros((len(BUCKETS), 1)), np.cumsum(by_cohort, axis=1)], axis=1)
    through = np.arange(days) + YEAR + 1  # position in `sums` of everything through D
    added: FloatArray = np.stack([sums[number, through - last] - sums[number, through - YEAR - 1]
                                  for number, (_, last) in enumerate(BUCKETS)])
    return added
