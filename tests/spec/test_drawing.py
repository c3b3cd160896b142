"""The drawn tables themselves: what is drawn is what is read back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kpi.definitions.shipped_datasets import DATASETS
from tests.drawn import WORLD, rows, table, write_sqlite
from tests.naive import read_tables


def test_an_empty_cell_is_null_and_a_code_stays_text() -> None:
    drawn = rows("job_posting", """
        | unit_code | headcount | published_on | employer_verified | township_code |
        | 321302    | 5         | 2025-03-01   | false             |               |
    """)[0]
    assert (drawn["unit_code"], drawn["headcount"], drawn["published_on"]) == (
        "321302", 5, date(2025, 3, 1))
    assert drawn["employer_verified"] is False
    assert drawn["township_code"] is None


def test_a_ragged_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="cells"):
        table("""
            | one | two |
            | 1   |
        """)


def test_a_column_the_dataset_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError, match="colour"):
        rows("job_posting", """
            | colour |
            | red    |
        """)


@pytest.mark.parametrize("dataset", list(DATASETS))
def test_a_row_of_defaults_survives_the_way_through_the_database(
        dataset: str, tmp_path: Path) -> None:
    key = DATASETS[dataset].key
    drawn = rows(dataset, f"""
        | {key} |
        | K1    |
    """)
    assert read_tables(write_sqlite(tmp_path, {dataset: drawn})) == {dataset: drawn}


def test_only_the_tables_that_were_drawn_exist(tmp_path: Path) -> None:
    urls = write_sqlite(tmp_path, WORLD)
    assert set(urls) == {"reference"}
    assert set(read_tables(urls)) == {"managing_unit", "township", "central_village"}
