"""`notices.toml`: whether, when and to whom. The receivers' addresses hold passwords and live apart from it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from data_access.site.settings import ROOT, Settings, read_toml
from kpi.vocabulary.errors import InputError
from notices.notice import Kind, Notice

_FILE = "notices.toml"


@dataclass(frozen=True)
class Receiver:
    """One mailbox or group. `divisions` and `units` empty: everything; else what concerns one of them.

    `url` is an address for apprise and never printed. `gateway`: where WeCom and DingTalk messages go instead of the
    makers' own hosts.
    """

    name: str
    title: str
    url: str = field(repr=False)
    kinds: frozenset[Kind] = frozenset(Kind)
    divisions: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    gateway: str | None = None

    def wants(self, notice: Notice) -> bool:
        if notice.kind not in self.kinds:
            return False
        everything = not self.divisions and not self.units
        return everything or notice.division in self.divisions or not self.units.isdisjoint(notice.units)


@dataclass(frozen=True)
class Quiet:
    """From `start` until before `end`, over midnight when `start` is the later one; equal: never."""

    start: time = time(0)
    end: time = time(0)

    def at(self, now: datetime) -> bool:
        moment = now.time()
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True)
class NoticeSettings:
    """`due_days`: how long before the due date; `look_back_days`: how old an event may be that is still told of."""

    enabled: bool
    receivers: tuple[Receiver, ...]
    quiet: Quiet = Quiet()
    due_days: int = 3
    look_back_days: int = 7
    attempts: int = 3
    wait_seconds: float = 5.0


def load_notice_settings(settings: Settings, environment: Mapping[str, str] | None = None,
                         secrets: Path | None = None) -> NoticeSettings:
    """The settings; switched off when there is no file. Raises InputError naming the table and key to mend."""
    path = settings.config / _FILE
    if not path.exists():
        return NoticeSettings(False, ())
    data = read_toml(path)
    enabled = data.get("enabled", False)
    if not isinstance(enabled, bool):
        raise InputError(f"{_FILE} 的 enabled 只能是 true 或 false；现为 {enabled!r}，请改正。")
    urls = _urls(os.environ if environment is None else environment, secrets or ROOT / ".streamlit" / "secrets.toml")
    receivers = tuple(_receiver(name, entry, urls, enabled) for name, entry in _table(data, "receivers").items())
    quiet, retry = _table(data, "quiet"), _table(data, "retry")
    return NoticeSettings(enabled, receivers, Quiet(_time(quiet, "from"), _time(quiet, "to")),
                          int(_number(data, "due_days", 3)), int(_number(data, "look_back_days", 7)),
                          max(int(_number(retry, "attempts", 3)), 1), _number(retry, "wait_seconds", 5))


def _urls(environment: Mapping[str, str], secrets: Path) -> Mapping[str, str]:
    table = read_toml(secrets).get("notices", {}) if secrets.exists() else {}
    prefix = "LINGGONG_NOTICE_"
    given = {name.removeprefix(prefix).lower(): url for name, url in environment.items() if name.startswith(prefix)}
    return {**{str(name): str(url) for name, url in table.items()}, **given}


def _receiver(name: str, entry: Any, urls: Mapping[str, str], enabled: bool) -> Receiver:
    where = f"{_FILE} 的 [receivers.{name}]"
    if not isinstance(entry, Mapping):
        raise InputError(f"{where} 应是表；请参照自带的 {_FILE} 改正。")
    if enabled and not urls.get(name):
        raise InputError(f"{where} 没有收信地址；请在 secrets.toml 的 [notices] 中写 {name} = \"…\"，或设环境变量 "
                         f"LINGGONG_NOTICE_{name.upper()}。")
    try:
        kinds = frozenset(Kind(kind) for kind in _list(entry, "kinds", where)) or frozenset(Kind)
    except ValueError as error:
        raise InputError(f"{where} kinds 中有不认识的种类（{error.args[0].split()[0]}）；可用的有 {'、'.join(Kind)}。") from None
    return Receiver(name, str(entry.get("title", name)), urls.get(name, ""), kinds,
                    frozenset(_list(entry, "divisions", where)), frozenset(_list(entry, "units", where)),
                    str(entry["gateway"]) if entry.get("gateway") else None)


def _list(entry: Mapping[str, Any], key: str, where: str) -> list[str]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{where} {key} 应是文字列表，例如 {key} = [\"…\"]；请改正。")
    return value


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, Mapping):
        raise InputError(f"{_FILE} 的 [{name}] 应是表；请参照自带的 {_FILE} 改正。")
    return table


def _time(table: Mapping[str, Any], key: str) -> time:
    try:
        return time.fromisoformat(str(table.get(key, "00:00")))
    except ValueError:
        raise InputError(f"{_FILE} 的 [quiet] {key} 应是时刻，例如 {key} = \"21:00\"；现为 {table[key]!r}。") from None


def _number(table: Mapping[str, Any], key: str, default: float) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise InputError(f"{_FILE} 的 {key} 应是不小于 0 的数字；现为 {value!r}，请改正。")
    return value
