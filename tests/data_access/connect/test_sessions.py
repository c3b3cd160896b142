"""What is sent to a make before any question: read-only and a limit, or rights looked at; else
nothing is read.
"""

from __future__ import annotations

import importlib
import re
import socket
import sys
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.connect.causes import explain
from data_access.connect.limits import CONNECT_SECONDS, SourceUnavailableError
from data_access.connect.makes.mssql import may_write
from data_access.connect.makes.mysql import _session
from data_access.connect.makes.table import DRIVERS, MAKES
from data_access.connect.sources import open_engine, reading
from data_access.site.settings import ROOT
from kpi.vocabulary.errors import InputError
from tests.data_access.connect.emulated import MODULES, URLS, DatabaseError, Driver, emulated

SECONDS = 77
ASKED = "SELECT 1 FROM DUAL"
BEGIN = "SET TRANSACTION READ ONLY"


def _ask(make: str, more: str = "", statement: str = ASKED) -> None:
    """A question, in a transaction of its own, on a new connection."""
    url = URLS[make].format("suzhaohuo")
    engine = open_engine(
        "suzhaohuo", f"{url}{'&' if '?' in url else '?'}{more}" if more else url, SECONDS
    )
    try:
        with reading("suzhaohuo", engine) as opened:
            opened.exec_driver_sql(statement).all()
            opened.rollback()
            opened.exec_driver_sql(statement).all()
    finally:
        engine.dispose()


def _before(driver: Driver, statement: str = ASKED) -> list[str]:
    """What was sent before the question."""
    return driver.sent[: driver.sent.index(statement)]


@pytest.mark.parametrize("make", ["oracle", "dm"])
def test_every_transaction_of_oracle_and_dm_begins_read_only(make: str) -> None:
    with emulated(make) as driver:
        _ask(make)
    asked = [number for number, text in enumerate(driver.sent) if text == ASKED]
    assert len(asked) >= 2
    # the first two questions; a ping has no transaction of its own
    assert [driver.sent[number - 1] for number in asked[-2:]] == [BEGIN, BEGIN]
    assert "rollback" in driver.sent[asked[-2] : asked[-1]]


def test_oracle_is_given_a_limit_and_compares_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with emulated("oracle") as driver:
        opened: list[Any] = []
        connect = driver.connect
        monkeypatch.setattr(
            driver, "connect", lambda *a, **k: opened.append(connect(*a, **k)) or opened[-1]
        )
        _ask("oracle")
    assert opened[0].call_timeout == SECONDS * 1000
    assert driver.arguments[0]["tcp_connect_timeout"] == CONNECT_SECONDS
    assert driver.sent[:3] == [
        "ALTER SESSION SET NLS_COMP = BINARY",
        "ALTER SESSION SET NLS_SORT = BINARY",
        "ALTER SESSION SET TIME_ZONE = '+08:00'",
    ]


def test_dm_is_connected_to_for_reading_and_with_a_limit() -> None:
    with emulated("dm") as driver:
        _ask("dm")
    given = driver.arguments[0]
    assert given["access_mode"] == driver.DSQL_MODE_READ_ONLY
    assert (given["connection_timeout"], given["login_timeout"], given["autoCommit"]) == (
        SECONDS,
        CONNECT_SECONDS,
        False,
    )
    assert (given["server"], given["port"], given["schema"], given["user"]) == (
        "10.0.0.5",
        5236,
        "GIG",
        "suzhaohuo",
    )


@pytest.mark.parametrize("make", ["oracle", "dm"])
def test_a_server_that_takes_no_read_only_transaction_is_not_read(make: str) -> None:
    with emulated(make) as driver:
        driver.refuses[BEGIN] = "ORA-00900: invalid SQL statement"
        with pytest.raises(SourceUnavailableError, match="连接 suzhaohuo 的数据库不接受只读事务"):
            _ask(make)
    assert ASKED not in driver.sent[driver.sent.index(BEGIN) :]


