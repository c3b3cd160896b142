"""Reads one bound dataset: its cells, its reconciliation, and what is wrong with its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.connect.makes.counters import TRUSTED_FROM
from data_access.connect.schema import LiveDataset
from data_access.reading.collect import collected, nothing, text, together
from data_access.reading.columns import Table, length
from data_access.reading.fetch import fetched, pieces, prefer_counting
from data_access.reading.incremental import to_periods
from data_access.reading.quality import NO_FINDINGS, Delay, Health, findings_frame, health, read_delay, read_findings
from data_access.reading.queries import Periods, ReadingRules, cells, row_count, venue_register, whole_amounts
from kpi.counting.facts import DatasetQuality
from kpi.definitions.cube import COUNTED, EVENTS, UNDATED, Reason
from kpi.definitions.shipped_datasets import DATASETS, ColumnType
from kpi.vocabulary.division import Geography
from kpi.vocabulary.period import from_ordinal, to_ordinal

Fetched = Callable[[int], None]
"""Told after every piece how many rows or groups of rows have come so far; may raise to stop."""


@dataclass(frozen=True)
class DatasetPart:
    """One dataset as read: cells of the grain of `kpi.definitions.cube`, its reconciliation, its newest counted date.

    Cells of a sliced dataset are also split by `slice`, the row's counting date (`collect.slice_of`), and so
    are the `findings` (`quality.read_findings`) that `health` is made from.
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
    """What reading a dataset needs. `rows`: how many its table has, counted apart from the cells."""

    live: LiveDataset
    opened: Connection
    rules: ReadingRules
    geography: Geography
    rows: int
    told: Fetched = lambda _groups: None


def read_rows(live: LiveDataset, opened: Connection) -> int:
    """How many rows the table has."""
    return int(opened.execute(row_count(live)).scalar_one() or 0)


def read_dataset(reading: Reading) -> DatasetPart:
    """Read one bound dataset whole. Database errors pass through to `sources.reading`."""
    dataset = reading.live.mapping.dataset
    prefer_counting(reading.opened, whole=True)
    if reading.rows == 0:
        venues = _venues(reading) if dataset.name == "service_venue" else None
        return DatasetPart(dataset.name, nothing(dataset), DatasetQuality(dataset.name, 0, 0, {}, 0), None, venues,
                           findings=findings_frame([]))
    found = read_findings(reading.live, reading.opened, reading.rules, reading.geography)
    return _part(reading, _cells(reading, None), found, _delay(reading))


def read_slices(reading: Reading, kept: DatasetPart, numbers: frozenset[int]) -> DatasetPart:
    """The dataset from what is kept and these slices read anew."""
    periods = to_periods(numbers)
    prefer_counting(reading.opened, whole=False)
    found = read_findings(reading.live, reading.opened, reading.rules, reading.geography, periods)
    fresh = _cells(reading, periods)
    assert kept.findings is not None
    old = kept.findings[~kept.findings["slice"].isin(numbers).to_numpy()]
    rest = kept.cells[~kept.cells["slice"].isin(numbers).to_numpy()]
    delay = kept.health.delay if reading.rows >= TRUSTED_FROM else _delay(reading)
    return _part(reading, together([rest, fresh]), pd.concat([old, found]).sort_values(
        ["slice", "kind", "first", "second"], ignore_index=True), delay)


def _delay(reading: Reading) -> Delay | None:
    return read_delay(reading.live, reading.opened, reading.rules) if reading.rows else None


def _cells(reading: Reading, periods: Periods | None) -> pd.DataFrame:
    dataset = reading.live.mapping.dataset
    # SQLite runs in this process: nothing is saved on the way, and it sorts rows more slowly than they are added up here
    added = reading.opened.dialect.name != "sqlite" or not whole_amounts(dataset)
    statements = cells(reading.live, reading.rules, periods, added=added)
    found = (piece for statement in statements for piece in pieces(reading.opened, statement))
    return collected(dataset.name, _counting(found, reading.told), reading.rules, reading.geography)


def _counting(found: Iterator[Table], told: Fetched) -> Iterator[Table]:
    groups = 0
    for piece in found:
        groups += length(piece)
        told(groups)
        yield piece


def _part(reading: Reading, cells_: pd.DataFrame, findings: pd.DataFrame, delay: Delay | None) -> DatasetPart:
    name = reading.live.mapping.dataset.name
    first = cells_[(cells_["event"] == EVENTS[name][0].name).to_numpy()]
    dated = first.loc[(first["status"] == COUNTED).to_numpy(), "day"]
    latest = from_ordinal(int(dated.max())) if len(dated) else None
    return DatasetPart(name, cells_, _quality(name, first, reading.rows), latest,
                       _venues(reading) if name == "service_venue" else None,
                       health(findings, delay, reading.rules, reading.geography), findings)


def _venues(reading: Reading) -> pd.DataFrame:
    geography = reading.geography
    raw = fetched(reading.opened, venue_register(reading.live, reading.rules))
    unit_of = {t.code: t.unit_code for t in geography.townships}
    own = raw["unit"].map(text)
    unit = raw["place_township"].map(text).map(unit_of).fillna(own.where(own.isin(geography.unit_codes), ""))
    closed = raw["closed"].map(_ordinal)
    frame = pd.DataFrame({
        **{name: raw[name].map(text) for name in ("venue_id", "name", "kind", "host", "operator", "township", "village")},
        "unit": unit, "longitude": raw["longitude"].astype(float), "latitude": raw["latitude"].astype(float),
        "opened": raw["opened"].map(_ordinal).astype(np.int32),
        "closed": closed.astype("Int32").mask(closed == UNDATED)})
    return frame.sort_values(["kind", "venue_id", "opened"], ignore_index=True)


def _quality(dataset: str, first: pd.DataFrame, read: int) -> DatasetQuality:
    by_status: Mapping[str, int] = {str(k): int(v) for k, v in first.groupby("status", observed=True)["rows"].sum().items()}
    excluded = {reason.value: by_status[reason.value] for reason in Reason if reason.value in by_status}
    return DatasetQuality(dataset, read, by_status.get(COUNTED, 0), excluded, int(first["conflicts"].sum()))


def read_reference(live: LiveDataset, opened: Connection) -> list[dict[str, Any]]:
    """The rows of a reference dataset, dates as dates and absent as None."""
    statement = sa.select(*(column.label(name) for name, column in live.columns.items() if name != "updated_at")
                          ).select_from(live.selectable)
    dataset = DATASETS[live.mapping.dataset.name]
    return [{name: _reference_value(dataset.column(name).type, value) for name, value in row.items()}
            for row in opened.execute(statement).mappings()]


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
