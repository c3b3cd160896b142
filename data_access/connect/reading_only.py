"""Reading only, where a session cannot be made to: what could write is not sent, and an account
that may write is refused.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import SourceUnavailableError

ACCEPT_WRITABLE = "accept_writable"
READ_ONLY_TRANSACTION = "SET TRANSACTION READ ONLY"
_READS = re.compile(
    rf"\s*(select|with|describe|show|explain|{READ_ONLY_TRANSACTION})\b", re.IGNORECASE
)


class ReadsOnlyError(Exception):
    """A statement that was not sent."""


def accepted(url: URL) -> tuple[URL, bool]:
    """The URL without the site's word that the account may write, and whether it is given."""
    return url.difference_update_query([ACCEPT_WRITABLE]), url.query.get(ACCEPT_WRITABLE) == "true"


def never_write(engine: Engine) -> None:
    """Let the engine send nothing but what reads."""
    sa.event.listen(engine, "before_cursor_execute", _reads_only)


def _reads_only(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if not _READS.match(statement):
        raise sa.exc.OperationalError(None, None, ReadsOnlyError("this program only reads"))


def refused(connection: str, why: str) -> SourceUnavailableError:
    """The error for an account that may write. `why`: what is so about the database."""
    return SourceUnavailableError(
        f"连接 {connection} 的数据库{why}，而账户有写权限；请该系统的管理员给一个只有 SELECT 权限的账户"
        f"（确知无妨的，在 url 后加 {ACCEPT_WRITABLE}=true）。"
    )


def begin_read_only(connection: str, engine: Engine) -> None:
    """Let every transaction of the engine begin as one that only reads, all of it from one state
    of the data.
    """

    def begin(opened: sa.Connection) -> None:
        try:
            opened.exec_driver_sql(READ_ONLY_TRANSACTION)
        except sa.exc.DBAPIError as error:
            if error.connection_invalidated:
                raise
            raise SourceUnavailableError(
                f"连接 {connection} 的数据库不接受只读事务（{type(error.orig).__name__}）；为防误写没有读取，"
                "请联系该系统的管理员。"
            ) from None

    sa.event.listen(engine, "begin", begin)
