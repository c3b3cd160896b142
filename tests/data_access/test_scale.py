"""A large table: a sample copied inside the server, read whole, by what the server counts, and with
its indexes missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data_access.checking import indexes
from data_access.checking.check import check
from data_access.reading import incremental
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Method, Snapshot
from sample_data.build import fill
from tests.data_access.site import site
from tests.examples import examples
from tests.servers import Server

pytestmark = pytest.mark.server
EVENING = datetime(2026, 11, 2, 20)
SCALE = 0.2


@pytest.fixture
def large(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Postings, hires and accounts of the sample twice over, small enough to be trusted with its
    counters from row 1.
    """
    postgresql.forget()
    fill(postgresql.url("{connection}"), scale=SCALE, copies=2)
    monkeypatch.setattr(incremental, "TRUSTED_FROM", 1)
    yield postgresql
    postgresql.forget()


def _site(folder: Path, server: Server) -> Settings:
    """A site whose table is changed at will: what moves is read, nothing is held for being
    implausible.
    """
    given = site(folder, {name: server.url(name) for name in ("suzhaohuo", "reference")},
                 full_every_days=10_000)
    plan = given.plan_file.read_text(encoding="utf-8")
    given.plan_file.write_text(f"{plan}\n[plausibility]\nleast_rows = 1_000_000_000\n",
                               encoding="utf-8")
    return given


def _full(given: Settings, now: datetime) -> Snapshot:
    with TemporaryDirectory() as folder:
        return refresh(Settings(given.config, Path(folder), given.urls), now=now)


def _change(server: Server, *statements: str) -> None:
    """The bureau's own session; at its end the server has counted what it did."""
    with server._connect() as session:
        session.autocommit = False
        for statement in statements:
            session.execute(statement)
        session.commit()


NEW = """
INSERT INTO suzhaohuo.job_posting SELECT posting_id || '+' || pg_current_xact_id(), platform, employer_code, occupation, sector,
    collector, unit_code, township_code, headcount, DATE '2026-11-01', NULL, NULL, employer_verified, TIMESTAMP '2026-11-01 12:00'
FROM suzhaohuo.job_posting WHERE published_on BETWEEN '2026-10-25' AND '2026-10-31'"""


def test_new_rows_are_found_by_what_the_server_counts_without_looking_through_the_table(
        large: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given_ = _site(tmp_path, large)
    first = refresh(given_, now=EVENING)
    assert first.parts["job_posting"].trace is not None
    assert first.parts["job_posting"].trace.counters is not None

    def refused(*_: object) -> None:
        raise AssertionError("looked through the whole table")
    monkeypatch.setattr(incremental, "trace_slices", refused)
    assert refresh(given_, now=EVENING + timedelta(hours=1)).parts[
        "job_posting"].method == Method.UNCHANGED
    _change(large, NEW)
    later = EVENING + timedelta(hours=2)
    found = refresh(given_, now=later)
    monkeypatch.undo()
    assert found.parts["job_posting"].method == Method.INCREMENTAL
    _assert_parts(found, _full(given_, later))


DEEDS = {
    "new": NEW,
    "late": NEW.replace("2026-11-01", "2026-03-05"),
    "old stamp": NEW.replace("TIMESTAMP '2026-11-01 12:00'", "TIMESTAMP '2025-01-01 12:00'"),
    "deleted": "DELETE FROM suzhaohuo.job_posting WHERE posting_id LIKE '%7-1'",
    "written off": "UPDATE suzhaohuo.job_posting SET invalidated_on = '2026-10-30', updated_at = '2026-11-02 09:00' "
    "WHERE posting_id LIKE '%33%' AND invalidated_on IS NULL",
    "moved": "UPDATE suzhaohuo.job_posting SET published_on = published_on - 40, updated_at = '2026-11-02 10:00' "
    "WHERE posting_id LIKE '%55%'",
    "moved and put right": "UPDATE suzhaohuo.job_posting SET published_on = published_on + 3, updated_at = '2026-11-02 11:00' "
    "WHERE posting_id LIKE '%66%'",
    "swapped": "WITH gone AS (DELETE FROM suzhaohuo.job_posting WHERE posting_id LIKE '%9-1' RETURNING *) "
    "INSERT INTO suzhaohuo.job_posting SELECT * FROM gone WHERE posting_id LIKE '%1%'",
    "table made anew": "CREATE TABLE suzhaohuo.other AS SELECT * FROM suzhaohuo.job_posting WHERE posting_id NOT LIKE '%8-1'; "
    "DROP TABLE suzhaohuo.job_posting; ALTER TABLE suzhaohuo.other RENAME TO job_posting",
    "accounts": "DELETE FROM suzhaohuo.worker_account WHERE account_id LIKE '%12%'",
}


@settings(max_examples=examples(4), deadline=None, suppress_health_check=list(HealthCheck),
          phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.lists(st.sampled_from(sorted(DEEDS)), max_size=2), min_size=2, max_size=4))
