"""The few places where the makes of database differ, as SQL elements compiled per dialect."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801 – reads as SQL
    """Whole days from the second date to the first."""

    type = sa.Integer()
    inherit_cache = True
    name = "days_between"


@compiles(days_between)
def _days_default(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = element.clauses
    return f"DATEDIFF({compiler.process(later, **kw)}, {compiler.process(earlier, **kw)})"


@compiles(days_between, "sqlite")
def _days_sqlite(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = element.clauses
    return f"CAST(julianday({compiler.process(later, **kw)}) - julianday({compiler.process(earlier, **kw)}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = element.clauses
    return f"({compiler.process(later, **kw)} - {compiler.process(earlier, **kw)})"


class exact(FunctionElement[str]):  # noqa: N801 – reads as SQL
    """Text compared, grouped and ordered byte for byte, whatever collation the column has.

    MariaDB and MySQL otherwise take 'a' for 'A' and ignore trailing spaces, and orders differ between servers, so
    that another row of two equal ones would be the duplicate.
    """

    type = sa.String()
    inherit_cache = True
    name = "exact"


@compiles(exact)
def _exact_default(element: exact, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return str(compiler.process(column, **kw))


@compiles(exact, "sqlite")
def _exact_sqlite(element: exact, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"{compiler.process(column, **kw)} COLLATE BINARY"


@compiles(exact, "postgresql")
def _exact_postgresql(element: exact, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f'{compiler.process(column, **kw)} COLLATE "C"'


@compiles(exact, "mysql", "mariadb")
def _exact_mysql(element: exact, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    collation = "utf8mb4_nopad_bin" if getattr(compiler.dialect, "is_mariadb", False) else "utf8mb4_0900_bin"
    return f"CONVERT({compiler.process(column, **kw)} USING utf8mb4) COLLATE {collation}"


class seconds_of(FunctionElement[int]):  # noqa: N801 – reads as SQL
    """Whole seconds from 1970-01-01 to a date or timestamp, as its clock shows it. Known to the makes below only."""

    type = sa.BigInteger()
    inherit_cache = True
    name = "seconds_of"


@compiles(seconds_of, "sqlite")
def _seconds_sqlite(element: seconds_of, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"CAST(strftime('%s', {compiler.process(column, **kw)}) AS INTEGER)"


@compiles(seconds_of, "postgresql")
def _seconds_postgresql(element: seconds_of, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    # date_part rather than extract: a float holds every second and is quicker than extract's numeric
    return f"CAST(floor(date_part('epoch', CAST({compiler.process(column, **kw)} AS timestamp))) AS bigint)"


@compiles(seconds_of, "mysql", "mariadb")
def _seconds_mysql(element: seconds_of, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"TIMESTAMPDIFF(SECOND, '1970-01-01', {compiler.process(column, **kw)})"


def local_date(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A timestamp cut to its date; text that is no date becomes null on SQLite."""
    return sa.func.date(column, type_=sa.Date())


def later_of(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two dates; null when `first` is null. `second` must not be null."""
    return sa.case((first < second, second), else_=first)
