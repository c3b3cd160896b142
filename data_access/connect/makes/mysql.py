"""MySQL, MariaDB and what speaks their protocol: TiDB, OceanBase, TDSQL, GoldenDB and others.

Each setting of the session is asked for by itself; one the server refuses does not end the source.
Where the session cannot be made read-only the account's grants are read: one that may write is
refused, unless the url has `accept_writable=true`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from data_access.connect.limits import CONNECT_SECONDS, SILENCE_SECONDS
from data_access.connect.reading_only import accepted, refused

# take the statement and go on writing
_IGNORING = ("tidb", "starrocks")
_READING = frozenset({"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "PROCESS",
                      "REPLICATION CLIENT"})
_GRANT = re.compile(r"GRANT (.+?) ON .+? TO .+", re.IGNORECASE | re.DOTALL)
_COLUMNS = re.compile(r"\s*\([^)]*\)")
_LEAST = "5.7.0"
_log = logging.getLogger(__name__)


def mysql_engine(connection: str, url: URL, seconds: int) -> Engine:
    """A read-only engine, every statement limited to `seconds`."""
    make, (url, accept) = url.get_backend_name(), accepted(url)
    engine = sa.create_engine(url, pool_pre_ping=True, connect_args={
        "connect_timeout": CONNECT_SECONDS, "read_timeout": seconds + SILENCE_SECONDS})
    sa.event.listen(engine, "connect", _session(connection, make, seconds, accept))
    take_any_version(engine)
    return engine


def _session(connection: str, make: str, seconds: int, accept: bool) -> Any:
    def prepare(raw: Any, _record: Any) -> None:
        with raw.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            version = f"{make} {cursor.fetchone()[0]}".lower()
            obeys = _obeyed(raw, cursor, "SET SESSION TRANSACTION READ ONLY") and not any(
                name in version for name in _IGNORING
            )
            if not obeys and not accept:
                _check_grants(connection, cursor)
            _obeyed(raw, cursor, "SET SESSION time_zone = '+08:00'")
            # otherwise the connection's own patience is the limit
            any(_obeyed(raw, cursor, statement) for statement in _limits(version, seconds))
    return prepare


def _limits(version: str, seconds: int) -> tuple[str, ...]:
    """How the makes name and measure the same limit."""
    if "mariadb" in version:
        return (f"SET SESSION max_statement_time = {seconds}",)
    if "starrocks" in version:
        return (f"SET query_timeout = {seconds}",)
    ours = (f"SET SESSION max_execution_time = {seconds * 1000}",)
    return (
        (f"SET SESSION ob_query_timeout = {seconds * 1_000_000}", *ours)
        if "oceanbase" in version
        else ours
    )


def _obeyed(raw: Any, cursor: Any, statement: str) -> bool:
    """Whether the server takes the statement; a lost connection is no refusal."""
    try:
        cursor.execute(statement)
    except raw.Error as error:
        if getattr(raw, "open", True) is False:
            raise
        _log.warning("the server refused %s: %s", statement, type(error).__name__)
        return False
    return True


def _check_grants(connection: str, cursor: Any) -> None:
    """Raises SourceUnavailableError when the account may write, or may do what cannot be told."""
    cursor.execute("SHOW GRANTS")
    # StarRocks has the account before it
    if may_write(str(row[-1]) for row in cursor.fetchall()):
        raise refused(connection, "不支持只读会话")


def may_write(grants: Iterable[str]) -> bool:
    """Whether any line of SHOW GRANTS gives more than reading; a role, whose rights are not listed,
    counts as more.
    """
    for line in grants:
        match = _GRANT.fullmatch(line.strip())
        if match is None or " WITH GRANT OPTION" in line.upper():
            return True
        if any(one.strip().upper() not in _READING for one in _COLUMNS.sub("", match[1]).split(
                ",")):
            return True
    return False


def take_any_version(engine: Engine) -> None:
    """A relative that numbers itself from one is taken for the oldest there is, instead of being
    refused.
    """
    dialect: Any = engine.dialect
    own = dialect._parse_server_version

    def parse(text: str) -> tuple[int, ...]:
        try:
            result: tuple[int, ...] = own(text)
        except NotImplementedError:
            result = own(_LEAST)
        return result

    dialect._parse_server_version = parse
