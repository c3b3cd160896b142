"""One indicator of a province: what its cities' lines add up to, and which cities are not in the
sum, and why.

Numerators, denominators, targets and what is due are added over the cities that can be judged;
rates are never averaged. A city that is missing is named and its target left out with it, so that
it counts neither as 0 nor as done.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kpi.indicators import Basis
from kpi.judging import Light, ScorecardLine, light_for, wilson
from kpi.plan import Comparator, IndicatorPlan, Plan, TargetOrigin
from kpi.vocabulary import Division, Rollup


class Absence(StrEnum):
    """Why a city is not in a sum."""

    UNREAD = "unread"                  # nothing of the city can be read, or nothing new for long
    NOT_STARTED = "not_started"        # its plan begins later
    NOT_PLANNED = "not_planned"        # its plan does not have the indicator
    NO_TARGET = "no_target"  # its plan has it without a number, where other cities' have one
    NO_DATA = "no_data"                # 未接入 or 待数据
    NOT_APPLICABLE = "not_applicable"  # a share of nothing: nothing is missing


ABSENCE_WORDS = {Absence.UNREAD: "数据未读到", Absence.NOT_STARTED: "方案未开始",
                 Absence.NOT_PLANNED: "方案无此项", Absence.NO_TARGET: "未设目标", Absence.NO_DATA: "待数据",
                 Absence.NOT_APPLICABLE: "不适用"}


@dataclass(frozen=True)
class Part:
    """One city's part in an indicator: its line on the day it is read, None with the reason why it
    is not counted.

    `own`: the city's own plan. `day`: the day the line is as of, for a city past its deadline that
    deadline.
    """

    city: str
    line: ScorecardLine | None
    absence: Absence | None
    own: Plan | None = None
    day: date | None = None

    @property
    def counted(self) -> bool:
        return self.absence is None


@dataclass(frozen=True)
class Pooled:
    """The province's line of one indicator, and every city's part in it in the order of the cities.

    `outlook`: the cities' median forecasts at their own deadlines added up, None when one of them
    has none.
    """

    line: ScorecardLine
    parts: tuple[Part, ...]
    outlook: float | None = None

    @property
    def missing(self) -> tuple[Part, ...]:
        """The cities without which the figure is only a part of the province's; a share of nothing
        is not missing.
        """
        return tuple(part for part in self.parts
                     if part.absence not in (None, Absence.NOT_APPLICABLE))

    @property
    def partial(self) -> bool:
        return bool(self.missing) and self.line.value is not None

    @property
    def stale(self) -> tuple[Part, ...]:
        """Counted cities whose figure is that of an earlier reading."""
        return tuple(part for part in self.parts if part.counted and part.line is not None
                     and part.line.light == Light.STALE)


def judged_parts(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with those left out that have no target, when others have one: value and target
    must be of the same cities.
    """
    if not any(part.counted and _has_target(part) for part in parts):
        return tuple(parts)
    return tuple(part if not part.counted or _has_target(part)
                 else Part(part.city, part.line, Absence.NO_TARGET, part.own, part.day)
                 for part in parts)


def _has_target(part: Part) -> bool:
    return part.line is not None and part.line.target is not None and part.line.target > 0


def pool(plan: Plan, item: IndicatorPlan, province: Division, parts: Sequence[Part],
         as_of: date) -> Pooled:
    """The province's line from the cities' parts. `plan` gives thresholds and the latest deadline,
    `item` the comparator.
    """
    parts = judged_parts(parts)
    lines = [part.line for part in parts if part.counted and part.line is not None]
    if not lines or item.indicator.matching is not None:
        return Pooled(_nothing(item, province), tuple(parts))
    numerator = _sum(line.numerator for line in lines)
    denominator = _sum(line.denominator for line in lines) if item.indicator.is_share else None
    value = (
        numerator if denominator is None else numerator / denominator if denominator > 0 else None
    )
    target, expected = _weighted([line.target for line in lines], lines), _weighted(
        [_expected(line) for line in lines], lines)
    if value is None or target is None or expected is None:
        line = _line(item, province, lines, value, numerator, denominator, light=Light.NO_DATA
                     if value is None else Light.WATCH)
        return Pooled(line, tuple(parts))
    # equal shares stay that very share, whatever the arithmetic of a sum would make of it
    due = _same([line.due for line in lines]) or expected / target
    points = (value / target - due) * 100
    light = light_for(plan, item, item.comparator.satisfied(value, target), points, as_of)
    light = Light.STALE if all(line.light == Light.STALE for line in lines) else light
    line = _line(item, province, lines, value, numerator, denominator, light=light, target=target,
                 expected=target * due, completion=value / target, due=due, points=points)
    return Pooled(line, tuple(parts), _outlook(item, lines))