@pytest.mark.parametrize("make", MODULES)
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM hire",
        "INSERT INTO hire VALUES (1)",
        "DROP TABLE hire",
        "COMMIT",
        "BEGIN x; END;",
        "MERGE INTO hire USING x ON 1 = 1",
        "/* SELECT */ DELETE FROM hire",
        "SET TRANSACTION READ WRITE",
    ],
)
def test_a_statement_that_is_no_reading_is_never_sent(make: str, statement: str) -> None:
    with emulated(make) as driver, pytest.raises(SourceUnavailableError):
        _ask(make, statement=statement)
    assert statement not in driver.sent


def test_sql_server_is_asked_what_the_account_may_and_given_limits() -> None:
    with emulated("mssql") as driver:
        _ask("mssql")
    before = _before(driver)
    assert ["fn_my_permissions" in before[0], "HAS_PERMS_BY_NAME" in before[1]] == [True, True]
    assert before[2:7] == [
        f"SET LOCK_TIMEOUT {SECONDS * 1000}",
        "SET DATEFORMAT ymd",
        "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()",
        "SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
        "commit",
    ]
    assert (driver.arguments[0]["timeout"], driver.arguments[0]["login_timeout"]) == (
        SECONDS,
        CONNECT_SECONDS,
    )


def test_sql_server_without_snapshots_waits_for_writers() -> None:
    with emulated("mssql") as driver:
        driver.answers["snapshot_isolation_state"] = [(0,)]
        _ask("mssql")
    assert not any("ISOLATION" in text for text in driver.sent)


@pytest.mark.parametrize(
    ("rights", "tables"),
    [
        (["CONNECT", "SELECT", "INSERT"], 0),
        (["CONNECT", "SELECT"], 3),
        (["CONTROL"], 0),
        (["CONNECT", "EXECUTE"], 0),
        (["CONNECT SQL", "ALTER ANY DATABASE"], 0),
    ],
)
def test_an_account_of_sql_server_that_may_write_is_refused(rights: list[str], tables: int) -> None:
    with emulated("mssql") as driver:
        driver.answers |= {
            "fn_my_permissions": [(right,) for right in rights],
            "HAS_PERMS_BY_NAME": [(tables,)],
        }
        with pytest.raises(
            SourceUnavailableError, match=r"没有只读会话，而账户有写权限.*accept_writable=true"
        ):
            _ask("mssql")
        assert ASKED not in driver.sent
        _ask("mssql", "accept_writable=true")
        assert "accept_writable" not in driver.arguments[-1]
        with pytest.raises(SourceUnavailableError, match="账户有写权限"):
            _ask("mssql", "accept_writable=yes")


def test_an_account_of_sql_server_that_does_not_say_what_it_may_is_refused() -> None:
    with emulated("mssql") as driver:
        driver.refuses["fn_my_permissions"] = "(208, b\"Invalid object name 'fn_my_permissions'.\")"
        with pytest.raises(SourceUnavailableError, match="查不到账户的权限"):
            _ask("mssql")
        _ask("mssql", "accept_writable=true")


@pytest.mark.parametrize(
    ("rights", "writes"),
    [
        (
            [
                "CONNECT",
                "SELECT",
                "VIEW DEFINITION",
                "VIEW ANY COLUMN MASTER KEY DEFINITION",
                "CONNECT SQL",
                "VIEW ANY DATABASE",
            ],
            False,
        ),
        ([], False),
        (["SELECT", "UPDATE"], True),
        (["CREATE TABLE"], True),
        (["VIEWER"], True),
    ],
)
def test_only_rights_that_read_pass(rights: list[str], writes: bool) -> None:
    assert may_write(rights) is writes


@pytest.mark.parametrize(
    ("url", "instead"),
    [
        ("oracle+cx_oracle://u:p@h/gig", "oracle\\+oracledb://"),
        ("mssql+pyodbc://u:p@h/gig", "mssql\\+pymssql://"),
        ("dm+other://u:p@h/gig", "dm\\+dmPython://"),
    ],
)
def test_another_driver_is_refused_with_the_one_to_write(url: str, instead: str) -> None:
    with pytest.raises(InputError, match=instead):
        open_engine("suzhaohuo", url)


