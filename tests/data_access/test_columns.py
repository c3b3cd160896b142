"""Columns of numbers and words, held to what pandas gives for the same rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from data_access.reading.columns import Words, from_frame, numbers, stacked, summed, to_frame

ROWS = st.lists(st.tuples(st.sampled_from(["", "乙", "甲", "a"]),
                          st.sampled_from([-(2**31), -1, 0, 7, 20_000]),
                          st.sampled_from(["x", "y"]), st.integers(1, 9)), max_size=30)


def _frame(rows: list[tuple[str, int, str, int]]) -> pd.DataFrame:
    first, day, last, count = ([row[n] for row in rows] for n in range(4))
    return pd.DataFrame({
        "first": pd.Categorical(first, categories=pd.Index(sorted(set(first)), dtype="str")),
        "day": np.array(day, dtype=np.int32),
        "last": pd.Categorical(last, categories=pd.Index(sorted(set(last)), dtype="str")),
        "rows": np.array(count, dtype=np.int64)})


@given(ROWS, ROWS)
def test_tables_below_each_other_added_up_are_what_pandas_adds_up(
        one: list[tuple[str, int, str, int]], other: list[tuple[str, int, str, int]]) -> None:
    found = to_frame(summed(stacked([from_frame(_frame(one)), from_frame(_frame(other))]),
                            ["rows"]))
    whole = _frame([*one, *other])
    wanted = whole.groupby(["first", "day", "last"], as_index=False, observed=True,
                           sort=True)[["rows"]].sum()
    for name in ("first", "last"):
        wanted[name] = wanted[name].cat.remove_unused_categories()
    pd.testing.assert_frame_equal(found, wanted)


def test_a_key_longer_than_64_bits_still_keeps_rows_apart() -> None:
    many = 50_000
    wide = {f"k{n}": np.arange(many)[::-1] if n % 2 else np.arange(many) for n in range(6)}
    table = {**wide, "rows": np.ones(many, dtype=np.int64)}
    twice = stacked([table, table])
    found = summed(twice, ["rows"])
    assert set(np.asarray(found["rows"])) == {2}
    assert np.array_equal(found["k0"], np.arange(many))  # type: ignore[arg-type]
    assert np.array_equal(found["k5"], np.arange(many)[::-1])  # type: ignore[arg-type]


def test_texts_read_as_numbers_and_null_as_none() -> None:
    assert np.array_equal(numbers(Words(np.array([1, -1, 0]), ["2.5", 3])), [3, np.nan, 2.5],
                          equal_nan=True)
