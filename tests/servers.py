"""Real database servers, started by the tests on free loopback ports and gone when the tests end.

A missing server skips on a laptop and fails where nothing may be missing (`tests.programs`).
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import psycopg
import pymysql

from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, ColumnType, Dataset
from tests.ports import free_port
from tests.programs import find, missing

OWNER, OWNER_PASSWORD = "owner", "Owner-Pass-1"
DATABASE = "linggong"
_START_SECONDS = 60


@dataclass
class Server:
    """One running server. `folder` holds its data; `command` starts it again after a stop."""

    make: str
    port: int
    folder: Path
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    _tables: dict[str, bool] = field(default_factory=dict)  # "connection.dataset" → may hold rows
    _foreign: bool = False  # a test made tables of its own
    _raw: Any = None

    def url(self, connection: str, user: str = OWNER, password: str = OWNER_PASSWORD) -> str:
        """The URL of one service database: a schema of its own on PostgreSQL, a database of its own
        on MariaDB.
        """
        if self.make == "postgresql":
            return (f"postgresql+psycopg://{user}:{password}@127.0.0.1:{self.port}/{DATABASE}"
                    f"?options=-csearch_path%3D{connection}")
        return (
            f"mysql+pymysql://{user}:{password}@127.0.0.1:{self.port}/{connection}?charset=utf8mb4"
        )

    def raw(self) -> Any:
        """A driver's own writing connection, in autocommit, kept open between questions."""
        if self._raw is None:
            self._raw = self._connect()
        return self._raw

    def execute(self, *statements: str) -> None:
        """Run statements of a test's own; after one that makes a table, `write` starts from
        nothing.
        """
        self._foreign = self._foreign or any(
            "CREATE TABLE" in statement for statement in statements
        )
        self._run(*statements)

    def _run(self, *statements: str) -> None:
        with self.raw().cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with self.raw().cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd=self.folder)
        log.close()
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._connect(bootstrap=True).close()
                return
            except (psycopg.OperationalError, pymysql.err.OperationalError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    text = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"{self.make} did not start:\n{text}") from None
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop at once: for a reader the same as a crash or a pulled cable."""
        if self._raw is not None:
            self._raw.close()
            self._raw = None
        if self.process is not None:
            self.process.kill() if self.make == "mariadb" else self.process.send_signal(3)
            self.process.wait(30)
            self.process = None

    def kill(self) -> None:
        """As the power failing: nothing is said to anyone."""
        assert self.process is not None
        if self._raw is not None:
            self._raw.close()
            self._raw = None
        self.process.kill()
        self.process.wait(30)
        self.process = None

    def _connect(self, bootstrap: bool = False) -> Any:
        if self.make == "postgresql":
            return psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER,
                                   password=OWNER_PASSWORD, dbname="postgres" if bootstrap
                                   else DATABASE, autocommit=True)
        user, password = ("root", "") if bootstrap else (OWNER, OWNER_PASSWORD)
        return pymysql.connect(host="127.0.0.1", port=self.port, user=user, password=password,
                               charset="utf8mb4", autocommit=True)

    def write(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
        """Make the databases hold exactly these tables, and give the URL of each connection that
        has one.
        """
        if self._foreign:
            self.forget()
        wanted = {f"{DATASETS[name].connection}.{name}" for name in tables}
        for gone in [name for name in self._tables if name not in wanted]:
            self._drop(gone)
            del self._tables[gone]
        for name, rows in tables.items():
            self._fill(DATASETS[name], rows)
        return {name: self.url(name) for name in CONNECTIONS
                if any(DATASETS[table].connection == name for table in tables)}

    def _fill(self, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        name = f"{dataset.connection}.{dataset.name}"
        if name not in self._tables:
            self._create(name, dataset)
        elif self._tables[name]:
            self.execute(f"DELETE FROM {name}")
        self._tables[name] = bool(rows)
        if rows:
            self._insert(name, dataset, rows)

    def _create(self, name: str, dataset: Dataset) -> None:
        self._run(f"CREATE TABLE {name} ({self._declared(dataset)})")

    def _drop(self, name: str) -> None:
        self.execute(f"DROP TABLE {name}")

    def _declared(self, dataset: Dataset) -> str:
        return ", ".join(f"{column.name} {_DECLARED[self.make][column.type]}"
                         for column in dataset.columns)

    def _insert(self, name: str, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
        names = dataset.column_names
        with self.raw().cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {name} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
                [[row[column] for column in names] for row in rows],
            )

    def forget(self) -> None:
        """Drop every table, whoever made it."""
        for schema, name in self.query(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND "
            "table_schema IN "
            f"({', '.join(repr(connection) for connection in CONNECTIONS)})"
        ):
            self.execute(f"DROP TABLE {schema}.{name} CASCADE")
        self._tables.clear()
        self._foreign = False


OneServer = TypeVar("OneServer", bound=Server)

_DECLARED: dict[str, dict[ColumnType, str]] = {
    "postgresql": {
        ColumnType.CODE: "varchar(64)",
        ColumnType.TEXT: "text",
        ColumnType.DATE: "date",
        ColumnType.INT: "integer",
        ColumnType.REAL: "double precision",
        ColumnType.BOOL: "boolean",
        ColumnType.TIMESTAMP: "timestamp",
    },
    "mariadb": {
        ColumnType.CODE: "varchar(64)",
        ColumnType.TEXT: "text",
        ColumnType.DATE: "date",
        ColumnType.INT: "integer",
        ColumnType.REAL: "double",
        ColumnType.BOOL: "boolean",
        ColumnType.TIMESTAMP: "datetime",
    },
}


def _account(preferred: str) -> str | None:
    """Servers refuse to run as root: the account to run as, None when we are not root anyway."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return preferred if preferred in known else "nobody"


