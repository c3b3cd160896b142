"""What moved a figure between two days: parts by unit or by category, with late rows and
write-offs, that add up to it.

A figure is a numerator, or a numerator ÷ denominator. Of a count a part is what it added. Of a
share it is what its cases changed beyond the share there was before: with v the share at first, n
and d what the part brought to numerator and denominator, and D the denominator at last, (n − v·d) ÷
D. Summed over all parts that is exactly the difference of the shares, and a part of just the old
share moves nothing. Everything is a fraction, so that the parts add up to the last digit.

How a row came in late is not kept with it; only an older reading shows it. Given the figures as
they were read then, what has been reported or corrected since for the first day is a part of its
own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kpi.counting import BoolArray, FloatArray
from kpi.definitions import Cut, Indicator, Sum
from kpi.figures import Figures
from kpi.indicators import OTHERWISE, sum_flows, sums_by
from kpi.vocabulary import Division, InputError, Rollup


class PartKind(StrEnum):
    """`LATE`: reported or corrected after the first day, for it and days before. `RESET`: a yearly
    figure begins anew.

    `REMOVED`: written off, deregistered, closed. `REST`: of no unit, or of no category.
    """

    LATE = "late"
    RESET = "reset"
    UNIT = "unit"
    CATEGORY = "category"
    REST = "rest"
    REMOVED = "removed"


@dataclass(frozen=True)
class MovementPart:
    """One part of a movement, in the unit of the value (shares 0–1). `name`: of the unit or
    category, else "".
    """

    kind: PartKind
    name: str
    value: Fraction


@dataclass(frozen=True)
class Movement:
    """A figure at the end of `first` and of `last`, and what lies between: `parts` add up to
    `after` − `before` exactly.

    `before` is what was reported then where `then_read`, else what is known of that day now. `way`:
    by what the parts are taken apart, “按单位” or the title of a split. Parts without effect are left
    out.
    """

    indicator: str
    division: Division
    first: date
    last: date
    way: str
    before: Fraction
    after: Fraction
    parts: tuple[MovementPart, ...]
    then_read: bool = False

    @property
    def change(self) -> Fraction:
        return self.after - self.before


BY_UNIT = "按单位"


@dataclass(frozen=True)
class _Counts:
    """Numerator and denominator of something; the denominator of a count is not looked at."""

    part: Fraction = Fraction(0)
    whole: Fraction = Fraction(0)

    def __add__(self, other: _Counts) -> _Counts:
        return _Counts(self.part + other.part, self.whole + other.whole)

    def __sub__(self, other: _Counts) -> _Counts:
        return _Counts(self.part - other.part, self.whole - other.whole)


_NONE = _Counts()


@dataclass(frozen=True)
class _Flow:
    """What was added and what was taken off."""

    added: _Counts = _NONE
    removed: _Counts = _NONE

    @property
    def net(self) -> _Counts:
        return self.added - self.removed

    def __add__(self, other: _Flow) -> _Flow:
        return _Flow(self.added + other.added, self.removed + other.removed)

    def __sub__(self, other: _Flow) -> _Flow:
        return _Flow(self.added - other.added, self.removed - other.removed)


_STILL = _Flow()
Flows = Mapping[str, _Flow]


def ways(figures: Figures, code: str, division: Division, rollup: Rollup) -> tuple[str, ...]:
    """The ways a movement of the indicator can be taken apart, for `movement`; none without data.

    Splits of people's cases are none: two days next to each other would tell what a suppressed
    number is.
    """
    if figures.series[code] is None:
        return ()
    indicator = figures.plan.indicator(code).indicator
    if indicator.by_rule:
        return ()
    units = (BY_UNIT,) if len(_members(figures, division, rollup)) > 1 else ()
    titles = tuple(cut.title for cut in _cuts(figures, indicator))
    return (*units, *titles) or (BY_UNIT,)


def movement(
    figures: Figures,
    code: str,
    division: Division,
    first: date,
    last: date,
    way: str = BY_UNIT,
    *,
    rollup: Rollup = Rollup.COUNTY,
    then: Figures | None = None,
) -> Movement | None:
    """What moved one figure from the end of `first` to the end of `last`, both on the axis.

    `rollup`: of what units the city is taken apart; a county by its managing units. `then`: the
    figures as they were read on the first day. None when the figure is not known or not applicable
    on either day. Raises InputError when `last` is not after `first` or `way` is none of `ways`.
    """
    if last <= first:
        raise InputError(f"起始日 {first} 不早于截止日 {last}；请把较早的一天放在前面。")
    if way not in ways(figures, code, division, rollup):
        if figures.series[code] is None:
            return None
        raise InputError(f"“{figures.plan.indicator(code).name}”不能{way}拆分；请另选一种。")
    indicator = figures.plan.indicator(code).indicator
    lacking = indicator.enough is not None or indicator.reported is not None
    if lacking and None in [figures.measure(code, division, day).value for day in (first, last)]:
        return None
    begin, end = (_flows(figures, indicator, division, day, way, rollup) for day in (first, last))
    old, new = _sum(begin.values()).net, _sum(end.values()).net
    before, after = _value(indicator, old), _value(indicator, new)
    if before is None or after is None:
        return None
    weigh = _Weigh(indicator.is_share, before, new.whole)
    restarts = indicator.starts_each_year and first.year != last.year
    parts = [MovementPart(PartKind.RESET, "", weigh(_NONE - old))] if restarts else []
    gone = _STILL
    for name, flow in end.items():
        moved = flow if restarts else flow - begin.get(name, _STILL)
        gone += moved
        parts.append(_part(name, way, weigh(moved.added)))
    for name, flow in begin.items():
        if name not in end and not restarts:
            gone = gone - flow
            parts.append(_part(name, way, weigh(_NONE - flow.added)))
    parts.append(MovementPart(PartKind.REMOVED, "", weigh(_NONE - gone.removed)))
    late = None if then is None else _late(then, code, division, first, before)
    if late is not None:
        parts.insert(0, MovementPart(PartKind.LATE, "", late))
        before -= late
    return Movement(
        code, division, first, last, way, before, after, _ordered(parts), late is not None
    )


@dataclass(frozen=True)
class _Weigh:
    """What numerator and denominator of a part do to the value."""

    share: bool
    before: Fraction
    whole: Fraction

    def __call__(self, counts: _Counts) -> Fraction:
        return (
            (counts.part - self.before * counts.whole) / self.whole if self.share else counts.part
        )


def _late(
    then: Figures, code: str, division: Division, day: date, now: Fraction
) -> Fraction | None:
    """How much of the figure of a day was reported or corrected after that day's reading; None when
    that has none.
    """
    if code not in then.series or then.series[code] is None:
        return None
    flow = _units(then, then.plan.indicator(code).indicator, division, day, Rollup.MANAGING)
    value = _value(then.plan.indicator(code).indicator, _sum(flow.values()).net)
    return None if value is None else now - value


def _part(name: str, way: str, value: Fraction) -> MovementPart:
    if not name:
        return MovementPart(PartKind.REST, "", value)
    return MovementPart(PartKind.UNIT if way == BY_UNIT else PartKind.CATEGORY, name, value)


def _ordered(parts: Sequence[MovementPart]) -> tuple[MovementPart, ...]:
    """Late rows and a new year first, then the largest additions, then what belongs to nobody and
    what was taken off.
    """
    kinds = [
        PartKind.LATE,
        PartKind.RESET,
        PartKind.UNIT,
        PartKind.CATEGORY,
        PartKind.REST,
        PartKind.REMOVED,
    ]
    return tuple(
        sorted(
            (part for part in parts if part.value),
            key=lambda part: (kinds.index(part.kind), -part.value, part.name),
        )
    )


def _sum(flows: Iterable[_Flow]) -> _Flow:
    total = _STILL
    for flow in flows:
        total = total + flow
    return total


def _value(indicator: Indicator, counts: _Counts) -> Fraction | None:
    if not indicator.is_share:
        return counts.part
    return counts.part / counts.whole if counts.whole > 0 else None


def _flows(
    figures: Figures, indicator: Indicator, division: Division, day: date, way: str, rollup: Rollup
) -> Flows:
    if way == BY_UNIT:
        return _units(figures, indicator, division, day, rollup)
    cut = next(cut for cut in _cuts(figures, indicator) if cut.title == way)
    return _categories(figures, indicator, cut, division, day)


def _members(figures: Figures, division: Division, rollup: Rollup) -> tuple[Division, ...]:
    geography = figures.facts.geography
    if division.rollup == Rollup.CITY:
        return geography.members(rollup)
    return tuple(unit for unit in geography.managing if unit.code in division.units)


def _units(
    figures: Figures, indicator: Indicator, division: Division, day: date, rollup: Rollup
) -> Flows:
    """By unit of the division; "" for what is known to the division only."""
    series = figures.series[indicator.code]
    assert series is not None
    at, facts = series.axis.position(day), figures.facts
    whole = None if indicator.whole is None else _both(figures, indicator.whole)
    # a stock that is reported anew every month takes nothing off
    summed = indicator.part if indicator.reported is None else None
    part = None if summed is None else _both(figures, summed)

    def of(place: Division) -> _Flow:
        members = facts.membership(place)
        if part is None:  # also a coverage: places served, places there are
            counted = _Counts(
                _exact(series.numerator, members, at),
                Fraction(0)
                if series.denominator is None
                else _exact(series.denominator, members, at),
            )
            return _Flow(counted)
        added, removed = (
            [_NONE.part if flow is None else _exact(flow, members, at) for flow in flows]
            for flows in zip(part, whole or (None, None), strict=True)
        )
        return _Flow(_Counts(*added), _Counts(*removed))

    unit_flows: dict[str, _Flow] = {}
    for place in _members(figures, division, rollup):
        unit_flows[place.name if place.short_name in unit_flows else place.short_name] = of(place)
    rest = of(division) - _sum(unit_flows.values())
    return unit_flows if rest == _STILL else {**unit_flows, "": rest}


def _both(figures: Figures, total: Sum) -> tuple[FloatArray, FloatArray | None]:
    return sum_flows(total, figures.facts, figures.axis)


def _exact(rows: FloatArray, members: BoolArray, at: int) -> Fraction:
    return sum((Fraction(float(value)) for value in rows[members, at]), Fraction(0))


def _cuts(figures: Figures, indicator: Indicator) -> tuple[Cut, ...]:
    """The splits by which numerator and denominator can both be taken apart."""
    part, whole = indicator.part, indicator.whole
    if (
        part is None
        or indicator.of_people
        or part.carried_in
        or (whole is not None and whole.carried_in)
    ):
        return ()
    if whole is not None and whole.dataset != part.dataset:
        return ()
    return tuple(
        cut
        for cut in indicator.cuts
        if cut.sum.dataset == part.dataset
        and all(_has(figures, one, cut.by) for one in (part, whole) if one is not None)
    )


def _has(figures: Figures, total: Sum, by: str) -> bool:
    dataset = figures.plan.definitions.datasets[total.dataset]
    return all(
        by in dataset.event(event).dimensions
        for event in (total.event, total.minus)
        if event is not None
    )


def _categories(
    figures: Figures, indicator: Indicator, cut: Cut, division: Division, day: date
) -> Flows:
    """By the values of the split's dimension, as they are called."""
    assert indicator.part is not None
    sides = (indicator.part, indicator.whole)
    added = [
        _by_name(figures, one, None if one is None else one.event, cut, division, day)
        for one in sides
    ]
    removed = [
        _by_name(figures, one, None if one is None else one.minus, cut, division, day)
        for one in sides
    ]
    names = sorted({name for side in (*added, *removed) for name in side})
    return {
        name: _Flow(
            _Counts(*(side.get(name, Fraction(0)) for side in added)),
            _Counts(*(side.get(name, Fraction(0)) for side in removed)),
        )
        for name in names
    }


def _by_name(
    figures: Figures, one: Sum | None, event: str | None, cut: Cut, division: Division, day: date
) -> dict[str, Fraction]:
    if one is None or event is None:
        return {}
    result: dict[str, Fraction] = {}
    for value, number in sums_by(one, event, cut.by, figures.facts, division, day).items():
        name = cut.names.get(value, value) or OTHERWISE
        result[name] = result.get(name, Fraction(0)) + Fraction(number)
    return result
