"""How a figure moved: month ends for sparklines, what the month added, and the daily path with its
expected line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

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
class TargetChange:
    """From `day` on another version of the plan asks for another target of a division, or asks for
    it by other days. None: no target.
    """

    day: date
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Path:
    """`actual`: one point a day from the plan's start to as_of. `expected`: the corners of the
    expected line, on each day by the plan in force on it; `changes` where it is another.

    `target`: that of as_of. `target` and `expected` are None and empty when the division has no
    target.
    """

    actual: tuple[Point, ...]
    expected: tuple[Point, ...]
    target: float | None
    changes: tuple[TargetChange, ...] = ()


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
    """The daily path since the plan's start. A floor's expected line is its target throughout.

    Nothing in it is of a plan that came into force after as_of.
    """
    figures = figures.on(as_of)
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
    spans = _spans(figures, code, division, as_of)
    if len(spans) < 2:
        return Path(actual, _expected(figures.plan, figures.plan.indicator(code), target.value),
                    target.value)
    changes = tuple(TargetChange(now.first, before.target, now.target)
                    for before, now in pairwise(spans))
    return Path(actual, tuple(_by_spans(spans, code)), target.value, changes)


@dataclass(frozen=True)
class _Span:
    """Days from `first` on that ask alike; `target` None for nothing."""

    first: date
    plan: Plan
    target: float | None
    asks: tuple[object, ...]


def _spans(figures: Figures, code: str, division: Division, as_of: date) -> list[_Span]:
    """What is asked of the division by the versions of the plan in force by as_of, oldest first."""
    spans: list[_Span] = []
    for first, part in () if figures.timeline is None else figures.timeline.parts:
        then = part.facts.geography.standing_for(division)
        target = part.target(code, then) if then is not None and code in part.targets else None
        asks: tuple[object, ...] = ()
        if target is not None:
            item = part.plan.indicator(code)
            asks = (target.value, item.comparator, item.curve, part.plan.window)
        if first <= as_of and (not spans or spans[-1].asks != asks):
            spans.append(_Span(first, part.plan, None if target is None else target.value, asks))
    return spans


def _by_spans(spans: list[_Span], code: str) -> Iterator[Point]:
    for number, span in enumerate(spans):
        if span.target is None:
            continue
        item, window = span.plan.indicator(code), span.plan.window
        last = (window.deadline if span is spans[-1]
                else spans[number + 1].first - timedelta(days=1))
        corners = _expected(span.plan, item, span.target)
        if number:
            yield Point(span.first, span.target * due_share(span.plan, item, span.first))
        yield from (corner for corner in corners
                    if (not number or span.first < corner.day) and corner.day < last)
        yield Point(last, span.target * due_share(span.plan, item, last))


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
