"""The exchange tables: what the feeds say, once, whole or not at all, in each make of database."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.exchange import Content, TableSpec, ValueKind, open_target, write
from data_access.site.settings import ROOT
from kpi.vocabulary import InputError
from reports.exchange import contents, exchange
from reports.feeds import FEED_BY_NAME
from reports.paper import PaperSource
from tests.reports.conftest import Made
from tests.reports.world import AS_OF
from tests.servers import Server

TABLES = ("alert_cards", "alerts", "departments", "divisions", "duties", "export", "indicators",
          "quality", "ranking", "remarks", "scorecard", "sources", "venues")
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server),
                        pytest.param("mariadb", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place to write to."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'exchange.sqlite'}"
    server: Server = request.getfixturevalue(request.param)
    server.forget()
    return server.url("office")


@pytest.fixture
def source(city: Made) -> PaperSource:
    return PaperSource(city.known.figures, city.known.card, city.known.note)


def _read(url: str) -> Rows:
    """Every table as any other program reads it."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted((tuple(row)
                          for row in connection.execute(sa.text(f"SELECT * FROM {name}"))), key=str)
            for name in sa.inspect(connection).get_table_names()}
    engine.dispose()
    return found


def _dicts(url: str, table: str) -> list[dict[str, Any]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(
            sa.text(f"SELECT * FROM linggong_{table} ORDER BY as_of, scope, row_no")).mappings()]
    engine.dispose()
    return found


def _same(stored: object, given: object) -> bool:
    if given is None or stored is None:
        return stored is given
    if isinstance(given, bool):
        return bool(stored) == given
    if isinstance(given, (list, dict)):
        return json.loads(str(stored)) == given
    return (
        str(stored) == given
        if isinstance(given, str)
        else float(str(stored)) == pytest.approx(given, rel=1e-12)
    )


def test_the_tables_hold_what_the_feeds_say(url: str, source: PaperSource) -> None:
    written = exchange(open_target(url), source, None)
    assert sorted(name.removeprefix("linggong_") for name in written) == list(TABLES)
    assert sorted(_read(url)) == sorted(written)
    card = FEED_BY_NAME["scorecard"].make(source)
    lines = _dicts(url, "scorecard")
    assert len(lines) == len(card["lines"]) > 100
    for row, line in zip(lines, card["lines"], strict=True):
        assert str(row["as_of"]) == AS_OF.isoformat()
        assert row["scope"] == "city"
        for name in ("indicator", "division", "rollup", "value", "numerator", "denominator",
                     "target", "comparator", "completion", "expected", "gap", "light",
                     "needed_per_day"):
            assert _same(row[name], line[name]), name
        for name in ("p10", "p50", "p90", "probability", "state", "landing"):
            assert _same(row[f"forecast_{name}"], (line["forecast"] or {}).get(name)), name
        assert _same(row["basis_excluded"], None if line["basis"] is None
                     else line["basis"]["excluded"])
    for feed, name in (("venues", "venues"), ("indicators", "indicators"),
                       ("indicators", "divisions"), ("alerts", "alerts")):
        given = FEED_BY_NAME[feed].make(source)[name]
        stored = _dicts(url, name)
        assert len(stored) == len(given) > 0
        for row, item in zip(stored, given, strict=True):
            assert all(_same(row[field], item[field]) for field in item), (name, item)
    # this city names no departments and its feed was given no duties
    assert _dicts(url, "departments") == _dicts(url, "duties") == []
    # whole numbers come back whole, names as they were
    assert {row["name"] for row in _dicts(url, "divisions")} >= {"沭阳县", "宿城区"}


def test_writing_twice_leaves_the_same_rows(url: str, source: PaperSource) -> None:
    exchange(open_target(url), source, None)
    first = _read(url)
    assert sum(len(rows) for rows in first.values()) > 200
    exchange(open_target(url), source, None)
    assert _read(url) == first


SMALL = TableSpec("linggong_small", {"code": ValueKind.TEXT, "amount": ValueKind.NUMBER})
OTHER = TableSpec("linggong_other", {"code": ValueKind.TEXT})
_DAY, _NEXT = date(2026, 1, 1), date(2026, 1, 2)


