"""A clean table that was published before, spoilt at random: the same figures, or something that
says why they are others.

Here there is a past to compare with, so that whole columns and many rows may be spoilt as well as
single cells.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Part, Snapshot
from kpi.definitions.dataset import ColumnType, Dataset
from kpi.definitions.shipped_datasets import DATASETS
from tests.clean_tables import clean
from tests.data_access.site import site
from tests.drawn import WORLD, write_sqlite
from tests.examples import examples

Row = dict[str, Any]
Rows = list[Row]
Mangle = Callable[[Rows], Rows]
READ_ON = datetime(2026, 10, 31, 12)
COUNTED = tuple(name for name, dataset in DATASETS.items() if dataset.counted_on is not None)
# what only names a thing may be anything
_NAMES = frozenset({"updated_at", "platform", "invalid_reason", "name", "longitude", "latitude"})
_NOTHING = ("", " ", "\u3000", "/", "—", "无", "NULL", "#N/A", "长期")
_NONSENSE = ("1,200", "120个", "2025.3", "2025-02-30", 45748, 1740758400, "9999-12-31", "0000-00-00",
             13812345678, "是", "TRUE", 321302.0, "3.21302E+11", -5, 0.5, "待定")


class Published:
    """A site whose clean table was read and published; spoilt tables are read after it, always from
    the same start.
    """

    def __init__(self, name: str) -> None:
        self.dataset, self.rows = DATASETS[name], clean(name)
        self.folder = Path(mkdtemp(prefix="mangled-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        divisions = {one: WORLD[one] for one in ("managing_unit", "township", "central_village")}
        urls = write_sqlite(self.folder, divisions)
        self.base = self.folder / f"{self.dataset.connection}.sqlite"
        others = [f"[datasets.{one}]\nabsent = true\n" for one in COUNTED
                  if one != name and DATASETS[one].connection == self.dataset.connection]
        self.settings: Settings = site(self.folder,
                                       {**urls, self.dataset.connection: f"sqlite:///{self.base}"},
                                       "".join(others))
        self.write(self.rows)
        self.snapshot = refresh(self.settings, now=READ_ON - timedelta(days=1))
        shutil.copytree(self.settings.data, self.folder / "kept")

    def write(self, rows: Rows) -> None:
        """The table anew, as text and numbers where its cells are no longer what its columns are.
        """
        names = [name for name in self.dataset.column_names if not rows or name in rows[0]]
        types = {ColumnType.DATE: "DATE", ColumnType.INT: "INTEGER", ColumnType.REAL: "REAL",
                 ColumnType.BOOL: "BOOLEAN", ColumnType.TIMESTAMP: "TIMESTAMP"}
        declared = ", ".join(f"{name} {types.get(self.dataset.column(name).type, 'TEXT')}"
                             for name in names)
        with closing(sqlite3.connect(self.base)) as opened, opened:
            opened.execute(f"DROP TABLE IF EXISTS {self.dataset.name}")
            opened.execute(f"CREATE TABLE {self.dataset.name} ({declared})")
            opened.executemany(
                f"INSERT INTO {self.dataset.name} VALUES ({', '.join('?' * len(names))})",
                [[row[name].isoformat() if isinstance(row[name], date) else row[name]
                  for name in names] for row in rows])

    def then(self, rows: Rows) -> Snapshot:
        self.write(rows)
        shutil.rmtree(self.settings.data)
        shutil.copytree(self.folder / "kept", self.settings.data)
        return refresh(self.settings, now=READ_ON)


published = cache(Published)


def figures(part: Part) -> list[tuple[Any, ...]]:
    """What counts, by event, day, place and dimensions."""
    wanted = (part.data.cells["status"] == "counted").to_numpy()
    if DATASETS[part.data.dataset].overlaps is not None:
        wanted = wanted & (part.data.cells["event"] != DATASETS[
            part.data.dataset].first_event).to_numpy()  # no figure is made of it
    cells = part.data.cells[wanted].drop(columns=["slice"], errors="ignore")
    return sorted(map(tuple, cells.astype(str).itertuples(index=False)))


def noticed(name: str, spoilt: Snapshot, before: Snapshot) -> bool:
    """A message, a reading held, a remark, a code or value in no list, or more rows excluded than
    before.
    """
    if spoilt.messages or name in spoilt.held or spoilt.remarks:
        return True
    now, then = spoilt.parts[name].data, before.parts[name].data
    more = [reason for reason, rows in now.quality.excluded.items()
            if rows > then.quality.excluded.get(reason, 0)]
    return bool(more or now.health.unknown_codes or now.health.unknown_values
                or now.health.conflicts)


@st.composite
def _manglings(draw: st.DrawFn, dataset: Dataset, rows: Rows) -> tuple[str, Mangle]:
    columns = [column for column in dataset.columns if column.name not in _NAMES]
    column = draw(st.sampled_from(columns))
    number = draw(st.integers(0, len(rows) - 1))
    ways: list[tuple[str, Mangle]] = [("drop the column",
                                       lambda all_: [{name: cell for name, cell in row.items()
                                                      if name != column.name} for row in all_]),
                                      ("drop rows",
                                       _without(draw(st.floats(0.21, 1)),
                                                draw(
                                                    st.sampled_from(
                                                        ("first", "last", "every", "unit"))))),
                                      ("repeat all rows", lambda all_: [*all_, *all_]),
                                      ("repeat a row",
                                       lambda all_: [*all_, *all_[number:number + 1]]),
                                      ("repeat a key",
                                       _cell(number, dataset.key,
                                             lambda _: rows[(number + 1) % len(rows)][
                                                 dataset.key])),
                                      ("empty the column",
                                       _column(column.name,
                                               lambda _: draw(st.sampled_from((None, ""))))),
                                      ("blank a cell",
                                       _cell(number, column.name,
                                             lambda _: draw(st.sampled_from(_NOTHING)))),
                                      ("blank the column",
                                       _column(column.name,
                                               _always(draw(st.sampled_from(_NOTHING))))),
                                      ("pad a cell", _cell(number, column.name, _padded(draw))),
                                      ("pad the column", _column(column.name, _padded(draw))),
                                      ("retype a cell", _cell(number, column.name, _retyped)),
                                      ("retype the column", _column(column.name, _retyped)),
                                      ("nonsense in a cell",
                                       _cell(number, column.name,
                                             _always(draw(st.sampled_from(_NONSENSE))))),
                                      ("nonsense in the column",
                                       _column(column.name,
                                               _always(draw(st.sampled_from(_NONSENSE)))))]
    # a person may be covered twice: the key of another row is nothing spoilt
    if dataset.overlaps is not None:
        ways = [way for way in ways if way[0] != "repeat a key"]
    dates = [one for one in columns if one.type == ColumnType.DATE]
    days = draw(st.one_of(st.integers(60, 800), st.integers(-800, -60)))
    shifted = draw(st.sampled_from(dates))
    ways += [(f"shift {shifted.name} by {days} days", _column(shifted.name, _shifted(days))),
             (f"shift all dates by {days} days",
              _every([_column(one.name, _shifted(days)) for one in dates]))] * 2
    what, mangle = draw(st.sampled_from(ways))
    return f"{what} ({column.name}, row {number})", mangle


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def _cell(number: int, name: str, change: Callable[[Any], Any]) -> Mangle:
    return lambda rows: [{**row, name: change(row[name])} if n == number and name in row else row
                         for n, row in enumerate(rows)]


def _column(name: str, change: Callable[[Any], Any]) -> Mangle:
    return lambda rows: [{**row, name: change(row[name])} if name in row else row for row in rows]


def _every(manglings: Sequence[Mangle]) -> Mangle:
    def all_of_them(rows: Rows) -> Rows:
        for mangle in manglings:
            rows = mangle(rows)
        return rows
    return all_of_them


def _shifted(days: int) -> Callable[[Any], Any]:
    return lambda value: value + timedelta(days=days) if isinstance(value, date) else value


def _padded(draw: st.DrawFn) -> Callable[[Any], Any]:
    pad = draw(st.sampled_from((" ", "\t", "\u3000")))
    return lambda value: value if value is None else f"{value}{pad}"


def _retyped(value: Any) -> Any:
    """The same in other words: a date with strokes, a number as text, a text of digits as a number.
    """
    if value is None or isinstance(value, bool):
        return value if value is None else str(value)
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    return int(value) if str(value).isdigit() and isinstance(value, str) else str(value)


def _without(share: float, which: str) -> Mangle:
    def fewer(rows: Rows) -> Rows:
        gone = -int(-len(rows) * share // 1)
        if which == "every":
            # in whole numbers: a third of each row, added up, is not the rows' third
            return [row for n, row in enumerate(rows)
                    if n * gone // len(rows) == (n + 1) * gone // len(rows)]
        if which == "unit":
            rows = sorted(rows, key=lambda row: str(row.get("unit_code")))
        return rows[gone:] if which != "last" else rows[:len(rows) - gone]
    return fewer


def _mangle_and_compare(name: str, data: st.DataObject) -> None:
    at = published(name)
    drawn = data.draw(st.lists(_manglings(at.dataset, at.rows), min_size=1, max_size=2))
    # all rows twice and then half of them gone may be all rows but a few, which no past makes
    # implausible
    assume(not {"repeat all rows", "drop rows"} <= {what.split(" (")[0] for what, _ in drawn})
    rows = _every([mangle for _, mangle in drawn])(at.rows)
    note("; ".join(what for what, _ in drawn))
    spoilt = at.then(rows)
    if name in spoilt.parts and figures(spoilt.parts[name]) == figures(at.snapshot.parts[name]):
        return
    assert noticed(name, spoilt, at.snapshot), "the figures are others and nothing says so"


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), name=st.sampled_from(("job_posting", "worker_account")))
def test_no_mangling_ends_in_other_figures_in_silence(name: str, data: st.DataObject) -> None:
    _mangle_and_compare(name, data)


@pytest.mark.long
@pytest.mark.parametrize("name", COUNTED)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_mangling_of_any_dataset_does(name: str, data: st.DataObject) -> None:
    _mangle_and_compare(name, data)


@pytest.mark.parametrize("name",
                         ["job_posting",
                          "worker_account", *(pytest.param(name, marks=pytest.mark.long)
                                              for name in COUNTED
                                              if name not in ("job_posting", "worker_account"))])
def test_the_clean_tables_are_clean(name: str) -> None:
    at = published(name)
    part = at.snapshot.parts[name]
    assert (at.snapshot.messages, at.snapshot.notes, at.snapshot.remarks, at.snapshot.held) == (
        (), (), (), {})
    assert part.data.quality.read == len(at.rows)
    assert (part.data.health.unknown_codes, part.data.health.unknown_values,
            part.data.health.conflicts) == ((), (), ())
    again = at.then(at.rows)
    assert (again.held, again.messages, again.remarks) == ({}, (), ())
    assert figures(again.parts[name]) == figures(part)
