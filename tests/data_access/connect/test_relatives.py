"""Relatives of PostgreSQL and MySQL: other names in `version()`, settings they refuse, and causes
said as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
import sqlalchemy as sa
import sqlalchemy.dialects.postgresql.base

from data_access.checking.check import check
from data_access.connect import explain
from data_access.connect.limits import SourceUnavailableError
from data_access.connect.makes.mysql import may_write
from data_access.connect.makes.postgresql import OLDEST, relative_version
from data_access.connect.sources import open_engine, reading
from data_access.current import load_or_refresh
from data_access.exchange import Content, TableSpec, ValueKind, open_target, write
from data_access.ledger.engine import looking, open_ledger_engine
from data_access.site import load_plan
from data_access.site.settings import ROOT, Settings
from data_access.snapshots.refresh import refresh
from kpi.counting.facts import SourceState
from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS
from kpi.figures.figures import figures
from kpi.scorecard.scorecard import scorecard
from reports.papers import note_of
from reports.scorecard import to_mapping
from sample_data.build import fill
from tests.data_access.site import NOON, drawn, site
from tests.drawn import Row
from tests.servers import DATABASE, Server

VERSIONS = {
    "openGauss": "(openGauss 5.0.1 build 33b035fd) compiled at 2023-12-15 20:18:19 commit 0 last mr  on x86_64-unknown-linux-gnu, "
    "compiled by g++ (GCC) 10.3.0, 64-bit",
    "GaussDB": "gaussdb (GaussDB Kernel 505.1.0 build 44f4fa53) compiled at 2023-12-20 10:12:21 commit 6822 last mr 15041 release",
    "KingbaseES": "KingbaseES V008R006C008B0014 on x86_64-pc-linux-gnu, compiled by gcc (GCC) 4.8.5, 64-bit",
    "HighGo": "HighGo Database System 4.5.8 Enterprise Edition 64-bit on x86_64-pc-linux-gnu",
    "Vastbase": "(Vastbase G100 V2.2 (Build 10) Release) compiled at 2022-06-21",
    "PostgreSQL's own": "PostgreSQL 15.3 on x86_64-pc-linux-gnu",
}
HIRES = """
    | hire_id | unit_code | matched_on |
    | H1      | 321302    | 2025-03-01 |
    | H2      | 321322    | 2025-03-02 |
"""


@pytest.mark.parametrize(("number", "text", "version"),
                         [("120001", "12.1", (12, 1)), ("90204", "9.2.4", (9, 2, 4)),
                          ("150003", "15.3", (15, 3)), ("", "9.2.4", (9, 2, 4)),
                          ("", "12.1", (12, 1)), ("", "", OLDEST),
                          ("", "V008R006C008B0014", OLDEST), ("", "505.1.0", OLDEST),
                          ("", "4.5.8", OLDEST), ("no number", "8.4", OLDEST)])
def test_a_relative_is_taken_for_the_postgresql_it_is_inside(number: str, text: str,
                                                             version: tuple[int, ...]) -> None:
    assert relative_version(number, text) == version


@pytest.fixture
def renamed(postgresql: Server) -> Iterator[Any]:
    """The real server, answering `version()` with another make's words."""
    def rename(text: str) -> None:
        postgresql.execute("SET allow_system_table_mods = on",
                           "CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text "
                           f"LANGUAGE sql STABLE AS $body$ SELECT $text${text}$text$::text $body$")

    found = postgresql.query("SELECT prosrc, prolang FROM pg_proc WHERE proname = 'version'")
    assert found == [("pgsql_version", 12)]
    yield rename
    postgresql.execute(
        "SET allow_system_table_mods = on",
        "CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE internal STABLE STRICT PARALLEL SAFE "
        "AS $body$pgsql_version$body$",
    )


