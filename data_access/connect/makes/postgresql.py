"""PostgreSQL and what speaks its protocol: openGauss, GaussDB, KingbaseES, HighGo, Vastbase and
others.

The relatives name themselves in `version()` and are of an older PostgreSQL inside; what they can do
is asked of `server_version_num`, which they answer as PostgreSQL does. A relative is only read
where it obeys the read-only session.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from data_access.connect.limits import CONNECT_SECONDS, SILENCE_SECONDS, SourceUnavailableError

OLDEST = (9, 2)
"""What a relative is taken for that does not say: openGauss began there, and all of them have since."""
_NUMBERED = re.compile(r"(\d{5,6})")
_DOTTED = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def postgresql_engine(connection: str, url: URL, seconds: int) -> Engine:
    """A read-only engine, every statement limited to `seconds`, one state of the data per
    transaction.
    """
    options = f"-c default_transaction_read_only=on -c statement_timeout={seconds * 1000} -c timezone=Asia/Shanghai"
    given = url.query.get("options")
    if isinstance(given, str):
        options = f"{given} {options}"
    engine = sa.create_engine(url.update_query_dict({"options": options}), pool_pre_ping=True,
                              isolation_level="REPEATABLE READ",
                              connect_args={"connect_timeout": CONNECT_SECONDS,
                                            "keepalives_idle": SILENCE_SECONDS,
                                            "keepalives_interval": 10, "keepalives_count": 3})
    take_any_version(engine, lambda opened: _check_obeys(connection, opened))
    return engine


def take_any_version(engine: Engine, check: Callable[[Connection],
                                                     None] = lambda _opened: None) -> None:
    """Let the engine open relatives too, whose text the library does not know. `check`: called with
    a relative's first connection, to raise what speaks against it.
    """
    dialect: Any = engine.dialect
    own = dialect._get_server_version_info

    def version(opened: Connection) -> tuple[int, ...]:
        try:
            result: tuple[int, ...] = own(opened)
        except AssertionError:  # the library knows PostgreSQL's and EnterpriseDB's text only
            check(opened)
            # some are set to be like Oracle, to which a text is null without its blanks
            bare = opened.exec_driver_sql("SELECT btrim(' ') IS NULL")
            dialect.empty_is_null = bool(bare.scalar())
            return relative_version(*(_setting(opened, name)
                                      for name in ("server_version_num", "server_version")))
        return result

    dialect._get_server_version_info = version


def relative_version(number: str, text: str) -> tuple[int, ...]:
    """The PostgreSQL a relative is inside, from its `server_version_num` (120001, 90204) or
    `server_version` (9.2.4).
    """
    match = _NUMBERED.fullmatch(number.strip())
    if match is not None:
        whole = int(match[1])
        return (
            (whole // 10_000, whole % 10_000)
            if whole >= 100_000
            else (whole // 10_000, whole // 100 % 100, whole % 100)
        )
    dotted = _DOTTED.match(text.strip())
    version = (
        () if dotted is None else tuple(int(part) for part in dotted.groups() if part is not None)
    )
    # a version of its own numbering, such as 505.1, says nothing about PostgreSQL
    return version if OLDEST <= version < (100,) else OLDEST


def _check_obeys(connection: str, opened: Connection) -> None:
    """Raises SourceUnavailableError where the session is not the read-only one with a limit that
    was asked for.
    """
    if _setting(opened, "transaction_read_only") != "on":
        raise SourceUnavailableError(f"连接 {connection} 的数据库不接受只读会话；为防误写没有读取，请换用支持只读的版本或只读副本。")
    if _setting(opened, "statement_timeout") in ("", "0"):
        raise SourceUnavailableError(f"连接 {connection} 的数据库不接受语句时限；为免拖累该库没有读取，请联系该系统的管理员。")


def _setting(opened: Connection, name: str) -> str:
    """What the session has; empty where the make has no such setting."""
    # asked of a view: a setting there is not would be an error, and end the transaction
    return str(
        opened.exec_driver_sql(f"SELECT setting FROM pg_settings WHERE name = '{name}'").scalar()
        or "")
