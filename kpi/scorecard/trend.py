"""How a figure moved: month ends for sparklines, what the month added, and the daily path with its
expected line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from kpi.definitions import Indicator, Judged, Kind
from kpi.judging import due_share
from kpi.plan import CurveKind, IndicatorPlan, Plan
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary import Division


@dataclass(frozen=True)
class Point:
    """A figure as of the end of `day`; None where it is not known or not applicable."""

    day: date
    value: float | None


@dataclass(frozen=True)
class Path:
    """`actual`: one point a day from the plan's start to as_of. `expected`: the corners of the
    expected line.

    `target` and `expected` are None and empty when the division has no target.
    """

    actual: tuple[Point, ...]
    expected: tuple[Point, ...]
    target: float | None


def month_ends(figures: Figures, code: str, division: Division, as_of: date) -> tuple[Point, ...]:
    """The figure at the end of every month from the plan's start, the last one as of `as_of`
    itself.
    """
    steps, series = month_steps(figures.plan.window.start, as_of), figures.series[code]
    if series is None:
        return tuple(Point(day, None) for day in steps)
    at = [series.axis.position(day) for day in steps]
    values = (
        series.values(division)[at].tolist()
        if min(at) >= 0 and max(at) < len(series.axis)
        else [figures.measure(code, division, day).value for day in steps]
    )
    return tuple(Point(day, None if value is None or value != value else value)
                 for day, value in zip(steps, values, strict=True))


@lru_cache(maxsize=256)  # every indicator of a page asks for the same
def month_steps(start: date, last: date) -> tuple[date, ...]:
    """The month ends from `start` to before `last`, and `last` itself."""
    days = []
    day = min(_end_of_month(start), last)
    while day < last:
        days.append(day)
        day = _end_of_month(day + timedelta(days=1))
    return (*days, last)


def month_addition(figures: Figures, code: str, division: Division, as_of: date) -> float | None:
    """Change since the end of the previous month, in the value's unit (shares 0–1); None when there
    is no base.
    """
    before = as_of.replace(day=1) - timedelta(days=1)
    now = figures.measure(code, division, as_of).value
    base = _base(figures, figures.plan.indicator(code).indicator, division, before)
    return None if now is None or base is None else now - base


def path(figures: Figures, code: str, division: Division, as_of: date) -> Path:
    """The daily path since the plan's start. A floor's expected line is its target throughout."""
    window, series, target = figures.plan.window, figures.series[code], figures.target(
        code, division)
    actual: tuple[Point, ...] = ()
    if series is not None:
        first, days = series.axis.position(window.start), figures.once(
            "days of the axis", series.axis.dates)
        past = slice(first, series.axis.position(as_of) + 1)
        actual = tuple(Point(day, None if value != value else value)
                       for day, value in zip(days[past], series.values(division)[past].tolist(),
                                             strict=True))
    if target is None:
        return Path(actual, (), None)
    return Path(actual, _expected(figures.plan, figures.plan.indicator(code), target.value),
                target.value)


def _expected(plan: Plan, item: IndicatorPlan, target: float) -> tuple[Point, ...]:
    """The two ends of a straight line; by steps, each step's evening before and its day."""
    window = plan.window
    # the evening before the first day nothing is due yet
    begin = Point(window.start - timedelta(days=1), target if item.indicator.judged == Judged.FLOOR
                  else 0.0)
    end = Point(window.deadline, target)
    if item.curve.kind == CurveKind.LINEAR:
        return begin, end
    days = [window.start + timedelta(days=number) for number in range(window.days)]
    due = [0.0, *(target * due_share(plan, item, day) for day in days)]
    steps = [point for day, before, now in zip(days, due, due[1:], strict=False) if now != before
             for point in (Point(day - timedelta(days=1), before), Point(day, now))]
    return (begin, *steps)


def _base(figures: Figures, indicator: Indicator, division: Division, before: date) -> float | None:
    # what begins again each 1 January has no base in December
    if indicator.starts_each_year and before.month == 12:
        return None
    if before < figures.plan.window.start:
        return 0.0 if indicator.kind == Kind.CUMULATIVE else None
    return figures.measure(indicator.code, division, before).value


def _end_of_month(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)
