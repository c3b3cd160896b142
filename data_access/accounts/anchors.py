"""Where the end of the audit log is noted outside its own folder, so that a folder emptied or cut
short shows.

In the ledger's database after every record, and – when `access.toml` names a place – once a day as
a line in a file or in the system's log. An anchor never keeps a record from being written: what
cannot be noted is logged.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from data_access.accounts.access import AccessRules
from data_access.accounts.audit import Anchor, AuditLog, Record
from data_access.ledger import exists, ledger_url, looking, open_ledger_engine, writing
from data_access.site import Settings
from kpi.vocabulary import InputError

SYSLOG = "syslog"
_PREFIX = "linggong-audit"
_SYSLOG_SOCKET = "/dev/log"
_log = logging.getLogger(__name__)

_TABLES = sa.MetaData()
_ANCHORS = sa.Table("audit_anchor", _TABLES, sa.Column("number", sa.BigInteger, primary_key=True,
                                                       autoincrement=False),
                    sa.Column("hash", sa.String(64), primary_key=True),
                    sa.Column("at", sa.String(40), nullable=False))


@dataclass(frozen=True)
class LedgerAnchor:
    """Every record's number and hash in the ledger's database; nothing while there is no ledger."""

    url: str
    name: str = "台账数据库"

    def note(self, record: Record) -> None:
        if exists(self.url):
            with suppress(sa.exc.IntegrityError), writing(_engine(self.url)) as connection:
                connection.execute(_ANCHORS.insert(), {"number": record.number, "hash": record.hash,
                                                       "at": record.time})

    def noted(self) -> Iterable[tuple[int, str]]:
        if not exists(self.url):
            return ()
        with looking(_engine(self.url)) as connection:
            return [(number, digest)
                    for number, digest in connection.execute(
                        sa.select(_ANCHORS.c.number, _ANCHORS.c.hash))]


@dataclass(frozen=True)
class FileAnchor:
    """A line a day in a file outside the data folder, at best on another machine's disk."""

    path: Path

    @property
    def name(self) -> str:
        return f"文件 {self.path}"

    def note(self, record: Record) -> None:
        last = self.path.read_text(encoding="utf-8").splitlines()[-1:] if self.path.exists() else []
        if last and last[0].split()[1:2] == [record.time[:10]]:
            return
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(record) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def noted(self) -> Iterable[tuple[int, str]]:
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        parts = [line.split() for line in lines]
        return [(int(part[2]), part[3]) for part in parts if len(part) == 4 and part[2].isdigit()]


@dataclass(frozen=True)
class SyslogAnchor:
    """A line a day in the system's log, which another machine may collect; it is compared there,
    not here.
    """

    marker: Path
    name: str = "系统日志"

    def note(self, record: Record) -> None:
        day = record.time[:10]
        if self.marker.exists() and self.marker.read_text(encoding="ascii") == day:
            return
        handler = logging.handlers.SysLogHandler(_SYSLOG_SOCKET,
                                                 logging.handlers.SysLogHandler.LOG_AUTH)
        try:
            handler.emit(logging.LogRecord(_PREFIX, logging.WARNING, __file__, 0, _line(record),
                                           None, None))
        finally:
            handler.close()
        self.marker.write_text(day, encoding="ascii")

    def noted(self) -> Iterable[tuple[int, str]]:
        return ()


def audit_log_of(settings: Settings, rules: AccessRules) -> AuditLog:
    """The audit log in force with its anchors."""
    return AuditLog(settings.data / "audit", rules.audit_months, anchors(settings, rules))


def anchors(settings: Settings, rules: AccessRules) -> tuple[Anchor, ...]:
    """The ledger, and what `[audit] anchor` names."""
    outside = _named(settings, rules.audit_anchor)
    try:
        url = ledger_url(settings)
    except InputError:
        return outside
    return outside if "{city}" in url else (LedgerAnchor(url), *outside)


def _named(settings: Settings, place: str) -> tuple[Anchor, ...]:
    if not place:
        return ()
    return (SyslogAnchor(settings.data / "audit" / "ANCHORED") if place == SYSLOG
            else FileAnchor(Path(place)),)


@lru_cache(maxsize=16)
def _engine(url: str) -> Engine:
    engine = open_ledger_engine(url)
    with writing(engine) as connection:
        _TABLES.create_all(connection)
    return engine


def _line(record: Record) -> str:
    return f"{_PREFIX} {record.time[:10]} {record.number} {record.hash}"
