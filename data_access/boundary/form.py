"""A register handed in on the program's own form: it says itself which dataset it is and needs no
mapping.

The form's sheets: the rows are on `SHEET` under the headings of `HEADER_ROW`, the first row below is
an example; a hidden sheet `MARK` names the dataset and the form's layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from data_access.boundary.file_source import FileSource
from data_access.boundary.grid import Book, Grid
from data_access.boundary.mapping import DatasetMapping
from kpi.definitions import Column, ColumnType, Dataset
from kpi.vocabulary import InputError

SHEET, CODES, MARK = "填报", "代码", "_零工归宿"
SIGN, LAYOUT = "linggong-form", 1
HEADER_ROW, FIRST_ROW = 3, 5
EXAMPLE = "示例"


def as_form(mapping: DatasetMapping, file: FileSource, book: Book,
            name: str) -> tuple[DatasetMapping, FileSource]:
    """How the workbook is read where it is a form; as given where it is none, or where the site has
    written how it is to be read.

    Raises InputError for a form of another dataset, or of a layout this program does not know.
    """
    written = mapping.columns or mapping.values or file.sheets or file.header_row != 1
    if MARK not in book.names or written:
        return mapping, file
    dataset = mapping.dataset
    marked = marks_of(book)
    if marked[:1] != [SIGN]:
        return mapping, file
    if marked[1:2] != [dataset.name]:
        raise InputError(f"文件 {name} 是另一个数据集的填报表（{''.join(marked[1:2])}），不是"
                         f"“{dataset.title}”的；请放到对应的数据集，或重新下载填报表。")
    if marked[2:3] not in (["1"], ["1.0"]):
        raise InputError(f"文件 {name} 是新版程序的填报表；请用本程序重新下载填报表，把内容复制过去。")
    headings = _headings(book, name)
    columns = {column.name: _heading(column, headings) for column in dataset.columns}
    return (replace(mapping, columns=columns, values=_values(dataset)),
            replace(file, sheets=(SHEET,), header_row=HEADER_ROW))


def marks_of(book: Book) -> list[str]:
    """What the hidden sheet says the workbook is; empty where it is no form."""
    return [str(cell) for cell in (*book.load(MARK).rows, [])[0]] if MARK in book.names else []


def form_of(book: Book) -> str | None:
    """The dataset whose form the workbook is; None where it is none."""
    marked = marks_of(book) if SHEET in book.names else []
    return marked[1] if marked[:1] == [SIGN] and len(marked) > 1 else None


def without_example(grid: Grid, mapping: DatasetMapping) -> Grid:
    """The grid with the example row blank, wherever the clerk has moved it; nothing else is left
    out.
    """
    key = mapping.their_column(mapping.dataset.key)
    headings = [str(cell).strip() for cell in grid.rows[HEADER_ROW - 1]]
    if key not in headings:
        return grid
    at = headings.index(key)
    return replace(grid, rows=[
        [""] * len(row) if len(row) > at and str(row[at]).strip() == EXAMPLE else row
        for row in grid.rows])


def _headings(book: Book, name: str) -> frozenset[str]:
    if SHEET not in book.names:
        raise InputError(f"文件 {name} 是填报表，却没有工作表“{SHEET}”；请不要改工作表的名称。")
    rows = book.load(SHEET).rows
    if len(rows) < HEADER_ROW:
        raise InputError(f"文件 {name} 的工作表“{SHEET}”第 {HEADER_ROW} 行没有表头；请重新下载填报表填写。")
    return frozenset("".join(str(cell).split()) for cell in rows[HEADER_ROW - 1])


def _heading(column: Column, headings: frozenset[str]) -> str:
    # a column that came with a later version, or was deleted, is read as not given where it may be
    title = "".join(column.title.split())
    absent = column.nullable or column.type == ColumnType.TIMESTAMP
    return "" if absent and title not in headings else column.title


def _values(dataset: Dataset) -> Mapping[str, Mapping[str, str | bool]]:
    """Categories as the form's lists write them."""
    return {column.name: {title: value for value, title in column.titles.items()}
            for column in dataset.columns if column.categories}
