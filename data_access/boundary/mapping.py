"""`sources.toml`: how a site's own tables, columns and values become the canonical ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_access.site.settings import read_toml
from kpi.definitions.dataset import Column, ColumnType, Dataset
from kpi.definitions.definition_set import SHIPPED, Definitions
from kpi.vocabulary.errors import InputError
from kpi.vocabulary.toml_values import TomlValues

_SELECT = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)
_QUOTED_OR_NOT = re.compile(
    r"(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`)|(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<end>;)", re.DOTALL)
_END = "\0"  # a semicolon outside quotes
_read = TomlValues("sources.toml", "请参照自带的 sources.toml 改正")
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class FileSource:
    """A table handed in as a file. `sheet` None: the first one. `header_row`: the row of the headings, from 1."""

    path: Path
    sheet: str | None = None
    header_row: int = 1


@dataclass(frozen=True)
class DatasetMapping:
    """Where one dataset is. `columns`: canonical → theirs, "" for a column they do not have (read as null).

    `values`: canonical column → {theirs → canonical}. One of `table` (optionally "schema.table"), `query` and `file` is
    set; a file needs no configured connection, `connection` only says whose data it is.
    `empty`: texts that stand for nothing, besides the usual ones.
    """

    dataset: Dataset
    connection: str
    table: str | None = None
    query: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | bool]] = field(default_factory=dict)
    file: FileSource | None = None
    empty: frozenset[str] = frozenset()

    def their_column(self, name: str) -> str:
        return self.columns.get(name, name)

    @property
    def where(self) -> str:
        source = f"连接 {self.connection}" if self.file is None else f"文件 {self.file.path.name}"
        return f"数据集 {self.dataset.name}（{self.dataset.title}），{source}"


class BadMappingError(InputError):
    """Why a dataset's entry cannot be used, and where it would have been read from."""

    def __init__(self, message: str, connection: str, is_file: bool) -> None:
        super().__init__(message)
        self.connection, self.is_file = connection, is_file


Mappings = Mapping[str, DatasetMapping | BadMappingError]


def load_mappings(path: Path, definitions: Definitions = SHIPPED) -> Mappings:
    """One mapping per dataset, or the BadMappingError that explains why it cannot be used; the others still work.

    A dataset the file does not name is mapped onto its own canonical table; without the file all are.
    Raises InputError only when the file as a whole cannot be parsed.
    """
    tables = _read.optional_table(read_toml(path), "datasets") if path.exists() else {}
    unknown = [name for name in tables if name not in definitions.datasets and name not in definitions.faulty]
    if unknown:
        raise InputError(f"{path} 中的数据集 {unknown[0]} 不认识；可用的有 {'、'.join(definitions.datasets)}，请改正或删去。")
    return {name: _mapping_or_error(dataset, tables.get(name, {}), path.parent, tuple(definitions.connections))
            for name, dataset in definitions.datasets.items()}


def _mapping_or_error(dataset: Dataset, entry: Any, folder: Path,
                      connections: tuple[str, ...]) -> DatasetMapping | BadMappingError:
    try:
        return _mapping(dataset, entry, folder, connections)
    except InputError as error:
        given = entry if isinstance(entry, Mapping) else {}
        connection = given.get("connection")
        return BadMappingError(str(error), connection if connection in connections else dataset.connection,
                          given.get("file") is not None)


def _mapping(dataset: Dataset, entry: Any, folder: Path, connections: tuple[str, ...]) -> DatasetMapping:
    table = f"datasets.{dataset.name}"
    entry, where = _read.as_table(entry, table), f"sources.toml 的 [{table}]"
    connection = str(entry.get("connection", dataset.connection))
    if connection not in connections:
        raise InputError(f"{where} connection = \"{connection}\" 不认识；可用的有 {'、'.join(connections)}。")
    given = [name for name in ("table", "query", "file") if entry.get(name) is not None]
    if len(given) > 1:
        raise InputError(f"{where} 同时写了 {' 和 '.join(given)}；请只留一个。")
    query, file = entry.get("query"), _file(entry, folder, where)
    return DatasetMapping(dataset, connection,
                          str(entry.get("table") or dataset.name) if query is None and file is None else None,
                          None if query is None else _query(str(query), where),
                          _columns(dataset, _read.optional_table(entry, "columns", f"{table}.columns"), where),
                          {name: _values(dataset, name, values, where)
                           for name, values in _read.optional_table(entry, "values", f"{table}.values").items()}, file,
                          _empty(entry.get("empty", []), where))


