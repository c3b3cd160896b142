"""Hand-drawn tables: a test draws the rows it is about, and nothing else.

    rows("job_posting", \"\"\"
        | unit_code | headcount | published_on |
        | 321302    | 5         | 2025-03-01   |
    \"\"\")

An empty cell is null. A cell is read by the type its column has in
`kpi.definitions.shipped_datasets`, so codes stay text. A column that is not drawn takes its
default, so that a row says only what matters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, ColumnType, Dataset

Row = dict[str, Any]

_ANY_DAY = date(2025, 3, 1)

DEFAULTS: dict[str, Row] = {
    "service_venue": {
        "name": "载体",
        "kind": "station",
        "operator": "government",
        "opened_on": _ANY_DAY,
    },
    "venue_service": {"kind": "consult", "persons": 1, "served_on": _ANY_DAY},
    "worker_account": {"registered_on": _ANY_DAY},
    "job_posting": {
        "platform": "速找活",
        "sector": "other",
        "collector": "government",
        "headcount": 1,
        "published_on": _ANY_DAY,
        "employer_verified": True,
    },
    "hire": {"matched_on": _ANY_DAY},
    "seeker_registration": {"registered_on": _ANY_DAY},
    "employer_account": {"registered_on": _ANY_DAY},
    "training_attendance": {"occupation": "家政", "is_gig": True, "completed_on": _ANY_DAY},
    "dispute_case": {"stage": "mediation", "is_gig": True, "accepted_on": _ANY_DAY},
    "violation": {"kind": "false_posting", "found_on": _ANY_DAY},
    "craft_certificate": {"kind": "五星骑手", "issued_on": _ANY_DAY},
    "welfare_post": {"created_on": _ANY_DAY},
    "assisted_person": {"registered_on": _ANY_DAY},
    "injury_cover": {"covered_from": _ANY_DAY},
    "fund_entry": {"kind": "budget", "amount": 100.0, "booked_on": _ANY_DAY},
    "practice_report": {"submitted_on": _ANY_DAY},
    "training_subsidy": {"amount": 100.0, "paid_on": _ANY_DAY},
    "injury_claim": {"filed_on": _ANY_DAY},
    "publicity": {"kind": "site", "reach": 1, "held_on": _ANY_DAY},
    "managing_unit": {"kind": "county", "population": 100000, "sort_order": 1},
    "township": {"kind": "town"},
    "central_village": {},
}
"""What a column that is not drawn holds; columns not listed here hold null, keys a number of their own."""

DEFAULT_UNIT = "321302"
"""The unit of a fact whose drawing says nothing about where it belongs."""


def table(drawing: str) -> list[dict[str, str | None]]:
    """The cells of a drawn table, row by row, as text. The first line names the columns."""
    cells: list[list[str]] = []
    for line in drawing.strip().splitlines():
        stripped = line.strip()
        if not stripped:
            continue
        if not (stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 1):
            raise ValueError(f"not a row of a table: {stripped}")
        cells.append([cell.strip() for cell in stripped[1:-1].split("|")])
    if not cells:
        raise ValueError("a drawing needs at least the line that names its columns")
    names = cells[0]
    for row in cells[1:]:
        if len(row) != len(names):
            raise ValueError(f"{len(row)} cells under {len(names)} columns: {row}")
    return [{name: cell or None for name, cell in zip(names, row, strict=True)}
            for row in cells[1:]]


def _value(dataset: Dataset, name: str, cell: str | None) -> Any:
    if cell is None:
        return None
    match dataset.column(name).type:
        case ColumnType.DATE:
            return date.fromisoformat(cell)
        case ColumnType.TIMESTAMP:
            return datetime.fromisoformat(cell)
        case ColumnType.INT:
            return int(cell)
        case ColumnType.REAL:
            return float(cell)
        case ColumnType.BOOL:
            return {"true": True, "false": False}[cell]
        case _:
            return cell


def filled(dataset: str, given: Mapping[str, Any], number: int = 1) -> Row:
    """A whole row of the dataset: what is given, and defaults for the columns that are not."""
    definition = DATASETS[dataset]
    unknown = set(given) - set(definition.column_names)
    if unknown:
        raise KeyError(f"{dataset} has no column {sorted(unknown)[0]}")
    row: Row = {}
    for name in definition.column_names:
        if name in given:
            row[name] = given[name]
        elif name in DEFAULTS[dataset]:
            row[name] = DEFAULTS[dataset][name]
        elif name == definition.key or name == "person_key":
            row[name] = f"{name}-{number}"
        elif name in ("name", "short_name"):
            row[name] = str(given.get(definition.key, f"{name}-{number}"))
        elif name == "unit_code" and "township_code" not in given:
            row[name] = DEFAULT_UNIT
        else:
            row[name] = None
    return row


def rows(dataset: str, drawing: str) -> list[Row]:
    """The rows of a drawing of one dataset."""
    drawn: list[Row] = []
    for number, cells in enumerate(table(drawing), start=1):
        given = {name: _value(DATASETS[dataset], name, cell) for name, cell in cells.items()}
        drawn.append(filled(dataset, given, number))
    return drawn


WORLD: dict[str, list[Row]] = {
    "managing_unit": rows(
        "managing_unit",
        """
        | unit_code | name   | short_name | kind   | county_code | population | sort_order |
        | 321302    | 宿城区 | 宿城       | county | 321302      | 800000     | 1          |
        | 321322    | 沭阳县 | 沭阳       | county | 321322      | 1600000    | 2          |
        | 321371    | 经开区 | 经开       | zone   | 321302      | 200000     | 3          |
    """,
    ),
    "township": rows(
        "township",
        """
        | township_code | name     | unit_code | county_code | kind        | valid_from | valid_to   | successor_code |
        | 321302001     | 幸福街道 | 321302    | 321302      | subdistrict |            |            |                |
        | 321302100     | 双庄镇   | 321302    | 321302      | town        |            |            |                |
        | 321302199     | 旧并镇   | 321302    | 321302      | town        |            | 2025-07-01 | 321371050      |
        | 321322100     | 沭城镇   | 321322    | 321322      | town        |            |            |                |
        | 321322101     | 旧中镇   | 321322    | 321322      | town        |            | 2025-07-01 | 321322100      |
        | 321322102     | 旧小乡   | 321322    | 321322      | township    |            | 2025-04-01 | 321322101      |
        | 321322103     | 新河镇   | 321322    | 321322      | town        |            |            |                |
        | 321371050     | 黄河街道 | 321371    | 321302      | subdistrict |            |            |                |
    """,
    ),
    "central_village": rows(
        "central_village",
        """
        | village_code | name   | township_code | valid_from | valid_to |
        | 321302001001 | 幸福村 | 321302001     |            |          |
        | 321302100201 | 双庄村 | 321302100     |            |          |
        | 321322100001 | 沭城村 | 321322100     |            |          |
        | 321322101201 | 旧中村 | 321322101     |            |          |
        | 321371050001 | 黄河村 | 321371050     |            |          |
    """,
    ),
}
"""The small city the tests live in: two counties, one zone inside the first, three merges behind it.

