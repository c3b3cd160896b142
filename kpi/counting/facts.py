"""What was read, ready to be added up: cells per dataset, the venue register, and the divisions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi.definitions import COUNTED, FOLLOW_UP, NOWHERE, SHIPPED, UNDATED, Definitions, Where
from kpi.vocabulary import Cache, DayAxis, Division, Geography, Remark, Rollup, to_ordinal

__all__ = ["NOWHERE", "BoolArray", "DatasetQuality", "Facts", "FloatArray", "Source", "SourceState",
           "StatusSums", "Where"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Result = TypeVar("Result")


@dataclass(frozen=True)
class DatasetQuality:
    """Reconciliation of one dataset: `read` rows in the table = `counted` + the sum of `excluded`.

    `division_conflict` rows are counted, at their township's unit. `remarks`: what else was noticed
    in the rows; empty means that every kind of remark was looked for and none was made. `covers`:
    the categories (kinds of venue) the source is complete for, None for all.
    """

    dataset: str
    read: int
    counted: int
    excluded: Mapping[str, int]
    division_conflict: int
    remarks: tuple[Remark, ...] = ()
    covers: tuple[str, ...] | None = None

    @property
    def balanced(self) -> bool:
        return self.read == self.counted + sum(self.excluded.values())


class SourceState(StrEnum):
    """State of a service database at the last refresh.

    `OK`: read. `STALE`: not readable, showing its last good data. `DOWN`: not readable and nothing
    kept. `ABSENT`: 未接入. `HELD`: read, but too unlike the last good data to be shown before a person
    has looked at it.
    """

    OK = "ok"
    STALE = "stale"
    DOWN = "down"
    ABSENT = "absent"
    HELD = "held"


@dataclass(frozen=True)
class Hold:
    """Why the newest reading of a dataset is not in force (待核实): `since` the day it was first held.

    `digest` names the reading that waits; `sentence` says what is unlike the part in force.
    `declined`: a person has looked at this very reading and does not want it.
    """

    since: date
    digest: str
    sentence: str
    declined: bool = False


@dataclass(frozen=True)
class Source:
    """One service database. `latest`: newest counted date it holds, None when it holds none.

    `read_at`: when its data was last read well (ISO time). `message`: why it could not be read, for
    a clerk.
    """

    name: str
    state: SourceState
    latest: date | None = None
    read_at: str | None = None
    message: str | None = None


@dataclass(frozen=True, eq=False)
class StatusSums:
    """Source rows of one dataset by status, summed up day by day.

    `sums` has shape (statuses, slots, len(axis) + 1) with positions as in `Facts.cumulative`;
    `undated` (statuses, slots).
    """

    statuses: tuple[str, ...]
    sums: FloatArray
    undated: FloatArray


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything a figure is computed from. Nothing in it is later than `read_on`.

    `cells`: per dataset a frame of the grain described in `kpi.definitions.cube`. `venues`: one row
    per counted venue with columns venue_id, name, kind, host, operator, unit, township (as
    recorded, may be a former one), village, longitude, latitude, opened, closed (days since 1970;
    closed is the first day it no longer holds, null: open). A dataset missing from `cells` is 未接入;
    one in `stale_datasets` is of an earlier reading, that of `last_good`, because it could not be
    read or its newest reading is held (`holds`).

    Per-unit arrays have one row per managing unit in `geography.unit_codes` order and a last row
    for facts known only to the city (市本级（未分县区）).
    """

    geography: Geography
    read_on: date
    cells: Mapping[str, pd.DataFrame]
    venues: pd.DataFrame | None
    quality: Mapping[str, DatasetQuality]
    sources: Mapping[str, Source] = field(default_factory=dict)
    stale_datasets: frozenset[str] = frozenset()
    definitions: Definitions = field(default=SHIPPED, repr=False)
    last_good: Mapping[str, date] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    _cache: Cache = field(default_factory=Cache, init=False, repr=False)

    def has(self, dataset: str) -> bool:
        """Whether the dataset was read and has any row at all; an empty table is no data, not zero.
        """
        if dataset == "central_village":
            return bool(self.geography.central_villages)
        if dataset == FOLLOW_UP:
            return dataset in self.cells and len(self.cells[dataset]) > 0
        return dataset in self.quality and self.quality[dataset].read > 0

    def covers(self, dataset: str, *kinds: str) -> bool:
        """Whether the dataset's source is complete for all these categories; what it does not cover
        is 未接入, not zero.
        """
        quality = self.quality.get(dataset)
        return (
            quality is None
            or quality.covers is None
            or all(kind in quality.covers for kind in kinds)
        )

    def is_old(self, dataset: str, day: date) -> bool:
        """Whether what there is of a dataset is too old, or in too much doubt, to judge `day` by.

        Days before the last full day of its last good reading were complete then and are judged as
        ever.
        """
        if dataset not in self.stale_datasets:
            return False
        read = self.last_good.get(dataset)
        return read is None or day >= read - timedelta(days=1)

    def counting_days(self, dataset: str) -> npt.NDArray[np.int64]:
        """Every day any row of the dataset is dated, excluded rows included, as sorted days since
        1970.
        """
        def compute() -> npt.NDArray[np.int64]:
            frame = self.cells[dataset]
            first = (frame["event"] == self.definitions.first_event(dataset)).to_numpy()
            days = np.unique(frame["day"].to_numpy(dtype=np.int64)[first])
            dated: npt.NDArray[np.int64] = days[days != UNDATED]
            return dated
        return self.once(("counting days", dataset), compute)

    @property
    def slots(self) -> int:
        """Rows of a per-unit array: the managing units and the city-only remainder."""
        return len(self.geography.unit_codes) + 1

    def once(self, name: Hashable, compute: Callable[[], Result]) -> Result:
        """What `compute` gives, remembered as long as these facts under `name`, which must hold all
        it depends on besides them."""
        return self._cache.get(name, compute)

    def membership(self, division: Division) -> BoolArray:
        """Which rows of a per-unit array belong to the division; the city has all of them."""
        def compute() -> BoolArray:
            whole, codes = division.rollup == Rollup.CITY, self.geography.unit_codes
            return np.array([whole or code in division.units for code in (*codes, "")], dtype=bool)
        return self.once(("members", division.key), compute)

    def cumulative(self, dataset: str, event: str, axis: DayAxis, *, column: str = "rows",
                   origin: str | None = None, where: Where = NOWHERE) -> FloatArray:
        """Per unit and day of `axis`, the sum of `column` over all cells up to the end of that day.

        Shape (slots, len(axis) + 1): position 0 is everything before the axis, position i+1 is
        through day i. `where` filters counted cells by dimension (a tuple means any of these).
        Undated cells are never included.
        """
        key = (dataset, event, axis, column, origin, tuple(sorted(where.items())))
        return self.once(key, lambda: self._accumulate(self._select(dataset, event, origin, where),
                                                       axis, column))

    def _select(self, dataset: str, event: str, origin: str | None, where: Where) -> pd.DataFrame:
        frame = self.cells[dataset]
        mask = ((frame["event"] == event) & (frame["status"] == COUNTED)
                & (frame["day"] != UNDATED)).to_numpy()
        if origin is not None:
            mask = mask & (frame["origin"] == origin).to_numpy()
        for name, wanted in where.items():
            values = wanted if isinstance(wanted, tuple) else (wanted,)
            if name not in frame:  # an earlier snapshot was not split by it: nobody filled it in
                mask = mask & ("" in values)
                continue
            mask = mask & frame[name].isin(values).to_numpy()
        return frame[mask]

    def _accumulate(self, frame: pd.DataFrame, axis: DayAxis, column: str) -> FloatArray:
        width = len(axis) + 1
        positions = np.clip(frame["day"].to_numpy(dtype=np.int64) - axis.first_ordinal + 1, 0,
                            width)
        slots = self._slot_of(frame["unit"])
        # one column more than the axis collects what lies after it, and is dropped
        flat = np.bincount(slots * (width + 1) + positions,
                           weights=frame[column].to_numpy(dtype=float),
                           minlength=self.slots * (width + 1))
        sums: FloatArray = flat.reshape(self.slots, width + 1)[:, :width].cumsum(axis=1)
        return sums

    def _slot_of(self, units: pd.Series[str]) -> npt.NDArray[np.int64]:
        index = {code: slot for slot, code in enumerate(self.geography.unit_codes)}
        # by the few names there are, not by the many rows
        if isinstance(units.dtype, pd.CategoricalDtype):
            names, numbers = units.cat.categories, units.cat.codes.to_numpy()
        else:
            numbers, names = pd.factorize(units)
        other = self.slots - 1
        slots = np.array([*(index.get(name, other) for name in names), other], dtype=np.int64)
        rows: npt.NDArray[np.int64] = slots[numbers]  # a missing name has the number -1
        return rows

    def counted_cells(self, dataset: str, event: str) -> pd.DataFrame:
        """The counted, dated cells of an event; an empty frame where the dataset was not read."""
        if dataset not in self.cells:
            columns = ("unit", "day", "rows", "amount",
                       *self.definitions.datasets[dataset].event(event).dimensions)
            return pd.DataFrame({name: [] for name in columns})
        def compute() -> pd.DataFrame:
            frame = self._select(dataset, event, None, NOWHERE)
            # an earlier snapshot was not split by all of today's dimensions
            lacking = [name for name in self.definitions.datasets[dataset].event(event).dimensions
                       if name not in frame]
            return frame.assign(**dict.fromkeys(lacking, ""))
        return self.once(("counted cells", dataset, event), compute)

    def slots_of(self, units: pd.Series[str]) -> npt.NDArray[np.int64]:
        """The row of a per-unit array each of these units is added to."""
        return self._slot_of(units)

    def breakdown(self, dataset: str, event: str, dimension: str, *, division: Division,
                  first: date, last: date, column: str = "rows", origin: str | None = None,
                  where: Where = NOWHERE) -> dict[str, float]:
        """Sum of `column` by the values of one dimension, days `first` … `last` inclusive, in one
        division.

        `where` filters as in `cumulative`; a value nobody filled in is named "".
        """
        cells = self.once(("cells", dataset, event, origin, tuple(sorted(where.items()))),
                          lambda: self._select(dataset, event, origin, where))
        frame = self._within(cells, division, first, last)
        sums = frame.groupby(frame[dimension].astype(object), dropna=False)[column].sum()
        return {str(name): float(total) for name, total in sums.items()}

    def by_township(self, dataset: str, event: str, day: date, *, column: str = "rows",
                    origin: str | None = None) -> dict[str, float]:
        """Sum of `column` through the end of `day` by township code (its last successor's); ""
        where it is not known.
        """
        definition = self.definitions.datasets[dataset]
        name = definition.township_event(definition.event(event))
        frame = self._select(dataset, name, origin, NOWHERE)
        frame = frame[frame["day"].to_numpy(dtype=np.int64) <= to_ordinal(day)]
        sums = frame.groupby(frame["township"].astype(object), dropna=False)[column].sum()
        return {str(code): float(total) for code, total in sums.items()}

    def status_sums(self, dataset: str, event: str, axis: DayAxis) -> StatusSums:
        """Rows of the dataset by status, counted or excluded, per unit; `event` must be its first,
        which every row has.

        Excluded rows of no known unit are the city's, like facts known only to the city.
        """
        return self.once((dataset, event, axis, "status"),
                         lambda: self._sum_statuses(dataset, event, axis))

    def _sum_statuses(self, dataset: str, event: str, axis: DayAxis) -> StatusSums:
        frame = self.cells[dataset]
        chosen = (frame["event"] == event).to_numpy()
        frame = frame[chosen]
        day, rows = frame["day"].to_numpy(dtype=np.int64), frame["rows"].to_numpy(dtype=float)
        statuses, status = np.unique(frame["status"].astype(str).to_numpy(), return_inverse=True)
        place, dated = status * self.slots + self._slot_of(frame["unit"]), day != UNDATED
        width, count = len(axis) + 1, len(statuses) * self.slots
        positions = np.clip(day - axis.first_ordinal + 1, 0, width)
        # all statuses in one pass, the column after the axis dropped as in `_accumulate`
        flat = np.bincount((place * (width + 1) + positions)[dated], weights=rows[dated],
                           minlength=count * (width + 1))
        undated: FloatArray = np.bincount(
            place[~dated], weights=rows[~dated], minlength=count).astype(float)
        return StatusSums(tuple(str(name) for name in statuses),
                          flat.reshape(len(statuses), self.slots, width + 1)[:, :, :width].cumsum(
                              axis=2), undated.reshape(len(statuses), self.slots))

    def _within(self, frame: pd.DataFrame, division: Division, first: date,
                last: date) -> pd.DataFrame:
        day = frame["day"].to_numpy(dtype=np.int64)
        return self._of(frame[(day >= to_ordinal(first)) & (day <= to_ordinal(last))], division)

    @staticmethod
    def _of(frame: pd.DataFrame, division: Division) -> pd.DataFrame:
        if division.rollup == Rollup.CITY:
            return frame
        return frame[frame["unit"].isin(division.units).to_numpy()]
