"""How each indicator is spoken of, and the smallest change that closes a gap in words."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.definitions import Kind, Spoken
from kpi.figures import Change, MissingPlace
from kpi.plan import IndicatorPlan
from kpi.wording import wording


def phrase(item: IndicatorPlan) -> Spoken:
    """The phrase of an indicator."""
    result = item.indicator.spoken
    # a renamed indicator speaks by the name the plan gives it
    if result is not None and item.name == item.indicator.name:
        return result
    counted = "累计" if item.indicator.kind == Kind.CUMULATIVE else ""
    verb, unit = ("完成", item.indicator.unit) if result is None else (result.verb, result.unit)
    return Spoken(f"{item.name}{counted}", verb, unit)


def change_words(item: IndicatorPlan, changes: Sequence[Change]) -> str:
    """“沭阳每周多发布62个岗位、泗洪40个即可按期完成”; empty without changes."""
    words = phrase(item)
    text = "、".join(
        f"{change.division.short_name}{'' if number else f'每周多{words.verb}'}"
        f"{wording.shortfall(change.per_week, '')}{item.indicator.unit if number else words.unit}"
        for number, change in enumerate(changes))
    return f"{text}即可按期完成" if text else ""


def places_words(places: Sequence[MissingPlace], item: IndicatorPlan, limit: int = 4) -> str:
    """“耿圩镇、瑶沟乡等4处建成即可达标”; villages with their township."""
    names = [place.name if place.name == place.township else f"{place.township}{place.name}"
             for place in places]
    if not names:
        return ""
    shown = "、".join(names[:limit]) + (f"等{len(names)}处" if len(names) > limit else "")
    return f"{shown}建成{item.name.removesuffix('覆盖率')}即可达标"
