"""The statements that turn a dataset into cells: one GROUP BY per event, run inside its own database.

Stages, each a subquery over the one before, in the order of the counting rules:
canonical columns → placed (which township and unit) → reasoned (rules 1–5) → judged (duplicates, not gig: a
`status` per row) → one grouped statement per event of `kpi.definitions.cube`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, Select, Subquery
from sqlalchemy.sql.functions import Function

from data_access.connect.schema import LiveDataset
from data_access.connect.sqltools import byte_order, days_between, later_of
from kpi.definitions.cube import COUNTED, EVENTS, IN_TIME_DAYS, ORIGIN_EARLIER, ORIGIN_PLAN, Event, Reason
from kpi.definitions.shipped_datasets import ColumnType, Dataset

Columns = Any  # a Subquery's column collection
UNKNOWN_UNIT = "?"  # a unit code is given but is in no list
_FAR = date(9999, 12, 31)
_EPOCH = date(1970, 1, 1)


STATUSES: tuple[str, ...] = (COUNTED, *(reason.value for reason in Reason))
ORIGINS = (ORIGIN_EARLIER, ORIGIN_PLAN)


@dataclass(frozen=True)
class ReadingRules:
    """What the counting rules need besides the row: divisions, the reading day and the plan's clock.

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
    """Parts of the counting date, as (first day, day after the last), and whether undated rows are wanted."""

    ranges: tuple[tuple[date, date], ...]
    undated: bool

    def holding(self, day: ColumnElement[Any]) -> ColumnElement[bool]:
        """Rows dated within."""
        wanted: list[ColumnElement[bool]] = [sa.and_(day >= first, day < end) for first, end in self.ranges]
        if self.undated:
            wanted.append(day.is_(None))
        return sa.or_(sa.false(), *wanted)

    def before(self, day: ColumnElement[Any], days: int) -> ColumnElement[bool]:
        """Rows dated up to so many days before, and not within."""
        near = [sa.and_(day >= first - timedelta(days=days), day < first) for first, _ in self.ranges]
        return sa.and_(sa.or_(sa.false(), *near), sa.not_(Periods(self.ranges, False).holding(day)))


SLICED = ("job_posting", "hire", "dispute_case", "violation", "craft_certificate", "welfare_post", "assisted_person",
          "practice_report")
"""Datasets whose rows are judged by themselves or by the row shortly before them, so that periods can be read apart."""


def since_epoch(day: ColumnElement[Any]) -> ColumnElement[int]:
    """Days since 1970-01-01; null for null."""
    return days_between(day, sa.literal(_EPOCH, sa.Date()))


@dataclass(frozen=True)
class EventQuery:
    """How one event is read from judged rows: its day, which rows have it, and whose date decides its origin."""

    day: Callable[[Columns], ColumnElement[Any]]
    origin: str
    where: Callable[[Columns], ColumnElement[bool]] | None = None


def row_count(live: LiveDataset) -> Select[Any]:
    """One row: how many rows the table has, null for none. Counted by place: workers cannot be asked for a whole table's count."""
    place = live.columns.get("township_code", live.columns["unit_code"]).label("place")
    rows = sa.select(place).select_from(live.selectable).subquery("places")
    counts = sa.select(rows.c.place, sa.func.count().label("rows")).group_by(rows.c.place).subquery("counts")
    return sa.select(sa.func.sum(counts.c.rows))


