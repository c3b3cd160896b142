"""What every form has: the look of its cells, checks while it is filled in, protection, the hidden
mark.
"""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from data_access.boundary.form import MARK

HEAD, NEEDED = PatternFill("solid", fgColor="DCE6F2"), PatternFill("solid", fgColor="FDE9D9")
GREY = Font(color="808080", italic=True)
_SIDE = Side("thin", color="BFBFBF")
LINE = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


def title(sheet: Worksheet, text: str, explanation: str, column: str = "A") -> None:
    """The form's name and how to fill it in, in the two rows above its headings, from the first
    column that is shown.
    """
    sheet[f"{column}1"], sheet[f"{column}2"] = text, explanation
    sheet[f"{column}1"].font, sheet[f"{column}2"].font = Font(bold=True, size=14), GREY


def heading(cell: Cell, *, needed: bool) -> None:
    """The look of a heading; `needed`: of a column to be filled in."""
    cell.font, cell.border = Font(bold=True), LINE
    cell.fill = NEEDED if needed else HEAD
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def check(sheet: Worksheet, validation: DataValidation, cells: str, message: str) -> None:
    """A check of these cells while they are filled in, and what it says."""
    validation.error, validation.errorTitle = message, "请核对"
    sheet.add_data_validation(validation)
    validation.add(cells)


def printed(sheet: Worksheet, header_row: int) -> None:
    """Printed one page wide on A4 across, the headings on every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = f"{header_row}:{header_row}"


def protect(sheet: Worksheet) -> None:
    """What is not unlocked cannot be changed; without a password, since it guards against slips."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def mark(book: Workbook, *cells: str | int) -> None:
    """The hidden sheet that says which form it is."""
    hidden = book.create_sheet(MARK)
    hidden.append(cells)
    hidden.sheet_state = "hidden"
    hidden.protection.sheet = True


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
