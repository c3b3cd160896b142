"""The plan as data: window, targets, wording, units in charge, quotas, thresholds.

Everything here comes from `plan.toml`, which a clerk edits; another city's plan is another file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cached_property, partial
from typing import Any

from kpi.definitions import SHIPPED, Definitions, Indicator, Judged
from kpi.plan.curve import LINEAR, Curve, curve_from
from kpi.plan.departments import DepartmentPlan, departments_from
from kpi.plan.plan_values import read
from kpi.plan.plausibility import USUAL_PLAUSIBILITY, PlausibilitySettings, plausibility_from
from kpi.plan.scoring import CAPPED, ScoreRules, scoring_from
from kpi.plan.thresholds import USUAL_ALERTS, AlertSettings, alerts_from
from kpi.plan.workdays import NO_HOLIDAYS, WorkCalendar, calendar_from
from kpi.vocabulary import TIME_ZONE, InputError, Window
from kpi.vocabulary.zone import zone


class Comparator(StrEnum):
    """“以上/不低于” is ≥, “超过” is strictly >."""

    AT_LEAST = ">="
    MORE_THAN = ">"

    def satisfied(self, value: float, target: float) -> bool:
        """Compared unrounded."""
        return value > target if self == Comparator.MORE_THAN else value >= target


@dataclass(frozen=True)
class IndicatorPlan:
    """What the plan says about one indicator. `target` None: the plan asks for it without a number
    (watch).

    Targets of shares are 0–1. `quotas` are the division targets (分解任务) by division code; empty when
    the plan gives none. `weight` is its weight in the ranking. `curve`: how the target falls due
    over the window.
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
    curve: Curve = LINEAR

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def is_core(self) -> bool:
        """Core indicators have a number in the plan; the others are watched."""
        return self.target is not None


@dataclass(frozen=True)
class FollowUpRules:
    """When the data closes an item of the joint meeting, and for how long it may reopen it, in
    days.

    `hold_days`: days running the data must be as wanted, the day of the unit's report being the
    first. `watch_days`: days after the closing day on which a relapse reopens it. `meeting_days`:
    days the next meeting may take before there is an alert, 0 for none ever.
    """

    hold_days: int = 14
    watch_days: int = 60
    meeting_days: int = 90


@dataclass(frozen=True)
class MapPlan:
    """What the county map is drawn from. `outline`: a GeoJSON file beside plan.toml, None for the
    bundled outlines.

    `approval`: the 审图号 line printed on the map, None when there is none yet.
    """

    outline: str | None = None
    approval: str | None = None


@dataclass(frozen=True)
class Plan:
    """One city's plan.

    Lights by completion − due in percentage points, half-open: green [`green_points`, ∞), yellow
    [−`yellow_points`, `green_points`), red below. `late_days`: how many days it takes until (98 %
    of) a day's records have arrived; forecasts do not rest on days younger than that. `calendar`:
    holidays and campaigns. `plausibility`: what may change from one reading to the next.
    `time_zone`: where the city's day begins (IANA name). `digest`: SHA-256 of the file it is from,
    and `in_force_since` its first day; "" and None when it is of no version (`kpi.plan.versions`).
    """

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
    green_points: float = 0.0
    late_days: int = 0
    calendar: WorkCalendar = NO_HOLIDAYS
    alerts: AlertSettings = USUAL_ALERTS
    definitions: Definitions = field(default=SHIPPED, repr=False)
    plausibility: PlausibilitySettings = USUAL_PLAUSIBILITY
    time_zone: str = TIME_ZONE
    scoring: ScoreRules = CAPPED
    departments: tuple[DepartmentPlan, ...] = ()
    digest: str = field(default="", compare=False, repr=False)
    in_force_since: date | None = field(default=None, compare=False, repr=False)

    def indicator(self, code: str) -> IndicatorPlan:
        """Raises InputError when the plan does not have the indicator."""
        item = self._by_code.get(code)
        if item is None:
            raise InputError(f"方案中没有指标 {code}；请从页面上的指标中选择。")
        return item

    @cached_property
    def _by_code(self) -> Mapping[str, IndicatorPlan]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def core(self) -> tuple[IndicatorPlan, ...]:
        return tuple(indicator for indicator in self.indicators if indicator.is_core)

    @property
    def watched(self) -> tuple[IndicatorPlan, ...]:
        return tuple(indicator for indicator in self.indicators if not indicator.is_core)


