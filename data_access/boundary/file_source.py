"""How one file, or a folder of alike ones, is to be read: what `sources.toml` says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_access.boundary.cells import Reading
from kpi.definitions import Column, ColumnType, Dataset
from kpi.vocabulary import InputError

FILE_KEYS = ("sheet", "sheets", "header_row", "header_rows", "skip_rows_with", "constants", "scale",
             "hash")
ALL_SHEETS = "*"
_AMOUNTS = ("headcount", "amount", "population")
_GLOB = frozenset("*?[")


@dataclass(frozen=True)
class FileSource:
    """A table handed in as a file.

    `path`: the file, or a pattern whose every match is read. `sheets`: names of the sheets to read,
    ("*",) for all that bear the headings, () for the first one that is not hidden. `header_row`:
    the first row of the headings, from 1; `header_rows`: how many they take. `skip_rows_with`: rows
    with such a cell are left out; None when nothing is said. `constants`: canonical column → the
    value of every row. `scale`: canonical column → what its numbers are multiplied by. `hashed`:
    columns that are only taken over as a keyed digest.
    """

    path: Path
    sheets: tuple[str, ...] = ()
    header_row: int = 1
    header_rows: int = 1
    skip_rows_with: tuple[str, ...] | None = None
    constants: Mapping[str, Any] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    hashed: tuple[str, ...] = ()

    @property
    def is_pattern(self) -> bool:
        return any(sign in self.path.name for sign in _GLOB)


def file_source(entry: Mapping[str, Any], dataset: Dataset, folder: Path,
                where: str) -> FileSource | None:
    """The file an entry names, None when it names none. Raises InputError saying which key to mend.
    """
    if entry.get("file") is None:
        for name in FILE_KEYS:
            if name in entry:
                raise InputError(f"{where} 写了 {name} 却没有 file；请补上 file 或删去 {name}。")
        return None
    row, rows = _header(entry, where)
    skipped = entry.get("skip_rows_with")
    return FileSource((folder / str(entry["file"])).resolve(), _sheets(entry, where), row, rows,
                      None if skipped is None else _texts(skipped, "skip_rows_with", where),
                      _constants(entry.get("constants", {}), dataset, where),
                      _scale(entry.get("scale"), dataset, where),
                      _hashed(entry.get("hash", []), dataset, where))


def _header(entry: Mapping[str, Any], where: str) -> tuple[int, int]:
    """The first row of the headings and how many they take; `header_rows` may also list the rows.
    """
    row, rows = entry.get("header_row", 1), entry.get("header_rows", 1)
    if not _is_count(row):
        raise InputError(f"{where} header_row 应是表头所在的行号（从 1 数起）；现为 {row!r}。")
    if isinstance(rows, list):
        if (
            not rows
            or not all(map(_is_count, rows))
            or rows != list(range(rows[0], rows[0] + len(rows)))
        ):
            raise InputError(f"{where} header_rows 应是相连的行号，例如 [2, 3]；现为 {rows!r}。")
        return rows[0], len(rows)
    if not _is_count(rows):
        raise InputError(f"{where} header_rows 应是表头占的行数，例如 2；现为 {rows!r}。")
    return row, rows


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _sheets(entry: Mapping[str, Any], where: str) -> tuple[str, ...]:
    if "sheet" in entry and "sheets" in entry:
        raise InputError(f"{where} 同时写了 sheet 和 sheets；请只留一个。")
    if "sheet" in entry:
        return (str(entry["sheet"]),)
    given = entry.get("sheets", [])
    return (given,) if isinstance(given, str) else _texts(given, "sheets", where)


def _texts(given: Any, name: str, where: str) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, list) or not all(
        isinstance(one, str) and one.strip() for one in given
    ):
        raise InputError(f"{where} {name} 应是一串文字，例如 {name} = [\"…\", \"…\"]；请改正。")
    return tuple(given)


def empty_marks(entry: Mapping[str, Any], where: str) -> frozenset[str]:
    """Texts that stand for nothing in this dataset, besides the usual ones."""
    return frozenset(text.strip() for text in _texts(entry.get("empty", []), "empty", where))


def _constants(given: Any, dataset: Dataset, where: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise InputError(f"{where} constants 应是表，写成 规范列 = \"值\"；请改正。")
    return {name: _constant(_column(dataset, name, "constants", where), value, where)
            for name, value in given.items()}


def _constant(column: Column, value: Any, where: str) -> Any:
    if column.categories and value not in column.categories:
        raise InputError(
            f"{where} constants.{column.name} 写的是 \"{value}\"；可用的有 {'、'.join(column.categories)}。")
    outcome = Reading(column).outcome(value)
    if outcome.wrong or outcome.note or outcome.value is None:
        raise InputError(f"{where} constants.{column.name} 写的是 \"{value}\"，不能用作该列的值；请改正。")
    return outcome.value


def _scale(given: Any, dataset: Dataset, where: str) -> dict[str, float]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        names = [column.name for column in dataset.columns if column.name in _AMOUNTS]
        if not names:
            raise InputError(f"{where} 写了 scale，而这个数据集没有数量列；请删去。")
        given = {names[0]: given}
    for name, factor in given.items():
        column = _column(dataset, name, "scale", where)
        usable = (
            isinstance(factor, int | float) and not isinstance(factor, bool) and 0 < factor < 1e12
        )
        if column.type not in (ColumnType.INT, ColumnType.REAL) or not usable:
            raise InputError(
                f"{where} scale 应是大于 0 的倍数，用于数量列，例如以万元计的写 10000；现为 {name} = {factor!r}。")
    return {name: float(factor) for name, factor in given.items()}


def _hashed(given: Any, dataset: Dataset, where: str) -> tuple[str, ...]:
    names = _texts(given, "hash", where)
    for name in names:
        column = _column(dataset, name, "hash", where)
        if (
            column.type != ColumnType.CODE
            or column.categories
            or column.name.endswith(("unit_code", "township_code", "village_code"))
        ):
            raise InputError(f"{where} hash 中的 {name} 不是编号列，不能加密读取；请删去。")
    return names


def _column(dataset: Dataset, name: str, key: str, where: str) -> Column:
    try:
        return dataset.column(name)
    except KeyError:
        raise InputError(
            f"{where} {key} 中的列 {name} 不是规范列名；可用的有 {'、'.join(dataset.column_names)}。") from None
