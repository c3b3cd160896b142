"""What a refresh remembers of a dataset's rows: the largest amount and a thousand hashed keys, by
two light statements.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_access.boundary import LATER, Memory
from data_access.reading.collect import text
from data_access.reading.incremental import to_periods
from data_access.reading.queries import Periods, days_within, since_epoch
from data_access.reading.reading import Reading
from kpi.definitions import UNDATED, ColumnType, Dataset
from kpi.vocabulary import InputError, from_ordinal

REMEMBERED = 1_000
_MOST_DAYS = 900  # as many values as the oldest SQLite takes in one statement


def secret(data: Path) -> bytes:
    """The key of this data folder that row keys are hashed with; made on first use. Raises
    InputError when it cannot be.
    """
    path = data / "memory.key"
    try:
        if not path.exists():
            draft = path.with_name(f".memory.key.{os.getpid()}")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(os.urandom(32))
            os.replace(draft, path)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"文件 {path} 不能读写（{error.strerror}）；请检查 LINGGONG_DATA 指向的文件夹和权限。") from None


def _name_of(key: bytes) -> str:
    """A short name of a hashing key, and of what is hashed with it, that does not give it away.

    Memories that held keys of other days than their own ended in “.day”: they are compared with
    nothing.
    """
    return f"{hashlib.sha256(key).hexdigest()[:8]}.own-days"


def chosen_days(dataset: Dataset, cells: pd.DataFrame) -> tuple[int, ...]:
    """Counting dates whose rows together are a thousand or a little more, spread over the whole
    table.

    Always in the same order of preference, so that the choice hardly changes as the table grows.
    """
    first = cells[(cells["event"] == dataset.first_event).to_numpy()]
    day = first["day"].to_numpy(dtype=np.int64)
    days, position = np.unique(day[day != UNDATED], return_inverse=True)
    rows = np.bincount(position, weights=first["rows"].to_numpy(dtype=float)[day != UNDATED],
                       minlength=len(days))
    # multiplying by a large odd number scatters neighbouring days
    order = np.argsort((days * 2_654_435_761) % 2**32, kind="stable")
    enough = int(np.searchsorted(np.cumsum(rows[order]), REMEMBERED)) + 1
    return tuple(sorted(days[order[:min(enough, _MOST_DAYS)]].tolist()))


def _look_up(reading: Reading, days: tuple[int, ...], key: bytes) -> dict[int, set[str]]:
    """All rows dated on these days, each by its hashed key and day, and by key and day of each
    later date it has: what is dated otherwise now is no longer there. By day.
    """
    live, dataset = reading.live, reading.live.mapping.dataset
    if not days or not reading.rows:
        return {}
    assert dataset.counted_on is not None
    day = live.columns[dataset.counted_on]
    later = [column.name for column in dataset.columns if column.type == ColumnType.DATE
             and column.name != dataset.counted_on and column.name not in live.absent]
    statement = sa.select(live.columns[dataset.key].label("key"), since_epoch(day).label("day"),
                          *(days_within(live.columns[name]).label(name)
                            for name in later)).select_from(live.selectable).where(
                                day.in_([from_ordinal(one) for one in days]))
    by_day: dict[int, set[str]] = {}
    keyed = hashlib.blake2b(digest_size=8, key=key)
    for value, on, *dates in reading.opened.execute(statement).all():
        day_text, hashes = text(value).rstrip(), by_day.setdefault(int(on), set())
        hashes.add(_hashed(f"{day_text}\0{int(on)}", keyed))
        for name, date in zip(later, dates, strict=True):
            if date is not None:
                hashes.add(LATER + _hashed(f"{day_text}\0{name}\0{int(date)}", keyed))
    return by_day


def _hashed(value: str, keyed: hashlib.blake2b) -> str:
    """The value hashed with the key `keyed` has taken in already, which is half of the work."""
    one = keyed.copy()
    one.update(value.encode())
    return one.hexdigest()


def _largest(reading: Reading, periods: Periods | None) -> float | None:
    """The largest amount of one row (of these periods); None where the dataset has no amount or no
    row has one.
    """
    live, dataset = reading.live, reading.live.mapping.dataset
    if dataset.amount is None:
        return None
    statement = sa.select(sa.func.max(live.columns[dataset.amount])).select_from(live.selectable)
    if periods is not None:
        assert dataset.counted_on is not None
        statement = statement.where(periods.holding(live.columns[dataset.counted_on]))
    value = reading.opened.execute(statement).scalar_one()
    return None if value is None else float(value)


@dataclass(frozen=True)
class Looked:
    """What a reading remembers, and all hashed keys it looked up: its own and those of the part
    before it.
    """

    memory: Memory
    keys: frozenset[str]


def look_at(reading: Reading, cells: pd.DataFrame, slices: frozenset[int] | None, before: Memory,
            key: bytes) -> Looked:
    """What there is to remember of a part just read. `slices`: those read anew, None for all;
    `before`: the last memory.
    """
    days = chosen_days(reading.live.mapping.dataset, cells)
    by_day = _look_up(reading, tuple({*days, *before.days}), key)
    # of its own days only: no later reading looks at the days of the memory before
    own = frozenset[str]().union(*(by_day.get(day, set()) for day in days))
    largest = _largest(reading, None if slices is None else to_periods(slices))
    if slices is not None and before.largest is not None:
        largest = max(before.largest, largest or 0.0)
    dates, of_rows = (sorted(one for one in own if one.startswith(LATER) is later)
                      for later in (True, False))
    return Looked(Memory(largest, days, (*dates[:REMEMBERED], *of_rows[:REMEMBERED]),
                         _name_of(key)), frozenset[str]().union(*by_day.values()))
