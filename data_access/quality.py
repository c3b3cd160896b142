"""What is wrong with the rows of a source, in numbers: codes nobody knows, conflicts, how late rows come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data_access.queries import ReadingRules, placed
from data_access.schema import LiveDataset
from data_access.sqltools import days_between, local_date
from kpi.cube import UNDATED
from kpi.division import Geography
from kpi.period import from_ordinal

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
    All of it is of the last reading that found a change.
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


def health(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography) -> Health:
    """The findings, by plain counts over the dataset."""
    rows = placed(live, rules)
    pairs = _pairs(rows, opened)
    unit_of = {township.code: township.unit_code for township in geography.townships}
    return Health(_unknown(pairs, rules), _conflicts(pairs, unit_of, geography), _values(live, rows, opened),
                  _delay(live, rows, opened, rules))


def rows_per_day(cells: pd.DataFrame, first_event: str) -> tuple[DayCount, ...]:
    """Source rows by counting date, excluded ones included and undated ones not; from the cells, without a query."""
    dated = cells[((cells["event"] == first_event) & (cells["day"] != UNDATED)).to_numpy()]
    sums = dated.groupby("day")["rows"].sum()
    return tuple(DayCount(from_ordinal(day), int(rows)) for day, rows in zip(sums.index.tolist(), sums, strict=True))


def _pairs(rows: Any, opened: Connection) -> list[CodePair]:
    # a dataset without townships still groups by one: null
    township = rows.c.get("township_code")
    keys = [sa.null().label("township") if township is None else township.label("township"),
            rows.c.unit_code.label("unit")]
    inner = sa.select(*keys).subquery("pairs")
    found = opened.execute(sa.select(inner.c.township, inner.c.unit, sa.func.count().label("rows"))
                           .group_by(inner.c.township, inner.c.unit)).all()
    pairs = [CodePair(_text(one.township), _text(one.unit), int(one.rows)) for one in found]
    return sorted(pairs, key=lambda pair: (-pair.rows, pair.township or "", pair.unit or ""))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


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


def _values(live: LiveDataset, rows: Any, opened: Connection) -> tuple[UnknownValue, ...]:
    found: list[UnknownValue] = []
    for column in live.mapping.dataset.columns:
        if column.categories:
            value = rows.c[column.name]
            counted = opened.execute(sa.select(value, sa.func.count()).where(value.not_in(column.categories))
                                     .group_by(value).order_by(sa.func.count().desc()).limit(LISTED)).all()
            found += [UnknownValue(column.name, str(name), int(number)) for name, number in counted]
    return tuple(sorted(found, key=lambda one: (-one.rows, one.column, one.value))[:LISTED])


def _delay(live: LiveDataset, rows: Any, opened: Connection, rules: ReadingRules) -> Delay | None:
    day = rows.c[live.mapping.dataset.counted_on]
    if "updated_at" in live.absent:
        return None
    late = days_between(local_date(rows.c.updated_at), day)
    recent = sa.select(late.label("days")).where(
        rows.c.updated_at.is_not(None), day > rules.read_on - timedelta(days=DELAY_DAYS), day <= rules.read_on
    ).subquery("recent")
    counted = opened.execute(sa.select(recent.c.days, sa.func.count()).group_by(recent.c.days)).all()
    spread = sorted((int(days), int(number)) for days, number in counted if days is not None)
    total = sum(number for _, number in spread)
    return None if total == 0 else Delay(total, _quantile(spread, total * 0.5), _quantile(spread, total * 0.9))


def _quantile(spread: list[tuple[int, int]], rank: float) -> int:
    seen = 0
    for days, number in spread:
        seen += number
        if seen >= rank:
            return days
    return spread[-1][0]