def _everything() -> dict[str, list[Row]]:
    """Every table, most of them empty, and rows in those with figures of each kind."""
    given = drawn(hire=HIRES, job_posting="""
        | unit_code | headcount | published_on | invalidated_on |
        | 321302    | 20        | 2025-05-01   |                |
        | 321322    | 30        | 2025-06-01   | 2025-07-01     |
    """, worker_account="""
        | township_code | registered_on |
        | 321322100     | 2025-04-01    |
    """)
    return {**{name: [] for name in DATASETS}, **given}


@pytest.mark.parametrize("make", VERSIONS)
def test_a_relative_of_postgresql_passes_the_check_and_counts_the_same(
        postgresql: Server, renamed: Any, tmp_path: Path, make: str) -> None:
    urls = postgresql.write(_everything())
    settings = site(tmp_path / "own", urls)
    plan = load_plan(settings)
    day = date(2025, 9, 30)
    own = scorecard(figures(refresh(settings, now=NOON).facts(plan), plan), day)
    renamed(VERSIONS[make])
    assert postgresql.query("SELECT version()") == [(VERSIONS[make],)]
    settings = site(tmp_path / "relative", urls)
    assert [row.lines() for row in check(settings) if not row.usable] == []
    taken = refresh(settings, now=NOON)
    assert {source.state for source in taken.sources.values()} == {SourceState.OK}, taken.messages
    assert taken.parts["hire"].data.quality.counted == 2
    relative = scorecard(figures(taken.facts(plan), plan), day)
    assert relative.lines == own.lines
    assert sum(line.value or 0 for line in own.lines) > 50


@pytest.mark.long
def test_a_relative_gives_the_scorecard_of_the_bundled_sample(
        postgresql: Server, renamed: Any, sample_urls: dict[str, str], tmp_path: Path) -> None:
    """The whole sample, loaded once; each relative by its own words passes the check and gives the
    file's figures.
    """
    own = _sample_scorecard(Settings(ROOT / "config", tmp_path / "own", sample_urls))
    assert len(own["lines"]) > 200
    postgresql.forget()
    try:
        fill(postgresql.url("{connection}"))
        for make, text in VERSIONS.items():
            if make == "PostgreSQL's own":
                continue
            renamed(text)
            urls = {name: postgresql.url(name) for name in CONNECTIONS}
            settings = Settings(ROOT / "config", tmp_path / make, urls)
            unusable = [row.lines() for row in check(settings, SAMPLE_READ) if not row.usable]
            assert unusable == [], make
            assert _sample_scorecard(settings) == own, make
    finally:
        postgresql.forget()


SAMPLE_READ, SAMPLE_TODAY = datetime(2026, 11, 1, 6), date(2026, 11, 1)


def _sample_scorecard(settings: Settings) -> dict[str, Any]:
    """The scorecard as other systems read it, without the name of the reading."""
    taken = refresh(settings, now=SAMPLE_READ)
    assert (taken.messages, taken.held) == ((), {})
    assert {source.state for source in taken.sources.values()} == {SourceState.OK}
    current = load_or_refresh(settings)
    made = scorecard(current.figures, current.default_day, SAMPLE_TODAY)
    shown = to_mapping(made, note_of(current))
    del shown["snapshot"]["id"]
    return shown


def test_a_relative_is_held_to_the_read_only_session(postgresql: Server, renamed: Any) -> None:
    url = postgresql.write(drawn(hire=HIRES))["suzhaohuo"]
    renamed(VERSIONS["openGauss"])
    engine = open_engine("suzhaohuo", url)
    with engine.connect() as opened, pytest.raises(sa.exc.DBAPIError):
        opened.execute(sa.text("DELETE FROM hire"))
    engine.dispose()
    # the last word of the options wins, here and where a relative does not know them
    for ignored, told in (("default_transaction_read_only=off", "只读会话"),
                          ("statement_timeout=0", "语句时限")):
        engine = open_engine("suzhaohuo", url)
        sa.event.listen(engine, "do_connect", _with(ignored))
        with pytest.raises(SourceUnavailableError, match=told), reading("suzhaohuo", engine):
            raise AssertionError("opened")
        engine.dispose()


