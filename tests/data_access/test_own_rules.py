"""The rules a dataset file can choose, on rows drawn by hand: 上门服务 visits of a place, of which only
calls at the door count.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Method, Snapshot
from kpi.vocabulary.period import from_ordinal
from tests import small_city

NOON = datetime(2026, 7, 1, 12)
VISIT = """
connection = "office"
title = "上门服务"
key = "visit_id"
counted_on = "visited_on"
amount = "persons"
most = 50

[columns]
visit_id = "code"
unit_code = "code?"
township_code = "code?"
kind = { type = "category", values = { door = "上门", phone = "电话" } }
persons = "int"
visited_on = "date"
answered_on = "date?"

[only]
where = { kind = "door" }
reason = "not_gig"

[duplicate]
rule = "within_days"
same = ["place"]
days = 10
order = ["visited_on", "visit_id"]

[events.visited]
by = ["kind"]

[events.answered]
on = "answered_on"

[events.first]
first_of = { same = ["unit_code"], order = ["visited_on", "visit_id"] }

[events.answered_soon]
within_days_of = { date = "answered_on", days = 7 }
"""
TOWN = "321302001"
# id, unit, township, kind, persons, visited, answered, and why it is not counted
ROWS = (
    ("V1", "321302", TOWN, "door", 5, "2026-01-01", "2026-01-05", None),
    ("V2", "321302", TOWN, "door", 5, "2026-01-11", None, "duplicate"),  # 10 days after
    (
        "V3",
        "321302",
        TOWN,
        "door",
        5,
        "2026-01-22",
        "2026-01-10",
        None,
    ),  # 11 days after; answered before: on the 22nd
    (
        "V4",
        "321322",
        None,
        "door",
        50,
        "2026-01-01",
        "2026-02-01",
        None,
    ),  # another place; exactly the most
    ("V5", "321322", None, "door", 51, "2026-03-01", None, "bad_amount"),
    ("V6", "321322", None, "phone", 5, "2026-04-01", None, "not_gig"),
    (
        "V7",
        "321322",
        None,
        "door",
        5,
        "2026-04-05",
        None,
        "duplicate",
    ),  # a call by phone goes before it
    ("V8", "321322", None, "sms", 5, "2026-06-01", None, "bad_value"),
    ("V9", None, None, "door", 5, "2026-06-01", None, "unknown_division"),
)


def write(path: Path, rows: tuple[tuple[Any, ...], ...]) -> None:
    database = sqlite3.connect(path)
    database.execute("DROP TABLE IF EXISTS visit")
    database.execute(
        "CREATE TABLE visit (visit_id TEXT, unit_code TEXT, township_code TEXT, kind TEXT, persons INTEGER, "
        "visited_on DATE, answered_on DATE, updated_at TIMESTAMP)"
    )
    database.executemany("INSERT INTO visit VALUES (?, ?, ?, ?, ?, ?, ?, '2026-06-01 08:00:00')",
                         [row[:7] for row in rows])
    database.commit()
    database.close()


def site(folder: Path, definition: str = VISIT) -> Settings:
    settings = small_city.settings_of(folder)
    (settings.config / "definitions" / "datasets").mkdir(parents=True)
    (settings.config / "definitions" / "datasets" / "visit.toml").write_text(
        definition, encoding="utf-8")
    write(folder / "office.sqlite", ROWS)
    return settings


def days(taken: Snapshot, event: str, status: str = "counted") -> list[str]:
    """The day of every row that has the event, in order."""
    cells = taken.parts["visit"].data.cells
    cells = cells[(cells["event"] == event) & (cells["status"] == status)]
    return sorted(from_ordinal(int(day)).isoformat()
                  for day, rows in zip(cells["day"], cells["rows"], strict=True)
                  for _ in range(int(rows)))


def test_each_row_is_counted_or_excluded_for_the_reason_drawn(tmp_path: Path) -> None:
    taken = refresh(site(tmp_path), now=NOON)
    assert [message for message in taken.messages if "visit" in message] == []
    quality = taken.parts["visit"].data.quality
    assert quality.excluded == Counter(row[7] for row in ROWS if row[7] is not None)
    assert quality.balanced
    counted = [row for row in ROWS if row[7] is None]
    assert days(taken, "visited") == sorted(row[5] for row in counted)
    cells = taken.parts["visit"].data.cells
    assert cells[cells["event"] == "visited"]["amount"].sum() == sum(row[4] for row in counted)


def test_each_event_is_on_the_day_its_kind_says(tmp_path: Path) -> None:
    taken = refresh(site(tmp_path), now=NOON)
    assert days(taken, "answered") == ["2026-01-05", "2026-01-22", "2026-02-01"]
    assert days(taken, "first") == ["2026-01-01", "2026-01-01"]  # V1 of one unit, V4 of the other
    # V1 after 4 days; V3 "before"; V4 after 31
    assert days(taken, "answered_soon") == ["2026-01-01", "2026-01-22"]


@pytest.mark.parametrize("definition", [VISIT, VISIT.partition("[events.first]")[0]],
                         ids=["read whole", "read by the day"])
def test_reading_what_changed_equals_reading_everything(tmp_path: Path, definition: str) -> None:
    settings = site(tmp_path, definition)
    refresh(settings, now=NOON)
    # without V1, V2 is no repetition any more: its day is read again although it did not change
    # itself
    write(tmp_path / "office.sqlite", ROWS[1:])
    changed = refresh(settings, now=NOON)
    assert changed.parts["visit"].method == (Method.FULL if "[events.first]" in definition
                                             else Method.INCREMENTAL)
    assert "2026-01-11" in days(changed, "visited")
    full = refresh(settings, now=NOON, full=True)
    pd.testing.assert_frame_equal(changed.parts["visit"].data.cells, full.parts["visit"].data.cells)
