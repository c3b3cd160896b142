"""The slides in their order, each from the scorecard's own lines and the sentences screen and brief
share.
"""

from __future__ import annotations

from collections.abc import Callable

from kpi.alerts import SEVERITY_NAMES, SEVERITY_SHAPES, Card, division_of
from kpi.judging import Light, ScorecardLine, due_share
from kpi.plan import IndicatorPlan
from kpi.ranking import rounded_score
from kpi.scorecard import month_ends
from kpi.sentences import (
    closing_words,
    count_words,
    points,
    scope_words,
    sentence,
    tally,
)
from kpi.sentences.headline import behind, headline
from kpi.vocabulary import Rollup
from kpi.wording import LIGHT_SHAPES, wording
from reports.brief import sentences as told
from reports.brief.detail import DETAILS
from reports.brief.fields import move_words, tally_heads
from reports.content import Content, label
from reports.slides.deck import Box, Cell, Deck, Slide

_WHY = 2  # indicators that are taken apart, a slide each
_ROWS = 9  # of a table that must fit on one slide
_PERCENT, _SCORE = "0.0%", "0.0"


def cover(deck: Deck, content: Content) -> None:
    slide = deck.slide(f"{content.plan.city_name}“零工归宿”工作情况汇报")
    slide.text([content.plan.title, f"{content.plan.city_name}零工归宿工作联席会议办公室",
                wording.chinese_date(content.as_of, with_year=True)], Box(0, 0.25, 1, 0.5), size=24)


def conclusion(deck: Deck, content: Content) -> None:
    """结论: the one sentence, how many stand how, and the most pressing step."""
    lights = tally(content.card)
    final = content.card.final
    slide = deck.slide("结论：" + ("，".join(
        f"{number}项{wording.light_word(light, final=final)}" for light, number in lights.items())
        or "还没有可评判的指标"))
    slide.text(headline(content.card), Box(0, 0.02, 1, 0.3), size=22)
    if lights:
        slide.table([f"{LIGHT_SHAPES[light]} {wording.light_word(light, final=final)}"
                     for light in lights],
                    [[Cell(f"{number}项", light) for light, number in lights.items()]],
                    Box(0, 0.36, 1, 0.2), [1] * len(lights), size=20)
    said = count_words(content.cards, scope_words(content.card.geography, Rollup.COUNTY),
                       rest=False)
    slide.text([said, *_step(content)] if not final else ["方案已到期，以上为最终结果。"],
               Box(0, 0.64, 1, 0.3), size=20)


def _step(content: Content) -> list[str]:
    """“下一步：苏心聘用工主体，泗洪每周多登记13家…即可按期完成。” of the first alert that says so."""
    lines = (line for card in content.cards.counted for line in card.lines)
    first = next((line for line in lines if "即可" in line.suggestion), None)
    if first is None:
        return []
    name, step = content.plan.indicator(first.indicator).name, first.suggestion.split("；")[0]
    division = content.card.geography.division(Rollup(first.rollup), first.division)
    # a step may name parts of the division only, and whose they are is to be read
    whose = "" if division.rollup == Rollup.CITY or division.short_name in step else (
        division.short_name)
    return [f"下一步：{whose}{name}，{step}。"]


def indicators(deck: Deck, content: Content) -> None:
    """Every core indicator of the whole in one table."""
    lines = [content.card.city_line(item.code) for item in content.plan.core]
    slide = deck.slide(f"{content.names.whole}{len(lines)}项核心指标完成情况")
    heads = ("指标", "目标", "完成值", "完成率", "进度差（百分点）", "按期可能性", "状态")
    slide.table(heads, [_indicator(content, line) for line in lines], Box(0, 0, 1, 0.96),
                (2.3, 1.4, 1.4, 1.1, 1.5, 1.3, 1.5), size=14 if len(lines) < 12 else 11)


def _indicator(content: Content, line: ScorecardLine) -> list[Cell | str]:
    item = content.plan.indicator(line.indicator)
    unit = item.indicator.unit
    return [item.name, wording.target_words(line.target, unit, line.comparator),
            wording.figure(line.value, unit, line.target, line.comparator),
            wording.percent(line.completion, 1.0), wording.signed_points(points(line, item)),
            wording.ABSENT if line.final else wording.forecast_chance(line.forecast),
            Cell(f"{LIGHT_SHAPES[line.light]} {wording.line_word(line)}", line.light)]


