"""与上次相比: why each figure is another than last time, in parts that add up exactly.

Between (old facts, old plan, old as-of) and (new facts, new plan, new as-of) one thing is changed
at a time, in this order:

1. late or corrected data – the new facts, still as of the old day: what last time's figure would be
   today,
2. new data – the new as-of: what happened between the two days,
3. changed rule – the new plan's window and counting rules,
4. changed target – everything else of the new plan.

A part is the difference a step makes. Another order would give other parts wherever two changes
work on each other, so the order is fixed. Parts are fractions, not floats: they add up to the last
digit, also for shares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kpi.plan import Plan
from kpi.scorecard.scorecard import Figures, figures
from kpi.vocabulary import Division, Geography, InputError, Window


class Cause(StrEnum):
    """Why a figure changed, in the order the steps are taken."""

    CORRECTED = "corrected"
    NEW_DATA = "new_data"
    RULE = "rule"
    TARGET = "target"


CAUSE_NAMES = {Cause.CORRECTED: "迟报和更正", Cause.NEW_DATA: "新增数据", Cause.RULE: "口径调整",
               Cause.TARGET: "目标调整"}


@dataclass(frozen=True)
class Change:
    """One quantity then and now. `parts` has every cause and adds up to `now` − `then` exactly.

    None for what is not known or not applicable; `parts` is None when either end is.
    """

    then: Fraction | None
    now: Fraction | None
    parts: dict[Cause, Fraction] | None

    @property
    def total(self) -> Fraction | None:
        return None if self.then is None or self.now is None else self.now - self.then


@dataclass(frozen=True)
class LineChange:
    """One indicator of one division. `value` as in the scorecard (shares 0–1), `completion` = value
    ÷ target.

    `inseparable`: the counting rules changed and the old data was not counted again by the new
    ones, so that the corrections of step 1 also hold what the new rules changed; they are put under
    changed rule.
    """

    indicator: str
    rollup: str
    division: str
    value: Change
    completion: Change
    inseparable: bool


Quantity = Callable[[Figures, str, Division, date], Fraction | None]


def compare(old: Figures, old_day: date, new: Figures, new_day: date) -> tuple[LineChange, ...]:
    """Every line the two have in common, in the new plan's order.

    The facts of `new` were counted by the rules of its own plan; where those differ from the old
    plan's, see `LineChange.inseparable`. Raises InputError when `new_day` is before `old_day`.
    """
    if new_day < old_day:
        raise InputError(f"比较的截至日期 {new_day} 早于上次的 {old_day}；请把较早的一次放在前面。")
    old, new = old.on(old_day), new.on(new_day)
    recounted = counting_rules(old.plan) != counting_rules(new.plan)
    stages = _stages(old, old_day, new, new_day)
    codes = [item.code for item in new.plan.indicators
             if item.code in {indicator.code for indicator in old.plan.indicators}]
    shared = _shared(old.facts.geography, new.facts.geography)
    return tuple(LineChange(code, division.rollup.value, division.code,
                            _change(stages, _value, code, division, recounted),
                            _change(stages, _completion, code, division, recounted), recounted)
                 for code in codes for division in shared)


def counting_rules(plan: Plan) -> tuple[object, ...]:
    """What of a plan decides how rows are counted."""
    return plan.city_code, plan.window.start, plan.duplicate_window_days


def _stages(old: Figures, old_day: date, new: Figures, new_day: date) -> list[tuple[Figures, date]]:
    as_before = _figures(new, old.plan)
    return [(old, old_day), (as_before, old_day), (as_before, new_day),
            (_figures(new, _rules_of(new.plan, old.plan)), new_day), (new, new_day)]


def _figures(new: Figures, plan: Plan) -> Figures:
    return new if plan == new.plan else figures(new.facts, plan)


def _rules_of(new: Plan, old: Plan) -> Plan:
    """The old plan with the new one's window and counting rules."""
    window = Window(new.window.start, new.window.deadline)
    return replace(old, window=window, duplicate_window_days=new.duplicate_window_days)


def _shared(old: Geography, new: Geography) -> list[Division]:
    codes = {division.key for division in old.divisions}
    return [division for division in new.divisions if division.key in codes]


def _change(stages: list[tuple[Figures, date]], quantity: Quantity, code: str, division: Division,
            recounted: bool) -> Change:
    seen = [quantity(side, code, division, day) for side, day in stages]
    then, now = seen[0], seen[-1]
    if then is None or now is None:
        return Change(then, now, None)
    parts, last = {}, then
    for cause, value in zip(Cause, seen[1:], strict=True):
        # a stage that cannot be computed (a day outside the old window) leaves its part to the next
        step = last if value is None else value
        parts[cause], last = step - last, step
    if recounted:
        parts[Cause.RULE] += parts[Cause.CORRECTED]
        parts[Cause.CORRECTED] = Fraction(0)
    return Change(then, now, parts)


def _value(side: Figures, code: str, division: Division, day: date) -> Fraction | None:
    measure = side.measure(code, division, day)
    if measure.value is None or measure.numerator is None:
        return None
    numerator = Fraction(measure.numerator)
    return numerator if measure.denominator is None else numerator / Fraction(measure.denominator)


def _completion(side: Figures, code: str, division: Division, day: date) -> Fraction | None:
    value, target = _value(side, code, division, day), side.target(code, division)
    return (
        None
        if value is None or target is None or target.value <= 0
        else value / Fraction(target.value)
    )