def _sum(values: Iterable[float | None]) -> float:
    return math.fsum(value for value in values if value is not None)


def _expected(line: ScorecardLine) -> float | None:
    return None if line.target is None or line.due is None else line.target * line.due


def _weighted(values: Sequence[float | None], lines: Sequence[ScorecardLine]) -> float | None:
    """Of counts the sum; of shares the mean by denominator, a common value unchanged. None when one
    is missing.
    """
    present = [value for value in values if value is not None]
    if len(present) < len(lines):
        return None
    weights = [line.denominator for line in lines]
    if any(weight is None for weight in weights):
        return math.fsum(present)
    total = math.fsum(weight or 0.0 for weight in weights)
    common = _same(values)
    return (
        common
        if common is not None or total <= 0
        else (
            math.fsum(
                value * (weight or 0.0) for value, weight in zip(present, weights, strict=True)
            )
            / total
        )
    )


def _same(values: Sequence[float | None]) -> float | None:
    first = values[0]
    return first if first is not None and all(value == first for value in values) else None


def _line(item: IndicatorPlan, province: Division, lines: Sequence[ScorecardLine],
          value: float | None, numerator: float, denominator: float | None, *, light: Light,
          target: float | None = None, expected: float | None = None,
          completion: float | None = None, due: float | None = None,
          points: float | None = None) -> ScorecardLine:
    needed = [line.needed_per_day for line in lines if line.needed_per_day is not None]
    cases = item.indicator.sampled and denominator is not None
    return ScorecardLine(indicator=item.code, rollup=Rollup.CITY.value, division=province.code,
                         value=value, numerator=numerator, denominator=denominator, target=target,
                         target_origin=None if target is None else TargetOrigin.PLAN,
                         comparator=item.comparator, completion=completion, due=due,
                         expected=expected, gap=None if value is None or expected is None
                         else value - expected, gap_points=points, needed_per_day=math.fsum(needed)
                         if needed and target is not None else None, light=light,
                         basis=_basis(lines), interval=wilson(numerator, denominator)
                         if cases and denominator is not None else None, final=bool(lines)
                         and all(line.final for line in lines))


def _nothing(item: IndicatorPlan, province: Division) -> ScorecardLine:
    return absent_line(item, Rollup.CITY, province.code)


def absent_line(item: IndicatorPlan, rollup: Rollup, code: str) -> ScorecardLine:
    """The line of a place of which nothing is known."""
    return ScorecardLine(indicator=item.code, rollup=rollup.value, division=code, value=None,
                         numerator=None, denominator=None, target=None, target_origin=None,
                         comparator=item.comparator, completion=None, due=None, expected=None,
                         gap=None, gap_points=None, needed_per_day=None, light=Light.NO_DATA,
                         basis=None)


def _basis(lines: Sequence[ScorecardLine]) -> Basis | None:
    present = [line.basis for line in lines if line.basis is not None]
    if not present:
        return None
    reasons = dict.fromkeys(reason for one in present for reason in one.excluded)
    return Basis(sum(one.rows for one in present),
                 {reason: sum(one.excluded.get(reason, 0) for one in present)
                  for reason in reasons})


def _outlook(item: IndicatorPlan, lines: Sequence[ScorecardLine]) -> float | None:
    if item.indicator.is_share:
        return None
    medians = [line.value if line.forecast is not None and line.forecast.p50 is None else
               None if line.forecast is None else line.forecast.p50 for line in lines]
    return (
        None
        if any(median is None for median in medians)
        else math.fsum(median or 0.0 for median in medians)
    )


def strictest(comparators: Sequence[Comparator]) -> Comparator:
    """“超过” as soon as one city's plan says so."""
    return Comparator.MORE_THAN if Comparator.MORE_THAN in comparators else Comparator.AT_LEAST
