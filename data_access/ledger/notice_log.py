"""What was told to whom. A notice is claimed before it is sent, so that a crash can lose one but
never doubles one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from data_access.ledger.engine import looking, writing
from data_access.ledger.tables import NOTICE, NOTICE_ATTEMPT


class Delivery(StrEnum):
    """`SENDING`: claimed; where it stays, the process died and nobody knows. Only `FAILED` may be
    tried again.
    """

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Attempt:
    """One attempt to hand a message with `notices` notices to a receiver's server, and what came of
    it.
    """

    run: str
    receiver: str
    at: datetime
    notices: int
    outcome: str


class NoticeLog:
    """The notices part of the ledger's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open_keys(self, receiver: str, keys: Sequence[str]) -> list[str]:
        """Which of the keys may be told the receiver: never tried, or known not to have arrived."""
        with looking(self._engine) as connection:
            states = {row.key: row.state for row in connection.execute(
                sa.select(NOTICE.c.key, NOTICE.c.state).where(NOTICE.c.receiver == receiver))}
        return [key for key in keys if states.get(key) in (None, Delivery.FAILED)]

    def claim(self, receiver: str, keys: Sequence[str], run: str, at: datetime) -> list[str]:
        """Take the open ones of these keys for this run; those another run takes at the same moment
        are its own.
        """
        return [key for key in self.open_keys(receiver, keys)
                if self._claim(receiver, key, run, at)]

    def _claim(self, receiver: str, key: str, run: str, at: datetime) -> bool:
        values = {"state": Delivery.SENDING.value, "run": run, "changed_at": at}
        try:
            with writing(self._engine) as connection:
                retaken = connection.execute(
                    sa.update(NOTICE).where(NOTICE.c.key == key, NOTICE.c.receiver == receiver,
                                            NOTICE.c.state == Delivery.FAILED.value).values(values))
                if retaken.rowcount == 0:
                    connection.execute(sa.insert(NOTICE).values(key=key, receiver=receiver,
                                                                **values))
        except sa.exc.IntegrityError:
            return False
        return True

    def record(self, attempt: Attempt) -> None:
        """Log one attempt, before anything else is done."""
        with writing(self._engine) as connection:
            connection.execute(sa.insert(NOTICE_ATTEMPT).values(vars(attempt)))

    def finish(self, receiver: str, run: str, outcome: Delivery, at: datetime) -> None:
        """Settle what this run claimed for the receiver."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(NOTICE).where(NOTICE.c.receiver == receiver, NOTICE.c.run == run,
                                        NOTICE.c.state == Delivery.SENDING.value)
                .values(state=outcome.value, changed_at=at))

    def attempts(self) -> tuple[Attempt, ...]:
        """Every attempt so far, oldest first."""
        with looking(self._engine) as connection:
            rows = connection.execute(sa.select(NOTICE_ATTEMPT).order_by(
                NOTICE_ATTEMPT.c.id)).mappings()
            return tuple(Attempt(row["run"], row["receiver"], row["at"], row["notices"],
                                 row["outcome"]) for row in rows)

    def interrupted(self) -> int:
        """How many notices a run claimed and never settled: whether they arrived is not known, and
        they are not repeated.
        """
        with looking(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(NOTICE).where(
                NOTICE.c.state == Delivery.SENDING.value)).scalar_one())
