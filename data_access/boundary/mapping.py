"""`sources.toml`: how a site's own tables, columns and values become the canonical ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from data_access.boundary.file_source import FILE_KEYS, FileSource, empty_marks, file_source
from data_access.boundary.nearest import not_among
from data_access.site import read_toml
from kpi.definitions import SHIPPED, Column, ColumnType, Dataset, Definitions
from kpi.vocabulary import InputError, TomlValues

_SELECT = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)
_QUOTED_OR_NOT = re.compile(
    r"(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`)|(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<end>;)",
    re.DOTALL,
)
_END = "\0"  # a semicolon outside quotes
_read = TomlValues("sources.toml", "请参照自带的 sources.toml 改正")
_BOOLEANS = {"true": True, "false": False}
_SOURCE_KEYS = ("connection", "table", "query", "file", *FILE_KEYS, "empty", "columns", "values")
_KEYS = (*_SOURCE_KEYS, "absent", "covers", "sources", "handed_in")


@dataclass(frozen=True)
class DatasetMapping:
    """Where one dataset is. `columns`: canonical → theirs, "" for a column they do not have (read
    as null).

    `values`: canonical column → {theirs → canonical}. One of `table` (optionally "schema.table"),
    `query` and `file` is set; a file needs no configured connection, `connection` only says whose
    data it is. `empty`: texts that stand for nothing, besides the usual ones. `absent`: the site
    has no such data. `covers`: the kinds of venue the source is complete for, None for all.
    `sources`: the files the dataset is put together from, each with its own mapping. `written`:
    whether the file has an entry for the dataset, or it is read by its own names for want of one.
    `handed_in`: the codes of the units that hand in registers of their own, () for all of them, None
    where none does; what they have handed in is read besides the files. `registers`: unit → a file
    to read in place of the one it has handed in, for a trial.
    """

    dataset: Dataset
    connection: str
    table: str | None = None
    query: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | bool]] = field(default_factory=dict)
    file: FileSource | None = None
    empty: frozenset[str] = frozenset()
    absent: bool = False
    covers: tuple[str, ...] | None = None
    sources: tuple[DatasetMapping, ...] = ()
    written: bool = True
    handed_in: tuple[str, ...] | None = None
    registers: Mapping[str, Path] = field(default_factory=dict)

    @property
    def is_file(self) -> bool:
        return self.has_files or self.handed_in is not None

    @property
    def has_files(self) -> bool:
        """Whether there are files the site itself has named."""
        return self.file is not None or bool(self.sources)

    @property
    def is_own(self) -> bool:
        """Whether the rows are the program's own records, in no database and no file of others."""
        return self.dataset.own

    def their_column(self, name: str) -> str:
        return self.columns.get(name, name)

    @property
    def where(self) -> str:
        source = self.kept_in if self.is_file or self.is_own else f"连接 {self.connection}"
        return f"数据集 {self.dataset.name}（{self.dataset.title}），{source}"

    @property
    def kept_in(self) -> str:
        """What the rows are read from, in words."""
        if self.is_file:
            return f"文件 {self.file_names}" if self.has_files else self.file_names
        if self.is_own:
            return self.dataset.title
        return "SELECT 语句" if self.query is not None else f"表 {self.table}"

    @property
    def file_names(self) -> str:
        """Names of the files as `sources.toml` has them."""
        names = (f"{one.file.path.parent.name}/{one.file.path.name}" if one.file.is_pattern
                 else one.file.path.name for one in (self, *self.sources) if one.file is not None)
        own = () if self.handed_in is None else ("各单位报送的台账",)
        return "、".join((*dict.fromkeys(names), *own))  # a file may be given sheet by sheet


class BadMappingError(InputError):
    """Why a dataset's entry cannot be used, and where it would have been read from."""

    def __init__(self, message: str, connection: str, is_file: bool) -> None:
        super().__init__(message)
        self.connection, self.is_file = connection, is_file


Mappings = Mapping[str, DatasetMapping | BadMappingError]


