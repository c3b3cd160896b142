"""The plan as data: window, targets, wording, units in charge, quotas, thresholds.

Everything here comes from `plan.toml`, which a clerk edits; another city's plan is another file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kpi.catalogue import CATALOGUE, Indicator
from kpi.errors import InputError
from kpi.period import Window


class Comparator(StrEnum):
    """“以上/不低于” is ≥, “超过” is strictly >."""

    AT_LEAST = ">="
    MORE_THAN = ">"

    def satisfied(self, value: float, target: float) -> bool:
        """Compared unrounded."""
        return value > target if self == Comparator.MORE_THAN else value >= target


@dataclass(frozen=True)
class IndicatorPlan:
    """What the plan says about one indicator. `target` None: the plan asks for it without a number (watch).

    Targets of shares are 0–1. `quotas` are the division targets (分解任务) by division code; empty when
    the plan gives none. `weight` is its weight in the ranking.
    """

    indicator: Indicator
    name: str
    clause: str
    target: float | None
    comparator: Comparator
    lead_unit: str
    co_units: tuple[str, ...]
    quotas: Mapping[str, float]
    weight: float

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def is_core(self) -> bool:
        """Core indicators have a number in the plan; the others are watched."""
        return self.target is not None


@dataclass(frozen=True)
class FollowUpRules:
    """When the data closes an item of the joint meeting, and for how long it may reopen it, in days.

    `hold_days`: days running the data must be as wanted, the day of the unit's report being the first.
    `watch_days`: days after the closing day on which a relapse reopens it.
    """

    hold_days: int = 14
    watch_days: int = 60


@dataclass(frozen=True)
class MapPlan:
    """What the county map is drawn from. `outline`: a GeoJSON file beside plan.toml, None for the bundled outlines.

    `approval`: the 审图号 line printed on the map, None when there is none yet.
    """

    outline: str | None = None
    approval: str | None = None


@dataclass(frozen=True)
class Plan:
    """One city's plan. `yellow_points`: how far below its due share (in percentage points) is still yellow."""

    id: str
    title: str
    document: str
    city_code: str
    city_name: str
    window: Window
    indicators: tuple[IndicatorPlan, ...]
    duplicate_window_days: int
    yellow_points: float
    follow_up: FollowUpRules = FollowUpRules()
    map: MapPlan = MapPlan()

    def indicator(self, code: str) -> IndicatorPlan:
        """Raises InputError when the plan does not have the indicator."""
        for indicator in self.indicators:
            if indicator.code == code:
                return indicator
        raise InputError(f"方案中没有指标 {code}；请从页面上的指标中选择。")

    @property
    def core(self) -> tuple[IndicatorPlan, ...]:
        return tuple(indicator for indicator in self.indicators if indicator.is_core)

    @property
    def watched(self) -> tuple[IndicatorPlan, ...]:
        return tuple(indicator for indicator in self.indicators if not indicator.is_core)


def plan_from(data: Mapping[str, Any]) -> Plan:
    """The plan in a parsed `plan.toml`. Raises InputError naming the table and key to mend."""
    head = _table(data, "plan")
    start, deadline = _date(head, "start"), _date(head, "deadline")
    entries = _table(data, "indicators")
    unknown = [code for code in entries if code not in CATALOGUE]
    if unknown:
        raise InputError(f"plan.toml 中的指标 [indicators.{unknown[0]}] 不认识；可用的指标代码见《口径》文档，请改正或删去。")
    if not entries:
        raise InputError("plan.toml 中没有任何指标；请至少写一个 [indicators.…]。")
    return Plan(
        id=_text(head, "id"), title=_text(head, "title"), document=_text(head, "document"),
        city_code=_text(head, "city_code"), city_name=_text(head, "city_name"), window=Window(start, deadline),
        indicators=tuple(_indicator(CATALOGUE[code], entries[code]) for code in CATALOGUE if code in entries),
        duplicate_window_days=int(_number(data.get("counting", {}), "duplicate_window_days", "counting", 30)),
        yellow_points=_number(data.get("lights", {}), "yellow_points", "lights", 5.0),
        follow_up=_follow_up(data.get("follow_up", {})),
        map=MapPlan(_optional_text(data, "map", "outline"), _optional_text(data, "map", "approval")),
    )


