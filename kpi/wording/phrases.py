"""How each indicator is spoken of, and the smallest change that closes a gap in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.definitions.catalogue import Kind
from kpi.figures.gap import Change, MissingPlace
from kpi.plan.plan import IndicatorPlan
from kpi.wording import wording


@dataclass(frozen=True)
class Phrase:
    """How an indicator is spoken of: “累计发布零工岗位” 4.68万个; “多发布” 62 “个岗位”."""

    said: str
    verb: str
    unit: str


_PHRASES = {
    "jobs_published": Phrase("累计发布零工岗位", "发布", "个岗位"),
    "training_attendances": Phrase("累计开展零工技能培训", "培训", "人次"),
    "registered_users": Phrase("速找活注册用户", "注册", "人"),
    "registered_employers": Phrase("苏心聘用工主体", "登记", "家用工主体"),
    "craft_certificates": Phrase("累计颁发零工工匠证书", "认证", "人"),
    "welfare_posts": Phrase("累计开发临时公益性岗位", "开发", "个岗位"),
    "good_practices": Phrase("累计报送经验做法", "报送", "篇"),
}


def phrase(item: IndicatorPlan) -> Phrase:
    """The phrase of an indicator."""
    known = _PHRASES.get(item.code)
    # a renamed indicator speaks by the name the plan gives it
    if known is not None and item.name == item.indicator.name:
        return known
    counted = "累计" if item.indicator.kind == Kind.CUMULATIVE else ""
    verb, unit = ("完成", item.indicator.unit) if known is None else (known.verb, known.unit)
    return Phrase(f"{item.name}{counted}", verb, unit)


def change_words(item: IndicatorPlan, changes: Sequence[Change]) -> str:
    """“沭阳每周多发布62个岗位、泗洪40个岗位即可按期完成”; empty without changes."""
    words = phrase(item)
    said = "、".join(f"{change.division.short_name}{'' if number else f'每周多{words.verb}'}"
                    f"{wording.shortfall(change.per_week, '')}{words.unit}" for number, change in enumerate(changes))
    return f"{said}即可按期完成" if said else ""


def places_words(places: Sequence[MissingPlace], item: IndicatorPlan, limit: int = 4) -> str:
    """“耿圩镇、瑶沟乡等4处建成即可达标”; villages with their township."""
    names = [place.name if place.name == place.township else f"{place.township}{place.name}" for place in places]
    if not names:
        return ""
    shown = "、".join(names[:limit]) + (f"等{len(names)}处" if len(names) > limit else "")
    return f"{shown}建成{item.name.removesuffix('覆盖率')}即可达标"
