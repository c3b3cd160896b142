"""The form of a dataset as a workbook: locked headings, lists to choose from, checks, an example.

It is read by `data_access.boundary.form` without any mapping. No personal column is asked for: the
datasets have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data_access.boundary.form import (
    CODES,
    EXAMPLE,
    FIRST_ROW,
    HEADER_ROW,
    LAYOUT,
    SHEET,
    SIGN,
)
from data_access.forms import parts
from data_access.registers import Register, form_columns
from kpi.definitions import Column, ColumnType, Dataset
from kpi.vocabulary import Division, Geography, InputError, Rollup

LAST_ROW = 3000
_RED = PatternFill("solid", bgColor="FFC7CE")
_EXAMPLES: Mapping[ColumnType, str | float] = {ColumnType.CODE: "A001", ColumnType.TEXT: "某某", ColumnType.DATE: "2025-03-01",
             ColumnType.INT: 12, ColumnType.REAL: 1.5, ColumnType.BOOL: "是"}
_WORDS = {ColumnType.DATE: "日期，如 2025-03-01", ColumnType.INT: "整数", ColumnType.REAL: "数字",
          ColumnType.BOOL: "填 是 或 否", ColumnType.CODE: "文字", ColumnType.TEXT: "文字"}

_FORMATS = {ColumnType.DATE: "yyyy-mm-dd", ColumnType.INT: "0", ColumnType.REAL: "General",
            ColumnType.CODE: "@", ColumnType.TEXT: "@", ColumnType.BOOL: "General"}


def form_xlsx(dataset: Dataset, geography: Geography, unit: str | None = None,
              register: Register | None = None) -> bytes:
    """The workbook. `unit`: the code of the managing unit it is for, whose places alone are then to
    choose from; None for all. `register`: rows that are filled in already.

    Raises InputError for a dataset without a date it is counted by, and a unit there is not.
    """
    if dataset.counted_on is None:
        raise InputError(f"{dataset.title}是名录，没有填报表；请按《接入》第 3 节的列提供。")
    units = _units(geography, unit)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    codes = book.create_sheet(CODES)
    columns = form_columns(dataset)
    places = _places(geography, units)
    _heading(sheet, dataset, columns, units if unit else ())
    _example(sheet, dataset, columns, places)
    if register is not None:
        _fill(sheet, columns, register, dict(places["unit_code"]))
    _lists(sheet, codes, columns, places)
    _checks(sheet, dataset, columns)
    _protect(sheet, columns)
    parts.mark(book, SIGN, dataset.name, LAYOUT)
    return parts.saved(book)


def _units(geography: Geography, unit: str | None) -> tuple[Division, ...]:
    units = geography.members(Rollup.MANAGING)
    chosen = tuple(one for one in units if unit in (None, one.code))
    if not chosen:
        listed = "、".join(f"{one.code}（{one.name}）" for one in units)
        raise InputError(f"没有管理单位 {unit}；可用的有 {listed}。")
    return chosen


def _places(geography: Geography, units: Iterable[Division]) -> dict[str, list[tuple[str, str]]]:
    """Names and codes to choose from, by column."""
    codes = {one.code for one in units}
    townships = [(one.name, one.code) for one in geography.townships
                 if one.unit_code in codes and one.valid_to is None]
    return {"unit_code": [(one.name, one.code) for one in units], "township_code": townships}


def _heading(sheet: Worksheet, dataset: Dataset, columns: tuple[Column, ...],
             units: tuple[Division, ...]) -> None:
    whose = f"（{units[0].name}）" if units else ""
    parts.title(sheet, f"{dataset.title}填报表{whose}",
                "橙色的列必填；有下拉箭头的从中选择；第 4 行是示例，不计入，从第 5 行填起。一行一条记录，"
                "不要填姓名、电话、身份证号，不要改表头和工作表名称。")
    for number, column in enumerate(columns, start=1):
        head = sheet.cell(HEADER_ROW, number, column.title)
        parts.heading(head, needed=not column.nullable)
        head.comment = Comment(_comment(column), "零工归宿", width=260, height=110)
        sheet.column_dimensions[get_column_letter(number)].width = max(13, 2.2 * len(column.title))
    sheet.row_dimensions[HEADER_ROW].height = 34
    sheet.freeze_panes = f"B{FIRST_ROW}"
    parts.printed(sheet, HEADER_ROW)


def _comment(column: Column) -> str:
    needed = "可以不填" if column.nullable else "必填"
    values = "、".join(column.titles[value] for value in column.categories)
    return f"{needed}；{'从下拉中选：' + values if values else _WORDS[column.type]}"


def _example(sheet: Worksheet, dataset: Dataset, columns: tuple[Column, ...],
             places: dict[str, list[tuple[str, str]]]) -> None:
    for number, column in enumerate(columns, start=1):
        cell = sheet.cell(HEADER_ROW + 1, number, _shown(dataset, column, places))
        cell.font, cell.border = parts.GREY, parts.LINE


def _fill(sheet: Worksheet, columns: tuple[Column, ...], register: Register,
          units: Mapping[str, str]) -> None:
    """The register's rows as a clerk writes them."""
    names = {code: name for name, code in units.items()}
    for number, row in enumerate(register.rows, start=FIRST_ROW):
        own = dict(zip(register.columns, row, strict=True))
        for place, column in enumerate(columns, start=1):
            text = own.get(column.name, "")
            cell = sheet.cell(number, place)
            if text:
                cell.value = _written(column, names.get(text, text)
                                      if column.name == "unit_code" else text)
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # a text that begins with “=” is no formula
            # a cell with anything in it no longer follows its column
            cell.protection, cell.number_format = Protection(locked=False), _FORMATS[column.type]


