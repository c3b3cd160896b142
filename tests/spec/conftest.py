"""The engines every specification is put to: the naive recomputation, and the program on every make
of database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpi.definitions.shipped_datasets import DATASETS
from tests import naive
from tests.drawn import WORLD, Row, rows, write_sqlite
from tests.drawn_ledger import write_ledger
from tests.servers import Server
from tests.spec.lines import Count, Judge, Lines, Reconciliation

PLAN_START = "2025-01-01"
AS_OF = "2026-06-30"
READ_ON = "2026-12-31"


Write = Callable[[Path, Mapping[str, Sequence[Mapping[str, Any]]]], dict[str, str]]


@pytest.fixture(params=["naive", "real", pytest.param("postgresql", marks=pytest.mark.server),
                        pytest.param("mariadb", marks=pytest.mark.server),
                        pytest.param("sharded", marks=pytest.mark.server)])
def engine(request: pytest.FixtureRequest) -> str:
    """`naive`, or the program: `real` on SQLite, else on the server of that name."""
    return str(request.param)


@pytest.fixture
def write(engine: str, request: pytest.FixtureRequest) -> Write:
    """Puts drawn tables into the databases of the engine."""
    if engine in ("naive", "real"):
        return write_sqlite
    server: Server = request.getfixturevalue(engine)
    return lambda _folder, tables: server.write(tables)


def _fresh(folder: Path) -> Path:
    """A folder of its own for one question, so that a test may ask twice."""
    fresh = folder / f"question-{len(list(folder.iterdir())) + 1}"
    fresh.mkdir()
    return fresh


def _databases(write: Write, folder: Path, drawings: Mapping[str, str | list[Row]],
               without: tuple[str, ...] = ()) -> dict[str, str]:
    """The drawn tables and the reference ones; the other tables of a connection that is there are
    empty.
    """
    tables: dict[str, list[Row]] = dict(WORLD)
    for dataset, drawing in drawings.items():
        tables[dataset] = rows(dataset, drawing) if isinstance(drawing, str) else drawing
    connected = {DATASETS[dataset].connection for dataset in tables}
    for dataset in DATASETS.values():
        if dataset.connection in connected:
            tables.setdefault(dataset.name, [])
    databases = folder / "databases"
    databases.mkdir()
    return write(databases, {name: drawn for name, drawn in tables.items() if name not in without})


def _with_ledger(urls: dict[str, str], folder: Path,
                 drawings: dict[str, str | list[Row]]) -> dict[str, str]:
    """The drawn items of the joint meeting and what happened to them, taken out of the drawings, as
    a ledger.
    """
    if "follow_up" not in drawings:
        return urls
    items, events = str(drawings.pop("follow_up")), str(drawings.pop("follow_up_event"))
    return {**urls, "ledger": write_ledger(folder / "drawn-ledger.sqlite", items, events)}


@pytest.fixture
def count(engine: str, write: Write, tmp_path: Path) -> Count:
    """Figures of drawn tables. `without` leaves tables out of a connection that is otherwise there.
    """

    def counted(*, as_of: str = AS_OF, start: str = PLAN_START, read_on: str = READ_ON,
                without: tuple[str, ...] = (), **drawings: str | list[Row]) -> Lines:
        folder = _fresh(tmp_path)
        ledger = _with_ledger({}, folder, drawings)
        urls = {**_databases(write, folder, drawings, without), **ledger}
        begin, day, read = (date.fromisoformat(text) for text in (start, as_of, read_on))
        if engine == "naive":
            return Lines(naive.all_lines(naive.read_tables(urls), start=begin, as_of=day, read_on=read))
        from tests.engines import real_lines

        return Lines(real_lines(urls, start=begin, as_of=day, read_on=read, folder=folder))

    return counted


@pytest.fixture
def judge(engine: str, write: Write, tmp_path: Path) -> Judge:
    """What became of the rows of the drawn tables. Reasons that do not occur are left out."""

    def judged(*, read_on: str = READ_ON, **drawings: str | list[Row]) -> dict[str, Reconciliation]:
        folder = _fresh(tmp_path)
        urls = _databases(write, folder, drawings)
        read = date.fromisoformat(read_on)
        if engine == "naive":
            found = naive.reconcile(naive.read_tables(urls), read_on=read)
        else:
            from tests.engines import real_reconcile

            found = real_reconcile(urls, start=date.fromisoformat(PLAN_START), read_on=read,
                                   folder=folder)
        return {
            dataset: Reconciliation(
                entry.read,
                entry.counted,
                {k: n for k, n in entry.excluded.items() if n},
                entry.division_conflict,
            )
            for dataset, entry in found.items()
        }

    return judged
