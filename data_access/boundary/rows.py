"""The rows of one sheet as canonical values, column by column; what cannot be read is named, never
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_access.boundary.cells import (
    ADVICE,
    AMOUNT_COLUMNS,
    TICKS,
    UNSAVED,
    Flawed,
    Note,
    Outcome,
    Reading,
)
from data_access.boundary.empty import CELL_MARKS
from data_access.boundary.file_source import FileSource
from data_access.boundary.grid import Grid, Merge
from data_access.boundary.hashing import Hasher
from data_access.boundary.mapping import DatasetMapping
from data_access.boundary.noticed import MERGED, Noticed, shown
from kpi.definitions import ColumnType

_TOTALS = frozenset({"合计", "小计", "总计", "共计", "累计", "示例", "样例", "填写示例"})
_SIGNED = re.compile(r"(?:审批|审核|制单|制表|填表|填报|经办|复核|签字|签名|负责|联系|领导|单位负责|群众代表)"
                     r"(?:[（(]?(?:人|人员|代表|单位|电话|签字|签名|日期|时间|盖章)[）)]?){0,3}\s*[：:].{0,30}")
_HAVING = {"有": "是", "无": "否"}
_SKIP = "合计、示例一类的行请用 skip_rows_with = [\"合计\", \"小计\", \"示例\"] 跳过，或删去"
_TOTAL = re.compile(r".{0,6}(?:合计|小计|总计)|(?:合计|小计|总计|示例|样例)[：:（(].{0,20}")


@dataclass(frozen=True)
class Rows:
    """Values of each canonical column, all of one length, and the row number each came from."""

    columns: Mapping[str, list[Any]]
    numbers: Sequence[int]


def read_rows(mapping: DatasetMapping, file: FileSource, grid: Grid, positions: Mapping[str, int],
              where: str, noticed: Noticed, hasher: Hasher) -> Rows:
    """The rows under the headings. Rows without anything in a mapped column are none; bad cells go
    to `noticed`.
    """
    first = file.header_row - 1 + file.header_rows
    if grid.flaws.lost:
        noticed.bad(where, "有公式没有保存结果，且看不出在哪一格；请用 Excel 或 WPS 打开、重新计算后另存")
    table = _Table(grid, first, positions)
    skipped = _skipped(table, file, where, noticed)
    none = skipped | _headings_again(mapping, table, where, noticed) | _signatures(
        table, where, noticed)
    indexes = [index for index, filled in enumerate(table.filled()) if filled and index not in none]
    _fill_merged(mapping, table, indexes, where, noticed)
    numbers = [grid.number(first + index) for index in indexes]
    columns: dict[str, list[Any]] = {}
    for name in positions:
        cells = table.columns[name]
        cells = [cells[index] for index in indexes] if len(indexes) != len(cells) else cells
        reading = _reading(mapping, file, name, grid)
        if reading.type == ColumnType.BOOL and mapping.values.get(name) is None:
            cells = _flags(cells, numbers, where, mapping.their_column(name), noticed)
        columns[name] = _column(_Cells(cells, numbers, where, mapping.their_column(name)), reading,
                                noticed, hasher if name in file.hashed else None)
    return Rows(columns, numbers)


class _Table:
    """The data rows of a grid by column: the mapped ones by name, all of them for looking for
    totals.
    """

    def __init__(self, grid: Grid, first: int, columns: Mapping[str, int]) -> None:
        rows = grid.rows[first:]
        self.first, self.count, self.merges, self.found = first, len(rows), grid.merges, columns
        width = max((len(row) for row in rows), default=0)
        width = max(width, *(position + 1 for position in columns.values()))
        if any(len(row) != width for row in rows):
            rows = [[*row, *[""] * (width - len(row))] for row in rows]
        self.everything: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [
            [] for _ in range(width)
        ]
        for (row, column), text in grid.flaws.errors.items():
            self._put(row, column, Flawed(text))
        for row, column in grid.flaws.unsaved:
            self._put(row, column, Flawed(None))
        self.columns = {name: self.everything[position] for name, position in columns.items()}

    def _put(self, row: int, column: int, cell: Flawed) -> None:
        if row >= self.first and column < len(self.everything) and row - self.first < self.count:
            self.everything[column][row - self.first] = cell

    def filled(self) -> list[bool]:
        """Whether each row has anything in a mapped column."""
        filled = [False] * self.count
        for column in self.columns.values():
            # the first column decides for most rows
            for index in [index for index, is_filled in enumerate(filled) if not is_filled]:
                filled[index] = not _blank(column[index])
        return filled


def _blank(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


def _skipped(table: _Table, file: FileSource, where: str, noticed: Noticed) -> frozenset[int]:
    """Rows to leave out. A row of totals nothing is said about is bad: it would be counted like any
    other.
    """
    marks = file.skip_rows_with or ()
    signs = {mark.strip()[-1] for mark in marks} | {"计", "例"}
    skipped: set[int] = set()
    totals: dict[int, str] = {}
    for column in table.everything:
        texts = {cell: "".join(cell.split()) for cell in _texts(column)
                 if any(sign in cell for sign in signs)}
        leave = {cell for cell, plain in texts.items()
                 if any(_is_marked(plain, mark) for mark in marks)}
        total = {cell for cell, plain in texts.items() if plain in _TOTALS
                 or _TOTAL.fullmatch(plain)} - leave
        if leave or total:
            for index, cell in enumerate(column):
                if isinstance(cell, str) and cell in leave:
                    skipped.add(index)
                elif isinstance(cell, str) and cell in total:
                    totals.setdefault(index, cell)
    for index, cell in totals.items():
        if index not in skipped:
            noticed.bad(where, f"第 {table.first + index + 1} 行写着“{shown(cell)}”，像是合计或示例，不是一条记录",
                        _SKIP)
    if skipped:
        noticed.remark(
            "skipped_rows",
            len(skipped),
            where,
            f"按 skip_rows_with 跳过了 {len(skipped)} 行（第 {table.first + min(skipped) + 1} 行起），没有计入",
        )
    return frozenset(skipped)


def _signatures(table: _Table, where: str, noticed: Noticed) -> frozenset[int]:
    """Rows that say nothing but who signed (审批人：… 制单人：…), as at the foot of a register."""
    signing = {index for column in table.everything for index, cell in enumerate(column)
               if cell.__class__ is str and ("：" in cell or ":" in cell)
               and _SIGNED.fullmatch(cell.strip())}
    alone = frozenset(index for index in signing
                      if all(_blank(column[index]) or (isinstance(column[index], str)
                                                       and _SIGNED.fullmatch(column[index].strip()))
                             for column in table.everything))
    if alone:
        noticed.remark(
            "skipped_rows",
            len(alone),
            where,
            f"第 {table.first + min(alone) + 1} 行{'等处' if len(alone) > 1 else ''}只有审批、制表一类的落款，没有计入",
        )
    return alone


def _headings_again(mapping: DatasetMapping, table: _Table, where: str,
                    noticed: Noticed) -> frozenset[int]:
    """Rows that say nothing but the headings once more, as below each part of a register; they are
    no records.
    """
    headings = {name: "".join(mapping.their_column(name).rpartition("/")[2].split())
                for name in table.columns}
    again = set()
    for index in range(table.count):
        written = [(name, cell) for name, cells in table.columns.items()
                   if not _blank(cell := cells[index])]
        if len(written) > 1 and all(
            isinstance(cell, str) and "".join(cell.split()) == headings[name]
            for name, cell in written
        ):
            again.add(index)
    if again:
        noticed.remark(
            "skipped_rows",
            len(again),
            where,
            f"第 {table.first + min(again) + 1} 行{'等处' if len(again) > 1 else ''}又写了一遍表头，没有计入",
        )
    return frozenset(again)


def _texts(column: list[Any]) -> set[str]:
    return {cell for cell in column if cell.__class__ is str}


def _is_marked(text: str, mark: str) -> bool:
    plain = "".join(mark.split())
    return (
        text == plain
        or (text.endswith(plain) and len(text) <= len(plain) + 6)
        or text.startswith((f"{plain}：", f"{plain}:", f"{plain}（", f"{plain}("))
    )


def _fill_merged(mapping: DatasetMapping, table: _Table, indexes: Sequence[int], where: str,
                 noticed: Noticed) -> None:
    rows = frozenset(indexes)
    names = {position: name for name, position in table.found.items()}
    budget = len(table.everything) * (table.count + 1)
    for merge in table.merges:
        budget -= merge[1][0] - merge[0][0]
        if budget < 0:
            noticed.bad(where, "的合并单元格互相重叠，文件已损坏；请取消合并后另存")
            return
        _fill_one(mapping, table, merge, rows, names, where, noticed)


def _fill_one(mapping: DatasetMapping, table: _Table, merge: Merge, rows: frozenset[int],
              names: Mapping[int, str], where: str, noticed: Noticed) -> None:
    (top, left), (bottom, right) = merge
    first, last = top - table.first, min(bottom - table.first, table.count - 1)
    mapped = [position for position in range(left, right + 1) if position in names]
    covered = [index for index in range(max(first, 0), last + 1) if index in rows]
    if not mapped or not covered or first < 0:
        return
    place = f"第 {top + 1} 行“{mapping.their_column(names[mapped[0]])}”"
    value = table.everything[left][first]
    if len(mapped) > 1 and (not _blank(value) or len(covered) > 1):
        noticed.bad(where, f"{place}与右边的格合并了，看不出各列的值；请取消合并后分别填写")
        return
    if len(covered) < 2:
        return
    name = names[mapped[0]]
    if _blank(value):
        # merging keeps the first value only: what stood below is gone
        noticed.note(MERGED, where, mapping.their_column(name), top + 1, "空")
        return
    if name in AMOUNT_COLUMNS or name == mapping.dataset.key or name == mapping.dataset.identity:
        noticed.bad(where, f"{place}合并了 {len(covered)} 行，看不出每行各是多少；请取消合并后逐行填写")
        return
    for index in covered:
        table.columns[name][index] = value
    noticed.note(MERGED, where, mapping.their_column(name), top + 1, value)


def _reading(mapping: DatasetMapping, file: FileSource, name: str, grid: Grid) -> Reading:
    values = mapping.values.get(name)
    return Reading(mapping.dataset.column(name), CELL_MARKS | mapping.empty, None if not values
                   else frozenset(values), mapping.dataset.identity == name,
                   file.scale.get(name, 1.0), mapping.dataset.most if name == mapping.dataset.amount
                   else None, grid.epoch)


def _flags(cells: list[Any], numbers: Sequence[int], where: str, heading: str,
           noticed: Noticed) -> list[Any]:
    """Yes and no where only the whole column says what is meant.

    有 and 无 are yes and no where both are used; 无 among 是 and 否 stands for nothing. In a column that
    is ticked or left blank, and never crossed, a blank says no.
    """
    kinds = {cell.strip() for cell in cells if isinstance(cell, str)} - {""}
    if not kinds or not all(isinstance(cell, str) or cell is None for cell in cells):
        return cells
    if "有" in kinds and kinds <= _HAVING.keys():
        return [_HAVING.get(cell.strip(), cell) if isinstance(cell, str) else cell
                for cell in cells]
    if not kinds <= TICKS:
        return cells
    for number, cell in zip(numbers, cells, strict=True):
        if _blank(cell):
            noticed.note(Note.TICK_BLANK, where, heading, number, "")
    return ["否" if _blank(cell) else cell for cell in cells]


@dataclass(frozen=True)
class _Cells:
    cells: Sequence[Any]
    numbers: Sequence[int]
    where: str
    heading: str


def _column(given: _Cells, reading: Reading, noticed: Noticed, hasher: Hasher | None) -> list[Any]:
    outcomes: dict[Any, Outcome] = {}
    values = []
    for index, cell in enumerate(given.cells):
        # True and 1 are equal, and not the same cell
        key = (cell.__class__, cell)
        outcome = outcomes.get(key)
        if outcome is None:
            outcome = outcomes[key] = reading.outcome(cell)
        if outcome.wrong is not None or outcome.note is not None:
            _tell(given, index, cell, outcome, noticed, reading, hidden=hasher is not None)
        values.append(outcome.value)
    return values if hasher is None else [hasher.digest(value) for value in values]


def _tell(given: _Cells, index: int, cell: Any, outcome: Outcome, noticed: Noticed,
          reading: Reading, *, hidden: bool) -> None:
    row = given.numbers[index]
    if outcome.note is not None:
        noticed.note(outcome.note, given.where, given.heading, row, cell, hidden)
        return
    assert outcome.wrong is not None
    noticed.bad(given.where, f"第 {row} 行“{given.heading}”{_written(cell, outcome.wrong, hidden)}",
                ADVICE.get(outcome.wrong, "") or _way_out(reading, cell, hidden))


def _way_out(reading: Reading, cell: Any, hidden: bool) -> str:
    """What else can be done about a cell of a column that may be empty, where the file is somebody
    else's; "" for others.
    """
    if not reading.column.nullable:
        return ""
    if (
        isinstance(cell, str)
        and not hidden
        and len(cell) <= 10
        and not any(one.isdigit() for one in cell)
    ):
        return f"“{shown(cell)}”如果表示还没有，可在该数据集写 empty = [\"{shown(cell)}\"]"
    if reading.type == ColumnType.REAL:
        return f"{reading.column.name} 用不到的，可在 columns 中写 {reading.column.name} = \"\" 不读这一列"
    return ""


def _written(cell: Any, wrong: str, hidden: bool) -> str:
    if wrong == UNSAVED:
        return wrong
    if _blank(cell):
        return f"空着，不是{wrong}"
    return f"写的内容不是{wrong}" if hidden else f"写的是“{shown(cell)}”，不是{wrong}"