def _follow_up(table: Any) -> FollowUpRules:
    hold = _number(table, "hold_days", "follow_up", FollowUpRules.hold_days)
    watch = _number(table, "watch_days", "follow_up", FollowUpRules.watch_days)
    if hold < 1 or watch < 0 or hold % 1 or watch % 1:
        raise InputError(f"plan.toml 的 [follow_up] hold_days = {hold:g} 应为不小于 1 的整数，"
                         f"watch_days = {watch:g} 应为不小于 0 的整数；请改正。")
    return FollowUpRules(int(hold), int(watch))


def _indicator(indicator: Indicator, entry: Any) -> IndicatorPlan:
    where = f"indicators.{indicator.code}"
    if not isinstance(entry, Mapping):
        raise InputError(f"plan.toml 的 {where} 应是一个表，例如 [{where}]；请改正。")
    target = None if entry.get("target") is None else _number(entry, "target", where)
    if target is not None and target <= 0:
        raise InputError(f"plan.toml 的 [{where}] target = {target:g} 应大于 0；没有目标时请删去这一行。")
    if target is not None and indicator.is_share and target > 1:
        raise InputError(f"plan.toml 的 [{where}] target = {target:g} 应写成 0–1 之间的小数（60% 写 0.6）。")
    try:
        comparator = Comparator(entry.get("comparator", ">="))
    except ValueError:
        raise InputError(f"plan.toml 的 [{where}] comparator 只能是 \">=\"（不低于）或 \">\"（超过）；"
                         f"现为 {entry['comparator']!r}。") from None
    return IndicatorPlan(
        indicator=indicator, name=str(entry.get("name", indicator.name)), clause=str(entry.get("clause", "")),
        target=target, comparator=comparator, lead_unit=str(entry.get("lead_unit", "")),
        co_units=_texts(entry.get("co_units", ()), where), quotas=_quotas(indicator, entry, target, where),
        weight=_number(entry, "weight", where, 1.0))


def _quotas(indicator: Indicator, entry: Mapping[str, Any], target: float | None, where: str) -> Mapping[str, float]:
    quotas = entry.get("quotas", {})
    if not quotas:
        return {}
    if indicator.is_share:
        raise InputError(f"plan.toml 的 [{where}.quotas]：比率指标的目标对各县区相同，不能分解；请删去这个表。")
    if target is None:
        raise InputError(f"plan.toml 的 [{where}] 有分解任务 quotas 却没有 target；请补上全市目标。")
    values = {str(code): _number(quotas, code, f"{where}.quotas") for code in quotas}
    total = math.fsum(values.values())
    if not math.isclose(total, target, rel_tol=0, abs_tol=1e-9):
        raise InputError(f"plan.toml 的 [{where}.quotas] 分解任务合计 {total:g}，与全市目标 {target:g} 不符；请改正后重试。")
    return values


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name)
    if not isinstance(table, Mapping):
        raise InputError(f"plan.toml 缺少 [{name}] 部分；请参照自带的 plan.toml 补上。")
    return table


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"plan.toml 的 [plan] 缺少文字 {key}；请补上，例如 {key} = \"…\"。")
    return value


def _optional_text(data: Mapping[str, Any], table: str, key: str) -> str | None:
    value = data.get(table, {}).get(key) if isinstance(data.get(table, {}), Mapping) else None
    if value is not None and not isinstance(value, str):
        raise InputError(f"plan.toml 的 [{table}] {key} 应是文字，例如 {key} = \"…\"；现为 {value!r}。")
    return value.strip() or None if value else None


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(item, str) for item in value):
        raise InputError(f"plan.toml 的 [{where}] co_units 应是文字列表，例如 co_units = [\"财政局\"]。")
    return tuple(value)


def _date(table: Mapping[str, Any], key: str) -> date:
    value = table.get(key)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    # datetime is a date too, but a time of day has no meaning here
    if type(value) is date:
        return value
    raise InputError(f"plan.toml 的 [plan] {key} 应是日期，例如 {key} = 2025-01-01；现为 {value!r}。")


def _number(table: Any, key: str, where: str, default: float | None = None) -> float:
    value = table.get(key, default) if isinstance(table, Mapping) else default
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"plan.toml 的 [{where}] {key} 应是数字；现为 {value!r}。")
    return value
