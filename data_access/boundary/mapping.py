"""`sources.toml`: how a site's own tables, columns and values become the canonical ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_access.site.settings import read_toml
from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, Column, ColumnType, Dataset
from kpi.vocabulary.errors import InputError

_SELECT = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
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
    """

    dataset: Dataset
    connection: str
    table: str | None = None
    query: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | bool]] = field(default_factory=dict)
    file: FileSource | None = None

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


def load_mappings(path: Path) -> Mappings:
    """One mapping per dataset, or the BadMappingError that explains why it cannot be used; the others still work.

    A dataset the file does not name is mapped onto its own canonical table; without the file all are.
    Raises InputError only when the file as a whole cannot be parsed.
    """
    tables = read_toml(path).get("datasets", {}) if path.exists() else {}
    if not isinstance(tables, Mapping):
        raise InputError(f"{path} 的 [datasets] 应是表；请参照自带的 sources.toml 改正。")
    unknown = [name for name in tables if name not in DATASETS]
    if unknown:
        raise InputError(f"{path} 中的数据集 {unknown[0]} 不认识；可用的有 {'、'.join(DATASETS)}，请改正或删去。")
    return {name: _mapping_or_error(dataset, tables.get(name, {}), path.parent) for name, dataset in DATASETS.items()}


def has_files(path: Path) -> bool:
    """Whether any dataset is read from a file; a file that cannot be parsed says so when it is loaded."""
    try:
        tables = read_toml(path).get("datasets", {}) if path.exists() else {}
    except InputError:
        return False
    return isinstance(tables, Mapping) and any(isinstance(entry, Mapping) and entry.get("file")
                                               for entry in tables.values())


def _mapping_or_error(dataset: Dataset, entry: Any, folder: Path) -> DatasetMapping | BadMappingError:
    try:
        return _mapping(dataset, entry, folder)
    except InputError as error:
        given = entry if isinstance(entry, Mapping) else {}
        connection = given.get("connection")
        return BadMappingError(str(error), connection if connection in CONNECTIONS else dataset.connection,
                          given.get("file") is not None)


def _mapping(dataset: Dataset, entry: Any, folder: Path) -> DatasetMapping:
    where = f"sources.toml 的 [datasets.{dataset.name}]"
    if not isinstance(entry, Mapping):
        raise InputError(f"{where} 应是表；请参照自带的 sources.toml 改正。")
    connection = str(entry.get("connection", dataset.connection))
    if connection not in CONNECTIONS:
        raise InputError(f"{where} connection = \"{connection}\" 不认识；可用的有 {'、'.join(CONNECTIONS)}。")
    given = [name for name in ("table", "query", "file") if entry.get(name) is not None]
    if len(given) > 1:
        raise InputError(f"{where} 同时写了 {' 和 '.join(given)}；请只留一个。")
    query, file = entry.get("query"), _file(entry, folder, where)
    return DatasetMapping(dataset, connection,
                          str(entry.get("table") or dataset.name) if query is None and file is None else None,
                          None if query is None else _query(str(query), where),
                          _columns(dataset, _table_of(entry, "columns", where), where),
                          {name: _values(dataset, name, table, where)
                           for name, table in _table_of(entry, "values", where).items()}, file)


def _table_of(entry: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = entry.get(name, {})
    if not isinstance(table, Mapping):
        raise InputError(f"{where} {name} 应是表；请参照自带的 sources.toml 改正。")
    return table


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
    bare = _COMMENT.sub(" ", query).strip().rstrip(";")
    if not _SELECT.match(bare) or ";" in bare:
        raise InputError(f"{where} query 只能是一条 SELECT 语句；请改正。")
    return bare


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
