"""Which tables a connection has, and the first rows of one: for setting up a mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.connect.catalogue import source_table
from data_access.connect.sources import open_engine, reading
from kpi.vocabulary import InputError

_ROWS = 200


@dataclass(frozen=True)
class TableLook:
    """A table. `columns`: name → what the database says about it ("" for nothing). `rows`: the
    first ones, of the columns asked for, in the order of `columns`; None in the others. `total`:
    how many there are.
    """

    name: str
    columns: Mapping[str, str]
    rows: tuple[tuple[Any, ...], ...]
    total: int


@contextmanager
def looking(connection: str, url: str, seconds: int) -> Iterator[Connection]:
    """The connection, opened for reading only. Raises InputError with the true cause of a failure.
    """
    engine = open_engine(connection, url, seconds)
    try:
        with reading(connection, engine) as opened:
            yield opened
    finally:
        engine.dispose()


def tables_of(opened: Connection) -> tuple[str, ...]:
    """Tables and views the account sees where a bare name is looked for, sorted."""
    inspector = sa.inspect(opened)
    names = list(inspector.get_table_names())
    with suppress(NotImplementedError):
        names += inspector.get_view_names()
    return tuple(sorted(dict.fromkeys(names)))


def look_at_table(opened: Connection, name: str, may_read: Callable[[str, str], bool]) -> TableLook:
    """The table's columns and first rows. `may_read` decides by name and comment which columns are
    read at all. Raises InputError when there is no such table.
    """
    schema, _, bare = name.rpartition(".")
    table = source_table(opened, bare, schema or None)
    if not table.columns:
        raise InputError(f"找不到表 {name}；请核对表名，或请该系统的管理员给账户授权。")
    comments = _comments(opened, table.name, table.schema)
    columns = {column: comments.get(column, "") for column, _ in table.columns}
    wanted = [column for column, comment in columns.items() if may_read(column, comment)]
    source = sa.table(table.name, *(sa.column(column, type_) for column, type_ in table.columns),
                      schema=table.schema)
    total = int(opened.execute(sa.select(sa.func.count()).select_from(source)).scalar_one())
    if not wanted:
        return TableLook(name, columns, (), total)
    rows = opened.execute(sa.select(*(source.c[column] for column in wanted)).limit(_ROWS)).all()
    place = {column: position for position, column in enumerate(wanted)}
    return TableLook(name, columns,
                     tuple(tuple(row[place[column]] if column in place else None
                                 for column in columns) for row in rows), total)


def _comments(opened: Connection, name: str, schema: str | None) -> dict[str, str]:
    """What the database says about each column; nothing where it cannot be asked."""
    try:
        with opened.begin_nested() if opened.dialect.name == "postgresql" else _as_it_is():
            return {column["name"]: column.get("comment") or ""
                    for column in sa.inspect(opened).get_columns(name, schema=schema)}
    except (sa.exc.SQLAlchemyError, NotImplementedError):
        return {}


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield
