"""When a reading is too unlike the last one to be published: numbers a clerk may change in
`[plausibility]` of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from kpi.plan.plan_values import read
from kpi.vocabulary import InputError


@dataclass(frozen=True)
class PlausibilitySettings:
    """Limits of what may change from one reading of a dataset to the next; shares are 0–1. See the
    口径 document.

    `least_rows`: parts in force with fewer rows are compared with nothing. `fall`: share of rows or
    amount that may go. `month_days`, `month_share`, `month_rows`: a month that ended so many days
    ago may not move by more than both. `back_rows`: rows of the newest days that may go at most.
    `busy_times`, `busy_rows`, `busy_share`: rows of one day, against the largest earlier day, by
    number, and against all rows in force. `mix_points`, `mix_rows`: how far a share of a reason,
    category, unit or event may move, unless it is fewer rows. `amount_times`: the largest single
    amount. `keys_share`: of the remembered keys that must still be there.
    """

    least_rows: int = 50
    fall: float = 0.20
    month_days: int = 60
    month_share: float = 0.05
    month_rows: int = 20
    back_rows: int = 20
    busy_times: float = 5.0
    busy_rows: int = 50
    busy_share: float = 0.05
    mix_points: float = 0.15
    mix_rows: int = 50
    amount_times: float = 10.0
    keys_share: float = 0.95


USUAL_PLAUSIBILITY = PlausibilitySettings()
_SHARES = ("fall", "month_share", "busy_share", "mix_points", "keys_share")


def plausibility_from(data: Mapping[str, Any]) -> PlausibilitySettings:
    """`[plausibility]` of the plan file; what is left out keeps its default. Raises InputError
    naming what to mend.
    """
    entry, usual = read.optional_table(data, "plausibility"), USUAL_PLAUSIBILITY
    names = [field.name for field in fields(PlausibilitySettings)]
    read.only(entry, "plausibility", names)
    values = {name: _value(entry, name, getattr(usual, name)) for name in names}
    return PlausibilitySettings(**values)


def _value(entry: Mapping[str, Any], name: str, usual: Any) -> Any:
    if isinstance(usual, int):
        return read.whole(entry, name, "plausibility", usual, least=1)
    value = read.number(entry, name, "plausibility", usual, least=0)
    if name in _SHARES and value > 1:
        raise InputError(
            f"plan.toml 的 [plausibility] {name} = {value:g} 应写成 0–1 之间的小数（20% 写 0.2）；请改正。")
    return value
