"""督办: the joint meeting's items as of the day, when the ledger's rows are handed in."""

from __future__ import annotations

from kpi.wording import ABSENT
from reports.follow_up_rows import FollowUpRow
from reports.workbook import style
from reports.workbook.names import cell_name
from reports.workbook.page import Page

PAGE_WIDTHS = (9, 22, 9, 9, 9, 10, 11, 8, 10.5, 10.5, 7.5, 6.5, 21, 10.5, 17, 8)
PRINTED = 14
"""Columns a meeting reads on paper: up to the latest progress and its day."""
_ON_PAPER = 12
"""Items on paper where fewer are open: a page."""
_HEADS = ("编号", "事项", "区划", "指标", "核查标准", "牵头单位", "责任单位", "责任岗位", "议定会议", "办结期限", "状态", "逾期天数",
          "最近进展", "进展日期", "销号", "重开次数")


def write_follow_ups(page: Page) -> None:
    """Fill the sheet from the content's rows."""
    # what is open first: that is what a meeting talks of
    rows = sorted(page.content.shown_follow_ups, key=lambda row: row.closed != ABSENT)
    top = page.open("督办事项", "单位：天、次")
    done = sum(row.closed != ABSENT for row in rows)
    printed = min(len(rows), max(len(rows) - done, _ON_PAPER))
    late = sum(row.days_overdue > 0 for row in rows)
    page.across(
        top, f"台账截至{page.content.as_of}：共{len(rows)}项，已销号{done}项，逾期{late}项。"
        "与指标挂钩的事项由数据核销，回落的自动重开。"
        + ("" if printed == len(rows) else f"打印时只印前{printed}项，其余已销号的在文件中查看。"),
        style.NOTE_WRAPPED)
    head = top + 1
    page.head(head, _HEADS)
    for number, row in enumerate(rows, start=1):
        _write_row(page, head + number, row)
    if not rows:
        page.across(head + 1, "截至当日没有督办事项。", style.WRAPPED)
    page.filter(head, head + len(rows))
    page.freeze(head + 1, 3)
    page.print_on_a4((1, head), areas=[f"A1:{cell_name(head + max(printed, 1), PRINTED)}"])


def _write_row(page: Page, at: int, row: FollowUpRow) -> None:
    look = style.WRAPPED.but(bold=True, ink="A3123A") if row.days_overdue else style.WRAPPED
    words = {1: row.number, 2: row.title, 3: row.division, 4: row.indicator, 5: row.expected,
             6: row.lead_unit, 7: row.responsible_units, 8: row.post, 13: row.progress,
             15: row.closed}
    for column, text in words.items():
        page.put(at, column, text, style.WRAPPED)
    for column, day in ((9, row.meeting), (10, row.due), (14, row.progress_on)):
        page.put(at, column, day, style.DATE)
    page.put(at, 11, row.state, look.but(align="center"))
    page.put(at, 12, row.days_overdue, style.CENTRED.but(number='0"天";;"—"'))
    page.put(at, 16, row.reopened, style.CENTRED.but(number='0;;"—"'))
    page.fit_row(at, {column: text for column, text in words.items() if text})
