"""总表: every indicator of every division, the core ones first and of each the city.

A meeting's page has the core indicators of the city and the counties, and what of the city is
watched; the units within, whose figures stand on the indicators' own sheets, are not printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.plan import IndicatorPlan
from kpi.vocabulary import Division
from reports.content import label, rollup_label
from reports.workbook import outlook, style
from reports.workbook.indicator import Layout
from reports.workbook.judged import HEADS, WIDTHS, Col, link_judged, looks, write_judged
from reports.workbook.names import cell_name
from reports.workbook.page import Page

PAGE_WIDTHS = (14.5, 13, 14.5, 4.5, *WIDTHS, *outlook.WIDTHS, 22)
_LEAD = max(outlook.Ahead) + 1
_ON_A_PAGE = 24
"""Rows of a printed page, below its heading."""


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
    core, watched = content.plan.core, content.plan.watched
    first = head + 1
    last = _write_block(page, first, core, sources, per_page=max(1, _ON_A_PAGE // len(core or "1")))
    end = _write_block(page, last + 1, watched, sources)
    printed = 1 + len(content.counties or content.managing)
    areas = [_area(1, head + len(core) * printed)]
    if watched:
        areas.append(_area(last + 1, last + len(watched)))
    page.filter(head, end)
    page.freeze(first, 4)
    page.print_on_a4((1, head), areas=areas)
    return first, head + len(core)


def _write_block(page: Page, row: int, items: Sequence[IndicatorPlan], sources: Mapping[str, Source],
                 *, per_page: int = 0) -> int:
    """The indicators of every division from `row` on; gives the last row. `per_page`: divisions on
    a printed page.
    """
    for number, division in enumerate(page.content.distinct, start=1):
        for item in items:
            _write_row(page, row, item, division, sources.get(item.code))
            row += 1
        if per_page and number % per_page == 0:
            page.break_after(row - 1)
    return row - 1


def _area(first: int, last: int) -> str:
    return f"A{first}:{cell_name(last, outlook.PRINTED)}"


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
