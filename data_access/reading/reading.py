"""Reads one bound dataset: its cells, its reconciliation, and what is wrong with its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.connect import LiveDataset
from data_access.connect.makes.counters import TRUSTED_FROM
from data_access.reading.collect import collected, nothing, text, together
from data_access.reading.columns import Table, length
from data_access.reading.faults import PADDED, all_cleaned, fault_names
from data_access.reading.fetch import fetched, pieces, prefer_counting
from data_access.reading.free_names import free_name_remarks
from data_access.reading.incremental import to_periods
from data_access.reading.placing import Prepared, prepared
from data_access.reading.quality import (
    NO_FINDINGS,
    Delay,
    Health,
    findings_frame,
    health,
    read_delay,
    read_findings,
)
from data_access.reading.queries import (
    Periods,
    ReadingRules,
    cells,
    row_count,
    venue_register,
    whole_amounts,
)
from data_access.reading.repeats import (
    AGAIN,
    REPEATED,
    Repeats,
    gathered,
    no_rows,
    once_each,
    read_repeats,
    repeat_remarks,
)
from data_access.reading.row_events import events_of, rows_with_events
from kpi.counting import DatasetQuality
from kpi.definitions import COUNTED, UNDATED, ColumnType
from kpi.vocabulary import Geography, Reason, Remark, from_ordinal, to_ordinal

Fetched = Callable[[int], None]
"""Told after every piece how many rows or groups of rows have come so far; may raise to stop."""


@dataclass(frozen=True)
class DatasetPart:
    """One dataset as read: cells of the grain of `kpi.definitions.cube`, its reconciliation, its
    newest counted date.

    Cells of a sliced dataset are also split by `slice`, the row's counting date
    (`collect.slice_of`), and so are the `findings` (`quality.read_findings`) that `health` is made
    from.
    """

    dataset: str
    cells: pd.DataFrame
    quality: DatasetQuality
    latest: date | None
    venues: pd.DataFrame | None = None
    health: Health = NO_FINDINGS
    findings: pd.DataFrame | None = None


@dataclass(frozen=True)
class Reading:
    """What reading a dataset needs. `rows`: how many its table has, counted apart from the cells.
    """

    live: LiveDataset
    opened: Connection
    rules: ReadingRules
    geography: Geography
    rows: int
    report: Fetched = lambda _groups: None


def read_rows(live: LiveDataset, opened: Connection) -> int:
    """How many rows the table has."""
    return int(opened.execute(row_count(live)).scalar_one() or 0)


def read_dataset(reading: Reading) -> DatasetPart:
    """Read one bound dataset whole. Database errors pass through to `sources.reading`."""
    dataset = reading.live.mapping.dataset
    prefer_counting(reading.opened, whole=True)
    if reading.rows == 0:
        venues = _venues(reading) if dataset.register else None
        quality = _quality_so_far(reading)
        return DatasetPart(dataset.name, nothing(dataset),
                           replace(quality, remarks=(*quality.remarks, no_rows(reading.live))),
                           None, venues, findings=findings_frame([]))
    findings = read_findings(reading.live, reading.opened, reading.rules, reading.geography)
    ready = _ready(reading, findings)
    repeats = ready.repeats(findings)
    ready = ready.once_each(repeats)
    return _part(ready, _cells(ready.reading, None), findings, _delay(reading),
                 repeat_remarks(reading.live, repeats))


def read_slices(reading: Reading, before: DatasetPart, numbers: frozenset[int]) -> DatasetPart:
    """The dataset from what is kept and these slices read anew."""
    if reading.rows == 0:
        return read_dataset(reading)
    periods = to_periods(numbers)
    prefer_counting(reading.opened, whole=False)
    slice_findings = read_findings(reading.live, reading.opened, reading.rules, reading.geography,
                                   periods)
    assert before.findings is not None
    old = before.findings[~before.findings["slice"].isin(numbers).to_numpy()]
    findings = pd.concat([old, slice_findings]).sort_values(["slice", "kind", "first", "second"],
                                                            ignore_index=True)
    ready = _ready(reading, findings)
    repeated = _carried(before)
    if reading.live.mapping.dataset.repeats is not None or reading.rows < TRUSTED_FROM:
        repeats = ready.repeats(findings)
        if reading.live.mapping.dataset.repeats is not None and (
            repeats.rows or "slice" not in before.cells
        ):
            # which row of an identity counts, rows of other slices decide
            return read_dataset(reading)
        repeated = repeat_remarks(reading.live, repeats)
    fresh = _cells(ready.reading, periods)
    rest = before.cells[~before.cells["slice"].isin(numbers).to_numpy()]
    delay = before.health.delay if reading.rows >= TRUSTED_FROM else _delay(reading)
    return _part(ready, together([rest, fresh]), findings, delay, repeated)


@dataclass(frozen=True)
class _Ready:
    """A reading of the dataset as its rows are to be counted, and what was done to them."""

    reading: Reading
    prepared: Prepared

    def once_each(self, repeats: Repeats) -> _Ready:
        return replace(self, reading=replace(self.reading,
                                             live=once_each(self.reading.live, repeats)))

    def repeats(self, findings: pd.DataFrame) -> Repeats:
        keys = {f"{name}:{PADDED}" for name in self.reading.live.mapping.dataset.column_names}
        return read_repeats(self.reading.live, self.reading.opened, self.reading.rows,
                            mended=not keys.isdisjoint(fault_names(findings)))


def _ready(reading: Reading, findings: pd.DataFrame) -> _Ready:
    reading_ready = prepared(reading.live, reading.opened, findings, reading.rules,
                             reading.geography)
    return _Ready(replace(reading, live=reading_ready.live), reading_ready)


def _carried(before: DatasetPart) -> tuple[Remark, ...]:
    """What was said about repeated identities when the whole table was last looked at."""
    return tuple(remark for remark in before.quality.remarks if remark.code in (REPEATED, AGAIN))


def _delay(reading: Reading) -> Delay | None:
    return read_delay(reading.live, reading.opened, reading.rules) if reading.rows else None


def _cells(reading: Reading, periods: Periods | None) -> pd.DataFrame:
    pieces_ = (
        _row_by_row(reading, periods) if _added_here(reading) else _added_there(reading, periods)
    )
    return collected(reading.live.mapping.dataset, pieces_, reading.rules, reading.geography)


def _added_here(reading: Reading) -> bool:
    """Whether rows are added up in this process: SQLite sorts them for it, which takes longer."""
    return reading.opened.dialect.name == "sqlite" and whole_amounts(reading.live.mapping.dataset)


def _row_by_row(reading: Reading, periods: Periods | None) -> Iterator[Table]:
    statement = rows_with_events(reading.live, reading.rules, periods)
    for piece in _counting(pieces(reading.opened, statement), reading.report):
        yield events_of(piece, reading.live.mapping.dataset)


def _added_there(reading: Reading, periods: Periods | None) -> Iterator[Table]:
    statements = cells(reading.live, reading.rules, periods)
    return _counting((piece for statement in statements
                      for piece in pieces(reading.opened, statement)), reading.report)


def _counting(tables: Iterator[Table], report: Fetched) -> Iterator[Table]:
    groups = 0
    for piece in tables:
        groups += length(piece)
        report(groups)
        yield piece


def _part(ready: _Ready, cells_: pd.DataFrame, findings: pd.DataFrame, delay: Delay | None,
          repeated: tuple[Remark, ...]) -> DatasetPart:
    reading = ready.reading
    dataset = reading.live.mapping.dataset
    name = dataset.name
    first = cells_[(cells_["event"] == dataset.first_event).to_numpy()]
    dated = first.loc[(first["status"] == COUNTED).to_numpy(), "day"]
    latest = from_ordinal(int(dated.max())) if len(dated) else None
    remarks = (*ready.prepared.places.remarks, *ready.prepared.remarks,
               *free_name_remarks(dataset, cells_), *repeated)
    return DatasetPart(name, cells_, _quality(reading, first, remarks), latest,
                       _venues(reading) if dataset.register else None, health(findings, delay, reading.rules, reading.geography,
                                         ready.prepared.places), findings)


def _venues(reading: Reading) -> pd.DataFrame:
    geography = reading.geography
    raw = fetched(reading.opened, venue_register(reading.live, reading.rules))
    unit_of = {t.code: now.unit_code for t in geography.townships
               if (now := geography.entry_on(t.code, reading.rules.read_on)) is not None}
    own = raw["unit"].map(text)
    unit = raw["place_township"].map(text).map(unit_of).fillna(
        own.where(own.isin(geography.unit_codes), ""))
    closed = raw["closed"].map(_ordinal)
    frame = pd.DataFrame(
        {**{name: raw[name].map(text) for name in ("venue_id", "name", "kind", "host", "operator",
                                                   "township", "village")}, "unit": unit,
         "longitude": raw["longitude"].astype(float), "latitude": raw["latitude"].astype(float),
         "opened": raw["opened"].map(_ordinal).astype(np.int32),
         "closed": closed.astype("Int32").mask(closed == UNDATED)})
    return frame.sort_values(["kind", "venue_id", "opened"], ignore_index=True)


def _quality_so_far(reading: Reading) -> DatasetQuality:
    mapping = reading.live.mapping
    return DatasetQuality(mapping.dataset.name, 0, 0, {}, 0, reading.live.remarks, mapping.covers)


def _quality(reading: Reading, first: pd.DataFrame, noted: Sequence[Remark]) -> DatasetQuality:
    status: Any = first["status"].array
    sums = np.bincount(status.codes, weights=first["rows"].to_numpy(),
                       minlength=len(status.categories))
    by_status: Mapping[str, int] = {str(name): int(rows) for name, rows in
                                    zip(status.categories, sums.tolist(), strict=True)
                                    if rows}
    excluded = {reason.value: by_status[reason.value] for reason in Reason
                if reason.value in by_status}
    return replace(_quality_so_far(reading), read=reading.rows, counted=by_status.get(COUNTED, 0),
                   excluded=excluded, division_conflict=int(first["conflicts"].sum()),
                   remarks=gathered(reading.live.mapping.dataset.name, reading.live.remarks, noted))


def read_reference(live: LiveDataset,
                   opened: Connection) -> tuple[list[dict[str, Any]], tuple[Remark, ...]]:
    """The rows of a reference dataset, dates as dates and absent as None, and what was noticed in
    them.
    """
    before = live.remarks
    live, noticed = all_cleaned(live, opened)
    statement = sa.select(*(column.label(name) for name, column in live.columns.items()
                            if name != "updated_at")).select_from(live.selectable)
    dataset = live.mapping.dataset
    rows = [{name: _reference_value(dataset.column(name).type, value)
             for name, value in row.items()} for row in opened.execute(statement).mappings()]
    return rows, (*before, *(replace(one, dataset=dataset.name) for one in noticed))


def _reference_value(type_: ColumnType, value: Any) -> Any:
    if value is None or value != value:
        return None
    if type_ == ColumnType.DATE:
        return to_date(value)
    return int(value) if type_ == ColumnType.INT else text(value)


def _ordinal(value: Any) -> int:
    day = to_date(value)
    return UNDATED if day is None else to_ordinal(day)


def to_date(value: Any) -> date | None:
    """A date from whatever a driver gives for one; None for null."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
