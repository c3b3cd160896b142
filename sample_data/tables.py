"""The canonical tables as a database keeps them: column types and indexes, for every make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from kpi.definitions import DATASETS, FACT_DATASETS, Column, ColumnType, Dataset


def _characters(length: int) -> sa.types.TypeEngine[Any]:
    # MySQL and MariaDB would otherwise take codes that differ in case for one
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4",
                                                        collation="utf8mb4_bin"), "mysql",
                                          "mariadb")


_TYPES: Mapping[ColumnType, sa.types.TypeEngine[Any]] = {
    ColumnType.CODE: _characters(64), ColumnType.TEXT: _characters(200), ColumnType.DATE: sa.Date(),
    ColumnType.INT: sa.Integer(), ColumnType.REAL: sa.Double(), ColumnType.BOOL: sa.Boolean(),
    ColumnType.TIMESTAMP: sa.DateTime(),
}


def tables_of(connection: str, metadata: sa.MetaData) -> list[sa.Table]:
    """The tables of one connection. Nothing is unique and everything may be null: services' data
    are no better.
    """
    return [_table(dataset, metadata) for dataset in DATASETS.values()
            if dataset.connection == connection]


def _table(dataset: Dataset, metadata: sa.MetaData) -> sa.Table:
    table = sa.Table(dataset.name, metadata, *(_column(column) for column in dataset.columns))
    if dataset.name in FACT_DATASETS:
        # readers ask for a range of days, for the newest change of each, or for the days of what
        # changed since
        day, updated = table.c[str(dataset.counted_on)], table.c.updated_at
        sa.Index(f"ix_{dataset.name}_{dataset.counted_on}", day, updated)
        sa.Index(f"ix_{dataset.name}_updated_at", updated, day)
    return table


def _column(column: Column) -> sa.Column[Any]:
    return sa.Column(column.name, _TYPES[column.type])
