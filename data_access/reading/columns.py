"""Many rows as a few columns of numbers, so that no row is an object: a text is a position in a
list of names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

_NO_MORE = 2**62  # a key of several columns stays below, so that it fits a 64-bit number


@dataclass(frozen=True)
class Words:
    """A column of texts: `codes` are positions in `names`, -1 for null."""

    codes: np.ndarray
    names: Sequence[Any]

    def taken(self, rows: np.ndarray) -> Words:
        """The same texts at these rows."""
        return Words(self.codes[rows], self.names)


Column = np.ndarray | Words
"""Numbers (whole ones, or floats with NaN for null) or words."""
Table = Mapping[str, Column]
"""Columns of one length by name."""


def length(table: Table) -> int:
    """How many rows the table has."""
    first = next(iter(table.values()))
    return len(first.codes if isinstance(first, Words) else first)


def numbers(column: Column) -> np.ndarray:
    """The column as floats, NaN for null; texts are read as numbers. ValueError for a text that is
    none.
    """
    if isinstance(column, Words):
        # -1, the last, is null
        given: np.ndarray = np.array([*column.names, np.nan], dtype=float)[column.codes]
        return given
    return column.astype(float)


def stacked(tables: Sequence[Table]) -> Table:
    """The tables below each other, the names of their words in one order. No word may be null."""
    return {name: _stacked([table[name] for table in tables]) for name in tables[0]}


def _stacked(parts: list[Any]) -> Column:
    if not isinstance(parts[0], Words):
        return np.concatenate(parts)
    names = sorted({name for part in parts for name in part.names})
    place = {name: position for position, name in enumerate(names)}
    moved = [np.array([place[name] for name in part.names], dtype=np.int32)[part.codes]
             for part in parts]
    return Words(np.concatenate(moved), names)


def summed(table: Table, sums: Sequence[str]) -> Table:
    """Rows alike in all but the `sums` added up, in order of their other columns from the left.

    Words must have their names in order. Floats are added in the order of the rows, with
    compensation.
    """
    keys = [column for name, column in table.items() if name not in sums]
    first, group = _groups(keys, length(table))
    added = pd.DataFrame({name: table[name] for name in sums}).groupby(group, sort=True).sum()
    return {name: added[name].to_numpy() if name in sums else column.taken(first)
            if isinstance(column, Words) else column[first] for name, column in table.items()}


def _groups(keys: list[Column], rows: int) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each group, in order of the keys, and the group of each row."""
    joint, size = np.zeros(rows, dtype=np.int64), 1
    for column in keys:
        codes, count = _ordered(column)
        if size * count > _NO_MORE:
            used, joint = np.unique(joint, return_inverse=True)
            size = len(used)
        joint, size = joint * count + codes, size * count
    _, first, group = np.unique(joint, return_index=True, return_inverse=True)
    return first, group


def _ordered(column: Column) -> tuple[np.ndarray, int]:
    """Positions in the order of what the column holds, and how many there are."""
    if isinstance(column, Words):
        return column.codes, max(len(column.names), 1)
    codes, names = pd.factorize(column, sort=True)
    return codes, max(len(names), 1)


def from_frame(frame: pd.DataFrame) -> Table:
    """The columns of a frame; categories and texts become words."""
    return {name: frame[name].to_numpy() if pd.api.types.is_numeric_dtype(frame[name].dtype)
            else _coded(frame[name]) for name in frame.columns}


def _coded(texts: pd.Series[Any]) -> Words:
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return Words(texts.array.codes, list(texts.array.categories))
    # a file forgets of a column without any text that it had categories
    codes, names = pd.factorize(texts)
    return Words(codes, names.tolist())


def to_frame(table: Table) -> pd.DataFrame:
    """The columns as a frame; words become categories, those that occur and in order of their
    names.
    """
    return pd.DataFrame({name: _category(column) if isinstance(column, Words) else column
                         for name, column in table.items()}, copy=False)


def _category(words: Words) -> pd.Categorical:
    used = np.flatnonzero(np.bincount(words.codes, minlength=len(words.names)))
    place = np.zeros(len(words.names), dtype=np.int32)
    place[used] = np.arange(len(used))
    names = pd.Index([words.names[n] for n in used.tolist()], dtype="str")
    return pd.Categorical.from_codes(place[words.codes], names)
