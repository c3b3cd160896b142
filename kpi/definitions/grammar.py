"""What a table of a definition file may hold, and the sentence for what it may not.

A file's grammar is a list of sections, each a list of keys (`dataset_grammar`,
`indicator_grammar`): files are checked by it and docs/定义.md is printed from it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kpi.vocabulary import InputError

_CODE = re.compile(r"[a-z][a-z0-9_]{0,49}")


class Form(StrEnum):
    """What a value looks like, in a clerk's words."""

    TEXT = "文字"
    WHOLE = "整数"
    NUMBER = "数字"
    FLAG = "true 或 false"
    NAMES = "名称列表"
    TABLE = "表"
    TABLES = "表的列表"
    COLUMN = "类型文字或表"
    DAYS = "天数或设置名"


@dataclass(frozen=True)
class Key:
    """One key. `allowed`: the values it may have, any when empty."""

    name: str
    form: Form
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One table of a file. `head`: how it is written; `keys` empty: its keys are names the file
    chooses.
    """

    head: str
    meaning: str
    keys: tuple[Key, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys)


@dataclass(frozen=True)
class At:
    """Where a value stands: the file and the path of keys to it."""

    file: str
    path: str = ""

    def under(self, name: str | int) -> At:
        return At(self.file, f"{self.path}.{name}" if self.path else str(name))

    def wrong(self, problem: str) -> InputError:
        """The one sentence for a fault: file, key, and what is allowed."""
        where = f"{self.file} 的 {self.path}" if self.path else self.file
        return InputError(f"{where}{problem}")

    def unknown(self, value: object, allowed: Collection[str], what: str = "") -> InputError:
        listed = "、".join(allowed) or "（没有）"
        return self.wrong(f"：{what}“{value}”不认识；可用的有 {listed}，请改正。")


def checked(section: Section, values: Any, at: At) -> dict[str, Any]:
    """The table's values, every one of the form its key asks for. Raises InputError with the one
    sentence of a fault.
    """
    if not isinstance(values, Mapping):
        raise at.wrong(f" 应是{Form.TABLE}，现为 {values!r}；请参照《定义》改正。")
    keys = {key.name: key for key in section.keys}
    for name, value in values.items():
        if name not in keys:
            raise at.under(name).wrong(f" 不认识；这里可用的有 {'、'.join(keys)}，请改正或删去。")
        _check_form(keys[name], value, at.under(name))
    for key in section.keys:
        if key.required and key.name not in values:
            raise at.wrong(f" 缺少 {key.name}（{key.meaning}）；请补上。")
    return dict(values)


def _check_form(key: Key, value: Any, at: At) -> None:
    if not _fits(key.form, value):
        raise at.wrong(f" 应是{key.form.value}，现为 {value!r}；请改正。")
    if key.allowed and value not in key.allowed:
        raise at.unknown(value, key.allowed)


def _fits(form: Form, value: Any) -> bool:
    if form in (Form.TEXT, Form.COLUMN, Form.DAYS) and isinstance(value, str):
        return bool(value.strip())
    if form == Form.FLAG:
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if form in (Form.WHOLE, Form.DAYS):
        return isinstance(value, int) and value >= 0
    if form == Form.NUMBER:
        return isinstance(value, (int, float)) and value == value
    if form == Form.NAMES:
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and all(isinstance(one, str) for one in value)
        )
    if form == Form.TABLES:
        return isinstance(value, Sequence) and not isinstance(value, str)
    return form in (Form.TABLE, Form.COLUMN) and isinstance(value, Mapping)


def code(name: str, at: At, what: str) -> str:
    """A name that can be a table, a column or a file. Raises InputError otherwise."""
    if not _CODE.fullmatch(name):
        raise at.wrong(f"：{what}“{name}”只能由小写字母、数字和下划线组成，以字母开头，不超过 50 个字符；请改正。")
    return name
