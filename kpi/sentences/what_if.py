"""What would come of adding more each week, in words."""

from __future__ import annotations

from datetime import date

from kpi.plan import IndicatorPlan
from kpi.scorecard.what_if import Supposed, WhatIf
from kpi.wording import change_words, phrase, wording


def landing_words(
    one: Supposed, target: float | None, unit: str, deadline: date, as_of: date
) -> str:
    """“12月9日”, “2027年2月3日（逾期）”, “已达到目标”, “到期仍缺120个”, “—”."""
    if one.expected is None or target is None:
        return wording.ABSENT
    if one.landing is None:
        return (
            f"到期仍缺{wording.shortfall(target - one.expected, unit)}"
            if one.expected < target
            else "已达到目标"
        )
    day = wording.chinese_date(one.landing, with_year=one.landing.year != as_of.year)
    return day if one.landing <= deadline else f"{day}（逾期）"


def places_range(one: Supposed) -> str:
    """“第3（可能2–4）”: the place at the deadline in the middle of the draws, and its 80 % range; “—”
    when unranked.
    """
    if one.likely is None or one.places is None:
        return wording.ABSENT
    low, high = one.places
    return f"第{one.likely}" if low == high == one.likely else f"第{one.likely}（可能{low}–{high}）"


def supposed_chance(one: Supposed) -> str:
    """“81%”; in the first half-year no surer than “<10%” or “>90%”, unless it is there already; “—”
    unknown.
    """
    return wording.early_chance(one.chance, early=one.early and one.chance != 1)


def supposed_words(item: IndicatorPlan, supposed: WhatIf, target: float | None,
                   deadline: date) -> str:
    """“截至10月31日试算：沭阳每周多发布62个岗位、泗洪40个岗位，全市预计12月9日完成，按期完成的可能性83%。”; empty when nothing is
    supposed."""
    extra = [one for one in supposed.units or (supposed.whole,) if one.per_week > 0]
    if not extra:
        return ""
    words = phrase(item)
    text = "、".join(
        f"{one.division.short_name}{'' if number else f'每周多{words.verb}'}{wording.count(one.per_week)}{words.unit}"
        for number, one in enumerate(extra)
    )
    landing = landing_words(supposed.whole, target, item.indicator.unit, deadline, supposed.as_of)
    outcome = f"预计{landing}完成" if supposed.whole.landing is not None else landing
    return (
        f"截至{wording.chinese_date(supposed.as_of)}试算：{text}，{supposed.whole.division.short_name}{outcome}，"
        f"按期完成的{wording.likelihood(supposed_chance(supposed.whole))}。"
    )


def closing_set_words(item: IndicatorPlan, supposed: WhatIf) -> str:
    """“按期完成还缺1,120个，最少要2个单位加快：沭阳每周多发布62个岗位、泗洪40个岗位即可按期完成。”, or that nothing is missing."""
    if not supposed.closing:
        return "按这样的进度，到期预计可以完成。" if supposed.missing <= 0 else ""
    return (
        f"到期还缺{wording.shortfall(supposed.missing, item.indicator.unit)}，最少要{len(supposed.closing)}个单位再加快："
        f"{change_words(item, supposed.closing)}。"
    )
