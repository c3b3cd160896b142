"""Days and units out of line with their own history, so few of them falsely that each is worth a
look.

A day's additions y are compared with what the days around it lead to expect: m = level of the 28
days before and after, times the factor of its day of the week, both from this very series. Counts
vary by more than chance alone; with variance m + φm² they are negative binomial, and φ is what the
series itself shows. Each day has the chance p of a count as far out, both ways, and the procedure
of Benjamini & Hochberg (1995) over all days bounds the expected share of false marks. What is
marked is set aside and everything estimated anew, so that a few wild days do not hide others.

Public holidays are not judged, nor weekends next to them, which are often worked, nor the week
before and after a long holiday, when work fades out and begins again: none of them has a history of
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kpi.counting import BoolArray, FloatArray
from kpi.definitions import Kind
from kpi.figures import Figures
from kpi.forecast.student import t4_cdf
from kpi.indicators import sum_flows
from kpi.judging.interval import incomplete_beta
from kpi.vocabulary import DayAxis, Division

FALSE_SHARE = 0.05  # of the marks, at most, in expectation
LEAST_DAYS = 91  # known before anything is judged
_AROUND = 28  # days on each side that make up the level
_LEAST_EXPECTED = 0.5
_ROUNDS = 4
_UNSURE = 4.0  # how much wider the chances of a day are for what is not sure of its level
_STEEPEST = 3.0  # the line at a day is at most so many times the mean around it
_BESIDE_HOLIDAY, _LONG_HOLIDAY = 7, 5
_BLOCK, _BASE, _LEAST_BLOCKS = 28, 91, 6
_SMALLEST_PHI = 1e-3


@dataclass(frozen=True)
class OddDay:
    """A day whose additions are out of line: `value` came, `usual` was to be expected. `p`: the
    chance of as much by itself."""

    day: date
    value: float
    usual: float
    p: float

    @property
    def high(self) -> bool:
        return self.value > self.usual


@dataclass(frozen=True)
class OddUnit:
    """A unit whose last 28 days are out of line with what its 91 days before led to expect,
    measured by how well that has held for it so far."""

    division: Division
    value: float
    usual: float
    p: float

    @property
    def high(self) -> bool:
        return self.value > self.usual


def odd_days(figures: Figures, code: str, division: Division, as_of: date) -> tuple[OddDay, ...]:
    """The days up to `as_of` whose additions are out of line, in order; none for shares and
    coverages, nor with fewer than `LEAST_DAYS` complete days."""
    daily = _daily(figures, code, division, as_of)
    if daily is None:
        return ()
    window = figures.plan.window
    axis = DayAxis(window.start, window.start + timedelta(days=len(daily) - 1))
    weekday = np.array([day.weekday() for day in axis.dates()])
    marks = out_of_line(daily, weekday, figures.plan.calendar.is_holiday(axis))
    return tuple(
        OddDay(
            window.start + timedelta(days=int(at)),
            float(daily[at]),
            float(marks.usual[at]),
            float(marks.p[at]),
        )
        for at in np.flatnonzero(marks.odd)
    )


def odd_units(
    figures: Figures, code: str, members: Sequence[Division], as_of: date
) -> tuple[OddUnit, ...]:
    """The units whose last 28 days are out of line with their own history, in the order given."""
    looked: list[tuple[Division, float, float, float]] = []
    for member in members:
        daily = _daily(figures, code, member, as_of)
        days = None if daily is None else recent(daily)
        if days is not None:
            looked.append((member, *days))
    odd = chosen(np.array([p for *_, p in looked]), FALSE_SHARE)
    return tuple(OddUnit(*one) for one, is_odd in zip(looked, odd, strict=True) if is_odd)


@dataclass(frozen=True, eq=False)
class Marks:
    """Of each day: whether it is `odd`, what was `usual`, and `p` (1 where it is not judged)."""

    odd: BoolArray
    usual: FloatArray
    p: FloatArray


def out_of_line(
    daily: FloatArray,
    weekday: np.ndarray[tuple[int], np.dtype[np.int64]],
    holiday: BoolArray,
    false_share: float = FALSE_SHARE,
) -> Marks:
    """The marks of one series of daily additions ≥ 0, `weekday` 0–6 and `holiday` of the same days.
    """
    judged = ~holiday & ~_beside(holiday, weekday)
    usable, odd = ~holiday, np.zeros(len(daily), dtype=bool)
    for _ in range(_ROUNDS):
        usual, unsure = _usual(daily, weekday, usable & ~odd)
        p = np.ones(len(daily))
        looked = judged & (usual >= _LEAST_EXPECTED)
        excess = _excess(daily, usual, looked & ~odd) * (1 + _UNSURE * unsure[looked])
        p[looked] = _tails(daily[looked], usual[looked], excess)
        before, odd = odd, np.zeros(len(daily), dtype=bool)
        odd[looked] = chosen(p[looked], false_share)
        if (odd == before).all():
            break
    return Marks(odd, usual, p)


def chosen(p: FloatArray, false_share: float) -> BoolArray:
    """Which of the hypotheses are rejected by Benjamini & Hochberg: the expected share of false
    ones is ≤ `false_share`.
    """
    if not len(p):
        return np.zeros(0, dtype=bool)
    order = np.argsort(p, kind="stable")
    passed = np.flatnonzero(p[order] <= false_share * np.arange(1, len(p) + 1) / len(p))
    picked = np.zeros(len(p), dtype=bool)
    picked[order[: passed[-1] + 1 if len(passed) else 0]] = True
    return picked


def recent(daily: FloatArray) -> tuple[float, float, float] | None:
    """(sum of the last 28 days, what the 91 before led to expect, chance of a ratio as far out) of
    one series; None when there are too few blocks of 28 days to know how well that holds."""
    blocks = (len(daily) - _BASE) // _BLOCK
    if blocks < _LEAST_BLOCKS:
        return None
    total = np.concatenate([[0.0], np.cumsum(daily)])
    ends = len(daily) - _BLOCK * np.arange(blocks)
    came = total[ends] - total[ends - _BLOCK]
    usual = (total[ends - _BLOCK] - total[ends - _BLOCK - _BASE]) * _BLOCK / _BASE
    ratios = np.log((came + 1) / (usual + 1))
    past = ratios[1:]
    middle = float(np.median(past))
    # no steadier than chance alone lets counts be
    least = np.sqrt(1 / (usual[0] + 1) + _BLOCK / _BASE / (usual[0] + 1))
    spread = max(1.4826 * float(np.median(np.abs(past - middle))), float(least))
    p = float(2 * (1 - t4_cdf(abs(ratios[0] - middle) / spread)))
    return float(came[0]), float(usual[0]), p


def _daily(figures: Figures, code: str, division: Division, as_of: date) -> FloatArray | None:
    """What each complete day of the window up to `as_of` added, without what it took off."""
    item, window = figures.plan.indicator(code), figures.plan.window
    part = item.indicator.part
    if (
        figures.series[code] is None
        or part is None
        or item.indicator.reported is not None  # a month's comes on its last day
        or item.indicator.kind not in (Kind.CUMULATIVE, Kind.STOCK)
    ):
        return None
    added, _ = figures.once(("flows", code), lambda: sum_flows(part, figures.facts, figures.axis))
    whole = added[figures.facts.membership(division)].sum(axis=0)
    start = figures.axis.position(window.start)
    days = min(window.elapsed_days(as_of), figures.complete)
    if days < LEAST_DAYS:
        return None
    before = 0.0 if item.indicator.kind == Kind.CUMULATIVE or not start else float(whole[start - 1])
    if item.indicator.kind == Kind.STOCK and not start:
        before = float(whole[0])  # what was there at the start was not added on the first day
    daily: FloatArray = np.maximum(np.diff(whole[start : start + days], prepend=before), 0.0)
    return daily


def _beside(holiday: BoolArray, weekday: np.ndarray[tuple[int], np.dtype[np.int64]]) -> BoolArray:
    """Weekends within a week of a public holiday, and all days within a week of a long one."""
    run = np.convolve(holiday.astype(float), np.ones(_LONG_HOLIDAY), mode="full") >= _LONG_HOLIDAY
    ends = np.flatnonzero(run[: len(holiday)])
    long = np.zeros(len(holiday))
    for end in ends:
        long[end - _LONG_HOLIDAY + 1 : end + 1] = 1.0
    beside: BoolArray = (_near(holiday.astype(float)) & (weekday >= 5)) | _near(long)
    return beside


def _near(days: FloatArray) -> BoolArray:
    near: BoolArray = (
        np.convolve(days, np.ones(2 * _BESIDE_HOLIDAY + 1), mode="full")[
            _BESIDE_HOLIDAY : _BESIDE_HOLIDAY + len(days)
        ]
        > 0
    )
    return near


def _usual(
    daily: FloatArray, weekday: np.ndarray[tuple[int], np.dtype[np.int64]], usable: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """What each day was to be expected to add, by a straight line through the usable days around it
    without itself, and the variance of the line there in units of that of a day.

    At both ends, where there are days on one side only, a mean would be behind whatever grows or
    fades.
    """
    factor = _factors(daily, weekday, usable)[weekday]
    counted, effort = np.where(usable, daily, 0.0), np.where(usable, factor, 0.0)
    apart = np.arange(-_AROUND, _AROUND + 1.0)
    here = (apart != 0).astype(float)
    sums, moments = _around(counted, here), _around(counted, apart)
    weight, first, second = (_around(effort, here * apart**power) for power in (0, 1, 2))
    spread = weight * second - first**2
    mean = sums / np.maximum(weight, 1e-9)
    line = np.where(
        spread > 1e-6, (sums * second - moments * first) / np.maximum(spread, 1e-6), mean
    )
    usual: FloatArray = np.clip(line, mean / _STEEPEST, mean * _STEEPEST) * factor
    return usual, np.where(spread > 1e-6, second / np.maximum(spread, 1e-6), 1.0)


def _around(values: FloatArray, kernel: FloatArray) -> FloatArray:
    """For each day the sum of the values around it, weighted by the kernel at their distance."""
    summed: FloatArray = np.convolve(values, kernel[::-1], mode="full")[
        _AROUND : _AROUND + len(values)
    ]
    return summed


def _factors(
    daily: FloatArray, weekday: np.ndarray[tuple[int], np.dtype[np.int64]], usable: BoolArray
) -> FloatArray:
    """How much each day of the week adds compared with the mean day."""
    days = np.bincount(weekday[usable], minlength=7)
    sums = np.bincount(weekday[usable], weights=daily[usable], minlength=7)
    mean = max(sums.sum() / max(days.sum(), 1), 1e-9)
    factors: FloatArray = (sums / mean + 1) / (days + 1)
    return factors


def _excess(daily: FloatArray, usual: FloatArray, looked: BoolArray) -> float:
    """φ: by how much the variance exceeds that of chance alone, in units of m²."""
    y, m = daily[looked], usual[looked]
    if not len(y):
        return _SMALLEST_PHI
    return max(float(((y - m) ** 2 - m).sum() / max((m**2).sum(), 1e-9)), _SMALLEST_PHI)


def _tails(y: FloatArray, m: FloatArray, phi: FloatArray) -> FloatArray:
    """Chance of a count as far out as y, both ways, when it is negative binomial of mean m and
    variance m + φm².
    """
    size, whole = 1 / phi, np.round(y)
    share = size / (size + m)
    low = incomplete_beta(size, whole + 1, share)
    high = np.where(whole > 0, incomplete_beta(np.maximum(whole, 1), size, 1 - share), 1.0)
    tails: FloatArray = np.minimum(1.0, 2 * np.minimum(low, high))
    return tails
