"""县区排名: places, scores and what they are made of, counties with counties and zones with zones.

The score is the weighted mean of the points each completion ÷ due earns by the plan's method; the
table below holds these ratios uncapped.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence

from openpyxl.chart import LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from kpi.plan import IndicatorPlan, ScoreMethod, ScoreRules
from kpi.ranking import MIN_WEIGHT_PRESENT, Ranking, rounded_score
from kpi.scorecard import peer_groups
from kpi.sentences import paper_words
from kpi.vocabulary import Division
from kpi.wording import ABSENT, place_words
from reports.content import Content
from reports.workbook import charts, formats, style
from reports.workbook.judged import Col
from reports.workbook.names import cell_name, remote
from reports.workbook.page import WIDEST, Page
from reports.workbook.summary import Source

_FIRST = 9
"""Column of the first indicator; before it place, name, scores (rounded, unrounded, uncapped), last month's place, change
of place, and the range of places to come."""
_BEFORE, _CHANGE, _RANGE = 6, 7, 8
_NAMED = (5, 14.5, 7, 9, 9.5, 6, 6.5, 14)
_CLIMBED = '"↑"0;"↓"0;"持平"'
GROUP_TITLES = {"county": "县区组（含其内功能区）", "zone": "功能区组"}
_CAPPED = "得分＝各核心指标“完成率÷应达进度”（超过1的按1计）按权重加权平均×100"
_NOTE = ("，按保留一位小数的得分排名，同分同名次、其后名次空缺；"
         "缺数据的指标不计入，已有数据的权重不足六成时不排名。未封顶得分不把超额部分压到1，仅供参考。"
         "名次后的区间为按预测到截止日名次有八成可能落入的范围；“领先不明显”指截止日仍列第1的可能不足一半。")


def page_widths(core: int) -> tuple[float, ...]:
    """The more indicators, the narrower: the sheet stays one page wide."""
    left = (WIDEST - sum(_NAMED)) / max(core, 1)
    return (*_NAMED, *(min(max(left, 6.5), 10.5) for _ in range(max(core, 1))))


def write_ranking(page: Page, sources: Mapping[str, Source]) -> None:
    content = page.content
    top = page.open(content.names.adapted("县区排名"), "单位：分；分项为完成率÷应达进度")
    rules = content.plan.scoring
    head = _CAPPED if rules.method == ScoreMethod.CAPPED else f"得分＝{paper_words(rules)}"
    page.across(top, head + _NOTE + ("" if content.whole_city else "其他单位只公布名次、名次变化和得分。"),
                style.NOTE_WRAPPED)
    row = top + 1
    areas: list[str] = []
    for group, members in peer_groups(content.card.geography).items():
        rows = [(ranking, division) for ranking in content.card.ranking if ranking.group == group
                for division in members if division.code == ranking.division]
        if rows and content.plan.core:
            end = _write_group(page, row, group, rows, sources) + 1
            high, fits = charts.rows_below(page, (1, top), (row, end))
            charts.place(page, _chart(page, row + 3, rows, _group_title(content, group)), end + 1,
                         high=high)
            last = end + high if fits else end
            areas.append(f"A{row if areas else 1}:{cell_name(last, len(page.widths))}")
            row = end + 1 + high
    page.freeze(top + 1, 3)
    page.print_on_a4((1, top), areas=areas)


def _group_title(content: Content, group: str) -> str:
    geography = content.card.geography
    return GROUP_TITLES[group] if geography.subdivided else geography.names.members


def _write_group(page: Page, top: int, group: str, rows: Sequence[tuple[Ranking, Division]],
                 sources: Mapping[str, Source]) -> int:
    core, count = page.content.plan.core, len(rows)
    page.across(top, _group_title(page.content, group), style.SUBTITLE, height=24)
    weights, head = top + 1, top + 2
    _write_weights(page, weights, core)
    page.head(head, ("名次", "区划", "得分", "得分（未取整）", "未封顶得分", "上月末名次", "较上月末",
                     "名次（截止日80%区间）", *(item.name for item in core)))
    ratios_head = head + count + 1
    _write_ratio_head(page, ratios_head, core)
    scores = [head + 1 + number for number in range(count)]
    for number, (ranking, division) in enumerate(rows):
        _write_ratios(page, ratios_head + 1 + number, ranking, division, sources)
        _write_scores(page, scores[number], ratios_head + 1 + number, ranking, division, weights,
                      (scores[0], scores[-1]))
    return ratios_head + count


def _write_weights(page: Page, row: int, core: Sequence[IndicatorPlan]) -> None:
    page.across(row, "权重", style.NOTE.but(align="right"), last=_FIRST - 1)
    for column, item in enumerate(core, start=_FIRST):
        page.put(row, column, item.weight, style.CENTRED.but(number="0.##", ink=style.INPUT_INK))


def _write_ratio_head(page: Page, row: int, core: Sequence[IndicatorPlan]) -> None:
    page.across(row, "以下为未封顶的完成率÷应达进度", style.NOTE.but(fill=style.BAND_FILL), last=_FIRST - 1)
    for column, _ in enumerate(core, start=_FIRST):
        page.put(row, column, "", style.NOTE.but(fill=style.BAND_FILL))


def _write_ratios(page: Page, row: int, ranking: Ranking, division: Division,
                  sources: Mapping[str, Source]) -> None:
    """The uncapped ratios. A reader of one division sees only its own; the others are withheld, not
    zero.
    """
    own = page.content.scope is None or division in page.content.divisions
    for column in (1, *range(3, _FIRST)):
        page.put(row, column, "", style.CENTRED)
    page.put(row, 2, division.name)
    for column, term in enumerate(ranking.terms, start=_FIRST):
        look = style.NUMBER.but(number="0.0%")
        if not own or term.ratio is None:
            page.put(row, column, None, look)
            continue
        source = sources[term.indicator]
        done, due = (remote(source.sheet, source.layout.rows[division.key], name)
                     for name in (Col.COMPLETION, Col.DUE))
        page.formula(row, column, f'IF(AND(ISNUMBER({done}),N({due})>0),{done}/{due},"{ABSENT}")',
                     term.ratio, look)


def _write_scores(page: Page, row: int, ratio_row: int, ranking: Ranking, division: Division,
                  weights: int, group_rows: tuple[int, int]) -> None:
    own = page.content.scope is None or division in page.content.divisions
    _write_place(page, row, ranking, group_rows)
    page.put(row, 2, division.name, style.TEXT.but(bold=True))
    _write_move(page, row, ranking, own=own)
    _write_worth(page, row, ratio_row, ranking, tuple(number + ratio_row - row
                                                      for number in group_rows))
    raw = cell_name(row, 4)
    rounded = None if ranking.score is None else rounded_score(ranking.score)
    page.formula(row, 3, f'IF(ISNUMBER({raw}),ROUND({raw},1),"{ABSENT}")', rounded,
                 style.NUMBER.but(number=formats.SCORE, bold=True))
    for column, value, source_row in ((4, ranking.score, row), (5, ranking.uncapped, ratio_row)):
        look = style.NUMBER.but(number=formats.SCORE_FULL)
        if own and ranking.terms:
            page.formula(row, column, _mean_formula(weights, source_row, len(ranking.terms)), value,
                         look)
        else:
            page.put(row, column, value, look)


def _write_place(page: Page, row: int, ranking: Ranking, group_rows: tuple[int, int]) -> None:
    own, first, last = (cell_name(number, 3) for number in (row, *group_rows))
    fixed = f"{first.replace('C', 'C$')}:{last.replace('C', 'C$')}"
    page.formula(row, 1, f'IF(ISNUMBER({own}),RANK({own},{fixed}),"{ABSENT}")', ranking.place,
                 style.CENTRED.but(bold=True, number="0"))


def _write_move(page: Page, row: int, ranking: Ranking, *, own: bool) -> None:
    """Last month's place and the change since; the range to come rests on the unit's own forecasts.
    """
    page.put(row, _BEFORE, ranking.previous, style.CENTRED.but(number="0"))
    now, before = cell_name(row, 1), cell_name(row, _BEFORE)
    page.formula(row, _CHANGE,
                 f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),{before}-{now},"{ABSENT}")',
                 ranking.climbed, style.CENTRED.but(number=_CLIMBED))
    page.put(row, _RANGE, place_words(ranking) if own else None, style.CENTRED)


def _write_worth(page: Page, row: int, ratio_row: int, ranking: Ranking,
                 ratio_rows: tuple[int, ...]) -> None:
    """What each indicator earns of the full marks; where the others' ratios are withheld and the
    method needs them, a value.
    """
    rules, look = page.content.plan.scoring, style.NUMBER.but(number="0.0%")
    alone = page.content.scope is not None and rules.method in (
        ScoreMethod.PEER,
        ScoreMethod.PLACES,
    )
    for column, term in enumerate(ranking.terms, start=_FIRST):
        ratio = cell_name(ratio_row, column)
        value = None if page.cached.get(ratio) is None or term.ratio is None else term.worth
        if alone:
            page.put(row, column, value, look)
            continue
        first, last = (cell_name(number, column) for number in (ratio_rows[0], ratio_rows[-1]))
        worth = worth_formula(rules, ratio, f"{_pinned(first)}:{_pinned(last)}")
        page.formula(row, column, f'IF(ISNUMBER({ratio}),{worth},"{ABSENT}")', value, look)


def _pinned(cell: str) -> str:
    """The cell with its row pinned: J12 as J$12."""
    letters = cell.rstrip("0123456789")
    return f"{letters}${cell.removeprefix(letters)}"


def worth_formula(rules: ScoreRules, ratio: str, peers: str) -> str:
    """`kpi.ranking.points.worth` of one cell as a spreadsheet's formula; `peers`: the group's
    ratios.
    """
    if rules.method == ScoreMethod.BONUS:
        return (
            f"MIN({ratio},1)+{rules.bonus / 100!r}*MIN(MAX(({ratio}-1)/{rules.bonus_range!r},0),1)"
        )
    if rules.method == ScoreMethod.EFFICACY:
        return f"MAX(MIN(0.6+0.4*({ratio}-{rules.low!r})/{rules.high - rules.low!r},1),0)"
    if rules.method == ScoreMethod.PEER:
        return f"IF(MAX({peers})>MIN({peers}),0.6+0.4*({ratio}-MIN({peers}))/(MAX({peers})-MIN({peers})),1)"
    if rules.method == ScoreMethod.PLACES:
        return f"MAX(1-{rules.place_step / 100!r}*(RANK({ratio},{peers})-1),0)"
    if rules.method == ScoreMethod.STEPS:
        return functools.reduce(lambda rest,
                                step: f"IF({ratio}>={step[0]!r},{step[1] / 100!r},{rest})",
                                reversed(rules.steps), "0")
    return f"MIN({ratio},1)"


def _mean_formula(weights: int, row: int, terms: int) -> str:
    last = _FIRST + terms - 1
    w = f"{cell_name(weights, _FIRST)}:{cell_name(weights, last)}".replace(
        str(weights), f"${weights}")
    r = f"{cell_name(row, _FIRST)}:{cell_name(row, last)}"
    weight_sum = f'SUMIF({r},">=0",{w})'
    return (f'IF(OR(SUM({w})<=0,{weight_sum}<{MIN_WEIGHT_PRESENT}*SUM({w})),"{ABSENT}",'
            f"100*SUMPRODUCT({w},{r})/{weight_sum})")


def _chart(page: Page, first: int, rows: Sequence[tuple[Ranking, Division]],
           title: str) -> LineChart:
    """The scores as dots with their numbers: near one another near the full mark, as bars from zero
    they would all look the same.
    """
    chart = LineChart()
    charts.dress(chart, f"综合得分：{title}（纵轴不从0起）", "区划", "得分（分）", "0")
    last = first + len(rows) - 1
    chart.add_data(Reference(page.sheet, min_col=3, min_row=first, max_row=last),
                   titles_from_data=False)
    chart.set_categories(Reference(page.sheet, min_col=2, min_row=first, max_row=last))
    dots = chart.series[0]
    dots.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    dots.marker = Marker(symbol="circle", size=10, spPr=GraphicalProperties(solidFill=charts.BAR))
    dots.smooth = False
    dots.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False,
                               showLegendKey=False, showPercent=False, dLblPos="t",
                               numFmt=formats.SCORE)
    rules = page.content.plan.scoring
    full = 100 + (rules.bonus if rules.method == ScoreMethod.BONUS else 0)
    lowest = min((ranking.score for ranking, _ in rows if ranking.score is not None), default=0)
    # room below the last for a score that is corrected downwards, and above the first for its number
    chart.y_axis.scaling.min = max(math.floor(lowest / 5) * 5 - 5, 0)
    chart.y_axis.scaling.max = math.ceil((full + 1) / 5) * 5
    chart.y_axis.majorUnit = 5
    chart.legend = None
    return chart
