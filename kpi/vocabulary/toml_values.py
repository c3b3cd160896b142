"""Reading values out of a parsed TOML file: the right type, or one plain sentence saying where and
what to mend.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from kpi.vocabulary.errors import InputError


@dataclass(frozen=True)
class TomlValues:
    """The readers of one file. Every one raises InputError when the value is of another type than
    asked for.

    `file`: the name or path the sentences give. `advice`: what they tell the reader to do where
    there is nothing better to say. `where` is the dotted name of the table a key stands in, "" for
    the top of the file.
    """

    file: str
    advice: str = "请改正"

    def table(self, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A table that must be there."""
        if not isinstance(data.get(name), Mapping):
            raise InputError(f"{self.file} 缺少 [{name}] 部分；请参照自带的 {PurePath(self.file).name} 补上。")
        return self.as_table(data[name], name)

    def optional_table(self, data: Mapping[str, Any], name: str,
                       where: str | None = None) -> Mapping[str, Any]:
        """A table that may be left out; empty then."""
        return self.as_table(data.get(name, {}), where or name)

    def as_table(self, value: Any, where: str) -> Mapping[str, Any]:
        """The value as the table `where`."""
        if not isinstance(value, Mapping):
            raise InputError(f"{self.file} 的 {where} 应是表，例如 [{where}]；{self.advice}。")
        return value

    def only(self, table: Mapping[str, Any], where: str, keys: Iterable[str]) -> None:
        """That the table has no other key than these, which the sentence lists in their order."""
        listed = tuple(keys)
        for name in table:
            if name not in listed:
                raise InputError(f"{self._at(where, name)} 不认识；可用的有 {'、'.join(listed)}，"
                                 f"{self.advice}。")

    def entries(self, value: Any, where: str) -> list[Mapping[str, Any]]:
        """A list of tables; empty when left out."""
        listed = [] if value is None else value
        if not isinstance(listed, list) or not all(isinstance(item, Mapping) for item in listed):
            raise InputError(f"{self.file} 的 {where} 应是表的列表，例如 [[{where}]]；{self.advice}。")
        return listed

    def text(self, entry: Mapping[str, Any], key: str, where: str,
             default: str | None = None) -> str:
        """A text that is not blank."""
        value = entry.get(key, default)
        if value is None or value == "":
            raise InputError(f"{self.file} 的 [{where}] 缺少文字 {key}；请补上，例如 {key} = \"…\"。")
        if not isinstance(value, str) or not value.strip():
            raise InputError(
                f"{self._at(where, key)} 应是文字，例如 {key} = \"…\"；现为 {value!r}，{self.advice}。")
        return value

    def optional_text(self, data: Mapping[str, Any], name: str, key: str) -> str | None:
        """A text of an optional table; None when it is left out or blank."""
        value = self.optional_table(data, name).get(key)
        if value is not None and not isinstance(value, str):
            raise InputError(f"{self._at(name, key)} 应是文字，例如 {key} = \"…\"；现为 {value!r}。")
        return value.strip() or None if value else None

    def texts(self, entry: Mapping[str, Any], key: str, where: str,
              example: str = "…") -> tuple[str, ...]:
        """A list of texts; empty when left out."""
        value = entry.get(key, ())
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise InputError(
                f"{self._at(where, key)} 应是文字列表，例如 {key} = [\"{example}\"]；{self.advice}。")
        return tuple(value)

    def day(self, entry: Mapping[str, Any], key: str, where: str) -> date:
        """A date that must be there."""
        return self.as_date(entry.get(key), key, where)

    def as_date(self, value: Any, key: str, where: str) -> date:
        """The value as a date, written as one or as a text."""
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        # datetime is a date too, but a time of day has no meaning here
        if type(value) is date:
            return value
        raise InputError(f"{self._at(where, key)} 应是日期，例如 {key} = 2025-01-01；现为 {value!r}。")

    def number(self, entry: Any, key: str, where: str, default: float | None = None, *,
               least: float | None = None) -> float:
        """A finite number, at least `least` when given."""
        value = self.as_table(entry, where).get(key, default)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise InputError(f"{self._at(where, key)} 应是数字；现为 {value!r}。")
        if least is not None and value < least:
            raise InputError(f"{self._at(where, key)} = {value:g} 不应小于 {least:g}；{self.advice}。")
        return value

    def whole(self, entry: Any, key: str, where: str, default: int, *, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self.number(entry, key, where, default, least=least)
        if value != int(value):
            raise InputError(f"{self._at(where, key)} = {value:g} 应是整数；{self.advice}。")
        return int(value)

    def _at(self, where: str, key: str) -> str:
        return f"{self.file} 的 [{where}] {key}" if where else f"{self.file} 的 {key}"
