"""A table as it is looked at before anything is mapped: its headings, and what is below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data_access.boundary import SAMPLE_ROWS, personal
from data_access.boundary.cells import Flawed, as_text
from data_access.boundary.noticed import shown
from data_access.boundary.privacy import Personal
from data_access.proposing.words import Words

MOST_KINDS = 60
"""A column with more different texts is no category."""
_FIRST_ROWS = 10
HIDDEN = "（个人信息，不显示）"


@dataclass(frozen=True)
class ShapeColumn:
    """One column. `name`: what a mapping calls it by, unlike every other's. `headings`: whatever it
    goes by, a comment of the database among them.

    `values`: up to `SAMPLE_ROWS` that are not empty; none of a personal column, whose `personal`
    says of which kind. `kinds`: the different texts in it, None when there are more than
    `MOST_KINDS`.
    """

    name: str
    headings: tuple[str, ...]
    values: tuple[Any, ...] = ()
    kinds: tuple[str, ...] | None = ()
    personal: str | None = None


@dataclass(frozen=True)
class Shape:
    """A table. `about`: what it is called: file, sheet, title rows, table. `first`: the first rows
    as they may be shown, in the order of `columns`. `skip`: texts of rows that are no records.
    """

    about: tuple[str, ...]
    columns: tuple[ShapeColumn, ...]
    rows: int = 0
    first: tuple[tuple[str, ...], ...] = ()
    skip: tuple[str, ...] = ()

    def column(self, name: str) -> ShapeColumn | None:
        return next((one for one in self.columns if one.name == name), None)

    @property
    def selectable(self) -> tuple[str, ...]:
        """The columns a mapping may use: none with personal data."""
        return tuple(one.name for one in self.columns if one.personal is None)


def shape_of(about: Sequence[str], names: Sequence[tuple[str, tuple[str, ...]]],
             rows: Sequence[Sequence[Any]], words: Words) -> Shape:
    """The shape of rows below these (name, headings). Rows may be shorter than the headings."""
    given = [row for row in rows if any(not blank(cell) for cell in row)]
    records = [row for row in given if not _is_total(row, words)]
    columns = tuple(_column(name, headings, [row[position] for row in records
                                             if position < len(row)], words)
                    for position, (name, headings) in enumerate(names))
    skip = tuple(mark for mark in words.skip
                 if any(_says(cell, mark) for row in given for cell in row))
    return Shape(tuple(about), columns, len(records), _first(records, columns), skip)


def blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _says(cell: Any, mark: str) -> bool:
    return isinstance(cell, str) and "".join(cell.split()) == mark


def _is_total(row: Sequence[Any], words: Words) -> bool:
    return any(_says(cell, mark) for cell in row for mark in words.skip)


def _column(name: str, headings: tuple[str, ...], cells: Sequence[Any],
            words: Words) -> ShapeColumn:
    filled = [cell for cell in cells if not blank(cell) and not isinstance(cell, Flawed)]
    if any(words.is_personal(heading) for heading in headings):
        return ShapeColumn(name, headings, kinds=None, personal=f"表头写着“{name}”")
    kinds = dict.fromkeys(as_text(cell) for cell in filled)
    finding = personal((as_text(cell) for cell in filled[:SAMPLE_ROWS]), is_key=True)
    # townships and trades look like people's names by the dozen; their headings say what they are
    alike = (any(map(words.names_a_column, headings))
             and not any(map(words.tells_apart, headings)))
    if finding is not None and not (finding.kind == Personal.NAME and alike):
        return ShapeColumn(name, headings, kinds=None, personal=f"内容像{finding.kind}")
    return ShapeColumn(name, headings, tuple(filled[:SAMPLE_ROWS]),
                       tuple(kinds) if len(kinds) <= MOST_KINDS else None)


def _first(rows: Sequence[Sequence[Any]],
           columns: Sequence[ShapeColumn]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_cell(row, position, column) for position, column in enumerate(columns))
                 for row in rows[:_FIRST_ROWS])


def _cell(row: Sequence[Any], position: int, column: ShapeColumn) -> str:
    if column.personal is not None:
        return HIDDEN
    return "" if position >= len(row) or blank(row[position]) else shown(row[position])
