"""What stands for nothing in a database's own way – padding, zero dates, infinity – changes nothing
in the whole scorecard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from data_access.current import load_or_refresh
from data_access.site.settings import ROOT, Settings
from data_access.snapshots.refresh import refresh
from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, ColumnType, Dataset
from kpi.scorecard.scorecard import scorecard
from reports.papers import note_of
from reports.scorecard import to_mapping
from sample_data.build import fill
from tests.servers import Server

pytestmark = pytest.mark.server
MORNING, TODAY = datetime(2026, 11, 1, 6), date(2026, 11, 1)
SCALE = 0.3
Change = Callable[[Dataset], list[str]]


@contextmanager
def sample_in(server: Server) -> Iterator[None]:
    """The sample's tables in a server, gone afterwards."""
    server.forget()
    try:
        fill(server.url("{connection}"), scale=SCALE)
        yield
    finally:
        server.forget()


def read(server: Server, folder: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The scorecard as other systems read it, without the reading's name, time and remarks; and the
    remarks by code.
    """
    settings = Settings(ROOT / "config", folder, {name: server.url(name) for name in CONNECTIONS})
    taken = refresh(settings, now=MORNING)
    assert (taken.messages, taken.held) == ((), {})
    known = load_or_refresh(settings)
    shown = to_mapping(scorecard(known.figures, known.default_day, TODAY), note_of(known))
    remarks: dict[str, int] = {}
    for one in (*shown["snapshot"].pop("remarks"), *(one for part in shown["quality"]
                                                     for one in part.pop("remarks"))):
        remarks[one["code"]] = remarks.get(one["code"], 0) + one["count"]
    del shown["snapshot"]["id"]
    return shown, remarks


def changed(server: Server, change: Change) -> int:
    """Alter every table of the sample; how many columns."""
    statements = [f"{verb} {dataset.connection}.{dataset.name} {rest}"
                  for dataset in DATASETS.values()
                  for verb, _, rest in (one.partition(" … ") for one in change(dataset))]
    server.execute(*statements)
    return len(statements)


def padded(dataset: Dataset) -> list[str]:
    return [f"ALTER TABLE … ALTER COLUMN {column.name} TYPE char(48)" for column in dataset.columns
            if column.type == ColumnType.CODE]


def without_end(value: str) -> Change:
    """Every null in a column of dates becomes what a system writes for it."""
    return lambda dataset: [f"UPDATE … SET {column.name} = '{value}' WHERE {column.name} IS NULL"
                            for column in dataset.columns if column.type == ColumnType.DATE
                            and column.nullable]


def test_padding_every_code_changes_nothing(postgresql: Server, tmp_path: Path) -> None:
    with sample_in(postgresql):
        before, noticed = read(postgresql, tmp_path / "before")
        assert changed(postgresql, padded) > 40
        after, now_noticed = read(postgresql, tmp_path / "after")
    assert after == before
    assert now_noticed == noticed
    assert len(before["lines"]) > 100


@pytest.mark.parametrize(("make", "value"), [("postgresql", "infinity"), ("mariadb", "9999-12-31"),
                                             ("mariadb", "0000-00-00")])
def test_dates_that_stand_for_none_change_nothing(make: str, value: str, tmp_path: Path,
                                                  request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(make)
    with sample_in(server):
        before, noticed = read(server, tmp_path / "before")
        if make == "mariadb":
            server.execute("SET sql_mode = ''")
        assert changed(server, without_end(value)) > 15
        after, now_noticed = read(server, tmp_path / "after")
    assert after == before
    assert set(now_noticed) - set(noticed) == {"placeholder_date"}
    assert now_noticed["placeholder_date"] > 100
