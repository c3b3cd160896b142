"""PostgreSQL over two workers: they do the counting, and one that dies never makes a figure wrong.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Snapshot
from kpi.counting.facts import SourceState
from kpi.definitions.cube import EVENTS
from kpi.definitions.shipped_datasets import DATASETS, FACT_DATASETS
from tests.data_access.dying import before_statement, statements_until, states
from tests.data_access.site import NOON, drawn, site, some_rows
from tests.drawn import filled
from tests.servers import Server
from tests.shards import Shards

pytestmark = pytest.mark.server

AT_THE_HEAD = {"job_posting", "worker_account", "employer_account", "training_attendance"}
"""Rules that look from row to row (first of an account, shortly after another posting) need all rows in one place."""

COVER = {("injury_cover", "covered"), ("injury_cover", "uncovered")}


_TIMES = 60  # rows enough that the head would rather be sent counts, as of any real table


def _copied(name: str) -> str:
    """The columns of a copied row, with an identity of its own: a repeated one would have to be
    looked at in one place.
    """
    return ", ".join(f"drawn.{column} || '-' || number" if column == DATASETS[name].key
                     else f"drawn.{column}" for column in DATASETS[name].column_names)


@pytest.fixture(scope="module")
def plans(sharded: Shards, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Every statement a full refresh sends, and how the head carries it out."""
    sharded.forget()
    urls = sharded.write({**drawn(), **{name: some_rows(name) for name in FACT_DATASETS}})
    for name in FACT_DATASETS:
        table = f"{DATASETS[name].connection}.{name}"
        sharded.execute(
            f"INSERT INTO {table} SELECT {_copied(name)} FROM {table} AS drawn, generate_series(1, {_TIMES}) AS number",
            f"ANALYZE {table}",
        )  # a foreign table is looked at only when it is named
    explained: list[tuple[str, str]] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")) and "pg_catalog" not in statement:
            cursor.execute(f"EXPLAIN (VERBOSE, COSTS OFF) {statement}", parameters)
            explained.append((statement, "\n".join(row[0] for row in cursor.fetchall())))
    sa.event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        refresh(site(tmp_path_factory.mktemp("plans"), urls), now=NOON)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", explain)
    return explained


def _of(plans: list[tuple[str, str]], dataset: str) -> list[str]:
    """The plans of the statements that give a dataset's cells: one an event, in their order, or one
    for all.
    """
    found = [plan for statement, plan in plans if f"FROM {dataset})" in statement
             and "AS events GROUP BY" in statement]
    assert len(found) == (1 if dataset in AT_THE_HEAD else len(EVENTS[dataset]))
    return found


@pytest.mark.parametrize("dataset", [name for name in FACT_DATASETS if name not in AT_THE_HEAD])
def test_each_worker_counts_its_own_rows_and_sends_the_counts(plans: list[tuple[str, str]],
                                                              dataset: str) -> None:
    for event, plan in zip(EVENTS[dataset], _of(plans, dataset), strict=True):
        if (dataset, event.name) not in COVER:
            assert plan.count("Async Foreign Scan") == 2, plan
            assert plan.count("Relations: Aggregate on") == 2, plan


@pytest.mark.parametrize("dataset", sorted(AT_THE_HEAD))
def test_rules_that_look_from_row_to_row_ask_the_workers_for_rows_side_by_side(
        plans: list[tuple[str, str]], dataset: str) -> None:
    for plan in _of(plans, dataset):
        assert plan.count("Async Foreign Scan") == 2, plan
        assert "Relations: Aggregate on" not in plan


@pytest.mark.parametrize("dataset", FACT_DATASETS)
def test_the_rows_of_a_table_are_counted_where_they_are(plans: list[tuple[str, str]],
                                                        dataset: str) -> None:
    (plan,) = [plan for statement, plan in plans if "AS counts" in statement
               and f"FROM {dataset})" in statement]
    assert plan.count("Relations: Aggregate on") == 2, plan


# ---- a worker dies
# -----------------------------------------------------------------------------------------------------

