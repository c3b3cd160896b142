"""县区明细: one block per division – where it stands, what it still owes per week, what is missing
there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.plan import IndicatorPlan
from kpi.ranking import rounded_score
from kpi.scorecard import peer_groups
from kpi.vocabulary import Division, Rollup
from kpi.wording import ABSENT, joined
from reports.content import Content, label, rollup_label
from reports.missing_places import Lack, Missing
from reports.workbook import formats, style
from reports.workbook.alerts import shown_alerts
from reports.workbook.judged import LEFT, Col, looks, values
from reports.workbook.names import cell_name, remote
from reports.workbook.page import Page
from reports.workbook.summary import Source

PAGE_WIDTHS = (20, 12, 13, 11, 11, 13, 12, 12, 10, 14, 14)
_HEADS = ("指标", "完成值", "目标", "完成率", "应达进度", "进度差（百分点）", "全市完成率", "同组最好完成率",
          "组内位次", "还差", "每周需完成")
_STRAIGHT = {2: Col.VALUE, 3: Col.TARGET, 4: Col.COMPLETION, 5: Col.DUE, 6: Col.POINTS,
             9: Col.PLACE}


def write_units(page: Page, sources: Mapping[str, Source], missing: Sequence[Missing]) -> None:
    content = page.content
    row = top = page.open(content.names.adapted("县区明细"), "单位：各指标自身单位")
    for number, division in enumerate(content.ranked):
        if number:
            page.break_after(row - 1)
        row = _write_block(page, row, division, sources, missing) + 2
    page.freeze(top, 2)
    page.print_on_a4((1, top - 1))


def _write_block(page: Page, top: int, division: Division, sources: Mapping[str, Source],
                 missing: Sequence[Missing]) -> int:
    content = page.content
    page.across(
        top,
        f"{label(division)}　{rollup_label(division, content.names)}{_standing(content, division)}",
        style.SUBTITLE, height=26)
    page.head(top + 1, tuple(content.names.adapted(head) for head in _HEADS))
    row = top + 2
    for item in content.plan.core:
        _write_row(page, row, item, division, sources[item.code])
        row += 1
    for text in (_missing_words(content, division, missing), *_alert_words(content, division)):
        page.across(row, text, style.Look(grid=False, wrap=True, size=9.5))
        row += 1
    return row


def _standing(content: Content, division: Division) -> str:
    for group, members in peer_groups(content.card.geography).items():
        ranking = content.card.place(group, division.code) if division in members else None
        if ranking is not None and ranking.place is not None and ranking.score is not None:
            return f"　综合得分 {rounded_score(ranking.score)}，列第 {ranking.place} 位"
    return ""


def _write_row(page: Page, row: int, item: IndicatorPlan, division: Division,
               source: Source) -> None:
    content = page.content
    line = content.line(item, division)
    look = looks(item, line, named=True)
    value = values(content, item, line, content.place(item, division))
    own = source.layout.rows[division.key]
    page.put(row, 1, item.name, style.light_look(line.light).but(align="left"))
    for column, name in _STRAIGHT.items():
        page.formula(row, column, remote(source.sheet, own, name), value[name], look[name])
    city = content.card.city_line(item.code).completion
    page.formula(row, 7, remote(source.sheet, source.layout.rows[content.city.key], Col.COMPLETION),
                 city, style.NUMBER.but(number=formats.share(city, 1.0)))
    _write_best(page, row, item, division, source)
    _write_left(page, row, item, division)


def _write_best(page: Page, row: int, item: IndicatorPlan, division: Division,
                source: Source) -> None:
    content = page.content
    group = next((members for members in peer_groups(content.card.geography).values()
                  if division in members), ())
    completions = [done for member in group
                   if (done := content.line(item, member).completion) is not None]
    best, look = max(completions, default=None), style.NUMBER.but(
        number=formats.share(max(completions, default=None), 1.0))
    if not content.whole_city or not group:
        page.put(row, 8, best, look)
        return
    first, last = (source.layout.rows[member.key] for member in (group[0], group[-1]))
    if division.rollup == Rollup.MANAGING:
        first, last = (source.layout.rows[member.key]
                       for member in (content.zones[0], content.zones[-1]))
    cells = f"{remote(source.sheet, first, Col.COMPLETION)}:{cell_name(last, Col.COMPLETION)}"
    page.formula(row, 8, f'IF(COUNT({cells})>0,MAX({cells}),"{ABSENT}")', best, look)


def _write_left(page: Page, row: int, item: IndicatorPlan, division: Division) -> None:
    """What is missing to the target, and what that is per week; shares in percentage points and not
    per week.
    """
    line = page.content.line(item, division)
    value, target = cell_name(row, 2), cell_name(row, 3)
    complete = line.completion is not None and line.value is not None and line.target is not None
    times = "*100" if item.indicator.is_share else ""
    left = (
        max((line.target or 0) - (line.value or 0), 0) * (100 if times else 1) if complete else None
    )
    number = '0.0"个百分点";;"0"' if times else formats.count(item)
    page.formula(row, 10,
                 f'IF(ISNUMBER({cell_name(row, 4)}),MAX({target}-{value},0){times},"{ABSENT}")',
                 left, style.NUMBER.but(number=number))
    weekly = None if line.needed_per_day is None else line.needed_per_day * 7
    look = style.NUMBER.but(number=formats.daily(item))
    if times:
        page.put(row, 11, None, look)
        return
    if not page.content.card.geography.subdivided:  # by the member's own deadline
        page.put(row, 11, weekly, look)
        return
    met = f"{value}{item.comparator.value}{target}"
    page.formula(row, 11, f'IF(ISNUMBER({cell_name(row, 4)}),IF(OR({met},{LEFT}<=0),"{ABSENT}",'
                          f'({target}-{value})/{LEFT}*7),"{ABSENT}")', weekly, look)


def _missing_words(content: Content, division: Division, missing: Sequence[Missing]) -> str:
    own = [place for place in missing if place.unit.code in division.units]
    stations = [place.township for place in own if place.lack == Lack.STATION]
    windows = sum(place.lack == Lack.WINDOW for place in own)
    if not content.card.geography.townships_on(content.as_of, division.units):
        return "当日没有所辖的乡镇（街道）。"
    text = f"尚无驿站的乡镇（街道）：{joined(stations, limit=12)}" if stations else "乡镇（街道）驿站无缺口"
    return text + (f"；尚无专窗的中心村（社区）{windows}个，名单见“缺口清单”。" if windows else "。")


def _alert_words(content: Content, division: Division) -> list[str]:
    return ["▪ " + alert.evidence for alert in shown_alerts(content)
            if (alert.rollup, alert.division) == division.key]
