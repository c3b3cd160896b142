"""What the cells of a column say about it: whether they read as its type, and which category each is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from data_access.boundary import DivisionNames
from data_access.boundary.cells import Reading, as_text
from data_access.boundary.empty import CELL_MARKS, NO_END
from data_access.proposing.words import plain
from kpi.definitions import Column, ColumnType

_DIFFERENT = 40
_TYPED = (ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.INT, ColumnType.REAL)


def readable(column: Column, values: Sequence[Any], empty: frozenset[str]) -> float | None:
    """The share of the values that read as the column's type, 0–1; None when nothing can be judged:
    no values, or a type that takes any text.
    """
    if column.type not in _TYPED:
        return None
    reading = Reading(column, CELL_MARKS | empty | NO_END)
    outcomes = [reading.outcome(value) for value in values
                if as_text(value) not in reading.marks]
    if not outcomes:
        return None
    return sum(one.wrong is None and one.value is not None for one in outcomes) / len(outcomes)


def placed(column: Column, values: Sequence[Any], names: DivisionNames | None) -> float | None:
    """The share of the different values that stand for a unit or township, 0–1; None when nothing
    can be judged.
    """
    if names is None or column.name not in ("unit_code", "township_code"):
        return None
    different = tuple(dict.fromkeys(as_text(value) for value in values))[:_DIFFERENT]
    return _share(names, column.name == "township_code", different) if different else None


@lru_cache(maxsize=4096)
def _share(names: DivisionNames, townships: bool, different: tuple[str, ...]) -> float:
    # the same column is looked at for every dataset
    if townships:
        return sum(bool(names.township(one).township) for one in different) / len(different)
    units = [names.unit(one) for one in different]
    return sum(one.settles and not one.township for one in units) / len(different)


def category(text: str, meanings: Mapping[str, Sequence[str]]) -> str | None:
    """The canonical value a text says: itself, else that of the longest word in it; None when it
    says none, or two by words of the same length.
    """
    given = plain(text)
    if given in meanings:
        return given
    lengths = {value: max((len(plain(word)) for word in words if plain(word) in given), default=0)
               for value, words in meanings.items()}
    longest = max(lengths.values(), default=0)
    best = [value for value, length in lengths.items() if length == longest]
    return best[0] if longest and len(best) == 1 else None


def says_flag(text: str) -> bool:
    """Whether a text is read as yes or no without being mapped."""
    return Reading(Column("", ColumnType.BOOL)).outcome(text).wrong is None
