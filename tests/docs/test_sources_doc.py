"""docs/接入.md lists exactly the datasets and columns the program reads."""

from __future__ import annotations

import re

from data_access.site.settings import ROOT
from kpi.definitions.shipped_datasets import DATASETS, Column, ColumnType

TEXT = (ROOT / "docs" / "接入.md").read_text(encoding="utf-8")
ROWS = {name: (connection, title, columns) for connection, name, title, columns in
        re.findall(r"^\| `(\w+)` \| `(\w+)` (\S+) \| (.+) \|$", TEXT, re.MULTILINE)}
_UNTYPED = (ColumnType.CODE, ColumnType.TEXT)


def _written(column: Column) -> str:
    type_ = "" if column.type in _UNTYPED else f" {column.type}"
    categories = f" {{{', '.join(column.categories)}}}" if column.categories else ""
    return f"{column.name}{type_}{categories}{'?' if column.nullable else ''}"


def test_every_dataset_is_listed_under_its_connection_and_title() -> None:
    assert {name: row[:2] for name, row in ROWS.items()} == {
        name: (dataset.connection, dataset.title) for name, dataset in DATASETS.items()}


def test_every_column_is_listed_with_its_type_values_and_whether_it_may_be_null() -> None:
    for name, dataset in DATASETS.items():
        columns = [_written(column) for column in dataset.columns if column.name != "updated_at"]
        assert ROWS[name][2].split("，") == columns
