"""Who took note of which alert and when: an append-only SQLite file in the data folder, safe for several processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from data_access.site.settings import Settings
from kpi.alerts.acknowledge import Acknowledgement
from kpi.alerts.rules import Rule, Severity
from kpi.vocabulary.errors import InputError

BUSY_SECONDS = 30
_FIELDS = ("rule", "indicator", "rollup", "division", "severity", "as_of", "account", "at", "withdrawn")
_MARKS = ", ".join("?" * len(_FIELDS))
_TABLE = f"""
CREATE TABLE IF NOT EXISTS acknowledgement (
    number INTEGER PRIMARY KEY AUTOINCREMENT, {', '.join(f'{name} TEXT NOT NULL' for name in _FIELDS)});
CREATE TRIGGER IF NOT EXISTS acknowledgement_kept BEFORE DELETE ON acknowledgement
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS acknowledgement_unchanged BEFORE UPDATE ON acknowledgement
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


@dataclass(frozen=True)
class Acknowledgements:
    """The store in one file, made at the first writing. Every method raises InputError when the file cannot be used."""

    file: Path

    def append(self, one: Acknowledgement) -> None:
        """Write one entry; it is on the disk when this returns."""
        values = (one.rule.value, one.indicator, one.rollup, one.division, one.severity.value, one.as_of.isoformat(),
                  one.account, one.at.isoformat(), str(int(one.withdrawn)))
        with self._opened() as connection:
            connection.executescript(_TABLE)
            with connection:
                connection.execute(f"INSERT INTO acknowledgement ({', '.join(_FIELDS)}) VALUES ({_MARKS})", values)

    def all(self) -> tuple[Acknowledgement, ...]:
        """Every entry, oldest first; none when nothing was ever written."""
        if not self.file.exists():
            return ()
        with self._opened() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'acknowledgement'").fetchone():
                return ()
            rows = connection.execute(f"SELECT {', '.join(_FIELDS)} FROM acknowledgement ORDER BY number").fetchall()
        return tuple(_read(row) for row in rows)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=BUSY_SECONDS)) as connection:
                yield connection
        except (sqlite3.Error, OSError, ValueError) as error:
            raise InputError(f"预警确认记录 {self.file} 读写不了（{error}）；请检查文件夹权限和磁盘空间。") from None


def acknowledgements(settings: Settings) -> Acknowledgements:
    """The store in force. The demonstration has a file of its own, so that its entries never turn up among real ones."""
    return Acknowledgements(settings.data / ("sample-acknowledgements.sqlite" if settings.sample else "acknowledgements.sqlite"))


def _read(row: tuple[str, ...]) -> Acknowledgement:
    rule, indicator, rollup, division, severity, as_of, account, at, withdrawn = row
    return Acknowledgement(Rule(rule), indicator, rollup, division, Severity(severity), date.fromisoformat(as_of), account,
                           datetime.fromisoformat(at), withdrawn == "1")
