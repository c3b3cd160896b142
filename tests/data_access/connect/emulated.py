"""Makes of database nobody here has: a driver that records what is sent, and SQLite that answers
the same statements.

The program goes through its own engine of the make: session, transaction, dialect, types of
columns. What is sent is text
of that dialect; what comes back is what SQLite says to the statement behind the text, in the
values the driver would give.
So the figures must be those of SQLite itself, and every text can be looked at.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from data_access.connect.makes import table
from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, ColumnType
from tests.data_access.site import Tables
from tests.drawn import write_sqlite

MODULES = {"oracle": "oracledb", "mssql": "pymssql", "dm": "dmPython"}
URLS = {
    "oracle": "oracle+oracledb://{0}:Geheim-1@10.0.0.5:1521/?service_name=gig",
    "mssql": "mssql+pymssql://{0}:Geheim-1@10.0.0.5/gig",
    "dm": "dm+dmPython://{0}:Geheim-1@10.0.0.5/GIG",
}
PLAIN = ("trino", "clickhousedb", "starrocks")
"""Makes whose statements are only looked at: the program takes a plain dialect of the same name
for theirs.
"""
_ORACLE = {
    ColumnType.CODE: ("VARCHAR2", None, None),
    ColumnType.TEXT: ("NVARCHAR2", None, None),
    ColumnType.DATE: ("DATE", None, None),
    ColumnType.INT: ("NUMBER", 10, 0),
    ColumnType.REAL: ("NUMBER", None, None),
    ColumnType.BOOL: ("NUMBER", 1, 0),
    ColumnType.TIMESTAMP: ("TIMESTAMP(6)", None, None),
}
_MSSQL = {
    ColumnType.CODE: "varchar",
    ColumnType.TEXT: "nvarchar",
    ColumnType.DATE: "date",
    ColumnType.INT: "int",
    ColumnType.REAL: "decimal",
    ColumnType.BOOL: "bit",
    ColumnType.TIMESTAMP: "datetime2",
}
_GENERIC: Mapping[ColumnType, Any] = {
    ColumnType.CODE: sa.String(64),
    ColumnType.TEXT: sa.String(200),
    ColumnType.DATE: sa.Date(),
    ColumnType.INT: sa.Integer(),
    ColumnType.REAL: sa.Float(),
    ColumnType.BOOL: sa.Boolean(),
    ColumnType.TIMESTAMP: sa.DateTime(),
}


class Error(Exception):
    """The driver's own base of errors."""


class DatabaseError(Error):
    pass


class ProgrammingError(DatabaseError):
    pass


class Driver(types.ModuleType):
    """A driver's module. `sent`: texts in their order. `arguments`: of each connection. `answers`:
    rows by words of a raw statement.

    `refuses`: error text by words of a statement. `elements`: the program's statements before they
    were text.
    """

    Error, DatabaseError, ProgrammingError = Error, DatabaseError, ProgrammingError
    InterfaceError = OperationalError = IntegrityError = DataError = NotSupportedError = (
        InternalError
    ) = DatabaseError
    version, __version__, apilevel, threadsafety = "3.4.0", "2.3.0", "2.0", 2

    def __init__(self, make: str, folder: Path | None = None) -> None:
        super().__init__(MODULES.get(make, make))
        self.make, self.folder = make, folder
        self.paramstyle = {"mssql": "pyformat", "dm": "qmark"}.get(make, "named")
        self.sent: list[str] = []
        self.elements: list[Any] = []
        self.arguments: list[dict[str, Any]] = []
        self.answers: dict[str, list[tuple[Any, ...]]] = {}
        self.refuses: dict[str, str] = {}
        self._engines: dict[str, sa.Engine] = {}
        self._element: Any = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "Binary":
            raise AttributeError(name)
        constant = f"constant {name}"
        setattr(self, name, constant)
        return constant

    def makedsn(self, *arguments: Any, **given: Any) -> str:
        return f"{arguments}{given}"

    def connect(self, *arguments: Any, **given: Any) -> Connection:
        self.arguments.append({"args": arguments, **given})
        return Connection(self, str(given.get("user") or given.get("username")))

    def keep(self, opened: Any, element: Any, *_: Any) -> None:
        """Called before every statement of any engine."""
        if opened.dialect.name == self.make:
            self._element = element
            self.elements.append(element)

    def take(self) -> Any:
        """The statement the next text is of; None for a text of the session's."""
        element, self._element = self._element, None
        return element

    def engine(self, connection: str) -> sa.Engine:
        """The SQLite file that answers for a connection."""
        if connection not in self._engines:
            assert self.folder is not None
            path = self.folder / f"{connection}.sqlite"
            engine = self._engines[connection] = sa.create_engine(f"sqlite:///{path}")
            sa.event.listen(engine, "connect", self._prepare(path))
        return self._engines[connection]

    def _prepare(self, path: Path) -> Any:
        def prepare(raw: Any, _record: Any) -> None:
            raw.execute(f"ATTACH DATABASE '{path}' AS GIG")
            if self.make == "oracle":
                raw.create_function("trim", 2, _trimmed, deterministic=True)
                raw.create_function("to_char", 1, lambda text: text, deterministic=True)

        return prepare

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()


