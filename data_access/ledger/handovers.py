"""Items handed over to another unit or post, in a table beside the ledger's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.ledger.beside import make_tables
from kpi.follow_ups import Event, EventKind

_LOCK = 5_132_130_2  # any number but the others', the same in every process
METADATA = sa.MetaData()
HANDOVER = sa.Table(
    "item_handover", METADATA,
    sa.Column("number", sa.String(20), primary_key=True),
    # of two people who hand the same item over at once, only one can write the next
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("account", sa.String(50), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("lead_unit", sa.String(50), nullable=False),
    sa.Column("post", sa.String(50), nullable=False))


def recorded(connection: Connection) -> Mapping[str, tuple[Event, ...]]:
    """The hand-overs by item, oldest first."""
    if not sa.inspect(connection).has_table(HANDOVER.name):
        return {}
    events: dict[str, list[Event]] = defaultdict(list)
    for row in connection.execute(sa.select(HANDOVER).order_by(
            HANDOVER.c.number, HANDOVER.c.place)).mappings():
        events[row["number"]].append(Event(
            EventKind.HANDED_OVER, row["at"], row["account"], row["text"],
            lead_unit=row["lead_unit"], post=row["post"]))
    return {number: tuple(own) for number, own in events.items()}


def count(connection: Connection) -> int:
    """How many are recorded; it only grows."""
    if not sa.inspect(connection).has_table(HANDOVER.name):
        return 0
    return int(connection.execute(sa.select(sa.func.count()).select_from(HANDOVER)).scalar_one())


def record(connection: Connection, number: str, place: int, event: Event) -> None:
    """Append the item's hand-over number `place`, from 1 on, in the caller's transaction."""
    make_tables(connection, METADATA, _LOCK)
    connection.execute(sa.insert(HANDOVER).values(
        number=number, place=place, at=event.at, account=event.account, text=event.text,
        lead_unit=event.lead_unit, post=event.post))


def merged(events: Sequence[Event], handovers: Sequence[Event]) -> tuple[Event, ...]:
    """The events in their order, each hand-over behind those that were recorded by then."""
    result = list(events)
    for one in handovers:
        behind = [place for place, event in enumerate(result) if event.at <= one.at]
        result.insert(behind[-1] + 1 if behind else 0, one)
    return tuple(result)
