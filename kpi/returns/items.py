"""月报: the items a unit reports every month, as the site's file lists them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from kpi.vocabulary import InputError, TomlValues

FILE = "returns.toml"
_read = TomlValues(FILE)
_TOP = ("due_day", "remind_days", "items")
_KEYS = ("code", "name", "unit", "kind", "units", "prefill", "min", "max", "at_most", "change",
         "parts", "required", "decimals")
_PREFILL = "indicator:"
LAST_DUE_DAY = 28  # the last day every month has


class ItemKind(StrEnum):
    """`COUNT`: what happened in the month. `STOCK`: what there is on its last day."""

    COUNT = "count"
    STOCK = "stock"


@dataclass(frozen=True)
class ReturnItem:
    """A number a unit reports for a month.

    `units`: codes of the units asked, empty for all. `prefill`: code of the indicator the databases
    answer it with, "" for none. `at_most`: code of the item it may not exceed, "" for none.
    `change`: bound on the relative change on the month before, a share; a larger change needs an
    explanation. `parts`: codes of the items it is the sum of. `required`: no blank is accepted. `decimals`: it may be
    less than a whole, as money may and people may not.
    """

    code: str
    name: str
    unit: str
    kind: ItemKind
    units: tuple[str, ...] = ()
    prefill: str = ""
    minimum: float = 0.0
    maximum: float | None = None
    at_most: str = ""
    change: float | None = None
    parts: tuple[str, ...] = ()
    required: bool = True
    decimals: bool = False

    def asked(self, unit: str) -> bool:
        """Whether this unit reports it."""
        return not self.units or unit in self.units


@dataclass(frozen=True)
class ReturnForm:
    """All items. `due_day`: day of the following month by which a return is due, 1 … 28.
    `remind_days`: how many days before it reminding begins.
    """

    items: tuple[ReturnItem, ...]
    due_day: int
    remind_days: int = 3

    def of(self, unit: str) -> tuple[ReturnItem, ...]:
        """The items this unit reports, in the file's order."""
        return tuple(item for item in self.items if item.asked(unit))

    def due(self, month: date) -> date:
        """The last day for the return of a month, given by any of its days."""
        return following(month).replace(day=self.due_day)


def month_of(day: date) -> date:
    """The first day of the day's month, which stands for the month."""
    return day.replace(day=1)


def following(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def previous(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def last_day(month: date) -> date:
    """The day a month's figures stand on."""
    return following(month) - timedelta(days=1)


def form_from(content: Mapping[str, Any], indicators: Collection[str],
              units: Collection[str]) -> ReturnForm:
    """The form of a parsed file. `indicators`, `units`: the codes there are.

    Raises InputError, saying where and what to do, on a fault of the file.
    """
    _read.only(content, "", _TOP)
    due_day = _read.whole(content, "due_day", "", 0, least=1)
    if due_day > LAST_DUE_DAY:
        raise InputError(f"{FILE} 的 due_day = {due_day} 不是每个月都有；请写 1 到 {LAST_DUE_DAY}。")
    items = tuple(_item(table, where, indicators, units)
                  for where, table in items_in(content).items())
    _check_links(items)
    return ReturnForm(items, due_day, _read.whole(content, "remind_days", "", 3))


def items_in(content: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The items' tables of a parsed file, by where each stands in it. Raises InputError where there
    are none.
    """
    tables = _read.entries(content.get("items"), "items")
    if not tables:
        raise InputError(f"{FILE} 没有列出要报的项目；请用 [[items]] 逐项写明。")
    return {f"items（第 {number} 个）": table for number, table in enumerate(tables, start=1)}


def _item(table: Mapping[str, Any], where: str, indicators: Collection[str],
          units: Collection[str]) -> ReturnItem:
    _read.only(table, where, _KEYS)
    kind = _read.text(table, "kind", where)
    if kind not in tuple(ItemKind):
        raise InputError(f"{FILE} 的 [{where}] kind = \"{kind}\" 不认识；"
                         "当月发生数写 count，月末数写 stock。")
    prefill = table.get("prefill", "")
    code = str(prefill).removeprefix(_PREFILL)
    if prefill and (not str(prefill).startswith(_PREFILL) or code not in indicators):
        raise InputError(f"{FILE} 的 [{where}] prefill = \"{prefill}\" 不是指标；"
                         f"请写 {_PREFILL} 和《口径》里的指标代码。")
    asked = _read.texts(table, "units", where, "321302")
    for unit in asked:
        if unit not in units:
            raise InputError(f"{FILE} 的 [{where}] units 中的 {unit} 不是管理单位的代码；"
                             "请对照方案改正，全部单位都报就不写 units。")
    required, decimals = _flag(table, "required", where, True), _flag(
        table, "decimals", where, False)
    minimum = _read.number(table, "min", where, 0.0)
    maximum = _optional(table, "max", where)
    if maximum is not None and maximum < minimum:
        raise InputError(f"{FILE} 的 [{where}] max = {maximum:g} 比 min = {minimum:g} 小；请改正。")
    change = _optional(table, "change", where)
    if change is not None and change <= 0:
        raise InputError(f"{FILE} 的 [{where}] change = {change:g} 应大于 0，"
                         "例如 0.5 表示比上月增减超过一半要说明。")
    return ReturnItem(_read.text(table, "code", where), _read.text(table, "name", where),
                      _read.text(table, "unit", where), ItemKind(kind), asked, code, minimum,
                      maximum, str(table.get("at_most", "")), change,
                      _read.texts(table, "parts", where), required, decimals)


def _flag(table: Mapping[str, Any], key: str, where: str, otherwise: bool) -> bool:
    value = table.get(key, otherwise)
    if not isinstance(value, bool):
        raise InputError(f"{FILE} 的 [{where}] {key} 应是 true 或 false；请改正。")
    return value


def _check_links(items: tuple[ReturnItem, ...]) -> None:
    by_code = {item.code: item for item in items}
    codes, names = [item.code for item in items], [item.name for item in items]
    for listed, what in ((codes, "code"), (names, "name")):
        for value in listed:
            if listed.count(value) > 1:
                raise InputError(f"{FILE} 的 {what} “{value}”写了两次；请改成不同的。")
    for item in items:
        for other in (*((item.at_most,) if item.at_most else ()), *item.parts):
            if other not in by_code or other == item.code:
                raise InputError(f"{FILE} 中“{item.name}”提到的 {other} 不是别的项目的 code；"
                                 "请改正 at_most 或 parts。")
            if (by_code[other].unit, by_code[other].kind) != (item.unit, item.kind):
                raise InputError(f"{FILE} 中“{item.name}”和“{by_code[other].name}”"
                                 "的 unit 或 kind 不同，不能比大小；请改正。")


def _optional(table: Mapping[str, Any], key: str, where: str) -> float | None:
    return _read.number(table, key, where) if key in table else None
