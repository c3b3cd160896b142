"""What is wrong with the rows of a source, in numbers: codes nobody knows, conflicts, how late rows come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import ColumnElement, Select

from data_access.connect.schema import LiveDataset
from data_access.connect.sqltools import days_between, local_date
from data_access.reading.collect import slice_of
from data_access.reading.queries import UNKNOWN_UNIT, Periods, ReadingRules, placed, since_epoch
from kpi.definitions.cube import UNDATED
from kpi.vocabulary.division import Geography
from kpi.vocabulary.period import from_ordinal

LISTED = 50
DELAY_DAYS = 90


@dataclass(frozen=True)
class CodePair:
    """Rows that give this township and this unit; None where the row gives none."""

    township: str | None
    unit: str | None
    rows: int


@dataclass(frozen=True)
class UnknownValue:
    """A category value outside the listed ones, as it is after mapping, and how many rows have it."""

    column: str
    value: str
    rows: int


@dataclass(frozen=True)
class Delay:
    """Days from a row's counting date to its last change, over rows dated within `DELAY_DAYS` before the reading.

    `median` and `p90`: half and nine tenths of the rows took at most so many days.
    """

    rows: int
    median: int
    p90: int


@dataclass(frozen=True)
class Health:
    """Findings about one dataset, most frequent first and at most `LISTED` of each.

    `unknown_codes`: township or unit in no list; the other one may still have placed the row. `conflicts`: township and
    unit are both known and contradict each other. `delay` is None when the source does not say when rows changed.
    All of it is of the last reading that found a change; the delay of a large table of the last full one.
    """

    unknown_codes: tuple[CodePair, ...] = ()
    conflicts: tuple[CodePair, ...] = ()
    unknown_values: tuple[UnknownValue, ...] = ()
    delay: Delay | None = None


NO_FINDINGS = Health()


@dataclass(frozen=True)
class DayCount:
    day: date
    rows: int


def read_findings(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography,
                  periods: Periods | None = None) -> pd.DataFrame:
    """One row per finding and slice of the counting date: township and unit as given where they are unknown or contradict
    each other, each category outside the listed values, and how many rows. One look at the rows, of `periods` only.
    """
    names = _categories(live)
    found = opened.execute(findings_statement(live, rules, geography, periods)).all()
    return findings_frame([row for one in found for row in _findings(one, names)])


def _categories(live: LiveDataset) -> list[str]:
    return [column.name for column in live.mapping.dataset.columns if column.categories]


def findings_statement(live: LiveDataset, rules: ReadingRules, geography: Geography,
                       periods: Periods | None = None) -> Select[Any]:
    """One row per (day, whether the pair is wrong, township, unit, each category), null where there is nothing wrong with it."""
    rows = placed(live, rules, periods)
    dataset = live.mapping.dataset
    assert dataset.counted_on is not None
    pair = _wrong_pair(rows, rules, geography)
    values = {name: rows.c[name].not_in(dataset.column(name).categories) for name in _categories(live)}
    township = rows.c.get("township_code")
    shown = sa.select(
        rows.c[dataset.counted_on].label("day"), sa.case((pair, 1), else_=0).label("pair"),
        sa.case((pair, sa.null() if township is None else township), else_=sa.null()).label("township"),
        sa.case((pair, rows.c.unit_code), else_=sa.null()).label("unit"),
        *(sa.case((odd, rows.c[name]), else_=sa.null()).label(name) for name, odd in values.items())
    ).where(sa.or_(pair, *values.values())).subquery("wrong")
    return sa.select(since_epoch(shown.c.day).label("day"), *list(shown.c)[1:], sa.func.count().label("rows")).group_by(*shown.c)


def _wrong_pair(rows: Any, rules: ReadingRules, geography: Geography) -> ColumnElement[bool]:
    unit, township = rows.c.unit_code, rows.c.get("township_code")
    unknown: ColumnElement[bool] = rows.c.place_unit == UNKNOWN_UNIT
    if township is None:
        return unknown
    listed: dict[str, list[str]] = {}
    unit_of = {one.code: one.unit_code for one in geography.townships}
    for code, last in rules.townships.items():
        listed.setdefault(unit_of.get(last, ""), []).append(code)
    county = {one.code: one.county_code for one in geography.managing_units}
    conflicts = [sa.and_(township.in_(codes), unit.not_in([own, county[own], rules.city_code]))
                 for own, codes in listed.items() if own]
    return sa.or_(unknown, sa.and_(township.is_not(None), rows.c.recorded_township.is_(None)), *conflicts)


def _findings(found: Any, names: list[str]) -> list[tuple[int, str, str | None, str | None, int]]:
    day, pair, township, unit, *values, rows = found
    number, count = UNDATED if day is None else slice_of(int(day)), int(rows)
    listed = [(number, "pair", _text(township), _text(unit), count)] if pair else []
    return listed + [(number, name, str(value), None, count) for name, value in zip(names, values, strict=True)
                     if value is not None]


def findings_frame(rows: list[tuple[int, str, str | None, str | None, int]]) -> pd.DataFrame:
    """The findings as a frame, each once per slice, in order."""
    frame: pd.DataFrame = pd.DataFrame(rows, columns=["slice", "kind", "first", "second", "rows"]).astype(
        {"slice": "int64", "kind": "str", "first": "str", "second": "str", "rows": "int64"})
    keys = ["slice", "kind", "first", "second"]
    sums: pd.DataFrame = frame.groupby(keys, as_index=False, dropna=False)[["rows"]].sum()
    return sums.sort_values(keys, ignore_index=True)


def health(findings: pd.DataFrame, delay: Delay | None, rules: ReadingRules, geography: Geography) -> Health:
    """The most frequent findings over all slices."""
    sums = findings.groupby(["kind", "first", "second"], as_index=False, dropna=False)["rows"].sum()
    pairs, values = [], []
    for kind, first, second, rows in sums.itertuples(index=False):
        if kind == "pair":
            pairs.append(CodePair(_text(first), _text(second), int(rows)))
        else:
            values.append(UnknownValue(str(kind), str(first), int(rows)))
    pairs.sort(key=lambda pair: (-pair.rows, pair.township or "", pair.unit or ""))
    unit_of = {township.code: township.unit_code for township in geography.townships}
    return Health(_unknown(pairs, rules), _conflicts(pairs, unit_of, geography),
                  tuple(sorted(values, key=lambda one: (-one.rows, one.column, one.value))[:LISTED]), delay)


def rows_per_day(cells: pd.DataFrame, first_event: str) -> tuple[DayCount, ...]:
    """Source rows by counting date, excluded ones included and undated ones not; from the cells, without a query."""
    dated = cells[((cells["event"] == first_event) & (cells["day"] != UNDATED)).to_numpy()]
    sums = dated.groupby("day")["rows"].sum()
    return tuple(DayCount(from_ordinal(day), int(rows)) for day, rows in zip(sums.index.tolist(), sums, strict=True))


def _text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)


def _unknown(pairs: list[CodePair], rules: ReadingRules) -> tuple[CodePair, ...]:
    known = {*rules.units, rules.city_code, None}
    return tuple(pair for pair in pairs
                 if pair.unit not in known or (pair.township is not None and pair.township not in rules.townships))[:LISTED]


def _conflicts(pairs: list[CodePair], unit_of: dict[str, str], geography: Geography) -> tuple[CodePair, ...]:
    county = {unit.code: unit.county_code for unit in geography.managing_units}
    final = geography.final_township

    def conflicting(pair: CodePair) -> bool:
        if pair.township is None or pair.township not in final or pair.unit in (None, geography.city_code):
            return False
        unit = unit_of.get(final[pair.township])
        return unit is not None and pair.unit not in (unit, county.get(unit))
    return tuple(pair for pair in pairs if conflicting(pair))[:LISTED]


def read_delay(live: LiveDataset, opened: Connection, rules: ReadingRules) -> Delay | None:
    """How late rows come; None when the source does not say when they changed, or there are none."""
    if "updated_at" in live.absent:
        return None
    counted = opened.execute(delay_statement(live, rules)).all()
    spread = sorted((int(days), int(number)) for days, number in counted if days is not None)
    total = sum(number for _, number in spread)
    return None if total == 0 else Delay(total, _quantile(spread, total * 0.5), _quantile(spread, total * 0.9))


def delay_statement(live: LiveDataset, rules: ReadingRules) -> Select[Any]:
    """One row per number of days from counting date to last change, of rows dated within `DELAY_DAYS`."""
    rows = placed(live, rules)
    assert live.mapping.dataset.counted_on is not None
    day = rows.c[live.mapping.dataset.counted_on]
    recent = sa.select(days_between(local_date(rows.c.updated_at), day).label("days")).where(
        rows.c.updated_at.is_not(None), day > rules.read_on - timedelta(days=DELAY_DAYS), day <= rules.read_on
    ).subquery("recent")
    return sa.select(recent.c.days, sa.func.count().label("rows")).group_by(recent.c.days)


def _quantile(spread: list[tuple[int, int]], rank: float) -> int:
    seen = 0
    for days, number in spread:
        seen += number
        if seen >= rank:
            return days
    return spread[-1][0]
