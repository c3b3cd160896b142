"""Turns what a database counted into cells of the grain of `kpi.definitions.cube`, piece by piece
and in bounded memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data_access.reading.columns import (
    Column,
    Table,
    Words,
    from_frame,
    length,
    numbers,
    stacked,
    summed,
    to_frame,
)
from data_access.reading.queries import ORIGINS, STATUSES, UNKNOWN_UNIT, ReadingRules
from kpi.definitions import UNDATED, ColumnType, Dataset, Event
from kpi.vocabulary import Geography
from kpi.vocabulary.lives import units_that_fit

SUMS = ("rows", "amount", "conflicts")
SLICE_DAYS = 1
_HELD = 400_000


def slice_of(day: int) -> int:
    """The slice a counting date (days since 1970) lies in; `UNDATED` stays itself."""
    return UNDATED if day == UNDATED else day // SLICE_DAYS


def nothing(dataset: Dataset) -> pd.DataFrame:
    """No cells, but with every column, so that they can be put together with others."""
    text = pd.Series([], dtype=pd.CategoricalDtype(pd.Index([], dtype="str")))
    number = pd.Series(dtype=np.int32)
    return pd.DataFrame({"status": text, "event": text, "day": number, "township": text,
                         "unit": text, "origin": text,
                         **{name: number.astype(np.int8) if is_flag(dataset, name) else text
                            for name in dataset.dimensions},
                         **({"slice": number} if dataset.sliced else {}),
                         "rows": number.astype(np.int64), "amount": number.astype(float),
                         "conflicts": number.astype(np.int64)})


def _no_rows(dataset: Dataset) -> Table:
    """The same as columns: a frame of nothing takes longer to make than to read a small table."""
    words, number = Words(np.zeros(0, dtype=np.int32), []), np.zeros(0, dtype=np.int32)
    return {"status": words, "event": words, "day": number, "township": words, "unit": words,
            "origin": words, **{name: number.astype(np.int8) if is_flag(dataset, name) else words
                                for name in dataset.dimensions},
            **({"slice": number} if dataset.sliced else {}), "rows": number.astype(np.int64),
            "amount": number.astype(float), "conflicts": number.astype(np.int64)}


def collected(dataset: Dataset, tables: Iterable[Table], rules: ReadingRules,
              geography: Geography) -> pd.DataFrame:
    """The cells of one dataset, each once and in order. Whatever the pieces and their order, the
    result is the same.
    """
    places = _Places(geography)
    waiting, held = [_no_rows(dataset)], 0
    for piece in tables:
        part = _cells(piece, dataset, rules, places)
        waiting.append(part)
        held += length(part)
        if held > _HELD:
            waiting, held = [summed(stacked(waiting), SUMS)], 0
    return to_frame(summed(stacked(waiting), SUMS))


def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Cells of several frames added up; sorted by grain, text as categories in order of their
    names.
    """
    return to_frame(summed(stacked([from_frame(frame) for frame in frames]), SUMS))


def _cells(raw: Table, dataset: Dataset, rules: ReadingRules, places: _Places) -> Table:
    """One piece, not yet added up: township and unit decided, and split the way the events are
    kept.
    """
    listed, status, rows = {*rules.units, rules.city_code}, _whole(raw["status"]), _whole(
        raw["rows"]).astype(np.int64)
    township = _words(raw["township"], lambda code: rules.townships.get(code, ""))
    unit, conflict = places.decided(township, _words(raw["unit"], lambda code: code
                                                     if code in listed else UNKNOWN_UNIT))
    whole: Table = {"status": Words(status, STATUSES), "day": _whole(raw["day"]),
                    "township": township, "unit": unit,
                    "origin": Words(_whole(raw["origin"]), ORIGINS),
                    **{name: _flags(raw[name]) if is_flag(dataset, name) else _words(raw[name])
                       for name in dataset.dimensions},
                    **({"slice": _slices(_whole(raw["counted"]))} if dataset.sliced else {}),
                    "rows": rows, "amount": _amounts(raw["amount"]),
                    "conflicts": np.where(conflict & (status == 0), rows, 0)}
    numbers_, parts = _whole(raw["event"]), []
    for number, event in enumerate(dataset.events):
        parts += _kept(np.flatnonzero(numbers_ == number), status == 0, event, dataset)
    return _split(whole, parts)


@dataclass(frozen=True)
class _Part:
    """Some rows of a piece as cells of `event`, not split by what is `blank`."""

    event: str
    rows: np.ndarray
    blank: frozenset[str] = frozenset()