FIRST = drawn(job_posting="""
    | unit_code | township_code | headcount |
    | 321302    | 321302001     | 5         |
    | 321322    | 321322100     | 3         |
""", hire="""
    | unit_code | township_code |
    | 321302    | 321302001     |
    | 321322    | 321322100     |
""", worker_account="""
    | unit_code | township_code |
    | 321302    | 321302100     |
    | 321322    | 321322103     |
""", dispute_case="""
    | unit_code | stage     | closed_on  | outcome |
    | 321302    | mediation | 2026-03-09 | success |
    | 321322    | mediation |            |         |
""")
THEN = {name: [*rows, *(filled(name, {**row, DATASETS[name].key: f"{row[DATASETS[name].key]}-2"})
                        for row in rows)] if name in FACT_DATASETS else rows
        for name, rows in FIRST.items()}
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def shards(sharded: Shards) -> Iterator[Shards]:
    sharded.forget()
    yield sharded
    for worker in sharded.workers:
        if worker.process is None:
            sharded.bring_back(worker)


@pytest.fixture
def urls(shards: Shards, tmp_path: Path) -> dict[str, str]:
    return shards.write(FIRST)


@pytest.fixture
def earlier(urls: dict[str, str], tmp_path: Path) -> Snapshot:
    return refresh(site(tmp_path / "site", urls), now=NOON)


@pytest.fixture
def now(shards: Shards, urls: dict[str, str], earlier: Snapshot, tmp_path: Path) -> Snapshot:
    shards.write(THEN)
    return refresh(site(tmp_path / "whole", urls), now=LATER)


@pytest.mark.parametrize("dataset", ["job_posting", "hire", "dispute_case"])
def test_a_worker_that_dies_leaves_what_was_read_right_and_the_rest_stated_as_stale(
        shards: Shards, urls: dict[str, str], earlier: Snapshot, now: Snapshot, tmp_path: Path,
        dataset: str) -> None:
    """Killed just before the statement that gives the dataset's first figures, its rows already
    counted.
    """
    with before_statement(0, lambda: None) as sent:
        refresh(site(tmp_path / "trial", urls), now=LATER)
    wanted = next(statement for statement in sent if "AS events GROUP BY" in statement
                  and f"FROM {dataset})" in statement)
    with before_statement(statements_until(wanted, sent), shards.workers[0].kill):
        taken = refresh(site(tmp_path / "site", urls), now=LATER, full=True)
    found = states(taken, earlier, now)
    order = [name for name in FACT_DATASETS if name in found]
    assert found == {name: "now" if order.index(name) < order.index(dataset) else "earlier"
                     for name in order}
    source = taken.sources[DATASETS[dataset].connection]
    assert source.state == SourceState.STALE
    assert "连不上" in str(source.message)


def test_a_worker_that_dies_while_it_counts_makes_its_source_stale(shards: Shards, urls: dict[
        str, str], earlier: Snapshot, now: Snapshot, tmp_path: Path) -> None:
    victim = shards.workers[1]
    blocker = victim._connect()
    try:
        blocker.autocommit = False
        blocker.execute("LOCK TABLE suzhaohuo.hire IN ACCESS EXCLUSIVE MODE")
        threading.Thread(target=_kill_when_waited_for, args=[victim]).start()
        taken = refresh(site(tmp_path / "site", urls), now=LATER, full=True)
    finally:
        blocker.close()
    found = states(taken, earlier, now)
    assert (found["job_posting"], found["hire"]) == ("now", "earlier")
    assert taken.sources["suzhaohuo"].state == SourceState.STALE


def _kill_when_waited_for(victim: Server) -> None:
    deadline = time.monotonic() + 60
    with victim._connect() as watcher:
        while time.monotonic() < deadline:
            if watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            ).fetchone()[0]:
                break
            time.sleep(0.05)
    victim.kill()


def test_the_next_refresh_after_the_worker_is_back_is_right_again(shards: Shards, urls: dict[
        str, str], earlier: Snapshot, now: Snapshot, tmp_path: Path) -> None:
    shards.workers[0].kill()
    refresh(site(tmp_path / "site", urls), now=LATER, full=True)
    shards.bring_back(shards.workers[0])
    taken = refresh(site(tmp_path / "site", urls), now=LATER + timedelta(hours=1), full=True)
    assert set(states(taken, earlier, now).values()) == {"now"}
    assert taken.sources["suzhaohuo"].state == SourceState.OK