A_MODE = (
    "CREATE SCHEMA IF NOT EXISTS like_oracle",
    "CREATE OR REPLACE FUNCTION like_oracle.btrim(text, text) RETURNS text LANGUAGE sql IMMUTABLE "
    "AS $$SELECT nullif(pg_catalog.btrim($1, $2), '')$$",
    "CREATE OR REPLACE FUNCTION like_oracle.btrim(text) RETURNS text LANGUAGE sql IMMUTABLE AS "
    "$$SELECT nullif(pg_catalog.btrim($1), '')$$")
BLANKS = """
    | hire_id | unit_code | matched_on |
    | H1      | 321302    | 2025-03-01 |
    | H2      | BLANK     | 2025-03-02 |
    | H3      | PADDED    | 2025-03-02 |
    | H4      | /         | 2025-03-03 |
    | BLANK   | 321302    | 2025-03-03 |
"""


def test_where_an_empty_text_is_null_blank_codes_are_met_and_mended_all_the_same(
        postgresql: Server, renamed: Any, tmp_path: Path) -> None:
    written = {"BLANK": "   ", "PADDED": " 321322 "}
    tables = drawn(hire=BLANKS)
    tables["hire"] = [{name: written.get(str(value), value) for name, value in row.items()}
                      for row in tables["hire"]]
    urls = postgresql.write(tables)
    own = refresh(site(tmp_path / "own", urls), now=NOON).parts["hire"].data
    postgresql.execute(*A_MODE)
    try:
        renamed(VERSIONS["openGauss"])
        like = {name: url.replace(f"%3D{name}", f"%3Dlike_oracle,{name},pg_catalog")
                for name, url in urls.items()}
        relative = refresh(site(tmp_path / "relative", like), now=NOON).parts["hire"].data
    finally:
        postgresql.execute("DROP SCHEMA like_oracle CASCADE")
    met = {remark.code for remark in own.quality.remarks}
    assert met == {"empty_mark", "no_identity", "padded_code"}
    assert relative.quality == own.quality
    assert relative.cells.equals(own.cells)


def test_a_relative_is_written_to_where_it_is_a_target_or_holds_the_ledger(
        postgresql: Server, renamed: Any) -> None:
    url = postgresql.write(_everything())["suzhaohuo"]
    renamed(VERSIONS["KingbaseES"])
    content = [Content(TableSpec("linggong_small", {"code": ValueKind.TEXT}), [{"code": "a"}])]
    assert write(open_target(url), date(2026, 1, 1), "city", content) == {"linggong_small": 1}
    assert postgresql.query("SELECT code FROM suzhaohuo.linggong_small") == [("a",)]
    postgresql.execute("DROP TABLE suzhaohuo.linggong_small")
    engine = open_ledger_engine(url)
    with looking(engine) as opened:
        assert opened.execute(sa.text("SELECT count(*) FROM hire")).scalar_one() == 2
    engine.dispose()


def _with(option: str) -> Any:
    def add(_dialect: Any, _record: Any, _arguments: Any, given: dict[str, Any]) -> None:
        given["options"] += f" -c {option}"
    return add


