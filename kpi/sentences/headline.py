"""The one sentence a deputy mayor would be told, from the city's lines of the scorecard and nothing else."""

from __future__ import annotations

from collections import Counter

from kpi.definitions.catalogue import Judged
from kpi.judging.pace import Light
from kpi.scorecard.scorecard import Scorecard, ScorecardLine
from kpi.sentences.standing import standing
from kpi.vocabulary.division import Division
from kpi.wording import wording

_COUNTED = (Light.MET, Light.GREEN, Light.YELLOW, Light.RED, Light.STALE, Light.NO_DATA)
_NAMED = 2


def tally(card: Scorecard, division: Division | None = None) -> dict[Light, int]:
    """How many of the core indicators show each light for a division (the city), in order of the lights; zeros left out."""
    place = division or card.geography.city
    lights = Counter(card.line(item.code, place).light for item in card.plan.core)
    return {light: lights[light] for light in _COUNTED if lights[light]}


def headline(card: Scorecard, division: Division | None = None) -> str:
    """“截至10月31日，序时进度91.6%，…；11项核心指标中3项已完成、…；差距最大的是…。” – of a division, or of the city."""
    place = division or card.geography.city
    window = card.plan.window
    head = (f"截至{wording.chinese_date(card.as_of, with_year=True)}，序时进度{wording.percent(window.elapsed_share(card.as_of))}，"
            f"距截止日还有{window.days_left(card.as_of)}天")
    lights = tally(card, place)
    if not lights:
        return f"{head}。方案还没有设定目标的指标。"
    counts = "、".join(f"{number}项{wording.LIGHT_WORDS[light]}" for light, number in lights.items())
    return f"{head}；{sum(lights.values())}项核心指标中{counts}{_worst(card, place)}。"


def furthest_behind(card: Scorecard, place: Division) -> tuple[str, ...]:
    """“调解成功率（51.6%，低于目标8.4个百分点）”: the core indicators furthest behind, worst first, at most two."""
    behind = sorted((line for item in card.plan.core if (line := card.line(item.code, place)).light
                     in (Light.YELLOW, Light.RED)), key=lambda line: line.gap_points or 0.0)
    return tuple(_named(card, line) for line in behind[:_NAMED])


def _worst(card: Scorecard, place: Division) -> str:
    behind = furthest_behind(card, place)
    return f"，差距最大的是{'，其次是'.join(behind)}" if behind else ""


def _named(card: Scorecard, line: ScorecardLine) -> str:
    item = card.plan.indicator(line.indicator)
    value = wording.figure(line.value, item.indicator.unit, line.target, line.comparator)
    said = value if item.indicator.judged == Judged.FLOOR else f"完成{wording.percent(line.completion)}"
    return f"{item.name}（{said}，{standing(line, item)}）"