def completion(deck: Deck, content: Content) -> None:
    """The completion of every core indicator against what is due, as a chart to edit."""
    lines = [line for item in content.plan.core
             if (line := content.card.city_line(item.code)).completion is not None]
    if not lines:
        return
    ordered = sorted(lines, key=lambda line: -(line.completion or 0.0))
    slide = deck.slide(f"完成率与应达进度：{_worst(content) or '各项均已达序时'}")
    slide.bars([content.plan.indicator(line.indicator).name for line in ordered],
               [("完成率", [line.completion for line in ordered]),
                ("应达进度", [line.due for line in ordered])], Box(0, 0, 1, 0.97),
               number=_PERCENT, lights=[line.light for line in ordered])


def _worst(content: Content) -> str:
    lines = behind(content.card, content.city)
    if not lines:
        return ""
    item = content.plan.indicator(lines[0].indicator)
    return f"{item.name}差距最大（{wording.signed_points(points(lines[0], item))}个百分点）"


def ranking(deck: Deck, content: Content) -> None:
    """谁落后: the league of the members, as a table and a chart."""
    rows = [row for row in content.card.ranking if row.group == "county"]
    if not rows:
        return
    names = {division.code: label(division) for division in content.card.geography.counties}
    last = next((row for row in reversed(rows) if row.score is not None), None)
    lowest = "" if last is None else f"：{names[last.division]}得分最低（{rounded_score(last.score or 0.0)}）"
    slide = deck.slide(f"谁落后{lowest}")
    lights = {row.division: [content.line(item, division).light for item in content.plan.core]
              for row in rows for division in content.card.geography.counties
              if division.code == row.division}
    table = [[names[row.division], wording.ABSENT if row.place is None else str(row.place),
              move_words(row), wording.ABSENT if row.score is None else f"{rounded_score(row.score)}",
              *_tallied(lights[row.division], final=content.card.final)] for row in rows]
    slide.table(("单位", "名次", "较上月", "得分", *tally_heads(content.card)), table,
                Box(0, 0, 0.56, 0.95), (2, 0.9, 1, 1, 1.7, 1, 1.3),
                size=14 if len(rows) <= _ROWS else 10)
    scored = [row for row in rows if row.score is not None]
    if scored:
        slide.bars([names[row.division] for row in scored],
                   [("得分", [rounded_score(row.score or 0.0) for row in scored])],
                   Box(0.58, 0, 0.42, 0.95), number=_SCORE)


def _tallied(lights: list[Light], *, final: bool) -> tuple[str, str, str]:
    good = sum(light in (Light.MET, Light.GREEN) for light in lights)
    yellow = wording.ABSENT if final else str(lights.count(Light.YELLOW))
    return str(good), yellow, str(lights.count(Light.RED))


def members(deck: Deck, content: Content) -> None:
    """Every member by every core indicator: the completion in the colour of its light."""
    shown = content.card.geography.counties
    if not shown or not content.plan.core:
        return
    red = {division: sum(content.line(item, division).light == Light.RED
                         for item in content.plan.core) for division in shown}
    worst = max(shown, key=lambda division: red[division])
    word = wording.light_word(Light.RED, final=content.card.final)
    said = f"：{label(worst)}{word}最多（{red[worst]}项）" if red[worst] else ""
    slide = deck.slide(f"谁落后在哪里{said}")
    slide.table(("指标", *(division.short_name for division in shown)),
                [[item.name, *(_light_cell(content.line(item, division), item)
                               for division in shown)] for item in content.plan.core],
                Box(0, 0, 1, 0.97), (2, *([1.2] * len(shown))),
                size=13 if len(shown) < 8 and len(content.plan.core) < 13 else 9)


def _light_cell(line: ScorecardLine, item: IndicatorPlan) -> Cell:
    shown = (wording.percent(line.completion, 1.0) if not item.indicator.is_share
             else wording.figure(line.value, item.indicator.unit, line.target, line.comparator))
    return Cell(f"{LIGHT_SHAPES[line.light]} {shown}", line.light)


def reasons(deck: Deck, content: Content) -> None:
    """为什么: the indicators furthest behind, each with its months, its members, and its evidence."""
    for line in behind(content.card, content.city)[:_WHY]:
        item = content.plan.indicator(line.indicator)
        slide = deck.slide(f"为什么：{sentence(line, item, content.names.whole).rstrip('。')}")
        _months(slide, content, item)
        own = [(division, content.line(item, division))
               for division in content.card.geography.counties]
        drawn = [(division, one) for division, one in own if one.completion is not None]
        drawn.sort(key=lambda pair: -(pair[1].completion or 0.0))
        if drawn:
            slide.bars([division.short_name for division, _ in drawn],
                       [("完成率", [one.completion for _, one in drawn])], Box(0.52, 0.06, 0.48, 0.66),
                       number=_PERCENT, lights=[one.light for _, one in drawn])
        slide.text(["近12个月末（灰线为应达）"], Box(0, 0, 0.5, 0.06), size=12)
        slide.text([f"各{content.names.member}完成率"], Box(0.52, 0, 0.48, 0.06), size=12)
        slide.text(_evidence(content, item), Box(0, 0.74, 1, 0.24), size=15)