def cells(live: LiveDataset, rules: ReadingRules, periods: Periods | None = None, *,
          added: bool = True) -> tuple[Select[Any], ...]:
    """Statements with one row per (event, status, day, township, unit, origin, the events' dimensions), rows and amount.

    `event`, `status` and `origin` are positions in `kpi.definitions.cube.EVENTS`, `STATUSES` and `ORIGINS`, `day` days since 1970, a
    dimension null where the event is not split by it. Sliced datasets also have `counted`, the row's counting date;
    `periods` restricts the rows by it. `township` and `unit` are the codes as the row gives them, so that workers that
    hold the rows by township can each group their own; what they stand for is found afterwards. The first event of a
    dataset has every row of the table, excluded ones included.

    Where a rule looks from row to row, all events come from one statement: the rows must be sorted for it, in one place,
    and once is enough. Otherwise each event has its own, which workers can count by themselves.

    Unless `added`, rows alike are left for the reader to add up: one row each, `rows` always 1.
    """
    dataset = live.mapping.dataset
    if dataset.name in _DUPLICATES:
        judged = judge(live, rules, periods, afterwards=dataset.name in _AFTERWARDS)
        number = _positions(len(EVENTS[dataset.name]))
        return (_grouped(dataset, judged, periods, _all_events(dataset, judged, number, rules), _happened(number, judged, dataset),
                         judged.join(number, sa.true()), added),)
    return tuple(_one_event(live, rules, periods, position, added) for position in range(len(EVENTS[dataset.name])))


def whole_amounts(dataset: Dataset) -> bool:
    """Whether its amounts are whole numbers, whose sum is the same in any order."""
    name = _AMOUNTS.get(dataset.name)
    return name is None or dataset.column(name).type == ColumnType.INT


def _all_events(dataset: Dataset, judged: Subquery, number: Subquery, rules: ReadingRules) -> list[ColumnElement[Any]]:
    """The keys of all events at once; `number` says of a row which event it stands for."""
    return [number.c.event.label("event"), _by_event(number, dataset, lambda q: q.day(judged.c)).label("day"),
            _by_event(number, dataset, lambda q: _origin(judged.c[q.origin], rules)).label("origin"),
            *(_dimension(number, judged, EVENTS[dataset.name], name).label(name) for name in dimensions(dataset.name))]


def _one_event(live: LiveDataset, rules: ReadingRules, periods: Periods | None, position: int, added: bool) -> Select[Any]:
    dataset = live.mapping.dataset
    event = EVENTS[dataset.name][position]
    query = _EVENT_QUERIES[dataset.name][event.name]
    judged = judge(live, rules, periods, afterwards=query.where is not None)
    keys = [query.day(judged.c).label("day"), _origin(judged.c[query.origin], rules).label("origin"),
            *((judged.c[name] if name in event.dimensions else sa.null()).label(name) for name in dimensions(dataset.name))]
    holds = sa.true() if query.where is None else sa.and_(judged.c.status_number == 0, query.where(judged.c))
    return _grouped(dataset, judged, periods, [sa.literal_column(str(position), sa.Integer()).label("event"), *keys], holds, judged,
                    added)


def _grouped(dataset: Dataset, judged: Subquery, periods: Periods | None, keys: list[ColumnElement[Any]],
             holds: ColumnElement[bool], rows: sa.FromClause, added: bool) -> Select[Any]:
    township = judged.c.get("township_code")
    keys = [*keys, judged.c.status_number.label("status"), judged.c.unit_code.label("unit"),
            (sa.null() if township is None else township).label("township")]
    conditions = [holds]
    assert dataset.counted_on is not None
    if dataset.name in SLICED:
        keys.append(judged.c[dataset.counted_on].label("counted"))
    if periods is not None:
        conditions.append(periods.holding(judged.c[dataset.counted_on]))
    found = sa.select(*keys, _amount(dataset, judged).label("amount")).select_from(rows).where(*conditions).subquery("events")
    # numbers instead of words keep the groups narrow, so that the database can count them in memory
    names = [found.c[key.name] for key in keys]
    shown = [since_epoch(name).label(name.name) if name.name in ("day", "counted") else name for name in names]
    if not added:
        return sa.select(*shown, sa.literal_column("1", sa.Integer()).label("rows"), found.c.amount)
    return sa.select(*shown, sa.func.count().label("rows"), sa.func.sum(found.c.amount).label("amount")).group_by(*names)


def dimensions(dataset: str) -> tuple[str, ...]:
    """What any event of the dataset is split by, each once."""
    return tuple(dict.fromkeys(name for event in EVENTS[dataset] for name in event.dimensions))


def _positions(count: int) -> Subquery:
    """One row per event: 0 … count − 1."""
    first, *others = (sa.select(sa.literal_column(str(n), sa.Integer()).label("event")) for n in range(count))
    return (first.union_all(*others) if others else first).subquery("happened")


