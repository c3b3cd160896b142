"""Does what a mapping names exist, with a usable type? And the canonical columns as SQL over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
import sqlalchemy.dialects.mysql
import sqlalchemy.dialects.postgresql
from sqlalchemy.dialects import mssql
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import ColumnElement, FromClause

from data_access.boundary import SAMPLE_ROWS, DatasetMapping, iso_day, personal
from data_access.connect.catalogue import FOLDING, LIKE_ORACLE, source_table, spelled
from data_access.connect.causes import known_cause
from data_access.connect.makes.counters import Counters
from data_access.connect.sqltools import exact, local_date, recognised_date
from kpi.definitions import Column, ColumnType
from kpi.vocabulary import InputError, Remark

BITS = (sqlalchemy.dialects.mysql.BIT, sqlalchemy.dialects.postgresql.BIT)
# What a column of each canonical type may be in the site's table.
_ACCEPTED: Mapping[ColumnType, tuple[type[Any], ...]] = {
    ColumnType.CODE: (sa.String, sa.Integer, sa.Uuid, sa.Enum),
    ColumnType.TEXT: (sa.String, sa.Integer, sa.Uuid, sa.Enum),
    ColumnType.DATE: (sa.Date, sa.DateTime),
    ColumnType.TIMESTAMP: (sa.Date, sa.DateTime),
    ColumnType.INT: (sa.Integer, sa.Numeric, sa.Float),
    ColumnType.REAL: (sa.Integer, sa.Numeric, sa.Float, mssql.MONEY, mssql.SMALLMONEY),
    ColumnType.BOOL: (sa.Boolean, sa.Integer, *BITS),
}
_LIKE_ORACLE = {
    ColumnType.CODE: "TO_CHAR({0})", ColumnType.TEXT: "TO_CHAR({0})",
    ColumnType.DATE: "TO_DATE({0}, 'YYYY-MM-DD')",
    ColumnType.TIMESTAMP: "TO_DATE({0}, 'YYYY-MM-DD HH24:MI:SS')",
    ColumnType.INT: "TO_NUMBER({0})", ColumnType.REAL: "TO_NUMBER({0})"}
_CASTS: Mapping[str, Mapping[ColumnType, str]] = {
    "oracle": _LIKE_ORACLE,
    "dm": _LIKE_ORACLE,
    "mssql": {
        ColumnType.CODE: "CAST({0} AS nvarchar(255))",
        ColumnType.TEXT: "CAST({0} AS nvarchar(255))",
        ColumnType.DATE: "CAST({0} AS date)",
        ColumnType.TIMESTAMP: "CAST({0} AS datetime2)",
        ColumnType.INT: "CAST({0} AS int)",
        ColumnType.REAL: "CAST({0} AS decimal(18, 2))",
        ColumnType.BOOL: "CAST({0} AS bit)",
    },
    "postgresql": {
        ColumnType.CODE: "CAST({0} AS text)",
        ColumnType.TEXT: "CAST({0} AS text)",
        ColumnType.DATE: "CAST({0} AS date)",
        ColumnType.TIMESTAMP: "CAST({0} AS timestamp)",
        ColumnType.INT: "CAST({0} AS integer)",
        ColumnType.REAL: "CAST({0} AS numeric)",
        ColumnType.BOOL: "CAST({0} AS boolean)",
    },
    "mysql": {
        ColumnType.CODE: "CAST({0} AS char)",
        ColumnType.TEXT: "CAST({0} AS char)",
        ColumnType.DATE: "STR_TO_DATE({0}, '%Y-%m-%d')",
        ColumnType.TIMESTAMP: "CAST({0} AS datetime)",
        ColumnType.INT: "CAST({0} AS signed)",
        ColumnType.REAL: "CAST({0} AS decimal(18, 2))",
    },
    "sqlite": {
        ColumnType.CODE: "CAST({0} AS text)",
        ColumnType.TEXT: "CAST({0} AS text)",
        ColumnType.INT: "CAST({0} AS integer)",
        ColumnType.REAL: "CAST({0} AS real)",
    },
}
_TYPE_NAMES = {ColumnType.CODE: "文字", ColumnType.TEXT: "文字", ColumnType.DATE: "日期",
               ColumnType.INT: "整数", ColumnType.REAL: "数字", ColumnType.BOOL: "是/否",
               ColumnType.TIMESTAMP: "时间"}
_TEXT = sa.String().with_variant(sa.String(255), "oracle", "dm").with_variant(
    sa.NVARCHAR(255), "mssql")
SHOWN_TEXT = sa.String(255).with_variant(sa.NVARCHAR(255), "mssql")
"""What a value of another type is cast to. SQL Server would make question marks of Chinese in its
plain text.
"""
_NULL_TYPES: Mapping[ColumnType, sa.types.TypeEngine[Any]] = {
    ColumnType.CODE: _TEXT, ColumnType.TEXT: _TEXT, ColumnType.DATE: sa.Date(),
    ColumnType.INT: sa.Integer(), ColumnType.REAL: sa.Float(),
    ColumnType.BOOL: sa.Integer(), ColumnType.TIMESTAMP: sa.DateTime()}
_SAMPLE_ROWS = 200
_OF_LONG_TEXT = 1000  # characters
_NAMED = re.compile(
    r"no such (?:column|table|function): (\S+)|\"([^\"\n]+)\"|'([^']+)'|column ([^\s\"]+) does not exist"
)


class NoTableError(InputError):
    """The database has no table of that name."""


@dataclass(frozen=True)
class LiveDataset:
    """A mapping checked against the live database: `selectable` and the canonical columns as
    expressions over it.

    `given`: the columns as the source has them, of those it has. `absent`: those it does not have,
    which read as null. `counters`: of the table, as they were before this transaction; None where
    there are none. `remarks`: what was noticed about the rows before they came here. `plain_dates`:
    columns of which every value is seen to be a day as SQLite writes it. `empty_is_null`: whether
    an empty text is.
    """

    mapping: DatasetMapping
    selectable: FromClause
    columns: Mapping[str, ColumnElement[Any]]
    given: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    counters: Counters | None = None
    remarks: tuple[Remark, ...] = ()
    make: str = ""
    plain_dates: frozenset[str] = frozenset()
    empty_is_null: bool = False


def bind(mapping: DatasetMapping, opened: Connection) -> LiveDataset:
    """Check a mapping against the database. Raises InputError naming dataset, column and
    connection.
    """
    if opened.dialect.name == "sqlite":
        raw: Any = opened.connection.driver_connection
        raw.create_function("iso_day", 1, iso_day, deterministic=True)
    selectable = _selectable(mapping, opened)
    live = {column.name: _plain(column) for column in selectable.columns}
    written = frozenset(mapping.columns)  # what the site has named must be there
    if opened.dialect.name in FOLDING:
        names = list(live)
        mapping = replace(mapping, columns={
            column.name: spelled(mapping.their_column(column.name), names)
            for column in mapping.dataset.columns})
    _check_names(mapping, live, written)
    # updated_at only says how fresh a row is; a system that does not keep it can still be read
    absent = frozenset(column.name for column in mapping.dataset.columns
                       if (theirs := mapping.their_column(column.name)) == "" or theirs not in live)
    given = {column.name: live[mapping.their_column(column.name)]
             for column in mapping.dataset.columns if column.name not in absent}
    columns = {column.name: _nothing(column, opened) if column.name in absent
               else _canonical(mapping, column, given[column.name], selectable, opened)
               for column in mapping.dataset.columns}
    return LiveDataset(mapping, selectable, columns, given, absent, make=opened.dialect.name,
                       empty_is_null=_empty_is_null(opened))


def _empty_is_null(opened: Connection) -> bool:
    """Oracle's way, and that of relatives of PostgreSQL that are set to be like it."""
    return bool(getattr(opened.dialect, "empty_is_null", False))


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of a domain of PostgreSQL as one of the type below it."""
    type_ = column.type
    while isinstance(type_, sa.dialects.postgresql.DOMAIN):
        type_ = type_.data_type
    return column if type_ is column.type else sa.type_coerce(column, type_)


def _nothing(column: Column, opened: Connection) -> ColumnElement[Any]:
    # PostgreSQL and Oracle take a bare null for text, SQL Server for a number; neither can be
    # compared with a date
    if opened.dialect.name not in ("postgresql", *FOLDING):
        return sa.null()
    return sa.cast(sa.null(), _NULL_TYPES[column.type])


# columns a list may lack because it was made before they were asked for
_LATER = {"managing_unit": ("valid_from", "valid_to", "successor_code")}


def _check_names(mapping: DatasetMapping, live: Mapping[str, Any],
                 written: frozenset[str]) -> None:
    absent = [(column.name, mapping.their_column(column.name)) for column in mapping.dataset.columns
              if mapping.their_column(column.name) not in ("", *live)
              and column.name not in ("updated_at", *_LATER.get(mapping.dataset.name, ()))
              and not (column.optional and column.name not in written)]
    if absent:
        named = "、".join(f"{theirs}（对应规范列 {name}）" for name, theirs in absent)
        raise InputError(
            f"{mapping.where}：缺少列 {named}；请在 sources.toml 的 [datasets.{mapping.dataset.name}.columns] 中改正。"
        )


def _selectable(mapping: DatasetMapping, opened: Connection) -> FromClause:
    if mapping.query is not None:
        return _query(mapping, opened)
    schema, _, name = (mapping.table or "").rpartition(".")
    table = source_table(opened, name, schema or None)
    if not table.columns:
        raise NoTableError(
            f"{mapping.where}：找不到表 {mapping.table}；请在 sources.toml 的 [datasets.{mapping.dataset.name}] "
            "中改正 table，或联系该系统的管理员。"
        )
    columns = (sa.column(column, type_) for column, type_ in table.columns)
    return sa.table(table.name, *columns, schema=table.schema)


def _query(mapping: DatasetMapping, opened: Connection) -> FromClause:
    # a colon in a query is the query's own
    query = str(mapping.query).replace(":", "\\:") + "\n"  # which ends a comment
    some: sa.Select[Any] = sa.select(sa.literal_column("*")).select_from(
        sa.text(query).columns().subquery("given")).limit(_SAMPLE_ROWS)
    try:
        result = opened.execute(some)
    except sa.exc.DBAPIError as error:
        if not isinstance(error, sa.exc.ProgrammingError) and known_cause(
            mapping.connection, error
        ):
            raise  # not the SELECT's fault: the source is slow or gone
        raise InputError(
            f"{mapping.where}：query 不能执行（{type(error.orig).__name__}）{_place_of(error, str(mapping.query))}；"
            "请检查 sources.toml 中的 SELECT 语句。"
        ) from None
    rows = result.fetchall()
    columns = [sa.column(name, _guess([row[i] for row in rows]))
               for i, name in enumerate(result.keys())]
    if opened.dialect.name in LIKE_ORACLE:
        # the answer does not say whether a text is padded or of the national kind
        columns = [sa.column(one.name, sa.NCHAR()) if isinstance(one.type, sa.String) else one
                   for one in columns]
    return sa.text(query).columns(*columns).subquery("given")


def _place_of(error: sa.exc.DBAPIError, query: str) -> str:
    """Where in the query the database stumbled, as far as it names a word of it."""
    for match in _NAMED.finditer(str(error.orig.args[-1]) if error.orig is not None
                                 and error.orig.args else ""):
        words = next(part for part in match.groups() if part).split()
        # MariaDB quotes the rest of the statement, the name of a table with that of its database
        for word in (" ".join(words), words[0], words[0].rpartition(".")[2]) if words else ():
            if word in query:
                return f"，第 {query[:query.index(word)].count(chr(10)) + 1} 行的“{word[:30]}”附近"
    return ""


def _guess(values: list[Any]) -> sa.types.TypeEngine[Any]:
    kinds = {type(value) for value in values if value is not None}
    for kind, of in ((bool, sa.Boolean()), (int, sa.Integer()), (str, sa.String())):
        if kinds == {kind}:
            return of
    names = {kind.__name__ for kind in kinds}
    if names and names <= {"date", "datetime"}:
        return sa.DateTime() if "datetime" in names else sa.Date()
    if names and names <= {"int", "float", "Decimal"}:
        return sa.Numeric()
    return sa.types.NullType()


def _canonical(mapping: DatasetMapping, column: Column, source: ColumnElement[Any],
               selectable: FromClause, opened: Connection) -> ColumnElement[Any]:
    values = mapping.values.get(column.name)
    if values:
        return _mapped(column, source, values, opened)
    theirs = mapping.their_column(column.name)
    _check_type(mapping, column, theirs, source, opened)
    _refuse_personal(mapping, column, theirs, source, selectable, opened)
    return _EXPRESSIONS[column.type](source, opened.dialect.name)


def _mapped(column: Column, source: ColumnElement[Any], values: Mapping[str, str | bool],
            opened: Connection) -> ColumnElement[Any]:
    dialect, empty_is_null = opened.dialect.name, _empty_is_null(opened)
    text = exact(_as_text(source, dialect))
    holds = {theirs: text.is_(None) if empty_is_null and theirs == "" else text == theirs
             for theirs in values}
    if column.type == ColumnType.BOOL:
        flags = ((holds[theirs], int(ours)) for theirs, ours in values.items())
        return sa.case(*flags, else_=sa.null())
    return sa.case(*((holds[theirs], ours) for theirs, ours in values.items()), else_=text)


def _check_type(mapping: DatasetMapping, column: Column, theirs: str, source: ColumnElement[Any],
                opened: Connection) -> None:
    accepted = _ACCEPTED[column.type]
    if isinstance(source.type, (*accepted, sa.types.NullType)) or _whole_number_as_code(
        column, source
    ):
        return
    if opened.dialect.name in LIKE_ORACLE and column.type == ColumnType.BOOL and _is_whole(source):
        return  # a flag is a number there
    # SQLite has no date type: any column may hold dates, and whatever of it is none is refused when
    # the rows are looked at
    if (
        opened.dialect.name == "sqlite"
        and column.type in (ColumnType.DATE, ColumnType.TIMESTAMP)
        and isinstance(source.type, sa.String | sa.Integer | sa.Numeric)
    ):
        return
    # nor does it hold a column to its type
    if (
        opened.dialect.name == "sqlite"
        and column.type in (ColumnType.BOOL, ColumnType.INT, ColumnType.REAL)
        and isinstance(source.type, sa.Numeric)
    ):
        return
    hint = "，并在 values 中把取值映射为 true / false" if column.type == ColumnType.BOOL else ""
    raise InputError(
        f"{mapping.where}：列 {theirs} 的类型是 {source.type}，而 {column.name} 应为{_TYPE_NAMES[column.type]}；"
        f"请在 sources.toml 中改用正确的列{hint}{_cast(column, theirs, opened)}。"
    )


def _whole_number_as_code(column: Column, source: ColumnElement[Any]) -> bool:
    """Whether the column is one of numbers without decimals, whose text is the code."""
    return column.type in (ColumnType.CODE, ColumnType.TEXT) and _is_whole(source)


def _is_whole(source: ColumnElement[Any]) -> bool:
    """Whether the column holds exact numbers without decimals."""
    return isinstance(source.type, sa.Numeric) and not isinstance(
        source.type, sa.Float) and source.type.precision is not None and not source.type.scale


def _cast(column: Column, theirs: str, opened: Connection) -> str:
    """What to write in a `query` instead, where the make has words for it."""
    make = "mysql" if opened.dialect.name == "mariadb" else opened.dialect.name
    how = _CASTS.get(make, {}).get(column.type)
    if how is None:
        return ""
    name = opened.dialect.identifier_preparer.quote(theirs)
    return f"；内容确是{_TYPE_NAMES[column.type]}的，请改用 query，其中这一列写 {how.format(name)} AS {name}"


def _refuse_personal(mapping: DatasetMapping, column: Column, theirs: str,
                     source: ColumnElement[Any], selectable: FromClause,
                     opened: Connection) -> None:
    """Personal data is refused before a row of it is counted."""
    if column.type not in (ColumnType.CODE, ColumnType.TEXT) or column.categories:
        return
    some = sa.select(source.label("value")).select_from(selectable).where(
        source.is_not(None)).limit(SAMPLE_ROWS)
    finding = personal((str(value) for value in opened.execute(some).scalars()),
                       is_key=column.type == ColumnType.CODE)
    if finding is not None:
        raise InputError(
            f"{mapping.where}：列 {theirs}（对应 {column.name}）含有{finding.kind}，本系统不读取个人信息；"
            f"请在 sources.toml 的 [datasets.{mapping.dataset.name}.columns] 中换成不含个人信息的编码列。")


def _text(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "postgresql" and _compares_exactly(column):
        return column
    return exact(_as_text(column, dialect))


def _as_text(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Text of a column, without the blanks a fixed length pads it with."""
    type_ = column.type
    if dialect == "postgresql" and isinstance(type_, sa.CHAR):
        return sa.func.rtrim(sa.cast(column, sa.Text()), type_=sa.Text())
    if dialect == "postgresql" and not isinstance(type_, sa.VARCHAR | sa.TEXT):
        # an enumeration cannot be compared with a text that is not one of it
        return sa.cast(column, sa.Text())
    if dialect in LIKE_ORACLE and isinstance(type_, sa.String):
        return _as_varchar2(column, dialect)
    # a column of a view of SQLite may have no type, and then 1 is not '1'
    plain = isinstance(type_, sa.String) or (
        isinstance(type_, sa.types.NullType) and dialect != "sqlite"
    )
    return column if plain else sa.cast(column, SHOWN_TEXT)