def _some(*codes: str) -> list[Content]:
    rows = [{"code": code, "amount": 1.5} for code in codes]
    return [Content(SMALL, rows), Content(OTHER, [{"code": code} for code in codes])]


def test_another_day_and_another_scope_stay_as_they_were(url: str) -> None:
    target = open_target(url)
    # three codes wherever they are compared by bytes or not
    write(target, _DAY, "city", _some("a", "A", "a "))
    write(target, _NEXT, "city", _some("b"))
    write(target, _DAY, "321322", _some("c"))
    write(target, _DAY, "city", _some("d", "e"))
    found = {(str(row[0]), row[1], row[3]) for row in _read(url)["linggong_small"]}
    assert found == {("2026-01-01", "city", "d"), ("2026-01-01", "city", "e"),
                     ("2026-01-02", "city", "b"), ("2026-01-01", "321322", "c")}
    write(target, _DAY, "city", _some())
    assert ("2026-01-01", "city") not in {(str(row[0]), row[1])
                                          for row in _read(url)["linggong_small"]}


def test_a_table_of_an_earlier_version_gets_its_new_columns(url: str) -> None:
    target = open_target(url)
    write(target, _DAY, "city", [Content(TableSpec("linggong_small", {"code": ValueKind.TEXT}),
                                         [{"code": "old"}])])
    write(target, _NEXT, "city", _some("new"))
    rows = {row["code"]: row["amount"] for row in _dicts(url, "small")}
    assert rows == {"old": None, "new": 1.5}


def test_a_failure_in_the_middle_leaves_what_was_there(url: str) -> None:
    target = open_target(url)
    write(target, _DAY, "city", _some("a", "b"))
    before = _read(url)
    broken = [*_some("x"), Content(TableSpec("linggong_third", {"number": ValueKind.WHOLE}),
                                   [{"number": "no number"}, {}])]
    with pytest.raises(InputError, match="交换库"):
        write(target, _DAY, "city", broken)
    assert {name: rows for name, rows in _read(url).items() if name in before} == before


_WRITER = """
import sys, time
from data_access.exchange import open_target, writing
from tests.reports import test_exchange as t
inserted = writing._insert
def stopping(connection, table, rows):
    inserted(connection, table, rows)
    if table.name == "linggong_small":
        print("half", flush=True)
        time.sleep(60)
writing._insert = stopping
writing.write(open_target(sys.argv[1]), t._DAY, "city", t._some("x", "y", "z"))
"""


@pytest.mark.long
def test_killed_half_way_the_tables_are_as_before(url: str) -> None:
    write(open_target(url), _DAY, "city", _some("a", "b"))
    before = _read(url)
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, url], cwd=ROOT,
                              stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"half\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait(30)
    writer.stdout.close()
    for _ in range(100):
        if _free(url):
            break
        time.sleep(0.1)
    assert _read(url) == before
    write(open_target(url), _DAY, "city", _some("x"))
    assert [row["code"] for row in _dicts(url, "small")] == ["x"]


def _free(url: str) -> bool:
    """Whether the server has noticed that the writer is gone."""
    try:
        write(open_target(url), _NEXT, "probe", _some())
    except InputError:
        return False
    return True


def _sentence(url: str, own: tuple[str, ...] = ()) -> str:
    with pytest.raises(InputError) as caught:
        write(open_target(url, own), _DAY, "city", _some("a"))
    text = str(caught.value)
    assert text.count("。") == 1
    assert "Owner-Pass" not in text
    assert "INSERT" not in text.upper().replace("INSERT,", "")
    return text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "--to"),
        ("nonsense", "写法有误"),
        ("oracle://u:p@h/x", "oracle"),
        ("sqlite://", "没有指明文件"),
        ("sqlite:////nowhere/at/all.sqlite", "文件夹"),
        ("postgresql+asyncpg2://u:p@h/x", "驱动"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/x", "连不上"),
        ("mysql+pymysql://u:secret@127.0.0.1:1/x", "连不上"),
    ],
)
def test_a_target_that_cannot_be_used_is_named_with_what_to_do(url: str, told: str) -> None:
    sentence = _sentence(url)
    assert told in sentence
    assert "secret" not in sentence


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("不是数据库" * 100, encoding="utf-8")
    assert "不是数据库" in _sentence(f"sqlite:///{tmp_path / 'text.sqlite'}")
    read_only = tmp_path / "exchange.sqlite"
    sqlite3.connect(read_only).close()
    assert "不能写" in _sentence(f"sqlite:///file:{read_only}?mode=ro&uri=true")


