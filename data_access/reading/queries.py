"""The statements that turn a dataset into cells: one GROUP BY per event, run inside its own
database.

Stages, each a subquery over the one before, in the order of the counting rules:
canonical columns → placed (which township and unit) → reasoned (rules 1–5) → judged (duplicates,
not gig: a `status` per row) → one grouped statement per event of `kpi.definitions.cube`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, Select, Subquery
from sqlalchemy.sql.functions import Function

from data_access.boundary import EARLIEST, LATEST
from data_access.connect import LiveDataset, byte_order, days_between, no_text
from data_access.reading.event_days import EventQuery, event_queries, occurrence
from kpi.definitions import (
    COUNTED,
    ORIGIN_EARLIER,
    ORIGIN_PLAN,
    PLACE,
    UNDATED,
    UPDATED_AT,
    ColumnType,
    Dataset,
    Duplicate,
    DuplicateRule,
    Event,
    EventKind,
    Overlaps,
)
from kpi.vocabulary import Reason

UNKNOWN_UNIT = "?"  # a unit code is given but is in no list
_FAR = date(9999, 12, 31)
_EPOCH = date(1970, 1, 1)
_DECIDE_THE_PLACE = frozenset({"place_township", "known_unit"})
_TELL_THE_PLACE = frozenset({"recorded_township", "place_unit"})  # to a register and the findings

STATUSES: tuple[str, ...] = (COUNTED, *(reason.value for reason in Reason))
ORIGINS = (ORIGIN_EARLIER, ORIGIN_PLAN)


@dataclass(frozen=True)
class ReadingRules:
    """What the counting rules need besides the row: divisions, the reading day and the plan's
    clock.

    `townships`: every known township code → its last successor. `units`: managing unit codes.
    """

    townships: Mapping[str, str]
    units: tuple[str, ...]
    city_code: str
    read_on: date
    plan_start: date
    duplicate_window_days: int


@dataclass(frozen=True)
class Periods:
    """Parts of the counting date, as (first day, day after the last), and whether undated rows are
    wanted.
    """

    ranges: tuple[tuple[date, date], ...]
    undated: bool

    def holding(self, day: ColumnElement[Any]) -> ColumnElement[bool]:
        """Rows dated within."""
        wanted: list[ColumnElement[bool]] = [sa.and_(day >= first, day < end)
                                             for first, end in self.ranges]
        if self.undated:
            wanted += [day.is_(None), day < EARLIEST, day > LATEST]
        return sa.or_(sa.false(), *wanted)

    def before(self, day: ColumnElement[Any], days: int) -> ColumnElement[bool]:
        """Rows dated up to so many days before, and not within."""
        near = [sa.and_(day >= first - timedelta(days=days), day < first)
                for first, _ in self.ranges]
        return sa.and_(sa.or_(sa.false(), *near), sa.not_(Periods(self.ranges, False).holding(day)))


@dataclass(frozen=True)
class Which:
    """Rows by whether others are like them (`alike`) in what a rule looks at from row to row, or
    none is. Rows that are alone need no sorting for it: no row repeats them, they are the first of
    their like, and nothing overlaps them.

    `groups`: the columns of each such rule, and the values that occur more than once in them.
    """

    alike: bool
    groups: tuple[tuple[tuple[str, ...], sa.CTE], ...]

    def holds(self, rows: Subquery) -> ColumnElement[bool]:
        """Whether a row of the source is one of them. What is null may be like any other null."""
        like: list[ColumnElement[bool]] = []
        for names, repeated in self.groups:
            columns = [rows.c[name] for name in names]
            like += [column.is_(None) for column in columns]
            like.append((columns[0] if len(columns) == 1 else sa.tuple_(*columns)).in_(
                sa.select(*repeated.c)))
        # not NOT: of several columns together SQLite would look through all values for nulls
        return sa.case((sa.or_(*like), int(self.alike)), else_=int(not self.alike)) == 1


def alone_and_alike(live: LiveDataset) -> tuple[Which, Which] | None:
    """The rows of a table in two parts; None where no rule looks from row to row, or looks at
    nothing the rows themselves have.
    """
    rules = _looked_at(live.mapping.dataset)
    if not rules or not all(rules):
        return None
    groups = tuple((names, _more_than_once(live, names, number))
                   for number, names in enumerate(rules))
    return Which(False, groups), Which(True, groups)


def _looked_at(dataset: Dataset) -> list[tuple[str, ...]]:
    """The columns in which rows must agree for a rule to look from one to the other, of each rule.

    The place is left out, and so are what may be null beside what may not, and rules whose rows
    agree for another one too: more rows agree without them.
    """
    same = [] if dataset.duplicate is None else [dataset.duplicate.same]
    same += [event.same for event in dataset.events if event.kind == EventKind.FIRST_OF]
    same += [] if dataset.overlaps is None else [dataset.overlaps.same]
    plain = [tuple(name for name in names if name != PLACE) for names in same]
    given = [tuple(name for name in names if not dataset.column(name).nullable) or names
             for names in plain]
    return list(dict.fromkeys(names for names in given
                              if not any(set(other) < set(names) for other in given)))


def _more_than_once(live: LiveDataset, names: tuple[str, ...], number: int) -> sa.CTE:
    columns = [live.columns[name].label(name) for name in names]
    rows = sa.select(*columns).select_from(live.selectable).subquery(f"like_{number}")
    keys = [rows.c[name] for name in names]
    return sa.select(*keys).where(*(key.is_not(None) for key in keys)).group_by(*keys).having(
        sa.func.count() > 1).cte(f"repeated_{number}")


def since_epoch(day: ColumnElement[Any]) -> ColumnElement[int]:
    """Days since 1970-01-01; null for null."""
    return days_between(day, sa.literal(_EPOCH, sa.Date()))


def days_within(day: ColumnElement[Any]) -> ColumnElement[int]:
    """The same; null too for a date that stands for none."""
    return since_epoch(sa.type_coerce(sa.case((day.between(EARLIEST, LATEST), day),
                                              else_=sa.null()), sa.Date()))


def days_or_undated(day: ColumnElement[Any]) -> ColumnElement[int]:
    """Days since 1970-01-01; `UNDATED` for null."""
    return sa.func.coalesce(since_epoch(day), sa.literal_column(str(UNDATED), sa.Integer()),
                            type_=sa.Integer())


def row_count(live: LiveDataset) -> Select[Any]:
    """One row: how many rows the table has, null for none. Counted by place: workers cannot be
    asked for a whole table's count.
    """
    place = live.columns.get("township_code", live.columns["unit_code"]).label("place")
    rows = sa.select(place).select_from(live.selectable).subquery("places")
    counts = sa.select(rows.c.place, sa.func.count().label("rows")).group_by(rows.c.place).subquery(
        "counts")
    return sa.select(sa.func.sum(counts.c.rows))


def cells(live: LiveDataset, rules: ReadingRules,
          periods: Periods | None = None) -> tuple[Select[Any], ...]:
    """Statements with one row per (event, status, day, township, unit, origin, the events'
    dimensions), rows and amount.

    `event`, `status` and `origin` are positions in `Dataset.events`, `STATUSES` and `ORIGINS`,
    `day` days since 1970, a dimension null where the event is not split by it. Sliced datasets also
    have `counted`, the row's counting date; `periods` restricts the rows by it. `township` and
    `unit` are the codes as the row gives them, so that workers that hold the rows by township can
    each group their own; what they stand for is found afterwards. The first event of a dataset has
    every row of the table, excluded ones included.

    Where a rule looks from row to row, all events come from one statement: the rows must be sorted
    for it, in one place, and once is enough. Otherwise each event has its own, which workers can
    count by themselves.
    """
    dataset = live.mapping.dataset
    if dataset.duplicate is not None:
        judged = judge(live, rules, periods, afterwards=True)
        number = _positions(len(dataset.events))
        return (_grouped(dataset, judged, periods, _all_events(dataset, judged, number, rules),
                         _happened(number, judged, dataset), judged.join(number, sa.true())),)
    return tuple(_one_event(live, rules, periods, position)
                 for position in range(len(dataset.events)))


def whole_amounts(dataset: Dataset) -> bool:
    """Whether its amounts are whole numbers, whose sum is the same in any order."""
    return dataset.amount is None or dataset.column(dataset.amount).type == ColumnType.INT


def _all_events(dataset: Dataset, judged: Subquery, number: Subquery,
                rules: ReadingRules) -> list[ColumnElement[Any]]:
    """The keys of all events at once; `number` says of a row which event it stands for."""
    return [number.c.event.label("event"), _by_event(number, dataset,
                                                     lambda q: q.day(judged.c)).label("day"),
            _by_event(number, dataset, lambda q: origin_of(judged.c[q.origin], rules)).label(
                "origin"), *(_dimension(number, judged, dataset.events, name).label(name)
                             for name in dataset.dimensions)]


def _one_event(live: LiveDataset, rules: ReadingRules, periods: Periods | None,
               position: int) -> Select[Any]:
    dataset = live.mapping.dataset
    event, query = dataset.events[position], event_queries(dataset)[position]
    judged = judge(live, rules, periods, afterwards=query.where is not None)
    keys = [query.day(judged.c).label("day"), origin_of(judged.c[query.origin],
                                                        rules).label("origin"),
            *((judged.c[name] if name in event.dimensions else sa.null()).label(name)
              for name in dataset.dimensions)]
    holds = (
        sa.true()
        if query.where is None
        else sa.and_(judged.c.status_number == 0, query.where(judged.c))
    )
    return _grouped(dataset, judged, periods,
                    [sa.literal_column(str(position), sa.Integer()).label("event"), *keys], holds,
                    judged)


def _grouped(dataset: Dataset, judged: Subquery, periods: Periods | None,
             keys: list[ColumnElement[Any]], holds: ColumnElement[bool],
             rows: sa.FromClause) -> Select[Any]:
    township = judged.c.get("township_code")
    keys = [*keys, judged.c.status_number.label("status"), judged.c.unit_code.label("unit"),
            (sa.null() if township is None else township).label("township")]
    conditions = [holds]
    assert dataset.counted_on is not None
    if dataset.sliced:
        keys.append(judged.c[dataset.counted_on].label("counted"))
    if periods is not None:
        conditions.append(periods.holding(judged.c[dataset.counted_on]))
    amounts = sa.select(*keys, amount_of(dataset, judged).label("amount")).select_from(
        rows).where(*conditions).subquery("events")
    # numbers instead of words keep the groups narrow, so that the database can count them in memory
    names = [amounts.c[key.name] for key in keys]
    shown = [since_epoch(name).label(name.name) if name.name in ("day", "counted") else name
             for name in names]
    return sa.select(*shown, sa.func.count().label("rows"),
                     sa.func.sum(amounts.c.amount).label("amount")).group_by(*names)


def _positions(count: int) -> Subquery:
    """One row per event: 0 … count − 1."""
    first, *others = (sa.select(sa.literal_column(str(n), sa.Integer()).label("event"))
                      for n in range(count))
    return (first.union_all(*others) if others else first).subquery("happened")


def _by_event(number: Subquery, dataset: Dataset,
              of: Callable[[EventQuery], ColumnElement[Any]]) -> ColumnElement[Any]:
    first, *others = (of(query) for query in event_queries(dataset))
    return first if not others else sa.case(
        *((number.c.event == n, value) for n, value in enumerate(others, start=1)), else_=first)


def origin_of(day: ColumnElement[Any], rules: ReadingRules) -> ColumnElement[Any]:
    """The position in `ORIGINS` of what is dated so; of the earlier for null."""
    return sa.case((day >= rules.plan_start, ORIGINS.index(ORIGIN_PLAN)),
                   else_=ORIGINS.index(ORIGIN_EARLIER))


def _dimension(number: Subquery, judged: Subquery, events: tuple[Event, ...],
               name: str) -> ColumnElement[Any]:
    having = [n for n, event in enumerate(events) if name in event.dimensions]
    column: ColumnElement[Any] = judged.c[name]
    return (
        column
        if len(having) == len(events)
        else sa.case((number.c.event.in_(having), column), else_=sa.null())
    )


def _happened(number: Subquery, judged: Subquery, dataset: Dataset) -> ColumnElement[bool]:
    """Every row has the first event; a later one only counted rows, and of them those it is true
    of.
    """
    def holds(query: EventQuery) -> ColumnElement[bool]:
        return (
            sa.true()
            if query.where is None
            else sa.and_(judged.c.status_number == 0, query.where(judged.c))
        )

    return sa.or_(*(sa.and_(number.c.event == n, holds(query))
                    for n, query in enumerate(event_queries(dataset))))


def venue_register(live: LiveDataset, rules: ReadingRules) -> Select[Any]:
    """One row per counted venue, for the map and for coverage; `township` as recorded, even if
    since merged.
    """
    judged = judge(live, rules)
    c = judged.c
    return sa.select(c.venue_id, c.name, c.kind, c.host, c.operator,
                     c.recorded_township.label("township"), c.place_township,
                     c.place_unit.label("unit"), c.village_code.label("village"), c.longitude,
                     c.latitude, c.opened_on.label("opened"), c.closed_on.label("closed")).where(
                         c.status_number == 0)


def judge(live: LiveDataset, rules: ReadingRules, periods: Periods | None = None, *,
          afterwards: bool = False, which: Which | None = None,
          named: bool = False) -> Subquery:
    """One row per source row: canonical columns, its place, and `status_number`: the position in
    `STATUSES` of "counted" or of the first reason that applies.

    `named` adds `status`, that text; otherwise a worker is sent no condition on a text that no
    column of its own holds.

    With `periods` only their rows and those before them that decide whether they are duplicates.
    `afterwards` adds what some later events need of all counted rows, at the price of one more
    sort. `which`: only these rows; those that are alone are not sorted.
    """
    dataset = live.mapping.dataset
    source = _source(live, rules, periods)
    if which is not None:
        source = sa.select(*source.c).where(which.holds(source)).subquery("chosen")
    sorts = which is None or which.alike
    told = _TELL_THE_PLACE if dataset.register else frozenset()
    reasoned = _reasoned(dataset, _placed(source, rules, _DECIDE_THE_PLACE | told), rules)
    duplicate, ranked = _ranked(dataset, reasoned, rules) if sorts else (None, reasoned)
    later: list[tuple[ColumnElement[bool], Reason]] = (
        [] if duplicate is None else [(duplicate, Reason.DUPLICATE)]
    )
    if dataset.only is not None:
        column, value = ranked.c[dataset.only.column], dataset.only.value
        later.append((column != value if isinstance(value, str) else column == 1 - value,
                      dataset.only.reason))
    number = sa.case((ranked.c.reason > 0, ranked.c.reason),
                     *((holds, STATUSES.index(why)) for holds, why in later), else_=0)
    judged = sa.select(*ranked.c, number.label("status_number")).subquery("judged")
    if named:
        status = sa.case(*((judged.c.status_number == n, name)
                           for n, name in enumerate(STATUSES)), else_=sa.null())
        judged = sa.select(*judged.c, status.label("status")).subquery("named")
    return _afterwards(dataset, judged, rules, sorts=sorts) if afterwards else judged


def _source(live: LiveDataset, rules: ReadingRules, periods: Periods | None = None) -> Subquery:
    rows = sa.select(*(column.label(name) for name, column in live.columns.items())).select_from(
        live.selectable)
    if periods is None:
        return rows.subquery("source")
    dataset = live.mapping.dataset
    assert dataset.counted_on is not None
    assert dataset.sliced
    day = live.columns[dataset.counted_on]
    within = rows.where(periods.holding(day))
    if dataset.duplicate is None:
        return within.subquery("source")
    # of the rows before, only those that one of these could repeat: few, and the others would have
    # to be sorted too
    alike = [live.columns[name] for name in dataset.duplicate.same if name != PLACE]
    before = rows.where(periods.before(day, window_days(dataset.duplicate, rules)))
    if alike:
        these = sa.select(*alike).select_from(live.selectable).where(periods.holding(day))
        before = before.where(_among(alike, these, live.make))
    return within.union_all(before).subquery("source")


def _among(columns: Sequence[ColumnElement[Any]], rows: Select[Any],
           make: str) -> ColumnElement[bool]:
    """Whether these columns are together those of any of the rows; null where any is null."""
    if make != "mssql":
        return sa.tuple_(*columns).in_(rows)
    # SQL Server compares a single column with a list
    near = rows.subquery("near")
    return sa.exists().where(*(column == own for column, own in zip(columns, near.c, strict=True)))


def placed(live: LiveDataset, rules: ReadingRules, periods: Periods | None = None,
           more: Mapping[str, ColumnElement[Any]] | None = None) -> Subquery:
    """One row per source row (of these periods): canonical columns, what `more` is wanted, and its
    place as it is given, before any reason.
    """
    dataset = live.mapping.dataset
    wanted = {**live.columns, **(more or {})}
    rows = sa.select(*(column.label(name) for name, column in wanted.items())).select_from(
        live.selectable)
    if periods is not None:
        assert dataset.counted_on is not None
        rows = rows.where(periods.holding(live.columns[dataset.counted_on]))
    return _placed(rows.subquery("source"), rules, _TELL_THE_PLACE)


def _placed(source: Subquery, rules: ReadingRules, wanted: frozenset[str]) -> Subquery:
    """The rows with what is `wanted` of their places: lists of all townships cost in every row."""
    township, unit = source.c.get("township_code"), source.c.unit_code
    in_force = no_text() if township is None else sa.case(
        (township.in_(list(rules.townships)), township), else_=sa.null())
    merged = {code: last for code, last in rules.townships.items() if code != last}
    final = in_force if township is None or not merged else sa.case(
        *((township == code, last) for code, last in merged.items()), else_=in_force)
    listed = [*rules.units, rules.city_code]
    columns = {"recorded_township": in_force, "place_township": final,
               "place_unit": sa.case((unit.is_(None), sa.null()), (unit.in_(listed), unit),
                                     else_=UNKNOWN_UNIT),
               "known_unit": sa.case((unit.in_(listed), unit), else_=sa.null())}
    return sa.select(*source.c, *(column.label(name) for name, column in columns.items()
                                  if name in wanted)).subquery("placed")


def _reasoned(dataset: Dataset, placed: Subquery, rules: ReadingRules) -> Subquery:
    assert dataset.counted_on is not None
    day = placed.c[dataset.counted_on]
    place = sa.func.coalesce(placed.c.place_township, placed.c.known_unit)
    reasons: list[tuple[ColumnElement[bool], str]] = [
        (day.is_(None), dataset.missing.value),
        (day > rules.read_on, Reason.FUTURE_DATE.value),
        # not place.is_(None): workers are not sent COALESCE
        (
            sa.and_(placed.c.place_township.is_(None), placed.c.known_unit.is_(None)),
            Reason.UNKNOWN_DIVISION.value,
        ),
    ]
    if dataset.amount is not None:
        amount = placed.c[dataset.amount]
        above = [] if dataset.most is None else [amount > dataset.most]
        # who reports a 0 has reported
        below = [] if dataset.reported is not None else [amount <= 0]
        reasons.append((sa.or_(amount.is_(None), *below, *above), Reason.BAD_AMOUNT.value))
    bad = _bad_values(dataset, placed)
    if bad:
        reasons.append((sa.or_(*bad), Reason.BAD_VALUE.value))
    number = sa.case(*((holds, STATUSES.index(reason)) for holds, reason in reasons), else_=0)
    # rows are sorted with all they carry: what only decided the place goes no further, but into a
    # register
    carried = [column for column in placed.c if dataset.register
               or column.name not in _DECIDE_THE_PLACE]
    return sa.select(*carried, place.label("place"), number.label("reason")).subquery("reasoned")


def _bad_values(dataset: Dataset, placed: Subquery) -> list[ColumnElement[bool]]:
    bad: list[ColumnElement[bool]] = []
    for column in dataset.columns:
        value = placed.c[column.name]
        if column.categories:
            bad.append(value.not_in(column.categories))
        if (column.categories and not column.nullable) or column.type == ColumnType.BOOL or (
                column.name in dataset.identities):
            bad.append(value.is_(None))
    return bad


def amount_of(dataset: Dataset, rows: Subquery) -> ColumnElement[Any]:
    """What a judged row adds to the sum; 0 of an excluded one and where nothing is summed."""
    # an excluded row may have no usable amount; it adds nothing anyway
    return (
        sa.literal(0)
        if dataset.amount is None
        else sa.case((rows.c.status_number == 0, rows.c[dataset.amount]), else_=0)
    )


Ranked = tuple[ColumnElement[bool] | None, Subquery]


def _valid(rows: Subquery) -> ColumnElement[int]:
    """1 for rows that pass rules 1–5; as a partition key it keeps the others from making
    duplicates.
    """
    return sa.case((rows.c.reason == 0, 1), else_=0)


def window_days(duplicate: Duplicate, rules: ReadingRules) -> int:
    """How many days after the row before it a row may be its duplicate; the plan's where the
    dataset does not say.
    """
    return rules.duplicate_window_days if duplicate.days is None else duplicate.days


def _ranked(dataset: Dataset, rows: Subquery, rules: ReadingRules) -> Ranked:
    """Which rows are duplicates, None for none, and the rows with what says so."""
    if dataset.duplicate is None:
        return None, rows
    return _RULES[dataset.duplicate.rule](dataset, dataset.duplicate, rows, rules)


def _soon_after(dataset: Dataset, duplicate: Duplicate, rows: Subquery,
                rules: ReadingRules) -> Ranked:
    day = rows.c[dataset.counted_on or ""]
    # not func.lag: a dialect that is only installed may have put a class of its own under that name
    previous: ColumnElement[Any] = Function("lag",
                                            day).over(
                                                partition_by=[
                                                    _valid(rows),
                                                    *(rows.c[name] for name in duplicate.same)],
                                                order_by=_in_order(dataset, rows, duplicate.order))
    ranked = sa.select(*rows.c, sa.type_coerce(previous, sa.Date).label("previous_on")).subquery(
        "ranked")
    near = days_between(ranked.c[day.name], ranked.c.previous_on) <= window_days(duplicate, rules)
    return sa.and_(*(ranked.c[name].is_not(None) for name in duplicate.same if name != PLACE),
                   ranked.c.previous_on.is_not(None), near), ranked


def _not_first(dataset: Dataset, duplicate: Duplicate, rows: Subquery,
               _rules: ReadingRules) -> Ranked:
    number = sa.func.row_number().over(
        partition_by=[_valid(rows), *(rows.c[name] for name in duplicate.same)],
        order_by=_in_order(dataset, rows, duplicate.order))
    ranked = sa.select(*rows.c, number.label("occurrence")).subquery("ranked")
    return ranked.c.occurrence > 1, ranked


def _repeated(dataset: Dataset, duplicate: Duplicate, rows: Subquery,
              _rules: ReadingRules) -> Ranked:
    """Of one identity the earliest row stays; of those the last changed, then one that is closed,
    then by the other columns.
    """
    counted, *others = duplicate.order
    stamp = rows.c[UPDATED_AT]
    # a time that is none (9999-12-31, infinity) does not make a row the newest
    changed = sa.case((stamp.between(EARLIEST, LATEST), stamp), else_=sa.null())
    closed = [rows.c[duplicate.closed].is_(None)] if duplicate.closed else []
    order = [rows.c[counted], changed.is_(None), changed.desc(), *closed]
    for name in others:
        order += [rows.c[name].is_(None), *_in_order(dataset, rows, [name])]
    numbers = [sa.case((one, 1), else_=0) if isinstance(one.type, sa.Boolean) else one
               for one in order]
    number = sa.func.row_number().over(
        partition_by=[_valid(rows), *(rows.c[name] for name in duplicate.same)], order_by=numbers)
    ranked = sa.select(*rows.c, number.label("occurrence")).subquery("ranked")
    return ranked.c.occurrence > 1, ranked


def _in_order(dataset: Dataset, rows: Subquery, names: Sequence[str]) -> list[ColumnElement[Any]]:
    text = {column.name for column in dataset.columns
            if column.type in (ColumnType.CODE, ColumnType.TEXT)} | {PLACE}
    return [byte_order(rows.c[name]) if name in text else rows.c[name] for name in names]


_RULES: Mapping[DuplicateRule, Callable[[Dataset, Duplicate, Subquery, ReadingRules], Ranked]] = {
    DuplicateRule.WITHIN_DAYS: _soon_after,
    DuplicateRule.FIRST: _not_first,
    DuplicateRule.REPEATED: _repeated,
}


def _afterwards(dataset: Dataset, judged: Subquery, rules: ReadingRules, *,
                sorts: bool) -> Subquery:
    """What some events need of all counted rows, each at the price of one more sort; of rows that
    are alone (not `sorts`) without it.
    """
    for event in dataset.events:
        if event.kind == EventKind.FIRST_OF:
            judged = _first_of(dataset, event, judged, rules, sorts=sorts)
    return judged if dataset.overlaps is None else _clipped(judged, dataset.overlaps, sorts=sorts)


def _first_of(dataset: Dataset, event: Event, judged: Subquery, rules: ReadingRules, *,
              sorts: bool) -> Subquery:
    """Numbers the counted rows of each like within the plan, so that persons can be counted beside
    attendances.
    """
    c = judged.c
    in_plan = sa.case((c[event.on] >= rules.plan_start, 1), else_=0)
    number: ColumnElement[Any] = sa.func.row_number().over(
        partition_by=[c.status_number, in_plan, *(c[name] for name in event.same)],
        order_by=_in_order(dataset, judged, event.order)) if sorts else sa.literal_column(
            "1", sa.Integer())
    return sa.select(*c, number.label(occurrence(event))).subquery(f"{event.name}_numbered")


def _clipped(judged: Subquery, overlaps: Overlaps, *, sorts: bool) -> Subquery:
    """Cuts off each period what an earlier one of its like covers, so that no day counts a worker
    twice.
    """
    c = judged.c
    begun, ended = c[overlaps.begins], c[overlaps.ends]
    until = sa.func.coalesce(ended, sa.literal(_FAR, sa.Date()))
    if not sorts:
        return sa.select(*c, until.label("until"), begun.label("begins")).subquery("clipped")
    before = sa.func.max(until).over(
        partition_by=[c.status_number, *(c[name] for name in overlaps.same)], rows=(None, -1),
        order_by=[begun, byte_order(c.place), until])
    with_before = sa.select(*c, until.label("until"),
                            sa.type_coerce(before, sa.Date).label("before")).subquery("periods")
    w = with_before.c
    begins = sa.case((w.before > w[overlaps.begins], w.before), else_=w[overlaps.begins])
    return sa.select(*w, sa.type_coerce(begins, sa.Date).label("begins")).subquery("clipped")
