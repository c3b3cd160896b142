"""StarRocks (`starrocks://…`), which speaks MySQL's protocol and its own SQL; what is asked of its
session is what MySQL's is asked.
"""

from __future__ import annotations

from sqlalchemy.engine import URL, Engine

from data_access.connect.makes.mysql import mysql_engine


def starrocks_engine(connection: str, url: URL, seconds: int) -> Engine:
    """An engine on an account that may only read, every statement limited to `seconds`."""
    return mysql_engine(connection, url, seconds)
