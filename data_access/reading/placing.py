"""A dataset whose rows give their places by other names or longer codes, read as if they gave the
codes of the lists.

Which spellings there are comes from the findings, which a refresh asks for anyway; so clean data
costs nothing and its statements stay as they are. What a spelling stands for depends on it and the
lists only, never on other rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import ColumnElement

from data_access.boundary import DivisionNames, Key, Places, RawPlace, bundled_lists, resolve_places
from data_access.connect import LiveDataset
from data_access.reading.collect import text
from data_access.reading.faults import cleaned, fault_names, fault_remarks, finding_sums
from data_access.reading.queries import ReadingRules
from kpi.vocabulary import Geography, Remark

# different places of one dataset that are looked up, the most frequent; a statement has its limits
MOST = 2000
_COLUMNS = ("unit_code", "township_code", "village_code")


@lru_cache(maxsize=4)
def division_names(geography: Geography) -> DivisionNames:
    """The names of a city's lists, and of the former divisions that come with the program."""
    return DivisionNames(bundled_lists(geography))


@dataclass(frozen=True)
class Prepared:
    """The dataset as its rows are to be counted: faults mended, places resolved. `remarks`: about
    the faults.
    """

    live: LiveDataset
    places: Places
    remarks: tuple[Remark, ...]


def prepared(live: LiveDataset, opened: Connection, findings: pd.DataFrame, rules: ReadingRules,
             geography: Geography) -> Prepared:
    """`findings`: `quality.read_findings`. Raises InputError when a column holds what cannot be
    read.
    """
    clean = cleaned(live, opened, fault_names(findings))
    places = places_of(clean, opened, findings, rules, geography)
    return Prepared(with_moves(with_places(clean, places), geography), places,
                    fault_remarks(findings, live))


def places_of(live: LiveDataset, opened: Connection, findings: pd.DataFrame, rules: ReadingRules,
              geography: Geography) -> Places:
    """What the rows' places count as, of those that are not codes of the lists. `findings`:
    `quality.read_findings`.

    Of a dataset with villages all places are asked for: they are few, and a village may say which
    part of a split township it is.
    """
    raw = (
        _by_village(live, opened) if "village_code" in live.columns else _unlisted(findings, rules)
    )
    if not raw:
        return Places({}, ())
    return resolve_places(division_names(geography), raw, live.mapping.dataset.title,
                          by_village=True)


def with_places(live: LiveDataset, places: Places) -> LiveDataset:
    """The dataset with the codes of the lists where a row's place is resolved; itself when there is
    nothing to change.
    """
    changed = places.changed
    if not changed:
        return live
    given = [name for name in _COLUMNS if name in live.columns]
    columns = {name: _meant(live, changed, position) if name in given else column
               for name, column in live.columns.items()
               for position in [_COLUMNS.index(name) if name in given else -1]}
    return replace(live, columns=columns)


def with_moves(live: LiveDataset, geography: Geography) -> LiveDataset:
    """The dataset with a township's rows of before it moved under its code of then; itself when
    there is none.
    """
    counted_on = live.mapping.dataset.counted_on
    moved = {code: entries for code, entries in geography.entries.items() if len(entries) > 1}
    if not moved or counted_on is None or "township_code" not in live.columns:
        return live
    own, day = live.columns["township_code"], live.columns[counted_on]
    cases = [(sa.and_(own == code, day < one.valid_to), sa.literal(one.code, sa.String()))
             for code, entries in moved.items() for one in entries[:-1]]
    return replace(live, columns={**live.columns, "township_code": sa.case(*cases, else_=own)})


def _meant(live: LiveDataset, changed: Mapping[Key, Key], position: int) -> ColumnElement[Any]:
    own = live.columns[_COLUMNS[position]]
    cases = [(_is(live, given), sa.null() if meant[position] is None
              else sa.literal(meant[position], sa.String())) for given, meant in changed.items()
             if given[position] != meant[position]]
    return sa.case(*cases, else_=own) if cases else own


def _is(live: LiveDataset, given: Key) -> ColumnElement[bool]:
    return sa.and_(*(live.columns[name].is_(None) if value is None else live.columns[name] == value
                     for name, value in zip(_COLUMNS, given, strict=True) if name in live.columns))


def _unlisted(findings: pd.DataFrame, rules: ReadingRules) -> list[RawPlace]:
    """Pairs of township and unit of which one is in no list."""
    listed = {*rules.units, rules.city_code, None}
    raw = [RawPlace(unit, township, None, rows)
           for kind, township, unit, rows in finding_sums(findings) if kind == "pair"]
    return _most(one for one in raw if one.unit not in listed
                 or one.township not in {None, *rules.townships})


def _by_village(live: LiveDataset, opened: Connection) -> list[RawPlace]:
    columns = [live.columns[name].label(name) for name in _COLUMNS]
    rows = sa.select(*columns).select_from(live.selectable).subquery("places")
    grouped: sa.Select[Any] = sa.select(*rows.c, sa.func.count().label("rows")).group_by(*rows.c)
    groups = opened.execute(grouped).all()
    return _most(RawPlace(_text(unit), _text(township), _text(village), int(number))
                 for unit, township, village, number in groups)


def _most(raw: Iterable[RawPlace]) -> list[RawPlace]:
    return sorted(raw, key=lambda one: (-one.rows, [part or "" for part in one.key]))[:MOST]


def _text(value: Any) -> str | None:
    return None if value is None or value != value else text(value)
