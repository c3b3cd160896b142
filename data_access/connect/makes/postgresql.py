"""PostgreSQL and what speaks its protocol."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import CONNECT_SECONDS, SILENCE_SECONDS


def postgresql_engine(_connection: str, url: URL, seconds: int) -> Engine:
    """A read-only engine, every statement limited to `seconds`, one state of the data per transaction."""
    options = f"-c default_transaction_read_only=on -c statement_timeout={seconds * 1000} -c timezone=Asia/Shanghai"
    given = url.query.get("options")
    if isinstance(given, str):
        options = f"{given} {options}"
    return sa.create_engine(url.update_query_dict({"options": options}), pool_pre_ping=True,
                            isolation_level="REPEATABLE READ", connect_args={
                                "connect_timeout": CONNECT_SECONDS, "keepalives_idle": SILENCE_SECONDS,
                                "keepalives_interval": 10, "keepalives_count": 3})
