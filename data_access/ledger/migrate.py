"""Bringing the ledger's schema to the version the program needs, once, whoever comes first."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from data_access.ledger.engine import looking, writing
from kpi.vocabulary.errors import InputError

_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 5_132_130_0  # any number, the same in every process


def newest_version() -> str:
    """The schema version this program works with."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def version_of(connection: Connection) -> str | None:
    """The schema version of a ledger; None when it has no tables yet."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, to: str = "head") -> str:
    """Migrate to a version, in one transaction and under a lock, and say which it now has.

    Raises InputError when the ledger was made by a newer program; it is then left as it is.
    """
    wanted = newest_version() if to == "head" else to
    with looking(engine) as connection:
        if version_of(connection) == wanted:
            return wanted
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        now = version_of(connection)
        if now is not None and now not in {script.revision for script in _scripts().walk_revisions()}:
            raise InputError(f"台账数据库的版本 {now} 比本程序新；请升级程序，或改用与之配套的台账。")
        if now != wanted:
            command.upgrade(_config(connection), to)
    return wanted


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
