"""Where generated tables go: SQLite files, or the databases of a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from kpi.datasets import CONNECTIONS, DATASETS
from kpi.errors import InputError
from sample_data.table import Table, as_text_dates
from sample_data.tables import tables_of

_BATCH = 20_000


class Target(Protocol):
    """Takes every table once."""

    def write(self, table: Table) -> None: ...


class SqliteFiles:
    """One file per connection in a folder, written without a journal: a build that fails is thrown away whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, table: Table) -> None:
        dataset = DATASETS[table.dataset]
        schema = next(t for t in tables_of(dataset.connection, sa.MetaData()) if t.name == table.dataset)
        database = sqlite3.connect(self._folder / f"{dataset.connection}.sqlite", isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode=OFF")
            database.execute("PRAGMA synchronous=OFF")
            database.execute("BEGIN")
            database.execute(_sql(CreateTable(schema)))
            marks = ", ".join("?" * len(dataset.columns))
            for rows in table.batches(_BATCH, as_text_dates):
                database.executemany(f"INSERT INTO {dataset.name} VALUES ({marks})", rows)
            for index in sorted(schema.indexes, key=lambda i: str(i.name)):
                database.execute(_sql(CreateIndex(index)))
            database.execute("COMMIT")
        finally:
            database.close()


def _sql(statement: Any) -> str:
    return str(statement.compile(dialect=sqlite.dialect()))


class ServerDatabases:
    """Tables in databases of a server, one transaction per connection where the server's DDL allows it."""

    def __init__(self, opened: dict[str, sa.Connection], schemas: dict[str, sa.Table]) -> None:
        self._opened, self._schemas = opened, schemas

    def write(self, table: Table) -> None:
        schema = self._schemas[table.dataset]
        connection = self._opened[DATASETS[table.dataset].connection]
        names = DATASETS[table.dataset].column_names
        for rows in table.batches(_BATCH):
            connection.execute(schema.insert(), [dict(zip(names, row, strict=True)) for row in rows])


@contextmanager
def server_databases(template: str, force: bool) -> Iterator[ServerDatabases]:
    """The databases of a URL template with `{connection}` in it, tables created and empty.

    Raises InputError when a database cannot be reached, or has such tables already and `force` is not given.
    """
    schemas: dict[str, sa.Table] = {}
    opened: dict[str, sa.Connection] = {}
    with ExitStack() as stack:
        for name in CONNECTIONS:
            with _plainly(name):
                engine = sa.create_engine(template.replace("{connection}", name))
                stack.callback(engine.dispose)
                opened[name] = stack.enter_context(engine.begin())
                schemas.update(_create(name, opened[name], force))
        with _plainly("、".join(CONNECTIONS)):
            yield ServerDatabases(opened, schemas)


def _create(name: str, connection: sa.Connection, force: bool) -> dict[str, sa.Table]:
    metadata = sa.MetaData()
    tables = tables_of(name, metadata)
    there = set(sa.inspect(connection).get_table_names()) & {table.name for table in tables}
    if there and not force:
        raise InputError(f"连接 {name} 的数据库中已有表 {'、'.join(sorted(there))}；确认可以删去重建请加 --force，或换一个空库。")
    metadata.drop_all(connection)
    metadata.create_all(connection)
    return {table.name: table for table in tables}


@contextmanager
def _plainly(name: str) -> Iterator[None]:
    """A driver's error as one sentence that never holds the URL."""
    try:
        yield
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError):
        raise InputError("--url-template 写法有误或没有对应的驱动；应形如 postgresql+psycopg://用户:口令@主机/{connection}，"
                         "请改正。") from None
    except sa.exc.DBAPIError as error:
        raise InputError(f"连接 {name} 的数据库写不进去（{type(error.orig).__name__}）；请确认库已建好、能连上、账户可以建表，"
                         "然后重试。") from None
