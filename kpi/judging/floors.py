"""Shares judged against their target: what the last three months say, and the arbitration closing rate's companions.

The closing rate closed ÷ (carried in + accepted) starts near zero every January: with W mean days to close it follows
T ÷ (T + W), T days into the year (Little 1961). It is therefore judged against the path that ends at the target.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from kpi.counting.facts import Facts, FloatArray
from kpi.definitions.cube import IN_TIME_DAYS
from kpi.indicators.measure import MeasureSeries, arbitration_flows
from kpi.judging.interval import chance_below
from kpi.vocabulary.division import Division
from kpi.vocabulary.period import DayAxis, Window

YEAR = 365


class Flow(StrEnum):
    """How a share's numerator and denominator run, and so what “the last three months” are of it."""

    SINCE_START = "since_start"  # sums since the plan's start: differences
    YEARLY = "yearly"            # sums that begin anew on 1 January
    STOCK = "stock"              # what holds on the day: the day itself
    FILLS_UP = "fills_up"        # judged against its path through the year


# funds_spent is money, not cases, and has no such interval; follow_ups_closed comes from the ledger
FLOWS = {"third_party_share": Flow.SINCE_START, "mediation_success": Flow.YEARLY, "arbitration_closing": Flow.FILLS_UP,
         "operated_venues": Flow.STOCK, "assisted_workers": Flow.STOCK, "e_agreement_share": Flow.SINCE_START,
         "violations_closed": Flow.SINCE_START, "transfers_answered": Flow.SINCE_START, "dual_real_name": Flow.SINCE_START}


@dataclass(frozen=True, eq=False)
class FloorMonths:
    """At each month end within what was read: `passed` of `cases`, the `target` they are held to, and the chance that
    the true share lies below it. Arrays have one row per division in the order asked for, one column per month end."""

    ends: tuple[date, ...]
    passed: FloatArray
    cases: FloatArray
    target: FloatArray
    chance: FloatArray


def month_ends(window: Window, axis: DayAxis) -> tuple[date, ...]:
    """Last days of months from the window's start to the end of the axis."""
    days = (axis.day(position) for position in range(max(axis.position(window.start), 0), len(axis)))
    return tuple(day for day in days if (day + timedelta(days=1)).day == 1)


def floor_months(code: str, series: MeasureSeries, divisions: tuple[Division, ...], target: float,
                 window: Window) -> FloorMonths:
    """Rolling three months of a share per division; for a yearly rate that fills up, the year to date and its path."""
    ends = month_ends(window, series.axis)
    passed, cases = _flows(FLOWS[code], series, divisions, ends)
    passed = np.clip(passed, 0, np.maximum(cases, 0))
    goal = np.full(len(ends), target)
    if FLOWS[code] == Flow.FILLS_UP:
        goal = np.array([closing_path(end, target) for end in ends])
    with np.errstate(invalid="ignore"):
        chance = np.where(cases > 0, chance_below(passed, np.maximum(cases, 0), goal[None, :]), np.nan)
    return FloorMonths(ends, passed, cases, goal, chance)


def _flows(flow: Flow, series: MeasureSeries, divisions: tuple[Division, ...],
           ends: tuple[date, ...]) -> tuple[FloatArray, FloatArray]:
    assert series.denominator is not None
    rows = [series.facts.membership(division) for division in divisions]
    last = np.array([series.axis.position(end) + 1 for end in ends], dtype=np.int64)
    first = np.array([max(series.axis.position(_three_months_before(end)) + 1, 0) for end in ends], dtype=np.int64)
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
    """What the closing rate is on `day` when cases take as long as the target allows: T ÷ (T + W)."""
    elapsed = day.timetuple().tm_yday
    return elapsed / (elapsed + mean_days_allowed(target))


@dataclass(frozen=True)
class ClosingCompanions:
    """What is shown beside the year-to-date closing rate; shares 0–1, None without cases or too little history.

    `path`: where the rate should stand by now. `rolling_year`: closed ÷ (pending 365 days ago + accepted since).
    `in_time`: of the cases accepted in the 365 days that ended 60 days ago, the share closed within 60 days, and the
    `in_time_cases` it is of. `gig`: the year-to-date rate of gig cases only.
    """

    path: float
    rolling_year: float | None
    in_time: float | None
    in_time_cases: int
    gig: float | None


def closing_companions(facts: Facts, division: Division, axis: DayAxis, target: float, as_of: date) -> ClosingCompanions:
    """The companions of the arbitration closing rate of one division as of a day on the axis."""
    members, cases = facts.membership(division), {"stage": "arbitration"}
    accepted, closed, in_time = (facts.cumulative("dispute_case", event, axis, where=cases)[members].sum(axis=0)
                                 for event in ("accepted", "closed", "accepted_closed_in_time"))
    now = axis.position(as_of) + 1
    closings, received, pending = (flow[members, now - 1].sum()
                                   for flow in arbitration_flows(facts, axis, {"is_gig": 1}))
    rolling, year_ago = None, now - YEAR
    if year_ago >= 0:
        rolling = _share(closed[now] - closed[year_ago], accepted[now] - closed[year_ago])
    judged, begin = now - IN_TIME_DAYS, max(now - IN_TIME_DAYS - YEAR, 0)
    old = accepted[judged] - accepted[begin] if judged > 0 else 0.0
    timely = in_time[judged] - in_time[begin] if judged > 0 else 0.0
    return ClosingCompanions(closing_path(as_of, target), rolling, _share(timely, old), int(old),
                             _share(closings, pending + received))


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def may_be_red(code: str, ends: tuple[date, ...]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Month ends at which a floor may be red: a rate that fills up says too little before July."""
    return np.array([FLOWS[code] != Flow.FILLS_UP or end.month >= 7 for end in ends], dtype=bool)
