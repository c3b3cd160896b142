"""Engines on the service databases: read-only by the database's own means, every statement under a
time limit.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from data_access.connect.addresses import FORMS, form_for, make_named, parse_address
from data_access.connect.causes import explain, explain_connecting, no_answer_to_login
from data_access.connect.limits import CONNECT_SECONDS, LOGIN_SECONDS, SourceUnavailableError
from data_access.connect.makes.table import DRIVERS, MAKES, other_engine
from data_access.site import STATEMENT_SECONDS
from kpi.vocabulary import InputError

# they write what the server said, and whole stacks, for what is said in one sentence here
for _driver in ("trino", "thrift", "pyhive", "clickhouse_connect", "urllib3"):
    logging.getLogger(_driver).setLevel(logging.CRITICAL + 1)


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
    with _connected(connection, engine) as opened:
        try:
            yield opened
        except sa.exc.DBAPIError as error:
            raise SourceUnavailableError(explain(connection, error)) from None
        except sa.exc.SQLAlchemyError as error:
            raise SourceUnavailableError(
                f"连接 {connection} 读取失败（{type(error).__name__}）；请联系该系统的管理员。"
            ) from None


def _connected(connection: str, engine: Engine) -> Connection:
    try:
        return engine.connect() if engine.url.host is None else _in_time(connection, engine)
    except InputError:
        raise
    # a driver given a parameter it does not know raises anything, and quotes the URL
    except Exception as error:
        raise SourceUnavailableError(explain_connecting(connection, error, engine.url)) from None


def _in_time(connection: str, engine: Engine) -> Connection:
    """A connection, or the error of connecting; SourceUnavailableError where neither comes.

    Drivers wait for a session as long as for a statement, some for ever: something else than a
    database may have the port.
    """
    done: Queue[Connection | BaseException] = Queue()
    given_up = threading.Event()

    def connect() -> None:
        try:
            opened = engine.connect()
        except BaseException as error:  # whatever it is, it is for the thread that waits
            done.put(error)
            return
        done.put(opened)
        if given_up.is_set():
            opened.close()

    threading.Thread(target=connect, name=f"connect-{connection}", daemon=True).start()
    try:
        result = done.get(timeout=CONNECT_SECONDS + LOGIN_SECONDS)
    except Empty:
        given_up.set()
        raise SourceUnavailableError(no_answer_to_login(connection, engine.url)) from None
    if isinstance(result, BaseException):
        raise result
    return result
