"""Runs the statements and gives frames with the same types whatever the database was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.incremental import to_months
from data_access.quality import NO_FINDINGS, Health, health
from data_access.queries import SLICED, UNKNOWN_UNIT, Months, ReadingRules, cells, row_count, venue_register
from data_access.schema import LiveDataset
from kpi.cube import COUNTED, EVENTS, UNDATED, Event, Reason
from kpi.datasets import DATASETS, ColumnType, Dataset
from kpi.division import Geography
from kpi.facts import DatasetQuality
from kpi.period import from_ordinal, to_ordinal

_CHUNK = 50_000
_SUMS = ("rows", "amount", "conflicts")


@dataclass(frozen=True)
class DatasetPart:
    """One dataset as read: cells of the grain of `kpi.cube`, its reconciliation, its newest counted date.

    Cells of a sliced dataset are also split by `month`, that of the row's counting date (months since January 1970).
    """

    dataset: str
    cells: pd.DataFrame
    quality: DatasetQuality
    latest: date | None
    venues: pd.DataFrame | None = None
    health: Health = NO_FINDINGS


def read_dataset(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography) -> DatasetPart:
    """Read one bound dataset whole. Database errors pass through to `sources.reading`."""
    read = int(opened.execute(row_count(live)).scalar_one() or 0)
    if read == 0:
        venues = _venues(live, opened, rules, geography) if live.mapping.dataset.name == "service_venue" else None
        return _nothing(live.mapping.dataset, venues)
    return _part(live, opened, rules, geography, _event_frames(live, opened, rules, geography), read)


def _nothing(dataset: Dataset, venues: pd.DataFrame | None) -> DatasetPart:
    """An empty table: no cells, but with every column, so that it can be put together with others."""
    text, number = pd.Series(dtype="category"), pd.Series(dtype=np.int32)
    cells_ = pd.DataFrame({
        "status": text, "event": text, "day": number, "township": text, "unit": text, "origin": text,
        **{name: number.astype(np.int8) if _is_flag(dataset, name) else text for name in _dimensions(dataset.name)},
        **({"month": number} if dataset.name in SLICED else {}),
        "rows": number.astype(np.int64), "amount": number.astype(float), "conflicts": number.astype(np.int64)})
    return DatasetPart(dataset.name, cells_, DatasetQuality(dataset.name, 0, 0, {}, 0), None, venues)


def read_months(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography, kept: pd.DataFrame,
                numbers: frozenset[int], read: int) -> DatasetPart:
    """The dataset from what is kept and these months read anew; `read` is how many rows the table has now."""
    fresh = _event_frames(live, opened, rules, geography, to_months(numbers))
    rest = kept[~kept["month"].isin(numbers).to_numpy()]
    frames = []
    for event, new in zip(EVENTS[live.mapping.dataset.name], fresh, strict=True):
        old = rest[(rest["event"] == event.name).to_numpy()][list(new.columns)]
        frames.append(_sorted(pd.concat([_plain(old), _plain(new)], ignore_index=True)))
    return _part(live, opened, rules, geography, frames, read)


def _event_frames(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography,
                  months: Months | None = None) -> list[pd.DataFrame]:
    return [_cells(live, event, opened, rules, geography, months) for event in EVENTS[live.mapping.dataset.name]]


def _part(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography,
          frames: list[pd.DataFrame], read: int) -> DatasetPart:
    name = live.mapping.dataset.name
    frame = pd.concat(frames, ignore_index=True)
    for key in _texts(frame):
        frame[key] = frame[key].astype("category")
    dated = frames[0].loc[(frames[0]["status"] == COUNTED), "day"]
    latest = from_ordinal(int(dated.max())) if len(dated) else None
    venues = _venues(live, opened, rules, geography) if name == "service_venue" else None
    return DatasetPart(name, frame, _quality(name, frames[0], read), latest, venues,
                       health(live, opened, rules, geography) if read else NO_FINDINGS)


def _texts(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name].dtype)]


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Text columns as text, so that what was kept and what was read anew are of one type."""
    return frame.astype(dict.fromkeys(_texts(frame), "str"))


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(_grain(frame), ignore_index=True)


def _grain(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in _SUMS]


def _dimensions(dataset: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for event in EVENTS[dataset] for name in event.dimensions))


