"""How each kind of event is read from a judged row: its day, which rows have it, and whose date
decides its origin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from data_access.connect import days_between, later_of
from kpi.definitions import Dataset, Event, EventKind

Columns = Any  # a Subquery's column collection


@dataclass(frozen=True)
class EventQuery:
    """How one event is read from judged rows; `where` None: every row has it, excluded or not."""

    day: Callable[[Columns], ColumnElement[Any]]
    origin: str
    where: Callable[[Columns], ColumnElement[bool]] | None = None


def event_queries(dataset: Dataset) -> tuple[EventQuery, ...]:
    """One per event of the dataset, in their order."""
    return tuple(_QUERIES[event.kind](event, dataset) for event in dataset.events)


def _counted(event: Event, _dataset: Dataset) -> EventQuery:
    return EventQuery(lambda c: c[event.on], event.origin)


def _later(event: Event, _dataset: Dataset) -> EventQuery:
    def happened(c: Columns) -> ColumnElement[bool]:
        there = [c[name].is_not(None) for name in (event.on, *event.requires)]
        return there[0] if len(there) == 1 else sa.and_(*there)

    def day(c: Columns) -> ColumnElement[Any]:
        if not event.not_before:
            return c[event.on]  # type: ignore[no-any-return]
        first, *others = reversed(event.not_before)
        bound: ColumnElement[Any] = reduce(lambda bound, name: later_of(c[name], bound), others,
                                           c[first])
        return later_of(c[event.on], bound)
    return EventQuery(day, event.origin, happened)


def _within(event: Event, dataset: Dataset) -> EventQuery:
    # on the counting date: read only once the limit has passed, it cannot look ahead
    begun = dataset.counted_on or ""
    return EventQuery(lambda c: c[begun], event.origin, lambda c: sa.and_(
        c[event.on].is_not(None), days_between(c[event.on], c[begun]) <= event.days))


def _held(event: Event, dataset: Dataset) -> EventQuery:
    return EventQuery(_became(event, dataset), event.origin, _holds(event, dataset))


def _held_ends(event: Event, dataset: Dataset) -> EventQuery:
    holds = _holds(event, dataset)
    return EventQuery(lambda c: c[event.ended], event.origin,
                      lambda c: sa.and_(holds(c), c[event.ended].is_not(None)))


def _became(event: Event, dataset: Dataset) -> Callable[[Columns], ColumnElement[Any]]:
    return lambda c: later_of(c[event.on], c[dataset.counted_on])


def _holds(event: Event, dataset: Dataset) -> Callable[[Columns], ColumnElement[bool]]:
    became = _became(event, dataset)
    return lambda c: sa.and_(c[event.on].is_not(None),
                             sa.or_(c[event.ended].is_(None), c[event.ended] > became(c)))


def occurrence(event: Event) -> str:
    """The column in which `queries` numbers the rows of a `first_of` event."""
    return f"{event.name}_occurrence"


def _first_of(event: Event, _dataset: Dataset) -> EventQuery:
    return EventQuery(lambda c: c[event.on], event.origin, lambda c: c[occurrence(event)] == 1)


def _clipped_begins(event: Event, _dataset: Dataset) -> EventQuery:
    return EventQuery(lambda c: c.begins, event.origin, lambda c: c.begins < c.until)


def _clipped_ends(event: Event, _dataset: Dataset) -> EventQuery:
    return EventQuery(lambda c: c.until, event.origin,
                      lambda c: sa.and_(c.begins < c.until, c[event.on].is_not(None)))


_QUERIES: Mapping[EventKind, Callable[[Event, Dataset], EventQuery]] = {
    EventKind.COUNTED: _counted,
    EventKind.LATER: _later,
    EventKind.WITHIN: _within,
    EventKind.HELD: _held,
    EventKind.HELD_ENDS: _held_ends,
    EventKind.FIRST_OF: _first_of,
    EventKind.CLIPPED_BEGINS: _clipped_begins,
    EventKind.CLIPPED_ENDS: _clipped_ends,
}
