"""任务清单: the plan's duties as data, and how each stands."""

from kpi.duties.duty import BY_NAMES, By, Duty, DutyEntry, duties_from
from kpi.duties.states import (
    STATE_NAMES,
    STATE_SHAPES,
    DutyStanding,
    DutyState,
    check_entry,
    in_force,
    stand,
)

__all__ = [
    "BY_NAMES",
    "STATE_NAMES",
    "STATE_SHAPES",
    "By",
    "Duty",
    "DutyEntry",
    "DutyStanding",
    "DutyState",
    "check_entry",
    "duties_from",
    "in_force",
    "stand",
]
