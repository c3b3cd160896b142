"""Which alerts were put aside, by whom and why: an append-only SQLite file in the data folder, safe for several processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from data_access.site import Settings
from kpi.alerts import Severity
from kpi.follow_ups import Shelving
from kpi.vocabulary import InputError

BUSY_SECONDS = 30
_FIELDS = ("indicator", "rollup", "division", "severity", "as_of", "until", "reason", "account", "at", "withdrawn")
_MARKS = ", ".join("?" * len(_FIELDS))
_TABLE = f"""
CREATE TABLE IF NOT EXISTS shelving (
    number INTEGER PRIMARY KEY AUTOINCREMENT, {', '.join(f'{name} TEXT NOT NULL' for name in _FIELDS)});
CREATE TRIGGER IF NOT EXISTS shelving_kept BEFORE DELETE ON shelving
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS shelving_unchanged BEFORE UPDATE ON shelving
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


@dataclass(frozen=True)
class Shelvings:
    """The store in one file, made at the first writing. Every method raises InputError when the file cannot be used."""

    file: Path

    def append(self, one: Shelving) -> None:
        """Write one entry, checked before (`check_shelving`); it is on the disk when this returns."""
        values = (one.indicator, one.rollup, one.division, one.severity.value, one.as_of.isoformat(), one.until.isoformat(),
                  one.reason, one.account, one.at.isoformat(), str(int(one.withdrawn)))
        with self._opened() as connection:
            connection.executescript(_TABLE)
            with connection:
                connection.execute(f"INSERT INTO shelving ({', '.join(_FIELDS)}) VALUES ({_MARKS})", values)

    def all(self) -> tuple[Shelving, ...]:
        """Every entry, oldest first; none when nothing was ever written."""
        if not self.file.exists():
            return ()
        with self._opened() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'shelving'").fetchone():
                return ()
            rows = connection.execute(f"SELECT {', '.join(_FIELDS)} FROM shelving ORDER BY number").fetchall()
        return tuple(_read(row) for row in rows)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=BUSY_SECONDS)) as connection:
                yield connection
        except (sqlite3.Error, OSError, ValueError) as error:
            raise InputError(f"预警搁置记录 {self.file} 读写不了（{error}）；请检查文件夹权限和磁盘空间。") from None


def shelvings(settings: Settings) -> Shelvings:
    """The store in force; the demonstration has a file of its own."""
    return Shelvings(settings.data / ("sample-shelvings.sqlite" if settings.sample else "shelvings.sqlite"))


def _read(row: tuple[str, ...]) -> Shelving:
    indicator, rollup, division, severity, as_of, until, reason, account, at, withdrawn = row
    return Shelving(indicator, rollup, division, Severity(severity), date.fromisoformat(as_of), date.fromisoformat(until),
                    reason, account, datetime.fromisoformat(at), withdrawn == "1")