def _by_event(number: Subquery, dataset: Dataset,
              of: Callable[[EventQuery], ColumnElement[Any]]) -> ColumnElement[Any]:
    queries = [_EVENT_QUERIES[dataset.name][event.name] for event in EVENTS[dataset.name]]
    first, *others = (of(query) for query in queries)
    return first if not others else sa.case(
        *((number.c.event == n, value) for n, value in enumerate(others, start=1)), else_=first)


def _origin(day: ColumnElement[Any], rules: ReadingRules) -> ColumnElement[Any]:
    return sa.case((day >= rules.plan_start, ORIGINS.index(ORIGIN_PLAN)), else_=ORIGINS.index(ORIGIN_EARLIER))


def _dimension(number: Subquery, judged: Subquery, events: tuple[Event, ...], name: str) -> ColumnElement[Any]:
    having = [n for n, event in enumerate(events) if name in event.dimensions]
    column: ColumnElement[Any] = judged.c[name]
    return column if len(having) == len(events) else sa.case((number.c.event.in_(having), column), else_=sa.null())


def _happened(number: Subquery, judged: Subquery, dataset: Dataset) -> ColumnElement[bool]:
    """Every row has the first event; a later one only counted rows, and of them those it is true of."""
    def holds(query: EventQuery) -> ColumnElement[bool]:
        return sa.true() if query.where is None else sa.and_(judged.c.status_number == 0, query.where(judged.c))
    return sa.or_(*(sa.and_(number.c.event == n, holds(_EVENT_QUERIES[dataset.name][event.name]))
                    for n, event in enumerate(EVENTS[dataset.name])))


def venue_register(live: LiveDataset, rules: ReadingRules) -> Select[Any]:
    """One row per counted venue, for the map and for coverage; `township` as recorded, even if since merged."""
    judged = judge(live, rules)
    c = judged.c
    return sa.select(c.venue_id, c.name, c.kind, c.host, c.operator, c.recorded_township.label("township"),
                     c.place_township, c.place_unit.label("unit"), c.village_code.label("village"), c.longitude,
                     c.latitude, c.opened_on.label("opened"), c.closed_on.label("closed")
                     ).where(c.status_number == 0)


def judge(live: LiveDataset, rules: ReadingRules, periods: Periods | None = None, *, afterwards: bool = False) -> Subquery:
    """One row per source row: canonical columns, its place, and `status` ("counted" or the first reason that applies).

    `status_number` is its position in `STATUSES`: a worker is sent no condition on a text that no column of its own holds.

    With `periods` only their rows and those before them that decide whether they are duplicates. `afterwards` adds what
    some later events need of all counted rows, at the price of one more sort.
    """
    dataset = live.mapping.dataset
    source = _source(live, rules, periods)
    reasoned = _reasoned(dataset, _placed(source, rules), rules)
    duplicate, ranked = _DUPLICATES.get(dataset.name, _never)(reasoned, rules)
    later: list[tuple[ColumnElement[bool], Reason]] = [] if duplicate is None else [(duplicate, Reason.DUPLICATE)]
    if dataset.name == "training_attendance":
        later.append((ranked.c.is_gig == 0, Reason.NOT_GIG))
    number = sa.case((ranked.c.reason > 0, ranked.c.reason), *((holds, STATUSES.index(why)) for holds, why in later), else_=0)
    numbered = sa.select(*ranked.c, number.label("status_number")).subquery("numbered")
    status = sa.case(*((numbered.c.status_number == n, name) for n, name in enumerate(STATUSES)), else_=sa.null())
    judged = sa.select(*numbered.c, status.label("status")).subquery("judged")
    then = _AFTERWARDS.get(dataset.name)
    return judged if then is None or not afterwards else then(judged, rules)


