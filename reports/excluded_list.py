"""The rows of one dataset that are not counted, as a sheet for the bureau that can mend them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from data_access.boundary import personal
from data_access.checking import ExcludedRow, excluded_rows
from data_access.site import Settings, keyed, site_key
from kpi.vocabulary import InputError
from kpi.wording import ABSENT
from reports.workbook.page import SAMPLE_LINE, plain

_HEADS = ("编号", "未计入原因", "乡镇代码", "单位代码", "计数日期")
_WIDTHS = (32, 18, 16, 14, 14)


def excluded_xlsx(settings: Settings, dataset: str) -> bytes:
    """Read the source now and list its excluded rows; a source that cannot be read gives a sheet
    that says why.

    Every cell is text. Keys that look like personal data are replaced by keyed hashes of this site.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "未计入的行"
    try:
        for line in _lines(settings, dataset):
            _append(sheet, line)
    except InputError as error:
        _append(sheet, ("没有生成清单", str(error)))
    _dress(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _lines(settings: Settings, dataset: str) -> list[Sequence[str]]:
    rows = excluded_rows(settings, dataset)
    named = settings.definitions
    title = f"{named.title(dataset)}（{named.connection_title(named.datasets[dataset].connection)}）未计入的行"
    cut = f"，只列前 {len(rows.rows):,} 行" if rows.truncated else ""
    about = f"读取时间 {rows.read_at:%Y-%m-%d %H:%M}，共 {len(rows.rows):,} 行{cut}"
    return [(title, about, *([SAMPLE_LINE] if settings.sample else [])),
            _HEADS, *_rows(settings, rows.rows)]


def _rows(settings: Settings, rows: Sequence[ExcludedRow]) -> list[Sequence[str]]:
    keys = [row.key for row in rows]
    if personal(keys, is_key=True) is not None:
        secret = site_key(settings.home)
        keys = [keyed(secret, key) for key in keys]
    return [(key, row.reason_name, row.township or ABSENT, row.unit or ABSENT, ABSENT
             if row.day is None else row.day.isoformat())
            for key, row in zip(keys, rows, strict=True)]


def _append(sheet: Worksheet, texts: Sequence[str]) -> None:
    cells = []
    for text in texts:
        cell = Cell(sheet, row=1, column=1, value=plain(text))
        cell.data_type = "s"  # openpyxl takes a text that begins with “=” for a formula
        cell.quotePrefix = True  # and so would a spreadsheet, once the cell is edited
        cell.number_format = "@"
        cells.append(cell)
    sheet.append(cells)


def _dress(sheet: Worksheet) -> None:
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(max_row=2):
        for cell in row:
            cell.font = Font(bold=True)
    sheet.freeze_panes = "A3"