def _cells(live: LiveDataset, event: Event, opened: Connection, rules: ReadingRules, geography: Geography,
           months: Months | None) -> pd.DataFrame:
    dataset = live.mapping.dataset
    raw = _fetch(opened, cells(live, event, rules, months))
    month = {"month": raw["month"].map(_month).astype(np.int32)} if dataset.name in SLICED else {}
    frame = pd.DataFrame({
        "status": raw["status"].map(_text), "event": event.name, "day": raw["day"].map(_ordinal).astype(np.int32),
        "township": raw["township"].map(rules.townships).map(_text), "unit": raw["unit"].map(_known_unit(rules)),
        "origin": raw["origin"].map(_text),
        **{name: _dimension(dataset, name, raw) for name in _dimensions(dataset.name)}, **month,
        "rows": raw["rows"].astype(np.int64), "amount": raw["amount"].map(_number).astype(float)})
    frame = _plain(_place(frame, geography))
    summed = frame.groupby(_grain(frame), as_index=False, dropna=False, observed=True)[list(_SUMS)].sum()
    return _sorted(summed)


def _known_unit(rules: ReadingRules) -> Callable[[Any], str]:
    """A unit code as given: itself where it is known, "?" where it is not, "" where none is given."""
    listed = {*rules.units, rules.city_code}

    def known(value: Any) -> str:
        code = _text(value)
        return code if code in listed or value is None or value != value else UNKNOWN_UNIT
    return known


def _fetch(opened: Connection, statement: sa.Select[Any]) -> pd.DataFrame:
    # chunks keep the driver's row objects from piling up beside the frame
    try:
        chunks = list(pd.read_sql(statement, opened, chunksize=_CHUNK))
    except pd.errors.DatabaseError as error:
        # pandas hides the database's error, statement and all, inside its own
        raise error.__cause__ or error from None
    return pd.concat(chunks, ignore_index=True) if chunks else pd.DataFrame(
        columns=[column.name for column in statement.selected_columns])


def _dimension(dataset: Dataset, name: str, raw: pd.DataFrame) -> Any:
    """Values of a dimension; an event not split by it has "" (text) or -1 (yes/no) throughout."""
    boolean = _is_flag(dataset, name)
    if name not in raw:
        return -1 if boolean else ""
    return raw[name].fillna(-1).astype(np.int8) if boolean else raw[name].map(_text)


def _is_flag(dataset: Dataset, name: str) -> bool:
    return dataset.column(name).type == ColumnType.BOOL


def _place(frame: pd.DataFrame, geography: Geography) -> pd.DataFrame:
    """The township decides the unit; a row's own unit that contradicts it is a conflict, and still counted."""
    own = frame["unit"]
    by_township = frame["township"].map({t.code: t.unit_code for t in geography.townships}).fillna("")
    county = {unit.code: unit.county_code for unit in geography.managing_units}
    agrees = (own == by_township) | (own == by_township.map(county).fillna("")) | own.isin(["", geography.city_code])
    conflict = (by_township != "") & ~agrees & (frame["status"] == COUNTED)
    unit = by_township.where(by_township != "", own.where(~own.isin([UNKNOWN_UNIT, geography.city_code]), ""))
    return frame.assign(unit=unit, conflicts=frame["rows"].where(conflict, 0))


def _venues(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography) -> pd.DataFrame:
    raw = _fetch(opened, venue_register(live, rules))
    unit_of = {t.code: t.unit_code for t in geography.townships}
    own = raw["unit"].map(_text)
    unit = raw["place_township"].map(_text).map(unit_of).fillna(own.where(own.isin(geography.unit_codes), ""))
    closed = raw["closed"].map(_ordinal)
    frame = pd.DataFrame({
        **{name: raw[name].map(_text) for name in ("venue_id", "name", "kind", "host", "operator", "township", "village")},
        "unit": unit, "longitude": raw["longitude"].astype(float), "latitude": raw["latitude"].astype(float),
        "opened": raw["opened"].map(_ordinal).astype(np.int32),
        "closed": closed.astype("Int32").mask(closed == UNDATED)})
    return frame.sort_values(["kind", "venue_id", "opened"], ignore_index=True)


def _quality(dataset: str, first: pd.DataFrame, read: int) -> DatasetQuality:
    by_status: Mapping[str, int] = {str(k): int(v) for k, v in first.groupby("status")["rows"].sum().items()}
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
    return int(value) if type_ == ColumnType.INT else _text(value)


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _number(value: Any) -> float:
    return 0.0 if value is None or value != value else float(value)


def _month(value: Any) -> int:
    return UNDATED if value is None or value != value else int(value)


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
