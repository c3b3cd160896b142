"""A unit's return of a month as a workbook: made to be filled in, and read back cell by cell.

Only amounts and remarks can be changed. The items' codes are in a hidden column; a hidden sheet
says of which month and unit it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data_access.boundary.cells import ADVICE, UNSAVED, Flawed, Note, Reading
from data_access.boundary.form import HEADER_ROW, SHEET, marks_of
from data_access.boundary.grid import Grid, LockedError, open_book
from data_access.boundary.workbooks import UnreadableError
from data_access.forms import parts
from kpi.definitions import Column, ColumnType
from kpi.returns import TEXT_LIMIT, ReturnItem
from kpi.vocabulary import InputError

SIGN, LAYOUT = "linggong-return", 1
HEADINGS = ("代码", "项目", "本月数", "单位", "数据库的数", "上月已审数", "说明")
LARGEST = 5_000_000  # bytes
_CODE, _NAME, _AMOUNT, _UNIT, _KNOWN, _BEFORE, _REMARK = "ABCDEFG"
_WIDTHS = dict(zip("ABCDEFG", (10, 34, 15, 10, 15, 15, 50), strict=True))
_RED = PatternFill("solid", bgColor="FFC7CE")
_READING = Reading(Column("value", ColumnType.REAL), marks=frozenset())
_AGAIN = "请重新下载本月的表，把数抄过去后再上传。"


@dataclass(frozen=True)
class ReturnLine:
    """An item with what stands beside it: what the databases know, what the month before was
    approved with, and what is filled in so far. None for a blank.
    """

    item: ReturnItem
    known: float | None = None
    before: float | None = None
    amount: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class FilledReturn:
    """What a workbook was filled in with, by item code. `faults`: every cell that cannot be read.
    `cells`: the cell of each item's amount.
    """

    amounts: Mapping[str, float | None] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)


def return_xlsx(lines: Sequence[ReturnLine], month: date, unit: str, name: str,
                due: date) -> bytes:
    """The workbook of a month, given by its first day, and of a unit, given by code and name."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    parts.title(sheet, f"{name} {month:%Y年%m月}月报表",
                "只填橙色的两列。本月数只写数，不写单位；没有发生填 0，空着不等于 0。增减较大的写明原因。"
                f"填好后在“月报”页上传并上报，截止 {due}。", _NAME)
    rows = {line.item.code: HEADER_ROW + number for number, line in enumerate(lines, start=1)}
    for letter, heading in zip("ABCDEFG", HEADINGS, strict=True):
        parts.heading(_cell(sheet, letter, HEADER_ROW, heading),
                      needed=letter in (_AMOUNT, _REMARK))
        sheet.column_dimensions[letter].width = _WIDTHS[letter]
    for line in lines:
        _line(sheet, line, rows)
    sheet.column_dimensions[_CODE].hidden = True
    sheet.row_dimensions[HEADER_ROW].height = 24
    sheet.freeze_panes = f"{_AMOUNT}{HEADER_ROW + 1}"
    parts.printed(sheet, HEADER_ROW)
    parts.protect(sheet)
    parts.mark(book, SIGN, LAYOUT, f"{month:%Y-%m}", unit, name)
    return parts.saved(book)


def _cell(sheet: Worksheet, letter: str, row: int, value: Any) -> Cell:
    cell = sheet[f"{letter}{row}"]
    assert isinstance(cell, Cell)
    cell.value, cell.border = value, parts.LINE
    if isinstance(value, str):
        # otherwise a text that begins with “=” is taken for a formula
        cell.data_type, cell.quotePrefix = "s", True
    cell.alignment = Alignment(vertical="center", wrap_text=letter in (_NAME, _REMARK))
    return cell