def _empty(marks: Any, where: str) -> frozenset[str]:
    if not isinstance(marks, list) or not all(isinstance(mark, str) for mark in marks):
        raise InputError(f"{where} empty 应写成 [\"…\", \"…\"]，是表示“没有填”的文字；请改正。")
    return frozenset(mark.strip() for mark in marks)


def _file(entry: Mapping[str, Any], folder: Path, where: str) -> FileSource | None:
    if entry.get("file") is None:
        for name in ("sheet", "header_row"):
            if name in entry:
                raise InputError(f"{where} 写了 {name} 却没有 file；请补上 file 或删去 {name}。")
        return None
    sheet, row = entry.get("sheet"), entry.get("header_row", 1)
    if isinstance(row, bool) or not isinstance(row, int) or row < 1:
        raise InputError(f"{where} header_row 应是表头所在的行号（从 1 数起）；现为 {row!r}。")
    return FileSource((folder / str(entry["file"])).resolve(), None if sheet is None else str(sheet), row)


def _query(query: str, where: str) -> str:
    """The statement without its comments and what ends it; its lines stay where they are. A text in quotes is nobody's code."""
    given = _QUOTED_OR_NOT.sub(_without_comment, query).rstrip()
    while given.endswith(_END):
        given = given.removesuffix(_END).rstrip()
    if not _SELECT.match(given) or _END in given:
        raise InputError(f"{where} query 只能是一条 SELECT 语句；请改正。")
    return given


def _without_comment(part: re.Match[str]) -> str:
    if part["quoted"] is not None:
        return part["quoted"]
    return _END if part["end"] is not None else " " + "\n" * part["comment"].count("\n")


def _columns(dataset: Dataset, columns: Any, where: str) -> dict[str, str]:
    for name, theirs in dict(columns).items():
        column = _known_column(dataset, name, where)
        if theirs == "" and not column.nullable:
            raise InputError(f"{where} columns.{name} 不能为空，因为 {name} 是必需列；请写上对方的列名。")
    return {name: str(theirs) for name, theirs in dict(columns).items()}


def _values(dataset: Dataset, name: str, table: Any, where: str) -> dict[str, str | bool]:
    column = _known_column(dataset, name, where)
    if not column.categories and column.type != ColumnType.BOOL:
        raise InputError(f"{where} values.{name}：列 {name} 不是分类列，不能映射取值；请删去。")
    if not isinstance(table, Mapping):
        raise InputError(f"{where} values.{name} 应是表，写成 \"对方的值\" = \"规范值\"；请改正。")
    return {str(theirs): _canonical(column, ours, where) for theirs, ours in dict(table).items()}


def _canonical(column: Column, value: Any, where: str) -> str | bool:
    if column.type == ColumnType.BOOL:
        truth = value if isinstance(value, bool) else _BOOLEANS.get(str(value).lower())
        if truth is None:
            raise InputError(f"{where} values.{column.name} 只能映射为 true 或 false，现为 \"{value}\"；请改正。")
        return truth
    if not isinstance(value, str) or value not in column.categories:
        raise InputError(f"{where} values.{column.name} 映射成了不认识的值 \"{value}\"；"
                         f"可用的有 {'、'.join(column.categories)}。")
    return str(value)


def _known_column(dataset: Dataset, name: str, where: str) -> Column:
    try:
        return dataset.column(name)
    except KeyError:
        raise InputError(f"{where} 中的列 {name} 不是规范列名；可用的有 {'、'.join(dataset.column_names)}。") from None
