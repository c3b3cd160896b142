"""The program is an engine: what it counts is in files, and no code of an indicator or dataset is
in its Python.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_access.site.settings import ROOT
from kpi.definitions.definition_set import SHIPPED, SHIPPED_TEXTS

ROOMS = ("kpi", "data_access", "reports", "components", "notices", "pages")
CODES = {*SHIPPED.counted, *SHIPPED.indicators}
SHIPPED_NAMES = {"DATASETS", "FACT_DATASETS", "CONNECTIONS", "CONNECTION_TITLES", "CATALOGUE",
                 "EVENTS"}
# the ledger is a named rule: it knows the one indicator it is itself the source of
NAMED_RULES = {("kpi/follow_ups/follow_up.py", "follow_ups_closed")}
# the lists of divisions are the program's own, and so is the sample
KNOWS_THE_SHIPPED = {"data_access/reading/divisions.py", "data_access/checking/check.py",
                     "data_access/snapshots/embedded.py", "kpi/definitions/__init__.py"}


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))
    yield from sorted(ROOT.glob("*.py"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(ROOT).as_posix())
                                  for path in modules()])
def test_no_module_names_an_indicator_or_a_dataset(path: Path) -> None:
    name, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)
             and isinstance(node.value, str)} & CODES
    assert {(name, code) for code in found} <= NAMED_RULES
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                for alias in node.names}
    assert name in KNOWS_THE_SHIPPED or not imported & SHIPPED_NAMES


def test_every_indicator_and_dataset_is_a_file_of_its_own() -> None:
    named = {path for path in SHIPPED_TEXTS if "/" in path}
    assert named == {*(f"datasets/{name}.toml" for name in SHIPPED.datasets),
                     *(f"indicators/{name}.toml" for name in SHIPPED.indicators)}
    assert (len(SHIPPED.datasets), len(SHIPPED.indicators)) == (22, 38)


def test_every_column_has_a_heading_a_clerk_knows() -> None:
    assert [(name, column.name) for name, dataset in SHIPPED.datasets.items()
            for column in dataset.columns if not column.title] == []


def test_no_heading_stands_for_two_columns_of_a_dataset() -> None:
    for dataset in SHIPPED.datasets.values():
        headings = [heading for column in dataset.columns
                    for heading in {column.title, *column.synonyms}]
        assert sorted(headings) == sorted(set(headings)), dataset.name
