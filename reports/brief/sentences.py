"""What the brief says, made from the scorecard alone: the office's phrasing, the scorecard's numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi import wording
from kpi.alerts import Alert
from kpi.catalogue import Judged, Kind
from kpi.division import Division, Rollup
from kpi.pace import Light
from kpi.plan import Comparator, IndicatorPlan
from kpi.rules import SEVERITY_NAMES, SEVERITY_ORDER
from kpi.scorecard import ScorecardLine
from reports.workbook.content import Content
from reports.workbook.places import Lack, Missing

_COUNTED = (Light.MET, Light.GREEN, Light.YELLOW, Light.RED, Light.STALE, Light.NO_DATA)
_SHARES_SHOWN_WITH = {"jobs_published": "third_party_share"}
# The annex has all of them; the text is to fit two pages.
_MOST_NAMED, _MOST_BELOW, _MOST_PER_UNIT = 4, 2, 1


def opening(content: Content) -> str:
    """How much of the time has gone and how many core indicators have which light."""
    window = content.plan.window
    lights = Counter(content.card.city_line(item.code).light for item in content.plan.core)
    said = "，".join(f"{wording.LIGHT_WORDS[light]}{lights[light]}项" for light in _COUNTED if lights[light])
    left = window.days_left(content.as_of)
    until = f"距{wording.chinese_date(window.deadline, with_year=True)}还有{left}天" if left else "方案期已满"
    return (f"截至{wording.chinese_date(content.as_of, with_year=True)}，序时进度为"
            f"{wording.percent(window.elapsed_share(content.as_of))}，{until}。"
            f"{len(content.plan.core)}项核心指标中，{said}。")


def progress(content: Content) -> list[str]:
    """One paragraph for each kind of core indicator of the city."""
    lines = {item.code: content.card.city_line(item.code) for item in content.plan.core}
    beside = {share for main, share in _SHARES_SHOWN_WITH.items() if main in lines}
    shown = [item for item in content.plan.core if item.code not in beside]
    paragraphs: list[str] = []
    for kind in Kind:
        said = [_with_share(item, lines) for item in shown if item.indicator.kind == kind]
        if said:
            day = "" if paragraphs else f"截至{wording.chinese_date(content.as_of)}，"
            paragraphs.append(f"{day}全市{'。'.join(said)}。")
    return paragraphs


def _with_share(item: IndicatorPlan, lines: dict[str, ScorecardLine]) -> str:
    said = standing_words(item, lines[item.code])
    share = lines.get(_SHARES_SHOWN_WITH.get(item.code, ""))
    if share is None or share.value is None:
        return said
    return f"{said}；其中第三方归集占{wording.percent(share.value, share.target, share.comparator)}"


def standing_words(item: IndicatorPlan, line: ScorecardLine) -> str:
    """“累计发布零工岗位4.68万个，完成目标（5万个）的93.6%，高于序时进度2.0个百分点”, without a full stop."""
    unit = item.indicator.unit
    if line.value is None or line.target is None:
        return f"{item.name}暂无数据"
    said = wording.prose(line.value, unit, line.target, line.comparator)
    head = f"{'累计' if item.indicator.kind == Kind.CUMULATIVE else ''}{item.name}{said}"
    if line.light == Light.MET:
        return f"{head}，已达到目标（{_target(line, unit)}）"
    if item.indicator.judged == Judged.FLOOR:
        return f"{head}，{_against_target(line, unit)}"
    pace = wording.against_pace(line.gap_points or 0.0)
    if unit == "%" and line.target == 1:  # the value is the completion itself
        return f"{head}，{pace}"
    return f"{head}，完成目标（{_target(line, unit)}）的{wording.percent(line.completion, 1.0)}，{pace}"


def _target(line: ScorecardLine, unit: str) -> str:
    """“5万个”, “40%”, “超过50%”."""
    more = "超过" if line.comparator == Comparator.MORE_THAN else ""
    return more + (f"{(line.target or 0.0) * 100:g}%" if unit == "%" else wording.prose(line.target, unit))


def _against_target(line: ScorecardLine, unit: str) -> str:
    points = ((line.value or 0.0) - (line.target or 0.0)) * 100
    if round(points, 1) == 0:
        return f"未达到目标（{_target(line, unit)}）"
    return wording.against_pace(points, against=f"目标（{_target(line, unit)}）")


def leaders(content: Content) -> str:
    """The first of each peer group, with scores; ties are all named."""
    said = []
    for group, name in (("county", "县区"), ("zone", "功能区")):
        best = [row for row in content.card.ranking if row.group == group and row.place == 1]
        if best:
            names = "、".join(f"{content.card.geography.unit_by_code[row.division].name}（{row.score:.1f}分）" for row in best)
            said.append(f"{name}中列第1位的是{names}")
    return ("按综合得分，" + "；".join(said) + "。") if said else "数据不足，本期不排名。"


def laggards(content: Content) -> list[str]:
    """The counties and zones with a red light in one paragraph: their red indicators, the furthest behind first."""
    said = [f"{division.name}{words}" for division in content.ranked if (words := _red_words(content, division))]
    return [f"严重滞后的有：{'；'.join(said)}。"] if said else ["没有严重滞后的单位。"]


def _red_words(content: Content, division: Division) -> str:
    lines = [content.line(item, division) for item in content.plan.core]
    red = sorted((line for line in lines if line.light == Light.RED), key=lambda line: line.gap_points or 0.0)
    said = [f"{content.plan.indicator(line.indicator).name}（完成{wording.percent(line.completion, 1.0)}）"
            for line in red[:_MOST_PER_UNIT]]
    more = f"等{len(red)}项" if len(red) > _MOST_PER_UNIT else ""
    return "、".join(said) + more


def problems(content: Content) -> list[str]:
    """How many alerts there are, and which of the city's own indicators are behind since when."""
    distinct = {division.key for division in content.distinct}
    alerts = [alert for alert in content.card.alerts if (alert.rollup, alert.division) in distinct]
    if not alerts:
        return ["当前没有预警。"]
    said = f"当前共有预警{len(alerts)}条，其中{_by_severity(alerts)}。"
    city = [f"{content.plan.indicator(alert.indicator).name}（{SEVERITY_NAMES[alert.severity]}，"
            f"{wording.chinese_date(alert.since, with_year=alert.since.year != content.as_of.year)}起）"
            for alert in alerts if alert.rollup == Rollup.CITY]
    return [said + (f"全市层面的是{'、'.join(city)}。" if city else "全市层面没有预警。")]


