"""Every statement the program sends, for makes nobody here has: SQLite answers it, and a parser of
the make's SQL reads its text.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data_access.checking.check import check
from data_access.checking.excluded import excluded_rows
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Snapshot
from kpi.definitions.shipped_datasets import DATASETS, FACT_DATASETS
from tests.data_access.connect.emulated import MODULES, PLAIN, Driver, emulated, urls, write
from tests.data_access.site import NOON, drawn, site, some_rows
from tests.programs import missing

pytestmark = [pytest.mark.engines, pytest.mark.long]

LATER = NOON + timedelta(hours=1)
TRACED = "welfare_post"
BY_RULE = ("hire", "job_posting", "worker_account", "assisted_person", "injury_cover")
"""A dataset for each way of finding duplicates: none, of some days, the first, an identity,
periods that overlap.
"""
SOURCES = '''
[datasets.hire]
query = """SELECT hire_id AS id, unit_code, township_code, matched_on, agreement_signed_on,
                  posting_id FROM hire -- all: of it"""
[datasets.hire.columns]
hire_id = "ID"
updated_at = ""
[datasets.violation.values.kind]
"" = "other"
"black_agent" = "black_agent"
[datasets.craft_certificate.columns]
certificate_id = "CERTIFICATE_ID"
updated_at = ""
'''
DIALECTS = {
    "trino": "trino.sqlalchemy.dialect.TrinoDialect",
    "starrocks": "starrocks.dialect.StarRocksDialect",
    "clickhousedb": "clickhouse_connect.cc_sqlalchemy.dialect.ClickHouseDialect",
}
PARSERS = {
    "oracle": "oracle",
    "dm": "oracle",
    "mssql": "tsql",
    "trino": "trino",
    "clickhousedb": "clickhouse",
    "starrocks": "starrocks",
}
FOREIGN = {
    "oracle": r"\bLIMIT\b|\)\s+AS\s+\"(?:given|source|events)\"|\bCOLLATE\b|\bDATEDIFF|\bTOP\b"
    r"|julianday|\btrue\b|\bfalse\b",
    "dm": r"\)\s+AS\s+\"(?:given|source|events)\"|\bCOLLATE\b|\bTOP\b|julianday"
    r"|\btrue\b|\bfalse\b|dual\.",
    "mssql": r"\bLIMIT\b|\|\||FETCH FIRST|\bFROM DUAL|julianday|\btrue\b|\bfalse\b"
    r"|\bround\([^,()]*\)|NULLS (?:FIRST|LAST)",
    "trino": r"COLLATE|julianday|CONVERT\(|FROM DUAL|FETCH FIRST",
    "clickhousedb": r"COLLATE|julianday|CONVERT\(|FROM DUAL|FETCH FIRST",
    "starrocks": r"COLLATE|julianday|CONVERT\(|FROM DUAL|FETCH FIRST",
}
"""Words of other makes."""


@dataclass(frozen=True)
class Run:
    """What was sent to a make, what was read of it, and what SQLite by itself gives."""

    make: str
    driver: Driver
    own: Snapshot
    snapshot: Snapshot
    again: Snapshot
    problems: tuple[str, ...]

    def texts(self) -> set[str]:
        """Every question, as the make is sent it."""
        if self.make in MODULES:
            return {
                text
                for text in self.driver.sent
                if text.lower().lstrip().startswith(("select", "with"))
            }
        module, _, name = DIALECTS[self.make].rpartition(".")
        dialect = getattr(importlib.import_module(module), name)()
        return {
            str(element.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
            for element in self.driver.elements
            if not isinstance(element, str)
        }


def _tables() -> dict[str, list[dict[str, Any]]]:
    """Every dataset with rows of all kinds, and with what is put into such tables by people."""
    tables = {**drawn(), **{name: some_rows(name)[:80] for name in FACT_DATASETS}}
    for name in FACT_DATASETS:
        rows, key = tables[name], DATASETS[name].key
        for row, unit in zip(rows, (" 321302 ", "   ", "沭阳县", "/", "999999"), strict=False):
            row["unit_code"] = unit
        rows[6][key], rows[7][key] = rows[5][key], "   "
        for column in DATASETS[name].columns:
            if column.name.endswith("_on"):
                rows[8][column.name] = date(9999, 12, 31)
            if column.categories:
                rows[9][column.name] = "没有的"
        if "closed_on" in rows[10]:
            rows[10]["closed_on"] = date(2020, 1, 1)
    for number, row in enumerate(tables[TRACED]):
        row["updated_at"] = datetime(2025, 6, 1, 8, number % 60, 30)
    tables["violation"][11]["kind"] = None
    return tables


@pytest.fixture(scope="module", params=[*MODULES, *PLAIN])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    make: str = request.param
    for module in ("sqlglot", *([DIALECTS[make].split(".")[0]] if make in DIALECTS else [])):
        if importlib.util.find_spec(module) is None:
            missing(module)
    folder = tmp_path_factory.mktemp(make)
    tables = _tables()
    plain = write(folder / "files", tables)
    # there an empty text is null, which a mapping may name
    sources = SOURCES if make == "oracle" else SOURCES.replace('"" = "other"\n', "")
    own = refresh(
        site(
            folder / "own",
            plain,
            sources.replace('"" = "other"\n', "")
            .replace('"ID"', '"id"')
            .replace('"CERTIFICATE_ID"', '"certificate_id"'),
        ),
        now=NOON,
    )
    with emulated(make, folder / "files") as driver:
        sources = (
            sources
            if make in MODULES
            else sources.replace('"ID"', '"id"').replace('"CERTIFICATE_ID"', '"certificate_id"')
        )
        settings = site(
            folder / "site",
            {name: url for name, url in urls(make).items() if name in plain},
            sources,
        )
        snapshot = refresh(settings, now=NOON)
        driver.close()  # the files are replaced
        _change(folder / "files", tables)
        again = refresh(settings, now=LATER) if make in MODULES else snapshot
        problems = tuple(
            line for row in check(settings, NOON) if not row.usable for line in row.lines()
        )
        for name in BY_RULE:
            excluded_rows(settings, name, now=NOON)
        yield Run(make, driver, own, snapshot, again, problems)


def _change(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    tables[TRACED][20]["updated_at"] = datetime(2026, 6, 30, 12, 30)
    write(folder, tables)


def test_the_figures_are_those_of_the_same_rows_elsewhere(run: Run) -> None:
    assert run.problems == ()
    assert not run.snapshot.messages
    assert set(run.snapshot.parts) == set(run.own.parts)
    assert len(run.own.parts) == len(FACT_DATASETS)
    for name, part in run.own.parts.items():
        theirs = run.snapshot.parts[name].data
        if run.make == "oracle" and name == "violation":
            continue
        pd.testing.assert_frame_equal(theirs.cells, part.data.cells, obj=name)
        assert theirs.quality == part.data.quality, name
        assert theirs.health == part.data.health, name
    assert sum(part.data.quality.counted for part in run.own.parts.values()) > 500
    met = {remark.code for part in run.own.parts.values() for remark in part.data.quality.remarks}
    assert {
        "empty_mark",
        "no_identity",
        "padded_code",
        "placeholder_date",
        "closing_ignored",
    } <= met


def test_a_mapped_empty_text_is_the_null_it_is_there(run: Run) -> None:
    theirs, own = (
        snapshot.parts["violation"].data.quality.counted for snapshot in (run.snapshot, run.own)
    )
    assert theirs == own + (1 if run.make == "oracle" else 0)


def test_only_the_changed_days_of_a_traced_table_are_read_again(run: Run) -> None:
    part = run.again.parts[TRACED]
    assert str(part.method) == ("incremental" if run.make in MODULES else "full")
    pd.testing.assert_frame_equal(part.data.cells, run.own.parts[TRACED].data.cells)


def test_every_text_is_read_by_a_parser_of_the_makes_sql(run: Run) -> None:
    sqlglot = importlib.import_module("sqlglot")
    texts = run.texts()
    assert len(texts) > 180
    assert sum("GROUP BY" in text for text in texts) > 80
    for text in texts:
        foreign = re.search(FOREIGN[run.make], re.sub(r"'[^']*'", "''", text), re.IGNORECASE)
        assert foreign is None, (foreign, text)
        tree = sqlglot.parse_one(_with_plain_parameters(text, run.make), dialect=PARSERS[run.make])
        assert isinstance(tree, sqlglot.exp.Query), text
        _look_closely(tree, sqlglot.exp, text, run.make)


def _with_plain_parameters(text: str, make: str) -> str:
    """Parameters as a server's own SQL has them; the driver replaces its kind before sending."""
    text = re.sub(r"%\((\w+)\)s", "@p" if make == "mssql" else "?", text)
    return text.replace("%s", "?") if make == "starrocks" else text