def _trimmed(text: Any, blanks: str) -> Any:
    """As Oracle does: an empty text is null."""
    return None if text is None else str(text).strip(blanks) or None


@dataclass
class Connection:
    """A session. `version` and others are attributes drivers have."""

    driver: Driver
    user: str
    version: str = "19.3.0.0.0"
    thin: bool = True
    current_schema: str = "GIG"
    call_timeout: int = 0
    outputtypehandler: Any = None
    autocommit: bool = False
    Error = Error
    stmtcachesize: int = 20
    max_identifier_length: int = 128

    def cursor(self) -> Cursor:
        return Cursor(self)

    def commit(self) -> None:
        self.driver.sent.append("commit")

    def rollback(self) -> None:
        self.driver.sent.append("rollback")

    def close(self) -> None:
        pass


@dataclass
class Cursor:
    """Answers from what the driver has for a raw statement, from the catalogue, or from SQLite."""

    connection: Connection
    description: Any = None
    rowcount: int = -1
    arraysize: int = 100
    outputtypehandler: Any = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def setinputsizes(self, *_: Any, **__: Any) -> None:
        pass

    def execute(self, statement: str, parameters: Any = None) -> Any:
        driver = self.connection.driver
        driver.sent.append(statement)
        # the transaction begins when the statement is about to be sent
        element = None if statement.startswith(("SET ", "ALTER ")) else driver.take()
        for words, text in driver.refuses.items():
            if words in statement:
                raise DatabaseError(text)
        given = next((rows for words, rows in driver.answers.items() if words in statement), None)
        if given is None:
            given = _of_the_catalogue(driver.make, statement, parameters)
        if given is not None:
            names = [f"column_{number}" for number in range(len(given[0]) if given else 1)]
            self._answer(names, given)
        elif element is not None and not isinstance(element, str):
            with driver.engine(self.connection.user).connect() as opened:
                result = opened.execute(element)
                names, rows = list(result.keys()), [tuple(row) for row in result]
                if re.match(r"SELECT (TOP \d+ )?\*", statement):
                    # a SELECT of the site's own, of which SQLite does not know that it has dates
                    names = (
                        [name.upper() for name in names]
                        if driver.make in ("oracle", "dm")
                        else names
                    )
                    rows = [tuple(map(_dated, row)) for row in rows]
                self._answer(
                    names, [tuple(_given(driver.make, value) for value in row) for row in rows]
                )
        else:
            self._answer(["nothing"], [])
        return self

    def _answer(self, names: list[str], rows: list[tuple[Any, ...]]) -> None:
        self.description = [(name, None, None, None, None, None, True) for name in names]
        self.rows, self.rowcount = list(rows), len(rows)

    def fetchone(self) -> Any:
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        batch, self.rows = self.rows[: size or self.arraysize], self.rows[size or self.arraysize :]
        return batch

    def fetchall(self) -> list[Any]:
        batch, self.rows = self.rows, []
        return batch

    def close(self) -> None:
        pass


