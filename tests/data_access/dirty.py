"""Tables as bureaus have them: other types than the canonical ones, and what people put into them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data_access.checking.check import CheckRow, check
from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Part, Snapshot
from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, ColumnType
from tests.data_access.site import site
from tests.drawn import WORLD, filled, write_sqlite
from tests.servers import Server

NOW = datetime(2026, 10, 31, 12)
_TYPES = {
    "sqlite": {
        ColumnType.CODE: "TEXT",
        ColumnType.TEXT: "TEXT",
        ColumnType.DATE: "DATE",
        ColumnType.INT: "INTEGER",
        ColumnType.REAL: "REAL",
        ColumnType.BOOL: "BOOLEAN",
        ColumnType.TIMESTAMP: "TIMESTAMP",
    },
    "postgresql": {
        ColumnType.CODE: "varchar(60)",
        ColumnType.TEXT: "text",
        ColumnType.DATE: "date",
        ColumnType.INT: "integer",
        ColumnType.REAL: "double precision",
        ColumnType.BOOL: "boolean",
        ColumnType.TIMESTAMP: "timestamp",
    },
    "mariadb": {
        ColumnType.CODE: "varchar(60)",
        ColumnType.TEXT: "text",
        ColumnType.DATE: "date",
        ColumnType.INT: "integer",
        ColumnType.REAL: "double",
        ColumnType.BOOL: "boolean",
        ColumnType.TIMESTAMP: "datetime",
    },
}


class Dirty:
    """One make of database that takes any value in any column."""

    def __init__(self, make: str, folder: Path, server: Server | None = None) -> None:
        self.make, self.folder, self.server = make, folder, server
        self._sites = 0
        folder.mkdir(parents=True, exist_ok=True)

    def fill(self, dataset: str, rows: Sequence[Mapping[str, Any]],
             types: Mapping[str, str] | None = None, before: Sequence[str] = ()) -> None:
        """The dataset's table with these rows; defaults for what a row does not give. `types`: of
        columns that have another.
        """
        definition = DATASETS[dataset]
        declared = ", ".join(
            f"{column.name} {(types or {}).get(column.name, _TYPES[self.make][column.type])}"
            for column in definition.columns)
        names = ", ".join(definition.column_names)
        values = [[filled(dataset, row, number)[name] for name in definition.column_names]
                  for number, row in enumerate(rows, start=1)]
        if self.server is None:
            with sqlite3.connect(self.folder / f"{definition.connection}.sqlite") as opened:
                opened.execute(f"DROP TABLE IF EXISTS {dataset}")
                opened.execute(f"CREATE TABLE {dataset} ({declared})")
                marks = ", ".join("?" * len(definition.columns))
                opened.executemany(f"INSERT INTO {dataset} ({names}) VALUES ({marks})",
                                   [[_iso(value) for value in row] for row in values])
            opened.close()
            return
        table = f"{definition.connection}.{dataset}"
        self.server.execute(*(["SET sql_mode = ''"] if self.make == "mariadb" else []),
                            f"DROP TABLE IF EXISTS {table}", *before,
                            f"CREATE TABLE {table} ({declared})")
        marks = ", ".join(["%s"] * len(definition.columns))
        with self.server.raw().cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

    def settings(self, sources: str = "") -> Settings:
        """A site on these tables and the small city's divisions."""
        self._sites += 1
        reference = self.folder / f"reference-{self._sites}"
        reference.mkdir()
        urls = write_sqlite(reference,
                            {name: WORLD[name]
                             for name in ("managing_unit", "township", "central_village")})
        if self.server is None:
            urls |= {path.stem: f"sqlite:///{path}" for path in self.folder.glob("*.sqlite")}
        else:
            having = {
                row[0]
                for row in self.server.query(
                    "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                )
            }
            urls |= {name: self.server.url(name) for name in CONNECTIONS if name in having}
        return site(self.folder / f"site-{self._sites}", urls, sources)

    def snapshot(self, sources: str = "") -> Snapshot:
        return refresh(self.settings(sources), now=NOW)

    def part(self, dataset: str, sources: str = "") -> Part:
        """What was read of the dataset; fails with what was said when it was not."""
        taken = self.snapshot(sources)
        assert dataset in taken.parts, taken.messages
        return taken.parts[dataset]

    def said(self, dataset: str, sources: str = "") -> str:
        """Why the dataset is refused; "" when it is not."""
        taken = self.snapshot(sources)
        return (
            ""
            if dataset in taken.parts
            else "；".join(message for message in taken.messages if f" {dataset}（" in message)
        )

    def checked(self, dataset: str, sources: str = "") -> CheckRow:
        (row,) = [row for row in check(self.settings(sources), NOW) if row.dataset == dataset]
        return row


def _iso(value: Any) -> Any:
    return (
        value.isoformat(sep=" ")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
    )


def remarks(part: Part) -> dict[str, int]:
    """How many rows each code was remarked for, by "code column title"."""
    counts: dict[str, int] = {}
    for remark in part.data.quality.remarks:
        name = f"{remark.code} {remark.where.partition(' ')[2]}"
        counts[name] = counts.get(name, 0) + remark.count
    return counts


def net(part: Part) -> float:
    """Jobs published less those written off."""
    cells = part.data.cells[(part.data.cells["status"] == "counted").to_numpy()]
    sums = cells.groupby(cells["event"].astype(str))["amount"].sum()
    return float(sums.get("published", 0) - sums.get("invalidated", 0))
