"""`python -m benchmarks.scale --sizes 50000,500000,5000000,50000000` – what a hundred and a
thousand times the rows cost.

Starts a PostgreSQL of its own on loopback, fills `job_posting` to each size (everything else stays
a city's sample), and measures ratios within this one run. Prints a Markdown table as it goes. 50
million rows take about 20 GB of disk and, with two idle cores, half an hour.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import psycopg

from benchmarks.postgres import server
from benchmarks.scale_step import DATASET
from data_access.site import ROOT
from kpi.definitions import DATASETS
from sample_data.build import fill

_ROWS_AT_SCALE_1 = 9330
_REPEATS = 3
_FIRST, _LATER, _AGAIN = "2026-11-02T06:00", "2026-11-09T06:00", "2026-11-09T07:00"
# the last seven days once more, a week later, most of them other employers', all taken in on their
# day or the next
_SEVEN_DAYS = """
INSERT INTO job_posting SELECT posting_id || '+7', platform,
    CASE WHEN posting_id LIKE '%1_' THEN employer_code ELSE employer_code || '+7' END, occupation, sector, collector,
    unit_code, township_code, headcount, published_on + 7, NULL, NULL, employer_verified,
    published_on + 7 + (updated_at - date_trunc('day', updated_at))
FROM job_posting WHERE published_on BETWEEN '2026-10-25' AND '2026-10-31'
"""


@dataclass
class Measured:
    """One size: what each step took. `filled`: seconds to generate; `added`: rows of the seven new
    days.
    """

    rows: int
    filled: float
    added: int = 0
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def seconds(self, step: str) -> float:
        return float(self.steps[step]["seconds"])

    def mib(self, step: str) -> float:
        return float(self.steps[step]["mib"])


def _step(name: str, folder: Path, large: str, small: str, *rest: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "benchmarks.scale_step", name, str(folder), large,
                           small, *rest], capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"{name}: {done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    _log(f"  {name} {' '.join(rest)}: {found}")
    return found


def _log(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _database(url: str, name: str) -> str:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as raw:
        raw.execute(f"CREATE DATABASE {name}".encode())
    return f"{url.rsplit('/', 1)[0]}/{name}"


def measure(rows: int, url: str, small: str, folder: Path) -> Measured:
    """Fill one size and take every step on it."""
    large, site = _database(url, f"rows_{rows}"), folder / str(rows)
    _log(f"{rows:,} rows")
    begin = time.perf_counter()
    fill(large, scale=rows / _ROWS_AT_SCALE_1, only=(DATASET,))
    found = Measured(rows, time.perf_counter() - begin)
    _log(f"  filled in {found.filled:.0f} s")
    found.steps["alone"] = _step("alone", site, large, small)
    found.steps["full"] = _step("read", site, large, small, _FIRST)
    found.steps["page"] = _step("page", site, large, small)
    with psycopg.connect(large.replace("+psycopg", "")) as raw:
        found.added = raw.execute(_SEVEN_DAYS.encode()).rowcount
    found.steps["days"] = _step("read", site, large, small, _LATER)
    found.steps["nothing"] = _best("read", site, large, small, _AGAIN)
    if rows <= 5_000_000:
        found.steps["whole"] = _step("whole", site, large, small)
    return found


def _best(name: str, *rest: Any) -> dict[str, Any]:
    """The quickest of some: what takes a fraction of a second is easily disturbed."""
    return min((_step(name, *rest) for _ in range(_REPEATS)),
               key=lambda found: float(found["seconds"]))


def table(measured: list[Measured]) -> str:
    """The results as a Markdown table, one column per size."""
    base = measured[0]
    last_whole = [one for one in measured if "whole" in one.steps][-1]
    per_row = (last_whole.mib("whole") - last_whole.steps["whole"]["mib_before"]) / last_whole.rows

    def whole(one: Measured) -> float:
        return (
            one.mib("whole")
            if "whole" in one.steps
            else last_whole.steps["whole"]["mib_before"] + per_row * one.rows
        )

    lines: list[tuple[str, list[str]]] = [
        ("", [f"{one.steps['full']['rows']:,} rows" for one in measured]),
        ("---", ["---:"] * len(measured)),
        ("Generating the rows, s", [f"{one.filled:.0f}" for one in measured]),
        ("Full refresh of the dataset, s", [f"{one.seconds('full'):.1f}" for one in measured]),
        (
            "÷ the same SQL alone in the server (limit 1.3)",
            [f"{one.seconds('full') / one.seconds('alone'):.2f}" for one in measured],
        ),
        ("Rows of seven new days", [f"{one.added:,}" for one in measured]),
        ("After seven new days ÷ full (limit 2 %)", [_percent(one, "days") for one in measured]),
        ("Nothing new ÷ full (limit 0.1 %)", [_percent(one, "nothing") for one in measured]),
        ("Cells", [f"{one.steps['full']['cells']:,}" for one in measured]),
        (
            "Rerun of a page, processor ms",
            [f"{one.seconds('page') * 1000:.0f}" for one in measured],
        ),
        (
            "÷ at the smallest size (limit 1.1)",
            [f"{one.seconds('page') / base.seconds('page'):.2f}" for one in measured],
        ),
        ("Peak memory of the full refresh, MiB", [f"{one.mib('full'):.0f}" for one in measured]),
        (
            "Peak memory of a process serving pages, MiB",
            [f"{one.mib('page'):.0f}" for one in measured],
        ),
        (
            "÷ at the smallest size (limit 1.5)",
            [f"{one.mib('page') / base.mib('page'):.2f}" for one in measured],
        ),
        (
            "÷ the table read into pandas (limit 0.1 at the largest)",
            [
                f"{one.mib('page') / whole(one):.3f}{'' if 'whole' in one.steps else ' (extrapolated)'}"
                for one in measured
            ],
        ),
    ]
    return "\n".join(f"| {name} | {' | '.join(values)} |" for name, values in lines)


def _percent(one: Measured, step: str) -> str:
    return f"{one.seconds(step) / one.seconds('full'):.2%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="50000,500000,5000000,50000000",
                        help="rows of job_posting, comma separated, rising")
    parser.add_argument("--port", type=int, default=18450)
    parser.add_argument("--folder", type=Path, default=Path(gettempdir()),
                        help="where the database's files may go")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with server(given.folder, given.port) as url, TemporaryDirectory(dir=given.folder) as folder:
        small = _database(url, "small")
        fill(small, scale=1, only=[name for name in DATASETS if name != DATASET])
        measured: list[Measured] = []
        for size in sizes:
            measured.append(measure(size, url, small, Path(folder)))
            print(table(measured), flush=True)


if __name__ == "__main__":
    main()
