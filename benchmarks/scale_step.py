"""One step of `benchmarks.scale` in a process of its own, so that its memory is its own.

Prints one line of JSON: seconds (of a page: of the processor) and the most memory the process held
(MiB, resident).
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import sqlalchemy as sa

from data_access.boundary import load_mappings
from data_access.connect import Sources
from data_access.reading import (
    cells,
    delay_statement,
    findings_statement,
    geography_of,
    prefer_counting,
    read_divisions,
    reading_rules,
    trace_statement,
)
from data_access.site import Settings, load_plan
from data_access.snapshots.refresh import refresh
from kpi.definitions import CONNECTIONS, DATASETS

DATASET = "job_posting"
# the other datasets of the same connection are in the small database
SOURCES = (
    '[datasets.worker_account]\nconnection = "venues"\n[datasets.hire]\nconnection = "venues"\n'
)


def settings(folder: Path, large: str, small: str) -> Settings:
    """A site whose postings are in one database and everything else, at scale 1, in another."""
    config = folder / "config"
    if not config.exists():
        config.mkdir(parents=True)
        (config / "sources.toml").write_text(SOURCES, encoding="utf-8")
        plan = Path(__file__).resolve().parent.parent / "config" / "plan.toml"
        (config / "plan.toml").write_bytes(plan.read_bytes())
    urls = {name: large if name == DATASETS[DATASET].connection else small for name in CONNECTIONS}
    return Settings(config, folder / "var", urls, statement_seconds=36_000, full_every_days=10_000)


def read(given: Settings, now: str, full: str = "") -> dict[str, Any]:
    """A refresh: seconds of all of it and of the large dataset alone, how it was read, and how many
    cells came of it.
    """
    marks: list[tuple[float, str]] = []
    begin = time.perf_counter()
    taken = refresh(given, now=datetime.fromisoformat(now), full=bool(full),
                    progress=lambda text, _share: marks.append((time.perf_counter(), text)))
    end = time.perf_counter()
    part = taken.parts[DATASET]
    title = DATASETS[DATASET].title
    first = next(at for at, text in marks if title in text)
    after = next(at for at, text in marks if at > first and title not in text)
    return {"seconds": after - first, "all": end - begin, "method": part.method.value,
            "cells": len(part.data.cells), "rows": part.data.quality.read,
            "counted": part.data.quality.counted, "messages": taken.messages}


def alone(given: Settings) -> dict[str, Any]:
    """The same statements inside the server, into tables of its own there: nothing is sent."""
    plan, sources = load_plan(given), Sources(given.urls, load_mappings(given.sources_file),
                                              given.statement_seconds)
    geography = geography_of(plan, read_divisions(sources, None)[0])
    rules = reading_rules(plan, geography, datetime(2026, 11, 2).date())
    with sources.open(DATASET) as (live, opened):
        prefer_counting(opened, whole=True)
        chosen = {name: opened.execute(sa.text(f"SHOW {name}")).scalar_one()
                  for name in ("work_mem", "enable_sort")}
        statements = [_literal(statement, opened)
                      for statement in (trace_statement(live),
                                        findings_statement(live, rules, geography),
                                        *cells(live, rules), delay_statement(live, rules))]
    sources.close()
    taken = []
    with psycopg.connect(given.urls[DATASETS[DATASET].connection].replace("+psycopg", ""),
                         autocommit=True) as raw:
        for name, value in chosen.items():
            raw.execute(f"SET {name} = '{value}'".encode())
        for number, statement in enumerate(statements):
            begin = time.perf_counter()
            raw.execute(f"CREATE TEMP TABLE alone_{number} AS {statement}".encode())
            taken.append(time.perf_counter() - begin)
    return {"seconds": sum(taken), "each": taken}


def _literal(statement: sa.Select[Any], opened: sa.Connection) -> str:
    compiled = statement.compile(dialect=opened.dialect, compile_kwargs={"literal_binds": True})
    return str(compiled).replace("%%", "%")


def page(given: Settings) -> dict[str, Any]:
    """The first page in a process that serves pages: the first run, and the median of those after.
    """
    os.environ |= {f"LINGGONG_URL_{name.upper()}": url for name, url in given.urls.items()}
    os.environ |= {"LINGGONG_CONFIG": str(given.config), "LINGGONG_DATA": str(given.data),
                   "LINGGONG_REFRESH_MINUTES": "0"}
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(Path(__file__).resolve().parent.parent / "dashboard.py"),
                            default_timeout=3600)
    begin = time.perf_counter()
    app.run()
    first = time.perf_counter() - begin
    if app.exception:
        raise SystemExit(str(app.exception[0].value))
    taken, worked = [], []
    for _ in range(9):
        begin, before = time.perf_counter(), time.process_time()
        app.run()
        taken.append(time.perf_counter() - begin)
        worked.append(time.process_time() - before)
    # processor time: what else the machine does meanwhile would say nothing about the page
    return {"seconds": statistics.median(worked), "wall": statistics.median(taken), "first": first}


def whole(given: Settings) -> dict[str, Any]:
    """What the dashboard does not do: the table whole in pandas."""
    engine = sa.create_engine(given.urls[DATASETS[DATASET].connection])
    begin = time.perf_counter()
    with engine.connect() as opened:
        frame = pd.read_sql(f"SELECT * FROM {DATASET}", opened)
    return {"seconds": time.perf_counter() - begin, "rows": len(frame)}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {"read": read, "alone": alone, "page": page,
                                                   "whole": whole}


def main() -> None:
    step, folder, large, small, *rest = sys.argv[1:]
    given = settings(Path(folder), large, small)
    before = _most_held()
    found = STEPS[step](given, *rest)
    print(json.dumps({**found, "mib": _most_held(), "mib_before": before}))


def _most_held() -> float:
    """The most resident memory so far, MiB; not getrusage, which begins with what the parent
    process held.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
