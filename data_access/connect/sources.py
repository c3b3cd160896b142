"""Engines on the service databases: read-only by the database's own means, every statement under a time limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from data_access.connect.limits import SourceUnavailableError
from data_access.connect.makes.table import MAKES, other_engine
from data_access.site import STATEMENT_SECONDS
from kpi.vocabulary import InputError


def open_engine(connection: str, url: str, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """A read-only engine. Raises InputError on an unusable URL, SourceUnavailableError when a database file is missing."""
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise InputError(f"连接 {connection} 的 url 写法有误；应形如 postgresql+psycopg://用户:口令@主机/库名，请改正。") from None
    make = MAKES.get(parsed.get_backend_name(), other_engine)
    try:
        return make(connection, parsed, statement_seconds)
    except (sa.exc.NoSuchModuleError, ImportError):
        raise InputError(f"连接 {connection} 的 url 所用的数据库类型 {parsed.drivername} 没有安装驱动；"
                         "请安装对应驱动或改用 sqlite、postgresql+psycopg、mysql+pymysql。") from None


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
