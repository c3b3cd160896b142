"""Reading only what changed, in a way that cannot differ from reading everything.

A dataset is cut into slices by the month of its counting date. One cheap statement gives the trace of every slice:
how many rows, when the newest was changed, and the sum of all change times. A slice whose trace is the same as last
time holds the same rows, and its cells are kept; any other is read again, whole. A deletion, a late row and a row that
moved to another month all change the trace. Read again in any case are slices changed shortly before the last reading
(`LOOK_BACK`: two changes within one tick of the clock, a transaction still open) and slices with rows of the future
(they are counted once their day comes). A duplicate posting depends on the row before it, so the slices within the
duplicate window after a changed one are read again too. Datasets whose rules look at all earlier rows (first of an
account, of a person) are one slice: kept when nothing changed, else read in full.

What no trace can show – a row changed without its `updated_at` – the scheduled full reading finds, and says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from data_access.mapping import DatasetMapping
from data_access.queries import SLICED, Months, ReadingRules
from data_access.schema import LiveDataset
from data_access.sqltools import month_of, seconds_of
from kpi.cube import EVENTS, UNDATED, Reason
from kpi.division import Geography
from kpi.plan import Plan

LOOK_BACK = timedelta(days=1)
CUBE_VERSION = 2  # raise when the same rows would give other cells
_DIALECTS = ("sqlite", "postgresql", "mysql", "mariadb", "hive")
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Slice:
    """Trace of the rows of one month. `newest`, `total`: latest and summed change times, seconds since 1970."""

    rows: int
    newest: int
    total: int


@dataclass(frozen=True)
class Trace:
    """What a part was read from and under which rules. `slices`: by month number, None when changes cannot be seen.

    `source`: digest of the database and the plan's counting rules; a part of another source never fills in for this
    one. `definition`: that of mapping, divisions and rules. `full_at`: when everything was last read.
    """

    source: str
    definition: str
    read_at: datetime
    full_at: datetime
    slices: Mapping[int, Slice] | None


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
    """Digest of everything but the source and its rows that the cells depend on; the reading day is looked at separately."""
    return _digest(CUBE_VERSION, mapping.dataset, EVENTS[mapping.dataset.name], mapping.table, mapping.query, mapping.file,
             sorted(mapping.columns.items()), sorted((name, sorted(values.items())) for name, values in mapping.values.items()),
             sorted(rules.townships.items()), rules.units, rules.city_code, rules.plan_start, rules.duplicate_window_days,
             geography.townships, geography.managing_units)


def trace_slices(live: LiveDataset, opened: Connection) -> Mapping[int, Slice] | None:
    """The trace of every slice; None when the source does not say of every row when it changed."""
    counted_on, updated = live.mapping.dataset.counted_on, live.columns["updated_at"]
    if "updated_at" in live.absent or opened.dialect.name not in _DIALECTS or counted_on is None:
        return None
    rows = sa.select(month_of(live.columns[counted_on]).label("month"), seconds_of(updated).label("changed")
                     ).select_from(live.selectable).subquery("changes")
    found = opened.execute(sa.select(
        rows.c.month, sa.func.count(), sa.func.count(rows.c.changed), sa.func.max(rows.c.changed),
        sa.func.sum(rows.c.changed)).group_by(rows.c.month)).all()
    if any(rows != known for _, rows, known, _, _ in found):
        return None
    return {UNDATED if month is None else int(month): Slice(int(rows), int(newest), int(total))
            for month, rows, _, newest, total in found}


def months_to_read(dataset: str, cells: pd.DataFrame, before: Trace | None, now: Trace,
                   rules: ReadingRules, full_every_days: int) -> frozenset[int] | None:
    """Which slices to read again, none at all included; None: read everything."""
    if (before is None or before.slices is None or now.slices is None or before.source != now.source
            or before.definition != now.definition
            or before.read_at.date() > now.read_at.date()
            or now.read_at - before.full_at >= timedelta(days=full_every_days)):
        return None
    changed = _changed(before, now.slices) | _future(dataset, cells)
    if dataset not in SLICED:
        return None if changed else frozenset()
    return changed | _reached(dataset, changed, rules, set(before.slices) | set(now.slices))


def _changed(before: Trace, slices: Mapping[int, Slice]) -> frozenset[int]:
    assert before.slices is not None
    recent = (before.read_at - LOOK_BACK - _EPOCH).total_seconds()
    return frozenset(month for month in before.slices.keys() | slices.keys()
                     if before.slices.get(month) != slices.get(month) or slices[month].newest >= recent)


def _future(dataset: str, cells: pd.DataFrame) -> frozenset[int]:
    days = cells.loc[(cells["status"] == Reason.FUTURE_DATE.value).to_numpy(), "day"]
    return frozenset(month_number(date(1970, 1, 1) + timedelta(days=int(day))) for day in days.unique())


def _reached(dataset: str, changed: frozenset[int], rules: ReadingRules, known: set[int]) -> frozenset[int]:
    """Later slices whose rows may have a row of a changed slice before them."""
    if dataset != "job_posting":
        return frozenset()
    reach = rules.duplicate_window_days // 28 + 1
    return frozenset(month for month in known for start in changed
                     if start != UNDATED and start < month <= start + reach)


def month_number(day: date) -> int:
    """Months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def to_months(numbers: frozenset[int]) -> Months:
    """The slices as ranges of days, first inclusive and end exclusive, neighbouring months joined."""
    ranges: list[tuple[date, date]] = []
    for number in sorted(numbers - {UNDATED}):
        first, end = _first_day(number), _first_day(number + 1)
        if ranges and ranges[-1][1] == first:
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((first, end))
    return Months(tuple(ranges), UNDATED in numbers)


def _first_day(number: int) -> date:
    return date(1970 + number // 12, number % 12 + 1, 1)


def silent_changes(dataset: str, kept: pd.DataFrame, read: pd.DataFrame, before: Trace, now: Trace) -> int:
    """How many slices with the same trace hold other cells than last time: rows changed without their `updated_at`."""
    if dataset not in SLICED or before.slices is None or now.slices is None or (before.source, before.definition) != (
            now.source, now.definition):
        return 0
    same = (before.slices.keys() & now.slices.keys()) - _changed(before, now.slices) - _future(dataset, kept)
    if before.read_at.date() != now.read_at.date():
        same -= _future(dataset, read)
    old, new = _by_month(kept), _by_month(read)
    return sum(old.get(month) != new.get(month) for month in same)


def _by_month(cells: pd.DataFrame) -> dict[int, int]:
    sums = pd.util.hash_pandas_object(cells, index=False).groupby(cells["month"].to_numpy()).sum()
    return dict(zip(sums.index.tolist(), sums.tolist(), strict=True))


def as_json(trace: Trace) -> dict[str, Any]:
    slices = None if trace.slices is None else {
        str(month): [one.rows, one.newest, one.total] for month, one in sorted(trace.slices.items())}
    return {"source": trace.source, "definition": trace.definition, "read_at": trace.read_at, "full_at": trace.full_at, "slices": slices}


def from_json(content: Mapping[str, Any]) -> Trace:
    slices = content["slices"]
    return Trace(content["source"], content["definition"], datetime.fromisoformat(content["read_at"]),
                 datetime.fromisoformat(content["full_at"]),
                 None if slices is None else {int(month): Slice(*numbers) for month, numbers in slices.items()})
