"""Trino (`trino://…`). It says nothing about rights that holds for all its sources, so the site
has to say that writing is no danger.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import SILENCE_SECONDS, SourceUnavailableError
from data_access.connect.reading_only import ACCEPT_WRITABLE, accepted, never_write


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
    return engine
