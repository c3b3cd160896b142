"""The figure of a unit before and after a day, beside that of units alike: no claim of cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from kpi.definitions import Indicator, Kind
from kpi.figures import Figures, is_stale
from kpi.vocabulary import Rollup

SPAN = 90        # days looked at on either side
LEAST = 28       # fewer say nothing
MONTH = 30


@dataclass(frozen=True)
class Pair:
    """Before and after: of counts and stocks what 30 days added on average, of shares (0–1) the
    value on the day of adoption and at the end. `peers`: how many units a median is of; 1 for a
    unit itself.
    """

    before: float
    after: float
    peers: int = 1

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Effect:
    """`days` after the adoption, at most 90. `own`: of the unit, None under 28 days on either side
    or without data. `alike`: the median of the units of its kind that had not adopted by the end,
    None without any.
    """

    days: int
    own: Pair | None
    alike: Pair | None


def measurable(indicator: Indicator) -> bool:
    """Whether before and after can be compared: not what begins anew each year, or is no sum of
    days.
    """
    return not indicator.starts_each_year and not indicator.by_rule


def effect(figures: Figures, code: str, unit: str, adopted: date, others: Sequence[str],
           as_of: date) -> Effect:
    """What is seen by the end of `as_of`. `others`: the units that are no peers, for they have
    adopted it, too, or it is theirs.

    A scope that does not see every unit has no peers: their median would tell of others.
    """
    until = min(as_of, adopted + timedelta(days=SPAN))
    days = max((until - adopted).days, 0)
    own = _pair(figures, code, unit, adopted, until)
    return Effect(days, own, None if own is None else
                  _alike(figures, code, unit, adopted, until, others))


def _alike(figures: Figures, code: str, unit: str, adopted: date, until: date,
           others: Sequence[str]) -> Pair | None:
    geography = figures.on(until).facts.geography
    if geography.partial:
        return None
    place = geography.member(Rollup.MANAGING, unit)
    pairs = [pair for one in geography.members(Rollup.MANAGING)
             if place is not None and one.kind == place.kind
             and one.code not in (place.code, *others)
             and (pair := _pair(figures, code, one.code, adopted, until)) is not None]
    if not pairs:
        return None
    return Pair(median(pair.before for pair in pairs), median(pair.after for pair in pairs),
                len(pairs))


def _pair(figures: Figures, code: str, unit: str, adopted: date, until: date) -> Pair | None:
    plan = figures.plan
    begin = max(adopted - timedelta(days=SPAN), plan.window.start)
    before, after = (adopted - begin).days, (until - adopted).days
    if (min(before, after) < LEAST or code not in figures.series
            or is_stale(figures.facts, plan.indicator(code), until)):
        return None
    first, middle, last = (_value(figures, code, unit, day) for day in (begin, adopted, until))
    if middle is None or last is None:
        return None
    if plan.indicator(code).indicator.kind not in (Kind.CUMULATIVE, Kind.STOCK):
        return Pair(middle, last)
    if first is None:
        return None
    return Pair((middle - first) / before * MONTH, (last - middle) / after * MONTH)


def _value(figures: Figures, code: str, unit: str, day: date) -> float | None:
    """None also where the unit is not in the lists of that day, or a scope does not see it."""
    judged = figures.on(day)
    place = judged.facts.geography.member(Rollup.MANAGING, unit)
    if place is None or code not in judged.series:
        return None
    return judged.measure(code, place, day).value
