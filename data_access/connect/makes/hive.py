"""Apache Spark and Hive (`hive://…`) through PyHive, whose dialect was made for an older SQLAlchemy.

What differs from its own: dates are bound as dates and come as the plain types (its own refuse a date as a parameter),
casts compile, a missing table is told apart from any other error, and so is a server that no longer answers. There is
no read-only session, so a statement that could write is never sent; the account should be one that may only read.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import sqlalchemy as sa
from pyhive import sqlalchemy_hive as pyhive
from sqlalchemy.engine import URL, Connection, Engine
from thrift.Thrift import TException

from data_access.connect.limits import SILENCE_SECONDS

_READS = re.compile(r"\s*(select|with|describe|set|show|explain)\b", re.IGNORECASE)
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
        return f"DATE {text}" if isinstance(bindparam.type, sa.Date) and isinstance(bindparam.value, date) else text


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
            dbapi_connection._transport.close()  # PyHive says goodbye first, and leaves its socket open if it cannot

    def get_columns(self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any) -> list[Any]:
        try:
            columns = super().get_columns(connection, table_name, schema, **kw)
        except sa.exc.OperationalError as error:
            if any(sign in str(error.orig) for sign in _MISSING):
                raise sa.exc.NoSuchTableError(table_name) from None
            raise
        return [{**column, "type": _PLAIN.get(column["type"], column["type"])()} for column in columns]


sa.dialects.registry.register("hive", __name__, "Dialect")


def hive_engine(_connection: str, url: URL, seconds: int) -> Engine:
    """An engine whose statements end after `seconds`; its connection gives up `SILENCE_SECONDS` later."""
    engine = sa.create_engine(url, pool_pre_ping=True)
    sa.event.listen(engine, "connect", _session(seconds, SILENCE_SECONDS))
    sa.event.listen(engine, "before_cursor_execute", _reads_only)
    sa.event.listen(engine, "handle_error", _in_short)
    return engine


def _session(seconds: int, silence_seconds: int) -> Any:
    def prepare(raw: Any, _record: Any) -> None:
        socket = getattr(raw._transport, "_trans", None)  # PyHive gives no other way to its socket
        if socket is not None and hasattr(socket, "setTimeout"):
            socket.setTimeout((seconds + silence_seconds) * 1000)
        cursor = raw.cursor()
        cursor.execute(f"SET spark.sql.thriftServer.queryTimeout={seconds}")
        cursor.execute("SET spark.sql.session.timeZone=Asia/Shanghai")
        cursor.close()
    return prepare


def _reads_only(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if not _READS.match(statement):
        raise sa.exc.OperationalError(None, None, HiveError("this program only reads"))


def _in_short(context: Any) -> sa.exc.OperationalError | None:
    """The cause alone: the server sends its whole stack with it, in which every word occurs. Thrift's own errors, and a
    socket's, are no database errors to SQLAlchemy."""
    if isinstance(context.original_exception, _LOST):
        return sa.exc.OperationalError(None, None, HiveError("lost connection"))
    status = getattr(next(iter(context.original_exception.args), None), "status", None)
    return status and sa.exc.OperationalError(None, None, HiveError(str(status.errorMessage).split("\n")[0]))
