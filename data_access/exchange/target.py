"""The database tables are exchanged in: opened for writing, and what is wrong with it in one
sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url

from data_access.connect import CONNECT_SECONDS, parse_address
from data_access.connect.makes import mysql, postgresql
from kpi.vocabulary import InputError

TARGET_VARIABLE = "LINGGONG_EXPORT_URL"
BUSY_SECONDS = 30
_FORMS = "sqlite:////绝对路径/文件.sqlite、postgresql+psycopg://用户:口令@主机/库名 或 mysql+pymysql://用户:口令@主机/库名"


@dataclass(frozen=True, eq=False)
class Target:
    """`place` names it in sentences and in the audit log, without login and password."""

    place: str
    engine: Engine = field(repr=False)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: everything in it happens, or nothing. Raises InputError instead of a
        driver's error.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            raise InputError(_sentence(self.place, str(error.orig),
                                       type(error.orig).__name__)) from None
        except sa.exc.SQLAlchemyError as error:
            raise InputError(_sentence(self.place, str(error), type(error).__name__)) from None


def open_target(url: str, own: Collection[str] = ()) -> Target:
    """The target a URL names; nothing is connected to yet. `own`: URLs the program reads or keeps
    its ledger in.

    Raises InputError on a URL that cannot be used, and on one of the program's own databases.
    """
    if not url:
        raise InputError(f"没有写明交换库；请用 --to 写 url（或设环境变量 {TARGET_VARIABLE}），形如 {_FORMS}。")
    parsed = _parsed(url)
    if any(_same(parsed, other) for other in own):
        raise InputError(f"交换库 {_place(parsed)} 是本系统读取的业务库或台账库，不往里写；请另建一个库。")
    make = _MAKES.get(parsed.get_backend_name())
    if make is None:
        raise InputError(f"不能写入 {parsed.get_backend_name()} 类型的交换库；可用的写法有 {_FORMS}。")
    try:
        return Target(_place(parsed), make(parsed))
    except (sa.exc.NoSuchModuleError, ImportError):
        raise InputError(f"交换库的驱动 {parsed.drivername} 没有安装；可用的写法有 {_FORMS}。") from None


def _sqlite(url: URL) -> Engine:
    path = _file(url)
    if not url.database or url.database == ":memory:":
        raise InputError("交换库的 sqlite url 没有指明文件；应形如 sqlite:////绝对路径/文件.sqlite。")
    if not path.parent.is_dir():
        raise InputError(f"交换库所在的文件夹 {path.parent} 不存在；请先建立，或改正 url。")
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # so that BEGIN below is ours, and tables are made inside it


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _server(url: URL) -> Engine:
    engine = sa.create_engine(url, poolclass=sa.NullPool,
                              connect_args={"connect_timeout": CONNECT_SECONDS})
    (postgresql if url.get_backend_name() == "postgresql" else mysql).take_any_version(engine)
    return engine


_MAKES: Mapping[str, Callable[[URL], Engine]] = {
    "sqlite": _sqlite, "postgresql": _server, "mysql": _server, "mariadb": _server}


def _parsed(url: str) -> URL:
    return parse_address("交换库的 url", url, _FORMS)


def _place(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(_file(url))
    port = "" if url.port is None else f":{url.port}"
    return f"{url.host or '本机'}{port}/{url.database or ''}"


def _file(url: URL) -> Path:
    return Path((url.database or "").removeprefix("file:").split("?")[0])


def _same(target: URL, other: str) -> bool:
    try:
        address = make_url(other)
    except (sa.exc.ArgumentError, ValueError):
        return False
    if target.get_backend_name() == "sqlite" == address.get_backend_name():
        return _file(target).resolve() == _file(address).resolve()
    # a schema of its own in the same database is another place
    return (target.get_backend_name(), target.host, target.port, target.database, target.query) == (
        address.get_backend_name(), address.host, address.port, address.database, address.query)


_CAUSES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("using password", "password authentication", "authentication failed", "no password"),
        "的用户名或口令不对，或该账户不许从本机登录；请改正 url",
    ),
    (
        (
            "readonly",
            "read-only",
            "read only",
            "permission denied",
            "command denied",
            "access denied",
            "must be owner",
        ),
        "不能写；请给账户建表和增删改的权限（SQLite 文件：检查文件和文件夹的写权限）",
    ),
    (("unable to open",), "的文件打不开；请检查路径和文件夹的写权限"),
    (
        ("no space", "disk full", "database or disk is full", "is full"),
        "的磁盘已满，没有写入；请清理后重试",
    ),
    (
        ("locked", "lock wait", "deadlock", "duplicate", "unique constraint"),
        "正被另一个程序写入，这次没有写；请稍后重试",
    ),
    (("not a database", "malformed", "disk image"), "的文件不是数据库或已损坏；请换一个文件"),
    (("unknown database", "does not exist"), "所指的库不存在；请先建库，或改正 url"),
    (
        (
            "could not translate",
            "name or service",
            "unknown server host",
            "getaddrinfo",
            "name resolution",
        ),
        "的主机名解析不了；请改正 url 中的主机",
    ),
    (
        (
            "connection refused",
            "can't connect",
            "connection failed",
            "failed to connect",
            "timeout",
            "timed out",
            "lost connection",
            "gone away",
            "server closed",
            "terminating connection",
        ),
        "连不上；请检查主机、端口、网络和数据库是否在运行",
    ),
)


def _sentence(place: str, text: str, kind: str) -> str:
    """A driver's error in words a clerk can pass on; never the statement, the URL or the driver's
    own text.
    """
    lowered = text.lower()
    for signs, cause in _CAUSES:
        if any(sign in lowered for sign in signs):
            return f"交换库 {place} {cause}。"
    return f"交换库 {place} 写入失败（{kind}），原有内容没有变；请联系该库的管理员。"
