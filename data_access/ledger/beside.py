"""Tables beside the ledger's own, made at the first writing and no part of its version: a program of
the version before, which may still be serving while this one starts, does not look at them and
finds a ledger it can use. Nothing in them is ever updated or deleted.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def make_tables(connection: Connection, metadata: sa.MetaData, lock: int) -> None:
    """Make the tables unless they are there. `lock`: a number of their own, the same in every
    process.
    """
    if _there(connection, metadata):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
        if _there(connection, metadata):  # made while the lock was waited for
            return
    metadata.create_all(connection)
    for name in metadata.tables:
        if connection.dialect.name == "postgresql":
            # the function is the ledger's own, see its second migration
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
                "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()")
            continue
        for change in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name}_no_{change.lower()} BEFORE {change} ON {name} "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END")


def _there(connection: Connection, metadata: sa.MetaData) -> bool:
    inspector = sa.inspect(connection)
    return all(inspector.has_table(name) for name in metadata.tables)