def _look_closely(tree: Any, exp: Any, text: str, make: str) -> None:
    """What parsers take and servers do not."""
    for case in tree.find_all(exp.Case):
        results = [one.args["true"] for one in case.args["ifs"]] + [case.args.get("default")]
        assert any(one is not None and not isinstance(one, exp.Null) for one in results), (
            "a CASE of nulls only",
            text,
        )
        plain = [one for one in case.args["ifs"] if isinstance(one.this.unnest(), exp.Column)]
        assert make in PLAIN or not plain, ("a value for a condition", text)
    for query in tree.find_all(exp.Select):
        names = [one.alias_or_name.lower() for one in query.expressions]
        assert "*" in names or len(set(names)) == len(names), ("two columns of one name", text)
    for group in tree.find_all(exp.Group):
        assert all(isinstance(one, exp.Column) for one in group.expressions), (
            "a group by a constant or parameter",
            text,
        )
    for one in tree.find_all(exp.In):
        assert len(one.expressions) <= 1000, ("a list longer than Oracle takes", text)
        # SQL Server compares a single column with a list
        assert make != "mssql" or not isinstance(one.this, exp.Tuple), text


def test_what_is_sent_has_every_kind_of_statement(run: Run) -> None:
    texts = run.texts()
    kinds = {
        "sample": r"AS \W?value",
        "rows": "places",
        "findings": "wrong",
        "repeats": "identified",
        "cells": "events",
        "excluded": r"ORDER BY \W?named\W?\.\W?status",
        "wrapper": r"^SELECT (?:TOP 200 )?\*\s+FROM \(SELECT hire_id",
        "delay": "recent",
        "remembered": r"AS \W?key\W?, ",
        "register": "recorded_township.* AS .*place_unit",
    }
    if run.make in MODULES:
        kinds |= {"trace": "changes", "slices": r"UNION ALL|BETWEEN|>= "}
    for kind, words in kinds.items():
        assert any(re.search(words, text, re.DOTALL) for text in texts), kind