def _written(column: Column, text: str) -> str | int | float | date:
    """A stored text as the form has it."""
    match column.type:
        case ColumnType.DATE:
            return date.fromisoformat(text)
        case ColumnType.INT:
            return int(text)
        case ColumnType.REAL:
            return float(text)
        case ColumnType.BOOL:
            return "是" if text == "1" else "否"
        case _:
            return column.titles.get(text, text) if column.categories else text


def _shown(dataset: Dataset, column: Column,
           places: dict[str, list[tuple[str, str]]]) -> str | float | None:
    if column.name == dataset.key:
        return EXAMPLE
    if places.get(column.name):
        return places[column.name][-1][0]
    if column.categories:
        return column.titles[column.categories[0]]
    if column.nullable:
        return None
    return _EXAMPLES[column.type]


def _lists(sheet: Worksheet, codes: Worksheet, columns: tuple[Column, ...],
           places: dict[str, list[tuple[str, str]]]) -> None:
    """The lists of each column: on the sheet of codes, from where the drop-downs take them."""
    at = 1
    for number, column in enumerate(columns, start=1):
        pairs = places.get(column.name) or [
            (column.titles[value], value) for value in column.categories]
        if column.type == ColumnType.BOOL:
            pairs = [("是", ""), ("否", "")]
        if not pairs:
            continue
        codes.cell(1, at, column.title).font = Font(bold=True)
        codes.cell(1, at + 1, "代码").font = Font(bold=True)
        for row, (name, code) in enumerate(pairs, start=2):
            codes.cell(row, at, name)
            codes.cell(row, at + 1, code)
        letter = get_column_letter(at)
        codes.column_dimensions[letter].width = 24
        listed = DataValidation(type="list", formula1=f"'{CODES}'!${letter}$2:${letter}${len(pairs) + 1}",
                                allow_blank=True, showErrorMessage=True)
        _add(sheet, listed, number, f"请从下拉中选择（见“{CODES}”工作表）。")
        at += 3


def _checks(sheet: Worksheet, dataset: Dataset, columns: tuple[Column, ...]) -> None:
    last = get_column_letter(len(columns))
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        first = f"{letter}{FIRST_ROW}"
        if column.type == ColumnType.DATE:
            _add(sheet, DataValidation(type="date", operator="between", formula1="DATE(1990,1,1)",
                                       formula2="DATE(2100,12,31)", allow_blank=True,
                                       showErrorMessage=True), number, "应是日期，如 2025-03-01。")
        elif column.type == ColumnType.INT:
            _add(sheet, DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0",
                                       allow_blank=True, showErrorMessage=True), number,
                 "应是不小于 0 的整数，不写单位。")
        elif column.type == ColumnType.REAL:
            _add(sheet, DataValidation(type="decimal", operator="between", formula1="-1E+12", formula2="1E+12",
                                       allow_blank=True, showErrorMessage=True), number,
                 "应是数字，不写单位。")
        elif column.name == dataset.key:
            _add(sheet, DataValidation(
                type="custom", formula1=f"COUNTIF(${letter}${FIRST_ROW}:${letter}${LAST_ROW},{first})=1",
                allow_blank=True, showErrorMessage=True), number, "编号重复了；每条记录一个编号。")
        elif column.name == "person_key":
            _add(sheet, DataValidation(type="custom", formula1=f"LEN({first})<15", allow_blank=True,
                                       showErrorMessage=True), number,
                 "这里填本系统内的人员编码，不能填身份证号。")
        if not column.nullable:
            cells = f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}"
            sheet.conditional_formatting.add(cells, FormulaRule(  # type: ignore[no-untyped-call]
                formula=[f'AND(COUNTA($A{FIRST_ROW}:${last}{FIRST_ROW})>0,{first}="")'], fill=_RED))


def _add(sheet: Worksheet, check: DataValidation, number: int, message: str) -> None:
    letter = get_column_letter(number)
    parts.check(sheet, check, f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}", message)


def _protect(sheet: Worksheet, columns: tuple[Column, ...]) -> None:
    """Only what is to be filled in can be changed."""
    for number, column in enumerate(columns, start=1):
        # of the whole column: what is above the rows has cells of its own, which stay locked
        below = sheet.column_dimensions[get_column_letter(number)]
        below.protection = Protection(locked=False)
        below.number_format = _FORMATS[column.type]
        for row in range(1, HEADER_ROW + 2):
            sheet.cell(row, number).protection = Protection(locked=True)
    parts.protect(sheet)
    sheet.protection.sort = sheet.protection.autoFilter = False
    sheet.protection.deleteRows = sheet.protection.insertRows = False
