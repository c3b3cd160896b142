"""Where generated tables go: SQLite files, or the databases of a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from kpi.definitions import CONNECTIONS, DATASETS
from kpi.vocabulary import InputError
from sample_data.copies import copying
from sample_data.table import Table, as_text_dates
from sample_data.tables import tables_of

_BATCH = 20_000


class Target(Protocol):
    """Takes every table once."""

    def write(self, table: Table) -> None: ...


class SqliteFiles:
    """One file per connection in a folder, written without a journal: a build that fails is thrown
    away whole.
    """

    def __init__(self, folder: Path, copies: int = 1) -> None:
        self._folder, self._copies = folder, copies

    def write(self, table: Table) -> None:
        dataset = DATASETS[table.dataset]
        schema = next(t for t in tables_of(dataset.connection, sa.MetaData())
                      if t.name == table.dataset)
        database = sqlite3.connect(self._folder / f"{dataset.connection}.sqlite",
                                   isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode=OFF")
            database.execute("PRAGMA synchronous=OFF")
            database.execute("BEGIN")
            database.execute(_sql(CreateTable(schema)))
            marks = ", ".join("?" * len(dataset.columns))
            for rows in table.batches(_BATCH, as_text_dates):
                database.executemany(f"INSERT INTO {dataset.name} VALUES ({marks})", rows)
            copied = copying(schema, "sqlite", self._copies)
            if copied is not None:
                database.execute(_sql(copied))
            for index in sorted(schema.indexes, key=lambda i: str(i.name)):
                database.execute(_sql(CreateIndex(index)))
            database.execute("COMMIT")
        finally:
            database.close()


def _sql(statement: Any) -> str:
    return str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


class ServerDatabases:
    """Tables in databases of a server, one transaction per connection where the server's DDL allows
    it.

    `copies`: how many copies the database makes of each row it is given (`sample_data.copies`).
    """

    def __init__(self, opened: dict[str, sa.Connection], schemas: dict[str, sa.Table],
                 copies: int = 1) -> None:
        self._opened, self._schemas, self._copies = opened, schemas, copies

    def write(self, table: Table) -> None:
        """The rows, their copies, and only then the indexes: an index is faster built than kept."""
        schema = self._schemas[table.dataset]
        connection = self._opened[DATASETS[table.dataset].connection]
        if connection.dialect.name == "postgresql":
            _copy_in(connection, table)
        else:
            names = DATASETS[table.dataset].column_names
            for rows in table.batches(_BATCH):
                connection.execute(schema.insert(), [dict(zip(names, row, strict=True))
                                                     for row in rows])
        copied = copying(schema, connection.dialect.name, self._copies)
        if copied is not None:
            connection.execute(copied)
        for index in sorted(schema.indexes, key=lambda i: str(i.name)):
            connection.execute(CreateIndex(index))


def _copy_in(connection: sa.Connection, table: Table) -> None:
    """PostgreSQL's own way in, several times as fast as INSERT."""
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.dataset} FROM STDIN") as lines:
        for rows in table.batches(_BATCH):
            for row in rows:
                lines.write_row(row)


@contextmanager
def server_databases(template: str, force: bool, *, copies: int = 1,
                     only: Collection[str] = tuple(DATASETS)) -> Iterator[ServerDatabases]:
    """The databases of a URL with `{connection}` in it, or one for all, with the tables of `only`
    created and empty.

    Raises InputError when a database cannot be reached, or has such tables already and `force` is
    not given.
    """
    schemas: dict[str, sa.Table] = {}
    by_url: dict[str, sa.Connection] = {}
    opened: dict[str, sa.Connection] = {}
    with ExitStack() as stack:
        for name in CONNECTIONS:
            with _plainly(name):
                url = template.replace("{connection}", name)
                if url not in by_url:
                    engine = sa.create_engine(url)
                    stack.callback(engine.dispose)
                    stack.callback(_tidy, engine,
                                   [table for table in only
                                    if template.replace("{connection}",
                                                        DATASETS[table].connection) == url])
                    by_url[url] = stack.enter_context(engine.begin())
                opened[name] = by_url[url]
                schemas.update(_create(name, opened[name], force, only))
        with _plainly("、".join(CONNECTIONS)):
            yield ServerDatabases(opened, schemas, copies)


def _create(name: str, connection: sa.Connection, force: bool,
            only: Collection[str]) -> dict[str, sa.Table]:
    tables = [table for table in tables_of(name, sa.MetaData()) if table.name in only]
    there = set(sa.inspect(connection).get_table_names()) & {table.name for table in tables}
    if there and not force:
        raise InputError(f"连接 {name} 的数据库中已有表 {'、'.join(sorted(there))}；确认可以删去重建请加 --force，或换一个空库。")
    for table in tables:
        connection.execute(DropTable(table, if_exists=True))
        connection.execute(CreateTable(table))
    return {table.name: table for table in tables}


def _tidy(engine: sa.Engine, tables: list[str]) -> None:
    """What PostgreSQL does by itself after a while: statistics for its planner, and pages marked
    for index-only reading.
    """
    if engine.dialect.name != "postgresql":
        return
    with suppress(sa.exc.DBAPIError), engine.connect().execution_options(
            isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table}")


@contextmanager
def _plainly(name: str) -> Iterator[None]:
    """A driver's error as one sentence that never holds the URL."""
    try:
        yield
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError):
        raise InputError(
            "--url-template 写法有误或没有对应的驱动；应形如 postgresql+psycopg://用户:口令@主机/{connection}，"
            "请改正。") from None
    except sa.exc.DBAPIError as error:
        raise InputError(f"连接 {name} 的数据库写不进去（{type(error.orig).__name__}）；请确认库已建好、能连上、账户可以建表，"
                         "然后重试。") from None