def _line(sheet: Worksheet, line: ReturnLine, rows: Mapping[str, int]) -> None:
    item = line.item
    row = rows[item.code]
    for letter, value in ((_CODE, item.code), (_NAME, item.name), (_UNIT, item.unit)):
        _cell(sheet, letter, row, value)
    for letter, number in ((_KNOWN, line.known), (_BEFORE, line.before)):
        beside = _cell(sheet, letter, row, "—" if number is None else number)
        beside.font, beside.alignment = parts.GREY, Alignment(horizontal="right")
    for letter, given in ((_AMOUNT, line.amount), (_REMARK, line.remark or None)):
        filled = _cell(sheet, letter, row, given)
        filled.protection = Protection(locked=False)
        filled.number_format = "@" if letter == _REMARK else "General"
    _checks(sheet, item, rows)


def _checks(sheet: Worksheet, item: ReturnItem, rows: Mapping[str, int]) -> None:
    row = rows[item.code]
    amount, before, remark = f"{_AMOUNT}{row}", f"{_BEFORE}{row}", f"{_REMARK}{row}"
    most = 1e12 if item.maximum is None else item.maximum
    said = f"应是不小于 {item.minimum:.12g} 的数" if item.maximum is None else (
        f"应是 {item.minimum:.12g} 到 {most:.12g} 之间的数")
    if item.at_most in rows:
        whole = f"{_AMOUNT}{rows[item.at_most]}"
        parts.check(sheet, DataValidation(
            type="custom", allow_blank=True, showErrorMessage=True,
            formula1=f"AND(ISNUMBER({amount}),{amount}>={item.minimum!r},{amount}<={most!r},"
                     f'OR({whole}="",{amount}<={whole}))'),
            amount, f"{said}，不写单位，并且不大于 {whole} 的数。")
    else:
        parts.check(sheet, DataValidation(
            type="decimal", operator="between", formula1=repr(item.minimum), formula2=repr(most),
            allow_blank=True, showErrorMessage=True), amount, f"{said}，不写单位。")
    parts.check(sheet, DataValidation(
        type="textLength", operator="lessThanOrEqual", formula1=str(TEXT_LIMIT), allow_blank=True,
        showErrorMessage=True), remark, f"说明不超过 {TEXT_LIMIT} 个字。")
    cells = [f"{_AMOUNT}{rows[code]}" for code in item.parts if code in rows]
    if cells and len(cells) == len(item.parts):
        _red(sheet, amount, f"AND(ISNUMBER({amount}),COUNT({','.join(cells)})={len(cells)},"
                            f"ABS(SUM({','.join(cells)})-{amount})>0.000001)")
    if item.change is not None:
        _red(sheet, remark, f'AND(ISNUMBER({amount}),ISNUMBER({before}),{before}<>0,{remark}="",'
                            f"ABS({amount}-{before})>{item.change!r}*ABS({before}))")


def _red(sheet: Worksheet, cell: str, formula: str) -> None:
    sheet.conditional_formatting.add(
        cell, FormulaRule(formula=[formula], fill=_RED))  # type: ignore[no-untyped-call]


def read_return(content: bytes, asked: Sequence[ReturnItem], month: date, unit: str,
                name: str) -> FilledReturn:
    """What a filled-in workbook of this month and unit says, with every fault of a cell.

    Raises InputError for a file that is no such workbook: another month's or unit's, another form,
    changed headings or items, or nothing that can be read.
    """
    grid = _sheet(content, month, unit, name)
    headings = tuple("".join(str(cell).split()) for cell in _row(grid, HEADER_ROW - 1))
    if headings[:len(HEADINGS)] != HEADINGS:
        raise InputError(f"工作表“{SHEET}”第 {HEADER_ROW} 行的表头被改动过；{_AGAIN}")
    names, rows, faults = {item.code: item.name for item in asked}, {}, []
    for index in range(HEADER_ROW, len(grid.rows)):
        cells = _row(grid, index)
        code = str(cells[0]).strip()
        if code in names and code not in rows:
            rows[code] = index
        elif any(str(cell).strip() for cell in cells):
            faults.append(f"{_AMOUNT}{index + 1}：这一行不是表中的项目；请删去这一行的内容。")
    missing = [names[code] for code in names if code not in rows]
    if missing:
        raise InputError(f"表中没有“{'”“'.join(missing)}”，项目与现在要报的不一样；{_AGAIN}")
    amounts, remarks = {}, {}
    for code, index in rows.items():
        amounts[code] = _amount(grid, index, faults)
        remarks[code] = _remark(grid, index, faults)
    return FilledReturn(amounts, {code: text for code, text in remarks.items() if text},
                        tuple(faults), {code: f"{_AMOUNT}{index + 1}"
                                        for code, index in rows.items()})


