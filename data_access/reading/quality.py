"""What is wrong with the rows of a source, in numbers: codes nobody knows, conflicts, how late rows
come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import ColumnElement, Select

from data_access.boundary import EARLIEST, LATEST, Places
from data_access.connect import BITS, SHOWN_TEXT, LiveDataset, days_between, local_date, no_text
from data_access.reading.collect import slice_of
from data_access.reading.faults import (
    KIND,
    Fault,
    faults_of,
    finding_sums,
    marks_of,
    mask,
    mask_of,
    of_mask,
)
from data_access.reading.fetch import without_compiling
from data_access.reading.queries import UNKNOWN_UNIT, Periods, ReadingRules, days_within, placed
from kpi.definitions import UNDATED, Column, ColumnType
from kpi.vocabulary import Geography, from_ordinal, listed_code
from kpi.vocabulary.lives import units_that_fit

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
    """A category value outside the listed ones, as it is after mapping, and how many rows have it.
    """

    column: str
    value: str
    rows: int


@dataclass(frozen=True)
class Delay:
    """Days from a row's counting date to its last change, over rows dated within `DELAY_DAYS`
    before the reading.

    `median` and `p90`: half and nine tenths of the rows took at most so many days.
    """

    rows: int
    median: int
    p90: int


@dataclass(frozen=True)
class Health:
    """Findings about one dataset, most frequent first and at most `LISTED` of each.

    `unknown_codes`: township or unit in no list; the other one may still have placed the row.
    `conflicts`: township and unit are both known and contradict each other. `delay` is None when
    the source does not say when rows changed. All of it is of the last reading that found a change;
    the delay of a large table of the last full one.
    """

    unknown_codes: tuple[CodePair, ...] = ()
    conflicts: tuple[CodePair, ...] = ()
    unknown_values: tuple[UnknownValue, ...] = ()
    delay: Delay | None = None


NO_FINDINGS = Health()
NOTHING_PLACED = Places({}, ())


@dataclass(frozen=True)
class DayCount:
    day: date
    rows: int


def read_findings(live: LiveDataset, opened: Connection, rules: ReadingRules, geography: Geography,
                  periods: Periods | None = None) -> pd.DataFrame:
    """One row per finding and slice of the counting date: township and unit as given where they are
    unknown or contradict each other, each category outside the listed values, and how many rows.
    One look at the rows, of `periods` only.
    """
    names, faults = [*_categories(live), *_flags(live)], faults_of(live)
    with without_compiling(opened):
        totals = opened.execute(findings_statement(live, rules, geography, periods)).all()
    return findings_frame([row for one in totals for row in _findings(one, names, faults, live)])


def _categories(live: LiveDataset) -> list[str]:
    return [column.name for column in live.mapping.dataset.columns if column.categories]


def _flags(live: LiveDataset) -> list[str]:
    """Flags whose column may hold something else."""
    return [column.name for column in live.mapping.dataset.columns if column.type == ColumnType.BOOL
            and column.name in live.given and not isinstance(live.given[column.name].type, BITS
                                                             if live.make == "sqlite"
                                                             else (sa.Boolean, *BITS))]


def findings_statement(live: LiveDataset, rules: ReadingRules, geography: Geography,
                       periods: Periods | None = None) -> Select[Any]:
    """One row per (day, whether the pair is wrong, township, unit, each category), null where there
    is nothing wrong with it.
    """
    given = {name: sa.cast(live.given[name], SHOWN_TEXT) for name in _flags(live)}
    # whatever of these is none of the listed codes and categories is selected for that, and only
    # then looked at closely
    listed, faults = ("unit_code", "township_code", *_categories(live)), faults_of(live)
    rows = placed(live, rules, periods, {"faults": mask(live, faults, listed),
                                         "listed_faults": mask_of(faults, listed),
                                         **{f"given_{name}": text for name, text in given.items()}})
    dataset = live.mapping.dataset
    assert dataset.counted_on is not None
    # SQLite looks a pair up at once instead of going through the lists of all units in every row
    at_once = live.make == "sqlite" and "township_code" in rows.c and _accepted(rules, geography)
    right = [(_right_pair(rows, rules, geography), 0)] if at_once else []
    rows = sa.select(*rows.c, sa.case(*right, (_wrong_pair(rows, rules, geography), 1),
                                      else_=0).label("wrong_pair")).subquery("paired")
    pair = rows.c.wrong_pair == 1
    values: dict[str, tuple[ColumnElement[bool], ColumnElement[Any]]] = {
        name: (rows.c[name].not_in(dataset.column(name).categories), rows.c[name])
        for name in _categories(live)}
    values |= {name: (sa.and_(rows.c[name].is_(None), rows.c[f"given_{name}"].is_not(None)),
                      rows.c[f"given_{name}"]) for name in given}
    township = rows.c.get("township_code")
    shown = sa.select(rows.c[dataset.counted_on].label("day"),
                      rows.c.wrong_pair.label("pair"),
                      (no_text() if township is None
                       else sa.case((pair, township), else_=sa.null())).label("township"),
                      sa.case((pair, rows.c.unit_code), else_=sa.null()).label("unit"),
                      *(sa.case((odd, value), else_=sa.null()).label(name)
                        for name, (odd, value) in values.items()),
                      (rows.c.faults + rows.c.listed_faults).label("faults"),
                      rows.c[dataset.key].label("key")).where(
                          sa.or_(pair,
                                 rows.c.faults > 0, *(odd for odd, _ in values.values()))).subquery(
                                     "wrong")
    day, *grouped = [column for column in shown.c if column.name != "key"]
    return sa.select(days_within(day).label("day"), *grouped, sa.func.min(shown.c.key).label("key"),
                     sa.func.count().label("rows")).group_by(day, *grouped)


def _wrong_pair(rows: Any, rules: ReadingRules, geography: Geography) -> ColumnElement[bool]:
    unit, township = rows.c.unit_code, rows.c.get("township_code")
    unknown: ColumnElement[bool] = rows.c.place_unit == UNKNOWN_UNIT
    if township is None:
        return unknown
    conflicts = [sa.and_(township.in_(codes), unit.not_in(units))
                 for codes, units in _accepted(rules, geography)]
    return sa.or_(unknown, sa.and_(township.is_not(None), rows.c.recorded_township.is_(None)),
                  *conflicts)


def _right_pair(rows: Any, rules: ReadingRules, geography: Geography) -> ColumnElement[bool]:
    """Pairs of which nothing is to be said; of others it is not known by that."""
    pairs = [(code, unit) for codes, units in _accepted(rules, geography)
             for code in codes for unit in dict.fromkeys(units)]
    return sa.tuple_(rows.c.township_code, rows.c.unit_code).in_(pairs)


def _accepted(rules: ReadingRules, geography: Geography) -> list[tuple[list[str], list[str]]]:
    """The townships of each unit, and the codes of units that do not contradict them."""
    listed: dict[tuple[str, ...], list[str]] = {}
    units = _units_by_township(geography)
    for code in rules.townships:
        listed.setdefault(units[listed_code(code)], []).append(code)
    fitting = units_that_fit(geography)
    return [(codes, [*(unit for one in own for unit in fitting[one]), rules.city_code])
            for own, codes in listed.items() if own]


def _units_by_township(geography: Geography) -> dict[str, tuple[str, ...]]:
    """By code of the register, the units a township's rows count for: several of one that moved,
    each for its time.
    """
    units = {one.code: one.unit_code for one in geography.townships}
    return {code: tuple(dict.fromkeys(units[geography.final_township[one.code]]
                                      for one in entries))
            for code, entries in geography.entries.items()}


Finding = tuple[int, str, str | None, str | None, int]


def _findings(row: Any, names: list[str], faults: Sequence[Fault],
              live: LiveDataset) -> list[Finding]:
    marks, dataset = marks_of(live), live.mapping.dataset
    day, pair, township, unit, *values, met, key, rows = row
    number, count = UNDATED if day is None else slice_of(int(day)), int(rows)
    listed = [(number, "pair", _code(township, marks), _code(unit, marks), count)] if pair else []
    listed += [(number, name, _shown(value), None, count)
               for name, value in zip(names, values, strict=True) if value is not None
               and _is_unknown(dataset.column(name), _shown(value), marks)]
    return listed + [(number, KIND, name, _text(key), count) for name in of_mask(faults, int(met))]


def _is_unknown(column: Column, value: str, marks: frozenset[str]) -> bool:
    """Whether a value outside the listed ones is still that without blanks around it, and not one
    for nothing.
    """
    text = value.strip()
    return text not in column.categories and not (column.nullable and text in {"", *marks})


def _code(value: Any, marks: frozenset[str]) -> str | None:
    """As it counts: without blanks around it, None for what stands for nothing."""
    text = (_text(value) or "").strip()
    return None if text in {"", *marks} else text


def _shown(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def findings_frame(rows: list[Finding]) -> pd.DataFrame:
    """The findings as a frame, each once per slice, in order."""
    sums: Counter[tuple[int, str, str | None, str | None]] = Counter()
    for number, kind, first, second, count in rows:
        sums[number, kind, first, second] += count
    ordered = sorted(sums.items(), key=lambda one: [(part is None, part or 0) for part in one[0]])
    slices, kinds, firsts, seconds = zip(*(one for one, _ in ordered), strict=True) if ordered else (
        (), (), (), ())
    return pd.DataFrame({"slice": np.array(slices, dtype=np.int64),
                         **{name: pd.array(texts, dtype="str") for name, texts in
                            (("kind", kinds), ("first", firsts), ("second", seconds))},
                         "rows": np.array([rows for _, rows in ordered], dtype=np.int64)})


def health(findings: pd.DataFrame, delay: Delay | None, rules: ReadingRules, geography: Geography,
           places: Places = NOTHING_PLACED) -> Health:
    """The most frequent findings over all slices. `places`: what unlisted places count as; those
    are no finding.
    """
    pairs, values = [], []
    for kind, first, second, rows in finding_sums(findings):
        if kind == "pair":
            unit, township = places.pair(second, first)
            pairs.append(CodePair(township, unit, rows))
        elif kind != KIND:
            values.append(UnknownValue(kind, str(first), rows))
    pairs = _added_up(pairs)
    pairs.sort(key=lambda pair: (-pair.rows, pair.township or "", pair.unit or ""))
    return Health(_unknown(pairs, rules), _conflicts(pairs, geography),
                  tuple(sorted(values, key=lambda one: (-one.rows, one.column, one.value))[
                      :LISTED]), delay)


def _added_up(pairs: list[CodePair]) -> list[CodePair]:
    """Each pair once: several spellings may stand for the same."""
    rows: Counter[tuple[str | None, str | None]] = Counter()
    for pair in pairs:
        rows[pair.township, pair.unit] += pair.rows
    return [CodePair(township, unit, count) for (township, unit), count in rows.items()]


def rows_per_day(cells: pd.DataFrame, first_event: str) -> tuple[DayCount, ...]:
    """Source rows by counting date, excluded ones included and undated ones not; from the cells,
    without a query.
    """
    dated = cells[((cells["event"] == first_event) & (cells["day"] != UNDATED)).to_numpy()]
    sums = dated.groupby("day")["rows"].sum()
    return tuple(DayCount(from_ordinal(day), int(rows))
                 for day, rows in zip(sums.index.tolist(), sums, strict=True))


def _text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)


def _unknown(pairs: list[CodePair], rules: ReadingRules) -> tuple[CodePair, ...]:
    codes = {*rules.units, rules.city_code, None}
    return tuple(pair for pair in pairs if pair.unit not in codes
                 or (pair.township is not None and pair.township not in rules.townships))[:LISTED]


def _conflicts(pairs: list[CodePair], geography: Geography) -> tuple[CodePair, ...]:
    fitting = units_that_fit(geography)
    final = geography.final_township
    units = _units_by_township(geography)

    def conflicting(pair: CodePair) -> bool:
        if (
            pair.township is None
            or pair.township not in final
            or pair.unit in (None, geography.city_code)
        ):
            return False
        return all(pair.unit not in fitting.get(unit, (unit,))
                   for unit in units[listed_code(pair.township)])
    return tuple(pair for pair in pairs if conflicting(pair))[:LISTED]


def read_delay(live: LiveDataset, opened: Connection, rules: ReadingRules) -> Delay | None:
    """How late rows come; None when the source does not say when they changed, or there are none.
    """
    if "updated_at" in live.absent:
        return None
    counted = opened.execute(delay_statement(live, rules)).all()
    spread = sorted((int(days), int(number)) for days, number in counted if days is not None)
    total = sum(number for _, number in spread)
    return (
        None
        if total == 0
        else Delay(total, _quantile(spread, total * 0.5), _quantile(spread, total * 0.9))
    )


def delay_statement(live: LiveDataset, rules: ReadingRules) -> Select[Any]:
    """One row per number of days from counting date to last change, of rows dated within
    `DELAY_DAYS`.
    """
    assert live.mapping.dataset.counted_on is not None
    rows = sa.select(live.columns["updated_at"].label("updated_at"),
                     live.columns[live.mapping.dataset.counted_on].label("day")).select_from(
                         live.selectable).subquery("changes")
    day = rows.c.day
    recent = sa.select(days_between(local_date(rows.c.updated_at), day).label("days")).where(
        rows.c.updated_at.between(EARLIEST, LATEST),
        day > rules.read_on - timedelta(days=DELAY_DAYS), day <= rules.read_on).subquery("recent")
    return sa.select(recent.c.days, sa.func.count().label("rows")).group_by(recent.c.days)


def _quantile(spread: list[tuple[int, int]], rank: float) -> int:
    seen = 0
    for days, number in spread:
        seen += number
        if seen >= rank:
            return days
    return spread[-1][0]