From 2025-07-01 it has five townships: two of 321302, one of zone 321371 (in county 321302), two of 321322.
"""

_DECLARED = {
    ColumnType.CODE: "TEXT",
    ColumnType.TEXT: "TEXT",
    ColumnType.DATE: "DATE",
    ColumnType.INT: "INTEGER",
    ColumnType.REAL: "REAL",
    ColumnType.BOOL: "BOOLEAN",
    ColumnType.TIMESTAMP: "TIMESTAMP",
}


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return value


def write_sqlite(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """One SQLite file per connection that has a table, and the URL of each. A dataset left out has
    no table.
    """
    urls: dict[str, str] = {}
    for connection in CONNECTIONS:
        mine = [dataset for dataset in DATASETS.values() if dataset.connection == connection
                and dataset.name in tables]
        if not mine:
            continue
        path = folder / f"{connection}.sqlite"
        path.unlink(missing_ok=True)
        database = sqlite3.connect(path)
        for dataset in mine:
            names = dataset.column_names
            declared = ", ".join(f"{column.name} {_DECLARED[column.type]}"
                                 for column in dataset.columns)
            database.execute(f"CREATE TABLE {dataset.name} ({declared})")
            database.executemany(
                f"INSERT INTO {dataset.name} ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})",
                [[_stored(row[name]) for name in names] for row in tables[dataset.name]],
            )
        database.commit()
        database.close()
        urls[connection] = f"sqlite:///{path}"
    return urls
