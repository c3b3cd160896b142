"""Apache Spark over two workers: read only, and a worker or a line that fails never makes a figure
wrong.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.connect.limits import SourceUnavailableError
from data_access.connect.sources import open_engine, reading
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Method, Snapshot
from kpi.counting.facts import SourceState
from kpi.definitions.shipped_datasets import DATASETS
from tests.data_access.dying import before_statement, states
from tests.data_access.line import Line, line_to
from tests.data_access.site import NOON, site
from tests.drawn import filled, rows
from tests.spark import WORKERS, Spark

pytestmark = pytest.mark.server

LATER = NOON + timedelta(hours=1)
FIRST = {"fund_entry": rows("fund_entry", """
    | unit_code | kind   | amount | booked_on  |
    | 321302    | budget | 200.5  | 2025-02-01 |
    | 321322    | budget | 100    | 2025-03-01 |
"""), "practice_report": rows("practice_report", """
    | unit_code | submitted_on |
    | 321322    | 2025-02-01   |
    | 321302    | 2025-03-01   |
""")}
"""Of one connection alone, so that the divisions are the bundled ones and Spark has less to do."""
THEN = {name: [*found, *(filled(name, {**row, DATASETS[name].key: f"{row[DATASETS[name].key]}-2"})
                         for row in found)] for name, found in FIRST.items()}


@dataclass(frozen=True)
class Before:
    """What was read first, what a whole reading gives since, and the number of its statement with
    the second figures.
    """

    settings: Settings
    earlier: Snapshot
    whole: Snapshot
    number: int


@pytest.fixture(scope="module")
def line(spark: Spark) -> Iterator[Line]:
    with line_to(spark.port) as line:
        yield line


@pytest.fixture(scope="module")
def before(spark: Spark, line: Line, tmp_path_factory: pytest.TempPathFactory) -> Before:
    folder = tmp_path_factory.mktemp("spark")
    urls = {name: url.replace(str(spark.port), str(line.port))
            for name, url in spark.write(FIRST).items()}
    settings = site(folder / "site", urls)
    earlier = refresh(settings, now=NOON)
    spark.write(THEN)
    with before_statement(0, lambda: None) as sent:
        whole = refresh(site(folder / "whole", urls), now=LATER)
    number = next(number for number, one in enumerate(sent, start=1) if "`events`" in one
                  and "practice_report" in one)
    return Before(settings, earlier, whole, number)


@pytest.fixture
def cluster(spark: Spark) -> Iterator[Spark]:
    yield spark
    for _ in range(WORKERS - spark.alive):
        spark.add_worker()


@pytest.fixture
def settings(cluster: Spark, before: Before, tmp_path: Path) -> Settings:
    """A site that has read the first tables and is about to read the second."""
    cluster.write(THEN)
    shutil.copytree(before.settings.data, tmp_path / "site" / "var")
    return site(tmp_path / "site", before.settings.urls)


def test_when_one_worker_dies_the_other_finishes_the_work(cluster: Spark, before: Before,
                                                          settings: Settings) -> None:
    with before_statement(before.number, cluster.kill_worker):
        taken = refresh(settings, now=LATER, full=True)
    assert states(taken, before.earlier, before.whole) == {"fund_entry": "now",
                                                           "practice_report": "now"}
    assert taken.sources["office"].state == SourceState.OK


def test_a_line_cut_in_the_middle_makes_the_source_stale(line: Line, before: Before,
                                                         settings: Settings) -> None:
    with before_statement(before.number, line.cut):
        taken = refresh(settings, now=LATER, full=True)
    assert states(taken, before.earlier, before.whole) == {
        "fund_entry": "now",
        "practice_report": "earlier",
    }
    assert "连不上" in str(taken.sources["office"].message)
    assert taken.sources["office"].state == SourceState.STALE


@pytest.mark.parametrize("statement", ["INSERT INTO practice_report VALUES ('X', NULL, NULL, NULL)",
                                       "DROP TABLE practice_report",
                                       "/* SELECT */ DELETE FROM practice_report"])
def test_a_statement_that_is_no_reading_is_never_sent(cluster: Spark, statement: str) -> None:
    cluster.write({"practice_report": FIRST["practice_report"]})
    engine = open_engine("office", cluster.url("office"))
    with engine.connect() as opened, pytest.raises(sa.exc.OperationalError, match="only reads"):
        opened.execute(sa.text(statement))
    engine.dispose()


def test_a_server_that_asks_no_rights_is_not_read_unless_the_site_says_so(cluster: Spark) -> None:
    cluster.write({"practice_report": FIRST["practice_report"]})
    url = cluster.url("office")
    engine = open_engine("office", url.replace("?accept_writable=true", ""))
    with pytest.raises(SourceUnavailableError, match="不管账户的权限"), reading("office", engine):
        pass
    engine.dispose()
    engine = open_engine("office", url)
    with reading("office", engine) as opened:
        assert opened.execute(sa.text("SELECT count(*) FROM practice_report")).scalar_one() == 2
    engine.dispose()


def test_a_server_that_is_not_there_is_said_to_be_out_of_reach(cluster: Spark) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    engine = open_engine("office", f"hive://reader@127.0.0.1:{port}/office")
    with pytest.raises(SourceUnavailableError, match="主机在，但端口上没有数据库"), reading(
            "office", engine):
        pass
    engine.dispose()


def test_a_table_that_is_not_there_is_named(cluster: Spark, tmp_path: Path) -> None:
    urls = cluster.write({"practice_report": FIRST["practice_report"]})
    taken = refresh(site(tmp_path, urls), now=NOON)
    assert set(taken.parts) == {"practice_report"}
    assert any("找不到表 fund_entry" in message for message in taken.messages)


def test_only_changed_months_are_read_again_and_give_what_a_whole_reading_gives(
        cluster: Spark, tmp_path: Path) -> None:
    two = """
        | report_id | unit_code | submitted_on | updated_at       |
        | R1        | 321322    | 2025-02-01   | 2025-02-01T08:00 |
        | R2        | 321302    | 2025-03-01   | 2025-03-01T08:00 |
    """
    urls = cluster.write({"fund_entry": [], "practice_report": rows("practice_report", two)})
    refresh(site(tmp_path / "site", urls), now=NOON)
    cluster.write({"fund_entry": [], "practice_report": rows("practice_report", two + """
        | R3        | 321302    | 2025-03-09   | 2026-06-30T12:30 |
    """)})
    taken = refresh(site(tmp_path / "site", urls), now=LATER)
    whole = refresh(site(tmp_path / "whole", urls), now=LATER)
    assert taken.parts["practice_report"].method == Method.INCREMENTAL
    assert taken.id == whole.id


def test_when_no_worker_is_left_the_statement_ends_in_time_and_the_source_is_stale(
        cluster: Spark, before: Before, settings: Settings) -> None:
    with before_statement(before.number, cluster.kill_workers):
        taken = refresh(replace(settings, statement_seconds=20), now=LATER, full=True)
    assert states(taken, before.earlier, before.whole) == {"fund_entry": "now",
                                                           "practice_report": "earlier"}
    assert "读取超时" in str(taken.sources["office"].message)
    assert taken.sources["office"].state == SourceState.STALE