def _given(make: str, value: Any) -> Any:
    """A value as the make's driver hands it over."""
    if make == "oracle" and value == "":
        return None
    if make == "oracle" and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def _dated(value: Any) -> Any:
    return (
        date.fromisoformat(value)
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        else value
    )


def _of_the_catalogue(make: str, statement: str, parameters: Any) -> list[tuple[Any, ...]] | None:
    """What the make's list of columns says of a canonical table; None for any other statement."""
    words = [
        str(value).lower()
        for value in (parameters.values() if isinstance(parameters, Mapping) else parameters or ())
    ]
    dataset = next((DATASETS[word] for word in words if word in DATASETS), None)
    if "all_synonyms" in statement:
        return []
    if "FROM all_tab_columns" in statement:
        return (
            []
            if dataset is None
            else [
                ("GIG", dataset.name.upper(), column.name.upper(), *_ORACLE[column.type])
                for column in dataset.columns
            ]
        )
    if "FROM information_schema.columns" in statement:
        return (
            []
            if dataset is None
            else [(column.name, _MSSQL[column.type]) for column in dataset.columns]
        )
    if make == "mssql" and "FROM sys.objects JOIN" in statement:
        raise ProgrammingError("the account may not see this view")
    return None


class Plain(DefaultDialect):
    """A dialect without words of its own, under the name of a make."""

    driver = "emulated"
    supports_statement_cache = True
    default_paramstyle = "named"

    def get_columns(
        self, connection: Any, table_name: str, schema: str | None = None, **_: Any
    ) -> list[Any]:
        return [
            {"name": column.name, "type": _GENERIC[column.type]}
            for column in DATASETS[table_name].columns
        ]

    def do_ping(self, dbapi_connection: Any) -> bool:
        return True


def _plain_engine(driver: Driver) -> Any:
    dialect = type(
        f"Plain{driver.make}", (Plain,), {"name": driver.make, "supports_statement_cache": True}
    )

    def make(connection: str, url: sa.URL, _seconds: int) -> sa.Engine:
        return sa.create_engine(f"plain+{driver.make}://{connection}@nowhere/", module=driver)

    sa.dialects.registry.impls[f"plain.{driver.make}"] = lambda: dialect
    return make


@contextmanager
def emulated(make: str, folder: Path | None = None) -> Iterator[Driver]:
    """The make's driver for as long as needed; over the SQLite files of the folder, where
    statements are to be answered.
    """
    driver = Driver(make, folder)
    driver.answers = {
        "@@version": [("Microsoft SQL Server 2019 (RTM) - 15.0.2000.5 (X64)",)],
        "SCHEMA_NAME()": [("dbo",)],
        "sys_context": [("GIG",)],
        "current_schema": [("GIG",)],
        "SELECT 1.1 FROM DUAL": [("1.1",)],
        "'' IS NULL": [(0,)],
        "fn_my_permissions": [("CONNECT",), ("SELECT",), ("VIEW DEFINITION",)],
        "HAS_PERMS_BY_NAME": [(0,)],
        "snapshot_isolation_state": [(1,)],
    }
    if make == "mssql":
        driver.answers.pop("SCHEMA_NAME()")
        driver.answers["SELECT schema_name()"] = [("dbo",)]
    with pytest.MonkeyPatch.context() as patch:
        if make in MODULES:
            patch.setitem(sys.modules, MODULES[make], driver)
        else:
            patch.setattr(
                "data_access.connect.sources.MAKES", {**table.MAKES, make: _plain_engine(driver)}
            )
        sa.event.listen(sa.Engine, "before_execute", driver.keep)
        try:
            yield driver
        finally:
            sa.event.remove(sa.Engine, "before_execute", driver.keep)
            driver.close()


def urls(make: str) -> dict[str, str]:
    """The URL of each connection."""
    return {
        name: URLS.get(make, f"{make}://{{0}}@nowhere/gig").format(name) for name in CONNECTIONS
    }


def write(folder: Path, tables: Tables) -> dict[str, str]:
    """SQLite files with these tables: the URLs to read them plainly."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_sqlite(folder, tables)
