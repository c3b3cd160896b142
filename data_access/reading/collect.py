"""Turns what a database counted into cells of the grain of `kpi.definitions.cube`, piece by piece and in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data_access.reading.queries import ORIGINS, SLICED, STATUSES, UNKNOWN_UNIT, ReadingRules, dimensions
from kpi.definitions.cube import COUNTED, EVENTS, UNDATED, Event, township_event
from kpi.definitions.shipped_datasets import DATASETS, ColumnType, Dataset
from kpi.vocabulary.division import Geography

SUMS = ("rows", "amount", "conflicts")
SLICE_DAYS = 1
_HELD = 400_000


def slice_of(day: int) -> int:
    """The slice a counting date (days since 1970) lies in; `UNDATED` stays itself."""
    return UNDATED if day == UNDATED else day // SLICE_DAYS


def nothing(dataset: Dataset) -> pd.DataFrame:
    """No cells, but with every column, so that they can be put together with others."""
    text = pd.Series([], dtype=pd.CategoricalDtype(pd.Index([], dtype="str")))
    number = pd.Series(dtype=np.int32)
    return pd.DataFrame({
        "status": text, "event": text, "day": number, "township": text, "unit": text, "origin": text,
        **{name: number.astype(np.int8) if is_flag(dataset, name) else text for name in dimensions(dataset.name)},
        **({"slice": number} if dataset.name in SLICED else {}),
        "rows": number.astype(np.int64), "amount": number.astype(float), "conflicts": number.astype(np.int64)})


def collected(name: str, found: Iterable[pd.DataFrame], rules: ReadingRules, geography: Geography) -> pd.DataFrame:
    """The cells of one dataset, each once and in order. Whatever the pieces and their order, the result is the same."""
    dataset = DATASETS[name]
    ready, waiting, held = nothing(dataset), [], 0
    for piece in found:
        part = _cells(piece, dataset, rules, geography)
        waiting.append(part)
        held += len(part)
        if held > _HELD:
            ready, waiting, held = together([ready, *waiting]), [], 0
    return together([ready, *waiting])


def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Cells of several frames added up; sorted by grain, text as categories in order of their names."""
    joined = _joined(frames)
    keys = [name for name in joined.columns if name not in SUMS]
    summed = joined.groupby(keys, as_index=False, observed=True, sort=True)[list(SUMS)].sum()
    for key in keys:
        if isinstance(summed[key].dtype, pd.CategoricalDtype):
            summed[key] = summed[key].cat.remove_unused_categories()
    return summed[[*keys, *SUMS]]


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The frames below each other; their text columns brought to the same categories first, which keeps them small."""
    columns: dict[str, Any] = {}
    for name in frames[0].columns:
        parts = [frame[name] for frame in frames]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            names = sorted({str(value) for part in parts for value in part.cat.categories})
            dtype = pd.CategoricalDtype(pd.Index(names, dtype="str"), ordered=False)
            parts = [part.astype(dtype) for part in parts]
        columns[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)


def _cells(raw: pd.DataFrame, dataset: Dataset, rules: ReadingRules, geography: Geography) -> pd.DataFrame:
    """One piece, not yet added up: township and unit decided, and split the way the events are kept."""
    day, known = _whole(raw["day"]), {*rules.units, rules.city_code}
    sliced = {"slice": _slices(_whole(raw["counted"]))} if dataset.name in SLICED else {}
    frame = pd.DataFrame({
        "status": _named(_whole(raw["status"]), STATUSES), "event": _whole(raw["event"]),
        "day": day, "township": _words(raw["township"], lambda code: rules.townships.get(code, "")),
        "unit": _words(raw["unit"], lambda code: code if code in known else UNKNOWN_UNIT),
        "origin": _named(_whole(raw["origin"]), ORIGINS),
        **{name: _flags(raw[name]) if is_flag(dataset, name) else _words(raw[name]) for name in dimensions(dataset.name)},
        **sliced, "rows": _whole(raw["rows"]).astype(np.int64), "amount": _amounts(raw["amount"])})
    placed = _place(frame, geography)
    return _joined([part for number, event in enumerate(EVENTS[dataset.name])
                    for part in _kept(placed[(frame["event"] == number).to_numpy()], event, dataset)])


def _kept(frame: pd.DataFrame, event: Event, dataset: Dataset) -> list[pd.DataFrame]:
    """An event split by dimensions is kept once by them and once by township: the product of both would be the whole table.

    What is excluded is only counted, so it is split by neither.
    """
    names = list(event.dimensions)
    named = frame.assign(event=_one(event.name, len(frame)))
    if not names:
        return [named]
    counted = (frame["status"] == COUNTED).to_numpy()
    plain = _blank(named[~counted], dataset, ["township", *names])
    if township_event(dataset.name, event) == event.name:
        return [named[counted], plain]
    places = _blank(named[counted], dataset, names).assign(
        event=_one(township_event(dataset.name, event), int(counted.sum())), conflicts=0)
    return [_blank(named[counted], dataset, ["township"]), plain, places]


def _blank(frame: pd.DataFrame, dataset: Dataset, names: list[str]) -> pd.DataFrame:
    return frame.assign(**{name: np.full(len(frame), -1, dtype=np.int8) if name != "township" and is_flag(dataset, name)
                           else _one("", len(frame)) for name in names})


def _one(text: str, count: int) -> Any:
    return _named(np.zeros(count, dtype=np.int8), [text])


def _named(codes: Any, names: Sequence[str]) -> Any:
    """A text column from positions in a list of names."""
    return pd.Categorical.from_codes(codes, pd.Index(list(names), dtype="str"))


def is_flag(dataset: Dataset, name: str) -> bool:
    return dataset.column(name).type == ColumnType.BOOL


def _whole(numbers: pd.Series[Any]) -> np.ndarray:
    """Whole numbers from whatever a driver gives for them; null is `UNDATED`."""
    return np.asarray(pd.to_numeric(numbers.astype(object) if numbers.dtype == object else numbers).astype(float)
                      .fillna(UNDATED)).astype(np.int64).astype(np.int32)


def _slices(days: np.ndarray) -> np.ndarray:
    return np.where(days == UNDATED, UNDATED, days // SLICE_DAYS).astype(np.int32)


def _amounts(sums: pd.Series[Any]) -> np.ndarray:
    return np.asarray(pd.to_numeric(sums).astype(float).fillna(0.0))


def _flags(values: pd.Series[Any]) -> np.ndarray:
    return np.asarray(pd.to_numeric(values.astype(object)).astype(float).fillna(-1)).astype(np.int8)


def _words(values: pd.Series[Any], meant: Callable[[str], str] = str) -> Any:
    """Texts as categories, "" for null, any other as what is `meant` by it."""
    codes, names = pd.factorize(values.astype(object))
    known = [*(meant(text(name)) for name in names), ""]
    codes = np.where(codes < 0, len(known) - 1, codes)
    unique = sorted(set(known))
    position = {name: n for n, name in enumerate(unique)}
    return _named(np.array([position[name] for name in known])[codes], unique)


def text(value: Any) -> str:
    """Text from whatever a driver gives for it; "" for null."""
    if value is None or value != value:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _place(frame: pd.DataFrame, geography: Geography) -> pd.DataFrame:
    """The township decides the unit; a row's own unit that contradicts it is a conflict, and still counted."""
    towns, units = frame["township"].array, frame["unit"].array
    pairs = towns.codes.astype(np.int64) * len(units.categories) + units.codes
    unique, position = np.unique(pairs, return_inverse=True)
    places = [_placed(str(towns.categories[town]), str(units.categories[unit]), geography)
              for town, unit in zip(unique // len(units.categories), unique % len(units.categories), strict=True)]
    names = sorted({unit for unit, _ in places})
    codes = np.array([names.index(unit) for unit, _ in places], dtype=np.int64)
    conflict = np.array([contradicts for _, contradicts in places], dtype=bool)
    counted = (frame["status"] == COUNTED).to_numpy()
    return frame.assign(unit=_named(codes[position], names),
                        conflicts=np.where(conflict[position] & counted, frame["rows"], 0))


def _placed(township: str, own: str, geography: Geography) -> tuple[str, bool]:
    """The unit that counts, and whether the row's own contradicts it."""
    if not township:
        return ("" if own in (UNKNOWN_UNIT, geography.city_code) else own), False
    unit = next((one.unit_code for one in geography.townships if one.code == township), "")
    county = next((one.county_code for one in geography.managing_units if one.code == unit), "")
    return unit, own not in (unit, county or "", "", geography.city_code)