def _kept(rows: np.ndarray, counted: np.ndarray, event: Event, dataset: Dataset) -> list[_Part]:
    """An event split by dimensions is kept once by them and once by township: the product of both
    would be the whole table.

    What is excluded is only counted, so it is split by neither. A row in conflict is one only once.
    """
    names = event.dimensions
    if not names:
        return [_Part(event.name, rows)]
    those, others = rows[counted[rows]], rows[~counted[rows]]
    by_township = dataset.township_event(event)
    plain = _Part(event.name, others, frozenset({"township", *names}))
    if by_township == event.name:
        return [_Part(event.name, those), plain]
    return [_Part(event.name, those, frozenset({"township"})), plain,
            _Part(by_township, those, frozenset({*names, "conflicts"}))]


def _split(whole: Table, parts: Sequence[_Part]) -> Table:
    """The parts below each other, with the event of each."""
    rows = np.concatenate([part.rows for part in parts])
    ends = np.cumsum([len(part.rows) for part in parts])
    events = sorted({part.event for part in parts})
    event = np.repeat([events.index(part.event) for part in parts],
                      [len(part.rows) for part in parts])
    split: dict[str, Column] = {}
    for name, column in whole.items():
        blank = [slice(end - len(part.rows), end) for part, end in zip(parts, ends, strict=True)
                 if name in part.blank]
        split[name] = _taken(column, rows, blank, 0 if name == "conflicts" else -1)
        if name == "status":
            split["event"] = Words(event, events)
    return split


def _taken(column: Column, rows: np.ndarray, blank: list[slice], nothing_: int) -> Column:
    part = column.taken(rows) if isinstance(column, Words) else column[rows]
    for where in blank:
        if isinstance(part, Words):
            part.codes[where] = part.names.index("")
        else:
            part[where] = nothing_
    return part


def is_flag(dataset: Dataset, name: str) -> bool:
    return dataset.column(name).type == ColumnType.BOOL


def _whole(column: Column) -> np.ndarray:
    """Whole numbers; null is `UNDATED`."""
    if not isinstance(column, Words) and column.dtype.kind == "i":
        return column.astype(np.int32)
    return _filled(column, UNDATED).astype(np.int64).astype(np.int32)


def _slices(days: np.ndarray) -> np.ndarray:
    return np.where(days == UNDATED, UNDATED, days // SLICE_DAYS).astype(np.int32)


def _amounts(column: Column) -> np.ndarray:
    return _filled(column, 0)


def _flags(column: Column) -> np.ndarray:
    return _filled(column, -1).astype(np.int8)


def _filled(column: Column, null: float) -> np.ndarray:
    given = numbers(column)
    return np.where(np.isnan(given), null, given)


def _words(column: Column, meant: Callable[[str], str] = str) -> Words:
    """Texts in order, "" for null, any other as what is `meant` by it."""
    if not isinstance(column, Words):
        codes, names = pd.factorize(column)
        column = Words(codes, names.tolist())
    words = [*(meant(text(name)) for name in column.names), ""]
    unique = sorted(set(words))
    position = {name: n for n, name in enumerate(unique)}
    # -1 is the last
    return Words(np.array([position[name] for name in words], dtype=np.int32)[column.codes], unique)


def text(value: Any) -> str:
    """Text from whatever a driver gives for it; "" for null."""
    if value is None or value != value:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


class _Places:
    """The township decides the unit; a row's own unit that contradicts it is a conflict, and still
    counted.
    """

    def __init__(self, geography: Geography) -> None:
        self._city = geography.city_code
        self._unit_of = {township.code: township.unit_code for township in geography.townships}
        self._fitting = units_that_fit(geography)

    def decided(self, towns: Words, units: Words) -> tuple[Words, np.ndarray]:
        """The unit that counts, and whether the row's own contradicts it, by row."""
        pairs = [self._placed(town, unit) for town in towns.names for unit in units.names]
        names = sorted({unit for unit, _ in pairs})
        position = towns.codes * len(units.names) + units.codes
        codes = np.array([names.index(unit) for unit, _ in pairs], dtype=np.int32)
        return Words(codes[position], names), np.array([conflict for _, conflict in pairs],
                                                       dtype=bool)[position]

    def _placed(self, township: str, own: str) -> tuple[str, bool]:
        if not township:
            return ("" if own in (UNKNOWN_UNIT, self._city) else own), False
        unit = self._unit_of.get(township, "")
        return unit, own not in self._fitting.get(unit, ()) and own not in (unit, "", self._city)
