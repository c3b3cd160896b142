"""Which column of a sheet is which canonical one, by the headings it bears."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data_access.boundary.file_source import FileSource
from data_access.boundary.grid import Grid
from data_access.boundary.mapping import DatasetMapping
from data_access.boundary.noticed import shown

_LISTED = 40
_UNIT = re.compile(r"[万亿千百](?:元|人|个|条|岗|名|次)|（[万亿千]）|\([万亿千]\)")
_UNIT_NOTE = re.compile(r"单位[：:]?.{0,4}?[万亿千](?:元|人|个|条|岗|名|次)?")
_AMOUNTS = frozenset({"headcount", "amount", "population"})


@dataclass(frozen=True)
class Headings:
    """Names of each column from the left; with headings of several rows the lowest and the whole
    path from above.
    """

    names: tuple[frozenset[str], ...]
    shown: tuple[str, ...]

    def found(self, name: str) -> list[int]:
        return [position for position, names in enumerate(self.names) if name in names]


def headings_of(grid: Grid, file: FileSource) -> Headings:
    first = file.header_row - 1
    rows = [[_plain(cell) for cell in row] for row in grid.rows[first:first + file.header_rows]]
    width = max(map(len, rows), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    for (top, left), (bottom, right) in grid.merges:
        if first <= top < first + len(rows):
            for row in range(top - first, min(bottom - first + 1, len(rows))):
                for column in range(left, min(right + 1, width)):
                    rows[row][column] = rows[top - first][left] if left < width else ""
    columns = list(zip(*rows, strict=True)) if rows else []
    paths = [tuple(dict.fromkeys(part for part in column if part)) for column in columns]
    return Headings(tuple(_named(path) for path in paths),
                    tuple(path[-1] for path in paths if path))


def _named(path: Sequence[str]) -> frozenset[str]:
    return frozenset((path[-1], "".join(path), "/".join(path))) if path else frozenset()


def _plain(cell: Any) -> str:
    return (
        ""
        if cell is None
        else "".join(str(cell).replace("\ufeff", "").replace("\u200b", "").split())
    )


def wanted(mapping: DatasetMapping, file: FileSource) -> Mapping[str, str]:
    """Canonical column → heading, of every column the file must or may have."""
    names = {column.name: "".join(mapping.their_column(column.name).split())
             for column in mapping.dataset.columns}
    return {name: theirs for name, theirs in names.items() if theirs and name not in file.constants}


def fitted(mapping: DatasetMapping, file: FileSource, grid: Grid) -> FileSource:
    """`file` with `header_row` as the first row of the headings, also where their last row was
    given for it.

    Only where the headings are found that way and not the other.
    """
    if (
        file.header_rows == 1
        or file.header_row < file.header_rows
        or bears(mapping, file, headings_of(grid, file))
    ):
        return file
    other = replace(file, header_row=file.header_row - file.header_rows + 1)
    return other if bears(mapping, other, headings_of(grid, other)) else file


def bears(mapping: DatasetMapping, file: FileSource, headings: Headings) -> bool:
    """Whether every needed heading is there."""
    return all(headings.found(theirs) for name, theirs in wanted(mapping, file).items()
               if name != "updated_at")


def resembles(mapping: DatasetMapping, file: FileSource, headings: Headings) -> bool:
    """Whether at least half of the needed headings are there."""
    needed = [theirs for name, theirs in wanted(mapping, file).items() if name != "updated_at"]
    return 2 * sum(bool(headings.found(theirs)) for theirs in needed) >= len(needed)


def positions(mapping: DatasetMapping, file: FileSource, headings: Headings,
              where: str) -> Mapping[str, int] | str:
    """Canonical column → position; or what is wrong with the headings, all of it in one sentence.
    """
    result: dict[str, int] = {}
    missing: list[str] = []
    repeated: list[str] = []
    for name, theirs in wanted(mapping, file).items():
        places = headings.found(theirs)
        if not places and name == "updated_at":
            continue
        if len(places) != 1:
            (repeated if places else missing).append(f"“{theirs}”（对应规范列 {name}）")
        else:
            result[name] = places[0]
    if not missing and not repeated:
        return result
    problems = ([f"没有列{'、'.join(missing)}"] if missing else []) + (
        [f"有不止一个列{'、'.join(repeated)}"] if repeated else [])
    dataset = mapping.dataset
    return (
        f"数据集 {dataset.name}（{dataset.title}）：{where} {'，'.join(problems)}；第 {file.header_row} 行现有的表头是 "
        f"{_listed(headings)}；请在 sources.toml 的 [datasets.{dataset.name}.columns] 中改正，或改正 header_row。"
    )


def _listed(headings: Headings) -> str:
    names = [shown(name)[:12] for name in headings.shown]
    return "、".join(names[:_LISTED]) + (f" 等 {len(names)} 列" if len(names) > _LISTED else "")


def unscaled(mapping: DatasetMapping, file: FileSource, grid: Grid,
             columns: Mapping[str, int]) -> str | None:
    """What is wrong when amounts are given in 万, 千 or 亿 and nothing says what to multiply them by;
    None when all is well.
    """
    amounts = [name for name in columns if name in _AMOUNTS and name not in file.scale]
    if not amounts:
        return None
    headings = ["".join(_plain(row[columns[name]])
                        for row in grid.rows[file.header_row - 1:file.header_row - 1
                                             + file.header_rows] if columns[name] < len(row))
                for name in amounts]
    above = [text for row in grid.rows[:file.header_row - 1] for text in map(_plain, row)
             if _UNIT_NOTE.search(text)]
    unit = next((text for text in headings if _UNIT.search(text)), None) or next(iter(above), None)
    if unit is None:
        return None
    return (
        f"数量列的单位写的是“{unit[:30]}”，而 sources.toml 没有写 scale；请在 [datasets.{mapping.dataset.name}] 中"
        "写明倍数（万写 10000，千写 1000；确实不用换算的写 1）")


