"""Where a line stands, in words and in percentage points: against the elapsed time, or a floor
against its target.
"""

from __future__ import annotations

from collections.abc import Iterable

from kpi.definitions import Judged
from kpi.judging import Light, ScorecardLine
from kpi.plan import IndicatorPlan, Plan
from kpi.wording import wording


def points(line: ScorecardLine, item: IndicatorPlan) -> float | None:
    """个百分点 ahead (+) or behind (−): completion against elapsed share; for a floor, the share
    against its target.

    None when nothing is judged, and for data too old to judge.
    """
    if line.light == Light.STALE:
        return None
    if item.indicator.judged == Judged.FLOOR:
        return None if line.gap is None else line.gap * 100
    return line.gap_points


def worst_first(plan: Plan, lines: Iterable[ScorecardLine]) -> list[ScorecardLine]:
    """The lines by the points printed beside them, the furthest behind first; what is not judged
    counts as level.
    """
    return sorted(lines, key=lambda line: points(line, plan.indicator(line.indicator)) or 0.0)


def against(item: IndicatorPlan, line: ScorecardLine | None = None) -> str:
    """What the points are counted from: “目标” for a floor and of a final result, “序时进度” otherwise.
    """
    final = line is not None and line.final
    return "目标" if final or item.indicator.judged == Judged.FLOOR else "序时进度"


def standing(line: ScorecardLine, item: IndicatorPlan) -> str:
    """“高于序时进度1.9个百分点”, “低于目标2.0个百分点”; “未接入”, “待数据”, “不适用” or “未设目标” when not.

    “暂不评判” beside data too old to judge.
    """
    if line.light == Light.STALE:
        return "暂不评判"
    ahead = points(line, item)
    if ahead is not None:
        return wording.against_pace(ahead, against(item, line))
    if line.value is not None:
        return "未设目标"
    if line.denominator is not None:
        return "不适用"  # nothing to be served or concluded there
    return "未接入" if line.basis is None else "待数据"


def sentence(line: ScorecardLine, item: IndicatorPlan, name: str) -> str:
    """“沭阳县发布零工岗位1.43万个，完成目标1.68万个的85.4%，低于序时进度6.2个百分点。”"""
    unit = item.indicator.unit
    if line.value is None:
        return f"{name}{item.name}{standing(line, item)}。"
    text = f"{name}{item.name}{wording.prose(line.value, unit, line.target, line.comparator)}"
    if line.completion is None:
        return f"{text}。"
    if item.indicator.is_share:
        return f"{text}，目标{wording.target_words(line.target, unit, line.comparator)}，{standing(line, item)}。"
    return f"{text}，完成目标{wording.prose(line.target, unit)}的{wording.percent(line.completion, 1.0)}，{standing(line, item)}。"
