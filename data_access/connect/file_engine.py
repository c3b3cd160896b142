"""A dataset handed in as Excel or text files, or recorded in the program itself, as a private
database the same statements run on.

Only the mapped columns are taken over: a list of names or phone numbers beside them is never read
into anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool

from data_access.boundary import DatasetMapping, read_given
from data_access.connect.makes.sqlite import with_shared_statements
from kpi.definitions import Column, ColumnType
from kpi.vocabulary import Remark

TABLE = "given"
_DECLARED: Mapping[ColumnType, sa.types.TypeEngine[Any]] = {ColumnType.CODE: sa.Text(),
                                                            ColumnType.TEXT: sa.Text(),
                                                            ColumnType.DATE: sa.Date(),
                                                            ColumnType.INT: sa.Integer(),
                                                            ColumnType.REAL: sa.Float(),
                                                            ColumnType.BOOL: sa.Boolean(),
                                                            ColumnType.TIMESTAMP: sa.DateTime()}


@dataclass(frozen=True)
class OpenedFile:
    """`engine`: a private database holding the rows under canonical names. `mapping`: reads it.
    `remarks`: about the rows.
    """

    engine: Engine
    mapping: DatasetMapping
    remarks: tuple[Remark, ...]


def open_given(mapping: DatasetMapping, data: Path | None = None,
               home: Path | None = None) -> OpenedFile:
    """The dataset's files as a database; `data` and `home` as of `read_given`. Raises InputError
    naming file, sheet, row and column of what cannot be read.
    """
    given = read_given(mapping, data, home)
    return _held(mapping, given.columns, given.remarks)


def open_own(mapping: DatasetMapping, columns: Mapping[str, list[Any]]) -> OpenedFile:
    """The program's own records as a database. `columns`: the dataset's, one value per row."""
    return _held(mapping, columns, ())


def _held(mapping: DatasetMapping, values: Mapping[str, list[Any]],
          remarks: tuple[Remark, ...]) -> OpenedFile:
    engine = with_shared_statements(sa.create_engine("sqlite://", poolclass=StaticPool))
    columns = [column for column in mapping.dataset.columns if column.name in values]
    table = sa.Table(TABLE, sa.MetaData(), *(sa.Column(column.name, _DECLARED[column.type])
                                             for column in columns))
    with engine.begin() as opened:
        table.create(opened)
        rows = list(zip(*(_stored(column, values[column.name]) for column in columns),
                        strict=True))
        if rows:
            # through the driver: SQLAlchemy's own types would want dates as objects, and rows are
            # many
            names = ", ".join(column.name for column in columns)
            opened.exec_driver_sql(
                f"INSERT INTO {TABLE} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
    with engine.connect() as opened:
        opened.exec_driver_sql("PRAGMA query_only=ON")
    absent = {column.name: "" for column in mapping.dataset.columns
              if column.name not in values}
    return OpenedFile(engine, replace(mapping, table=TABLE, columns=absent, values={}), remarks)


def _stored(column: Column, values: list[Any]) -> list[Any]:
    # what no values table mapped to yes or no is neither
    return (
        values
        if column.type != ColumnType.BOOL
        else [value if value in (0, 1, None) else None for value in values]
    )


def open_file(mapping: DatasetMapping) -> tuple[Engine, DatasetMapping]:
    """The database of `open_given` and the mapping that reads it."""
    opened = open_given(mapping)
    return opened.engine, opened.mapping