def load_mappings(path: Path, definitions: Definitions = SHIPPED) -> Mappings:
    """One mapping per dataset, or the BadMappingError that explains why it cannot be used; the
    others still work.

    A dataset the file does not name is mapped onto its own canonical table; without the file all
    are. Raises InputError only when the file as a whole cannot be parsed.
    """
    return mappings_in(read_toml(path) if path.exists() else {}, path, definitions)


def mappings_in(content: Mapping[str, Any], path: Path, definitions: Definitions = SHIPPED, *,
                folder: Path | None = None) -> Mappings:
    """`load_mappings` of a content that is not in the file yet. `folder`: where the files it names
    are, the file's own unless given.
    """
    for name in content:
        if name != "datasets":
            raise InputError(f"{path} 中的 [{name}] {not_among(name, ['datasets'])}")
    tables = _read.optional_table(content, "datasets")
    for name in tables:
        if name not in definitions.datasets and name not in definitions.faulty:
            raise InputError(f"{path} 中的数据集 {name} {not_among(name, definitions.datasets)}")
    return {name: _mapping_or_error(dataset, tables.get(name, {}), folder or path.parent,
                                    tuple(definitions.connections))
            for name, dataset in definitions.datasets.items()}


def _mapping_or_error(dataset: Dataset, entry: Any, folder: Path,
                      connections: tuple[str, ...]) -> DatasetMapping | BadMappingError:
    try:
        return _mapping(dataset, entry, folder, connections)
    except InputError as error:
        given = entry if isinstance(entry, Mapping) else {}
        connection = given.get("connection")
        return BadMappingError(str(error), connection if connection in connections
                               else dataset.connection, _names_file(given))


def _names_file(entry: Mapping[str, Any]) -> bool:
    return not entry.get("absent") and bool(entry.get("file") or entry.get("sources")
                                            or entry.get("handed_in"))


def _mapping(dataset: Dataset, entry: Any, folder: Path,
             connections: tuple[str, ...]) -> DatasetMapping:
    table = f"datasets.{dataset.name}"
    entry, where = _read.as_table(entry, table), f"sources.toml 的 [{table}]"
    if entry and dataset.own:
        raise InputError(f"{where} 不用写：这些数取自本系统{dataset.title}；请删去。")
    _refuse_unknown(entry, _KEYS, where)
    connection = _connection(dataset, entry, where, connections)
    units = _handed_in(dataset, entry, where)
    if entry.get("sources") is not None:
        return replace(_joined(dataset, entry, folder, where, connection), handed_in=units)
    single = _single(dataset, entry, folder, where, connection)
    if units is not None and single.file is None:
        single = replace(single, table=None)
    return replace(single, written=bool(entry), handed_in=units)


def _handed_in(dataset: Dataset, entry: Mapping[str, Any], where: str) -> tuple[str, ...] | None:
    """The units that hand in registers of the dataset, () for all, None where none does."""
    given = entry.get("handed_in", False)
    if given is False:
        return None
    units = [] if given is True else given
    if not isinstance(units, list) or (given is not True and not units) or not all(
            isinstance(unit, str) and unit.strip() for unit in units):
        raise InputError(f"{where} handed_in 应写 true（全部管理单位），或列出单位代码，例如 [\"321322\"]；请改正。")
    if dataset.counted_on is None or "unit_code" not in dataset.column_names:
        raise InputError(f"{where} 写了 handed_in，而{dataset.title}不按单位计数，不能由单位报送；请删去。")
    database = next((name for name in ("table", "query") if entry.get(name) is not None), None)
    if database is not None:
        raise InputError(f"{where} 同时写了 {database} 和 handed_in；数据库的表不能与单位报送的台账合在一起，请只留一个。")
    return tuple(unit.strip() for unit in units)