def plan_from(data: Mapping[str, Any], definitions: Definitions = SHIPPED) -> Plan:
    """The plan in a parsed `plan.toml`. Raises InputError naming the table and key to mend.

    `definitions`: the indicators it may name. One whose definition has a fault is left out; the
    fault is told elsewhere.
    """
    head = read.table(data, "plan")
    text = partial(read.text, head, where="plan")
    window = Window(read.day(head, "start", "plan"), read.day(head, "deadline", "plan"))
    entries = read.table(data, "indicators")
    indicators = definitions.indicators
    unknown = [code for code in entries if code not in indicators
               and code not in definitions.faulty]
    if unknown:
        raise InputError(f"plan.toml 中的指标 [indicators.{unknown[0]}] 不认识；可用的指标代码见《口径》文档，"
                         "本单位自己的写在 definitions 文件夹中，请改正或删去。")
    if not entries:
        raise InputError("plan.toml 中没有任何指标；请至少写一个 [indicators.…]。")
    if not any(code in indicators for code in entries):
        raise InputError(f"plan.toml 中的指标都不能用：{definitions.problems[0]}")
    items = tuple(_indicator(item, entries[code], window)
                  for code, item in indicators.items() if code in entries)
    return Plan(id=text("id"), title=text("title"), document=text("document"),
                city_code=text("city_code"), city_name=text("city_name"), window=window,
                indicators=items,
                departments=departments_from(data, {item.code: item.target for item in items},
                                             definitions),
                duplicate_window_days=read.whole(data.get("counting", {}), "duplicate_window_days",
                                                 "counting", 30),
                yellow_points=read.number(data.get("lights", {}), "yellow_points", "lights", 5.0,
                                          least=0),
                green_points=read.number(data.get("lights", {}), "green_points", "lights", 0.0,
                                         least=0),
                late_days=read.whole(data.get("forecast", {}), "late_days", "forecast", 0),
                calendar=calendar_from(data), alerts=alerts_from(data),
                plausibility=plausibility_from(data), scoring=scoring_from(data),
                time_zone=_time_zone(read.text(head, "time_zone", "plan", TIME_ZONE)),
                map=MapPlan(read.optional_text(data, "map", "outline"),
                            read.optional_text(data, "map", "approval")),
                follow_up=_follow_up(data.get("follow_up", {})), definitions=definitions)


def _time_zone(name: str) -> str:
    try:
        zone(name)
    except ValueError:
        raise InputError(
            f"plan.toml 的 [plan] time_zone = {name!r} 不是时区名；请改成 \"{TIME_ZONE}\" 或删去这一行。") from None
    return name


_MOST_DAYS = 3_660  # ten years: more is a slip


def _follow_up(table: Any) -> FollowUpRules:
    read.only(read.as_table(table, "follow_up"), "follow_up",
              [one.name for one in fields(FollowUpRules)])
    for name in table:
        if isinstance(table[name], int) and table[name] > _MOST_DAYS:
            raise InputError(f"plan.toml 的 [follow_up] {name} = {table[name]} 超过 {_MOST_DAYS} 天；"
                             "请改正。")
    whole = partial(read.whole, table, where="follow_up")
    return FollowUpRules(whole("hold_days", default=FollowUpRules.hold_days, least=1),
                         whole("watch_days", default=FollowUpRules.watch_days),
                         whole("meeting_days", default=FollowUpRules.meeting_days))


def _indicator(indicator: Indicator, entry: Any, window: Window) -> IndicatorPlan:
    where = f"indicators.{indicator.code}"
    entry = read.as_table(entry, where)
    target = None if entry.get("target") is None else read.number(entry, "target", where)
    if target is not None and target <= 0:
        raise InputError(f"plan.toml 的 [{where}] target = {target:g} 应大于 0；没有目标时请删去这一行。")
    if target is not None and indicator.by_rule:
        raise InputError(f"plan.toml 的 [{where}] target：{indicator.name}只监测，不能定目标；请删去这一行。")
    if target is not None and indicator.is_share and target > 1:
        raise InputError(f"plan.toml 的 [{where}] target = {target:g} 应写成 0–1 之间的小数（60% 写 0.6）。")
    try:
        comparator = Comparator(entry.get("comparator", ">="))
    except ValueError:
        raise InputError(f"plan.toml 的 [{where}] comparator 只能是 \">=\"（不低于）或 \">\"（超过）；"
                         f"现为 {entry['comparator']!r}。") from None
    return IndicatorPlan(indicator=indicator, name=str(entry.get("name", indicator.name)),
                         clause=str(entry.get("clause", indicator.clause)), target=target,
                         comparator=comparator, lead_unit=str(entry.get("lead_unit", "")),
                         co_units=read.texts(entry, "co_units", where, "财政局"),
                         quotas=_quotas(indicator, entry, target, where),
                         weight=read.number(entry, "weight", where, 1.0, least=0),
                         curve=_curve(indicator, entry, window, where))


def _curve(indicator: Indicator, entry: Mapping[str, Any], window: Window, where: str) -> Curve:
    if "curve" in entry and indicator.judged == Judged.FLOOR:
        raise InputError(f"plan.toml 的 [{where}.curve]：{indicator.name}任何时候都与目标比较，不按时间折算；请删去这个表。")
    return curve_from(entry, window, where)


def _quotas(indicator: Indicator, entry: Mapping[str, Any], target: float | None,
            where: str) -> Mapping[str, float]:
    quotas = entry.get("quotas", {})
    if not quotas:
        return {}
    if indicator.is_share:
        raise InputError(f"plan.toml 的 [{where}.quotas]：比率指标的目标对各县区相同，不能分解；请删去这个表。")
    if target is None:
        raise InputError(f"plan.toml 的 [{where}] 有分解任务 quotas 却没有 target；请补上全市目标。")
    values = {str(code): read.number(quotas, code, f"{where}.quotas") for code in quotas}
    total = math.fsum(values.values())
    if not math.isclose(total, target, rel_tol=0, abs_tol=1e-9):
        raise InputError(
            f"plan.toml 的 [{where}.quotas] 分解任务合计 {total:g}，与全市目标 {target:g} 不符；请改正后重试。")
    return values
