"""Where the ledger is, and engines on it: SQLite in the data folder by default, PostgreSQL by URL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from data_access.connect import CONNECT_SECONDS, FORMS, explain, parse_address
from data_access.connect.makes.postgresql import take_any_version
from data_access.site import ROOT, Settings, load_plan, read_toml
from kpi.vocabulary import InputError

BUSY_SECONDS = 30
NAME = "台账（ledger）"
_WRITES, _PLAN = "ledger_writes", "{plan}"


def ledger_url(settings: Settings, environment: Mapping[str, str] | None = None,
               secrets: Path | None = None) -> str:
    """The ledger's SQLAlchemy URL: `LINGGONG_LEDGER_URL`, else `[ledger] url` in secrets.toml, else
    a file in the data folder.

    The demonstration has a file of its own, so that its items never turn up among real ones.
    """
    given = _given(environment, secrets)
    if given and settings.city is not None:
        if "{city}" not in str(given):
            raise InputError(
                "省级模式下各市的台账要分开存放；请在 LINGGONG_LEDGER_URL（或 [ledger] url）中用 {city} 代表市的代码。")
        given = str(given).replace("{city}", settings.city)
    if given and _PLAN in str(given):
        given = str(given).replace(_PLAN, load_plan(settings).id)
    elif given and settings.plan_folder is not None:
        check_apart(environment, secrets)
    return (
        str(given)
        or f"sqlite:///{settings.data / ('sample-ledger.sqlite' if settings.sample else 'ledger.sqlite')}"
    )


def check_apart(environment: Mapping[str, str] | None = None, secrets: Path | None = None) -> None:
    """Raises InputError where the plans of an installation would share one ledger."""
    given = _given(environment, secrets)
    if given and _PLAN not in str(given):
        raise InputError(
            "几个方案并存时各方案的台账要分开存放；请在 LINGGONG_LEDGER_URL（或 [ledger] url）中用 {plan} 代表方案的 id。")


def _given(environment: Mapping[str, str] | None, secrets: Path | None) -> Any:
    env = os.environ if environment is None else environment
    file = secrets or ROOT / ".streamlit" / "secrets.toml"
    table = read_toml(file).get("ledger", {}) if file.exists() else {}
    return env.get("LINGGONG_LEDGER_URL", "").strip() or (
        table.get("url", "") if isinstance(table, Mapping) else ""
    )


def open_ledger_engine(url: str) -> Engine:
    """An engine on the ledger; a SQLite file is made when it is not there. Raises InputError on an
    unusable URL.
    """
    parsed = _parsed(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database:
        return _sqlite(Path(parsed.database))
    if backend == "postgresql":
        engine = sa.create_engine(parsed, pool_pre_ping=True,
                                  connect_args={"connect_timeout": CONNECT_SECONDS})
        take_any_version(engine)
        return engine
    raise InputError("台账只能放在 SQLite 文件或 PostgreSQL（及其兼容库）中；请改正 LINGGONG_LEDGER_URL。")


def _sqlite(path: Path) -> Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"台账文件夹 {path.parent} 不能写（{error.strerror}）；请检查 LINGGONG_DATA 指向的文件夹和权限。") from None
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # so that BEGIN below is ours
    # not WAL: a reader without write permission on the folder could not open the file
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # a writer takes the lock before it reads, so it never has to give up half-way
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES)
                               else "BEGIN")


def _parsed(url: str) -> URL:
    return parse_address("台账（LINGGONG_LEDGER_URL）的 url", url, FORMS["postgresql"])


def exists(url: str) -> bool:
    """Whether there can be a ledger at all; False only for a SQLite file that is not there."""
    parsed = _parsed(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: everything in it happens, or nothing. Raises InputError instead
    of a driver's error.
    """
    with _plainly(), engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


@contextmanager
def looking(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads."""
    with _plainly(), engine.connect() as connection:
        yield connection


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except sa.exc.DBAPIError as error:
        raise InputError(explain(NAME, error)) from None
