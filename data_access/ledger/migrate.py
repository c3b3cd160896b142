"""Bringing the ledger's schema to the version the program needs, once, whoever comes first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data_access.ledger.engine import looking, writing
from kpi.vocabulary import InputError

# alembic takes a third of a second to import and is imported where a ledger is made or brought up
# to date: every start only looks whether that has been done
if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

NEWEST = "0002"  # the head of the scripts; a test compares the two
_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
_VERSION = sa.table("alembic_version", sa.column("version_num"))
_LOCK = 5_132_130_0  # any number, the same in every process


def newest_version() -> str:
    """The schema version this program works with."""
    return NEWEST


def version_of(connection: Connection) -> str | None:
    """The schema version of a ledger; None when it has no tables yet."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    result: str | None = connection.scalar(sa.select(_VERSION.c.version_num))
    return result


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
        if now is not None and now not in {
            script.revision for script in _scripts().walk_revisions()
        }:
            raise InputError(f"台账数据库的版本 {now} 比本程序新；请升级程序，或改用与之配套的台账。")
        if now != wanted:
            from alembic import command  # for its cost, as above

            command.upgrade(_config(connection), to)
    return wanted


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config  # for its cost, as above

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # for its cost, as above

    return ScriptDirectory.from_config(_config())
