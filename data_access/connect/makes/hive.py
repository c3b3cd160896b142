"""Apache Spark and Hive (`hive://…`) through PyHive, whose dialect was made for an older
SQLAlchemy.

What differs from its own: dates are bound as dates and come as the plain types (its own refuse a
date as a parameter), casts compile, a missing table is told apart from any other error, and so is a
server that no longer answers. There is no read-only session, so a statement that could write is
never sent, and an account is refused that may write, or of which the server does not say what it
may: Spark by itself lets every account do everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from pyhive import sqlalchemy_hive as pyhive
from sqlalchemy.engine import URL, Connection, Engine
from thrift.Thrift import TException

from data_access.connect.limits import SILENCE_SECONDS, SourceUnavailableError
from data_access.connect.reading_only import ACCEPT_WRITABLE, accepted, never_write, refused

_AUTHORISED = "SET hive.security.authorization.enabled"
_GRANTS = "SHOW GRANT ON ALL"
_MISSING = ("TABLE_OR_VIEW_NOT_FOUND", "Table not found")
_PLAIN: dict[Any, type[sa.types.TypeEngine[Any]]] = {
    pyhive.HiveDate: sa.Date, pyhive.HiveTimestamp: sa.DateTime, pyhive.HiveDecimal: sa.Numeric}
_LOST = (TException, OSError, EOFError)


class HiveError(Exception):
    """What the server said, in one line."""


class HiveTypes(pyhive.HiveTypeCompiler):
    """Names of types in a cast; SQLAlchemy hands over more than PyHive's own methods take."""

    def visit_string(self, type_: Any, **_: Any) -> str:
        return "STRING"

    def visit_VARCHAR(self, type_: Any, **_: Any) -> str:  # noqa: N802 – SQLAlchemy's name
        return "STRING"


class HiveStatements(pyhive.HiveCompiler):
    """A date is written as one: beside a text the database would compare it as text."""

    def visit_bindparam(self, bindparam: Any, *arguments: Any, **kw: Any) -> str:
        text = str(super().visit_bindparam(bindparam, *arguments, **kw))
        return (
            f"DATE {text}"
            if isinstance(bindparam.type, sa.Date) and isinstance(bindparam.value, date)
            else text
        )


class Dialect(pyhive.HiveDialect):
    """PyHive's dialect, mended."""

    supports_statement_cache = False
    statement_compiler = HiveStatements
    type_compiler = HiveTypes
    type_compiler_cls = HiveTypes

    @classmethod
    def import_dbapi(cls) -> Any:
        return super().import_dbapi()  # SQLAlchemy looks for it in this very class

    def do_close(self, dbapi_connection: Any) -> None:
        try:
            dbapi_connection.close()
        except _LOST:
            # PyHive says goodbye first, and leaves its socket open if it cannot
            dbapi_connection._transport.close()

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None,
                    **kw: Any) -> list[Any]:
        try:
            columns = super().get_columns(connection, table_name, schema, **kw)
        except sa.exc.OperationalError as error:
            if any(sign in str(error.orig) for sign in _MISSING):
                raise sa.exc.NoSuchTableError(table_name) from None
            raise
        return [{**column, "type": _PLAIN.get(column["type"], column["type"])()}
                for column in columns]


sa.dialects.registry.register("hive", __name__, "Dialect")


def hive_engine(connection: str, url: URL, seconds: int) -> Engine:
    """An engine whose statements end after `seconds`; its connection gives up `SILENCE_SECONDS`
    later.
    """
    url, accept = accepted(url)
    engine = sa.create_engine(url, pool_pre_ping=True)
    sa.event.listen(engine, "connect", _session(connection, seconds, SILENCE_SECONDS, accept))
    never_write(engine)
    sa.event.listen(engine, "handle_error", _in_short)
    return engine


def _session(connection: str, seconds: int, silence_seconds: int, accept: bool) -> Any:
    def prepare(raw: Any, _record: Any) -> None:
        socket = getattr(raw._transport, "_trans", None)  # PyHive gives no other way to its socket
        if socket is not None and hasattr(socket, "setTimeout"):
            socket.setTimeout((seconds + silence_seconds) * 1000)
        cursor = raw.cursor()
        if not accept:
            _check_grants(connection, cursor)
        cursor.execute(f"SET spark.sql.thriftServer.queryTimeout={seconds}")
        cursor.execute("SET spark.sql.session.timeZone=Asia/Shanghai")
        cursor.close()
    return prepare


def _check_grants(connection: str, cursor: Any) -> None:
    """Raises SourceUnavailableError when the account may write, or the server does not say."""
    try:
        cursor.execute(_AUTHORISED)
        enforced = "true" in str(cursor.fetchall()).lower()
        cursor.execute(_GRANTS)
        names = [str(column[0]).rpartition(".")[2].lower() for column in cursor.description]
        rights = [str(row[names.index("privilege")]) for row in cursor.fetchall()]
    except _LOST:
        raise
    except Exception:  # whatever a server without grants answers
        enforced, rights = False, []
    if not enforced:
        raise SourceUnavailableError(
            f"连接 {connection} 的数据库没有只读会话，也不管账户的权限；为防误写没有读取，"
            f"请该系统的管理员启用权限管理，确知无妨的，在 url 后加 {ACCEPT_WRITABLE}=true。")
    if may_write(rights):
        raise refused(connection, "没有只读会话")


def may_write(rights: Iterable[str]) -> bool:
    """Whether any of these rights is more than reading."""
    return any(right.strip().upper() != "SELECT" for right in rights)


def _in_short(context: Any) -> sa.exc.OperationalError | None:
    """The cause alone: the server sends its whole stack with it, in which every word occurs.
    Thrift's own errors, and a socket's, are no database errors to SQLAlchemy."""
    if isinstance(context.original_exception, _LOST):
        return sa.exc.OperationalError(None, None, HiveError("lost connection"))
    status = getattr(next(iter(context.original_exception.args), None), "status", None)
    return status and sa.exc.OperationalError(
        None, None, HiveError(str(status.errorMessage).split("\n")[0])
    )
