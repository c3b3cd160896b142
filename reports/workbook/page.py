"""One sheet: titles, unit line, cells, formulas with their values, and how it prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from kpi.wording import ABSENT, chinese_date
from reports.content import Content
from reports.workbook import style
from reports.workbook.cached import Cached
from reports.workbook.names import cell_name, quoted
from reports.workbook.style import Look, Styles

SAMPLE_LINE = "演示数据：本表由程序生成的虚构数据得出，不反映任何真实情况，不得用于通报"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_000
ROW = 16.5
"""Height in points of a row with one line."""
WIDEST = 154
"""Widths of a printed page's columns together: more would be printed below 8 points."""
TALLEST = 640
"""Heights in points of the rows of a sheet printed on one page, by the same measure."""
_WIDE = re.compile("[\u2e80-\uffef]")


def plain(text: str) -> str:
    """Text a sheet can hold: no control characters, not too long."""
    return _UNPRINTABLE.sub("", text)[:_LONGEST]


def lines_needed(text: str, width: float) -> int:
    """Lines a wrapped text takes in a column of that width (characters of the default font)."""
    columns = sum(1.9 if _WIDE.match(character) else 1.05 for character in text)
    return max(1, -(-int(columns + 1) // max(int(width) - 1, 1)))


@dataclass(eq=False)
class Page:
    """A sheet being written. `cached` collects the value of every formula by cell name; `printed`:
    how many of the columns are on paper, None for all.
    """

    sheet: Worksheet
    content: Content
    styles: Styles
    widths: Sequence[float]
    printed: int | None = None
    cached: dict[str, Cached] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.sheet.title)

    @property
    def columns(self) -> int:
        """Columns that titles and notes run over: those on paper."""
        return self.printed or len(self.widths)

    def put(self, row: int, column: int, value: str | float | date | None,
            look: Look = style.TEXT) -> None:
        """A value. None becomes “—”, an empty text a blank cell. Text stays text whatever it begins
        with.
        """
        if value is None:
            value, look = ABSENT, look.but(align="center", number="General")
        cell = Cell(self.sheet, row=row, column=column)
        if value == "":
            value = None
        elif isinstance(value, str):
            value, look = (
                plain(value),
                look.but(literal=True) if value.startswith(_FORMULA_STARTS) else look,
            )
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # openpyxl takes a text that begins with “=” for a formula
        self.styles.dress(cell, look)
        self.sheet._cells[(row, column)] = cell

    def formula(self, row: int, column: int, formula: str, value: Cached | None,
                look: Look = style.NUMBER) -> None:
        """A live formula (without “=”) and the value it has now; None is the “—” the formula gives.
        """
        cell = Cell(self.sheet, row=row, column=column)
        cell._value = "=" + formula  # type: ignore[attr-defined]
        cell.data_type = "f"
        self.styles.dress(cell, look.but(align="center") if value is None else look)
        self.sheet._cells[(row, column)] = cell
        self.cached[cell_name(row, column)] = ABSENT if value is None else value

    def value(self, row: int, column: int) -> Any:
        """What the cell holds, of a formula what it comes to; None of an empty one."""
        name = cell_name(row, column)
        if name in self.cached:
            return self.cached[name]
        cell = self.sheet._cells.get((row, column))
        return None if cell is None else cell.value

    def open(self, title: str, unit_line: str = "", *, scope: bool = True) -> int:
        """Column widths, title, sample line, day and unit line; the first free row."""
        for number, width in enumerate(self.widths, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        self.across(1, title, style.TITLE, height=30)
        row = 2
        if self.content.note.sample:
            self.across(row, SAMPLE_LINE, style.SAMPLE, height=18)
            row += 1
        left, half = self._day_line(scope), max(1, self.columns * 2 // 3)
        self.across(row, left, style.NOTE, last=half)
        if self.columns > half:
            self.across(row, unit_line, style.UNIT_LINE, first=half + 1)
        return row + 1

    def _day_line(self, scope: bool) -> str:
        named = "" if self.content.scope is None or not scope else f"　范围：{self.content.scope.name}"
        return f"{self.content.plan.city_name}　截至{chinese_date(self.content.as_of, with_year=True)}{named}"

    def across(self, row: int, text: str, look: Look, *, first: int = 1, last: int | None = None,
               height: float | None = None) -> None:
        """Text over several columns."""
        end = last or self.columns
        self.put(row, first, text, look)
        if end > first:
            self.sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=end)
        if height is None and look.wrap:
            height = 15 * lines_needed(text, sum(self.widths[first - 1:end])) + 2
        if height is not None:
            self.sheet.row_dimensions[row].height = height

    def head(self, row: int, names: Sequence[str]) -> None:
        """A heading row, as high as its longest name needs."""
        for column, name in enumerate(names, start=1):
            self.put(row, column, name, style.HEAD)
        self.fit_row(row, dict(enumerate(names, start=1)), least=22)

    def fit_row(self, row: int, texts: dict[int, str], least: float = 20) -> None:
        """Height for the longest of the wrapped texts, by column number."""
        most = max((lines_needed(text, self.widths[column - 1]) for column, text in texts.items()),
                   default=1)
        self.sheet.row_dimensions[row].height = min(max(least, 15 * most + 5), 400)

    def link(self, row: int, column: int, text: str, sheet: str, look: Look = style.LINK) -> None:
        """A link inside the workbook."""
        self.put(row, column, text, look)
        self.sheet.cell(row, column).hyperlink = Hyperlink(ref=cell_name(row, column),
                                                           location=f"{quoted(sheet)}!A1")
        self.styles.dress(self.sheet.cell(row, column), look)  # type: ignore[arg-type]

    def height(self, first_row: int, last_row: int) -> float:
        """Points of these rows together."""
        rows = self.sheet.row_dimensions
        heights = (rows[row].height if row in rows else None
                   for row in range(first_row, last_row + 1))
        return sum(height or ROW for height in heights)

    def break_after(self, row: int) -> None:
        self.sheet.row_breaks.append(Break(id=row))

    def filter(self, row: int, last_row: int, *, last: int | None = None) -> None:
        if last_row > row:
            self.sheet.auto_filter.ref = f"A{row}:{cell_name(last_row, last or len(self.widths))}"

    def freeze(self, row: int, column: int = 1) -> None:
        """Keep what is above `row` and left of `column` in sight."""
        self.sheet.freeze_panes = cell_name(row, column)

    def put_behind(self) -> None:
        """Mark the sheet as one to look things up in, not for the meeting's table."""
        self.sheet.sheet_properties.tabColor = style.GREY

    def print_on_a4(self, repeat: tuple[int, int] | None = None, *, landscape: bool = True,
                    areas: Sequence[str] = (), one_page: bool = False) -> None:
        """A4, one page wide, as many pages long as needed, header rows on each. `areas`: the cells
        that are printed, of each a page of its own; all of them when none are given.
        """
        sheet = self.sheet
        sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(one_page)
        if areas:
            sheet.print_area = ",".join(areas)
        sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
        # below, room for two lines of footer: whoever takes the file away is named in the second
        for side, inches in {"left": 0.35, "right": 0.35, "top": 0.45, "bottom": 0.62,
                             "header": 0.2, "footer": 0.2}.items():
            setattr(sheet.page_margins, side, inches)
        sheet.print_options.horizontalCentered = True
        if repeat is not None:
            sheet.print_title_rows = f"{repeat[0]}:{repeat[1]}"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = ROW, True
        footer = {"left": _literal(f"快照 {self.content.note.id}"), "center": "第&P页 共&N页",
                  "right": f"截至 {self.content.as_of.isoformat()}"}
        for side, text in footer.items():
            part = getattr(sheet.oddFooter, side)
            part.text, part.size = text, style.BODY
        if self.content.note.sample:
            sheet.oddHeader.right.text = "演示数据"  # type: ignore[union-attr]


def _literal(text: str) -> str:
    """Text for a footer, where & begins a code."""
    return text.replace("&", "&&")
