"""A register as it is stored: the columns of its dataset and no others, every value as one text.

Dates are ISO, flags 1 or 0, categories the names the definitions give them, "" is a null. What is
stored is a text file with the columns' own names as headings, which is read like any other file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.definitions import Column, ColumnType, Dataset
from kpi.vocabulary import InputError

Key = tuple[str, ...]


@dataclass(frozen=True)
class Register:
    """The rows of one unit. `columns`: names of canonical columns; `rows`: texts, in their order.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()

    def keyed(self, key: Sequence[str]) -> dict[Key, tuple[str, ...]]:
        """Every row by its values of these columns; of rows alike in them the last."""
        places = [self.columns.index(name) for name in key]
        return {tuple(row[place] for place in places): row for row in self.rows}


def form_columns(dataset: Dataset) -> tuple[Column, ...]:
    """What is asked of a unit, in order: the dataset's columns, without the time of the last change.
    """
    return tuple(column for column in dataset.columns if column.type != ColumnType.TIMESTAMP)


def key_columns(dataset: Dataset) -> tuple[str, ...]:
    """The columns two rows of a register must not both be alike in.

    The dataset's key; where one thing is rightly listed several times also what tells its rows
    apart: the rest of the identity that repeats (a case by stage), and the counting date (a person
    covered twice).
    """
    names = [dataset.key]
    repeats = dataset.repeats
    if repeats is not None and dataset.key in repeats.same:
        names += [name for name in repeats.same if name in dataset.column_names]
    alone = set(names) == {dataset.key}
    if alone and dataset.counted_on and (repeats is not None or dataset.overlaps is not None):
        names.append(dataset.counted_on)
    return tuple(dict.fromkeys(names))


def bare_text(column: Column, value: Any) -> str:
    """The text a value of the column is stored as; "" for null. Line breaks become blanks."""
    if value is None or value != value:
        return ""
    if column.type == ColumnType.BOOL:
        return "1" if value else "0"
    if column.type == ColumnType.REAL:
        return repr(float(value)).removesuffix(".0")
    return " ".join(str(value).split()) if column.type == ColumnType.TEXT else str(value).strip()


def as_csv(register: Register) -> str:
    """The register as it is stored."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(register.columns)
    writer.writerows(register.rows)
    return text.getvalue()


def from_csv(text: str, dataset: Dataset) -> Register:
    """The register a stored text holds, in the dataset's columns of today; what an older text does
    not have is null. Raises InputError for a text that is no register.
    """
    columns = tuple(column.name for column in form_columns(dataset))
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        lines = []
    if not lines or dataset.key not in lines[0] or any(len(row) != len(lines[0]) for row in lines):
        raise InputError(f"存下的“{dataset.title}”台账读不出来；请从备份恢复。")
    found: Mapping[str, int] = {name: place for place, name in enumerate(lines[0])}
    return Register(columns, tuple(
        tuple(row[found[name]] if name in found else "" for name in columns) for row in lines[1:]))
