"""总表: every indicator of every division, the city first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.plan import IndicatorPlan
from kpi.vocabulary import Division
from reports.content import Content, label, rollup_label
from reports.workbook import outlook, style
from reports.workbook.indicator import Layout
from reports.workbook.judged import HEADS, WIDTHS, Col, link_judged, looks, write_judged
from reports.workbook.page import Page

PAGE_WIDTHS = (17, 13, 17, 6, *WIDTHS, *outlook.WIDTHS, 20)
_LEAD = outlook.Ahead.LANDING + 1


@dataclass(frozen=True)
class Source:
    """An indicator's own sheet and where its rows are."""

    sheet: str
    layout: Layout


def write_summary(page: Page, sources: Mapping[str, Source]) -> tuple[int, int]:
    """Fill the sheet; gives the first and last row of the city's core indicators."""
    content = page.content
    top = page.open("零工归宿指标总表", "单位：见“单位”列；比率的差额为个百分点")
    page.across(top, outlook.note(page.content.card), style.NOTE)
    head = top + 1
    page.head(head, ("区划", "口径", "指标", "单位", *HEADS, *outlook.HEADS, "牵头单位"))
    row = head + 1
    for number, division in enumerate(content.distinct):
        for item in _in_order(content):
            _write_row(page, row, item, division, sources.get(item.code))
            row += 1
        if number % 2 == 0:  # the city on a page of its own, then two divisions a page
            page.break_after(row - 1)
    page.filter(head, row - 1)
    page.freeze(head + 1, 4)
    page.print_on_a4((1, head))
    return head + 1, head + len(content.plan.core)


def _in_order(content: Content) -> tuple[IndicatorPlan, ...]:
    return (*content.plan.core, *content.plan.watched)


def _write_row(page: Page, row: int, item: IndicatorPlan, division: Division,
               source: Source | None) -> None:
    content = page.content
    line = content.line(item, division)
    page.put(row, 1, label(division))
    page.put(row, 2, rollup_label(division, content.names), style.CENTRED)
    page.put(row, 3, item.name, style.TEXT.but(bold=item.is_core))
    page.put(row, 4, item.indicator.unit, style.CENTRED)
    if source is not None:
        link_judged(page, row, item, line, place=content.place(item, division), sheet=source.sheet,
                    source_row=source.layout.rows[division.key])
        outlook.link_outlook(page, row, item, line, sheet=source.sheet,
                             source_row=source.layout.rows[division.key])
    else:
        look = looks(item, line)
        page.put(row, Col.VALUE, line.value, look[Col.VALUE])
        page.put(row, Col.TARGET, None)
        write_judged(page, row, item, line, place=None, peers=None)
        outlook.write_outlook(page, row, item, line)
    page.put(row, _LEAD, item.lead_unit)
