"""MySQL, MariaDB and what speaks their protocol."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import CONNECT_SECONDS, SILENCE_SECONDS


def mysql_engine(_connection: str, url: URL, seconds: int) -> Engine:
    """A read-only engine, every statement limited to `seconds`."""
    engine = sa.create_engine(url, pool_pre_ping=True, connect_args={
        "connect_timeout": CONNECT_SECONDS, "read_timeout": seconds + SILENCE_SECONDS})
    sa.event.listen(engine, "connect", _session(seconds))
    return engine


def _session(seconds: int) -> Any:
    def prepare(raw: Any, _record: Any) -> None:
        with raw.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("SET SESSION time_zone = '+08:00'")
            cursor.execute("SELECT VERSION()")
            mariadb = "mariadb" in cursor.fetchone()[0].lower()
            # the two makes name and measure the same limit differently
            cursor.execute(f"SET SESSION max_statement_time = {seconds}" if mariadb
                           else f"SET SESSION max_execution_time = {seconds * 1000}")
    return prepare
