"""Posts and what became of them, by the day they were published and the days that took.

What is published on one day is a cohort: its headcount N, what of it was written off and what was
filled after so many days. A cohort is only looked at as far as the day asked for, so nothing that
was matched or written off later is ever in a figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi.counting import Facts, FloatArray
from kpi.definitions import UNDATED, Flowing, Matching
from kpi.vocabulary import DayAxis

BUCKETS = ((0, 1), (2, 3), (4, 7), (8, 14), (15, 30), (31, 60), (61, 90))
"""First and last lag in days of each bucket."""
_ENDS = np.array([last for _, last in BUCKETS])
COUNTING_DAY = "slice"  # of cells of datasets that are read by periods: the row's counting date


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Headcount of the posts published on each day of `axis`, and what was written off and filled
    of them by bucket of lag.

    `heads` has shape (groups, days), `written_off` and `filled` (groups, buckets, days). What took
    longer than the last bucket is in none.
    """

    axis: DayAxis
    heads: FloatArray
    written_off: FloatArray
    filled: FloatArray

    def gathered(self, gather: Callable[[FloatArray], FloatArray]) -> Cohorts:
        """The cohorts of other groups; `gather` adds the rows of a flat array up into theirs."""
        def part(whole: FloatArray) -> FloatArray:
            flat = gather(whole.reshape(len(whole), -1))
            return flat.reshape(len(flat), *whole.shape[1:])
        return Cohorts(self.axis, part(self.heads), part(self.written_off), part(self.filled))

    def of(self, members: npt.NDArray[Any]) -> Cohorts:
        """The groups where `members` is true, added up into a single one."""
        return Cohorts(self.axis, *(whole[members].sum(axis=0, keepdims=True)
                                    for whole in (self.heads, self.written_off, self.filled)))


def by_unit(facts: Facts, rule: Matching, axis: DayAxis) -> Cohorts:
    """The cohorts of each slot of `facts` on the days of `axis`."""
    def compute() -> Cohorts:
        return _cohorts(facts, rule, axis, facts.slots, lambda frame, _: facts.slots_of(
            frame["unit"]))
    return facts.once(("cohorts", axis), compute)


def by_sector_and_unit(facts: Facts, rule: Matching,
                       axis: DayAxis) -> tuple[tuple[str, ...], Cohorts]:
    """The sectors, "" for none given, and the cohorts of each in each slot of `facts`: group number
    = position of the sector × slots + slot.
    """
    def compute() -> tuple[tuple[str, ...], Cohorts]:
        names = sorted({name for side in (rule.jobs, rule.fills)
                        for name in shown(dated_cells(facts, side, side.event)[side.sector]).unique()})

        def group(frame: pd.DataFrame, side: Flowing) -> npt.NDArray[np.int64]:
            number = {name: position for position, name in enumerate(names)}
            rows = shown(frame[side.sector]).map(lambda name: number.get(name, 0))
            return rows.to_numpy(dtype=np.int64) * facts.slots + facts.slots_of(frame["unit"])
        return tuple(names), _cohorts(facts, rule, axis, len(names) * facts.slots, group)
    return facts.once(("cohorts by sector", axis), compute)


def shown(names: pd.Series[Any], rule: Matching | None = None) -> pd.Series[Any]:
    """The values as they are shown, "" for none; with `rule` occupations under the name they are
    looked at together by.
    """
    plain = names.astype(object).where(names.notna(), "")
    return plain if rule is None else plain.map(lambda name: rule.groups.get(name, name))


def lags(frame: pd.DataFrame, *, ended: bool) -> tuple[npt.NDArray[np.int64], ...]:
    """Day of publication and days it took, of cells whose own day is the end (`ended`) or the
    beginning. What ended before it began took no day.
    """
    own, counted = (frame[name].to_numpy(dtype=np.int64) for name in ("day", COUNTING_DAY))
    begun, over = (counted, own) if ended else (own, counted)
    return begun, np.maximum(over - begun, 0)


def dated_cells(facts: Facts, side: Flowing, event: str) -> pd.DataFrame:
    """The counted cells of an event whose rows' counting dates are there."""
    frame = facts.counted_cells(side.dataset, event)
    if COUNTING_DAY not in frame:
        return frame.iloc[:0].assign(**{COUNTING_DAY: 0})
    known: pd.DataFrame = frame[(frame[COUNTING_DAY] != UNDATED).to_numpy()]
    return known


def _cohorts(facts: Facts, rule: Matching, axis: DayAxis, groups: int,
             group: Callable[[pd.DataFrame, Flowing], npt.NDArray[np.int64]]) -> Cohorts:
    published = dated_cells(facts, rule.jobs, rule.jobs.event)
    off = dated_cells(facts, rule.jobs, rule.jobs.minus)
    filled = dated_cells(facts, rule.fills, rule.fills.event)
    return Cohorts(axis, _added(axis, lags(published, ended=False)[0], published["amount"],
                                group(published, rule.jobs), groups),
                   _by_lag(axis, lags(off, ended=True), off["amount"], group(off, rule.jobs),
                           groups),
                   _by_lag(axis, lags(filled, ended=False), filled["rows"],
                           group(filled, rule.fills), groups))


def _by_lag(axis: DayAxis, lag_of: tuple[npt.NDArray[np.int64], ...], amount: pd.Series[Any],
            group: npt.NDArray[np.int64], groups: int) -> FloatArray:
    """By group, bucket of lag and day of publication."""
    begun, lag = lag_of
    bucket = np.searchsorted(_ENDS, lag)
    short = bucket < len(BUCKETS)
    whole = _added(axis, begun[short], amount[short], group[short] * len(BUCKETS) + bucket[short],
                   groups * len(BUCKETS))
    return whole.reshape(groups, len(BUCKETS), len(axis))


def _added(axis: DayAxis, day: npt.NDArray[np.int64], amount: pd.Series[Any],
           group: npt.NDArray[np.int64], groups: int) -> FloatArray:
    position = day - axis.first_ordinal
    within = (position >= 0) & (position < len(axis))
    flat = np.bincount(group[within] * len(axis) + position[within],
                       weights=amount.to_numpy(dtype=float)[within],
                       minlength=groups * len(axis)).astype(float)
    added: FloatArray = flat.reshape(groups, len(axis))
    return added
