"""SQL Server (`mssql+pymssql://…`). It has no read-only session, so what the account may do is
asked of it.

All rows of a dataset are of one state where the database allows snapshots; elsewhere a writer is
waited for, not looked past.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import CONNECT_SECONDS, SourceUnavailableError
from data_access.connect.reading_only import ACCEPT_WRITABLE, accepted, never_write, refused
from kpi.vocabulary import InputError

_PERMISSIONS = (
    "SELECT permission_name FROM fn_my_permissions(NULL, 'DATABASE') UNION "
    "SELECT permission_name FROM fn_my_permissions(NULL, 'SERVER')"
)
# a right to some tables only is none to the database
_TABLES = (
    "SELECT COUNT(*) FROM sys.objects WHERE type IN ('U', 'V') AND ("
    + " OR ".join(
        f"HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(schema_id)) + '.' + QUOTENAME(name), "
        f"'OBJECT', '{right}') = 1"
        for right in ("INSERT", "UPDATE", "DELETE", "ALTER")
    )
    + ")"
)
_READING = frozenset(
    {
        "SELECT",
        "SELECT ALL USER SECURABLES",
        "CONNECT",
        "CONNECT SQL",
        "CONNECT ANY DATABASE",
        "SHOWPLAN",
        "UNMASK",
        "REFERENCES",
    }
)
_SNAPSHOTS = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"


def mssql_engine(connection: str, url: URL, seconds: int) -> Engine:
    """An engine on an account that may only read, every statement limited to `seconds`."""
    if url.drivername not in ("mssql", "mssql+pymssql"):
        raise InputError(
            f"连接 {connection} 的 url 请写成 mssql+pymssql://用户:口令@主机:1433/库。"
        )
    url, accept = accepted(url.set(drivername="mssql+pymssql"))
    engine = sa.create_engine(
        url, pool_pre_ping=True, connect_args={"login_timeout": CONNECT_SECONDS, "timeout": seconds}
    )
    sa.event.listen(engine, "connect", _session(connection, seconds, accept), insert=True)
    never_write(engine)
    return engine


def _session(connection: str, seconds: int, accept: bool) -> Any:
    def prepare(raw: Any, _record: Any) -> None:
        with raw.cursor() as cursor:
            if not accept:
                _check_rights(connection, raw, cursor)
            cursor.execute(f"SET LOCK_TIMEOUT {seconds * 1000}")
            cursor.execute("SET DATEFORMAT ymd")  # dates are sent as texts
            cursor.execute(_SNAPSHOTS)
            row = cursor.fetchone()
            if row is not None and row[0] == 1:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL SNAPSHOT")
        raw.commit()  # a transaction has the isolation it began with

    return prepare


def _check_rights(connection: str, raw: Any, cursor: Any) -> None:
    """Raises SourceUnavailableError when the account may write, or will not say what it may."""
    try:
        cursor.execute(_PERMISSIONS)
        rights = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute(_TABLES)
        tables = int(cursor.fetchone()[0])
    except raw.Error as error:
        raise SourceUnavailableError(
            f"连接 {connection} 的数据库没有只读会话，也查不到账户的权限（{type(error).__name__}）；为防误写没有读取，请该系统的管理员"
            f"确认账户只有 SELECT 权限后，在 url 后加 {ACCEPT_WRITABLE}=true。"
        ) from None
    if tables or may_write(rights):
        raise refused(connection, "没有只读会话")


def may_write(rights: Iterable[str]) -> bool:
    """Whether any of these rights to database or server is more than reading."""
    return any(
        right.upper() not in _READING and not right.upper().startswith("VIEW ") for right in rights
    )