def _as_varchar2(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Text of Oracle and DM in a single kind: Oracle lets the national kind stand in no CASE with
    another, and compares no long text.
    """
    type_ = column.type
    if isinstance(type_, sa.Text):
        column = sa.func.dbms_lob.substr(column, _OF_LONG_TEXT, 1, type_=sa.String())
    if dialect == "oracle" and isinstance(type_, sa.NVARCHAR | sa.NCHAR | sa.UnicodeText):
        column = sa.func.to_char(column, type_=sa.String())
    padded = isinstance(type_, sa.CHAR | sa.NCHAR)
    return sa.func.rtrim(column, type_=sa.String()) if padded else column


def _compares_exactly(column: ColumnElement[Any]) -> bool:
    """Whether a text column of PostgreSQL tells all texts apart as it is, as every collation of a
    whole database does.

    Then the bare column stays: what a table is distributed by must be seen in GROUP BY for the
    workers to count.
    """
    if isinstance(column.type, sa.CHAR | sa.Enum | sqlalchemy.dialects.postgresql.CITEXT):
        return False
    return (isinstance(column.type, sa.String) and column.type.collation in (None, "C")
            and isinstance(getattr(column, "table", None), sa.TableClause))


def _date(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return recognised_date(column)
    # cutting a true date again would only keep the database from using its index
    return column if isinstance(column.type, sa.Date) else local_date(column)


def with_plain_dates(live: LiveDataset, opened: Connection) -> LiveDataset:
    """The same dataset, on SQLite with those date columns as they are in which every value is a day
    as SQLite writes it.

    One look at the table saves recognising each date again in every statement. Only within one
    transaction: the next row may be spelled otherwise.
    """
    if opened.dialect.name != "sqlite":
        return live
    names = [name for name, column in live.columns.items() if isinstance(column, recognised_date)]
    if not names:
        return live
    odd = [
        sa.func.max(
            sa.case((sa.or_(live.given[name].is_(None),
                            sa.func.date(live.given[name], "+0 days") == sa.type_coerce(
                                live.given[name], sa.String())), 0), else_=1)) for name in names]
    row = opened.execute(sa.select(*odd).select_from(live.selectable)).one()
    plain = {name: sa.type_coerce(live.given[name], sa.Date())
             for name, value in zip(names, row, strict=True) if not value}
    return replace(live, columns={**live.columns, **plain}, plain_dates=frozenset(plain))


def _bool(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if isinstance(column.type, BITS):
        column = sa.cast(column, sa.Integer())
    if isinstance(column.type, sa.Boolean) and dialect in ("sqlite", "mssql"):
        # whatever text is in it is neither; a bit is no condition
        column = sa.type_coerce(column, sa.Integer())
    if isinstance(column.type, sa.Boolean):
        return sa.case((column, 1), (sa.not_(column), 0), else_=sa.null())
    return sa.case((column == 1, 1), (column == 0, 0), else_=sa.null())


def _number(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect != "sqlite":
        return column
    # a text in a column of numbers would be added up as the digits it begins with
    text = sa.cast(column, sa.Text())
    number = sa.case((sa.func.typeof(column).in_(("integer", "real")), column),
                     (sa.and_(text != "", text.op("NOT GLOB", is_comparison=True)("*[^0-9]*")),
                      sa.cast(column, sa.Integer())), else_=sa.null())
    return sa.type_coerce(number, column.type if isinstance(column.type, sa.Numeric | sa.Integer)
                          else sa.Float())


def _timestamp(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    # the smaller kinds of SQL Server cannot be compared with the bounds of what is a date
    if dialect != "mssql" or isinstance(column.type, mssql.DATETIME2):
        return column
    return sa.cast(column, mssql.DATETIME2)


_EXPRESSIONS: Mapping[ColumnType, Callable[[ColumnElement[Any], str], ColumnElement[Any]]] = {
    ColumnType.CODE: _text, ColumnType.TEXT: _text, ColumnType.DATE: _date,
    ColumnType.TIMESTAMP: _timestamp, ColumnType.INT: _number, ColumnType.REAL: _number,
    ColumnType.BOOL: _bool,
}
