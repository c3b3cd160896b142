"""What a driver gives, as columns: nothing cut off, no null lost, however rows fall into pieces."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access.reading import fetch
from data_access.reading.columns import Words, numbers

NUMBERS = st.one_of(st.none(), st.integers(-10**6, 10**6), st.floats(-10**6, 10**6), st.just(0))
TEXTS = st.one_of(st.none(), st.sampled_from(["", "甲", "乙", "321302", " a "]))


def _read(rows: list[tuple[Any, Any]],
          type_: sa.types.TypeEngine[Any]) -> tuple[list[Any], list[Any]]:
    """Both columns through a SQLite table, nulls as None."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as opened:
        opened.exec_driver_sql("CREATE TABLE t (amount, word)")
        for row in rows:
            opened.exec_driver_sql("INSERT INTO t VALUES (?, ?)", row)
        table = sa.table("t", sa.column("amount", type_), sa.column("word", sa.String()))
        pieces = list(fetch.pieces(opened, sa.select(table.c.amount, table.c.word)))
    engine.dispose()
    found: tuple[list[Any], list[Any]] = [], []
    for piece in pieces:
        found[0].extend(None if np.isnan(value) else value
                        for value in numbers(piece["amount"]).tolist())
        words = piece["word"]
        assert isinstance(words, Words)
        found[1].extend(None if code < 0 else words.names[code] for code in words.codes.tolist())
    return found


@pytest.mark.parametrize("type_", [sa.Integer(), sa.Float()])
@given(rows=st.lists(st.tuples(NUMBERS, TEXTS), max_size=20))
def test_whole_numbers_fractions_and_nulls_in_one_column(
        type_: sa.types.TypeEngine[Any], rows: list[tuple[Any, Any]]) -> None:
    assert _read(rows, type_) == ([row[0] for row in rows], [row[1] for row in rows])


def test_a_fraction_after_whole_numbers_keeps_its_cents() -> None:
    rows = [(0, "甲"), (49, "乙"), (12.75, None)]
    assert _read(rows, sa.Float()) == ([0, 49, 12.75], ["甲", "乙", None])
    assert _read(rows, sa.Integer()) == ([0, 49, 12.75], ["甲", "乙", None])


def test_pieces_and_handfuls_of_any_size_hold_the_same_rows(
        monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(None if n % 7 == 3 else n / 4 if n % 5 == 0 else n, None if n % 6 == 1
             else f"字{n % 4}") for n in range(50)]
    for at_once, piece in ((1, 1), (3, 7), (7, 3), (50, 50), (500, 50_000)):
        monkeypatch.setattr(fetch, "_AT_ONCE", at_once)
        monkeypatch.setattr(fetch, "_ROWS", piece)
        assert _read(rows, sa.Float()) == ([row[0] for row in rows], [row[1] for row in rows])


def test_a_decimal_column_gives_what_sqlalchemy_gives() -> None:
    found, _ = _read([(0.1, "甲"), (0.1 + 0.2, "乙"), (2, None)], sa.Numeric())
    assert found == [float(Decimal("0.1")), float(Decimal("0.3")), 2.0]


def test_numbers_of_every_kind_a_driver_gives() -> None:
    held = fetch._Numbers()
    for values in ([1, 2], [Decimal("2.50"), None], [True, 1.25], ["3", "4.5"]):
        held.add(values)
    assert np.array_equal(numbers(held.column()), [1, 2, 2.5, np.nan, 1, 1.25, 3, 4.5],
                          equal_nan=True)
