"""Each row once with all its events, for a reader that adds up by itself, and the event rows made
of it.

SQLite runs in this process: nothing is saved by adding up on its side, and a row handed over once
for each of its events would be judged, carried and looked up as often. What is handed over costs by
the column: small numbers share one, and what a row does not have has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, Select, Subquery

from data_access.connect import LiveDataset
from data_access.reading.columns import Column, Table, Words, length
from data_access.reading.event_days import EventQuery, event_queries
from data_access.reading.queries import (
    STATUSES,
    Periods,
    ReadingRules,
    Which,
    alone_and_alike,
    amount_of,
    days_or_undated,
    judge,
)
from kpi.definitions import Dataset

_STATUS_BITS = (len(STATUSES) - 1).bit_length()


def rows_with_events(live: LiveDataset, rules: ReadingRules,
                     periods: Periods | None = None) -> Select[Any]:
    """A statement with a row per row of the table: place and dimensions as given, amount, events.

    `marks`: from the lowest bit the status, a bit for each of `Dataset.events` that happened, and
    one for each date that decides origins, set from the plan's start on. `day_0` …: the events'
    days since 1970, `UNDATED` for null and of no meaning where the event did not happen; events of
    the same day have one column (`_days`). No `township` and no `amount` where the dataset has
    none. `periods` restricts the rows by the counting date.

    Of a whole table only rows that are like others are sorted for the rules that look from row to
    row.
    """
    parts = alone_and_alike(live) if periods is None else None
    if parts is None:
        return _rows(live, rules, periods, None)
    both = sa.union_all(*(_rows(live, rules, None, which) for which in parts)).subquery("both")
    return sa.select(*both.c)


def _rows(live: LiveDataset, rules: ReadingRules, periods: Periods | None,
          which: Which | None) -> Select[Any]:
    dataset = live.mapping.dataset
    judged = judge(live, rules, periods, afterwards=True, which=which)
    queries = event_queries(dataset)
    township = judged.c.get("township_code")
    rows = sa.select(
        _marks(dataset, queries, judged, rules).label("marks"),
        judged.c.unit_code.label("unit"),
        *([] if township is None else [township.label("township")]),
        *([] if dataset.amount is None else [amount_of(dataset, judged).label("amount")]),
        *(judged.c[name] for name in dataset.dimensions),
        *(days_or_undated(queries[n].day(judged.c)).label(f"day_{n}")
          for n in dict.fromkeys(_days(dataset))))
    if periods is None:
        return rows
    return rows.where(periods.holding(judged.c[dataset.counted_on or ""]))


def _marks(dataset: Dataset, queries: tuple[EventQuery, ...], judged: Subquery,
           rules: ReadingRules) -> ColumnElement[int]:
    """Every row has the first event; a later one only counted rows, of them those it is true of."""
    first = 1 << _STATUS_BITS
    always = sum(first << n for n, query in enumerate(queries) if query.where is None)
    total: ColumnElement[Any] = judged.c.status_number + sa.literal_column(str(always),
                                                                           sa.Integer())
    later = [sa.case((query.where(judged.c), first << n), else_=0)
             for n, query in enumerate(queries) if query.where is not None]
    if later:
        # asked once: the status is a long condition wherever it stands
        total = total + sa.case((judged.c.status_number == 0, reduce(add, later)), else_=0)
    for n, name in enumerate(_origins(dataset), start=len(queries)):
        total = total + sa.case((judged.c[name] >= rules.plan_start, first << n), else_=0)
    return total


def _origins(dataset: Dataset) -> list[str]:
    """The dates that decide origins."""
    return list(dict.fromkeys(event.origin for event in dataset.events))


def _days(dataset: Dataset) -> list[int]:
    """Of each event the first event of the same day, by what its day is read from."""
    columns = sa.table("judged", *(sa.column(name) for name in (
        *dataset.column_names, "begins", "until"))).c
    said = [str(query.day(columns)) for query in event_queries(dataset)]
    return [said.index(one) for one in said]


def events_of(piece: Table, dataset: Dataset) -> Table:
    """A piece of these rows as `queries.cells` has them: a row per event and row it happened to."""
    marks, events = _numbers(piece["marks"]), dataset.events
    happened = marks >> _STATUS_BITS
    rows_of = [np.flatnonzero(happened >> n & 1) for n in range(len(events))]
    rows = np.concatenate(rows_of)
    event = np.repeat(np.arange(len(rows_of)), [len(own) for own in rows_of])
    begun = {name: happened >> n & 1 for n, name in enumerate(_origins(dataset), len(events))}
    days = [_numbers(piece[f"day_{n}"]) for n in _days(dataset)]
    given = {"status": marks & (1 << _STATUS_BITS) - 1, "unit": piece["unit"],
             "township": piece.get("township") or _nothing(length(piece)),
             "amount": piece.get("amount", np.zeros(length(piece), dtype=np.int64))}
    return {
        "event": event, "day": _each(days, rows_of),
        "origin": _each([begun[one.origin] for one in events], rows_of),
        **{name: _taken(column, rows) for name, column in given.items()},
        **{name: _taken(piece[name], rows, np.isin(event, _without(dataset, name)))
           for name in dataset.dimensions},
        **({"counted": days[0][rows]} if dataset.sliced else {}),
        "rows": np.ones(len(rows), dtype=np.int64)}


def _each(columns: Sequence[np.ndarray], rows_of: Sequence[np.ndarray]) -> np.ndarray:
    """Of each event its own column at its own rows."""
    return np.concatenate([column[own] for column, own in zip(columns, rows_of, strict=True)])


def _nothing(rows: int) -> Words:
    """A column of nulls."""
    return Words(np.full(rows, -1, dtype=np.int32), [])


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
