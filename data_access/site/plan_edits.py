"""plan.toml changed by the program for a clerk: its comments and its order stay, and every edit is
stored in `<data>/plans`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AbstractTable

from data_access.site.settings import Settings, plan_in
from data_access.site.versioned_file import Edit, VersionedFile, in_words
from kpi.plan import Plan, check_days, stripped

Place = tuple[str, ...]
"""Where a value stands: ("indicators", "jobs_published", "target")."""
_IN_FORCE = ("effective_from", "correction", "reason")
_NAME = "方案文件"


@dataclass(frozen=True)
class InForce:
    """From when on an edit is in force. `first` None: from the newest complete day of the data.

    `correction`: it takes the place of the version before, on that version's days too.
    """

    first: date | None = None
    correction: bool = False
    reason: str = ""


def _file(settings: Settings) -> VersionedFile:
    return VersionedFile(settings.plan_file, settings.data / "plans", "方案",
                    instead=f"可以把下载的文件交给系统管理员放到 {settings.plan_file}；或")


def plan_text(settings: Settings) -> str:
    """The file as it is. Raises InputError when it cannot be read."""
    return _file(settings).text()


def edited(text: str, values: Mapping[Place, Any], when: InForce = InForce()) -> str:
    """The text with the values in their places, all else as it is. None takes the key away, with a
    table all there is in it.

    A place of one table that is not there is made. What the text says of its coming into force
    gives way to `when`. Raises InputError on a text that is no TOML.
    """
    with in_words(text, _NAME):
        document = tomlkit.parse(text)
    for place, value in values.items():
        _put(document, place, value)
    for key in _IN_FORCE:
        document.pop(key, None)
    if when.first is not None:
        document["effective_from"] = when.first
    if when.correction:
        document["correction"] = True
    if when.reason:
        document["reason"] = when.reason
    return tomlkit.dumps(document)


def checked(settings: Settings, text: str) -> Plan:
    """The plan the text gives, as it would be in force. Raises InputError naming what is wrong."""
    with in_words(text, _NAME):
        data = tomllib.loads(text)
    plan = plan_in(settings, stripped(data))
    check_days(data)
    return plan


def save(settings: Settings, text: str, before: str, edit: InForce, by: str, at: datetime) -> Edit:
    """Put the text in the file's place, whole, and keep both. `before`: the digest of the file the
    edit was made on.

    Raises InputError where the text is no plan, the file has changed since, or nothing can be
    written; the file is then as it was.
    """
    checked(settings, text)
    return _file(settings).replace(text, before, edit.reason, by, at)


def edits(settings: Settings) -> tuple[Edit, ...]:
    """Every edit, the newest first. Raises InputError where the record cannot be read."""
    return _file(settings).edits()


def text_of(settings: Settings, digest: str) -> str:
    """The file that had this digest. Raises InputError where it is not there or not what it was."""
    return _file(settings).text_of(digest)


def _put(document: tomlkit.TOMLDocument, place: Place, value: Any) -> None:
    table: AbstractTable | Container = document
    for name in place[:-1]:
        if name not in table:
            if value is None:
                return
            table.append(name, tomlkit.table())
        table = table[name]
    if value is None:
        with suppress(KeyError):
            table.remove(place[-1])
        return
    table[place[-1]] = _item(value)


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        made = tomlkit.table()
        for key, one in value.items():
            made.append(key, _item(one))
        made.add(tomlkit.nl())
        return made
    if isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
        lines = tomlkit.array()
        for one in value:
            inline = tomlkit.inline_table()
            inline.update(one)
            lines.append(inline)
        return lines.multiline(len(value) > 1)
    return tomlkit.item(list(value) if isinstance(value, tuple) else value)
