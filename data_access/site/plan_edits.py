"""plan.toml changed by the program for a clerk: its comments and its order stay, and every edit is
kept.

    <data>/plans/<digest>.toml   the file before and after every edit, as it was
    <data>/plans/edits.jsonl     who changed what into what, when and why, oldest first

The file stays what is in force: whoever edits it by hand needs none of this.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AbstractTable

from data_access.site.holidays import public_holidays
from data_access.site.settings import Settings
from data_access.site.toml_words import explained
from kpi.plan import Plan, plan_from
from kpi.vocabulary import InputError

Place = tuple[str, ...]
"""Where a value stands: ("indicators", "jobs_published", "target")."""
_FOLDER, _EDITS = "plans", "edits.jsonl"
_IN_FORCE = ("effective_from", "correction", "reason")


@dataclass(frozen=True)
class InForce:
    """From when on an edit is in force. `first` None: from the newest complete day of the data.

    `correction`: it takes the place of the version before, on that version's days too.
    """

    first: date | None = None
    correction: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Edit:
    """One edit, as recorded. `before` and `after`: SHA-256 of the file."""

    at: datetime
    by: str
    before: str
    after: str
    reason: str


def plan_text(settings: Settings) -> str:
    """The file as it is. Raises InputError when it cannot be read."""
    try:
        return settings.plan_file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"配置文件 {settings.plan_file} 打不开（{error.strerror}）；请检查文件权限。") from None
    except UnicodeDecodeError:
        raise InputError(f"配置文件 {settings.plan_file} 不是 UTF-8 编码；请用 UTF-8 另存后重试。") from None


def digest_of(text: str) -> str:
    """The SHA-256 of a file with this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def edited(text: str, values: Mapping[Place, Any], when: InForce = InForce()) -> str:
    """The text with the values in their places, all else as it is. None takes the key away, with a
    table all there is in it.

    A place of one table that is not there is made. What the text says of its coming into force
    gives way to `when`. Raises InputError on a text that is no TOML.
    """
    with _explained(text):
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
    with _explained(text):
        data = tomllib.loads(text)
    plan = plan_from(data, settings.definitions)
    return replace(plan, calendar=plan.calendar.with_holidays(public_holidays(plan.window)))


def save(settings: Settings, text: str, before: str, edit: InForce, by: str, at: datetime) -> Edit:
    """Put the text in the file's place, whole, and keep both. `before`: the digest of the file the
    edit was made on.

    Raises InputError where the text is no plan, the file has changed since, or nothing can be
    written; the file is then as it was.
    """
    checked(settings, text)
    try:
        with _alone(settings):
            now = plan_text(settings)
            if digest_of(now) != before:
                raise InputError(
                    "方案文件在您打开这一页之后被改过；没有保存，请刷新页面，在新的内容上再改。"
                )
            made = Edit(at, by, before, digest_of(text), edit.reason)
            _keep(settings, now)
            _keep(settings, text)
            _swap(settings.plan_file.resolve(), text)
            _note(settings, made)
    except OSError as error:
        raise InputError(
            f"方案文件写不进去（{error.strerror}）；没有保存。请把下载的文件交给系统管理员放到 "
            f"{settings.plan_file}，或请其按《部署》允许程序改写这个文件。"
        ) from None
    return made


def edits(settings: Settings) -> tuple[Edit, ...]:
    """Every edit, the newest first. Raises InputError where the record cannot be read."""
    path = settings.data / _FOLDER / _EDITS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines]
        made = [Edit(datetime.fromisoformat(one["at"]), one["by"], one["before"], one["after"],
                     one["reason"]) for one in records]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"方案改动的记录 {path} 读不出来；请从备份恢复，方案本身不受影响。") from None
    return tuple(reversed(made))


def text_of(settings: Settings, digest: str) -> str:
    """The file that had this digest. Raises InputError where it is not there or not what it was."""
    path = settings.data / _FOLDER / f"{digest}.toml"
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest or not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise InputError(f"这一版方案的文件 {path.name} 不见了或被改过；请从备份恢复 plans 文件夹。")
    return content.decode("utf-8-sig")


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


@contextmanager
def _explained(text: str) -> Iterator[None]:
    try:
        yield
    except (tomllib.TOMLDecodeError, tomlkit.exceptions.ParseError):
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"方案文件格式有误，{explained(error, text)}；请改正该行后重试。") from None
        raise InputError("方案文件的写法程序改不了；请直接编辑文件。") from None


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    folder = settings.data / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".edits-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(settings: Settings, text: str) -> None:
    path = settings.data / _FOLDER / f"{digest_of(text)}.toml"
    if not path.exists():
        _swap(path, text)


def _swap(path: Path, text: str) -> None:
    """The file with this text, whole or not at all; whose it is and who may read it stays."""
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
            with suppress(OSError):  # only an administrator can give a file away
                os.chown(draft, path.stat().st_uid, path.stat().st_gid)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _note(settings: Settings, edit: Edit) -> None:
    line = json.dumps({**vars(edit), "at": edit.at.isoformat(timespec="seconds")},
                      ensure_ascii=False)
    with (settings.data / _FOLDER / _EDITS).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