def test_a_busy_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import data_access.exchange.target as module

    monkeypatch.setattr(module, "BUSY_SECONDS", 0.2)
    path = tmp_path / "exchange.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "正被另一个程序写入" in _sentence(f"sqlite:///{path}")
    other.close()


def test_the_programs_own_databases_are_no_target(tmp_path: Path) -> None:
    here = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    assert "另建一个库" in _sentence(here, (here,))
    server = "postgresql+psycopg://reader:x@10.0.0.5/gig"
    assert "另建一个库" in _sentence("postgresql+psycopg://writer:y@10.0.0.5/gig", (server,))
    assert open_target("postgresql+psycopg://writer:y@10.0.0.5/exchange",
                       (server,)).place == "10.0.0.5/exchange"


def test_an_account_that_may_only_read_is_told_apart_from_a_wrong_password(
        postgresql: Server, mariadb: Server) -> None:
    postgresql.execute("DROP ROLE IF EXISTS lookonly",
                       "CREATE ROLE lookonly LOGIN PASSWORD 'Look-Only-1'",
                       "GRANT USAGE ON SCHEMA office TO lookonly")
    mariadb.execute("CREATE OR REPLACE USER lookonly@'%' IDENTIFIED BY 'Look-Only-1'",
                    "GRANT SELECT ON office.* TO lookonly@'%'")
    for server in (postgresql, mariadb):
        assert "不能写" in _sentence(server.url("office", "lookonly", "Look-Only-1"))
        assert "用户名或口令不对" in _sentence(server.url("office", "lookonly", "Look-Only-2"))
        assert "所指的库不存在" in _sentence(server.url("office").replace(
            "/linggong?", "/nothere?").replace("/office?", "/nothere?"))
    postgresql.execute("DROP OWNED BY lookonly", "DROP ROLE lookonly")
    mariadb.execute("DROP USER lookonly@'%'")


def test_every_list_of_the_feeds_is_a_table_with_every_field(source: PaperSource) -> None:
    """Field by field: a new one in the JSON that has no column is noticed here."""
    tables = {content.table.name.removeprefix("linggong_"): content for content in contents(source)}
    renamed = {"group": "peer_group", "read": "rows_read", "counted": "rows_counted"}
    for feed in FEED_BY_NAME.values():
        for name, items in feed.make(source).items():
            if not isinstance(items, list):
                continue
            columns = set(tables["scorecard" if name == "lines" else name].table.columns)
            for field, value in (pair for item in items for pair in item.items()):
                if isinstance(value, dict) and not columns & {field}:
                    assert {f"{field}_{inner}" for inner in value} <= columns, (name, field)
                else:
                    known = {field, renamed.get(field, field)} & columns or {
                        column for column in columns if column.startswith(f"{field}_")}
                    assert known, (name, field)


def test_the_command_writes_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    from reports.__main__ import main
    from tests.fixtures import distinct_city

    for name, value in distinct_city.write(tmp_path / "city").items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "exchange.sqlite"
    def run(*given: str) -> int:
        return main(["export", "--as-of", "2025-07-31", *given])

    assert run("--to", f"sqlite:///{path}") == 0
    assert f"已写入 {path}：截至 2025-07-31，13 张表" in capsys.readouterr().out
    monkeypatch.setenv("LINGGONG_EXPORT_URL", f"sqlite:///{path}")
    assert run("--division", "321322") == 0
    assert run("--division", "321300") == 0
    scopes = {row["scope"] for row in _dicts(f"sqlite:///{path}", "scorecard")}
    assert scopes == {"city", "321322"}
    divisions = {row["division"] for row in _dicts(f"sqlite:///{path}", "scorecard")
                 if row["scope"] == "321322"}
    assert divisions == {"321300", "321322"}
    assert run("--division", "999999") == 2
    assert run("--to", distinct_city.write(tmp_path / "again")["LINGGONG_URL_OFFICE"]) == 0
    own = os.environ["LINGGONG_URL_OFFICE"]
    assert run("--to", own) == 2
    assert "另建一个库" in capsys.readouterr().err
