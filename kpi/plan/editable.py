"""What of the plan a clerk may change in the browser: the fields of plan.toml, in office words.

What decides how rows are counted (start, city, time zone, the duplicate window) is not among them:
it makes everything be read anew, and is changed in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kpi.definitions import Indicator, Judged
from kpi.plan.curve import CURVE_NAMES
from kpi.plan.plan import Comparator
from kpi.plan.scoring import METHOD_NAMES

Place = tuple[str, ...]


class FieldKind(StrEnum):
    """How a value is written. `SHARE`: 0–1 in the file, percent on screen. `LIST`: texts."""

    TEXT = "text"
    LIST = "list"
    NUMBER = "number"
    WHOLE = "whole"
    SHARE = "share"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True)
class Field:
    """One value of the file. `place`: its tables and key. `usual`: in force where it is left out.

    `least`: the smallest number allowed. `choices`: the words by value.
    """

    place: Place
    title: str
    kind: FieldKind
    usual: Any = None
    least: float | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    help: str = ""

    def value_in(self, data: Mapping[str, Any]) -> Any:
        """What the parsed file gives, `usual` where it leaves the field out."""
        found: Any = data
        for name in self.place:
            if not isinstance(found, Mapping) or name not in found:
                return self.usual
            found = found[name]
        return found


CITY_FIELDS = (
    Field(("plan", "title"), "方案名称", FieldKind.TEXT),
    Field(("plan", "document"), "文号", FieldKind.TEXT),
    Field(("plan", "deadline"), "截止日", FieldKind.DAY),
    Field(("lights", "yellow_points"), "低于应达多少个百分点以内为“滞后”", FieldKind.NUMBER, 5.0, 0),
    Field(("lights", "green_points"), "高于应达多少个百分点才算“达序时”", FieldKind.NUMBER, 0.0, 0),
    Field(("ranking", "method"), "综合得分的记分办法", FieldKind.CHOICE, "capped",
          choices={one.value: name for one, name in METHOD_NAMES.items()}),
    Field(("follow_up", "hold_days"), "督办事项连续达到要求多少天后自动销号", FieldKind.WHOLE, 14, 1),
    Field(("follow_up", "watch_days"), "销号后多少天内回落则重新办理", FieldKind.WHOLE, 60, 0),
    Field(("follow_up", "meeting_days"), "联席会议超过多少天未召开则预警", FieldKind.WHOLE, 90, 0,
          help="0 表示不预警"),
)
_COMPARATORS = {Comparator.AT_LEAST.value: "不低于（以上）", Comparator.MORE_THAN.value: "超过"}
CURVES: Mapping[str, str] = {kind.value: name for kind, name in CURVE_NAMES.items()}


def indicator_fields(indicator: Indicator) -> tuple[Field, ...]:
    """The simple fields of one indicator; its quotas and its curve are tables of their own."""
    at = ("indicators", indicator.code)
    target = FieldKind.SHARE if indicator.is_share else FieldKind.NUMBER
    unit = "百分数" if indicator.is_share else indicator.unit
    return (
        Field((*at, "name"), "名称", FieldKind.TEXT, indicator.name),
        Field((*at, "clause"), "方案出处", FieldKind.TEXT, indicator.clause),
        Field((*at, "target"), f"全市目标（{unit}）", target, None, 0,
              help="不写则只监测，不亮灯、不参加排名"),
        Field((*at, "comparator"), "怎样算达到", FieldKind.CHOICE, Comparator.AT_LEAST.value,
              choices=_COMPARATORS),
        Field((*at, "weight"), "排名权重", FieldKind.NUMBER, 1.0, 0, help="0 表示不计入综合得分"),
        Field((*at, "lead_unit"), "牵头单位", FieldKind.TEXT, ""),
        Field((*at, "co_units"), "配合单位", FieldKind.LIST, (), help="几个单位之间用顿号隔开"),
    )


def may_have_quotas(indicator: Indicator) -> bool:
    """Whether the target can be split over the divisions: of a share it is the same everywhere."""
    return not indicator.is_share


def may_have_curve(indicator: Indicator) -> bool:
    """Whether the target falls due over time."""
    return indicator.judged != Judged.FLOOR