def _by_severity(alerts: Sequence[Alert]) -> str:
    counts = Counter(alert.severity for alert in alerts)
    return "、".join(f"{SEVERITY_NAMES[severity]}{counts[severity]}条" for severity in SEVERITY_ORDER if counts[severity])


def next_steps(content: Content, missing: Sequence[Missing]) -> list[str]:
    """What is still to be done, from what is missing: the daily need, the places, the units under a share's target."""
    steps = [_daily_step(content), _station_step(missing), _share_step(content)]
    said = [step for step in steps if step]
    return [f"{number}是{step}" for number, step in zip("一二三", said, strict=False)] or ["各项指标均已达到目标，继续巩固。"]


def _daily_step(content: Content) -> str:
    said = []
    for item in content.plan.core:
        line = content.card.city_line(item.code)
        if line.needed_per_day is not None and line.target is not None and line.value is not None:
            left = wording.prose(line.target - line.value, item.indicator.unit)
            said.append(f"{item.name}还差{left}（日均{line.needed_per_day:,.1f}{item.indicator.unit}）")
    return f"按期补足差额：{'，'.join(said)}。" if said else ""


def _station_step(missing: Sequence[Missing]) -> str:
    stations = [place.township for place in missing if place.lack == Lack.STATION]
    if not stations:
        return ""
    return f"建成{wording.joined(stations, limit=_MOST_NAMED)}的零工服务驿站，补齐{len(stations)}个空白乡镇（街道）。"


def _share_step(content: Content) -> str:
    """Units under a target that holds for each of them at any time, and under the villages' coverage."""
    said = []
    for item in content.plan.core:
        if item.indicator.judged == Judged.FLOOR or item.code == "window_coverage":
            below = [division.name for division in content.ranked if _below(content, item, division)]
            if below:
                said.append(f"{item.name}未达标的{wording.joined(below, limit=_MOST_BELOW)}")
    return f"督促整改：{'；'.join(said)}。" if said else ""


def _below(content: Content, item: IndicatorPlan, division: Division) -> bool:
    line = content.line(item, division)
    return line.value is not None and line.target is not None and not line.comparator.satisfied(line.value, line.target)
