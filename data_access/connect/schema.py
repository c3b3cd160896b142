"""Does what a mapping names exist, with a usable type? And the canonical columns as SQL over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import sqlalchemy.dialects.mysql.base
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import ColumnElement, FromClause

from data_access.boundary.mapping import DatasetMapping
from data_access.boundary.privacy import SAMPLE_ROWS, personal
from data_access.connect.makes.counters import Counters
from data_access.connect.sources import known_cause
from data_access.connect.sqltools import exact, local_date
from kpi.definitions.shipped_datasets import Column, ColumnType
from kpi.vocabulary.errors import InputError

# What a column of each canonical type may be in the site's table.
_ACCEPTED: Mapping[ColumnType, tuple[type[Any], ...]] = {
    ColumnType.CODE: (sa.String, sa.Integer, sa.Uuid, sa.Enum),
    ColumnType.TEXT: (sa.String, sa.Integer, sa.Uuid, sa.Enum),
    ColumnType.DATE: (sa.Date, sa.DateTime),
    ColumnType.TIMESTAMP: (sa.Date, sa.DateTime),
    ColumnType.INT: (sa.Integer, sa.Numeric, sa.Float),
    ColumnType.REAL: (sa.Integer, sa.Numeric, sa.Float),
    ColumnType.BOOL: (sa.Boolean, sa.Integer),
}
_TYPE_NAMES = {ColumnType.CODE: "文字", ColumnType.TEXT: "文字", ColumnType.DATE: "日期", ColumnType.INT: "整数",
               ColumnType.REAL: "数字", ColumnType.BOOL: "是/否", ColumnType.TIMESTAMP: "时间"}
_NULL_TYPES: Mapping[ColumnType, sa.types.TypeEngine[Any]] = {
    ColumnType.CODE: sa.String(), ColumnType.TEXT: sa.String(), ColumnType.DATE: sa.Date(), ColumnType.INT: sa.Integer(),
    ColumnType.REAL: sa.Float(), ColumnType.BOOL: sa.Integer(), ColumnType.TIMESTAMP: sa.DateTime()}
_SAMPLE_ROWS = 200


@dataclass(frozen=True)
class LiveDataset:
    """A mapping checked against the live database: `selectable` and the canonical columns as expressions over it.

    `absent`: columns the source does not have, which read as null. `counters`: of the table, as they were before this
    transaction; None where there are none.
    """

    mapping: DatasetMapping
    selectable: FromClause
    columns: Mapping[str, ColumnElement[Any]]
    absent: frozenset[str] = frozenset()
    counters: Counters | None = None


def bind(mapping: DatasetMapping, opened: Connection) -> LiveDataset:
    """Check a mapping against the database. Raises InputError naming dataset, column and connection."""
    selectable = _selectable(mapping, opened)
    live = {column.name: column for column in selectable.columns}
    _check_names(mapping, live)
    # updated_at only says how fresh a row is; a system that does not keep it can still be read
    absent = frozenset(column.name for column in mapping.dataset.columns
                       if (theirs := mapping.their_column(column.name)) == "" or theirs not in live)
    columns = {column.name: _nothing(column, opened) if column.name in absent
               else _canonical(mapping, column, live[mapping.their_column(column.name)], selectable, opened)
               for column in mapping.dataset.columns}
    return LiveDataset(mapping, selectable, columns, absent)


def _nothing(column: Column, opened: Connection) -> ColumnElement[Any]:
    # PostgreSQL takes a bare null for text, which cannot be compared with a date
    return sa.cast(sa.null(), _NULL_TYPES[column.type]) if opened.dialect.name == "postgresql" else sa.null()


def _check_names(mapping: DatasetMapping, live: Mapping[str, Any]) -> None:
    absent = [(column.name, mapping.their_column(column.name)) for column in mapping.dataset.columns
              if mapping.their_column(column.name) not in ("", *live) and column.name != "updated_at"]
    if absent:
        named = "、".join(f"{theirs}（对应规范列 {name}）" for name, theirs in absent)
        raise InputError(f"{mapping.where}：缺少列 {named}；请在 sources.toml 的 [datasets.{mapping.dataset.name}.columns] 中改正。")


def _selectable(mapping: DatasetMapping, opened: Connection) -> FromClause:
    if mapping.query is not None:
        return _query(mapping, opened)
    schema, _, name = (mapping.table or "").rpartition(".")
    found = _columns(opened, name, schema or None)
    if not found:
        raise InputError(f"{mapping.where}：找不到表 {mapping.table}；请在 sources.toml 的 [datasets.{mapping.dataset.name}] "
                         "中改正 table，或联系该系统的管理员。")
    return sa.table(name, *(sa.column(column, type_) for column, type_ in found), schema=schema or None)


def _columns(opened: Connection, name: str, schema: str | None) -> list[tuple[str, Any]]:
    try:
        return [(found["name"], found["type"]) for found in sa.inspect(opened).get_columns(name, schema=schema)]
    except sa.exc.NoSuchTableError:
        return []
    except sa.exc.OperationalError as error:
        # an account that may read some columns only may not ask MariaDB for the whole definition
        if opened.dialect.name not in ("mysql", "mariadb") or "denied" not in str(error.orig).lower():
            raise
        return _granted_columns(opened, name, schema)


def _granted_columns(opened: Connection, name: str, schema: str | None) -> list[tuple[str, Any]]:
    """Columns the account may read, from MariaDB's and MySQL's catalogue."""
    types = sa.dialects.mysql.base.ischema_names
    found = opened.execute(sa.text(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :name "
        "AND table_schema = COALESCE(:schema, DATABASE()) ORDER BY ordinal_position"), {"name": name, "schema": schema})
    return [(str(column), types.get(str(type_).lower(), sa.types.NullType)()) for column, type_ in found]


def _query(mapping: DatasetMapping, opened: Connection) -> FromClause:
    text = f"SELECT * FROM ({mapping.query}) AS given"
    try:
        result = opened.execute(sa.text(f"{text} LIMIT {_SAMPLE_ROWS}"))
    except sa.exc.DBAPIError as error:
        if not isinstance(error, sa.exc.ProgrammingError) and known_cause(mapping.connection, error):
            raise  # not the SELECT's fault: the source is slow or gone
        raise InputError(f"{mapping.where}：query 不能执行（{type(error.orig).__name__}）；请检查 sources.toml 中的 SELECT 语句。"
                         ) from None
    rows = result.fetchall()
    columns = [sa.column(name, _guess([row[i] for row in rows])) for i, name in enumerate(result.keys())]
    return sa.text(str(mapping.query)).columns(*columns).subquery("given")


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


def _canonical(mapping: DatasetMapping, column: Column, found: ColumnElement[Any], selectable: FromClause,
               opened: Connection) -> ColumnElement[Any]:
    values = mapping.values.get(column.name)
    if values:
        return _mapped(column, found, values)
    theirs = mapping.their_column(column.name)
    _check_type(mapping, column, theirs, found, selectable, opened)
    _refuse_personal(mapping, column, theirs, found, selectable, opened)
    return _EXPRESSIONS[column.type](found, opened.dialect.name)


def _mapped(column: Column, found: ColumnElement[Any], values: Mapping[str, str | bool]) -> ColumnElement[Any]:
    text = exact(found if isinstance(found.type, sa.String) else sa.cast(found, sa.String(255)))
    if column.type == ColumnType.BOOL:
        return sa.case(*((text == theirs, int(ours)) for theirs, ours in values.items()), else_=sa.null())
    return sa.case(*((text == theirs, ours) for theirs, ours in values.items()), else_=text)


def _check_type(mapping: DatasetMapping, column: Column, theirs: str, found: ColumnElement[Any],
                selectable: FromClause, opened: Connection) -> None:
    accepted = _ACCEPTED[column.type]
    if isinstance(found.type, (*accepted, sa.types.NullType)):
        return
    # SQLite has no date type: text that reads as dates is one
    dated = column.type in (ColumnType.DATE, ColumnType.TIMESTAMP) and opened.dialect.name == "sqlite"
    if dated and isinstance(found.type, sa.String) and _reads_as_dates(found, selectable, opened):
        return
    hint = "，并在 values 中把取值映射为 true / false" if column.type == ColumnType.BOOL else ""
    raise InputError(f"{mapping.where}：列 {theirs} 的类型是 {found.type}，而 {column.name} 应为{_TYPE_NAMES[column.type]}；"
                     f"请在 sources.toml 中改用正确的列{hint}。")


def _refuse_personal(mapping: DatasetMapping, column: Column, theirs: str, found: ColumnElement[Any],
                     selectable: FromClause, opened: Connection) -> None:
    """Personal data is refused before a row of it is counted."""
    if column.type not in (ColumnType.CODE, ColumnType.TEXT) or column.categories:
        return
    some = sa.select(found.label("value")).select_from(selectable).where(found.is_not(None)).limit(SAMPLE_ROWS)
    finding = personal((str(value) for value in opened.execute(some).scalars()), is_key=column.type == ColumnType.CODE)
    if finding is not None:
        raise InputError(f"{mapping.where}：列 {theirs}（对应 {column.name}）含有{finding.kind}，本系统不读取个人信息；"
                         f"请在 sources.toml 的 [datasets.{mapping.dataset.name}.columns] 中换成不含个人信息的编码列。")


def _reads_as_dates(found: ColumnElement[Any], selectable: FromClause, opened: Connection) -> bool:
    some = sa.select(found.label("value")).select_from(selectable).where(found.is_not(None)).limit(_SAMPLE_ROWS).subquery()
    total, dates = opened.execute(sa.select(sa.func.count(), sa.func.count(sa.func.date(some.c.value))).select_from(some)).one()
    return bool(total == 0 or dates > 0)


def _text(found: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "postgresql" and _compares_exactly(found):
        return found
    return exact(found if isinstance(found.type, (sa.String, sa.types.NullType)) else sa.cast(found, sa.String(255)))


def _compares_exactly(found: ColumnElement[Any]) -> bool:
    """Whether a text column of PostgreSQL tells all texts apart as it is, as every collation of a whole database does.

    Then the bare column stays: what a table is distributed by must be seen in GROUP BY for the workers to count.
    """
    return isinstance(found.type, sa.String) and found.type.collation in (None, "C") and isinstance(found.table, sa.TableClause)


def _date(found: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    # cutting a true date again would only keep the database from using its index; SQLite's dates are text
    if not isinstance(found.type, sa.Date) or dialect == "sqlite":
        return local_date(found)
    return found


def _bool(found: ColumnElement[Any], _dialect: str) -> ColumnElement[Any]:
    if isinstance(found.type, sa.Boolean):
        return sa.case((found, 1), (sa.not_(found), 0), else_=sa.null())
    return sa.case((found == 1, 1), (found == 0, 0), else_=sa.null())


def _as_is(found: ColumnElement[Any], _dialect: str) -> ColumnElement[Any]:
    return found


_EXPRESSIONS: Mapping[ColumnType, Callable[[ColumnElement[Any], str], ColumnElement[Any]]] = {
    ColumnType.CODE: _text, ColumnType.TEXT: _text, ColumnType.DATE: _date, ColumnType.TIMESTAMP: _as_is,
    ColumnType.INT: _as_is, ColumnType.REAL: _as_is, ColumnType.BOOL: _bool,
}
