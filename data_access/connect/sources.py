"""Engines on the service databases: read-only by the database's own means, every statement under a time limit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url

from data_access.site.settings import STATEMENT_SECONDS
from kpi.vocabulary.errors import InputError

CONNECT_SECONDS = 10
_SILENCE_SECONDS = 30  # how much longer than a statement may take a server may stay silent


class SourceUnavailableError(InputError):
    """A service database cannot be reached or read. The text never holds a URL or password."""


def open_engine(connection: str, url: str, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """A read-only engine. Raises InputError on an unusable URL, SourceUnavailableError when a database file is missing."""
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(f"连接 {connection} 的 url 写法有误；应形如 postgresql+psycopg://用户:口令@主机/库名，请改正。") from None
    backend = parsed.get_backend_name()
    try:
        if backend == "sqlite":
            return _sqlite(connection, parsed, statement_seconds)
        if backend == "postgresql":
            return _postgresql(parsed, statement_seconds)
        if backend in ("mysql", "mariadb"):
            return _mysql(parsed, statement_seconds)
        if backend == "hive":
            from data_access.connect.makes.hive import hive_engine  # its driver is installed only where it is used

            return hive_engine(parsed, statement_seconds, _SILENCE_SECONDS)
        return sa.create_engine(parsed, pool_pre_ping=True)
    except (sa.exc.NoSuchModuleError, ImportError):
        raise InputError(f"连接 {connection} 的 url 所用的数据库类型 {parsed.drivername} 没有安装驱动；"
                         "请安装对应驱动或改用 sqlite、postgresql+psycopg、mysql+pymysql。") from None


def _sqlite(connection: str, url: URL, seconds: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise InputError(f"连接 {connection} 的 sqlite url 没有指明文件；应形如 sqlite:////数据/文件.sqlite。")
    path = Path(url.database.removeprefix("file:").split("?")[0])
    if not path.is_file():
        raise SourceUnavailableError(f"连接 {connection} 的数据库文件 {path} 不存在；请检查路径，或联系该系统的管理员。")
    engine = sa.create_engine(f"sqlite:///file:{path.resolve()}?mode=ro&uri=true")
    sa.event.listen(engine, "connect", _sqlite_read_only)
    sa.event.listen(engine, "begin", _sqlite_begin)
    sa.event.listen(engine, "before_cursor_execute", _sqlite_limit(seconds))
    return engine


def _sqlite_read_only(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # so that BEGIN below is ours and one dataset is read from one state of the file
    raw.execute("PRAGMA query_only=ON")


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _sqlite_limit(seconds: int) -> Any:
    def arm(connection: Connection, *_: Any) -> None:
        deadline = time.monotonic() + seconds
        raw: Any = connection.connection.driver_connection
        raw.set_progress_handler(lambda: time.monotonic() > deadline, 20_000)
    return arm


def _postgresql(url: URL, seconds: int) -> Engine:
    options = f"-c default_transaction_read_only=on -c statement_timeout={seconds * 1000} -c timezone=Asia/Shanghai"
    given = url.query.get("options")
    if isinstance(given, str):
        options = f"{given} {options}"
    return sa.create_engine(url.update_query_dict({"options": options}), pool_pre_ping=True,
                            isolation_level="REPEATABLE READ", connect_args={
                                "connect_timeout": CONNECT_SECONDS, "keepalives_idle": _SILENCE_SECONDS,
                                "keepalives_interval": 10, "keepalives_count": 3})


def _mysql(url: URL, seconds: int) -> Engine:
    engine = sa.create_engine(url, pool_pre_ping=True, connect_args={
        "connect_timeout": CONNECT_SECONDS, "read_timeout": seconds + _SILENCE_SECONDS})
    sa.event.listen(engine, "connect", _mysql_session(seconds))
    return engine


def _mysql_session(seconds: int) -> Any:
    def prepare(raw: Any, _record: Any) -> None:
        with raw.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("SET SESSION time_zone = '+08:00'")
            cursor.execute("SELECT VERSION()")
            mariadb = "mariadb" in cursor.fetchone()[0].lower()
            # the two makes name and measure the same limit differently
            cursor.execute(f"SET SESSION max_statement_time = {seconds}" if mariadb
                           else f"SET SESSION max_execution_time = {seconds * 1000}")
    return prepare


@contextmanager
def reading(connection: str, engine: Engine) -> Iterator[Connection]:
    """One connection for reading, in one transaction. Raises SourceUnavailableError instead of a driver's error."""
    try:
        with _connected(connection, engine) as opened:
            yield opened
    except sa.exc.DBAPIError as error:
        raise SourceUnavailableError(explain(connection, error)) from None
    except sa.exc.SQLAlchemyError as error:
        raise SourceUnavailableError(f"连接 {connection} 读取失败（{type(error).__name__}）；请联系该系统的管理员。") from None


def _connected(connection: str, engine: Engine) -> Connection:
    try:
        return engine.connect()
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as error:  # a driver given a parameter it does not know raises anything, and quotes the URL
        raise SourceUnavailableError(f"连接 {connection} 打不开（{type(error).__name__}）；请检查 url 中的主机、库名和参数。") from None


def explain(connection: str, error: sa.exc.DBAPIError) -> str:
    """A driver's error in words a clerk can pass on; never the statement, the URL or the driver's own text."""
    return known_cause(connection, error) or (f"连接 {connection} 读取失败（{type(error.orig).__name__}）；"
                                              "请检查数据库是否正常，或联系该系统的管理员。")


def known_cause(connection: str, error: sa.exc.DBAPIError) -> str | None:
    """The sentence for a cause that is recognised, None for any other."""
    text = str(error.orig).lower()
    for signs, cause, remedy in _CAUSES:
        if any(sign in text for sign in signs):
            return f"连接 {connection} {cause}；{remedy}。"
    return None


_CAUSES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("password", "access denied", "authentication", "no password"), "的用户名或口令不对", "请改正 secrets.toml 或环境变量中的 url"),
    (("permission denied", "select command denied"), "的账户没有读取权限", "请让该系统的管理员授予所映射各列的 SELECT 权限"),
    (("timeout", "timedout", "timed out", "interrupted", "max_statement_time", "maximum statement execution"), "读取超时",
     "请稍后再刷新，或请管理员按文档建立索引"),
    (("not a database", "malformed", "disk image"), "的数据库文件已损坏或不是数据库", "请检查 url 指向的文件"),
    (("does not exist", "unknown database"), "所指的库或表不存在", "请检查 url 与 sources.toml"),
    (("could not translate", "connection refused", "can't connect", "failed to connect", "connection failed",
      "unknown server host", "is the server running", "server closed", "lost connection", "gone away",
      "terminating connection"), "连不上", "请检查网络和数据库是否在运行"),
    (("unable to open", "locked"), "的数据库文件打不开", "请检查文件权限，或稍后再试"),
)