def _source(live: LiveDataset, rules: ReadingRules, periods: Periods | None = None) -> Subquery:
    rows = sa.select(*(column.label(name) for name, column in live.columns.items())).select_from(live.selectable)
    if periods is None:
        return rows.subquery("source")
    dataset = live.mapping.dataset
    assert dataset.counted_on is not None
    assert dataset.name in SLICED
    day = live.columns[dataset.counted_on]
    within = rows.where(periods.holding(day))
    if dataset.name != "job_posting":
        return within.subquery("source")
    # of the rows before, only those that one of these could repeat: few, and the others would have to be sorted too
    alike = [live.columns["employer_code"], live.columns["occupation"]]
    these = sa.select(*alike).select_from(live.selectable).where(periods.holding(day))
    before = rows.where(periods.before(day, rules.duplicate_window_days), sa.tuple_(*alike).in_(these))
    return within.union_all(before).subquery("source")


def placed(live: LiveDataset, rules: ReadingRules, periods: Periods | None = None) -> Subquery:
    """One row per source row (of these periods): canonical columns and its place, before any reason is looked for."""
    dataset = live.mapping.dataset
    rows = sa.select(*(column.label(name) for name, column in live.columns.items())).select_from(live.selectable)
    if periods is not None:
        assert dataset.counted_on is not None
        rows = rows.where(periods.holding(live.columns[dataset.counted_on]))
    return _placed(rows.subquery("source"), rules)


def _placed(source: Subquery, rules: ReadingRules) -> Subquery:
    township, unit = source.c.get("township_code"), source.c.unit_code
    columns: list[ColumnElement[Any]] = list(source.c)
    known = sa.null() if township is None else sa.case((township.in_(list(rules.townships)), township), else_=sa.null())
    merged = {code: last for code, last in rules.townships.items() if code != last}
    final = known if township is None or not merged else sa.case(
        *((township == code, last) for code, last in merged.items()), else_=known)
    listed = [*rules.units, rules.city_code]
    columns += [known.label("recorded_township"), final.label("place_township"),
                sa.case((unit.is_(None), sa.null()), (unit.in_(listed), unit), else_=UNKNOWN_UNIT).label("place_unit"),
                sa.case((unit.in_(listed), unit), else_=sa.null()).label("known_unit")]
    return sa.select(*columns).subquery("placed")


def _reasoned(dataset: Dataset, placed: Subquery, rules: ReadingRules) -> Subquery:
    assert dataset.counted_on is not None
    day = placed.c[dataset.counted_on]
    missing = Reason.NOT_COMPLETED if dataset.name == "training_attendance" else Reason.MISSING_DATE
    place = sa.func.coalesce(placed.c.place_township, placed.c.known_unit)
    reasons: list[tuple[ColumnElement[bool], str]] = [
        (day.is_(None), missing.value), (day > rules.read_on, Reason.FUTURE_DATE.value),
        # not place.is_(None): workers are not sent COALESCE
        (sa.and_(placed.c.place_township.is_(None), placed.c.known_unit.is_(None)), Reason.UNKNOWN_DIVISION.value)]
    amount = _AMOUNTS.get(dataset.name)
    if amount is not None:
        reasons.append((sa.or_(placed.c[amount].is_(None), placed.c[amount] <= 0), Reason.BAD_AMOUNT.value))
    bad = _bad_values(dataset, placed)
    if bad:
        reasons.append((sa.or_(*bad), Reason.BAD_VALUE.value))
    number = sa.case(*((holds, STATUSES.index(reason)) for holds, reason in reasons), else_=0)
    return sa.select(*placed.c, place.label("place"), number.label("reason")).subquery("reasoned")


def _bad_values(dataset: Dataset, placed: Subquery) -> list[ColumnElement[bool]]:
    bad: list[ColumnElement[bool]] = []
    for column in dataset.columns:
        value = placed.c[column.name]
        if column.categories:
            bad.append(value.not_in(column.categories))
        if (column.categories and not column.nullable) or column.type == ColumnType.BOOL:
            bad.append(value.is_(None))
    return bad


_AMOUNTS = {"job_posting": "headcount", "fund_entry": "amount"}


def _amount(dataset: Dataset, rows: Subquery) -> ColumnElement[Any]:
    name = _AMOUNTS.get(dataset.name)
    # an excluded row may have no usable amount; it adds nothing anyway
    return sa.literal(0) if name is None else sa.case((rows.c.status_number == 0, rows.c[name]), else_=0)


