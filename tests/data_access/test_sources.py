"""Service databases: never written to, never waited for too long, never quoted with their password.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.connect.limits import SourceUnavailableError
from data_access.connect.sources import open_engine, reading
from data_access.snapshots.refresh import refresh
from kpi.counting.facts import SourceState
from kpi.vocabulary.errors import InputError
from tests.data_access.site import NOON, drawn, site
from tests.drawn import WORLD, write_sqlite
from tests.servers import Server

READER, PASSWORD = "reader", "Geheim-77-S3cret"
WRITES = ("INSERT INTO hire (hire_id) VALUES ('X')", "UPDATE hire SET hire_id = 'X'",
          "DELETE FROM hire", "CREATE TABLE made (id integer)", "DROP TABLE hire")
HIRES = """
    | hire_id | unit_code |
    | H1      | 321302    |
"""


@pytest.mark.parametrize("statement", WRITES)
def test_a_server_refuses_a_write_through_our_session(server: Server, statement: str) -> None:
    url = server.write(drawn(hire=HIRES))["suzhaohuo"]
    engine = open_engine("suzhaohuo", url)
    with engine.connect() as opened, pytest.raises(sa.exc.DBAPIError):
        opened.execute(sa.text(statement))
    engine.dispose()
    assert server.query("SELECT hire_id FROM suzhaohuo.hire") == [("H1",)]


@pytest.mark.parametrize("statement", WRITES)
def test_sqlite_refuses_a_write_through_our_session(tmp_path: Path, statement: str) -> None:
    engine = open_engine("suzhaohuo", write_sqlite(tmp_path, drawn(hire=HIRES))["suzhaohuo"])
    with engine.connect() as opened, pytest.raises(sa.exc.DBAPIError):
        opened.execute(sa.text(statement))
    engine.dispose()


def test_a_statement_that_takes_too_long_is_ended_by_the_server(server: Server) -> None:
    url = server.write(drawn(hire=HIRES))["suzhaohuo"]
    engine = open_engine("suzhaohuo", url, statement_seconds=1)
    sleep = "SELECT pg_sleep(60)" if server.make == "postgresql" else "SELECT SLEEP(60)"
    with (
        pytest.raises(SourceUnavailableError, match="读取超时"),
        reading("suzhaohuo", engine) as opened,
    ):
        opened.execute(sa.text(sleep))
    engine.dispose()


def test_a_statement_without_end_is_ended_on_sqlite(tmp_path: Path) -> None:
    engine = open_engine("suzhaohuo", write_sqlite(tmp_path, drawn(hire=HIRES))["suzhaohuo"],
                         statement_seconds=1)
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    with pytest.raises(SourceUnavailableError, match="读取超时"), reading(
            "suzhaohuo", engine) as opened:
        opened.execute(sa.text(endless))
    engine.dispose()


def test_an_engine_kept_open_recovers_after_a_restart(server: Server) -> None:
    url = server.write(drawn(hire=HIRES))["suzhaohuo"]
    engine = open_engine("suzhaohuo", url)
    with reading("suzhaohuo", engine) as opened:
        assert opened.execute(sa.text("SELECT count(*) FROM hire")).scalar_one() == 1
    server.stop()
    server.start()
    with reading("suzhaohuo", engine) as opened:
        assert opened.execute(sa.text("SELECT count(*) FROM hire")).scalar_one() == 1
    engine.dispose()


def _grant(server: Server, columns: str) -> None:
    """A reading account for these columns of `gig_hire` and no more."""
    if server.make == "postgresql":
        server.execute(f"DROP ROLE IF EXISTS {READER}",
                       f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'",
                       f"GRANT USAGE ON SCHEMA suzhaohuo TO {READER}",
                       f"GRANT SELECT ({columns}) ON suzhaohuo.gig_hire TO {READER}")
    else:
        server.execute(f"CREATE OR REPLACE USER {READER}@'%' IDENTIFIED BY '{PASSWORD}'",
                       f"GRANT SELECT ({columns}) ON suzhaohuo.gig_hire TO {READER}@'%'")


def _revoke(server: Server) -> None:
    if server.make == "postgresql":
        server.execute(f"DROP OWNED BY {READER}", f"DROP ROLE {READER}")
    else:
        server.execute(f"DROP USER {READER}@'%'")


MAPPING = """
[datasets.hire]
table = "gig_hire"
[datasets.hire.columns]
hire_id = "id"
posting_id = ""
township_code = ""
unit_code = "area"
matched_on = "matched_at"
agreement_signed_on = ""
"""


@pytest.fixture
def gig_hires(server: Server) -> Server:
    """A table of the bureau's own, with columns that are nobody's business."""
    stamp = "timestamp" if server.make == "postgresql" else "datetime"
    server.execute(
        f"CREATE TABLE suzhaohuo.gig_hire (id integer, area varchar(20), matched_at {stamp}, name varchar(50), "
        "phone varchar(20))",
        "INSERT INTO suzhaohuo.gig_hire VALUES (1, '321302', '2025-03-01 23:30:00', '某人', '13900000000')",
    )
    return server


def test_an_account_that_may_read_the_mapped_columns_alone_suffices(
        gig_hires: Server, tmp_path: Path) -> None:
    server = gig_hires
    _grant(server, "id, area, matched_at")
    try:
        urls = {"suzhaohuo": server.url("suzhaohuo", READER, PASSWORD)}
        taken = refresh(site(tmp_path, urls, MAPPING), now=NOON)
    finally:
        _revoke(server)
    part = taken.parts.get("hire")
    assert part is not None, taken.messages
    assert (part.stale, part.data.quality.read, part.data.quality.counted) == (False, 1, 1)


def test_a_mapped_column_that_may_not_be_read_is_said_in_plain_words(
        gig_hires: Server, tmp_path: Path) -> None:
    server = gig_hires
    _grant(server, "id, area")
    try:
        taken = refresh(site(tmp_path, {"suzhaohuo": server.url("suzhaohuo", READER, PASSWORD)},
                             MAPPING), now=NOON)
    finally:
        _revoke(server)
    assert "hire" not in taken.parts
    assert any("没有读取权限" in message or "缺少列 matched_at" in message for message in taken.messages)


def test_a_wrong_password_and_a_missing_database_are_told_apart_and_never_quoted(
        server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = server.url("suzhaohuo", "owner", PASSWORD)
    missing = (server.url("suzhaohuo").replace("/linggong?", "/nowhere?")
               if server.make == "postgresql" else server.url("nowhere"))
    first = refresh(site(tmp_path / "a", {"suzhaohuo": wrong}), now=NOON)
    second = refresh(site(tmp_path / "b", {"suzhaohuo": missing}), now=NOON)
    assert "用户名或口令不对" in str(first.sources["suzhaohuo"].message)
    assert "所指的库或表不存在" in str(second.sources["suzhaohuo"].message)
    for text in (repr(first), repr(second), caplog.text, *_written(tmp_path)):
        assert PASSWORD not in text
        assert "Owner-Pass" not in text


def _written(folder: Path) -> list[str]:
    return [path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()]


BROKEN_URLS = {
    "nobody listens": f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:1/db",
    "nobody listens either": f"mysql+pymysql://u:{PASSWORD}@127.0.0.1:1/db",
    "impossible host": f"postgresql+psycopg://u:{PASSWORD}@no..such..host/db",
    "impossible host for MySQL": f"mysql+pymysql://u:{PASSWORD}@no..such..host/db",
    "driver missing": f"oracle+oracledb://u:{PASSWORD}@127.0.0.1/db",
    "make unknown": f"dm+dmPython://u:{PASSWORD}@127.0.0.1/db",
    "not a url": f"u:{PASSWORD}@127.0.0.1",
    "port is no number": f"postgresql+psycopg://u@127.0.0.1:{PASSWORD}/db",
    "unknown parameter": f"mysql+pymysql://u:{PASSWORD}@127.0.0.1:1/db?{PASSWORD}=1",
    "unknown parameter of PostgreSQL": f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:1/db?{PASSWORD}=1",
    "no such file": f"sqlite:////nowhere/{PASSWORD[:0]}nothing.sqlite",
}


@pytest.mark.parametrize("url", BROKEN_URLS.values(), ids=BROKEN_URLS)
def test_a_connection_that_cannot_be_opened_gives_one_sentence_without_the_password(
        tmp_path: Path, url: str, caplog: pytest.LogCaptureFixture,
        capsys: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    settings = site(tmp_path, {"suzhaohuo": url})
    taken = refresh(settings, now=NOON)
    assert taken.sources["suzhaohuo"].state == SourceState.DOWN
    message = str(taken.sources["suzhaohuo"].message)
    assert "suzhaohuo" in message
    assert message.endswith("。")
    captured = capsys.readouterr()
    for text in (repr(taken), repr(settings), caplog.text, captured.out,
                 captured.err, *_written(tmp_path)):
        assert PASSWORD not in text


def test_a_division_list_that_cannot_be_read_the_first_time_stops_the_refresh(
        tmp_path: Path) -> None:
    settings = site(tmp_path, {"reference": f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:1/db"})
    with pytest.raises(InputError, match="连接 reference 连不上") as caught:
        refresh(settings, now=NOON)
    assert PASSWORD not in str(caught.value)


def test_a_division_list_that_cannot_be_read_later_is_kept_from_the_last_time(
        tmp_path: Path) -> None:
    urls = write_sqlite(tmp_path, {**WORLD, "hire": []})
    refresh(site(tmp_path, urls), now=NOON)
    (tmp_path / "reference.sqlite").unlink()
    again = refresh(site(tmp_path, urls), now=NOON)
    assert again.sources["reference"].state == SourceState.STALE
    assert any("沿用上次读到的" in message for message in again.messages)
    assert len(again.reference["township"] or []) == len(WORLD["township"])


def test_two_files_share_compiled_statements_and_not_their_rows(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = (write_sqlite(tmp_path / name, drawn(hire=HIRES)) for name in ("one", "other"))
    engines = [open_engine("suzhaohuo", urls["suzhaohuo"]) for urls in (one, other)]
    with sqlite3.connect(tmp_path / "other" / "suzhaohuo.sqlite") as raw:
        raw.execute("DELETE FROM hire")
    raw.close()
    counted = []
    for engine in engines:
        with reading("suzhaohuo", engine) as opened:
            counted.append(opened.execute(sa.select(sa.func.count()).select_from(
                sa.table("hire"))).scalar_one())
        engine.dispose()
    assert counted[0] > 0
    assert counted[1] == 0
    assert engines[0].dialect is engines[1].dialect
