"""Small cells: the table as drawn, the table as it may be published."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.scope.suppress import Suppressed, determined, suppressed
from tests.examples import examples


def _read(drawing: str) -> list[list[int]]:
    return [[int(cell) for cell in line.split()] for line in drawing.strip().splitlines()]


def _drawn(table: Suppressed) -> str:
    def text(value: int | None) -> str:
        return "x" if value is None else str(value)
    rows = [" ".join([*map(text, row), "|", text(total)])
            for row, total in zip(table.cells, table.row_totals, strict=True)]
    return "\n".join([*rows, " ".join([*map(text, table.column_totals), "|", text(table.total)])])


@pytest.mark.parametrize(("given_table", "published"), [
    # nothing small: nothing hidden, and a zero is no secret
    ("""
     10 0 12
     20 30 40
     """, "10 0 12 | 22\n20 30 40 | 90\n30 30 52 | 112"),
    # 3 is small; 10, 7 and 8 keep it from being worked out of its row and its column
    ("""
     3 10 12
     20 30 40
     7 8 9
     """, "x x 12 | 25\n20 30 40 | 90\nx x 9 | 24\n30 48 61 | 139"),
    # four small ones in a square protect each other: 2+4=6 and 3+4=7 leave a choice
    ("""
     2 4 50
     4 4 60
     70 80 90
     """, "x x 50 | 56\nx x 60 | 68\n70 80 90 | 240\n76 88 200 | 364"),
    # two small ones that add up to 2 can only be 1 and 1: in rows and columns a third goes too
    ("""
     1 1 30 40
     1 1 50 60
     10 10 10 10
     """, "x x x 40 | 72\nx x x 60 | 112\nx x 10 10 | 40\n12 12 90 110 | 224"),
])
def test_the_published_table(given_table: str, published: str) -> None:
    assert _drawn(suppressed(_read(given_table))) == published


def test_a_small_total_is_hidden_like_a_cell() -> None:
    table = suppressed(_read("3 0 0\n20 30 40"))
    assert table.row_totals[0] is None
    assert table.total == 93


_TABLES = st.integers(1, 4).flatmap(lambda rows: st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(st.integers(0, 12), min_size=columns, max_size=columns),
                             min_size=rows, max_size=rows)))


@settings(max_examples=examples(200), deadline=None)
@given(_TABLES)
def test_no_small_count_is_published_and_none_can_be_worked_out(table: list[list[int]]) -> None:
    shown = suppressed(table)
    grid = [[*row, total] for row, total in zip(shown.cells, shown.row_totals, strict=True)]
    grid.append([*shown.column_totals, shown.total])
    truth = [[*row, sum(row)] for row in table]
    truth.append([sum(column) for column in zip(*truth, strict=True)])
    hidden = {(r, c) for r, row in enumerate(grid) for c, value in enumerate(row) if value is None}
    for r, row in enumerate(truth):
        for c, value in enumerate(row):
            assert (r, c) in hidden or value == 0 or value >= 5
            assert (r, c) in hidden or grid[r][c] == value
    shape = (len(grid), len(grid[0]))
    everything = {(r, c) for r in range(shape[0]) for c in range(shape[1])}
    assert hidden == everything or not determined(shape, hidden)