def test_columns_come_from_the_common_catalogue_where_postgresqls_own_cannot_be_asked(
        postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = postgresql.write(drawn(hire=HIRES))

    def fails(_dialect: Any, connection: Any, *_: Any, **__: Any) -> None:
        connection.exec_driver_sql("SELECT a_column_there_is_not FROM pg_catalog.pg_class")

    monkeypatch.setattr(sqlalchemy.dialects.postgresql.base.PGDialect, "get_multi_columns", fails)
    taken = refresh(site(tmp_path, urls), now=NOON)
    assert taken.parts["hire"].data.quality.counted == 2


def _refusing(monkeypatch: pytest.MonkeyPatch, *words: str, version: str | None = None) -> None:
    """Let the real server's driver answer as a relative that refuses statements with these words.
    """
    execute, fetch = pymysql.cursors.Cursor.execute, pymysql.cursors.Cursor.fetchone

    def refused(cursor: Any, query: str, args: Any = None) -> Any:
        if any(word in query for word in words):
            raise pymysql.err.NotSupportedError(1235, "function has only noop implementation")
        cursor.asked = query
        # MariaDB has the older name only, and is not asked for the newer one under its own name
        return execute(cursor, query.replace("@@transaction_isolation", "@@tx_isolation"), args)

    def fetched(cursor: Any) -> Any:
        row = fetch(cursor)
        return (
            (version,)
            if version is not None and "VERSION()" in getattr(cursor, "asked", "")
            else row
        )

    monkeypatch.setattr(pymysql.cursors.Cursor, "execute", refused)
    monkeypatch.setattr(pymysql.cursors.Cursor, "fetchone", fetched)


@pytest.fixture
def reader(mariadb: Server) -> Iterator[str]:
    """The URL of an account that may read and no more."""
    mariadb.write(drawn(hire=HIRES))
    mariadb.execute("CREATE OR REPLACE USER lookonly@'%' IDENTIFIED BY 'Look-Only-1'",
                    "GRANT SELECT ON suzhaohuo.* TO lookonly@'%'")
    yield mariadb.url("suzhaohuo", "lookonly", "Look-Only-1")
    mariadb.execute("DROP USER lookonly@'%'")


def _count(url: str) -> int:
    engine = open_engine("suzhaohuo", url)
    try:
        with reading("suzhaohuo", engine) as opened:
            return int(opened.execute(sa.text("SELECT count(*) FROM hire")).scalar_one())
    finally:
        engine.dispose()


@pytest.mark.parametrize("words", [("TRANSACTION READ ONLY",), ("max_statement_time",),
                                   ("time_zone",), ("TRANSACTION READ ONLY", "max_statement_time",
                                                    "time_zone")])
def test_a_setting_the_server_refuses_does_not_end_the_source(
        reader: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    _refusing(monkeypatch, *words)
    assert _count(reader) == 2


@pytest.mark.parametrize("version", ["5.7.25-OceanBase-v4.2.1.0", "8.0.11-TiDB-v7.5.0",
                                     "3.1.2-OceanBase CE", "8.0.22-txsql", "5.7.25-GoldenDB"])
def test_a_relative_of_mysql_is_opened_whatever_it_calls_itself(
        reader: str, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    _refusing(monkeypatch, "max_execution_time", version=version)
    assert _count(reader) == 2


def test_without_a_read_only_session_an_account_that_may_write_is_refused(
        mariadb: Server, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = mariadb.url("suzhaohuo")
    _refusing(monkeypatch, "TRANSACTION READ ONLY")
    with pytest.raises(SourceUnavailableError, match="账户有写权限"):
        _count(owner)
    assert _count(f"{owner}&accept_writable=true") == 2
    with pytest.raises(SourceUnavailableError, match="账户有写权限"):
        _count(f"{owner}&accept_writable=yes")


def test_a_make_that_takes_the_statement_and_writes_on_is_judged_by_its_grants(
        mariadb: Server, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _refusing(monkeypatch, version="8.0.11-TiDB-v7.5.0")
    with pytest.raises(SourceUnavailableError, match="账户有写权限"):
        _count(mariadb.url("suzhaohuo"))
    assert _count(reader) == 2


@pytest.mark.parametrize(
    ("grants", "writes"),
    [
        (
            [
                "GRANT USAGE ON *.* TO `r`@`%` IDENTIFIED BY PASSWORD '*A'",
                "GRANT SELECT ON `gig`.* TO `r`@`%`",
            ],
            False,
        ),
        (["GRANT SELECT (`id`, `area`), SHOW VIEW ON `gig`.`job` TO `r`@`%`"], False),
        (["GRANT SELECT ON `on to`.* TO 'r'@'%'"], False),
        ([], False),
        (["GRANT USAGE ON *.* TO `r`@`%`", "GRANT SELECT, INSERT ON `gig`.* TO `r`@`%`"], True),
        (["GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION"], True),
        (["GRANT SELECT ON `gig`.* TO `r`@`%` WITH GRANT OPTION"], True),
        (["GRANT UPDATE (`id`) ON `gig`.`job` TO `r`@`%`"], True),
        (["GRANT `editor`@`%` TO `r`@`%`"], True),
        (["GRANT BACKUP_ADMIN ON *.* TO `r`@`%`"], True),
        (["something else"], True),
    ],
)
def test_only_grants_that_read_pass(grants: list[str], writes: bool) -> None:
    assert may_write(grants) is writes


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            'connection failed: connection to server at "10.0.0.5", port 5432 failed: Connection refused',
            "端口上没有数据库",
        ),
        (
            "failed to resolve host 'nowhere.gov': [Errno -2] Name or service not known",
            "主机名解析不了",
        ),
        ("connection timeout expired", "主机没有应答"),
        ("connection failed: No route to host", "主机没有应答"),
        ("(2003, \"Can't connect to MySQL server on '10.0.0.5' (timed out)\")", "连不上"),
        (
            "(2003, \"Can't connect to MySQL server on '10.0.0.5' ([Errno 111] Connection refused)\")",
            "端口上没有数据库",
        ),
        (
            "(2003, \"Can't connect to MySQL server on 'x' ([Errno -2] Name or service not known)\")",
            "主机名解析不了",
        ),
        ('FATAL:  password authentication failed for user "reader"', "用户名或口令不对"),
        ("(1045, \"Access denied for user 'r'@'h' (using password: YES)\")", "用户名或口令不对"),
        ("(1044, \"Access denied for user 'r'@'%' to database 'gig'\")", "没有读取权限"),
        ("(1142, \"SELECT command denied to user 'r'@'h' for table 'hire'\")", "没有读取权限"),
        ("permission denied for table hire", "没有读取权限"),
        ("authentication method 10 not supported", "登录方式"),
        ("none of the server's SASL authentication mechanisms are supported", "登录方式"),
        ("(2059, \"Authentication plugin 'sm3_password' cannot be loaded\")", "登录方式"),
        (
            'FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "r", database "gig", no encryption',
            "不许从本机登录",
        ),
        (
            "(1130, \"Host '10.0.0.9' is not allowed to connect to this MariaDB server\")",
            "不许从本机登录",
        ),
        ("server does not support SSL, but SSL was required", "加密连接"),
        ("SSL error: certificate verify failed", "加密连接"),
        ('root certificate file "/root/.postgresql/root.crt" does not exist', "加密连接"),
        (
            "(3159, 'Connections using insecure transport are prohibited while --require_secure_transport=ON.')",
            "加密连接",
        ),
        ("FATAL:  sorry, too many clients already", "连接数已满"),
        ("(1040, 'Too many connections')", "连接数已满"),
        ("FATAL: unsupported startup parameter: options", "连接池"),
        ('FATAL:  database "gig" does not exist', "库或表不存在"),
        ('relation "craft_certificate" does not exist', "库或表不存在"),
        ("canceling statement due to statement timeout", "读取超时"),
        ("(3024, 'Query execution was interrupted')", "读取超时"),
        ("(2013, 'Lost connection to MySQL server during query (timed out)')", "读取超时"),
        ("server closed the connection unexpectedly", "连不上"),
    ],
)
def test_a_refused_connection_names_its_cause(text: str, cause: str) -> None:
    error = sa.exc.OperationalError(None, None, psycopg.OperationalError(text))
    sentence = explain("suzhaohuo", error)
    assert sentence.startswith("连接 suzhaohuo ")
    assert cause in sentence
    assert sentence.count("。") == 1
    assert DATABASE not in sentence