def _as_account(account: str | None) -> list[str]:
    if account is None:
        return []
    entry = pwd.getpwnam(account)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


@contextmanager
def temporary_folder(account: str | None) -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="linggong-server-"))
    if account is not None:
        shutil.chown(folder, account)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql(kind: type[OneServer] = Server) -> Iterator[OneServer]:
    folders = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"),
                                            reverse=True)]
    initdb, postgres = find("initdb", *folders), find("postgres", *folders)
    if initdb is None or postgres is None:
        missing("PostgreSQL")
    account = _account("postgres")
    with temporary_folder(account) as folder:
        (folder / "password").write_text(OWNER_PASSWORD)
        (folder / "password").chmod(0o644)
        data, port = folder / "data", free_port()
        # an order that is not the byte order, so that nothing passes by luck
        subprocess.run([*_as_account(account), str(initdb), "-D", str(data), "-U", OWNER, "-E",
                        "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh",
                        "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync"],
                       check=True, capture_output=True, cwd=folder)
        server = kind("postgresql", port, folder, [*_as_account(account), str(postgres), "-D",
                                                   str(data), "-p", str(port), "-c",
                                                   "listen_addresses=127.0.0.1", "-c",
                                                   f"unix_socket_directories={folder}", "-c",
                                                   "fsync=off", "-c", "full_page_writes=off"])
        with _running(server):
            with server._connect(bootstrap=True) as first:
                first.execute(f"CREATE DATABASE {DATABASE}")
            server.execute(*(f"CREATE SCHEMA {name}" for name in CONNECTIONS))
            yield server


@contextmanager
def mariadb() -> Iterator[Server]:
    install, daemon = find("mariadb-install-db"), find("mariadbd")
    if install is None or daemon is None:
        missing("MariaDB")
    account = _account("mysql")
    with temporary_folder(account) as folder:
        data, port = folder / "data", free_port()
        subprocess.run([*_as_account(account), str(install), "--no-defaults", f"--datadir={data}",
                        "--auth-root-authentication-method=normal", "--skip-test-db"],
                       check=True, capture_output=True, cwd=folder)
        server = Server(
            "mariadb",
            port,
            folder,
            [
                *_as_account(account),
                str(daemon),
                "--no-defaults",
                f"--datadir={data}",
                f"--socket={folder / 'socket'}",
                f"--port={port}",
                "--bind-address=127.0.0.1",
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_general_ci",
                "--innodb-flush-log-at-trx-commit=2",
                "--skip-innodb-doublewrite",
                # a server that starts removes the temporary tables of all others from a folder they
                # share
                "--innodb-buffer-pool-size=64M",
                f"--pid-file={folder / 'pid'}",
                f"--tmpdir={folder}",
            ],
        )
        with _running(server):
            with server._connect(bootstrap=True) as first, first.cursor() as cursor:
                for name in CONNECTIONS:
                    cursor.execute(f"CREATE DATABASE {name}")
                cursor.execute(f"CREATE USER {OWNER}@'%' IDENTIFIED BY '{OWNER_PASSWORD}'")
                cursor.execute(f"GRANT ALL ON *.* TO {OWNER}@'%' WITH GRANT OPTION")
            yield server


@contextmanager
def _running(server: Server) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        server.stop()


def stamped(day: date) -> datetime:
    """Noon of a day, for `updated_at`."""
    return datetime(day.year, day.month, day.day, 12)