Ranked = tuple[ColumnElement[bool] | None, Subquery]


def _valid(rows: Subquery) -> ColumnElement[int]:
    """1 for rows that pass rules 1–5; as a partition key it keeps the others from making duplicates."""
    return sa.case((rows.c.reason == 0, 1), else_=0)


def _never(rows: Subquery, _rules: ReadingRules) -> Ranked:
    return None, rows


def _repeated_posting(rows: Subquery, rules: ReadingRules) -> Ranked:
    c = rows.c
    # not func.lag: a dialect that is only installed may have put a class of its own under that name
    previous: ColumnElement[Any] = Function("lag", c.published_on).over(
        partition_by=[_valid(rows), c.employer_code, c.occupation, c.place], order_by=[c.published_on, byte_order(c.posting_id)])
    ranked = sa.select(*c, sa.type_coerce(previous, sa.Date).label("previous_on")).subquery("ranked")
    near = days_between(ranked.c.published_on, ranked.c.previous_on) <= rules.duplicate_window_days
    return sa.and_(ranked.c.employer_code.is_not(None), ranked.c.occupation.is_not(None),
                   ranked.c.previous_on.is_not(None), near), ranked


def _not_first(*keys: str, order: tuple[str, ...]) -> Callable[[Subquery, ReadingRules], Ranked]:
    def rank(rows: Subquery, _rules: ReadingRules) -> Ranked:
        number = sa.func.row_number().over(partition_by=[_valid(rows), *(rows.c[key] for key in keys)],
                                           order_by=[_in_order(rows.c[name]) for name in order])
        ranked = sa.select(*rows.c, number.label("occurrence")).subquery("ranked")
        return ranked.c.occurrence > 1, ranked
    return rank