def _months(slide: Slide, content: Content, item: IndicatorPlan) -> None:
    ends = month_ends(content.figures, item.code, content.city, content.as_of)[-12:]
    target = content.card.city_line(item.code).target
    due = [None if target is None else target * due_share(content.plan, item, end.day)
           for end in ends]
    slide.lines([f"{end.day:%Y-%m}" for end in ends],
                [("实际", [end.value for end in ends]), ("应达", due)], Box(0, 0.06, 0.5, 0.66),
                number=_PERCENT if item.indicator.is_share else "#,##0")


def _evidence(content: Content, item: IndicatorPlan) -> list[str]:
    own = [line for card in content.card.cards for line in card.lines
           if line.rollup == Rollup.CITY and line.indicator == item.code][:1]
    closing = "" if content.card.final else closing_words(
        content.figures, content.card, item.code, content.city)
    return [*(line.evidence for line in own), *([f"{closing}。"] if closing else [])] or ["暂无更多依据。"]


def measures(deck: Deck, content: Content) -> None:
    """怎么办: what asks for something, and the step for each."""
    counted = content.cards.counted
    if not counted:
        return
    slide = deck.slide(f"怎么办：{len(counted)}项预警及措施" + (
        f"（列前{_ROWS}项）" if len(counted) > _ROWS else ""))
    rows = [_measure(content, card) for card in counted[:_ROWS]]
    slide.table(("单位", "指标", "级别", "措施", "牵头"), rows, Box(0, 0, 1, 0.97),
                (1, 1.8, 1, 5.8, 2.4), size=13)


def _measure(content: Content, card: Card) -> list[Cell | str]:
    alert, grade = card.lines[0], content.cards.grade(card)
    return [division_of(card, content.card.geography).short_name,
            content.plan.indicator(alert.indicator).name,
            f"{SEVERITY_SHAPES[grade]} {SEVERITY_NAMES[grade]}",
            alert.suggestion.split("；")[0].rstrip("。"), alert.lead_unit or wording.ABSENT]


def agreed(deck: Deck, content: Content) -> None:
    """议定事项: how the items on record stand, the overdue first."""
    rows = content.shown_follow_ups
    if not rows:
        return
    opened = sorted((row for row in rows if row.closed == wording.ABSENT),
                    key=lambda row: (-row.days_overdue, row.due))
    slide = deck.slide("议定事项：" + told.last_meeting(content, DETAILS[-1])[0].partition("，")[2].rstrip(
        "。").removeprefix("联席会议已议定事项"))
    more = f"，另有{len(opened) - _ROWS}项在办" if len(opened) > _ROWS else ""
    slide.text(f"在办事项按逾期和期限排列{more}；台账截至{wording.chinese_date(content.as_of)}",
               Box(0, 0, 1, 0.07), size=12)
    slide.table(("编号", "事项", "单位", "牵头单位", "办结期限", "状态"),
                [[row.number, row.title, row.division, row.lead_unit,
                  wording.chinese_date(row.due, with_year=True),
                  f"{row.state}{f'{row.days_overdue}天' if row.days_overdue else ''}"]
                 for row in opened[:_ROWS]], Box(0, 0.08, 1, 0.88), (1.1, 4, 1.6, 1.8, 1.9, 1.2),
                size=13)


def next_steps(deck: Deck, content: Content) -> None:
    """下步: the brief's own next steps."""
    detail = next(one for one in DETAILS if one.inline is False)
    steps = told.next_steps(content, detail)
    slide = deck.slide("下步工作")
    slide.text([wording.without_separators(step) for step in steps], Box(0, 0.02, 1, 0.94),
               size=20 if sum(map(len, steps)) < 420 else 16)


CHAPTERS: tuple[Callable[[Deck, Content], None], ...] = (
    cover, conclusion, indicators, completion, ranking, members, reasons, measures, agreed,
    next_steps)
"""Eleven slides at most: of these only the reasons are several."""