def _refuse_unknown(entry: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for name in entry:
        if name not in keys:
            raise InputError(f"{where} 中的 {name} {not_among(name, keys)}")


def _joined(dataset: Dataset, entry: Mapping[str, Any], folder: Path, where: str,
            connection: str) -> DatasetMapping:
    """A dataset that is put together from several files."""
    given = entry["sources"]
    if (
        not isinstance(given, list)
        or not given
        or not all(isinstance(one, Mapping) for one in given)
    ):
        raise InputError(f"{where} sources 应写成一个或几个 [[datasets.{dataset.name}.sources]]；请改正。")
    for name in entry:
        if name not in ("sources", "connection", "absent", "handed_in"):
            raise InputError(
                f"{where} 写了 sources，{name} 应写在各个 [[datasets.{dataset.name}.sources]] 之下；请移过去。")
    parts = []
    for number, one in enumerate(given, start=1):
        place = f"sources.toml 的第 {number} 个 [[datasets.{dataset.name}.sources]]"
        _refuse_unknown(one, (*_SOURCE_KEYS, "covers"), place)
        if one.get("file") is None:
            raise InputError(f"{place} 没有 file；几处来源合成一个数据集时只能是文件，请补上。")
        parts.append(_single(dataset, one, folder, place, connection))
    covers = None if any(part.covers is None for part in parts) else tuple(
        dict.fromkeys(kind for part in parts for kind in part.covers or ()))
    return DatasetMapping(dataset, connection, absent=_absent(entry, where), covers=covers,
                          sources=tuple(parts))


def _connection(dataset: Dataset, entry: Mapping[str, Any], where: str,
                connections: tuple[str, ...]) -> str:
    connection = str(entry.get("connection", dataset.connection))
    if connection not in connections:
        raise InputError(f"{where} connection = \"{connection}\" 不认识；可用的有 {'、'.join(connections)}。")
    return connection


def _absent(entry: Mapping[str, Any], where: str) -> bool:
    absent = entry.get("absent", False)
    if not isinstance(absent, bool):
        raise InputError(f"{where} absent 只能写 true 或 false（不加引号）；请改正。")
    return absent


def _covers(dataset: Dataset, entry: Mapping[str, Any], where: str) -> tuple[str, ...] | None:
    covers = entry.get("covers")
    if covers is None:
        return None
    if not dataset.register:
        raise InputError(f"{where} 写了 covers，它只用于服务载体 service_venue；请删去。")
    kinds = [covers] if isinstance(covers, str) else covers
    categories = dataset.column("kind").categories
    if not isinstance(kinds, list) or not kinds or not all(kind in categories for kind in kinds):
        raise InputError(f"{where} covers 应列出登记完整的载体类别，可用的有 {'、'.join(categories)}；请改正。")
    return tuple(kinds)


def _single(dataset: Dataset, entry: Mapping[str, Any], folder: Path, where: str,
            connection: str) -> DatasetMapping:
    given = [name for name in ("table", "query", "file") if entry.get(name) is not None]
    if len(given) > 1:
        raise InputError(f"{where} 同时写了 {' 和 '.join(given)}；请只留一个。")
    query, file = entry.get("query"), file_source(entry, dataset, folder, where)
    constants = () if file is None else tuple(file.constants)
    return DatasetMapping(dataset, connection, str(entry.get("table") or dataset.name)
                          if query is None and file is None else None, None if query is None
                          else _query(str(query), where),
                          _columns(dataset, _table_of(entry, "columns", where), where, constants),
                          {name: _values(dataset, name, table, where)
                           for name, table in _table_of(entry, "values", where).items()}, file,
                          empty_marks(entry, where), _absent(entry, where),
                          _covers(dataset, entry, where))


def _table_of(entry: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = entry.get(name, {})
    if not isinstance(table, Mapping):
        raise InputError(f"{where} {name} 应是表；请参照自带的 sources.toml 改正。")
    return table


def _query(query: str, where: str) -> str:
    """The statement without its comments and what ends it; its lines stay where they are. A text in
    quotes is nobody's code.
    """
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


def _columns(dataset: Dataset, columns: Any, where: str,
             constants: tuple[str, ...]) -> dict[str, str]:
    for name, theirs in dict(columns).items():
        column = _known_column(dataset, name, where)
        if theirs == "" and not column.nullable and name not in constants:
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
        raise InputError(
            f"{where} 中的列 {name} 不是规范列名；可用的有 {'、'.join(dataset.column_names)}。") from None
