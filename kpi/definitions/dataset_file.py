"""A dataset from its file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kpi.definitions import dataset_grammar as grammar
from kpi.definitions.dataset import (
    PLACE,
    UPDATED_AT,
    Column,
    ColumnType,
    Dataset,
    Duplicate,
    DuplicateRule,
    Event,
    EventKind,
    Only,
    Overlaps,
    Reported,
)
from kpi.definitions.grammar import At, checked, code
from kpi.vocabulary import Reason

# what a snapshot keeps the register under, beside a file for each dataset
_REGISTER_FILE = "venues"
_LAST = 10_000  # files that do not say where they come in lists
_UPDATED = Column(UPDATED_AT, ColumnType.TIMESTAMP, nullable=True, title="更新时间")
_LATER_KEYS = ("on", "within_days_of", "while_held", "ends", "first_of", "clipped")
# what the statements add to a row, or name the parts of a cell by
_TAKEN = ("rows", "status", "status_number", "event", "day", "township", "unit", "origin", "slice",
          "conflicts", "counted", PLACE, "reason", "recorded_township", "place_township",
          "place_unit", "known_unit", "previous_on", "occurrence", "until", "before", "begins",
          UPDATED_AT)


def dataset_from(name: str, values: Any, at: At, connections: Collection[str], *,
                 local: bool) -> Dataset:
    """The dataset a file defines. Raises InputError with the one sentence of a fault."""
    code(name, at, "数据集代码")
    if name == _REGISTER_FILE:
        raise at.wrong("：这个代码由程序使用；请换一个代码。")
    given = checked(grammar.DATASET, values, at)
    if given["connection"] not in connections:
        raise at.under("connection").unknown(given["connection"], connections)
    if "rule" in given and local:
        raise at.under("rule").wrong("：只有程序自带的数据集才写；请删去。")
    columns = _columns(given["columns"], at.under("columns"))
    reader = _Columns(columns)
    if given.get("rule") == grammar.DIVISIONS:
        return Dataset(name, given["connection"], given["title"],
                       reader.any(given["key"], at.under("key")), None, columns,
                       order=given.get("order", _LAST))
    for needed in ("counted_on", "events"):
        if needed not in given:
            raise at.wrong(f" 缺少 {needed}；请补上。")
    if not any(column.name == "unit_code" for column in columns):
        raise at.under("columns").wrong(" 缺少 unit_code（管理单位或县区代码的列）；请补上，例如 unit_code = \"code?\"。")
    dated = reader.date(given["counted_on"], at.under("counted_on"))
    amount = None if "amount" not in given else reader.number(given["amount"], at.under("amount"))
    if "repeated" in given and "duplicate" in given:
        raise at.under("repeated").wrong("：已写 [duplicate]，不能再写；请删去一个。")
    overlaps = (
        None
        if "clip_overlaps" not in given
        else _overlaps(given["clip_overlaps"], reader, at.under("clip_overlaps"))
    )
    return Dataset(name, given["connection"], given["title"],
                   reader.any(given["key"], at.under("key")), dated, columns,
                   _events(given["events"], dated, overlaps, reader, at.under("events")), amount,
                   given.get("most"), given.get("unit", "件"),
                   Reason(given.get("missing", Reason.MISSING_DATE)), None if "only" not in given
                   else _only(given["only"], reader, at.under("only")), None
                   if "duplicate" not in given
                   else _duplicate(given["duplicate"], reader, at.under("duplicate")), overlaps,
                   None if "repeated" not in given
                   else _repeated(given["repeated"], dated, columns, reader, at.under("repeated")),
                   register=given.get("rule") == grammar.REGISTER, order=given.get("order", _LAST),
                   local=local, optional=given.get("optional", False), reported=None
                   if "reported" not in given
                   else _reported(given["reported"], columns, at.under("reported")))


@dataclass(frozen=True)
class _Columns:
    """The columns a file may name."""

    columns: Sequence[Column]

    def find(self, name: str, at: At) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise at.unknown(name, [column.name for column in self.columns], "列")

    def any(self, name: str, at: At) -> str:
        return self.find(name, at).name

    def date(self, name: str, at: At) -> str:
        return self._of(name, at, (ColumnType.DATE,), "日期列")

    def number(self, name: str, at: At) -> str:
        return self._of(name, at, (ColumnType.INT, ColumnType.REAL), "整数或数字列")

    def split(self, name: str, at: At) -> str:
        return self._of(name, at, (ColumnType.CODE, ColumnType.BOOL), "category、code 或 bool 列")

    def _of(self, name: str, at: At, types: Collection[ColumnType], what: str) -> str:
        if self.find(name, at).type not in types:
            fitting = [column.name for column in self.columns if column.type in types]
            raise at.wrong(f"：{name} 不是{what}；可用的有 {'、'.join(fitting) or '（没有）'}，请改正。")
        return name

    def all(self, names: Sequence[str], at: At, *, place: bool = False) -> tuple[str, ...]:
        if not names:
            raise at.wrong("：至少写一列；请补上。")
        return tuple(name if place and name == PLACE else self.any(name, at) for name in names)

    def dates(self, names: Sequence[str], at: At) -> tuple[str, ...]:
        return tuple(self.date(name, at) for name in names)

    def given(self, names: Sequence[str], at: At) -> tuple[str, ...]:
        """Columns that can be asked for being filled in."""
        return tuple(self._of(name, at, (ColumnType.DATE, ColumnType.CODE), "日期或 code 列")
                     for name in names)


def _columns(values: Any, at: At) -> tuple[Column, ...]:
    if not values:
        raise at.wrong("：至少写一列；请补上。")
    columns = tuple(_column(name, value, at.under(name)) for name, value in values.items())
    for column in columns:
        for key, other in (("ignored_before", column.ignored_before),
                           ("precedes", column.precedes)):
            if other:
                _Columns(columns).date(other, at.under(f"{column.name}.{key}"))
    return (*columns, _UPDATED)


def column_from(name: str, value: Any, at: At) -> Column:
    """One column from what stands after its name."""
    table = checked(grammar.COLUMN, {"type": value} if isinstance(value, str) else value, at)
    type_, nullable = table["type"].removesuffix("?"), table["type"].endswith("?")
    titles = _titles(type_, table.get("values"), at.under("values"))
    return Column(name, ColumnType.CODE if type_ == grammar.CATEGORY else ColumnType(type_),
                  nullable, tuple(titles) if type_ == grammar.CATEGORY else (), titles,
                  table.get("title", ""), tuple(table.get("synonyms", ())),
                  _other_date("ignored_before", type_, nullable, table, at),
                  _optional(nullable, table, at),
                  _other_date("precedes", type_, nullable, table, at))


def _other_date(key: str, type_: str, nullable: bool, table: Mapping[str, Any], at: At) -> str:
    if key in table and (type_ != ColumnType.DATE.value or not nullable):
        raise at.under(key).wrong("：只有 date? 列才写；请删去。")
    return str(table.get(key, ""))


def _optional(nullable: bool, table: Mapping[str, Any], at: At) -> bool:
    wanted = bool(table.get("optional", False))
    if wanted and not nullable:
        raise at.under("optional").wrong("：只有可以为空的列（类型后加 ?）才写；请删去。")
    return wanted


def _column(name: str, value: Any, at: At) -> Column:
    code(name, at, "列名")
    if name in _TAKEN:
        raise at.wrong("：这个列名由程序使用；请换一个列名。")
    return column_from(name, value, at)


def _titles(type_: str, values: Any, at: At) -> Mapping[str, str]:
    if type_ == grammar.CATEGORY and not values:
        raise at.wrong("：category 列须写明全部取值及其名称；请补上。")
    if values is None:
        return {}
    if type_ not in (grammar.CATEGORY, ColumnType.BOOL.value):
        raise at.wrong("：只有 category 和 bool 列写 values；请删去。")
    for name, title in values.items():
        if not isinstance(title, str) or not title:
            raise at.under(name).wrong(f" 应是名称（文字），现为 {title!r}；请改正。")
    if type_ == grammar.CATEGORY:
        return dict(values)
    if set(values) != {"true", "false"}:
        raise at.wrong("：bool 列的 values 须写且只写 true 和 false；请改正。")
    return {"1": values["true"], "0": values["false"]}


def _duplicate(values: Any, reader: _Columns, at: At) -> Duplicate:
    table = checked(grammar.DUPLICATE, values, at)
    rule, days = DuplicateRule(table["rule"]), table.get("days")
    if (rule == DuplicateRule.WITHIN_DAYS) != (days is not None):
        raise at.wrong("：within_days 须写 days，first 不写 days；请改正。")
    if isinstance(days, str) and days != grammar.PLAN_WINDOW:
        raise at.under("days").unknown(days, ("天数", grammar.PLAN_WINDOW))
    return Duplicate(rule, reader.all(table["same"], at.under("same"), place=True),
                     reader.all(table["order"], at.under("order"), place=True), None
                     if isinstance(days, str) else days)


def _repeated(values: Any, counted_on: str, columns: Sequence[Column], reader: _Columns,
              at: At) -> Duplicate:
    table = checked(grammar.REPEATED, values, at)
    same = reader.all(table["same"], at.under("same"))
    closed = "" if "closed" not in table else reader.date(table["closed"], at.under("closed"))
    rest = tuple(column.name for column in columns
                 if column.name not in (counted_on, UPDATED_AT, *same))
    return Duplicate(DuplicateRule.REPEATED, same, (counted_on, *rest), closed=closed)


def _overlaps(values: Any, reader: _Columns, at: At) -> Overlaps:
    table = checked(grammar.OVERLAPS, values, at)
    return Overlaps(reader.all(table["same"], at.under("same")),
                    reader.date(table["begins"], at.under("begins")),
                    reader.date(table["ends"], at.under("ends")))


def _only(values: Any, reader: _Columns, at: At) -> Only:
    table = checked(grammar.ONLY, values, at)
    if len(table["where"]) != 1:
        raise at.under("where").wrong("：写且只写一列；请改正。")
    (name, value), = table["where"].items()
    return Only(name, value_of(reader.find(name, at.under("where")), value,
                               at.under(f"where.{name}")), Reason(table["reason"]))


def _reported(values: Any, columns: Sequence[Column], at: At) -> Reported:
    table = checked(grammar.REPORTED, values, at)
    categories = {column.name: column.categories for column in columns if column.categories}
    item, asked = table["item"], table.get("asked", {})
    if item not in categories:
        raise at.under("item").unknown(item, tuple(categories), "列")
    for name, units in asked.items():
        if name not in categories[item]:
            raise at.under("asked").unknown(name, categories[item], f"列 {item} 的取值")
        if not isinstance(units, list) or not all(isinstance(unit, str) for unit in units):
            raise at.under(f"asked.{name}").wrong(" 应是单位代码的列表；请改正。")
    return Reported(item, {name: tuple(units) for name, units in asked.items()})


def value_of(column: Column, value: Any, at: At) -> str | int:
    """A value a row of the column can have; 1 or 0 for a flag. Raises InputError otherwise."""
    if column.type == ColumnType.BOOL:
        if not isinstance(value, bool):
            raise at.wrong(f" 应是 true 或 false，现为 {value!r}；请改正。")
        return int(value)
    if not isinstance(value, str):
        raise at.wrong(f" 应是文字，现为 {value!r}；请改正。")
    if column.categories and value not in column.categories:
        raise at.unknown(value, column.categories, f"列 {column.name} 的取值")
    return value


def _events(values: Any, counted_on: str, overlaps: Overlaps | None, columns: _Columns,
            at: At) -> tuple[Event, ...]:
    if not values:
        raise at.wrong("：至少写一个事件；请补上，第一个事件是计数日期。")
    reader = _EventReader(counted_on, overlaps, columns)
    events: list[Event] = []
    for name, table in values.items():
        code(name, at.under(name), "事件名")
        events.append(reader.event(name, table, tuple(events), at.under(name)))
    return tuple(events)


@dataclass(frozen=True)
class _EventReader:
    """Reads the events of one file in their order."""

    counted_on: str
    overlaps: Overlaps | None
    columns: _Columns

    def event(self, name: str, values: Any, before: tuple[Event, ...], at: At) -> Event:
        given = checked(grammar.EVENT, values, at)
        by = tuple(self.columns.split(column, at.under("by")) for column in given.get("by", ()))
        reserved = [column for column in by if column in ("amount", *_TAKEN)]
        if reserved:
            raise at.under("by").wrong(f"：{reserved[0]} 由程序使用；请换一个列名。")
        if not before:
            return self._first(name, by, given, at)
        chosen = [key for key in _LATER_KEYS if key in given]
        if len(chosen) != 1:
            raise at.wrong(f"：{'、'.join(_LATER_KEYS)} 写且只写一个；请改正。")
        extra = [key for key in ("not_before", "requires", "origin") if key in given
                 and chosen[0] != "on"]
        if extra:
            raise at.under(extra[0]).wrong("：只能和 on 一起写；请删去。")
        return self._later(name, by, chosen[0], given, before, at)

    def _first(self, name: str, by: tuple[str, ...], given: Mapping[str, Any], at: At) -> Event:
        others = [key for key in given if key != "by"]
        if others:
            raise at.under(others[0]).wrong("：第一个事件就是计数日期，只能写 by；请删去。")
        return Event(name, by, EventKind.COUNTED, self.counted_on, self.counted_on)

    def _later(self, name: str, by: tuple[str, ...], key: str, given: Mapping[str, Any],
               before: tuple[Event, ...], at: At) -> Event:
        value, at_key, counted = given[key], at.under(key), self.counted_on
        if key == "on":
            return Event(name, by, EventKind.LATER, self.columns.date(value, at_key),
                         self.columns.date(given.get("origin", counted), at.under("origin")),
                         self.columns.dates(given.get("not_before", [counted]),
                                            at.under("not_before")),
                         self.columns.given(given.get("requires", ()), at.under("requires")))
        if key == "within_days_of":
            table = checked(grammar.WITHIN, value, at_key)
            return Event(name, by, EventKind.WITHIN,
                         self.columns.date(table["date"], at_key.under("date")), counted,
                         days=table["days"])
        if key == "while_held":
            table = checked(grammar.HELD, value, at_key)
            return Event(name, by, EventKind.HELD,
                         self.columns.date(table["became"], at_key.under("became")), counted,
                         ended=self.columns.date(table["ended"], at_key.under("ended")))
        if key == "ends":
            return self._ends(name, by, value, before, at_key)
        if key == "first_of":
            table = checked(grammar.FIRST_OF, value, at_key)
            return Event(name, by, EventKind.FIRST_OF, counted, counted,
                         same=self.columns.all(table["same"], at_key.under("same")),
                         order=self.columns.all(table["order"], at_key.under("order")))
        if self.overlaps is None:
            raise at_key.wrong("：须先写 [clip_overlaps]；请补上。")
        kind = EventKind.CLIPPED_BEGINS if value == "begins" else EventKind.CLIPPED_ENDS
        return Event(name, by, kind, self.overlaps.begins if value == "begins"
                     else self.overlaps.ends, counted)

    def _ends(self, name: str, by: tuple[str, ...], held: str, before: tuple[Event, ...],
              at: At) -> Event:
        events = {event.name: event for event in before if event.kind == EventKind.HELD}
        if held not in events:
            raise at.unknown(held, tuple(events), "while_held 事件")
        return Event(name, by, EventKind.HELD_ENDS, events[held].on, self.counted_on,
                     ended=events[held].ended)