@pytest.mark.parametrize("make", MODULES)
def test_a_missing_driver_names_its_package_and_where_it_is_told(
    make: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, MODULES[make], None)
    with pytest.raises(
        InputError, match=f"没有安装驱动；请安装 {DRIVERS[make]}（命令见《接入》第 1 节“另装驱动”）"
    ) as caught:
        open_engine("suzhaohuo", URLS[make].format("suzhaohuo"))
    assert "Geheim" not in str(caught.value)


def test_every_driver_named_has_its_line_in_the_document_and_its_bounds() -> None:
    text = (ROOT / "docs" / "接入.md").read_text(encoding="utf-8")
    extras = "".join(
        (ROOT / f"requirements-{name}.txt").read_text(encoding="utf-8")
        for name in ("engines", "drivers")
    )
    for make, package in DRIVERS.items():
        assert make in MAKES
        assert f"`{package}`" in text, package
        assert f"\n{package}>=" in extras, package


def test_a_make_that_cannot_be_held_to_reading_is_no_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Unheard(sa.engine.default.DefaultDialect):
        name = "unheard"
        supports_statement_cache = True

        @classmethod
        def import_dbapi(cls) -> Any:
            return Driver("unheard")

    monkeypatch.setitem(sa.dialects.registry.impls, "unheard", lambda: Unheard)
    with pytest.raises(InputError, match="没有办法设为只读并限时"):
        open_engine("suzhaohuo", "unheard://reader:Geheim-1@h/gig")


