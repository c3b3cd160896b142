"""Which columns a table has, of those the account may read, and how the database spells names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import sqlalchemy.dialects.mssql.base
import sqlalchemy.dialects.mysql.base
import sqlalchemy.dialects.postgresql.base
from sqlalchemy.dialects import oracle
from sqlalchemy.engine import Connection

LIKE_ORACLE = ("oracle", "dm")
FOLDING = (*LIKE_ORACLE, "mssql")
"""Makes in which a name is the same in capitals, so that a mapping may spell it either way."""


@dataclass(frozen=True)
class SourceTable:
    """A table by the name and schema to ask for it with. `columns`: name and type of each, none
    where there is no table.
    """

    name: str
    schema: str | None
    columns: Sequence[tuple[str, Any]]


def source_table(opened: Connection, name: str, schema: str | None) -> SourceTable:
    """The table as the catalogue has it."""
    if opened.dialect.name in LIKE_ORACLE:
        return _like_oracle(opened, name, schema)
    return SourceTable(name, schema, _columns(opened, name, schema))


def spelled(name: str, having: Sequence[str]) -> str:
    """The name as the list has it; itself where none is the same but for capitals, or several."""
    alike = [one for one in having if one.lower() == name.lower()]
    return name if name in having or len(alike) != 1 else alike[0]


def _columns(opened: Connection, name: str, schema: str | None) -> list[tuple[str, Any]]:
    try:
        return [
            (column["name"], column["type"])
            for column in sa.inspect(opened).get_columns(name, schema=schema)
        ]
    except sa.exc.NoSuchTableError:
        return []
    except sa.exc.OperationalError as error:
        # an account that may read some columns only may not ask MariaDB for the whole definition
        denied = "denied" in str(error.orig).lower() and opened.dialect.name in ("mysql", "mariadb")
        if not denied and opened.dialect.name != "mssql":
            raise
    except sa.exc.ProgrammingError:
        # a relative of PostgreSQL whose catalogue lacks something the library asks of it
        if opened.dialect.name not in ("postgresql", "mssql"):
            raise
        opened.rollback()
    return _listed_columns(opened, name, schema)


_LISTING: Mapping[str, tuple[Any, str]] = {
    "postgresql": (sqlalchemy.dialects.postgresql.base, "current_schema()"),
    "mysql": (sqlalchemy.dialects.mysql.base, "DATABASE()"),
    "mariadb": (sqlalchemy.dialects.mysql.base, "DATABASE()"),
    "mssql": (sqlalchemy.dialects.mssql.base, "SCHEMA_NAME()"),
}
"""The types a make's catalogue names, and its words for the schema a bare name is looked for in."""


def _listed_columns(opened: Connection, name: str, schema: str | None) -> list[tuple[str, Any]]:
    """Columns the account may read, from the catalogue every make has."""
    make, here = _LISTING[opened.dialect.name]
    rows = opened.execute(
        sa.text(
            "SELECT column_name, data_type FROM information_schema.columns "
            f"WHERE table_name = :name AND table_schema = COALESCE(:schema, {here}) "
            "ORDER BY ordinal_position"
        ),
        {"name": name, "schema": schema},
    )
    types: Mapping[str, Any] = make.ischema_names
    return [
        (str(column), types.get(str(type_).lower(), sa.types.NullType)()) for column, type_ in rows
    ]


_OF_TABLE = sa.text(
    "SELECT owner, table_name, column_name, data_type, data_precision, data_scale "
    "FROM all_tab_columns WHERE table_name IN (:name, :upper_name) "
    "AND owner IN (:owner, :upper_owner) ORDER BY column_id"
)
_OF_SYNONYM = sa.text(
    "SELECT owner, table_owner, table_name FROM all_synonyms "
    "WHERE synonym_name IN (:name, :upper_name) AND owner IN (:owner, :upper_owner, 'PUBLIC')"
)


def _like_oracle(opened: Connection, name: str, schema: str | None) -> SourceTable:
    """A table, a view, or what a synonym stands for; by its exact name first, then in capitals."""
    owner = schema or str(opened.dialect.default_schema_name or "")
    table = _of_table(opened, name, owner)
    if table.columns:
        return table
    synonyms = opened.execute(_OF_SYNONYM, _either(name, owner)).all()
    for _, theirs, target in sorted(synonyms, key=lambda one: str(one[0]) == "PUBLIC"):
        table = _of_table(opened, str(target), str(theirs))
        if table.columns:
            return table
    return SourceTable(name, schema, ())


def _of_table(opened: Connection, name: str, owner: str) -> SourceTable:
    rows = opened.execute(_OF_TABLE, _either(name, owner)).all()
    tables = {(str(row[0]), str(row[1])) for row in rows}
    if not tables:
        return SourceTable(name, owner, ())
    schema, table = min(tables, key=lambda one: (one[1] != name, one[0] != owner))
    return SourceTable(
        table,
        schema,
        [
            (str(column), _type(str(type_), precision, scale))
            for have, of, column, type_, precision, scale in rows
            if (have, of) == (schema, table)
        ],
    )


def _either(name: str, owner: str) -> dict[str, str]:
    return {"name": name, "upper_name": name.upper(), "owner": owner, "upper_owner": owner.upper()}


_TYPES: Mapping[str, Any] = {
    **dict.fromkeys(("VARCHAR2", "VARCHAR", "CHARACTER VARYING", "ENUM"), sa.VARCHAR()),
    **dict.fromkeys(("NVARCHAR2", "NVARCHAR"), sa.NVARCHAR()),
    **dict.fromkeys(("CHAR", "CHARACTER"), sa.CHAR()),
    "NCHAR": sa.NCHAR(),
    "NCLOB": sa.UnicodeText(),
    **dict.fromkeys(("CLOB", "TEXT", "LONG", "LONGVARCHAR"), sa.CLOB()),
    **dict.fromkeys(
        ("INTEGER", "INT", "BIGINT", "SMALLINT", "TINYINT", "BYTE", "BIT"), sa.Integer()
    ),
    **dict.fromkeys(
        ("FLOAT", "DOUBLE", "DOUBLE PRECISION", "REAL", "BINARY_FLOAT", "BINARY_DOUBLE"), sa.Float()
    ),
    **dict.fromkeys(("DATE", "DATETIME"), oracle.DATE()),
}
"""By the names of Oracle and DM. A DATE has a time there, in DM where it is set to be like Oracle.
"""
_LENGTH = re.compile(r"\s*\([^)]*\)")


def _type(name: str, precision: Any, scale: Any) -> Any:
    plain = " ".join(_LENGTH.sub("", name.upper()).split())
    if plain in ("NUMBER", "NUMERIC", "DECIMAL", "DEC"):
        # without bounds it holds codes and counts as often as anything else
        return sa.Numeric(int(precision or 38), int(scale or 0))
    if plain.startswith(("TIMESTAMP", "DATETIME")):
        return oracle.TIMESTAMP(timezone=plain.endswith("WITH TIME ZONE"))
    return _TYPES.get(plain, sa.types.NullType())
