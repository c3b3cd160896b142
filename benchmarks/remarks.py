"""`python -m benchmarks.remarks --sizes 200000,1000000` – what looking for remarks costs a full
reading of a dataset.

Starts a PostgreSQL and a MariaDB of its own on loopback and fills `job_posting` to each size. Each
round reads the dataset whole, takes the statement that looks for findings with and without the
faults, and the one for repeated identities; the rounds take turns, so that what else the machine
does falls on all alike. Times are of the processors, the server's and this program's together.
Prints a Markdown table: the remarks' share of the reading, which is to stay within a tenth.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import psycopg

from benchmarks import mariadb, postgres
from data_access.boundary import NOTHING_REMEMBERED, load_mappings
from data_access.connect import Sources
from data_access.reading import (
    Reading,
    Trace,
    definition,
    geography_of,
    look_at,
    read_dataset,
    read_divisions,
    read_findings,
    read_repeats,
    read_rows,
    reading_rules,
    trace,
)
from data_access.site import ROOT, Settings, load_plan
from kpi.definitions import CONNECTIONS, DATASETS
from sample_data.build import fill

DATASET = "job_posting"
MAKES = ("PostgreSQL", "MariaDB")
_ROWS_AT_SCALE_1 = 9330
_KEY = b"benchmark"


@dataclass
class Measured:
    """Processor seconds of each step, one per round."""

    make: str
    rows: int = 0
    steps: dict[str, list[float]] = field(default_factory=dict)

    def seconds(self, step: str) -> float:
        return statistics.median(self.steps[step])

    @property
    def remarks(self) -> float:
        return max(self.seconds("findings") - self.seconds("without"), 0) + self.seconds("repeats")


def _spent(process: int) -> float:
    """Processor seconds of a server so far: its own, its children's and those of children that have
    ended.
    """
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, values = path.read_text().rsplit(")", 1)
        except OSError:
            continue
        given = values.split()
        if int(name.split(" ", 1)[0]) == process:
            ticks += sum(map(int, given[11:15]))
        elif int(given[1]) == process:
            ticks += sum(map(int, given[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


class _Table:
    """The dataset in one server, and the steps taken on it."""

    def __init__(self, make: str, url: str, process: int, folder: Path) -> None:
        self.process, self.measured = process, Measured(make)
        config = folder / "config"
        config.mkdir(parents=True)
        (config / "plan.toml").write_bytes((ROOT / "config" / "plan.toml").read_bytes())
        self.settings = Settings(config, folder / "var",
                                 {name: url for name in CONNECTIONS
                                  if name == DATASETS[DATASET].connection},
                                 statement_seconds=36_000)
        plan = load_plan(self.settings)
        self.sources = Sources(self.settings.urls, load_mappings(self.settings.sources_file),
                               36_000)
        self.geography = geography_of(plan, read_divisions(self.sources, None)[0])
        self.rules = reading_rules(plan, self.geography, datetime(2026, 11, 2).date())

    def round(self) -> None:
        with self.sources.open(DATASET) as (live, opened):
            rows = read_rows(live, opened)
            self.measured.rows = rows
            reading = Reading(live, opened, self.rules, self.geography, rows)

            def whole() -> None:
                now = datetime(2026, 11, 2)
                trace(live, opened, Trace("", definition(live.mapping, self.rules, self.geography),
                                          now, now, None), None)
                look_at(reading, read_dataset(replace(reading, rows=read_rows(live, opened))).cells,
                        None, NOTHING_REMEMBERED, _KEY)

            def without() -> None:
                with patch("data_access.reading.quality.faults_of", lambda _live: ()):
                    read_findings(live, opened, self.rules, self.geography)
            self._step("without", without)
            self._step("whole", whole)
            self._step("findings", lambda: read_findings(live, opened, self.rules, self.geography))
            self._step("repeats", lambda: read_repeats(live, opened, rows, mended=False))

    def _step(self, name: str, take: Callable[[], object]) -> None:
        before = _spent(self.process) + time.process_time()
        take()
        taken = _spent(self.process) + time.process_time() - before
        self.measured.steps.setdefault(name, []).append(taken)
        print(f"{time.strftime('%H:%M:%S')} {self.measured.make} {name}: {taken:.2f} s",
              file=sys.stderr, flush=True)


def measure(make: str, url: str, process: int, rows: int, rounds: int) -> Measured:
    """Fill the database and take the rounds; the first warms up and counts for nothing."""
    with TemporaryDirectory() as folder:
        fill(url, scale=rows / _ROWS_AT_SCALE_1, only=(DATASET,))
        if make == "PostgreSQL":
            mariadb.execute(url, "VACUUM ANALYZE")
        table = _Table(make, url, process, Path(folder))
        for number in range(rounds + 1):
            if number == 1:
                table.measured.steps.clear()
            table.round()
        table.sources.close()
        return table.measured


@contextmanager
def _servers(folder: Path, port: int) -> Iterator[dict[str, tuple[Callable[[int], str], int]]]:
    """By make: the URL of a new database for so many rows, and the server's process."""
    with ExitStack() as stack:
        first = stack.enter_context(postgres.server(folder, port))
        with psycopg.connect(first.replace("+psycopg", "")) as raw:
            row = raw.execute(
                "SELECT setting FROM pg_settings WHERE name = 'data_directory'").fetchone()
        assert row is not None
        process = int((Path(row[0]) / "postmaster.pid").read_text().split()[0])
        second, other = stack.enter_context(mariadb.server(folder, port + 1))

        def on_postgresql(rows: int) -> str:
            with psycopg.connect(first.replace("+psycopg", ""), autocommit=True) as raw:
                raw.execute(f"CREATE DATABASE rows_{rows}".encode())
            return f"{first.rsplit('/', 1)[0]}/rows_{rows}"

        def on_mariadb(rows: int) -> str:
            mariadb.execute(second, f"CREATE DATABASE rows_{rows}")
            return second.replace("/bench?", f"/rows_{rows}?")
        yield {"PostgreSQL": (on_postgresql, process), "MariaDB": (on_mariadb, other)}


def table(measured: list[Measured]) -> str:
    """The results as a Markdown table, one line per size and make."""
    lines = [
        "| Rows | Make | Full reading, s | findings without / with remarks, s | repeated identities, s "
        "| remarks ÷ reading (limit 10 %) |",
        "| ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.rows:,} | {one.make} | {one.seconds('whole'):.1f} | {one.seconds('without'):.2f} / {one.seconds('findings'):.2f} | "
        f"{one.seconds('repeats'):.2f} | {one.remarks / one.seconds('whole'):.1%} |"
        for one in measured
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="200000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--makes", nargs="+", choices=MAKES, default=MAKES)
    parser.add_argument("--port", type=int, default=25433)
    given = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        with _servers(Path(folder), given.port) as servers:
            found = [measure(make, new(rows), process, rows, given.rounds)
                     for rows in map(int, given.sizes.split(","))
                     for make, (new, process) in servers.items() if make in given.makes]
    print(table(found))


if __name__ == "__main__":
    main()
