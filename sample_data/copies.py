"""A larger sample from a smaller one: copies of every row, made inside the database itself.

Each copy is a city's worth of other postings, employers, persons and cases in the same places on
the same days. What a row is to a counting rule – counted, a duplicate, unknown – depends on itself
and on rows with its own keys, so every copy is judged as the first one is, and every count of the
larger sample is that of the smaller one times the number of copies.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import sqlalchemy as sa

from kpi.definitions import DATASETS

BASE_SCALE = 50.0
"""The largest sample made row by row; a larger one is copies of a smaller one. Half a million postings fill the cube."""

PLACES = ("managing_unit", "township", "central_village", "service_venue")
"""Datasets of which there are no more, whatever the scale."""

_COPIED_IN_THE_SERVER = ("postgresql", "sqlite")
_KEYS = ("posting_id", "employer_code", "person_key")  # besides each dataset's own


def copied_by(url: str) -> bool:
    """Whether the make of database behind this URL copies rows by itself here; False for a URL that
    cannot be read.
    """
    try:
        return sa.make_url(url).get_backend_name() in _COPIED_IN_THE_SERVER
    except (sa.exc.ArgumentError, ValueError):
        return False


def copies_for(scale: float) -> int:
    """How many copies of a sample of `scale / copies` make one of `scale`."""
    return max(1, ceil(scale / BASE_SCALE))


def copying(table: sa.Table, dialect: str, copies: int) -> sa.Insert | None:
    """The statement that makes `copies` of every row where there is one now; None when there is
    nothing to do.

    Rows of one day stay together, as they would have come in.
    """
    if copies <= 1 or table.name in PLACES:
        return None
    keys = {DATASETS[table.name].key, *_KEYS} & set(table.c.keys())
    copy = _numbers(dialect, copies)

    def copied(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        if column.name in keys:
            # null stays null: an employer nobody named is no employer
            return column + sa.literal("-", sa.String) + sa.cast(copy.c.number, sa.String)
        return (
            _seconds_later(dialect, column, copy.c.number)
            if column.name == "updated_at"
            else column
        )

    columns = [copied(column) for column in table.c]
    return table.insert().from_select(table.c.keys(),
                                      sa.select(*columns).select_from(table.join(copy, sa.true())))


def _seconds_later(dialect: str, stamp: sa.ColumnElement[Any],
                   seconds: sa.ColumnElement[int]) -> sa.ColumnElement[Any]:
    """Systems do not write a hundred rows in one second. Stamps lie before 19:00, so the day stays.
    """
    if dialect == "postgresql":
        return stamp + sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    return sa.func.datetime(stamp, sa.cast(seconds, sa.String) + sa.literal(" seconds", sa.String))


def _numbers(dialect: str, copies: int) -> sa.FromClause:
    """One row per further copy: 1 … copies − 1."""
    if dialect == "postgresql":
        return sa.func.generate_series(1, copies - 1).table_valued(
            "number", name="copies").render_derived()
    counted = sa.select(sa.literal(1).label("number")).cte("copies", recursive=True)
    return counted.union_all(sa.select(counted.c.number + 1).where(counted.c.number < copies - 1))
