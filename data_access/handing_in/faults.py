"""What is wrong with the rows of a register, cell by cell: none of it is taken as long as any is.

A register is taken whole or not at all. Were the good rows taken alone, replacing would take away
the earlier state of the refused ones unseen, and the unit's file and the city's copy would differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_access.boundary import (
    CellsError,
    DivisionNames,
    RawPlace,
    listed_cells,
    number_of_a_person,
    personal,
    resolve_places,
    shown,
)
from data_access.registers import key_columns
from kpi.definitions import Column, ColumnType, Dataset
from kpi.vocabulary import Geography
from kpi.vocabulary.lives import units_that_fit

_PLACES = ("unit_code", "township_code", "village_code")
_MOST_LISTED = 12
_LONGEST = 500  # signs in a cell


class FaultyRegisterError(CellsError):
    """A register with rows that cannot be taken."""


@dataclass(frozen=True)
class Owner:
    """The unit a register is of, and what its rows may say of where they belong."""

    code: str
    name: str
    names: DivisionNames
    geography: Geography


@dataclass(frozen=True)
class Rows:
    """What was read: canonical column → values, and where each row stands. `headings`: what the
    clerk's table calls the columns.
    """

    dataset: Dataset
    columns: Mapping[str, Sequence[Any]]
    places: Sequence[tuple[str, int]]
    headings: Mapping[str, str]

    def values(self, name: str) -> Sequence[Any]:
        """The column's values; nulls where the table does not have it."""
        return self.columns.get(name) or [None] * len(self.places)

    def fault(self, row: int, name: str, text: str) -> tuple[int, str]:
        where, number = self.places[row]
        return row, f"{where} 第 {number} 行“{self.headings.get(name, name)}”{text}"


Fault = tuple[int, str]
_AGAIN = "请在表中改正后重新上传；改好之前，原来的一版照旧。"
# advice for whoever writes sources.toml, which no unit does
_FOR_OTHERS = re.compile(r"sources\.toml|skip_rows_with|header_row|empty = |columns|scale|重新刷新")


def for_a_clerk(text: str) -> str:
    """The sentence without what only an administrator can do."""
    parts = [one for one in text.rstrip("。").split("；") if not _FOR_OTHERS.search(one)]
    return "；".join(parts) + "。" if parts else _AGAIN


def faulty(error: CellsError, title: str) -> FaultyRegisterError:
    """Cells that could not be read, as faults of a register."""
    hints = for_a_clerk(error.advice)
    advice = _AGAIN if hints == _AGAIN else f"{hints}{_AGAIN}"
    return _refused(title, error.lines, error.count, advice)


def _refused(title: str, lines: tuple[str, ...], count: int, advice: str) -> FaultyRegisterError:
    return FaultyRegisterError(f"{title}有 {count} 处要改：{'；'.join(lines)}。{advice}", lines, count,
                               advice)


def refuse_faulty(rows: Rows, owner: Owner) -> None:
    """Raises FaultyRegisterError naming every cell that keeps a row from being taken, the first
    fifty with their places.
    """
    looks: tuple[Callable[[], Iterator[Fault]], ...] = (
        lambda: _of_another_unit(rows, owner), lambda: _unfit(rows), lambda: _repeated(rows),
        lambda: _personal(rows))
    found = sorted((one for look in looks for one in look()), key=lambda one: one[0])
    if not found:
        return
    raise _refused(rows.dataset.title, listed_cells([text for _, text in found]), len(found), _AGAIN)


def _of_another_unit(rows: Rows, owner: Owner) -> Iterator[Fault]:
    """Rows that say they belong elsewhere: by their unit, their township, or their village."""
    said: dict[tuple[Any, ...], tuple[str, str] | None] = {}
    for row, place in enumerate(zip(*(rows.values(name) for name in _PLACES), strict=True)):
        if place not in said:
            said[place] = _elsewhere(owner, *place)
        fault = said[place]
        if fault is not None:
            yield rows.fault(row, *fault)


