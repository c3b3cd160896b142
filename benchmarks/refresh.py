"""`python -m benchmarks.refresh` – a full refresh of the sample beside its own statements alone in
sqlite3.

Processor time, medians of rounds that take turns, after one that is not counted; then a refresh
with nothing new beside the full one. Uses a copy of the sample databases, so no snapshot of the
site is touched. Nothing passes or fails.
"""

from __future__ import annotations

import gc
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data_access.boundary import iso_day
from data_access.running import run, show_progress
from data_access.site import Settings, load_settings
from data_access.snapshots import ensure_sample, sample_folder
from data_access.snapshots.refresh import refresh

ROUNDS = 5


@dataclass(frozen=True)
class Asked:
    """One statement of a refresh, and the file it was put to."""

    file: str
    statement: str
    values: Any


def asked(settings: Settings) -> list[Asked]:
    """Every SELECT a full refresh of the sample puts to a database, in order."""
    heard: list[Asked] = []

    def hear(connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            heard.append(Asked(str(connection.engine.url.database), statement, values))
    sa.event.listen(sa.engine.Engine, "before_cursor_execute", hear)
    try:
        refresh(settings, full=True)
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", hear)
    return heard


def alone(statements: list[Asked]) -> None:
    """The statements with all their rows, by Python's own sqlite3, and nothing done with them."""
    for file in dict.fromkeys(one.file for one in statements):
        with closing(sqlite3.connect(f"{file}?mode=ro", uri=True)) as opened:
            opened.create_function("iso_day", 1, iso_day, deterministic=True)
            for one in statements:
                if one.file == file:
                    opened.execute(one.statement, one.values).fetchall()


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()  # else each would pay for what the one before it left behind
    begin = time.process_time()
    work()
    return time.process_time() - begin


def report() -> None:
    site = replace(load_settings(), urls={})
    ensure_sample(site, show_progress)
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(site, data=Path(folder))
        shutil.copytree(sample_folder(site.data), sample_folder(settings.data))
        statements = asked(settings)
        works: list[Callable[[], object]] = [lambda: refresh(settings, full=True),
                                             lambda: alone(statements), lambda: refresh(settings)]
        rounds = [[_seconds(work) for work in works] for _ in range(ROUNDS)]
    full, sql, nothing_new = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"全部重读：{full:.2f} 秒；同样的 {len(statements)} 条语句单独执行：{sql:.2f} 秒；没有变动：{nothing_new:.2f} 秒")
    print(f"全部重读 ÷ 同样的语句 = {full / sql:.2f}")
    print(f"没有变动 ÷ 全部重读 = {nothing_new / full:.2f}")


if __name__ == "__main__":
    sys.exit(run(report))
