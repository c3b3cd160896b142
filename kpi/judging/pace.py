"""序时进度: what should have been done by a day, and the light that follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kpi.definitions import Judged
from kpi.plan import IndicatorPlan, Plan


class Light(StrEnum):
    """Traffic light. `WATCH`: no target. `NO_DATA`: nothing to judge. `STALE`: too old to judge."""

    MET = "met"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    WATCH = "watch"
    NO_DATA = "no_data"
    STALE = "stale"


@dataclass(frozen=True)
class Pace:
    """Where a value stands against its target on a day.

    `completion` = value ÷ target, unrounded. `due` = the share of the target due (1 for floors).
    `expected` = target × due. `gap` = value − expected, in the value's unit; `gap_points` =
    completion − due, in percentage points of the target. `needed_per_day` = what is missing ÷ days
    left, None for shares, when met, or when no day is left.
    """

    completion: float
    due: float
    expected: float
    gap: float
    gap_points: float
    needed_per_day: float | None
    light: Light


def due_share(plan: Plan, item: IndicatorPlan, day: date) -> float:
    """Share of the target due by the end of `day`: by the indicator's curve, all of it at any time
    for floors.
    """
    return item.curve.due_share(plan.window, day) if item.indicator.judged == Judged.PACE else 1.0


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What the figures of one indicator are judged by on one day: the same for every division."""

    plan: Plan
    item: IndicatorPlan
    as_of: date
    due: float
    days_left: int

    @staticmethod
    def on(plan: Plan, item: IndicatorPlan, day: date) -> Yardstick:
        return Yardstick(plan, item, day, due_share(plan, item, day), plan.window.days_left(day))

    def pace(self, value: float, target: float) -> Pace:
        """`value` judged against `target`, which is above 0: counts, stocks and coverage by what is
        due, floors by the target."""
        due, days_left, completion = self.due, self.days_left, value / target
        met = self.item.comparator.satisfied(value, target)
        asks = not met and not self.item.indicator.is_share and days_left > 0
        needed = (target - value) / days_left if asks else None
        points = (completion - due) * 100
        return Pace(completion, due, target * due, value - target * due, points, needed,
                    light_for(self.plan, self.item, met, points, self.as_of))


def pace(plan: Plan, item: IndicatorPlan, value: float, target: float, as_of: date) -> Pace:
    """A single `value` judged against `target` as of a day; see `Yardstick.pace`."""
    return Yardstick.on(plan, item, as_of).pace(value, target)


def light_for(plan: Plan, item: IndicatorPlan, met: bool, points: float, as_of: date) -> Light:
    """The light of a figure that is `met` or not, with `points` = completion − due in percentage
    points.
    """
    if met:
        return Light.MET
    if plan.window.days_left(as_of) == 0:
        return Light.RED
    # A floor that is not satisfied is behind, even where a strict “超过” is missed by nothing at all.
    points = round(points, 9)  # 0.95 − 1 must not miss −5 points by a binary digit
    if points >= plan.green_points and item.indicator.judged == Judged.PACE:
        return Light.GREEN
    if points >= -plan.yellow_points or item.indicator.too_early_for_red(as_of):
        return Light.YELLOW
    return Light.RED