def _sheet(content: bytes, month: date, unit: str, name: str) -> Grid:
    if len(content) > LARGEST:
        raise InputError(f"文件有 {len(content) / 1e6:.1f} MB，超过 {LARGEST / 1e6:.0f} MB；{_AGAIN}")
    try:
        book = open_book(content, ".xlsx")
        marked = marks_of(book)
        if marked[:1] != [SIGN] or len(marked) < 5 or SHEET not in book.names:
            raise InputError("文件不是从“月报”页下载的月报表；请先下载本月的表，填好后再上传。")
        if marked[1] not in ("1", "1.0"):
            raise InputError(f"文件是新版程序的月报表；{_AGAIN}")
        of_month, of_unit, of_name = marked[2:5]
        if of_unit != unit:
            raise InputError(f"文件是{of_name}的月报表，不是{name}的；请换成{name}的表再上传。")
        if of_month != f"{month:%Y-%m}":
            raise InputError(f"文件是 {of_month} 的月报表，不是 {month:%Y-%m} 的；请在页面上选好月份，或换成本月的表再上传。")
        return book.load(SHEET)
    except LockedError:
        raise InputError("文件加了密码，读不了；请取消密码后另存，再上传。") from None
    except UnreadableError:
        raise InputError(f"文件不是完好的 Excel 工作簿（.xlsx）；{_AGAIN}") from None


def _row(grid: Grid, index: int) -> list[Any]:
    """The cells of a row as far as there are headings; a cell that has no value says so."""
    cells = list(grid.rows[index][:len(HEADINGS)]) if index < len(grid.rows) else []
    cells += [""] * (len(HEADINGS) - len(cells))
    for column in range(len(cells)):
        if (index, column) in grid.flaws.errors:
            cells[column] = Flawed(grid.flaws.errors[index, column])
        elif (index, column) in grid.flaws.unsaved:
            cells[column] = Flawed(None)
    return cells


def _amount(grid: Grid, index: int, faults: list[str]) -> float | None:
    cell = _row(grid, index)[HEADINGS.index("本月数")]
    outcome, where = _READING.outcome(cell), f"{_AMOUNT}{index + 1}"
    if isinstance(cell, Flawed):
        faults.append(f"{where}：{UNSAVED}；{ADVICE[UNSAVED]}。" if cell.text is None
                      else f"{where}：公式出错（{cell.text}）；请改正公式，或直接写数。")
    elif outcome.wrong is not None or outcome.note not in (None, Note.EMPTY_MARK):
        faults.append(f"{where}：应是数字，填的是“{str(cell).strip()[:20]}”；只写数，不写单位，没有发生填 0。")
    value: float | None = outcome.value
    return value


def _remark(grid: Grid, index: int, faults: list[str]) -> str:
    cell, where = _row(grid, index)[HEADINGS.index("说明")], f"{_REMARK}{index + 1}"
    if isinstance(cell, Flawed):
        faults.append(f"{where}：说明是公式，读不出内容；请直接写文字。")
        return ""
    text = f"{cell:.12g}" if isinstance(cell, float) else str(cell).strip()
    if len(text) > TEXT_LIMIT:
        faults.append(f"{where}：说明有 {len(text)} 个字，超过 {TEXT_LIMIT} 个；请写短一些。")
    return text
