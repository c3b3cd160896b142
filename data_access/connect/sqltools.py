"""The few places where the makes of database differ, as SQL elements compiled per dialect."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mssql
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


@compiles(days_between, "trino")
def _days_trino(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = element.clauses
    return f"date_diff('day', {compiler.process(earlier, **kw)}, {compiler.process(later, **kw)})"


@compiles(days_between, "clickhousedb")
def _days_clickhouse(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = element.clauses
    return f"dateDiff('day', {compiler.process(earlier, **kw)}, {compiler.process(later, **kw)})"


@compiles(days_between, "oracle")
def _days_oracle(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = element.clauses
    return f"({compiler.process(later, **kw)} - {compiler.process(earlier, **kw)})"


@compiles(days_between, "mssql", "dm")
def _days_of_a_part(element: days_between, compiler: Any, **kw: Any) -> str:
    later, earlier = element.clauses
    return f"DATEDIFF(DAY, {compiler.process(earlier, **kw)}, {compiler.process(later, **kw)})"


class exact(FunctionElement[str]):  # noqa: N801 – reads as SQL
    """Text compared, grouped and ordered byte for byte, whatever collation the column has.

    MariaDB and MySQL otherwise take 'a' for 'A' and ignore trailing spaces, and orders differ
    between servers, so that another row of two equal ones would be the duplicate.
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
def _exact_postgresql(element: FunctionElement[str], compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f'{compiler.process(column, **kw)} COLLATE "C"'


@compiles(exact, "mysql", "mariadb")
def _exact_mysql(element: exact, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    collation = (
        "utf8mb4_nopad_bin"
        if getattr(compiler.dialect, "is_mariadb", False)
        else "utf8mb4_0900_bin"
    )
    return f"CONVERT({compiler.process(column, **kw)} USING utf8mb4) COLLATE {collation}"


@compiles(exact, "mssql")
def _exact_mssql(element: exact, compiler: Any, **kw: Any) -> str:
    """SQL Server takes no notice of trailing blanks, whatever the collation, but hands them out:
    without them.

    As text of any script first: a collation has a code page, and another one would turn Chinese
    into question marks.
    """
    (column,) = element.clauses
    text = compiler.process(column, **kw)
    if not isinstance(column.type, sa.NVARCHAR | sa.NCHAR):
        length = getattr(column.type, "length", None) or _LONGEST_MSSQL
        text = f"CAST({text} AS NVARCHAR({min(length, _LONGEST_MSSQL)}))"
    return f"RTRIM({text}) COLLATE Latin1_General_100_BIN2"


_LONGEST_MSSQL = 4000


class byte_order(FunctionElement[str]):  # noqa: N801 – reads as SQL
    """Text to order by: byte for byte. Text made `exact` is in that order already, but on
    PostgreSQL not all of it is.
    """

    type = sa.String()
    inherit_cache = True
    name = "byte_order"


@compiles(byte_order)
def _order_default(element: byte_order, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return str(compiler.process(column, **kw))


@compiles(byte_order, "postgresql")
def _order_postgresql(element: byte_order, compiler: Any, **kw: Any) -> str:
    return _exact_postgresql(element, compiler, **kw)


class seconds_of(FunctionElement[int]):  # noqa: N801 – reads as SQL
    """Whole seconds from 1970-01-01 to a date or timestamp, as its clock shows it. Known to the
    makes below only.
    """

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
    # date_part rather than extract: a float holds every second and is quicker than extract's
    # numeric
    moment = f"CAST({compiler.process(column, **kw)} AS timestamp)"
    # null for ±infinity, whose seconds no integer holds
    return (
        f"CAST(floor(date_part('epoch', CASE WHEN isfinite({moment}) THEN {moment} END)) AS bigint)"
    )


@compiles(seconds_of, "mysql", "mariadb")
def _seconds_mysql(element: seconds_of, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"TIMESTAMPDIFF(SECOND, '1970-01-01', {compiler.process(column, **kw)})"


@compiles(seconds_of, "hive")
def _seconds_hive(element: seconds_of, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    text = compiler.process(column, **kw)
    return f"CAST(DATEDIFF({text}, DATE '1970-01-01') AS BIGINT) * 86400 + HOUR({text}) * 3600 + MINUTE({text}) * 60 + SECOND({text})"


@compiles(seconds_of, "oracle", "dm")
def _seconds_oracle(element: seconds_of, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    text = compiler.process(column, **kw)
    days = f"DATEDIFF(DAY, DATE '1970-01-01', {text})" if compiler.dialect.name == "dm" else (
        f"(TRUNC({text}) - DATE '1970-01-01')")
    moment = f"CAST({text} AS TIMESTAMP)"
    return (f"({days} * 86400 + EXTRACT(HOUR FROM {moment}) * 3600"
            f" + EXTRACT(MINUTE FROM {moment}) * 60 + FLOOR(EXTRACT(SECOND FROM {moment})))")


@compiles(seconds_of, "mssql")
def _seconds_mssql(element: seconds_of, compiler: Any, **kw: Any) -> str:
    """By days and seconds of the day: all at once are more than DATEDIFF counts before 2016."""
    (column,) = element.clauses
    text = compiler.process(column, **kw)
    return (f"(CAST(DATEDIFF(DAY, '19700101', {text}) AS BIGINT) * 86400"
            f" + DATEDIFF(SECOND, CAST(CAST({text} AS DATE) AS DATETIME2), {text}))")


class local_date(FunctionElement[Any]):  # noqa: N801 – reads as SQL
    """A timestamp cut to its date; text that is no date becomes null on SQLite."""

    type = sa.Date()
    inherit_cache = True
    name = "local_date"


@compiles(local_date)
def _date_default(element: local_date, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"date({compiler.process(column, **kw)})"


@compiles(local_date, "oracle", "dm")
def _date_oracle(element: local_date, compiler: Any, **kw: Any) -> str:
    """A date has a time there, in DM where it is set to be like Oracle."""
    (column,) = element.clauses
    text = compiler.process(column, **kw)
    if getattr(column.type, "timezone", False):
        text = f"CAST({text} AT TIME ZONE '+08:00' AS DATE)"
    return f"TRUNC({text})"


@compiles(local_date, "mssql")
def _date_mssql(element: local_date, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    text = compiler.process(column, **kw)
    if isinstance(column.type, mssql.DATETIMEOFFSET):
        text = f"SWITCHOFFSET({text}, '+08:00')"
    return f"CAST({text} AS DATE)"


@compiles(local_date, "clickhousedb")
def _date_clickhouse(element: local_date, compiler: Any, **kw: Any) -> str:
    """Its plain date ends in 2149 and begins anew: one of 9999 would be a day of our time."""
    (column,) = element.clauses
    return f"toDate32({compiler.process(column, **kw)})"


class rounded(FunctionElement[Any]):  # noqa: N801 – reads as SQL
    """A number without its decimals."""

    type = sa.Numeric()
    inherit_cache = True
    name = "rounded"


@compiles(rounded)
def _rounded_default(element: rounded, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"round({compiler.process(column, **kw)})"


@compiles(rounded, "mssql")
def _rounded_mssql(element: rounded, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"ROUND({compiler.process(column, **kw)}, 0)"


class no_text(FunctionElement[str]):  # noqa: N801 – reads as SQL
    """Null where a text would stand. SQL Server takes a bare null for a number, and makes numbers
    of texts next to it.
    """

    type = sa.String()
    inherit_cache = True
    name = "no_text"


@compiles(no_text)
def _no_text_default(_element: no_text, _compiler: Any, **_: Any) -> str:
    return "NULL"


@compiles(no_text, "mssql")
def _no_text_mssql(_element: no_text, _compiler: Any, **_: Any) -> str:
    return "CAST(NULL AS NVARCHAR(255))"


class recognised_date(FunctionElement[Any]):  # noqa: N801 – reads as SQL
    """The day a column of SQLite names, which has no date type; null for what names none. Elsewhere
    as `local_date`.

    Only a spelling SQLite itself does not read costs a call of
    `data_access.boundary.odd_dates.iso_day`, which the connection must have under the name
    `iso_day`.
    """

    type = sa.Date()
    inherit_cache = True
    name = "recognised_date"


@compiles(recognised_date)
def _recognised_default(element: recognised_date, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"DATE({compiler.process(column, **kw)})"


@compiles(recognised_date, "sqlite")
def _recognised_sqlite(element: recognised_date, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    x = compiler.process(column, **kw)
    # SQLite's own date() makes 2 March of 30 February, UTC of local time and a day of the Stone Age
    # of a number
    return (f"CASE WHEN {x} IS NULL THEN NULL WHEN date({x}, '+0 days') = {x} THEN {x} "
            f"WHEN length({x}) IN (16, 19, 23, 26) AND substr({x}, 11) NOT GLOB '*[-+Zz]*' "
            f"AND date({x}, '+0 days') = substr({x}, 1, 10) THEN date({x}) ELSE iso_day({x}) END")


class bare(FunctionElement[str]):  # noqa: N801 – reads as SQL
    """Text without blanks before and after it: spaces, full-width ones too, tabs and line ends."""

    type = sa.String()
    inherit_cache = True
    name = "bare"


BLANKS = ("\u3000", "\u00a0", "\r", "\n", "\t", " ")


@compiles(bare)
def _bare_default(element: bare, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"TRIM({compiler.process(column, **kw)})"


@compiles(bare, "trino", "clickhousedb", "mssql")
def _bare_standard(element: bare, compiler: Any, **kw: Any) -> str:
    """SQL Server before 2017 (14) knows spaces only."""
    (column,) = element.clauses
    text = compiler.process(column, **kw)
    if compiler.dialect.name != "mssql":
        return f"TRIM(BOTH '{''.join(BLANKS)}' FROM {text})"
    version = getattr(compiler.dialect, "server_version_info", None)
    if version and version < (14,):
        return f"LTRIM(RTRIM({text}))"
    return f"TRIM(N'{''.join(BLANKS)}' FROM {text})"


@compiles(bare, "oracle", "dm")
def _bare_oracle(element: bare, compiler: Any, **kw: Any) -> str:
    """Without the blank GBK does not have: a database in it would put a question mark there, and
    take those away.
    """
    (column,) = element.clauses
    blanks = "'\u3000 ' || CHR(9) || CHR(10) || CHR(13)"
    return f"LTRIM(RTRIM({compiler.process(column, **kw)}, {blanks}), {blanks})"


@compiles(bare, "starrocks")
def _bare_starrocks(element: bare, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    return f"TRIM({compiler.process(column, **kw)}, '{''.join(BLANKS)}')"


@compiles(bare, "hive")
def _bare_hive(element: bare, compiler: Any, **kw: Any) -> str:
    """Hive's own TRIM takes no characters, and Spark's does."""
    (column,) = element.clauses
    blank = f"[{''.join(BLANKS)}]"
    return f"REGEXP_REPLACE({compiler.process(column, **kw)}, '^{blank}+|{blank}+$', '')"


@compiles(bare, "sqlite", "postgresql")
def _bare_of_characters(element: bare, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    function = "trim" if compiler.dialect.name == "sqlite" else "btrim"
    return f"{function}({compiler.process(column, **kw)}, '{''.join(BLANKS)}')"


@compiles(bare, "mysql", "mariadb")
def _bare_mysql(element: bare, compiler: Any, **kw: Any) -> str:
    (column,) = element.clauses
    text = f"TRIM({compiler.process(column, **kw)})"
    for blank in BLANKS:
        text = f"TRIM(BOTH '{blank}' FROM {text})"
    return text


def later_of(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two dates; null when `first` is null. `second` must not be null."""
    return sa.case((first < second, second), else_=first)
