"""Who is behind: one alert per core indicator and division whose light is yellow or red."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kpi import wording
from kpi.catalogue import Judged
from kpi.division import Division, Rollup
from kpi.measure import MeasureSeries
from kpi.pace import Light, Pace, pace
from kpi.plan import IndicatorPlan, Plan


class Severity(StrEnum):
    RED = "red"
    YELLOW = "yellow"


class Rule(StrEnum):
    """`BEHIND_PACE`: below the expected line; `FLOOR_MISSED`: a share below what the plan wants at any time."""

    BEHIND_PACE = "behind_pace"
    FLOOR_MISSED = "floor_missed"


SEVERITY_NAMES = {Severity.RED: "红色", Severity.YELLOW: "黄色"}


@dataclass(frozen=True)
class Alert:
    """`since`: first day of the unbroken run of yellow or red days that reaches as_of.

    `points`: completion − due in percentage points (negative). `evidence`: one sentence with its numbers.
    """

    rule: Rule
    severity: Severity
    indicator: str
    rollup: str
    division: str
    since: date
    points: float
    evidence: str
    lead_unit: str


def behind_alert(plan: Plan, code: str, light: Light, division: Division, series: MeasureSeries, target: float,
                 as_of: date) -> Alert:
    """The alert of a division that is yellow or red on `as_of`."""
    item = plan.indicator(code)
    floor = item.indicator.judged == Judged.FLOOR
    values = series.values(division)
    now = float(values[series.axis.position(as_of)])
    judged = _pace(plan, item, now, target, as_of)
    return Alert(Rule.FLOOR_MISSED if floor else Rule.BEHIND_PACE, Severity(light.value), code, division.rollup.value,
                 division.code, _since(plan, item, series, division, target, as_of), judged.gap_points,
                 _evidence(item, division, now, target, judged.completion, judged.gap_points, as_of), item.lead_unit)


def sort_alerts(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Red before yellow, the city first, then the furthest behind."""
    return tuple(sorted(alerts, key=lambda a: (a.severity != Severity.RED, a.rollup != Rollup.CITY, a.points,
                                               a.indicator, a.rollup, a.division)))


def _pace(plan: Plan, item: IndicatorPlan, value: float, target: float, day: date) -> Pace:
    return pace(value, target, comparator=item.comparator, judged=item.indicator.judged,
                is_share=item.indicator.is_share, window=plan.window, as_of=day, yellow_points=plan.yellow_points)


def _since(plan: Plan, item: IndicatorPlan, series: MeasureSeries, division: Division, target: float,
           as_of: date) -> date:
    values = series.values(division)
    since = as_of
    for position in range(series.axis.position(as_of), max(series.axis.position(plan.window.start), 0) - 1, -1):
        value, day = float(values[position]), series.axis.day(position)
        if value != value or _pace(plan, item, value, target, day).light not in (Light.YELLOW, Light.RED):
            break
        since = day
    return since


def _evidence(item: IndicatorPlan, division: Division, value: float, target: float, completion: float, points: float,
              as_of: date) -> str:
    unit = item.indicator.unit
    said = wording.prose(value, unit, target, item.comparator)
    head = f"截至{wording.chinese_date(as_of)}，{division.short_name}{item.name}{said}"
    if unit == "%":
        short = (target - value) * 100
        wanted = f"{'超过' if item.comparator == '>' else ''}{target * 100:g}%"
        if item.indicator.judged == Judged.FLOOR:
            return f"{head}，低于目标（{wanted}）{short:.1f}个百分点。" if round(short, 1) else f"{head}，未达到目标（{wanted}）。"
        return f"{head}，完成目标（{wanted}）的{wording.percent(completion)}，{wording.against_pace(points)}。"
    return (f"{head}，完成目标{wording.prose(target, unit)}的{wording.percent(completion)}，"
            f"{wording.against_pace(points)}。")
