"""SQLite: a database file opened for reading only."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Dialect, Engine

from data_access.connect.limits import SourceUnavailableError
from kpi.vocabulary import InputError

# statements: a refresh of all datasets has two hundred
_COMPILED: sa.util.LRUCache[Any, Any] = sa.util.LRUCache(2000)


def sqlite_engine(connection: str, url: URL, seconds: int) -> Engine:
    """A read-only engine on the file, every statement limited to `seconds`.

    Raises InputError on a URL without a file, SourceUnavailableError when the file is missing.
    """
    if not url.database or url.database == ":memory:":
        raise InputError(f"连接 {connection} 的 sqlite url 没有指明文件；应形如 sqlite:////数据/文件.sqlite。")
    path = Path(url.database.removeprefix("file:").split("?")[0])
    if path.is_dir():
        raise InputError(f"连接 {connection} 的 url 指向文件夹 {path}，不是数据库文件；请写到文件名。")
    if not path.is_file():
        raise SourceUnavailableError(f"连接 {connection} 的数据库文件 {path} 不存在；请检查路径，或联系该系统的管理员。")
    return _engine(path.resolve(), seconds)


@lru_cache(maxsize=64)
def _engine(path: Path, seconds: int) -> Engine:
    """One engine a file for the life of the program. Whoever has read closes its connections
    (`dispose`), so the next one opens the file as it is then.
    """
    engine = with_shared_statements(sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true"))
    sa.event.listen(engine, "connect", _read_only)
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "before_cursor_execute", _limit(seconds))
    return engine


def with_shared_statements(engine: Engine) -> Engine:
    """The engine, with the statements every engine of SQLite here has compiled.

    Compiling is a third of a small reading. A statement is compiled for one dialect object, so all
    engines have the same; it holds nothing of a file.
    """
    engine.dialect = _dialect()
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


@lru_cache(maxsize=1)
def _dialect() -> Dialect:
    engine = sa.create_engine("sqlite://")
    engine.connect().close()  # it learns SQLite's version at its first connection
    return engine.dialect


def _read_only(raw: Any, _record: Any) -> None:
    # so that BEGIN below is ours and one dataset is read from one state of the file
    raw.isolation_level = None
    raw.execute("PRAGMA query_only=ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _limit(seconds: int) -> Any:
    def arm(connection: Connection, *_: Any) -> None:
        deadline = time.monotonic() + seconds
        raw: Any = connection.connection.driver_connection
        raw.set_progress_handler(lambda: time.monotonic() > deadline, 20_000)
    return arm
