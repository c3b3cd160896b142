"""序时进度: what should have been done by a day, and the light that follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kpi.catalogue import Judged
from kpi.period import Window
from kpi.plan import Comparator


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

    `completion` = value ÷ target, unrounded. `due` = the share of the target due (1 for floors). `expected` = target × due.
    `gap` = value − expected, in the value's unit; `gap_points` = completion − due, in percentage points of the target.
    `needed_per_day` = what is missing ÷ days left, None for shares, when met, or when no day is left.
    """

    completion: float
    due: float
    expected: float
    gap: float
    gap_points: float
    needed_per_day: float | None
    light: Light


def pace(value: float, target: float, *, comparator: Comparator, judged: Judged, is_share: bool, window: Window,
         as_of: date, yellow_points: float) -> Pace:
    """Judge `value` against `target` on `as_of`. Counts, stocks and coverage by elapsed time, floors by the target."""
    due = window.elapsed_share(as_of) if judged == Judged.PACE else 1.0
    completion = value / target
    met = comparator.satisfied(value, target)
    days_left = window.days_left(as_of)
    needed = (target - value) / days_left if not met and not is_share and days_left else None
    return Pace(completion, due, target * due, value - target * due, (completion - due) * 100, needed,
                _light(met, (completion - due) * 100, judged, days_left, yellow_points))


def _light(met: bool, points: float, judged: Judged, days_left: int, yellow_points: float) -> Light:
    if met:
        return Light.MET
    if days_left == 0:
        return Light.RED
    # A floor that is not satisfied is behind, even where a strict “超过” is missed by nothing at all.
    points = round(points, 9)  # 0.95 − 1 must not miss −5 points by a binary digit
    if points >= 0 and judged == Judged.PACE:
        return Light.GREEN
    return Light.YELLOW if points >= -yellow_points else Light.RED
