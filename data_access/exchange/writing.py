"""Rows into tables in one transaction: the rows of a day and scope are replaced whole, those of
other days stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Connection

from data_access.exchange.target import Target


class ValueKind(StrEnum):
    """What a column holds. `JSON`: an object or list as JSON text."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    TRUTH = "truth"
    JSON = "json"


@dataclass(frozen=True)
class TableSpec:
    """A table and its columns in order; `as_of`, `scope` and `row_no`, its key, come before them.
    """

    name: str
    columns: Mapping[str, ValueKind]


@dataclass(frozen=True)
class Content:
    """A table with its rows, each with exactly the columns of the table."""

    table: TableSpec
    rows: Sequence[Mapping[str, Any]]


_LONG = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
_TYPES: Mapping[ValueKind, Any] = {ValueKind.TEXT: _LONG, ValueKind.JSON: _LONG,
                                   ValueKind.NUMBER: sa.Double(), ValueKind.WHOLE: sa.BigInteger(),
                                   ValueKind.DAY: sa.Date(), ValueKind.TRUTH: sa.Boolean()}


def write(target: Target, as_of: date, scope: str, contents: Sequence[Content]) -> dict[str, int]:
    """Replace the rows of a day and scope in every table by these; the number of rows by table.

    Missing tables and columns are made first, which alone changes nothing that can be read. Then
    one transaction: stopped anywhere, the tables hold what they held. Raises InputError.
    """
    metadata = sa.MetaData()
    tables = [_table(metadata, content.table) for content in contents]
    with target.writing() as connection:
        metadata.create_all(connection)
        for table in tables:
            _complete(connection, table)
    with target.writing() as connection:
        for table, content in zip(tables, contents, strict=True):
            connection.execute(table.delete().where(table.c.as_of == as_of, table.c.scope == scope))
            _insert(connection, table, [{"as_of": as_of, "scope": scope, "row_no": number, **row}
                                        for number, row in enumerate(content.rows, start=1)])
    return {content.table.name: len(content.rows) for content in contents}


def _insert(connection: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _table(metadata: sa.MetaData, spec: TableSpec) -> sa.Table:
    return sa.Table(
        spec.name,
        metadata,
        sa.Column("as_of", sa.Date(), primary_key=True),
        sa.Column("scope", sa.String(32), primary_key=True),
        sa.Column("row_no", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, _TYPES[kind]) for name, kind in spec.columns.items()),
        # a table without transactions would be left half written
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mariadb_engine="InnoDB",
        mariadb_charset="utf8mb4",
    )


def _complete(connection: Connection, table: sa.Table) -> None:
    """Add the columns a table made by an earlier version does not have yet."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    quoted = connection.dialect.identifier_preparer.format_table(table)
    for column in table.columns:
        if column.name not in there:
            declared = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {quoted} ADD COLUMN {declared}")
