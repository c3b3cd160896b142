"""Reading only what changed, in a way that cannot differ from reading everything.

A dataset is cut into slices by the day of its counting date. One cheap statement gives the trace of
every slice: how many rows, when the newest was changed, and the sum of all change times. A slice
whose trace is the same as last time holds the same rows, and its cells are kept; any other is read
again, whole. A deletion, a late row and a row that moved to another day all change the trace. Read
again in any case are slices changed shortly before the last reading (`LOOK_BACK`: two changes
within one tick of the clock, a transaction still open) and slices with rows whose day has come
since. A duplicate posting depends on the row before it, so the slices within the duplicate window
after a changed one are read again too. Datasets whose rules look at all earlier rows (first of an
account, of a person) are one slice: kept when nothing changed, else read in full.

A large table need not even be asked for its trace where the database itself counts changes
(`data_access.connect.makes.counters`): same counts, nothing changed; only insertions, and all of
them stamped later than anything seen before: the trace is the last one and theirs. Whatever does
not add up is traced in full.

What no trace can show – a row changed without its `updated_at` – the scheduled full reading finds,
and says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.sql.expression import ColumnElement, Select

from data_access.boundary import DatasetMapping
from data_access.connect import LiveDataset, seconds_of
from data_access.connect.makes.counters import TRUSTED_FROM, Counters
from data_access.reading.collect import SLICE_DAYS, slice_of
from data_access.reading.queries import Periods, ReadingRules, days_within, window_days
from kpi.definitions import UNDATED, Dataset
from kpi.plan import Plan
from kpi.vocabulary import Geography, Reason

LOOK_BACK = timedelta(days=1)
CUBE_VERSION = 6  # raise when the same rows would give other cells
_DIALECTS = ("sqlite", "postgresql", "mysql", "mariadb", "hive", "oracle", "mssql", "dm")
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Slice:
    """Trace of the rows of one day. `newest`, `total`: latest and summed change times, seconds
    since 1970.
    """

    rows: int
    newest: int
    total: int


@dataclass(frozen=True)
class Trace:
    """What a part was read from and under which rules. `slices`: by number, None when changes
    cannot be seen.

    `source`: digest of the database and the plan's counting rules; a part of another source never
    fills in for this one. `definition`: that of mapping, divisions and rules. `full_at`: when
    everything was last read. `counters`: the database's own, None where it has none. `proven`: by
    them every slice with the trace of last time is unchanged.
    """

    source: str
    definition: str
    read_at: datetime
    full_at: datetime
    slices: Mapping[int, Slice] | None
    counters: Counters | None = None
    proven: bool = False

    @property
    def rows(self) -> int | None:
        """Rows in the table."""
        return None if self.slices is None else sum(one.rows for one in self.slices.values())


def source_digest(url: str, plan: Plan) -> str:
    """Digest of a database (never of its password) and of how its rows are counted."""
    try:
        source = make_url(url).set(password=None).render_as_string() if url else ""
    except (sa.exc.ArgumentError, ValueError):
        source = ""  # unusable, and said when it is opened
    return _digest(source, plan.city_code, plan.window.start, plan.duplicate_window_days)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def definition(mapping: DatasetMapping, rules: ReadingRules, geography: Geography) -> str:
    """Digest of everything but the source and its rows that the cells depend on; the reading day is
    looked at separately.
    """
    return _digest(CUBE_VERSION, mapping.dataset.counting, mapping.table, mapping.query,
                   mapping.file, mapping.sources, sorted(mapping.columns.items()),
                   sorted(mapping.empty), sorted((name, sorted(values.items()))
                                                 for name, values in mapping.values.items()),
                   sorted(rules.townships.items()), rules.units, rules.city_code, rules.plan_start,
                   rules.duplicate_window_days, geography.townships, geography.managing_units,
                   geography.central_villages if mapping.dataset.register else None,
                   *(() if mapping.dataset.reported is None else (mapping.dataset.reported,)),
                   *(() if mapping.handed_in is None else (mapping.handed_in,)))


def trace(live: LiveDataset, opened: Connection, given: Trace, before: Trace | None) -> Trace:
    """`given` with the slices as they are now; from those `before` where the database's counters
    allow it.
    """
    given = replace(given, counters=live.counters)
    if before is not None:
        slices = _by_counters(live, opened, given, before)
        if slices is not None:
            return replace(given, slices=slices, proven=True)
    return replace(given, slices=trace_slices(live, opened))


def _by_counters(live: LiveDataset, opened: Connection, now: Trace,
                 before: Trace) -> Mapping[int, Slice] | None:
    """The slices without looking through the table; None when it has to be looked through."""
    then, counters = before.counters, now.counters
    if (before.slices is None or then is None or counters is None
        or then.identity != counters.identity or then.changed != counters.changed
        or (before.source, before.definition) != (now.source, now.definition)
        or (before.rows or 0) < TRUSTED_FROM):
        return None
    inserted = counters.inserted - then.inserted
    if inserted == 0:
        return before.slices
    added = _traced(live, opened,
                    _later_than(live, max(one.newest for one in before.slices.values())))
    if added is None or sum(one.rows for one in added.values()) != inserted:
        return None  # rows with older stamps, rolled back ones, or ones not counted yet
    return {**before.slices, **{number: _sum([before.slices[number], one])
                                if number in before.slices else one
                                for number, one in added.items()}}


def _later_than(live: LiveDataset, newest: int) -> ColumnElement[bool]:
    return live.columns["updated_at"] >= sa.literal(_EPOCH + timedelta(seconds=newest + 1),
                                                    sa.DateTime())


def trace_slices(live: LiveDataset, opened: Connection) -> Mapping[int, Slice] | None:
    """The trace of every slice; None when the source does not say of every row when it changed.

    Nor does a file: whoever edits a cell does not edit the change time next to it, and reading it
    whole costs little. Nor do the program's own records, of which there are few.
    """
    if live.mapping.is_file or live.mapping.is_own:
        return None
    if (
        "updated_at" in live.absent
        or opened.dialect.name not in _DIALECTS
        or live.mapping.dataset.counted_on is None
    ):
        return None
    return _traced(live, opened, None)


def trace_statement(live: LiveDataset, which: ColumnElement[bool] | None = None) -> Select[Any]:
    """One row per counting date: how many rows, of how many the change time is known, the latest
    and the sum of them.
    """
    counted_on = live.mapping.dataset.counted_on
    assert counted_on is not None
    rows = sa.select(live.columns[counted_on].label("day"),
                     seconds_of(live.columns["updated_at"]).label("changed")).select_from(
                         live.selectable)
    c = (rows if which is None else rows.where(which)).subquery("changes").c
    shown: list[ColumnElement[Any]] = [days_within(c.day).label("day"),
                                       sa.func.count().label("rows"),
                                       sa.func.count(c.changed).label("known"),
                                       sa.func.max(c.changed).label("newest"),
                                       sa.func.sum(c.changed).label("total")]
    return sa.select(*shown).group_by(c.day)


def _traced(live: LiveDataset, opened: Connection, which: ColumnElement[bool]
            | None) -> Mapping[int, Slice] | None:
    slices_now = opened.execute(trace_statement(live, which)).all()
    if any(rows != rows_before for _, rows, rows_before, _, _ in slices_now):
        return None
    parts: dict[int, list[Slice]] = {}
    for day, rows, _, newest, total in slices_now:
        number = UNDATED if day is None else slice_of(int(day))
        parts.setdefault(number, []).append(Slice(int(rows), int(newest), int(total)))
    return {number: those[0] if len(those) == 1 else _sum(those)
            for number, those in parts.items()}


def _sum(parts: list[Slice]) -> Slice:
    return Slice(sum(part.rows for part in parts), max(part.newest for part in parts),
                 sum(part.total for part in parts))


def slices_to_read(dataset: Dataset, cells: pd.DataFrame, before: Trace | None, now: Trace,
                   rules: ReadingRules, full_every_days: int) -> frozenset[int] | None:
    """Which slices to read again, none at all included; None: read everything."""
    if (before is None or before.slices is None or now.slices is None or before.source != now.source
            or before.definition != now.definition
            or before.read_at.date() > now.read_at.date()
            or now.read_at - before.full_at >= timedelta(days=full_every_days)):
        return None
    changed = _changed(before, now) | _come(cells, now)
    if not dataset.sliced:
        return None if changed else frozenset()
    return changed | _reached(dataset, changed, rules, set(before.slices) | set(now.slices))


def _changed(before: Trace, now: Trace) -> frozenset[int]:
    assert before.slices is not None
    assert now.slices is not None
    recent = (before.read_at - LOOK_BACK - _EPOCH).total_seconds()
    return frozenset(number for number in before.slices.keys() | now.slices.keys()
                     if before.slices.get(number) != now.slices.get(number)
                     or (not now.proven and now.slices[number].newest >= recent))


def _come(cells: pd.DataFrame, now: Trace) -> frozenset[int]:
    """Slices with rows that were of the future and are no longer."""
    days = cells.loc[(cells["status"] == Reason.FUTURE_DATE.value).to_numpy(), "day"].unique()
    return frozenset(slice_of(int(day)) for day in days if day <= (now.read_at - _EPOCH).days)


def _reached(dataset: Dataset, changed: frozenset[int], rules: ReadingRules,
             numbers: set[int]) -> frozenset[int]:
    """Later slices whose rows may have a row of a changed slice before them."""
    if dataset.duplicate is None:
        return frozenset()
    reach = -(-window_days(dataset.duplicate, rules) // SLICE_DAYS)
    return frozenset(number for number in numbers for start in changed
                     if start != UNDATED and start < number <= start + reach)


def to_periods(numbers: frozenset[int]) -> Periods:
    """The slices as ranges of days, first inclusive and end exclusive, neighbours joined."""
    ranges: list[tuple[date, date]] = []
    for number in sorted(numbers - {UNDATED}):
        first, end = _first_day(number), _first_day(number + 1)
        if ranges and ranges[-1][1] == first:
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((first, end))
    return Periods(tuple(ranges), UNDATED in numbers)


def _first_day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number * SLICE_DAYS)


def silent_changes(dataset: Dataset, recorded: pd.DataFrame, read: pd.DataFrame, before: Trace,
                   now: Trace) -> int:
    """How many slices with the same trace hold other cells than last time: rows changed without
    their `updated_at`.
    """
    # not so where identities are repeated
    sliced = all("slice" in cells for cells in (recorded, read))
    if (
        not sliced
        or before.slices is None
        or now.slices is None
        or (before.source, before.definition) != (now.source, now.definition)
    ):
        return 0
    same = (before.slices.keys() & now.slices.keys()) - _changed(
        before, replace(now, proven=False)) - _come(recorded, now)
    if recorded.equals(read):
        return 0
    old, new = _by_slice(recorded), _by_slice(read)
    return sum(old.get(number) != new.get(number) for number in same)


def _by_slice(cells: pd.DataFrame) -> dict[int, int]:
    sums = pd.util.hash_pandas_object(cells, index=False).groupby(cells["slice"].to_numpy()).sum()
    return dict(zip(sums.index.tolist(), sums.tolist(), strict=True))


def as_json(trace: Trace) -> dict[str, Any]:
    slices = (
        None
        if trace.slices is None
        else {
            str(number): [one.rows, one.newest, one.total]
            for number, one in sorted(trace.slices.items())
        }
    )
    return {"source": trace.source, "definition": trace.definition, "read_at": trace.read_at,
            "full_at": trace.full_at, "slices": slices, "counters": None if trace.counters is None
            else vars(trace.counters)}


def from_json(content: Mapping[str, Any]) -> Trace:
    slices, counters = content["slices"], content["counters"]
    return Trace(content["source"], content["definition"],
                 datetime.fromisoformat(content["read_at"]),
                 datetime.fromisoformat(content["full_at"]), None if slices is None
                 else {int(number): Slice(*numbers) for number, numbers in slices.items()}, None
                 if counters is None else Counters(**counters))