def _in_order(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return byte_order(column) if isinstance(column.type, sa.String) else column


_DUPLICATES: Mapping[str, Callable[[Subquery, ReadingRules], Ranked]] = {
    "job_posting": _repeated_posting,
    "training_attendance": _not_first("person_key", "occupation", "level", order=("completed_on", "attendance_id")),
    "worker_account": _not_first("account_id", order=("registered_on", "place", "verified_on", "deregistered_on")),
    "employer_account": _not_first("employer_code", order=("registered_on", "place", "verified_on", "deregistered_on")),
}


def _first_of_person(judged: Subquery, rules: ReadingRules) -> Subquery:
    """Numbers each person's counted attendances within the plan, so that persons can be counted beside attendances."""
    c = judged.c
    in_plan = sa.case((c.completed_on >= rules.plan_start, 1), else_=0)
    number = sa.func.row_number().over(partition_by=[c.status_number, in_plan, c.person_key],
                                       order_by=[c.completed_on, byte_order(c.attendance_id)])
    return sa.select(*c, number.label("person_occurrence")).subquery("persons")


def _clipped_cover(judged: Subquery, _rules: ReadingRules) -> Subquery:
    """Cuts off each period what an earlier one of the same worker covers, so that no day counts a worker twice."""
    c = judged.c
    until = sa.func.coalesce(c.covered_until, sa.literal(_FAR, sa.Date()))
    before = sa.func.max(until).over(partition_by=[c.status_number, c.person_key], rows=(None, -1),
                                     order_by=[c.covered_from, byte_order(c.place), until])
    with_before = sa.select(*c, until.label("until"), sa.type_coerce(before, sa.Date).label("before")).subquery("periods")
    w = with_before.c
    begins = sa.case((w.before > w.covered_from, w.before), else_=w.covered_from)
    return sa.select(*w, sa.type_coerce(begins, sa.Date).label("begins")).subquery("clipped")


_AFTERWARDS: Mapping[str, Callable[[Subquery, ReadingRules], Subquery]] = {
    "training_attendance": _first_of_person, "injury_cover": _clipped_cover,
}


def _on(name: str) -> EventQuery:
    """The dataset's own counting date: every row has it, excluded or not."""
    return EventQuery(lambda c: c[name], origin=name)


def _then(name: str, begun: str) -> EventQuery:
    """A later date of a counted row, taken at the row's beginning where it is recorded as earlier."""
    return EventQuery(lambda c: later_of(c[name], c[begun]), begun, lambda c: c[name].is_not(None))


def _while_held(name: str, begun: str, ended: str) -> tuple[EventQuery, EventQuery]:
    """Something that became true of a row while it held, and its end together with the row's."""
    def became(c: Columns) -> ColumnElement[Any]:
        return later_of(c[name], c[begun])

    def held(c: Columns) -> ColumnElement[bool]:
        return sa.and_(c[name].is_not(None), sa.or_(c[ended].is_(None), c[ended] > became(c)))
    return (EventQuery(became, begun, held),
            EventQuery(lambda c: c[ended], begun, lambda c: sa.and_(held(c), c[ended].is_not(None))))


def _account(begun: str, ended: str) -> dict[str, EventQuery]:
    verified, left = _while_held("verified_on", begun, ended)
    return {"registered": _on(begun), "deregistered": _then(ended, begun), "verified": verified, "verified_left": left}


_HELPED, _HELPED_ENDED = _while_held("helped_on", "registered_on", "ended_on")

_EVENT_QUERIES: Mapping[str, Mapping[str, EventQuery]] = {
    "service_venue": {"opened": _on("opened_on"), "closed": _then("closed_on", "opened_on")},
    "worker_account": _account("registered_on", "deregistered_on"),
    "employer_account": _account("registered_on", "deregistered_on"),
    "job_posting": {"published": _on("published_on"), "invalidated": _then("invalidated_on", "published_on")},
    "hire": {"matched": _on("matched_on"), "signed": _then("agreement_signed_on", "matched_on")},
    "training_attendance": {
        "completed": _on("completed_on"),
        "first_completed": EventQuery(lambda c: c.completed_on, "completed_on", lambda c: c.person_occurrence == 1)},
    "dispute_case": {
        "accepted": _on("accepted_on"),
        # a closing keeps its own date: rates of a year ask when a case was closed, not whether that is plausible
        "closed": EventQuery(lambda c: c.closed_on, "accepted_on", lambda c: c.closed_on.is_not(None)),
        # on the day of acceptance: read only once the limit has passed, it cannot look ahead
        "accepted_closed_in_time": EventQuery(
            lambda c: c.accepted_on, "accepted_on",
            lambda c: sa.and_(c.closed_on.is_not(None), days_between(c.closed_on, c.accepted_on) <= IN_TIME_DAYS))},
    "violation": {
        "found": _on("found_on"), "closed": _then("closed_on", "found_on"),
        "transferred": EventQuery(lambda c: c.transferred_on, "transferred_on", lambda c: c.transferred_on.is_not(None)),
        "answered": EventQuery(lambda c: later_of(c.answered_on, c.transferred_on), "transferred_on",
                               lambda c: sa.and_(c.answered_on.is_not(None), c.transferred_on.is_not(None)))},
    "craft_certificate": {"issued": _on("issued_on")},
    "welfare_post": {"created": _on("created_on"), "filled": _then("filled_on", "created_on"),
                     "vacated": EventQuery(lambda c: later_of(c.vacated_on, later_of(c.filled_on, c.created_on)),
                                           "created_on",
                                           lambda c: sa.and_(c.vacated_on.is_not(None), c.filled_on.is_not(None)))},
    "assisted_person": {"registered": _on("registered_on"), "ended": _then("ended_on", "registered_on"),
                        "helped": _HELPED, "helped_ended": _HELPED_ENDED},
    "injury_cover": {
        "reported": _on("covered_from"),
        "covered": EventQuery(lambda c: c.begins, "covered_from", lambda c: c.begins < c.until),
        "uncovered": EventQuery(lambda c: c.until, "covered_from",
                                lambda c: sa.and_(c.begins < c.until, c.covered_until.is_not(None)))},
    "fund_entry": {"booked": _on("booked_on")},
    "practice_report": {"submitted": _on("submitted_on")},
}

assert all(set(_EVENT_QUERIES[name]) == {event.name for event in events} for name, events in EVENTS.items())
