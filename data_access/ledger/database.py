"""The database of the ledger, opened and brought to this program's version."""

from __future__ import annotations

from typing import Self

from sqlalchemy.engine import Engine

from data_access.ledger.engine import ledger_url, open_ledger_engine
from data_access.ledger.migrate import upgrade
from data_access.site import Settings
from kpi.vocabulary import InputError


class LedgerDatabase:
    """What the ledger and the tables beside it have in common, migrated on first use."""

    def __init__(self, engine: Engine) -> None:
        """Raises InputError when the database cannot be reached or belongs to a newer program."""
        self.engine = engine
        try:
            upgrade(engine)
        except InputError:
            engine.dispose()
            raise

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The database of these settings."""
        return cls(open_ledger_engine(ledger_url(settings)))

    def close(self) -> None:
        self.engine.dispose()
