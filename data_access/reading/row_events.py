"""Each row once with all its events, for a reader that adds up by itself, and the event rows made
of it.

SQLite runs in this process: nothing is saved by adding up on its side, and a row handed over once
for each of its events would be judged, carried and looked up as often.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, Select, Subquery

from data_access.connect import LiveDataset
from data_access.reading.columns import Column, Table, Words
from data_access.reading.event_days import EventQuery, event_queries
from data_access.reading.queries import (
    Periods,
    ReadingRules,
    amount_of,
    days_or_undated,
    judge,
    origin_of,
)
from kpi.definitions import Dataset


def rows_with_events(live: LiveDataset, rules: ReadingRules,
                     periods: Periods | None = None) -> Select[Any]:
    """A statement with a row per row of the table: place and dimensions as given, status, amount,
    events.

    `happened` has a bit for each of `Dataset.events`, `day_0` … their days since 1970, `UNDATED`
    for null and of no meaning where the event did not happen. `origin_…`: the position in `ORIGINS`
    by that date. `periods` restricts the rows by the counting date.
    """
    dataset = live.mapping.dataset
    judged = judge(live, rules, periods, afterwards=True)
    queries, township = event_queries(dataset), judged.c.get("township_code")
    rows = sa.select(judged.c.status_number.label("status"), judged.c.unit_code.label("unit"),
                     (sa.null() if township is None else township).label("township"),
                     amount_of(dataset, judged).label("amount"),
                     *(judged.c[name] for name in dataset.dimensions),
                     *(origin_of(judged.c[name], rules).label(f"origin_{name}")
                       for name in dict.fromkeys(query.origin for query in queries)),
                     _bits(queries, judged).label("happened"),
                     *(days_or_undated(query.day(judged.c)).label(f"day_{n}")
                       for n, query in enumerate(queries)))
    if periods is None:
        return rows
    return rows.where(periods.holding(judged.c[dataset.counted_on or ""]))


def _bits(queries: tuple[EventQuery, ...], judged: Subquery) -> ColumnElement[int]:
    """Every row has the first event; a later one only counted rows, of them those it is true of."""
    total: ColumnElement[Any] = sa.literal_column("1", sa.Integer())
    for n, query in enumerate(queries):
        if query.where is not None:
            holds = sa.and_(judged.c.status_number == 0, query.where(judged.c))
            total = total + sa.case((holds, 1 << n), else_=0)
    return total


def events_of(piece: Table, dataset: Dataset) -> Table:
    """A piece of these rows as `queries.cells` has them: a row per event and row it happened to."""
    happened = _numbers(piece["happened"])
    rows_of = [np.flatnonzero(happened >> n & 1) for n in range(len(dataset.events))]
    rows = np.concatenate(rows_of)
    event = np.repeat(np.arange(len(rows_of)), [len(own) for own in rows_of])

    def each(names: Sequence[str]) -> np.ndarray:
        return np.concatenate([_numbers(piece[name])[own]
                               for name, own in zip(names, rows_of, strict=True)])
    return {
        "event": event, "day": each([f"day_{n}" for n in range(len(rows_of))]),
        "origin": each([f"origin_{one.origin}" for one in dataset.events]),
        **{name: _taken(piece[name], rows) for name in ("status", "unit", "township", "amount")},
        **{name: _taken(piece[name], rows, np.isin(event, _without(dataset, name)))
           for name in dataset.dimensions},
        **({"counted": _numbers(piece["day_0"])[rows]} if dataset.sliced else {}),
        "rows": np.ones(len(rows), dtype=np.int64)}


def _numbers(column: Column) -> np.ndarray:
    assert isinstance(column, np.ndarray)
    return column


def _without(dataset: Dataset, name: str) -> list[int]:
    """The events that are not split by the dimension."""
    return [n for n, event in enumerate(dataset.events) if name not in event.dimensions]


def _taken(column: Column, rows: np.ndarray, blank: np.ndarray | None = None) -> Column:
    """The column at these rows, null where `blank`."""
    if isinstance(column, Words):
        codes = column.codes[rows]
        return Words(codes if blank is None else np.where(blank, -1, codes), column.names)
    return column[rows] if blank is None else np.where(blank, np.nan, column[rows])
