"""预警: by which rule who is behind on what, since when, in which words, and what to do next."""

from __future__ import annotations

from kpi.alerts import RULE_NAMES, SEVERITY_NAMES, SEVERITY_SHAPES, Alert
from kpi.sentences import count_words, scope_words
from kpi.vocabulary import Rollup
from reports.content import Content, label, rollup_label
from reports.workbook import formats, style
from reports.workbook.names import cell_name
from reports.workbook.page import Page

PAGE_WIDTHS = (4.5, 7.5, 8, 10, 7, 9.5, 10.5, 6.5, 47, 33, 10.5)
AS_OF = "截至日期"
_ON_PAPER = 24
"""Rows a meeting gets on paper, the gravest first: about three pages."""
_NOTE = ("级别由重到轻为红、黄、蓝，灰色为数据源问题，是该条规则的级别；屏幕上和简报中一个事项取其中（含并入全市的各单位）最重的。"
         "各项规则与门槛见“口径说明”。起始日期为该预警（不论级别）连续存在的第一天。")


def shown_alerts(content: Content) -> tuple[Alert, ...]:
    keys = {division.key for division in content.distinct}
    return tuple(alert for alert in content.card.alerts if (alert.rollup, alert.division) in keys)


def write_alerts(page: Page) -> None:
    alerts = shown_alerts(page.content)
    top = page.open("预警清单", "单位：天")
    printed = min(len(alerts), _ON_PAPER)
    shortened = "" if printed == len(alerts) else f"打印时只印最重的前{printed}条，其余在文件中查看。"
    page.across(top, _NOTE + _counted(page.content, len(alerts)) + shortened, style.NOTE_WRAPPED)
    head = top + 1
    page.head(head, ("序号", "级别", "规则", "区划", "口径", "指标", "起始日期", "已持续", "情况说明", "建议措施", "牵头单位"))
    for number, alert in enumerate(alerts, start=1):
        _write_row(page, head + number, number, alert)
    if not alerts:
        page.across(head + 1, "截至当日没有预警。", style.WRAPPED)
    page.filter(head, head + len(alerts))
    page.freeze(head + 1)
    page.print_on_a4((1, head),
                     areas=[f"A1:{cell_name(head + max(printed, 1), len(PAGE_WIDTHS))}"])


def _counted(content: Content, rows: int) -> str:
    """The number of alerts as on the screen, and how many lines stand below."""
    cards = content.counted_cards
    if cards is None:
        return ""
    whole = scope_words(content.card.geography, Rollup.COUNTY)
    text = count_words(cards, whole if content.scope is None else content.scope.name)
    return f"{text}下表逐条列出，含{'功能区' if content.whole_city else '全市的'}共{rows}条。"


def _write_row(page: Page, row: int, number: int, alert: Alert) -> None:
    content = page.content
    division = content.card.geography.division(Rollup(alert.rollup), alert.division)
    page.put(row, 1, number, style.CENTRED)
    page.put(row, 2, f"{SEVERITY_SHAPES[alert.severity]} {SEVERITY_NAMES[alert.severity]}",
             style.severity_look(alert.severity))
    centred = style.CENTRED.but(wrap=True)
    page.put(row, 3, RULE_NAMES[alert.rule], centred)
    page.put(row, 4, label(division), style.WRAPPED)
    page.put(row, 5, rollup_label(division, content.names), centred)
    page.put(row, 6, content.plan.indicator(alert.indicator).name, style.WRAPPED)
    page.put(row, 7, alert.since, style.DATE)
    page.formula(row, 8, f"{AS_OF}-{cell_name(row, 7)}+1", (content.as_of - alert.since).days + 1,
                 style.NUMBER.but(number=formats.DAYS))
    names = {3: RULE_NAMES[alert.rule], 4: label(division),
             5: rollup_label(division, content.names),
             6: content.plan.indicator(alert.indicator).name}
    long = {9: alert.evidence, 10: alert.suggestion, 11: alert.lead_unit}
    for column, text in long.items():
        page.put(row, column, text, style.WRAPPED)
    page.fit_row(row, names | long)