@pytest.mark.parametrize(
    "text",
    [
        "DPY-6005: cannot connect to database (CONNECTION_ID=x).\n[Errno 111] Connection refused",
        "ORA-12541: TNS:no listener",
    ],
)
def test_a_port_without_oracle_is_told_apart(text: str) -> None:
    assert "端口上没有数据库" in _explained(text)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "DPY-6005: cannot connect to database (CONNECTION_ID=x).\n"
            'DPY-6001: Service "gig" is not registered with the listener',
            "服务名不存在",
        ),
        ("ORA-12514: TNS:listener does not currently know of service", "服务名不存在"),
        ('DPY-6003: SID "x" is not registered', "服务名不存在"),
        ("DPY-6005: cannot connect to database (CONNECTION_ID=x).\ntimed out", "没有应答"),
        ("ORA-12170: TNS:Connect timeout occurred", "没有应答"),
        (
            "DPY-6005: cannot connect to database.\n[Errno -2] Name or service not known",
            "主机名解析不了",
        ),
        (
            "DPY-6005: cannot connect to database.\n[SSL: CERTIFICATE_VERIFY_FAILED]",
            "加密连接",
        ),
        ("DPY-3010: connections to this database server version are not supported", "版本太旧"),
        (
            "DPY-3015: password verifier type 0x939 is not supported in thin mode",
            "登录方式",
        ),
        (
            "DPY-3001: Native Network Encryption and Data Integrity is only for thick mode",
            "网络加密",
        ),
        ("ORA-01017: invalid username/password; logon denied", "用户名或口令不对"),
        ("ORA-28000: the account is locked", "锁定或停用"),
        ("ORA-28001: the password has expired", "口令已过期"),
        ("ORA-01045: user R lacks CREATE SESSION privilege; logon denied", "不许登录"),
        ("ORA-01031: insufficient privileges", "没有读取权限"),
        ("ORA-00942: table or view does not exist", "库或表不存在"),
        ("ORA-02391: exceeded simultaneous SESSIONS_PER_USER limit", "连接数已满"),
        ("ORA-01034: ORACLE not available", "没有打开"),
        ("ORA-01555: snapshot too old: rollback segment number", "不保留读取开始时的内容"),
        ("DPY-4024: call timeout of 77000 ms exceeded", "读取超时"),
        ("ORA-03113: end-of-file on communication channel", "连不上"),
        (
            "(20009, b'DB-Lib error message 20009, severity 9:\\nUnable to connect: TDS server is "
            "unavailable or does not exist (10.0.0.5)\\n"
            "Net-Lib error during Connection refused (111)\\n')",
            "端口上没有数据库",
        ),
        (
            "(20009, b'DB-Lib error message 20009, severity 9:\\nUnable to connect: TDS server is "
            "unavailable or does not exist (no.such)\\n')",
            "主机名解析不了",
        ),
        (
            "(18456, b\"Login failed for user 'r'.DB-Lib error message 20018, severity 14\")",
            "用户名或口令不对",
        ),
        (
            "(18487, b\"Login failed for user 'r'. The password of the account has expired.\")",
            "口令已过期",
        ),
        ("(18470, b\"Login failed for user 'r'. Reason: The account is disabled.\")", "锁定或停用"),
        (
            "(4060, b'Cannot open database \"gig\" requested by the login. The login failed.')",
            "所指的库不存在",
        ),
        (
            '(916, b\'The server principal "r" is not able to access the database "gig"\')',
            "不许登录",
        ),
        ("(229, b\"The SELECT permission was denied on the object 'hire'\")", "没有读取权限"),
        ("(208, b\"Invalid object name 'hire'.\")", "库或表不存在"),
        ("(1222, b'Lock request time out period exceeded.')", "读取超时"),
        ("[CODE:-70028]Create SOCKET connection failure", "连不上"),
        ("[CODE:-2501]用户名或密码错误", "用户名或口令不对"),
        ("[CODE:-2106]第1 行附近出现错误:\n无效的表或视图名[HIRE]", "库或表不存在"),
        ("[CODE:-5504]第1 行附近出现错误:\n没有[HIRE]对象的查询权限", "没有读取权限"),
    ],
)
def test_a_refused_connection_of_these_makes_names_its_cause(text: str, cause: str) -> None:
    sentence = _explained(text)
    assert cause in sentence
    assert sentence.count("。") == 1


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (socket.gaierror(-2, "Name or service not known"), "主机名解析不了"),
        (ConnectionRefusedError(111, "Connection refused"), "端口上没有数据库"),
        (OSError(113, "No route to host"), "没有应答"),
        (OSError(5, "Input/output error"), "打不开（OSError）"),
        (TypeError("'x' is an invalid keyword argument"), "打不开（TypeError）"),
    ],
)
def test_an_error_that_is_none_of_the_driver_names_its_cause_too(
    monkeypatch: pytest.MonkeyPatch, error: Exception, cause: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    with emulated("oracle") as driver:
        monkeypatch.setattr(driver, "connect", refuse)
        with pytest.raises(SourceUnavailableError, match=re.escape(cause)) as caught:
            _ask("oracle")
    assert "Geheim" not in str(caught.value)


def _explained(text: str) -> str:
    return explain("suzhaohuo", sa.exc.OperationalError(None, None, DatabaseError(text)))


class StarRocks:
    """A connection of a server with MySQL's protocol; `grants`: what it says of the account."""

    Error = DatabaseError
    open = True

    def __init__(self, *grants: str) -> None:
        self.sent: list[str] = []
        self._grants = grants

    def cursor(self) -> StarRocks:
        return self

    def __enter__(self) -> StarRocks:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def execute(self, statement: str) -> None:
        self.sent.append(statement)

    def fetchone(self) -> tuple[str]:
        return ("8.0.33",)

    def fetchall(self) -> list[tuple[str, str, str]]:
        return [("'reader'@'%'", "default_catalog", grant) for grant in self._grants]


def test_starrocks_takes_the_read_only_session_and_is_judged_by_its_grants() -> None:
    raw = StarRocks("GRANT SELECT ON TABLE gig.hire TO USER 'reader'@'%'")
    _session("suzhaohuo", "starrocks", SECONDS, False)(raw, None)
    assert f"SET query_timeout = {SECONDS}" in raw.sent
    assert "SHOW GRANTS" in raw.sent
    may = StarRocks("GRANT SELECT, INSERT ON TABLE gig.hire TO USER 'reader'@'%'")
    with pytest.raises(SourceUnavailableError, match="账户有写权限"):
        _session("suzhaohuo", "starrocks", SECONDS, False)(may, None)
    _session("suzhaohuo", "starrocks", SECONDS, True)(may, None)


def _connect_arguments(url: str) -> dict[str, Any]:
    """What the driver of an engine is given."""
    engine = open_engine("suzhaohuo", url, SECONDS)
    given: dict[str, Any] = {}

    def take(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
        given.update(named)
        raise DatabaseError("not connected")

    sa.event.listen(engine, "do_connect", take)
    with pytest.raises(DatabaseError):
        engine.raw_connection()
    engine.dispose()
    return given


@pytest.mark.engines
def test_clickhouse_is_asked_with_every_statement_to_refuse_writing() -> None:
    given = _connect_arguments("clickhousedb://reader:Geheim-1@10.0.0.5:8123/gig")
    assert (given["ch_readonly"], given["ch_max_execution_time"]) == ("2", str(SECONDS))
    assert given["connect_timeout"] == CONNECT_SECONDS


@pytest.mark.engines
def test_trino_has_a_limit_and_is_read_only_where_the_site_says_so() -> None:
    url = 'trino://reader@10.0.0.5:8080/hive/gig?session_properties={"query_priority": "1"}'
    with pytest.raises(SourceUnavailableError, match="accept_writable=true"):
        open_engine("suzhaohuo", url)
    with pytest.raises(InputError, match="url 中的参数有误"):
        open_engine("suzhaohuo", "trino://reader@10.0.0.5:8080/hive/gig?session_properties={x")
    given = _connect_arguments(f"{url}&accept_writable=true")
    assert given["session_properties"] == {
        "query_priority": "1",
        "query_max_run_time": f"{SECONDS}s",
    }
    assert "accept_writable" not in given


class Hive:
    """A cursor of a server that answers these two questions about rights; None: it does not
    understand.
    """

    def __init__(self, enforced: str | None, rights: list[str] | None) -> None:
        self._answers = {"SET hive": enforced, "SHOW GRANT": rights}
        self._last: Any = None
        self.description = [
            (f"table.{name}",)
            for name in ("database", "table", "principal_name", "privilege", "grantor")
        ]

    def execute(self, statement: str) -> None:
        self._last = next(
            answer for words, answer in self._answers.items() if statement.startswith(words)
        )
        if self._last is None:
            raise RuntimeError("mismatched input 'GRANT'")

    def fetchall(self) -> list[tuple[str, ...]]:
        if isinstance(self._last, str):
            return [(f"hive.security.authorization.enabled={self._last}",)]
        return [("gig", "hire", "reader", right, "admin") for right in self._last]


@pytest.mark.engines
@pytest.mark.parametrize(
    ("enforced", "rights", "refusal"),
    [
        ("true", ["SELECT"], ""),
        ("true", [], ""),
        ("true", ["SELECT", "INSERT"], "账户有写权限"),
        ("true", ["OWNERSHIP"], "账户有写权限"),
        ("false", ["SELECT"], "不管账户的权限"),
        ("<undefined>", None, "不管账户的权限"),
        ("true", None, "不管账户的权限"),
    ],
)
def test_an_account_of_hive_is_judged_by_its_grants_where_they_are_enforced(
    enforced: str, rights: list[str] | None, refusal: str
) -> None:
    hive = importlib.import_module("data_access.connect.makes.hive")
    if not refusal:
        hive._check_grants("suzhaohuo", Hive(enforced, rights))
        return
    with pytest.raises(SourceUnavailableError, match=refusal):
        hive._check_grants("suzhaohuo", Hive(enforced, rights))