def _elsewhere(owner: Owner, unit: Any, township: Any, village: Any) -> tuple[str, str] | None:
    """The column that says so and what is wrong with it; None for a row of the unit's own."""
    names, only = owner.names, f"这份台账只能报{owner.name}的"
    found = names.unit(unit)
    fitting = units_that_fit(owner.geography).get(owner.code, (owner.code,))
    if unit is not None and found.unit not in fitting:
        if found.settles:
            return "unit_code", f"写的是{names.name(found.unit)}，{only}"
        return "unit_code", f"写的是“{shown(unit)}”，对不上名录；请写{owner.name}，或空着"
    raw = RawPlace(owner.code, township, village, 1)
    counted_unit, counted_town, _ = resolve_places(names, [raw], "").table[raw.key]
    townships = {one.code: one.unit_code for one in names.lists.townships}
    if counted_unit != owner.code or townships.get(counted_town or "", owner.code) != owner.code:
        return "township_code", f"写的是“{shown(township)}”，属于{_whose(owner, counted_unit, counted_town)}，{only}"
    lies = names.village(village, counted_town or "").township
    if townships.get(lies, owner.code) != owner.code:
        return "village_code", f"写的是“{shown(village)}”，属于{_whose(owner, None, lies)}，{only}"
    return None


def _whose(owner: Owner, unit: str | None, township: str | None) -> str:
    townships = {one.code: one.unit_code for one in owner.names.lists.townships}
    return owner.names.name(townships.get(township or "", unit or owner.code))


def _unfit(rows: Rows) -> Iterator[Fault]:
    """Cells that are empty where something is needed, or hold what the column does not allow."""
    for column in rows.dataset.columns:
        if column.type == ColumnType.TIMESTAMP or column.name == "unit_code":
            continue
        for row, value in enumerate(rows.values(column.name)):
            wrong = _wrong(column, value)
            if wrong:
                yield rows.fault(row, column.name, wrong)


def _wrong(column: Column, value: Any) -> str:
    if value is None or value == "":
        if column.nullable:
            return ""
        numeric = column.type in (ColumnType.INT, ColumnType.REAL)
        return "空着，或写的不是有效的数量" if numeric else "空着，这一列必填"
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"有 {len(value)} 个字，最多 {_LONGEST} 个"
    if column.type == ColumnType.BOOL and value not in (0, 1):
        return f"写的是“{shown(value)}”，应写是或否"
    if column.categories and value not in column.categories:
        titles = [column.titles.get(one, one) for one in column.categories]
        more = f"等{len(titles)}种" if len(titles) > _MOST_LISTED else ""
        return f"写的是“{shown(value)}”，可以写的有{'、'.join(titles[:_MOST_LISTED])}{more}"
    return ""


def _repeated(rows: Rows) -> Iterator[Fault]:
    """Rows whose key stands in an earlier row: which of the two is meant nobody can say."""
    key = key_columns(rows.dataset)
    first: dict[tuple[Any, ...], int] = {}
    for row, values in enumerate(zip(*(rows.values(name) for name in key), strict=True)):
        if None in values:
            continue  # named as empty
        earlier = first.setdefault(values, row)
        if earlier != row:
            with_ = "" if len(key) == 1 else f"（连同{'、'.join(rows.headings.get(one, one) for one in key[1:])}）"
            yield rows.fault(row, key[0], f"写的是“{shown(values[0])}”{with_}，与第 {rows.places[earlier][1]} 行重复")


def _personal(rows: Rows) -> Iterator[Fault]:
    """Cells with a phone or ID number, and columns of names: they are not to be handed in."""
    for column in rows.dataset.columns:
        if column.type not in (ColumnType.CODE, ColumnType.TEXT) or column.name in _PLACES:
            continue
        is_key = column.type == ColumnType.CODE
        texts = [str(value or "") for value in rows.values(column.name)]
        found = personal(texts, is_key=is_key)
        # numbers of records may look like a phone's by chance; nothing else that is asked for does
        numbers = {} if column.name == rows.dataset.key else {
            row: kind for row, text in enumerate(texts) if (kind := number_of_a_person(text))}
        cells = [] if found is None else [
            row for row, text in enumerate(texts) if personal([text], is_key=is_key)] or [0]
        for row in sorted({*cells, *numbers}):
            kind = numbers.get(row) or (found.kind if found is not None else None)
            yield rows.fault(row, column.name, f"是{kind}，不能报送；请改填编号或删去")
