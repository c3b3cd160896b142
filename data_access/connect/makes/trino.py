"""Trino (`trino://…`). It says nothing about rights that holds for all its sources, so the site
has to say that writing is no danger.
"""

from __future__ import annotations

import json
import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import SILENCE_SECONDS, SourceUnavailableError
from data_access.connect.reading_only import ACCEPT_WRITABLE, accepted, never_write

_STATUS = re.compile(r"\berror (\d{3})\b")
_ANOTHER = "not a server of this kind"


class TrinoError(Exception):
    """What came instead of an answer, in a few words."""


def trino_engine(connection: str, url: URL, seconds: int) -> Engine:
    """An engine that sends nothing but what reads, every statement limited to `seconds`."""
    url, accept = accepted(url)
    given = url.query.get("session_properties")
    settings = {
        **(json.loads(given) if isinstance(given, str) else {}),
        "query_max_run_time": f"{seconds}s",
    }
    engine = sa.create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"session_properties": settings, "request_timeout": seconds + SILENCE_SECONDS},
    )
    if not accept:
        raise SourceUnavailableError(
            f"连接 {connection} 的数据库 Trino 没有只读会话，账户的权限也查不全；为防误写没有读取，请该系统的管理员"
            f"确认账户只有 SELECT 权限后，在 url 后加 {ACCEPT_WRITABLE}=true。"
        )
    never_write(engine)
    # its connection asks for nothing, so that what is wrong with it would come out while reading
    sa.event.listen(engine, "connect", _ask)
    sa.event.listen(engine, "handle_error", _in_short)
    return engine


def _ask(raw: Any, _record: Any) -> None:
    cursor = raw.cursor()
    cursor.execute("SELECT 1")
    cursor.fetchall()


def _in_short(context: Any) -> sa.exc.OperationalError | None:
    """An answer that is none of Trino's, and a broken line, are no database errors to SQLAlchemy.
    """
    error = context.original_exception
    if isinstance(context.sqlalchemy_exception, sa.exc.DBAPIError):
        return None
    status = _STATUS.search(str(error))
    words = "lost connection" if status is None or status[1] in "502 503 504" else _ANOTHER
    return sa.exc.OperationalError(None, None, TrinoError(words))
