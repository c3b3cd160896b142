"""`notices.toml`: whether, when and to whom. The receivers' addresses hold passwords and live apart
from it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from data_access.site import ROOT, Settings, read_toml
from kpi.vocabulary import InputError, TomlValues
from notices.notice import Kind, Notice

_FILE = "notices.toml"
_read = TomlValues(_FILE, f"请参照自带的 {_FILE} 改正")


@dataclass(frozen=True)
class Receiver:
    """One mailbox or group. `divisions` and `units` empty: everything; else what concerns one of
    them.

    `url` is an address for apprise and never printed. `gateway`: where WeCom and DingTalk messages
    go instead of the makers' own hosts.
    """

    name: str
    title: str
    url: str = field(repr=False)
    kinds: frozenset[Kind] = frozenset(Kind)
    divisions: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    gateway: str | None = None

    @property
    def everything(self) -> bool:
        """Whether it is told of the whole city."""
        return not self.divisions and not self.units

    def wants(self, notice: Notice) -> bool:
        if notice.kind not in self.kinds:
            return False
        return (
            self.everything
            or notice.division in self.divisions
            or not self.units.isdisjoint(notice.units)
        )


@dataclass(frozen=True)
class Quiet:
    """From `start` until before `end`, over midnight when `start` is the later one; equal: never.
    """

    start: time = time(0)
    end: time = time(0)

    def at(self, now: datetime) -> bool:
        moment = now.time()
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True)
class NoticeSettings:
    """`due_days`: how long before the due date; `look_back_days`: how old an event may be that is
    still told of.
    """

    enabled: bool
    receivers: tuple[Receiver, ...]
    quiet: Quiet = Quiet()
    due_days: int = 3
    look_back_days: int = 7
    attempts: int = 3
    wait_seconds: float = 5.0


def load_notice_settings(settings: Settings, environment: Mapping[str, str] | None = None,
                         secrets: Path | None = None) -> NoticeSettings:
    """The settings; switched off when there is no file. Raises InputError naming the table and key
    to mend.
    """
    path = settings.config / _FILE
    if not path.exists():
        return NoticeSettings(False, ())
    data = read_toml(path)
    enabled = data.get("enabled", False)
    if not isinstance(enabled, bool):
        raise InputError(f"{_FILE} 的 enabled 只能是 true 或 false；现为 {enabled!r}，请改正。")
    urls = _urls(os.environ if environment is None else environment, secrets or ROOT / ".streamlit"
                 / "secrets.toml")
    receivers = tuple(_receiver(name, entry, urls, enabled)
                      for name, entry in _read.optional_table(data, "receivers").items())
    quiet, retry = _read.optional_table(data, "quiet"), _read.optional_table(data, "retry")
    return NoticeSettings(enabled, receivers, Quiet(_time(quiet, "from"), _time(quiet, "to")),
                          _read.whole(data, "due_days", "", 3),
                          _read.whole(data, "look_back_days", "", 7),
                          max(_read.whole(retry, "attempts", "retry", 3), 1),
                          _read.number(retry, "wait_seconds", "retry", 5, least=0))


def _urls(environment: Mapping[str, str], secrets: Path) -> Mapping[str, str]:
    table = (
        TomlValues(str(secrets)).optional_table(read_toml(secrets), "notices")
        if secrets.exists()
        else {}
    )
    prefix = "LINGGONG_NOTICE_"
    given = {name.removeprefix(prefix).lower(): url for name, url in environment.items()
             if name.startswith(prefix)}
    return {**{str(name): str(url) for name, url in table.items()}, **given}


def _receiver(name: str, entry: Any, urls: Mapping[str, str], enabled: bool) -> Receiver:
    table = f"receivers.{name}"
    entry, where = _read.as_table(entry, table), f"{_FILE} 的 [{table}]"
    if enabled and not urls.get(name):
        raise InputError(f"{where} 没有收信地址；请在 secrets.toml 的 [notices] 中写 {name} = \"…\"，或设环境变量 "
                         f"LINGGONG_NOTICE_{name.upper()}。")
    try:
        kinds = frozenset(Kind(kind) for kind in _read.texts(entry, "kinds", table)) or frozenset(
            Kind
        )
    except ValueError as error:
        raise InputError(
            f"{where} kinds 中有不认识的种类（{error.args[0].split()[0]}）；可用的有 {'、'.join(Kind)}。"
        ) from None
    return Receiver(name, str(entry.get("title", name)), urls.get(name, ""), kinds,
                    frozenset(_read.texts(entry, "divisions", table)),
                    frozenset(_read.texts(entry, "units", table)), str(entry["gateway"])
                    if entry.get("gateway") else None)


def _time(table: Mapping[str, Any], key: str) -> time:
    try:
        return time.fromisoformat(str(table.get(key, "00:00")))
    except ValueError:
        raise InputError(
            f"{_FILE} 的 [quiet] {key} 应是时刻，例如 {key} = \"21:00\"；现为 {table[key]!r}。") from None
