"""A generated table: columns of equal length, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpi.definitions import DATASETS
from sample_data.calendar import AS_OF, Days

Array = NDArray[Any]
Columns = dict[str, Array]
NEVER = np.datetime64("NaT", "D")
END = np.datetime64(AS_OF)
# two digits of 2026 swapped: a date no reader has reached yet
WRONG_YEAR = np.datetime64("2062-05-06")


@dataclass(frozen=True, eq=False)
class Table:
    """One dataset's rows. Dates are datetime64[D] (NaT: null), timestamps datetime64[s], text is
    object (None: null).
    """

    dataset: str
    columns: Mapping[str, Array]

    def __post_init__(self) -> None:
        names = DATASETS[self.dataset].column_names
        if (
            set(names) != set(self.columns)
            or len({len(column) for column in self.columns.values()}) != 1
        ):
            raise ValueError(f"columns of {self.dataset} are not the canonical ones, of one length")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def batches(self, size: int, plain: Callable[[Array], list[Any]]
                | None = None) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in the order of the canonical columns, at most `size` at a time.

        `plain` turns a piece of a column into what a database driver takes; by default date,
        datetime and None.
        """
        names = DATASETS[self.dataset].column_names
        turn = plain or as_python
        for start in range(0, len(self), size):
            yield list(zip(*(turn(self.columns[name][start:start + size]) for name in names),
                           strict=True))


def as_python(column: Array) -> list[Any]:
    """Python's own values, None for null."""
    if column.dtype.kind == "f":
        return [None if value != value else value for value in column.tolist()]
    return list(column.tolist())


def as_text_dates(column: Array) -> list[Any]:
    """As `as_python`, with dates and timestamps as ISO text, the way SQLite keeps them."""
    if column.dtype.kind != "M":
        return as_python(column)
    return [None if text == "NaT" else text.replace("T", " ")
            for text in np.datetime_as_string(column).tolist()]


def objects(values: Any) -> Array:
    """The values as an array of Python objects, for looking text up by position."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def constant(value: Any, count: int) -> Array:
    """The same object `count` times."""
    return np.full(count, value, dtype=object)


def keys(prefix: str, count: int, first: int = 1) -> Array:
    """Made-up keys like P0000012, in order."""
    return objects([f"{prefix}{number:07d}" for number in range(first, first + count)])


def never(count: int) -> Days:
    """A column of dates nothing has happened on yet."""
    return np.full(count, NEVER)


def pick(rng: np.random.Generator, shares: Mapping[Any, float], count: int) -> Array:
    """Random values in the given shares, as objects."""
    weights = np.array(list(shares.values()))
    return objects(list(shares))[rng.choice(len(weights), count, p=weights / weights.sum())]


def later(rng: np.random.Generator, days: Days, low: int, high: int) -> Days:
    """`low` to `high` days (both inclusive) after each day, never after the sample's end."""
    return np.minimum(days + rng.integers(low, high + 1, len(days)), END)


def where(condition: NDArray[np.bool_], days: Days) -> Days:
    """The days where the condition holds, null elsewhere."""
    return np.where(condition, days, NEVER)


def stack(parts: list[Columns]) -> Columns:
    """The rows of all parts below each other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def take(columns: Columns, rows: Array) -> Columns:
    """Copies of the chosen rows (positions or a mask)."""
    return {name: column[rows].copy() for name, column in columns.items()}


def written(rng: np.random.Generator, *dates: Days, late: float = 0.03) -> Array:
    """When a row was last written: on its latest date or the day after; a share of `late` rows
    weeks afterwards.
    """
    latest = dates[0]
    for other in dates[1:]:
        latest = np.where(np.isnat(other), latest,
                          np.where(np.isnat(latest), other, np.maximum(latest, other)))
    count = len(latest)
    delay = np.where(rng.random(count) < late, rng.integers(20, 76, count),
                     rng.integers(0, 2, count))
    latest = np.where(np.isnat(latest), END, np.minimum(latest, END))
    seconds = rng.integers(8 * 3600, 19 * 3600, count).astype("timedelta64[s]")
    stamped: Array = np.minimum(latest + delay, END).astype("datetime64[s]") + seconds
    return stamped
