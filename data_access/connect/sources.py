"""Engines on the service databases: read-only by the database's own means, every statement under a
time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from data_access.connect.addresses import FORMS, form_for, make_named, parse_address
from data_access.connect.causes import explain, explain_other
from data_access.connect.limits import SourceUnavailableError
from data_access.connect.makes.table import DRIVERS, MAKES, other_engine
from data_access.site import STATEMENT_SECONDS
from kpi.vocabulary import InputError


def open_engine(connection: str, url: str, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """A read-only engine. Raises InputError on an unusable URL, SourceUnavailableError when a
    database file is missing.
    """
    what = f"连接 {connection} 的 url"
    parsed = parse_address(what, url)
    backend = parsed.get_backend_name()
    if backend not in MAKES and (meant := make_named(url)) is not None:
        raise InputError(f"{what} 中的数据库类型 {backend} 程序不认识；请写成 {FORMS[meant]}。")
    try:
        return MAKES.get(backend, other_engine)(connection, parsed, statement_seconds)
    except (sa.exc.NoSuchModuleError, ImportError):
        raise InputError(_without_driver(what, parsed)) from None
    except (sa.exc.ArgumentError, ValueError, TypeError):
        raise InputError(f"{what} 中的参数有误；请对照《接入》第 1 节的写法改正。") from None


def _without_driver(what: str, url: URL) -> str:
    make = url.get_backend_name()
    if make not in MAKES:
        return f"{what} 中的数据库类型 {make} 程序不认识；可用的写法有 {form_for(make)}。"
    if make not in DRIVERS:
        return f"{what} 所用的驱动 {url.drivername} 没有安装；请写成 {FORMS[make]}。"
    return (
        f"{what} 所用的数据库类型 {url.drivername} 没有安装驱动；"
        f"请安装 {DRIVERS[make]}（命令见《接入》第 1 节“另装驱动”），装好后重新启动。"
    )


@contextmanager
def reading(connection: str, engine: Engine) -> Iterator[Connection]:
    """One connection for reading, in one transaction. Raises SourceUnavailableError instead of a
    driver's error.
    """
    try:
        with _connected(connection, engine) as opened:
            yield opened
    except sa.exc.DBAPIError as error:
        raise SourceUnavailableError(explain(connection, error, engine.url)) from None
    except sa.exc.SQLAlchemyError as error:
        raise SourceUnavailableError(
            f"连接 {connection} 读取失败（{type(error).__name__}）；请联系该系统的管理员。") from None


def _connected(connection: str, engine: Engine) -> Connection:
    try:
        return engine.connect()
    except (sa.exc.SQLAlchemyError, InputError):
        raise
    # a driver given a parameter it does not know raises anything, and quotes the URL
    except Exception as error:
        raise SourceUnavailableError(explain_other(connection, error, engine.url)) from None
