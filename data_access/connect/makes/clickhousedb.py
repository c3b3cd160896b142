"""ClickHouse (`clickhousedb://…`). The server itself refuses to write, by a setting sent with
every statement.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import CONNECT_SECONDS, SILENCE_SECONDS
from data_access.connect.reading_only import accepted, never_write

_READS = "2"
"""Reading, and changing settings: at 1 the limit could not be sent."""


def clickhousedb_engine(_connection: str, url: URL, seconds: int) -> Engine:
    """A read-only engine, every statement limited to `seconds`."""
    engine = sa.create_engine(
        accepted(url)[0],
        pool_pre_ping=True,
        connect_args={
            "ch_readonly": _READS,
            "ch_max_execution_time": str(seconds),
            "connect_timeout": CONNECT_SECONDS,
            "send_receive_timeout": seconds + SILENCE_SECONDS,
        },
    )
    never_write(engine)
    return engine
