"""All units' returns of a month as one sheet: unit by item, with each one's state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data_access.forms import parts
from kpi.returns import (
    RETURN_STATE_NAMES,
    Amounts,
    MonthlyReturn,
    ReturnForm,
    ReturnState,
    Step,
)
from kpi.vocabulary import Division
from reports.workbook.page import SAMPLE_LINE, plain

HEADER_ROW = 3
_FIXED = ("单位", "状态", "报送时间", "审核时间", "更正")


def returns_overview(form: ReturnForm, month: date, units: Sequence[Division],
                     returns: Sequence[MonthlyReturn], *, sample: bool) -> bytes:
    """The workbook of a month, given by its first day. A row per unit with what it filed last,
    and one with what is in force where that is still another; blank where it filed nothing, a dash
    where it is not asked.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "月报汇总"
    parts.title(sheet, f"{month:%Y年%m月}各单位月报汇总",
                "数为最近一次上报的数，状态为“已审”的才生效；重新打开后还没有审过的，另列一行“已审，仍有效”。"
                "空着是没有填报，“—”是不要求该单位报。"
                + (SAMPLE_LINE if sample else ""))
    heads = (*_FIXED, *(f"{item.name}（{item.unit}）" for item in form.items))
    for column, head in enumerate(heads, start=1):
        parts.heading(sheet.cell(HEADER_ROW, column, plain(head)), needed=False)
        sheet.column_dimensions[get_column_letter(column)].width = 17 if column > 1 else 20
    by_unit = {one.unit: one for one in returns if one.month == month}
    rows = [cells for unit in units for cells in _rows(
        form, unit, by_unit.get(unit.code, MonthlyReturn(month, unit.code)))]
    for row, cells in enumerate(rows, start=HEADER_ROW + 1):
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column, value).border = parts.LINE
    sheet.row_dimensions[HEADER_ROW].height = 48
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    parts.printed(sheet, HEADER_ROW)
    return parts.saved(book)


def _rows(form: ReturnForm, unit: Division,
          one: MonthlyReturn) -> Iterator[list[str | float | None]]:
    times = [next((f"{event.at:%Y-%m-%d %H:%M}" for event in reversed(one.events)
                   if event.step == step), None) for step in (Step.FILE, Step.APPROVE)]
    corrected = "更正" if one.corrected else None
    yield [plain(unit.name), RETURN_STATE_NAMES[one.state], *times, corrected,
           *_amounts(form, unit, one.filed)]
    if one.approved is not None and one.state != ReturnState.APPROVED:
        yield [plain(unit.name), "已审，仍有效", None, times[1], None,
               *_amounts(form, unit, one.approved)]


def _amounts(form: ReturnForm, unit: Division, amounts: Amounts) -> list[str | float | None]:
    return [amounts.get(item.code) if item.asked(unit.code) else "—" for item in form.items]
