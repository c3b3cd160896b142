"""Looking things up in a workbook the way a reader does: by sheet, heading and row label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def formula_cells(book: Workbook) -> Iterator[tuple[str, str]]:
    """(sheet, cell) of every formula."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate


def texts(book: Workbook, *, without: tuple[str, ...] = ()) -> str:
    """All text of the workbook, leaving out the named sheets."""
    return "\n".join(str(cell) for sheet in book.worksheets if sheet.title not in without
                     for row in sheet.iter_rows(values_only=True) for cell in row
                     if isinstance(cell, str))


def table(sheet: Worksheet, *keys: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """Rows below the first heading row that has all `keys`, by their values, until a row without
    the first of them.
    """
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if set(keys) <= set(row))
    heads = [str(head) for head in rows[start]]
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows[start + 1:]:
        cells = dict(zip(heads, row, strict=True))
        if cells[keys[0]] is None:
            break
        found[tuple(str(cells[key]) for key in keys)] = cells
    return found
