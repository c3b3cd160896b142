"""A proposal, as it is or as a clerk changed it, as an entry of sources.toml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from data_access.boundary.file_source import ALL_SHEETS
from data_access.proposing.files import Sheet
from data_access.proposing.proposal import Proposal, Recogniser
from kpi.definitions import UPDATED_AT, Dataset
from kpi.vocabulary import InputError

Entry = Mapping[str, Any]
PLACES = ("unit_code", "township_code", "village_code")
"""Where a row belongs; a table needs at least the first, or what it follows from."""


@dataclass(frozen=True)
class Choice:
    """What a table is read as. `columns`: canonical → the name of a column, "" for none.
    `constants`: canonical → the value of every row. `values`: canonical → {theirs → ours}.
    """

    dataset: str
    columns: Mapping[str, str]
    constants: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | bool]] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    scale: Mapping[str, float] = field(default_factory=dict)
    covers: tuple[str, ...] | None = None


def chosen(proposal: Proposal) -> Choice:
    """The proposal as it is."""
    return Choice(
        proposal.dataset,
        {one.column: one.theirs or "" for one in proposal.columns},
        {one.column: one.constant for one in proposal.columns if one.constant is not None},
        {one.column: dict(one.values) for one in proposal.columns if one.values},
        proposal.empty, proposal.skip, dict(proposal.scale), proposal.covers)


def missing(choice: Choice, dataset: Dataset) -> tuple[str, ...]:
    """The titles of what has neither a column nor a value yet: needed columns, and where a row
    belongs, without which it is not counted.
    """
    given = {name for name, theirs in choice.columns.items() if theirs} | choice.constants.keys()
    needed = [column.title or column.name for column in dataset.columns
              if not column.nullable and column.name != UPDATED_AT and column.name not in given]
    places = [name for name in PLACES if name in dataset.column_names]
    if dataset.counted_on is not None and places and given.isdisjoint(places):
        needed.append("或".join(dataset.column(name).title or name for name in places[:2]))
    return tuple(needed)


def refuse_personal(choice: Choice, selectable: Sequence[str]) -> None:
    """Raises InputError when a column is chosen that must not be, or that is chosen twice."""
    used: dict[str, str] = {}
    for name, theirs in choice.columns.items():
        if theirs and theirs not in selectable:
            raise InputError(f"“{theirs}”不能选作 {name}：它写的是个人信息，或表里没有这一列；请改选另一列。")
        if theirs and theirs in used:
            raise InputError(f"“{theirs}”同时选作 {used[theirs]} 和 {name}；请改选其中一个。")
        used[theirs] = name


def table_entry(choice: Choice, dataset: Dataset, connection: str, table: str) -> Entry:
    """The entry of a table of a connection. A database has no constants: raises InputError naming
    the columns to take from elsewhere.
    """
    if choice.constants:
        titles = "、".join(dataset.column(name).title or name for name in choice.constants)
        raise InputError(f"数据库的表不能写“每行都一样的值”（{titles}）；请对方建视图时补上这几列，或在 sources.toml 中改用 query。")
    entry: dict[str, Any] = {} if connection == dataset.connection else {"connection": connection}
    entry["table"] = table
    return {**entry, **_common(choice, dataset)}


def file_entry(choice: Choice, dataset: Dataset, file: str, sheet: Sheet, *,
               all_sheets: bool = False) -> Entry:
    """The entry of a file; of all its sheets with these headings, or of this one."""
    entry: dict[str, Any] = {"file": file}
    if sheet.name is not None:
        entry |= {"sheets": ALL_SHEETS} if all_sheets else {"sheet": sheet.name}
    if sheet.header_row != 1:
        entry["header_row"] = sheet.header_row
    if sheet.header_rows != 1:
        entry["header_rows"] = sheet.header_rows
    if choice.skip:
        entry["skip_rows_with"] = list(choice.skip)
    if choice.scale:
        entry["scale"] = dict(choice.scale)
    entry |= _common(choice, dataset)
    if choice.covers is not None:
        entry["covers"] = list(choice.covers)
    if choice.constants:
        entry["constants"] = dict(choice.constants)
    return _tables_last(entry)


def by_part(choice: Choice, dataset: Dataset, sheet: Sheet, alike: Mapping[str, Sheet],
            recogniser: Recogniser, what: str = "工作表") -> Mapping[str, Choice]:
    """The choice for each of the sheets alike, by label: what the choice took from the name and
    titles of `sheet` for every row, another sheet says of its own rows. `what`: what the labels
    name. Raises InputError naming a sheet that does not say something needed.
    """
    first = chosen(recogniser.propose(sheet.shape, dataset)).constants
    own_names = {name for name, value in choice.constants.items() if first.get(name) == value}
    fixed = {name: value for name, value in choice.constants.items() if name not in own_names}
    result: dict[str, Choice] = {}
    for label, other in alike.items():
        own = chosen(recogniser.propose(other.shape, dataset))
        values = {name: {**own.values.get(name, {}), **choice.values.get(name, {})}
                  for name in {**own.values, **choice.values}
                  if choice.columns.get(name) == own.columns.get(name) or name in choice.values}
        made = replace(choice, covers=own.covers if choice.covers and own.covers else choice.covers,
                       values=values,
                       constants={**fixed, **{name: value for name, value in own.constants.items()
                                              if name in own_names}})
        needed = [title for title in missing(made, dataset)
                  if title not in missing(choice, dataset)]
        if needed:
            raise InputError(f"{what}“{label}”的表名和标题里看不出{'、'.join(needed)}；请选只读这一个{what}，"
                             "或把这几列改选表里的一列。")
        result[label] = made
    return result


def together(entries: Sequence[Entry], before: Entry | None) -> Entry:
    """What the dataset's table becomes: these sources alone, or after those there are already. A
    source of the same file and sheet is replaced: read twice it would count twice.

    Raises InputError where those there are come from a database.
    """
    earlier: list[Entry] = []
    rest: dict[str, Any] = {}
    if before:
        if not before.get("file") and not before.get("sources"):
            raise InputError("现在的来源是数据库的表，不能再加文件；请选“替换”。")
        earlier = list(before.get("sources") or [{name: value for name, value in before.items()
                                                  if name not in ("connection", "absent")}])
        rest = {name: before[name] for name in ("connection",) if name in before}
        given = {_where(one) for one in entries}
        earlier = [one for one in earlier if _where(one) not in given]
    if not earlier and len(entries) == 1:
        return entries[0]
    return {**rest, "sources": [*map(dict, earlier), *map(dict, entries)]}


def _where(entry: Entry) -> tuple[object, object]:
    return entry.get("file"), entry.get("sheet") or entry.get("sheets")


def _common(choice: Choice, dataset: Dataset) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    if choice.empty:
        entry["empty"] = list(choice.empty)
    columns = {name: choice.columns.get(name, "") for name in dataset.column_names
               if name not in choice.constants}
    # a column of the canonical name needs no line; a missing time of change is no fault
    entry["columns"] = {name: theirs for name, theirs in columns.items()
                        if theirs != name and not (name == UPDATED_AT and not theirs)}
    values = {name: dict(table) for name, table in choice.values.items()
              if table and columns.get(name)}
    if values:
        entry["values"] = values
    return _tables_last(entry)


def _tables_last(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Plain keys before tables: in TOML what stands below a table's head is its own."""
    return {**{name: value for name, value in entry.items() if not isinstance(value, Mapping)},
            **{name: value for name, value in entry.items() if isinstance(value, Mapping)}}
