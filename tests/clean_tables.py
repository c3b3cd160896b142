"""Clean tables of every dataset, large enough to have a past: nothing about them is remarked and
every row has its like.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kpi.definitions.dataset import Column, ColumnType, Dataset
from kpi.definitions.shipped_datasets import DATASETS

FIRST, DAYS = date(2025, 1, 2), 580
PLACES = (("321302", "321302001"), ("321322", "321322100"), ("321371", "321371050"))
ROWS = 240


def clean(name: str, count: int = ROWS) -> list[dict[str, Any]]:
    """`count` rows spread over `DAYS` days, three places, every category and both values of every
    flag.
    """
    return [_row(DATASETS[name], number, count) for number in range(count)]


def _row(dataset: Dataset, number: int, count: int) -> dict[str, Any]:
    start = FIRST + timedelta(days=number * DAYS // count)
    row: dict[str, Any] = {}
    for position, column in enumerate(dataset.columns):
        if column.name == dataset.counted_on:
            row[column.name] = start
        elif column.name in ("unit_code", "township_code"):
            row[column.name] = PLACES[number % 3][column.name == "township_code"]
        elif column.name in ("village_code", "updated_at"):
            row[column.name] = None
        else:
            row[column.name] = _value(dataset, column, number, position, start)
    return row


def _value(dataset: Dataset, column: Column, number: int, position: int, start: date) -> Any:
    if column.type == ColumnType.DATE and column.name == "published_on":
        return start - timedelta(days=5)  # of the post a hire answers
    if column.type == ColumnType.DATE:
        # later dates in the order of their columns; a third of the rows goes without the last of
        # them
        return start + timedelta(days=5 * position) if number % 3 or position % 2 else None
    if column.categories:
        return column.categories[number % len(column.categories)]
    if column.type == ColumnType.BOOL:
        return number % 4 > 0
    if column.type in (ColumnType.INT, ColumnType.REAL):
        return (
            118.3
            if column.name == "longitude"
            else 33.9
            if column.name == "latitude"
            else 1 + number % 20
        )
    return f"{column.name}-{number:04d}"
