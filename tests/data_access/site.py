"""A site as an installer would set it up: config folder, data folder, connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from data_access.site.settings import Settings
from kpi.definitions.shipped_datasets import DATASETS
from tests.drawn import WORLD, filled, rows, write_sqlite
from tests.engines import write_plan

START, DEADLINE = date(2025, 1, 1), date(2026, 12, 31)
NOON = datetime(2026, 6, 30, 12)
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def site(folder: Path, urls: Mapping[str, str], sources: str = "", **settings: int) -> Settings:
    """Settings of a site with the test plan and this `sources.toml`."""
    config = folder / "config"
    write_plan(config, start=START, deadline=DEADLINE)
    (config / "sources.toml").write_text(sources, encoding="utf-8")
    return Settings(config, folder / "var", dict(urls), **settings)


def drawn(**drawings: str) -> dict[str, list[dict[str, Any]]]:
    """The small city's divisions and these drawn tables."""
    return {**WORLD, **{name: rows(name, drawing) for name, drawing in drawings.items()}}


def sqlite_site(folder: Path, tables: Tables, sources: str = "", **settings: int) -> Settings:
    """A site on SQLite files in `folder`; write the tables again to change them."""
    folder.mkdir(parents=True, exist_ok=True)
    return site(folder, write_sqlite(folder, tables), sources, **settings)


def some_rows(name: str) -> list[dict[str, Any]]:
    """Two hundred rows of a dataset, of some days and places and every category."""
    dataset = DATASETS[name]
    townships = ("321302001", "321302100", "321322100", "321322103", "321371050")
    rows = []
    for number in range(200):
        day = date(2025, 3, 1) + timedelta(days=number % 40)
        given: dict[str, Any] = {"unit_code": ("321302", "321322")[number % 2]}
        if "township_code" in dataset.column_names:
            given["township_code"] = townships[number % 5]
        for column in dataset.columns:
            if column.categories:
                given[column.name] = column.categories[number % len(column.categories)]
            elif column.name.endswith("_on") and number % 3:
                given[column.name] = day + timedelta(days=number % 4)
        assert dataset.counted_on is not None
        rows.append(filled(name, {**given, dataset.counted_on: day}, number))
    return rows
