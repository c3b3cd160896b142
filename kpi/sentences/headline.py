"""The one sentence a deputy mayor would be told, from the city's lines of the scorecard and nothing
else.
"""

from __future__ import annotations

from collections import Counter

from kpi.definitions import Judged
from kpi.judging import Light, ScorecardLine
from kpi.scorecard import Scorecard
from kpi.sentences.standing import standing, worst_first
from kpi.vocabulary import Division
from kpi.wording import wording

_COUNTED = (Light.MET, Light.GREEN, Light.YELLOW, Light.RED, Light.STALE, Light.NO_DATA)
_NAMED = 2
_MEMBERS = 3


def tally(card: Scorecard, division: Division | None = None) -> dict[Light, int]:
    """How many of the core indicators show each light for a division (the city), in order of the
    lights; zeros left out.
    """
    place = division or card.geography.city
    lights = Counter(card.line(item.code, place).light for item in card.plan.core)
    return {light: lights[light] for light in _COUNTED if lights[light]}


def headline(card: Scorecard, division: Division | None = None) -> str:
    """“截至10月31日，序时进度91.6%，…；11项核心指标中3项已完成、…；差距最大的是…。” – of a division, or of the city."""
    if card.pace_range is not None and division is None:
        return _of_members(card)
    place = division or card.geography.city
    window = card.plan.window
    day, left = wording.chinese_date(card.as_of, with_year=True), window.days_left(card.as_of)
    head = (f"方案已于{day}到期，以下为最终结果" if card.final else
            f"截至{day}，序时进度{wording.percent(window.elapsed_share(card.as_of))}，"
            + (f"距截止日还有{left}天" if left > 0 else "今天是截止日"))
    lights = tally(card, place)
    if not lights:
        return f"{head}。方案还没有设定目标的指标。"
    counts = "、".join(f"{number}项{wording.light_word(light, final=card.final)}"
                      for light, number in lights.items())
    return f"{head}；{sum(lights.values())}项核心指标中{counts}{_worst(card, place)}。"


def elapsed_words(card: Scorecard) -> str:
    """“91.6%”, or “53.4%—95.8%” where the members' plans run at different times."""
    low, high = (wording.percent(share) for share in card.pace_range
                 or (card.plan.window.elapsed_share(card.as_of),) * 2)
    return low if low == high else f"{low}—{high}"


def _of_members(card: Scorecard) -> str:
    """“截至2026年10月31日，各市序时进度…；全省11项核心指标中…；严重滞后最多的市是…。” – of an area of areas."""
    names, lights = card.geography.names, tally(card)
    counts = "、".join(f"{number}项{wording.LIGHT_WORDS[light]}" for light, number in lights.items())
    red = [(tally(card, member).get(Light.RED, 0), member.short_name)
           for member in card.geography.counties]
    most = [f"{name}（{number}项）" for number, name in sorted(red, key=lambda one: -one[0])[
        :_MEMBERS] if number]
    tail = f"；严重滞后最多的{names.member}是{'、'.join(most)}" if most else ""
    partial = f"，其中{card.partial}项只含部分{names.member}" if card.partial else ""
    return (
        f"截至{wording.chinese_date(card.as_of, with_year=True)}，{names.members}序时进度{elapsed_words(card)}；"
        f"{names.whole}{sum(lights.values())}项核心指标中{counts}{partial}{tail}。"
    )


def furthest_behind(card: Scorecard, place: Division) -> tuple[str, ...]:
    """“调解成功率（51.6%，低于目标8.4个百分点）”: the core indicators furthest behind, worst first, at most two."""
    return tuple(_named(card, line) for line in behind(card, place)[:_NAMED])


def behind(card: Scorecard, place: Division) -> list[ScorecardLine]:
    """The core indicators off pace or below target, worst first. A rate that begins anew each
    January is left out until a distance from its target says something.
    """
    lines = (card.line(item.code, place) for item in card.plan.core
             if card.final or not item.indicator.too_early_for_red(card.as_of))
    return worst_first(card.plan, [line for line in lines
                                   if line.light in (Light.YELLOW, Light.RED)])


def _worst(card: Scorecard, place: Division) -> str:
    named = furthest_behind(card, place)
    return f"，差距最大的是{'，其次是'.join(named)}" if named else ""


def _named(card: Scorecard, line: ScorecardLine) -> str:
    item = card.plan.indicator(line.indicator)
    value = wording.figure(line.value, item.indicator.unit, line.target, line.comparator)
    text = (
        value
        if item.indicator.judged == Judged.FLOOR
        else f"完成{wording.percent(line.completion, 1.0)}"
    )
    return f"{item.name}（{text}，{standing(line, item)}）"
