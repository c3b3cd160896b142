"""Oracle (`oracle+oracledb://…`) through python-oracledb, which needs no client of Oracle's and
speaks to 12.1 and newer.

Names are always quoted, spelled as the catalogue has them: what is a reserved word there is a
column's name elsewhere. A DATE has a time and is cut; an empty text is null; CHAR is padded.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.oracle.base import OracleDialect, OracleIdentifierPreparer
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import CONNECT_SECONDS
from data_access.connect.reading_only import accepted, begin_read_only, never_write
from kpi.vocabulary import InputError

_SESSION = (
    "ALTER SESSION SET NLS_COMP = BINARY",
    "ALTER SESSION SET NLS_SORT = BINARY",
    "ALTER SESSION SET TIME_ZONE = '+08:00'",
)


class AlwaysQuoted(OracleIdentifierPreparer):
    """Names as they are, in quotes."""

    def _requires_quotes(self, value: str) -> bool:
        return True


def oracle_engine(connection: str, url: URL, seconds: int) -> Engine:
    """An engine whose every transaction is read-only and of one state, every statement limited to
    `seconds`.
    """
    if url.get_driver_name() != "oracledb":
        raise InputError(
            f"连接 {connection} 的 url 请写成 oracle+oracledb://用户:口令@主机:1521/?service_name=服务名。"
        )
    engine = sa.create_engine(
        accepted(url)[0], pool_pre_ping=True, connect_args={"tcp_connect_timeout": CONNECT_SECONDS}
    )
    quote_names(engine.dialect)
    sa.event.listen(engine, "connect", _session(seconds), insert=True)
    never_write(engine)
    begin_read_only(connection, engine)
    return engine


def quote_names(dialect: Any) -> None:
    """Let a dialect made from Oracle's take and give names as the catalogue has them."""
    assert isinstance(dialect, OracleDialect)
    dialect.identifier_preparer = AlwaysQuoted(dialect)
    dialect.requires_name_normalize = False
    dialect.empty_is_null = True  # type: ignore[attr-defined]


def _session(seconds: int) -> Any:
    def prepare(raw: Any, _record: Any) -> None:
        # the driver asks the server to stop then, and closes the line to one that does not answer
        raw.call_timeout = seconds * 1000
        with raw.cursor() as cursor:
            for statement in _SESSION:
                cursor.execute(statement)
        raw.rollback()

    return prepare
