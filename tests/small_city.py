"""The drawn world read by the program, for tests of what is made of the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

from data_access.current import Current
from data_access.site.settings import Settings, load_plan
from data_access.snapshots.refresh import refresh
from kpi.definitions.catalogue import CATALOGUE
from kpi.definitions.shipped_datasets import DATASETS
from tests.drawn import WORLD, Row, rows, write_sqlite

READ_ON = date(2026, 12, 31)


def settings_of(folder: Path, plan: str = "", *, targets: Mapping[str, float] | None = None,
                **drawings: str) -> Settings:
    """Databases of the drawn world with the drawn facts, and a plan for 2025 and 2026 with these
    targets.

    Datasets that are not drawn are empty tables. `plan` is more TOML, put behind the plan's head.
    """
    tables: dict[str, list[Row]] = {**{name: [] for name in DATASETS}, **WORLD,
                                    **{name: rows(name, drawing)
                                       for name, drawing in drawings.items()}}
    (folder / "config").mkdir(parents=True)
    entries = "\n".join(f"[indicators.{code}]" + (f"\ntarget = {targets[code]}"
                                                  if targets and code in targets else "")
                        for code in CATALOGUE)
    (folder / "config" / "plan.toml").write_text(
        '[plan]\nid = "test"\ntitle = "测试方案"\ndocument = "测试"\ncity_code = "321300"\ncity_name = "测试市"\n'
        f"start = 2025-01-01\ndeadline = 2026-12-31\n{plan}\n{entries}\n",
        encoding="utf-8",
    )
    return Settings(folder / "config", folder / "var", write_sqlite(folder, tables))


def read(settings: Settings, read_on: date = READ_ON) -> Current:
    """The figures of these databases as read on that day at noon."""
    return Current(settings, load_plan(settings),
                   refresh(settings, now=datetime.combine(read_on, time(12))))
