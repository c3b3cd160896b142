"""DM, 达梦 (`dm+dmPython://…`), whose SQL is nearly Oracle's.

Its own dialect does not load on this SQLAlchemy. Here are Oracle's statements over its driver; of
its catalogue only two views are asked that both have.
"""

from __future__ import annotations

import importlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.oracle.base import OracleCompiler, OracleDialect, OracleTypeCompiler
from sqlalchemy.engine import URL, Connection, Engine

from data_access.connect.limits import CONNECT_SECONDS
from data_access.connect.makes.oracle import AlwaysQuoted
from data_access.connect.reading_only import accepted, begin_read_only, never_write
from kpi.vocabulary import InputError

_PORT = 5236
_LOST = (-70028, -70025, -70019, -6010, -6001)
_VERSION = (12, 2)  # of the Oracle whose statements it takes


class DmTypes(OracleTypeCompiler):
    """Lengths in a cast are of characters or bytes as the database is set; there is no word for it
    in every version.
    """

    def _visit_varchar(self, type_: Any, n: str, num: str) -> str:
        return f"{n}VARCHAR({type_.length or 255})"


class DmStatements(OracleCompiler):
    """Numbers are written out: of a parameter by itself the server would have to guess the type."""

    def visit_bindparam(self, bindparam: Any, *arguments: Any, **kw: Any) -> str:
        if isinstance(bindparam.value, int) and not bindparam.expanding:
            return str(int(bindparam.value))
        own: Any = super()
        text: str = own.visit_bindparam(bindparam, *arguments, **kw)
        return text


class DmDate(sa.Date):
    """The driver gives a day as a date or as a time, as the database is set."""

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return lambda value: value.date() if isinstance(value, datetime) else value


class Dialect(OracleDialect):
    """Oracle's statements over dmPython; nothing is asked of the server but what is asked here."""

    name = "dm"
    driver = "dmPython"
    supports_statement_cache = False  # a statement holds its numbers
    default_paramstyle = "qmark"
    statement_compiler = DmStatements
    preparer = AlwaysQuoted
    type_compiler_cls = DmTypes
    requires_name_normalize = False
    supports_native_boolean = False
    colspecs = {**OracleDialect.colspecs, sa.Date: DmDate}  # noqa: RUF012 – SQLAlchemy's name
    empty_is_null = False

    @classmethod
    def import_dbapi(cls) -> Any:
        return importlib.import_module("dmPython")

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        given: dict[str, Any] = {
            "user": url.username,
            "password": url.password,
            "server": url.host,
            "port": url.port or _PORT,
        }
        if url.database:
            given["schema"] = url.database
        return [], {**given, **url.query}

    def initialize(self, connection: Connection) -> None:
        self.server_version_info = _VERSION
        self.default_schema_name = str(
            getattr(connection.connection.driver_connection, "current_schema", "") or ""
        )
        # an empty text is null where the database is set to be like Oracle
        self.empty_is_null = bool(
            connection.exec_driver_sql(
                "SELECT CASE WHEN '' IS NULL THEN 1 ELSE 0 END FROM DUAL"
            ).scalar()
        )

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        code = getattr(next(iter(getattr(e, "args", ())), None), "code", None)
        return code in _LOST or "not connected" in str(e)


sa.dialects.registry.register("dm", __name__, "Dialect")
sa.dialects.registry.register("dm.dmpython", __name__, "Dialect")
sa.dialects.registry.register("dm.dmPython", __name__, "Dialect")


def dm_engine(connection: str, url: URL, seconds: int) -> Engine:
    """An engine whose every transaction is read-only and of one state, every statement limited to
    `seconds`.
    """
    if url.drivername.lower() not in ("dm", "dm+dmpython"):
        raise InputError(
            f"连接 {connection} 的 url 请写成 dm+dmPython://用户:口令@主机:{_PORT}/模式。"
        )
    driver = Dialect.import_dbapi()
    engine = sa.create_engine(
        accepted(url)[0],
        pool_pre_ping=True,
        connect_args={
            "login_timeout": CONNECT_SECONDS,
            "connection_timeout": seconds,
            "access_mode": driver.DSQL_MODE_READ_ONLY,
            "autoCommit": False,
        },
    )
    never_write(engine)
    begin_read_only(connection, engine)
    return engine
