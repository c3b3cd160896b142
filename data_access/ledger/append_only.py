"""An append-only table in a SQLite file of its own, safe for several processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from data_access.ledger.engine import BUSY_SECONDS
from kpi.vocabulary import InputError


@dataclass(frozen=True)
class AppendOnly:
    """The table `name` of texts in `file`, made at the first writing; its rows are neither changed
    nor deleted.

    `title`: what a clerk calls it. `added`: those of `fields`, last in order, that files of earlier
    versions lack; they are "" there. Every method raises InputError when the file cannot be used.
    """

    file: Path
    name: str
    title: str
    fields: tuple[str, ...]
    added: tuple[str, ...] = ()

    def append(self, values: Sequence[str]) -> None:
        """Write one row; it is on the disk when this returns."""
        marks = ", ".join("?" * len(self.fields))
        with self._opened() as connection:
            connection.executescript(self._table)
            for field in self._lacking(connection):
                with suppress(sqlite3.OperationalError):  # another process has just done it
                    connection.execute(
                        f"ALTER TABLE {self.name} ADD COLUMN {field} TEXT NOT NULL DEFAULT ''")
            with connection:
                connection.execute(
                    f"INSERT INTO {self.name} ({', '.join(self.fields)}) VALUES ({marks})", values)

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Every row, oldest first; none when nothing was ever written."""
        if not self.file.exists():
            return ()
        with self._opened() as connection:
            present = "SELECT 1 FROM sqlite_master WHERE name = ?"
            if not connection.execute(present, (self.name,)).fetchone():
                return ()
            lacking = self._lacking(connection)
            names = ", ".join("''" if field in lacking else field for field in self.fields)
            return tuple(
                connection.execute(f"SELECT {names} FROM {self.name} ORDER BY number").fetchall())

    @property
    def _table(self) -> str:
        columns = ", ".join(f"{field} TEXT NOT NULL DEFAULT ''" if field in self.added
                            else f"{field} TEXT NOT NULL" for field in self.fields)
        return f"""
CREATE TABLE IF NOT EXISTS {self.name} (number INTEGER PRIMARY KEY AUTOINCREMENT, {columns});
CREATE TRIGGER IF NOT EXISTS {self.name}_kept BEFORE DELETE ON {self.name}
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS {self.name}_unchanged BEFORE UPDATE ON {self.name}
    BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""

    def _lacking(self, connection: sqlite3.Connection) -> tuple[str, ...]:
        present = {column[1] for column in connection.execute(f"PRAGMA table_info({self.name})")}
        return tuple(field for field in self.added if field not in present)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=BUSY_SECONDS)) as connection:
                yield connection
        except (sqlite3.Error, OSError, ValueError) as error:
            raise InputError(f"{self.title} {self.file} 读写不了（{error}）；请检查文件夹权限和磁盘空间。") from None
