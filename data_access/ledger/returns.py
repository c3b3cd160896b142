"""Units' monthly returns, step by step.

A table beside the ledger's own, made at the first writing and no part of its version: a program of
the version before goes on working with the ledger.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.ledger.beside import make_tables
from data_access.ledger.database import LedgerDatabase
from data_access.ledger.engine import exists, ledger_url, looking, open_ledger_engine, writing
from data_access.site import Settings
from kpi.follow_ups import Actor
from kpi.returns import (
    DATASET,
    MonthlyReturn,
    ReturnEvent,
    ReturnForm,
    Step,
    check_step,
    columns,
    month_of,
    previous,
    require,
    rows,
)
from kpi.vocabulary import InputError

_LOCK = 5_132_130_3  # any number but the others', the same in every process

METADATA = sa.MetaData()

RETURN_EVENT = sa.Table(
    "monthly_return_event", METADATA,
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("unit", sa.String(12), primary_key=True),
    # of two accounts that saw the same version, only one can write the next
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("account", sa.String(200), nullable=False),
    sa.Column("amounts", sa.Text, nullable=False),  # JSON, null for a blank
    sa.Column("remarks", sa.Text, nullable=False),  # JSON
    sa.Column("text", sa.Text, nullable=False))


def recorded_returns(settings: Settings) -> tuple[MonthlyReturn, ...]:
    """All returns on record, by month and unit; none where there is no ledger, which is not begun
    by reading. Raises InputError when the ledger cannot be read.
    """
    url = ledger_url(settings)
    if not exists(url):
        return ()
    engine = open_ledger_engine(url)
    try:
        with looking(engine) as connection:
            return _returns(connection)
    finally:
        engine.dispose()


def own_datasets(settings: Settings) -> Mapping[str, Callable[[], Mapping[str, list[Any]]]]:
    """What gives the columns of each dataset that is recorded in the ledger, by its name; asked, it
    raises InputError when the ledger cannot be read.
    """
    return {DATASET: lambda: columns(rows(recorded_returns(settings)))}


class Returns(LedgerDatabase):
    """The returns in one ledger. Every method raises InputError when it cannot be used."""

    def all(self) -> tuple[MonthlyReturn, ...]:
        """All returns with any step, by month and unit."""
        with looking(self.engine) as connection:
            return _returns(connection)

    def one(self, month: date, unit: str) -> MonthlyReturn:
        """A unit's return of a month, by any of its days; without events when nothing was done."""
        with looking(self.engine) as connection:
            return _one(connection, month_of(month), unit)

    def act(self, form: ReturnForm, seen: MonthlyReturn, event: ReturnEvent,
            actor: Actor) -> MonthlyReturn:
        """Record one step on a return as the account saw it, and give it as it then is; it is on
        the disk when this returns.

        Raises InputError when the account may not, a rule or check refuses it, or the return has
        changed since it was seen; nothing is recorded then.
        """
        require(actor, seen.unit, event.step)
        try:
            with writing(self.engine) as connection:
                make_tables(connection, METADATA, _LOCK)
                now = _one(connection, seen.month, seen.unit)
                if now.version != seen.version:
                    raise _changed(seen)
                before = _one(connection, previous(seen.month), seen.unit).approved
                cleaned = check_step(form, now, event, before)
                connection.execute(sa.insert(RETURN_EVENT).values(_row(now, cleaned)))
        except sa.exc.IntegrityError:
            raise _changed(seen) from None
        return now.then(cleaned)


def record_return(connection: Connection, one: MonthlyReturn) -> None:
    """Write a return with all its events, unchecked."""
    make_tables(connection, METADATA, _LOCK)
    connection.execute(sa.insert(RETURN_EVENT),
                       [_row(replace(one, events=one.events[:number]), event)
                        for number, event in enumerate(one.events)])


def _changed(seen: MonthlyReturn) -> InputError:
    return InputError(f"{seen.month:%Y年%m月}的月报刚刚被更新过，您填写的没有记下；"
                      "请看过最新情况后重新提交。")


def _row(one: MonthlyReturn, event: ReturnEvent) -> dict[str, Any]:
    return {"month": one.month, "unit": one.unit, "version": one.version + 1,
            "step": event.step.value, "at": event.at, "account": event.account,
            "amounts": json.dumps(dict(event.amounts)),
            "remarks": json.dumps(dict(event.remarks), ensure_ascii=False), "text": event.text}


def _one(connection: Connection, month: date, unit: str) -> MonthlyReturn:
    listed = _returns(connection, month, unit)
    return listed[0] if listed else MonthlyReturn(month, unit)


def _returns(connection: Connection, month: date | None = None,
             unit: str = "") -> tuple[MonthlyReturn, ...]:
    if not sa.inspect(connection).has_table(RETURN_EVENT.name):
        return ()
    asked = sa.select(RETURN_EVENT).order_by(
        RETURN_EVENT.c.month, RETURN_EVENT.c.unit, RETURN_EVENT.c.version)
    if month is not None:
        asked = asked.where(RETURN_EVENT.c.month == month, RETURN_EVENT.c.unit == unit)
    events: dict[tuple[date, str], list[ReturnEvent]] = defaultdict(list)
    for row in connection.execute(asked).mappings():
        events[row["month"], row["unit"]].append(_event(row))
    return tuple(MonthlyReturn(*key, tuple(own)) for key, own in events.items())


def _event(row: Mapping[Any, Any]) -> ReturnEvent:
    return ReturnEvent(Step(row["step"]), row["at"], row["account"], json.loads(row["amounts"]),
                       json.loads(row["remarks"]), row["text"])
