"""When an alert is raised and cleared: numbers a clerk may change in the `[alerts]` part of the
plan file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kpi.plan.plan_values import read
from kpi.vocabulary import InputError


@dataclass(frozen=True)
class PaceLevel:
    """Enter when P < `enter_probability` and r < `enter_ratio`; leave when P ≥ `leave_probability`
    or r ≥ `leave_ratio`.

    P is the chance of reaching the target by the deadline, r the median forecast ÷ target.
    """

    enter_probability: float
    enter_ratio: float
    leave_probability: float
    leave_ratio: float


@dataclass(frozen=True)
class AlertSettings:
    """All thresholds of the alert rules. Days are calendar days unless they say working days;
    shares are 0–1.

    `pace`: blue, yellow, red in that order. `floor`: posterior chance of lying below the target for
    the same levels.
    """

    pace: tuple[PaceLevel, PaceLevel, PaceLevel] = (PaceLevel(0.35, 0.98, 0.50, 0.995),
                                                    PaceLevel(0.20, 0.95, 0.35, 0.97),
                                                    PaceLevel(0.10, 0.90, 0.20, 0.93))
    enter_days: int = 7
    leave_days: int = 14
    first_day: int = 56
    first_red_day: int = 130
    floor: tuple[float, float, float] = (0.80, 0.90, 0.975)
    floor_leave: float = 0.70
    floor_leave_months: int = 2
    floor_least_cases: int = 10
    floor_red_cases: int = 20
    stop_expected: float = 5.0
    stop_days: int = 2
    stop_longer: float = 1.5
    gap_days: int = 90
    gap_red_days: int = 30
    deadline_days: tuple[int, int, int] = (60, 30, 10)
    stale_grey_days: int = 2
    stale_red_days: int = 5
    write_off_share: float = 0.05
    write_off_times: float = 3.0
    write_off_least: int = 30
    excluded_points: float = 0.10
    excluded_least: int = 30


USUAL_ALERTS = AlertSettings()
_LEVELS = ("blue", "yellow", "red")
_SHARES = ("floor_leave", "write_off_share", "excluded_points")
_WHOLE = ("enter_days", "leave_days", "first_day", "first_red_day", "floor_leave_months",
          "floor_least_cases", "floor_red_cases", "stop_days", "gap_days", "gap_red_days",
          "stale_grey_days", "stale_red_days", "write_off_least", "excluded_least")
_NUMBERS = ("stop_expected", "stop_longer", "write_off_times")


def alerts_from(data: Mapping[str, Any]) -> AlertSettings:
    """The `[alerts]` part of the plan file; what is left out keeps its default. Raises InputError
    naming what to mend.
    """
    entry, usual = read.optional_table(data, "alerts"), USUAL_ALERTS
    read.only(entry, "alerts", sorted((*_LEVELS, *_SHARES, *_WHOLE, *_NUMBERS)))
    blue, yellow, red = (_level(entry, name, level)
                         for name, level in zip(_LEVELS, usual.pace, strict=True))
    values: dict[str, Any] = {name: read.whole(entry, name, "alerts", getattr(usual, name), least=1)
                              for name in _WHOLE}
    values |= {name: read.number(entry, name, "alerts", getattr(usual, name), least=0)
               for name in (*_NUMBERS, *_SHARES)}
    return AlertSettings(pace=(blue, yellow, red), **values)


def _level(entry: Mapping[str, Any], name: str, usual: PaceLevel) -> PaceLevel:
    where = f"alerts.{name}"
    table = read.optional_table(entry, name, where)
    values = {key: read.number(table, key, where, getattr(usual, key), least=0)
              for key in vars(usual)}
    level = PaceLevel(**values)
    if level.leave_probability < level.enter_probability or level.leave_ratio < level.enter_ratio:
        raise InputError(f"plan.toml 的 [{where}] 解除门槛（leave_…）不应低于进入门槛（enter_…），否则预警会反复；请改正。")
    return level
