"""What the data did to the items of the ledger, written down once and for good, in two tables beside
the ledger's own.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data_access.ledger.beside import make_tables
from data_access.ledger.engine import writing
from kpi.follow_ups import DataEvent
from kpi.vocabulary import InputError

_log = logging.getLogger(__name__)
_LOCK = 5_132_130_1  # any number but the migration's, the same in every process

METADATA = sa.MetaData()

DATA_EVENT = sa.Table(
    "item_data_event", METADATA,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("closes", sa.Boolean, nullable=False),
    sa.Column("held_days", sa.Integer, nullable=False),
    sa.Column("value", sa.Float),
    sa.Column("target", sa.Float),
    sa.Column("plan", sa.String(64), nullable=False),
    sa.Column("snapshot", sa.String(100), nullable=False))

LOOK = sa.Table(
    "item_data_look", METADATA,
    # of two processes that looked at the same day, only one can say so
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("plan", sa.String(64), nullable=False),
    sa.Column("snapshot", sa.String(100), nullable=False),
    sa.Column("recorded_at", sa.DateTime, nullable=False))


@dataclass(frozen=True)
class Looked:
    """What is recorded: the events by item, oldest first, and the last day that has been looked at,
    None for none.
    """

    events: Mapping[str, tuple[DataEvent, ...]]
    until: date | None


def recorded(connection: Connection) -> Looked:
    """Everything the data did, as it was written down."""
    if not sa.inspect(connection).has_table(LOOK.name):
        return Looked({}, None)
    events: dict[str, list[DataEvent]] = defaultdict(list)
    for row in connection.execute(sa.select(DATA_EVENT).order_by(
            DATA_EVENT.c.number, DATA_EVENT.c.day)).mappings():
        events[row["number"]].append(DataEvent(row["day"], bool(row["closes"]), row["held_days"],
                                               row["value"], row["target"], row["plan"],
                                               row["snapshot"]))
    until = connection.execute(sa.select(sa.func.max(LOOK.c.day))).scalar()
    return Looked({number: tuple(own) for number, own in events.items()}, until)


def count(connection: Connection) -> int:
    """How many events are recorded; it only grows."""
    if not sa.inspect(connection).has_table(DATA_EVENT.name):
        return 0
    return int(connection.execute(sa.select(sa.func.count()).select_from(DATA_EVENT)).scalar_one())


def record(engine: Engine, events: Sequence[tuple[str, DataEvent]], until: date, plan: str,
           snapshot: str) -> bool:
    """Write what the data did on the days up to `until`, and that they have been looked at: all of
    it or nothing.

    False where another process has done so before, or the ledger cannot be written; the events are
    then the other's, or computed again at the next look.
    """
    try:
        with writing(engine) as connection:
            make_tables(connection, METADATA, _LOCK)
            before = connection.execute(sa.select(sa.func.max(LOOK.c.day))).scalar()
            if before is not None and before >= until:
                return False
            connection.execute(sa.insert(LOOK).values(day=until, plan=plan, snapshot=snapshot,
                                                      recorded_at=datetime.now(UTC).replace(
                                                          tzinfo=None)))
            for number, event in events:
                connection.execute(sa.insert(DATA_EVENT).values(number=number, day=event.day,
                                                                closes=event.closes,
                                                                held_days=event.held_days,
                                                                value=event.value,
                                                                target=event.target,
                                                                plan=event.plan,
                                                                snapshot=event.snapshot))
    except sa.exc.IntegrityError:
        return False
    except InputError as error:
        _log.warning("closings by the data not recorded: %s", error)
        return False
    return True
