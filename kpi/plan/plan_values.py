"""Reading values out of a parsed plan file: the right type, or one plain sentence saying what to mend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from kpi.vocabulary.errors import InputError


def table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A table that must be there."""
    found = data.get(name)
    if not isinstance(found, Mapping):
        raise InputError(f"plan.toml 缺少 [{name}] 部分；请参照自带的 plan.toml 补上。")
    return found


def optional_table(data: Mapping[str, Any], name: str, where: str | None = None) -> Mapping[str, Any]:
    """A table that may be left out; empty then."""
    found = data.get(name, {})
    if not isinstance(found, Mapping):
        raise InputError(f"plan.toml 的 {where or name} 应是一个表，例如 [{where or name}]；请改正。")
    return found


def text(entry: Mapping[str, Any], key: str, where: str = "plan") -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"plan.toml 的 [{where}] 缺少文字 {key}；请补上，例如 {key} = \"…\"。")
    return value


def optional_text(data: Mapping[str, Any], name: str, key: str) -> str | None:
    """A text of an optional table; None when it is left out or blank."""
    entry = data.get(name, {})
    value = entry.get(key) if isinstance(entry, Mapping) else None
    if value is not None and not isinstance(value, str):
        raise InputError(f"plan.toml 的 [{name}] {key} 应是文字，例如 {key} = \"…\"；现为 {value!r}。")
    return value.strip() or None if value else None


def texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise InputError(f"plan.toml 的 [{where}] co_units 应是文字列表，例如 co_units = [\"财政局\"]。")
    return tuple(value)


def day(entry: Mapping[str, Any], key: str, where: str = "plan") -> date:
    return as_date(entry.get(key), key, where)


def as_date(value: Any, key: str, where: str) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    # datetime is a date too, but a time of day has no meaning here
    if type(value) is date:
        return value
    raise InputError(f"plan.toml 的 [{where}] {key} 应是日期，例如 {key} = 2025-01-01；现为 {value!r}。")


def number(entry: Any, key: str, where: str, default: float | None = None, *, least: float | None = None) -> float:
    """A finite number, at least `least` when given."""
    value = entry.get(key, default) if isinstance(entry, Mapping) else default
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"plan.toml 的 [{where}] {key} 应是数字；现为 {value!r}。")
    if least is not None and value < least:
        raise InputError(f"plan.toml 的 [{where}] {key} = {value:g} 不应小于 {least:g}；请改正。")
    return value


def whole(entry: Any, key: str, where: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least `least`."""
    value = number(entry, key, where, default, least=least)
    if value != int(value):
        raise InputError(f"plan.toml 的 [{where}] {key} = {value:g} 应是整数；请改正。")
    return int(value)


def entries(value: Any, where: str) -> list[Mapping[str, Any]]:
    """A list of tables; empty when left out."""
    found = [] if value is None else value
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise InputError(f"plan.toml 的 {where} 应是表的列表，例如 [[{where}]]；请改正。")
    return found