def test_after_any_history_what_the_server_counts_leads_to_what_reading_everything_gives(
        large: Server, history: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        given_ = _site(Path(folder), large)
        now = EVENING
        for deeds in [[], *history]:
            for deed in deeds:
                _change(large, *DEEDS[deed].split("; "))
            _assert_parts(refresh(given_, now=now), _full(given_, now))
            now += timedelta(hours=5)


def test_a_rolled_back_insertion_changes_nothing(large: Server, tmp_path: Path) -> None:
    given_ = _site(tmp_path, large)
    refresh(given_, now=EVENING)
    with large._connect() as session:
        session.autocommit = False
        session.execute(NEW)
        session.rollback()
    later = EVENING + timedelta(hours=1)
    _assert_parts(refresh(given_, now=later), _full(given_, later))


def test_a_view_has_no_counters_and_is_looked_through(large: Server, tmp_path: Path) -> None:
    _change(large, "ALTER TABLE suzhaohuo.job_posting RENAME TO behind",
            "CREATE VIEW suzhaohuo.job_posting AS SELECT * FROM suzhaohuo.behind")
    try:
        given_ = _site(tmp_path, large)
        trace = refresh(given_, now=EVENING).parts["job_posting"].trace
        assert trace is not None
        assert trace.counters is None
        _change(large, "DELETE FROM suzhaohuo.behind WHERE posting_id LIKE '%7-1'")
        later = EVENING + timedelta(hours=1)
        _assert_parts(refresh(given_, now=later), _full(given_, later))
    finally:
        _change(large, "DROP VIEW suzhaohuo.job_posting",
                "ALTER TABLE suzhaohuo.behind RENAME TO job_posting")


def _assert_parts(one: Snapshot, other: Snapshot) -> None:
    assert one.messages == other.messages == ()
    assert one.id == other.id
    for name, part in one.parts.items():
        whole = other.parts[name].data
        assert part.data.cells.equals(whole.cells), name
        assert part.data.quality == whole.quality
        assert part.data.findings is not None
        assert whole.findings is not None
        assert part.data.findings.equals(whole.findings)


def test_check_names_the_indexes_a_large_table_lacks(large: Server, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "FROM_ROWS", 1)

    def lines() -> str:
        (row,) = [row for row in check(_site(tmp_path, large), EVENING)
                  if row.dataset == "job_posting"]
        return "\n".join(row.lines())
    assert "缺少索引" not in lines()
    _change(large, "DROP INDEX suzhaohuo.ix_job_posting_published_on")
    said = lines()
    assert "缺少索引（published_on，updated_at）：重读变动的日期要看整张表，有新增的刷新约慢 2.5 倍" in said
    statement = said.split("请对方管理员执行 ")[1].splitlines()[0]
    assert (
        statement
        == "CREATE INDEX CONCURRENTLY ix_job_posting_published_on_updated_at ON job_posting (published_on, updated_at);"
    )
    large.execute("SET search_path TO suzhaohuo", statement, "RESET search_path")
    assert "缺少索引" not in lines()


def test_check_asks_for_no_index_on_a_small_table(large: Server, tmp_path: Path) -> None:
    _change(large, "DROP INDEX suzhaohuo.ix_job_posting_published_on")
    (row,) = [row for row in check(_site(tmp_path, large), EVENING) if row.dataset == "job_posting"]
    assert row.missing == ()
