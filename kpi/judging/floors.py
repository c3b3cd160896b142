"""Shares judged against their target: what the last three months say, and the arbitration closing
rate's companions.

The closing rate closed ÷ (carried in + accepted) starts near zero every January: with W mean days
to close it follows T ÷ (T + W), T days into the year (Little 1961). It is therefore judged against
the path that ends at the target.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kpi.counting import Facts, FloatArray
from kpi.definitions import Flow, Indicator
from kpi.indicators import MeasureSeries, sum_series
from kpi.judging.interval import chance_below
from kpi.vocabulary import DayAxis, Division, Window

YEAR = 365


@dataclass(frozen=True, eq=False)
class FloorMonths:
    """At each month end within what was read: `passed` of `cases`, the `target` they are held to,
    and the chance that the true share lies below it. Arrays have one row per division in the order
    asked for, one column per month end."""

    ends: tuple[date, ...]
    passed: FloatArray
    cases: FloatArray
    target: FloatArray
    chance: FloatArray


def month_ends(window: Window, axis: DayAxis) -> tuple[date, ...]:
    """Last days of months from the window's start to the end of the axis."""
    days = (axis.day(position) for position in range(max(axis.position(window.start), 0),
                                                     len(axis)))
    return tuple(day for day in days if (day + timedelta(days=1)).day == 1)


def floor_months(indicator: Indicator, series: MeasureSeries, divisions: tuple[Division, ...],
                 target: float, window: Window) -> FloorMonths:
    """Rolling three months of a share per division; for a yearly rate that fills up, the year to
    date and its path.
    """
    ends = month_ends(window, series.axis)
    passed, cases = _flows(indicator.flow, series, divisions, ends)
    passed = np.clip(passed, 0, np.maximum(cases, 0))
    goal = np.full(len(ends), target)
    if indicator.fills_up:
        goal = np.array([closing_path(end, target) for end in ends])
    with np.errstate(invalid="ignore"):
        chance = np.where(cases > 0, chance_below(passed, np.maximum(cases, 0), goal[None, :]),
                          np.nan)
    return FloorMonths(ends, passed, cases, goal, chance)


def _flows(flow: Flow, series: MeasureSeries, divisions: tuple[Division, ...],
           ends: tuple[date, ...]) -> tuple[FloatArray, FloatArray]:
    assert series.denominator is not None
    rows = [series.facts.membership(division) for division in divisions]
    last = np.array([series.axis.position(end) + 1 for end in ends], dtype=np.int64)
    first = np.array([max(series.axis.position(_three_months_before(end)) + 1, 0) for end in ends],
                     dtype=np.int64)
    parts = []
    for whole in (series.numerator, series.denominator):
        running = np.stack([whole[members].sum(axis=0) for members in rows])
        if flow == Flow.YEARLY:
            running = _unwound(running, series.axis)
        running = np.concatenate([np.zeros((len(rows), 1)), running], axis=1)
        level = flow in (Flow.STOCK, Flow.FILLS_UP)
        parts.append(running[:, last] if level else running[:, last] - running[:, first])
    return parts[0], parts[1]


def _three_months_before(end: date) -> date:
    """The month end three months earlier: 31 October → 31 July."""
    months = end.year * 12 + end.month - 1 - 2
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _unwound(yearly: FloatArray, axis: DayAxis) -> FloatArray:
    """Sums that begin anew each January as one running sum."""
    daily = np.diff(yearly, axis=1, prepend=0.0)
    for position, day in enumerate(axis.dates()):
        if (day.month, day.day) == (1, 1):
            daily[:, position] = yearly[:, position]
    running: FloatArray = daily.cumsum(axis=1)
    return running


def mean_days_allowed(target: float) -> float:
    """W: the mean days to close with which the rate ends the year at `target` (31.7 for 92 %)."""
    return YEAR * (1 - target) / target


def closing_path(day: date, target: float) -> float:
    """What the closing rate is on `day` when cases take as long as the target allows: T ÷ (T + W).
    """
    elapsed = day.timetuple().tm_yday
    return elapsed / (elapsed + mean_days_allowed(target))


@dataclass(frozen=True)
class ClosingCompanions:
    """What is shown beside the year-to-date closing rate; shares 0–1, None without cases or too
    little history.

    `path`: where the rate should stand by now. `rolling_year`: closed ÷ (pending 365 days ago +
    accepted since). `in_time`: of the cases accepted in the 365 days that ended 60 days ago, the
    share closed within 60 days, and the `in_time_cases` it is of. `gig`: the year-to-date rate of
    gig cases only.
    """

    path: float
    rolling_year: float | None
    in_time: float | None
    in_time_cases: int
    gig: float | None


def closing_companions(indicator: Indicator, facts: Facts, division: Division, axis: DayAxis,
                       target: float, as_of: date) -> ClosingCompanions:
    """The companions of a closing rate of one division as of a day on the axis.

    The named rule `closing_companions`: the rate's numerator are closings, its denominator what was
    accepted and carried in, and `indicator.closing` the event of cases closed in time.
    """
    part, whole = indicator.part, indicator.whole
    assert part is not None
    assert whole is not None
    assert indicator.closing is not None
    members = facts.membership(division)
    limit = facts.definitions.datasets[part.dataset].event(indicator.closing).days
    accepted, closed, in_time = (facts.cumulative(part.dataset, event, axis, where=part.where)[
        members].sum(axis=0) for event in (whole.event, part.event, indicator.closing))
    now = axis.position(as_of) + 1
    rolling, year_ago = None, now - YEAR
    if year_ago >= 0:
        rolling = _share(closed[now] - closed[year_ago], accepted[now] - closed[year_ago])
    judged, begin = now - limit, max(now - limit - YEAR, 0)
    old = accepted[judged] - accepted[begin] if judged > 0 else 0.0
    timely = in_time[judged] - in_time[begin] if judged > 0 else 0.0
    return ClosingCompanions(closing_path(as_of, target), rolling, _share(timely, old), int(old),
                             _narrowed(indicator, facts, division, axis, as_of))


def _narrowed(indicator: Indicator, facts: Facts, division: Division, axis: DayAxis,
              as_of: date) -> float | None:
    """The rate of some of the cases only, of the gig ones; None where the definition names none, or
    without any case.
    """
    for one in indicator.companions:
        if one.narrows and one.whole is not None:
            part, whole = (
                float(sum_series(each, facts, axis)[facts.membership(division),
                                                    axis.position(as_of)].sum())
                for each in (one.part, one.whole))
            return _share(part, whole)
    return None


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def may_be_red(indicator: Indicator,
               ends: tuple[date, ...]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Month ends at which a floor may be red: a rate that fills up says too little before July."""
    return np.array([not indicator.too_early_for_red(end) for end in ends], dtype=bool)
