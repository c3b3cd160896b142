"""A dataset handed in as an Excel or CSV file, as a private database the same statements run on.

Only the mapped columns are taken over: a list of names or phone numbers beside them is never read into anything.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

from data_access.boundary.cells import EXCEL_EPOCH, EXPECTED, convert
from data_access.boundary.mapping import DatasetMapping, FileSource
from data_access.boundary.workbooks import NoSheetError, UnreadableError, open_sheet
from kpi.definitions.shipped_datasets import Column, ColumnType
from kpi.vocabulary.errors import InputError

TABLE = "given"
_DECLARED: dict[ColumnType, sa.types.TypeEngine[Any]] = {
    ColumnType.CODE: sa.Text(), ColumnType.TEXT: sa.Text(), ColumnType.DATE: sa.Date(), ColumnType.INT: sa.Integer(),
    ColumnType.REAL: sa.Float(), ColumnType.BOOL: sa.Boolean(), ColumnType.TIMESTAMP: sa.DateTime()}
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Sheet:
    """Rows of one sheet, from the first; `name` None for a CSV file. `epoch`: day 0 of its date serials."""

    name: str | None
    rows: Iterator[Sequence[Any]]
    epoch: datetime = EXCEL_EPOCH


def open_file(mapping: DatasetMapping) -> tuple[Engine, DatasetMapping]:
    """A private database holding the file's rows under canonical names, and the mapping that reads it.

    Raises InputError naming file, sheet, row and column of what cannot be read.
    """
    assert mapping.file is not None
    sheet = _sheet(mapping.file)
    where = f"文件 {mapping.file.path.name}" + (f" 的工作表“{sheet.name}”" if sheet.name else "")
    headings = _headings(sheet, mapping.file, where)
    positions = _positions(mapping, headings, where)
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    table = sa.Table(TABLE, sa.MetaData(), *(sa.Column(column.name, _type(mapping, column))
                                             for column in mapping.dataset.columns if column.name in positions))
    with engine.begin() as opened:
        table.create(opened)
        rows = list(_rows(mapping, sheet, positions, where))
        names = ", ".join(positions)
        if rows:
            # through the driver: SQLAlchemy's own types would want dates as objects, and rows are many
            opened.exec_driver_sql(f"INSERT INTO {TABLE} ({names}) VALUES ({', '.join('?' * len(positions))})", rows)
    with engine.connect() as opened:
        opened.exec_driver_sql("PRAGMA query_only=ON")
    absent = {column.name: "" for column in mapping.dataset.columns if column.name not in positions}
    return engine, replace(mapping, table=TABLE, columns=absent)


def _type(mapping: DatasetMapping, column: Column) -> sa.types.TypeEngine[Any]:
    return sa.Text() if mapping.values.get(column.name) else _DECLARED[column.type]


def _sheet(file: FileSource) -> Sheet:
    try:
        content = file.path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"找不到文件 {file.path}；请把文件放到该处，或改正 sources.toml 中的 file。") from None
    except OSError as error:
        raise InputError(f"文件 {file.path} 打不开（{error.strerror}）；请检查文件权限。") from None
    suffix = file.path.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        return _excel(content, file)
    if suffix in (".csv", ".txt"):
        return Sheet(None, _csv(content, file.path))
    raise InputError(f"文件 {file.path.name} 的格式不支持；请用 Excel 或 WPS 另存为 .xlsx 或 .csv。")


def _excel(content: bytes, file: FileSource) -> Sheet:
    try:
        found = open_sheet(content, file.sheet)
    except UnreadableError:
        raise _spoilt(file) from None
    except NoSheetError as error:
        raise InputError(f"文件 {file.path.name} 没有工作表“{file.sheet or ''}”；有的是 {'、'.join(error.names)}，"
                         "请改正 sources.toml 中的 sheet。") from None
    return Sheet(found.name, _sound(found.rows, file), found.epoch)


def _sound(rows: Iterator[Sequence[Any]], file: FileSource) -> Iterator[Sequence[Any]]:
    try:
        yield from rows
    except UnreadableError:
        raise _spoilt(file) from None


def _spoilt(file: FileSource) -> InputError:
    return InputError(f"文件 {file.path.name} 不是完好的 .xlsx 文件（可能已损坏、加了密码或过大）；请打开后另存为 .xlsx。")


def _csv(content: bytes, path: Path) -> Iterator[Sequence[Any]]:
    text = _decoded(content, path)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)  # the comma wins a tie
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _decoded(content: bytes, path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"文件 {path.name} 的编码认不出；请用 UTF-8 或 GB18030 另存后重试。")


def _headings(sheet: Sheet, file: FileSource, where: str) -> list[str]:
    for _ in range(file.header_row - 1):
        next(sheet.rows, None)
    row = next(sheet.rows, None)
    headings = ["" if cell is None else "".join(str(cell).split()) for cell in row or ()]
    if not any(headings):
        raise InputError(f"{where} 第 {file.header_row} 行没有表头；请改正 sources.toml 中的 header_row。")
    return headings


def _positions(mapping: DatasetMapping, headings: list[str], where: str) -> dict[str, int]:
    """Canonical column → position of the column that holds it."""
    positions: dict[str, int] = {}
    for column in mapping.dataset.columns:
        theirs = "".join(mapping.their_column(column.name).split())
        if theirs == "" or (column.name == "updated_at" and theirs not in headings):
            continue
        if headings.count(theirs) != 1:
            problem = "没有" if theirs not in headings else "有不止一个"
            raise InputError(f"数据集 {mapping.dataset.name}（{mapping.dataset.title}）：{where} {problem}列“{theirs}”"
                             f"（对应规范列 {column.name}）；请在 sources.toml 的 [datasets.{mapping.dataset.name}.columns] 中改正。")
        positions[column.name] = headings.index(theirs)
    return positions


def _rows(mapping: DatasetMapping, sheet: Sheet, positions: dict[str, int], where: str) -> Iterator[tuple[Any, ...]]:
    assert mapping.file is not None
    wanted = [(mapping.dataset.column(name), position) for name, position in positions.items()]
    for number, row in enumerate(sheet.rows, start=mapping.file.header_row + 1):
        cells = [(column, row[position] if position < len(row) else None) for column, position in wanted]
        if any(cell is not None and str(cell).strip() for _, cell in cells):
            yield tuple(_value(mapping, column, cell, f"{where} 第 {number} 行", sheet.epoch) for column, cell in cells)


def _value(mapping: DatasetMapping, column: Column, cell: Any, where: str, epoch: datetime) -> Any:
    type_ = ColumnType.TEXT if mapping.values.get(column.name) else column.type
    try:
        return convert(cell, type_, epoch)
    except (ValueError, OverflowError):
        raise InputError(f"数据集 {mapping.dataset.name}（{mapping.dataset.title}）：{where}“{mapping.their_column(column.name)}”"
                         f"写的是“{str(cell)[:30]}”，不是{EXPECTED[type_]}；请在文件中改正后重新刷新。") from None
