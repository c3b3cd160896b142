"""Every indicator recomputed row by row, the slow obvious way.

This is the second opinion: it shares nothing with the program but the names of the datasets, and is
written from the definitions alone so that a reader can hold it against them line by line. Loops, no
cleverness, one function per indicator. When the program and this page disagree, one of them has
misread a definition.

Row:   a dict of column name to value, dates as `datetime.date`, flags as `bool`.
Place: (roll-up, division code), the roll-up being "city", "county" or "managing".
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, inspect, text

from kpi.definitions.shipped_datasets import DATASETS, FACT_DATASETS, Column, ColumnType
from reference import villages as bundled_villages

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Place = tuple[str, str]

CITY_CODE = "321300"
IDENTITIES = ("venue_id", "account_id", "employer_code", "posting_id", "hire_id", "attendance_id",
              "person_key", "case_id", "violation_id", "certificate_id", "post_id", "entry_id",
              "report_id", "seek_id", "record_id", "subsidy_id", "claim_id",
              "activity_id")
"""What rows or persons are told apart by: without it a row does not count, unless it may be empty (a posting's employer)."""
SHARED = "jobs_published"
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "farming": ("agriculture",), "homes": ("domestic", "construction"), "riders": (
        "instant_delivery",)}
"""What the test's departments collect; the other sectors belong to none."""

MOST = {"job_posting": ("headcount", 2000), "venue_service": ("persons", 5000),
        "training_subsidy": ("amount", 1_000_000), "publicity": ("reach", 5_000_000),
        "fund_entry": ("amount", 100_000_000_000)}
DUPLICATE_WINDOW_DAYS = 30


@dataclass(frozen=True)
class NaiveLine:
    """One figure. All three are None when there is no data; a count has no denominator."""

    value: float | None
    numerator: float | None
    denominator: float | None


NO_DATA = NaiveLine(None, None, None)


@dataclass(frozen=True)
class Reconciliation:
    """What became of the rows of one dataset: read = counted + everything excluded."""

    read: int
    counted: int
    excluded: dict[str, int] = field(default_factory=dict)
    division_conflict: int = 0


# ---------------------------------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------------------------------


def read_tables(urls: Mapping[str, str]) -> Tables:
    """SELECT * of every dataset whose connection has a URL. A table that is not there is left out.
    """
    tables: Tables = {}
    for dataset in DATASETS.values():
        if dataset.connection not in urls:
            continue
        engine = create_engine(urls[dataset.connection])
        try:
            if not inspect(engine).has_table(dataset.name):
                continue
            with engine.connect() as connection:
                raw_rows = connection.execute(
                    text(f"SELECT * FROM {dataset.name}")).mappings().all()
        finally:
            engine.dispose()
        rows: list[Row] = []
        for raw in raw_rows:
            row: Row = {}
            for column in dataset.columns:
                row[column.name] = _normalised(column, raw.get(column.name))
            rows.append(row)
        tables[dataset.name] = rows
    if "ledger" in urls:
        tables |= _read_ledger(urls["ledger"])
    return tables


def _read_ledger(url: str) -> Tables:
    """The items of the dashboard's own ledger and what happened to them, in order."""
    engine = create_engine(url)
    with engine.connect() as connection:
        items = [dict(row) for row in connection.execute(text("SELECT * FROM item")).mappings()]
        events = [dict(row)
                  for row in connection.execute(
                      text("SELECT * FROM item_event ORDER BY number, version")).mappings()]
    engine.dispose()
    for item in items:
        item["due"] = date.fromisoformat(str(item["due"]))
    for event in events:
        event["at"] = datetime.fromisoformat(str(event["at"]))
        event["due"] = None if event["due"] is None else date.fromisoformat(str(event["due"]))
    return {"follow_up": items, "follow_up_event": events}


MARKS = ("", "/", "\\", "-", "--", "—", "——", "－", "–", "无", "空", "暂无", "NULL", "null", "Null",
         "None", "N/A", "#N/A", "\\N", "nan", "NaN", "长期", "长期有效", "永久", "永久有效", "至今", "待定", "未定")
BLANKS = " \t\r\n\u3000\u00a0"
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def _normalised(column: Column, value: Any) -> Any:
    """The value as the definitions read it; what stands for nothing is None."""
    if value is None:
        return None
    if column.type is ColumnType.DATE:
        day = _day(value)
        return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None
    if column.type is ColumnType.CODE:
        text_ = str(value).strip(BLANKS)
        named = column.nullable or (not column.categories and column.name in IDENTITIES)
        return None if named and text_ in MARKS else text_
    if column.type is ColumnType.TEXT:
        return None if column.nullable and str(value).strip(BLANKS) in MARKS else str(value)
    return _other(column, value)


def _day(value: Any) -> date | None:
    """A date of a database; None for the zero date, which no calendar has."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return (
        None
        if str(value).startswith("0000") or not str(value).strip()
        else date.fromisoformat(str(value)[:10])
    )


def _other(column: Column, value: Any) -> Any:
    if column.type is ColumnType.TIMESTAMP:
        return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if column.type is ColumnType.BOOL:
        return bool(value)
    if column.type is ColumnType.INT:
        return int(value)
    if column.type is ColumnType.REAL:
        return float(value)
    return value


# ---------------------------------------------------------------------------------------------------
# Divisions
# ---------------------------------------------------------------------------------------------------


def holds(start: date | None, end: date | None, day: date) -> bool:
    """The state rule: from `start` (None: always) until the day before `end` (None: still)."""
    if start is not None and start > day:
        return False
    return end is None or end > day


@dataclass(frozen=True)
class Where:
    """Where a row belongs. `unit` None: only the city is known. `township` None: no township is
    known.
    """

    unit: str | None
    township: str | None


class Divisions:
    """The reference tables, looked up by code."""

    def __init__(self, tables: Tables, city_code: str) -> None:
        self.city_code = city_code
        self.units: dict[str, Row] = {}
        for row in tables.get("managing_unit", []):
            self.units[row["unit_code"]] = row
        self.townships: dict[str, Row] = {}
        for row in tables.get("township", []):
            self.townships[row["township_code"]] = row
        self.villages: list[Row] = tables.get("central_village", [])
        self.township_of_village: dict[str, str] = {}
        for village in bundled_villages():
            self.township_of_village[village.code] = village.township_code
        for row in self.villages:
            self.township_of_village[row["village_code"]] = row["township_code"]

    def county_codes(self) -> list[str]:
        return [code for code, unit in self.units.items() if unit["kind"] == "county"]

    def places(self) -> list[Place]:
        """Every line there is: the city, every county, every managing unit."""
        places: list[Place] = [("city", self.city_code)]
        for code in self.county_codes():
            places.append(("county", code))
        for code in self.units:
            places.append(("managing", code))
        return places

    def county_of(self, unit_code: str) -> str | None:
        """A county is its own county; a zone belongs to the county it lies in."""
        unit = self.units.get(unit_code)
        if unit is None:
            return None
        if unit["kind"] == "county":
            return unit_code
        county: str | None = unit["county_code"]
        return county

    def places_of(self, where: Where) -> list[Place]:
        """The lines a row at `where` adds to."""
        places: list[Place] = [("city", self.city_code)]
        if where.unit is not None:
            county = self.county_of(where.unit)
            if county is not None:
                places.append(("county", county))
            places.append(("managing", where.unit))
        return places

    def final_successor(self, township_code: str) -> str:
        """The township that took this one over in the end, itself if none did."""
        seen = [township_code]
        while True:
            successor = self.townships[seen[-1]]["successor_code"]
            if successor is None or successor not in self.townships or successor in seen:
                return seen[-1]
            seen.append(successor)

    def township_on(self, township_code: str | None, day: date) -> str | None:
        """This township if it is valid on the day, else the first successor that is, else None."""
        seen: list[str] = []
        code = township_code
        while code is not None and code in self.townships and code not in seen:
            row = self.townships[code]
            if holds(row["valid_from"], row["valid_to"], day):
                return code
            seen.append(code)
            code = row["successor_code"]
        return None

    def townships_on(self, day: date) -> list[str]:
        return [code for code, row in self.townships.items()
                if holds(row["valid_from"], row["valid_to"], day)]

    def locate(self, row: Row) -> tuple[Where | None, bool]:
        """Where a fact row belongs (None: unknown), and whether its own unit contradicts its
        township.
        """
        township_code = row.get("township_code")
        unit_code = row.get("unit_code")
        if township_code is None and unit_code is None:
            township_code = self.township_of_village.get(row.get("village_code") or "")
        if township_code is not None and township_code in self.townships:
            final = self.final_successor(township_code)
            township = self.townships[final]
            agreeing = (None, township["unit_code"], township["county_code"], self.city_code)
            return Where(township["unit_code"], final), unit_code not in agreeing
        if unit_code == self.city_code:
            return Where(None, None), False
        if unit_code in self.units:
            return Where(unit_code, None), False
        return None, False


# ---------------------------------------------------------------------------------------------------
# Counted or excluded
# ---------------------------------------------------------------------------------------------------


@dataclass
class Judged:
    """A row with the verdict on it: `reason` is None when it counts."""

    row: Row
    where: Where | None
    conflict: bool
    reason: str | None


def judge(dataset: str, rows: list[Row], divisions: Divisions, read_on: date,
          window_days: int) -> list[Judged]:
    """Every row with its verdict: the first reason that applies."""
    judged: list[Judged] = []
    for row in rows:
        where, conflict = divisions.locate(row)
        judged.append(Judged(row, where, conflict, _own_fault(dataset, row, where, read_on)))

    if dataset == "job_posting":
        _mark_duplicate_postings(judged, divisions.city_code, window_days)
    if dataset == "training_attendance":
        _mark_all_but_first(judged, ("person_key", "occupation", "level"),
                            ("completed_on", "attendance_id"))
    if dataset == "worker_account":
        _mark_all_but_first(judged, ("account_id",), ("registered_on",))
    if dataset == "employer_account":
        _mark_all_but_first(judged, ("employer_code",), ("registered_on",))
    if dataset == "assisted_person":
        _mark_repeated(judged, ("person_key",), "registered_on", "ended_on")
    if dataset == "dispute_case":
        for entry in judged:
            closed, accepted = entry.row["closed_on"], entry.row["accepted_on"]
            if closed is not None and accepted is not None and closed < accepted:
                entry.row = {**entry.row, "closed_on": None}
        _mark_repeated(judged, ("stage", "case_id"), "accepted_on", "closed_on")

    if dataset == "training_attendance":
        for entry in judged:
            if entry.reason is None and entry.row["is_gig"] is False:
                entry.reason = "not_gig"
    return judged


def _own_fault(dataset: str, row: Row, where: Where | None, read_on: date) -> str | None:
    """Reasons 1 to 5, which need no other row."""
    counted_on = DATASETS[dataset].counted_on
    assert counted_on is not None
    day = row[counted_on]
    if day is None:
        return "not_completed" if dataset == "training_attendance" else "missing_date"
    if day > read_on:
        return "future_date"
    if where is None:
        return "unknown_division"
    if dataset in MOST:
        amount, most = row[MOST[dataset][0]], MOST[dataset][1]
        if amount is None or not 0 < amount <= most:
            return "bad_amount"
    for column in DATASETS[dataset].columns:
        value = row[column.name]
        if column.type is ColumnType.BOOL and value is None:
            return "bad_value"
        if column.name in IDENTITIES and not column.nullable and value is None:
            return "bad_value"
        if column.categories:
            if value is None and not column.nullable:
                return "bad_value"
            if value is not None and value not in column.categories:
                return "bad_value"
    return None


def _mark_duplicate_postings(judged: list[Judged], city_code: str, window_days: int) -> None:
    partitions: dict[tuple[str, str, str], list[Judged]] = {}
    for entry in judged:
        if entry.reason is not None or entry.where is None:
            continue
        employer, occupation = entry.row["employer_code"], entry.row["occupation"]
        if employer is None or occupation is None:
            continue
        place = entry.where.township or entry.where.unit or city_code
        partitions.setdefault((employer, occupation, place), []).append(entry)
    for partition in partitions.values():
        partition.sort(key=lambda entry: (entry.row["published_on"], entry.row["posting_id"]))
        for previous, entry in itertools.pairwise(partition):
            if (entry.row["published_on"] - previous.row["published_on"]).days <= window_days:
                entry.reason = "duplicate"


def _mark_all_but_first(judged: list[Judged], same: tuple[str, ...],
                        order: tuple[str, ...]) -> None:
    """Of the faultless rows alike in the columns `same`, the first in `order` stays. Null equals
    null.
    """
    faultless = [entry for entry in judged if entry.reason is None]
    faultless.sort(key=lambda entry: tuple(entry.row[name] for name in order))
    seen: set[tuple[Any, ...]] = set()
    for entry in faultless:
        likeness = tuple(entry.row[name] for name in same)
        if likeness in seen:
            entry.reason = "duplicate"
        seen.add(likeness)


def _mark_repeated(judged: list[Judged], same: tuple[str, ...], counted_on: str,
                   closed: str) -> None:
    """Of the faultless rows of one identity the earliest stays, of those the last changed, of those
    one that is closed.
    """
    faultless = [entry for entry in judged if entry.reason is None]

    def order(entry: Judged) -> tuple[Any, ...]:
        row = entry.row
        changed = row["updated_at"]
        rest = [(row[name] is None, str(row[name] if not isinstance(row[name], bool)
                                        else int(row[name])).encode()) for name in row
                if name not in (counted_on, "updated_at", *same)]
        return (row[counted_on], changed is None, 0 if changed is None else -changed.timestamp(),
                row[closed] is None, rest)
    faultless.sort(key=order)
    seen: set[tuple[Any, ...]] = set()
    for entry in faultless:
        likeness = tuple(entry.row[name] for name in same)
        if likeness in seen:
            entry.reason = "duplicate"
        seen.add(likeness)


def reconcile(tables: Tables, *, read_on: date, city_code: str = CITY_CODE,
              duplicate_window_days: int = DUPLICATE_WINDOW_DAYS) -> dict[str, Reconciliation]:
    """What became of the rows of every fact dataset that was read. Only reasons that occur are
    listed.
    """
    divisions = Divisions(tables, city_code)
    result: dict[str, Reconciliation] = {}
    for dataset in FACT_DATASETS:
        if dataset not in tables:
            continue
        counted = 0
        conflicts = 0
        excluded: dict[str, int] = {}
        for entry in judge(dataset, tables[dataset], divisions, read_on, duplicate_window_days):
            if entry.reason is not None:
                excluded[entry.reason] = excluded.get(entry.reason, 0) + 1
                continue
            counted += 1
            if entry.conflict:
                conflicts += 1
        result[dataset] = Reconciliation(len(tables[dataset]), counted, excluded, conflicts)
    return result


# ---------------------------------------------------------------------------------------------------
# Adding up
# ---------------------------------------------------------------------------------------------------


class Book:
    """The counted rows of one reading, asked for the figures of one day."""

    def __init__(self, tables: Tables, start: date, as_of: date, read_on: date, city_code: str,
                 duplicate_window_days: int) -> None:
        self.tables = tables
        self.start = start
        self.as_of = as_of
        self.divisions = Divisions(tables, city_code)
        self.counted: dict[str, list[tuple[Row, Where]]] = {}
        for dataset in FACT_DATASETS:
            self.counted[dataset] = []
            for entry in judge(dataset, tables.get(dataset, []), self.divisions, read_on,
                               duplicate_window_days):
                if entry.reason is None and entry.where is not None:
                    self.counted[dataset].append((entry.row, entry.where))

    def new_year(self) -> date:
        """1 January of the year of the day asked for."""
        return date(self.as_of.year, 1, 1)

    def in_plan(self, day: date | None) -> bool:
        """From the plan start to the day asked for, both included."""
        return day is not None and self.start <= day <= self.as_of

    def this_year(self, day: date | None) -> bool:
        """From 1 January to the day asked for, both included."""
        return day is not None and self.new_year() <= day <= self.as_of

    def by_now(self, day: date | None) -> bool:
        return day is not None and day <= self.as_of


class Sums:
    """One running sum per line."""

    def __init__(self, divisions: Divisions) -> None:
        self.divisions = divisions
        self.of: dict[Place, float] = dict.fromkeys(divisions.places(), 0)

    def add(self, where: Where, amount: float = 1) -> None:
        for place in self.divisions.places_of(where):
            if place in self.of:
                self.of[place] += amount


Figures = dict[Place, NaiveLine]


def _count_line(amount: float) -> NaiveLine:
    return NaiveLine(amount, amount, None)


def _share_line(numerator: float, denominator: float) -> NaiveLine:
    if denominator <= 0:
        return NaiveLine(None, numerator, denominator)
    return NaiveLine(numerator / denominator, numerator, denominator)


def _counts(sums: Sums) -> Figures:
    return {place: _count_line(amount) for place, amount in sums.of.items()}


def _shares(numerators: Sums, denominators: Sums) -> Figures:
    return {place: _share_line(numerators.of[place], denominators.of[place])
            for place in numerators.of}


# ---------------------------------------------------------------------------------------------------
# Venues and coverage
# ---------------------------------------------------------------------------------------------------


def _open_venues(book: Book) -> list[tuple[Row, Where]]:
    venues: list[tuple[Row, Where]] = []
    for row, where in book.counted["service_venue"]:
        if holds(row["opened_on"], row["closed_on"], book.as_of):
            venues.append((row, where))
    return venues


def _has_city_market(book: Book) -> bool:
    return any(row["kind"] == "city_market" for row, _ in _open_venues(book))


def _covered_counties(book: Book) -> set[str]:
    """Counties with an open county market. A zone's own market is extra and covers nothing."""
    covered: set[str] = set()
    for row, where in _open_venues(book):
        if row["kind"] == "county_market" and where.unit in book.divisions.county_codes():
            covered.add(where.unit)
    return covered


def _covered_townships(book: Book) -> set[str]:
    """Townships, as they are on the day, with an open station."""
    covered: set[str] = set()
    for row, _ in _open_venues(book):
        if row["kind"] == "station":
            township = book.divisions.township_on(row["township_code"], book.as_of)
            if township is not None:
                covered.add(township)
    return covered


def _townships_of(book: Book, place: Place) -> set[str]:
    """The townships valid on the day that make up one line."""
    rollup, code = place
    townships: set[str] = set()
    for township in book.divisions.townships_on(book.as_of):
        row = book.divisions.townships[township]
        if rollup == "city":
            townships.add(township)
        if rollup == "county" and row["county_code"] == code:
            townships.add(township)
        if rollup == "managing" and row["unit_code"] == code:
            townships.add(township)
    return townships


def tier_coverage(book: Book) -> Figures:
    """City market, county markets and stations there are ÷ those there ought to be."""
    figures: Figures = {}
    for place in book.divisions.places():
        rollup, code = place
        townships = _townships_of(book, place)
        numerator = len(townships & _covered_townships(book))
        denominator = len(townships)
        if rollup == "city":
            numerator += 1 if _has_city_market(book) else 0
            numerator += len(_covered_counties(book))
            denominator += 1 + len(book.divisions.county_codes())
        elif code in book.divisions.county_codes():
            numerator += 1 if code in _covered_counties(book) else 0
            denominator += 1
        figures[place] = _share_line(numerator, denominator)
    return figures


def county_market_coverage(book: Book) -> Figures:
    """Counties with an open county market ÷ counties. A zone has no county of its own to cover."""
    figures: Figures = {}
    for place in book.divisions.places():
        rollup, code = place
        counties = book.divisions.county_codes()
        if rollup != "city":
            counties = [county for county in counties if county == code]
        covered = [county for county in counties if county in _covered_counties(book)]
        figures[place] = _share_line(len(covered), len(counties))
    return figures


def station_coverage(book: Book) -> Figures:
    """Townships with an open station ÷ townships valid on the day."""
    figures: Figures = {}
    for place in book.divisions.places():
        townships = _townships_of(book, place)
        figures[place] = _share_line(len(townships & _covered_townships(book)), len(townships))
    return figures


def window_coverage(book: Book) -> Figures:
    """Listed central villages with an open window ÷ central villages listed on the day."""
    with_window: set[str] = set()
    for row, _ in _open_venues(book):
        if row["kind"] == "window" and row["village_code"] is not None:
            with_window.add(row["village_code"])

    townships = {place: _townships_of(book, place) for place in book.divisions.places()}
    listed: dict[Place, set[str]] = {place: set() for place in book.divisions.places()}
    for village in book.divisions.villages:
        if not holds(village["valid_from"], village["valid_to"], book.as_of):
            continue
        township = book.divisions.township_on(village["township_code"], book.as_of)
        for place in book.divisions.places():
            if place[0] == "city" or township in townships[place]:
                listed[place].add(village["village_code"])

    figures: Figures = {}
    for place, villages in listed.items():
        figures[place] = _share_line(len(villages & with_window), len(villages))
    return figures


def co_built_sites(book: Book) -> Figures:
    """Open sites built together with the organisation department, the trade union or urban
    management.
    """
    sites = Sums(book.divisions)
    for row, where in _open_venues(book):
        if row["kind"] == "co_built" and row["host"] in (
            "organisation_dept",
            "trade_union",
            "urban_management",
        ):
            sites.add(where)
    return _counts(sites)


def operated_venues(book: Book) -> Figures:
    """Open venues with a non-government operator ÷ open venues."""
    social, every = Sums(book.divisions), Sums(book.divisions)
    for row, where in _open_venues(book):
        every.add(where)
        if row["operator"] == "social":
            social.add(where)
    return _shares(social, every)


def venue_services(book: Book) -> Figures:
    persons = Sums(book.divisions)
    for row, where in book.counted["venue_service"]:
        if book.in_plan(row["served_on"]):
            persons.add(where, row["persons"])
    return _counts(persons)


def jobs_pushed(book: Book) -> Figures:
    persons = Sums(book.divisions)
    for row, where in book.counted["venue_service"]:
        if book.in_plan(row["served_on"]) and row["kind"] == "push":
            persons.add(where, row["persons"])
    return _counts(persons)


def active_venues(book: Book) -> Figures:
    """Open venues with a service in the last ninety days ÷ open venues, of units with any service
    so far.
    """
    keeping: set[str | None] = set()
    served: dict[str, list[date]] = {}
    for row, where in book.counted["venue_service"]:
        if row["served_on"] <= book.as_of:
            keeping.add(where.unit)
            if row["venue_id"] is not None:
                served.setdefault(row["venue_id"], []).append(row["served_on"])
    active, standing = Sums(book.divisions), Sums(book.divisions)
    for row, where in _open_venues(book):
        if where.unit not in keeping:
            continue
        standing.add(where)
        if any((book.as_of - day).days < 90 for day in served.get(row["venue_id"], [])):
            active.add(where)
    return _shares(active, standing)


# ---------------------------------------------------------------------------------------------------
# Accounts
# ---------------------------------------------------------------------------------------------------


def registered_users(book: Book) -> Figures:
    users = Sums(book.divisions)
    for row, where in book.counted["worker_account"]:
        if holds(row["registered_on"], row["deregistered_on"], book.as_of):
            users.add(where)
    return _counts(users)


def registered_employers(book: Book) -> Figures:
    employers = Sums(book.divisions)
    for row, where in book.counted["employer_account"]:
        if holds(row["registered_on"], row["deregistered_on"], book.as_of):
            employers.add(where)
    return _counts(employers)


# ---------------------------------------------------------------------------------------------------
# Jobs
# ---------------------------------------------------------------------------------------------------


def _net_headcount(book: Book, row: Row) -> int:
    """What one posting adds up to by the day: its headcount, and that taken away again once written
    off.
    """
    if not book.in_plan(row["published_on"]):
        return 0
    net: int = row["headcount"]
    if row["invalidated_on"] is not None:
        written_off_on = max(row["invalidated_on"], row["published_on"])
        if written_off_on <= book.as_of:
            net -= row["headcount"]
    return net


def _jobs(book: Book, wanted: Callable[[Row], bool]) -> Sums:
    jobs = Sums(book.divisions)
    for row, where in book.counted["job_posting"]:
        if wanted(row):
            jobs.add(where, _net_headcount(book, row))
    return jobs


def jobs_published(book: Book) -> Figures:
    return _counts(_jobs(book, lambda row: True))


def third_party_share(book: Book) -> Figures:
    collected = _jobs(book, lambda row: row["collector"] in ("third_party", "association"))
    return _shares(collected, _jobs(book, lambda row: True))


def sector_jobs(book: Book) -> Figures:
    """The sectors together, which is every job."""
    return _counts(_jobs(book, lambda row: True))


def by_department(book: Book) -> dict[str, Figures]:
    """The jobs of every department's sectors, and under "" those of sectors no department has."""
    theirs = {sector for sectors in DEPARTMENTS.values() for sector in sectors}

    def of(sectors: tuple[str, ...] | None) -> Figures:
        return _counts(_jobs(book, lambda row: row["sector"] not in theirs if sectors is None
                             else row["sector"] in sectors))
    return {**{key: of(sectors) for key, sectors in DEPARTMENTS.items()}, "": of(None)}


def dual_real_name(book: Book) -> Figures:
    verified = _jobs(book, lambda row: row["employer_verified"] is True)
    return _shares(verified, _jobs(book, lambda row: True))


def e_agreement_share(book: Book) -> Figures:
    signed, matched = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["hire"]:
        if book.in_plan(row["matched_on"]):
            matched.add(where)
            if book.by_now(row["agreement_signed_on"]):
                signed.add(where)
    return _shares(signed, matched)


def traceable_agreements(book: Book) -> Figures:
    numbered, signed = Sums(book.divisions), Sums(book.divisions)
    recorded = False
    for row, where in book.counted["hire"]:
        if row["agreement_signed_on"] is not None and row["agreement_no"] is not None:
            recorded = True
        if book.in_plan(row["matched_on"]) and book.by_now(row["agreement_signed_on"]):
            signed.add(where)
            if row["agreement_no"] is not None:
                numbered.add(where)
    return _shares(numbered, signed) if recorded else {}


# ---------------------------------------------------------------------------------------------------
# Supply and demand
# ---------------------------------------------------------------------------------------------------

BUCKETS = ((0, 1), (2, 3), (4, 7), (8, 14), (15, 30), (31, 60), (61, 90))


def jobs_filled(book: Book) -> Figures:
    filled = Sums(book.divisions)
    for row, where in book.counted["hire"]:
        if book.in_plan(row["matched_on"]):
            filled.add(where)
    return _counts(filled)


def _dated(book: Book) -> set[Place]:
    """The places of which at most a tenth of the hires since the plan's start lack the day their
    post was published.
    """
    hires, undated = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["hire"]:
        if book.in_plan(row["matched_on"]):
            hires.add(where)
            if row["published_on"] is None:
                undated.add(where)
    return {place for place in hires.of if not undated.of[place] * 10 > hires.of[place]}


def fill_rate(book: Book) -> Figures:
    filled = Sums(book.divisions)
    for row, where in book.counted["hire"]:
        published = row["published_on"]
        if published is not None and published >= book.start and row["matched_on"] <= book.as_of:
            filled.add(where)
    shares, dated = _shares(filled, _jobs(book, lambda row: True)), _dated(book)
    return {place: line if place in dated and line.value is not None else NO_DATA
            for place, line in shares.items()}


def _lag(begun: date, ended: date) -> int:
    return max((ended - begun).days, 0)


def _bucket(lag: int) -> int | None:
    for number, (first, last) in enumerate(BUCKETS):
        if first <= lag <= last:
            return number
    return None


def days_to_fill(book: Book) -> Figures:
    dated = _dated(book)
    return {place: _count_line(median) if place in dated and (
        median := _median(book, place)) is not None else NO_DATA
            for place in book.divisions.places()}


def _median(book: Book, place: Place) -> float | None:
    """Kaplan–Meier over the posts of the last 365 days, each cohort only as far as the day."""
    heads: dict[date, int] = {}
    written_off: dict[tuple[date, int], int] = {}
    filled: dict[tuple[date, int], int] = {}
    oldest = book.as_of - timedelta(days=364)
    for row, where in book.counted["job_posting"]:
        day = row["published_on"]
        if place not in book.divisions.places_of(where) or not oldest <= day <= book.as_of:
            continue
        heads[day] = heads.get(day, 0) + row["headcount"]
        if row["invalidated_on"] is not None:
            bucket = _bucket(_lag(day, row["invalidated_on"]))
            if bucket is not None:
                written_off[day, bucket] = written_off.get((day, bucket), 0) + row["headcount"]
    for row, where in book.counted["hire"]:
        day = row["published_on"]
        if day is None or place not in book.divisions.places_of(where):
            continue
        bucket = _bucket(_lag(day, row["matched_on"]))
        if bucket is not None:
            filled[day, bucket] = filled.get((day, bucket), 0) + 1
    still = 1.0
    for number, (first, last) in enumerate(BUCKETS):
        at_risk = taken = 0
        for offset in range(365):
            day = oldest + timedelta(days=offset)
            if day + timedelta(days=last) > book.as_of:
                continue
            left = heads.get(day, 0)
            for earlier in range(number + 1):
                left -= written_off.get((day, earlier), 0)
            for earlier in range(number):
                left -= filled.get((day, earlier), 0)
            left = max(left, 0)
            at_risk += left
            taken += min(filled.get((day, number), 0), left)
        if at_risk < 30:
            return None
        after = still * (1 - taken / at_risk)
        if after <= 0.5 + 1e-12:
            return first + (last - first + 1) * (still - 0.5) / (still - after)
        still = after
    return None


def unfilled_jobs(book: Book) -> Figures:
    """Posts of 120 to 30 days ago neither filled nor written off within 30 days, by sector and
    unit.
    """
    cells: dict[tuple[str | None, Where], float] = {}

    def looked_at(day: date | None) -> bool:
        return day is not None and 30 <= (book.as_of - day).days <= 120

    def add(row: Row, where: Where, amount: float) -> None:
        cell = (row["sector"], Where(where.unit, None))
        cells[cell] = cells.get(cell, 0) + amount
    for row, where in book.counted["job_posting"]:
        if looked_at(row["published_on"]):
            add(row, where, row["headcount"])
            if row["invalidated_on"] is not None and _lag(row["published_on"],
                                                          row["invalidated_on"]) <= 30:
                add(row, where, -row["headcount"])
    for row, where in book.counted["hire"]:
        if looked_at(row["published_on"]) and _lag(row["published_on"], row["matched_on"]) <= 30:
            add(row, where, -1)
    left = Sums(book.divisions)
    for (_, where), amount in cells.items():
        left.add(where, max(amount, 0))
    dated = _dated(book)
    return {place: line if place in dated else NO_DATA for place, line in _counts(left).items()}


# ---------------------------------------------------------------------------------------------------
# Training, disputes, supervision
# ---------------------------------------------------------------------------------------------------


def training_attendances(book: Book) -> Figures:
    attendances = Sums(book.divisions)
    for row, where in book.counted["training_attendance"]:
        if book.in_plan(row["completed_on"]):
            attendances.add(where)
    return _counts(attendances)


def mediation_success(book: Book) -> Figures:
    succeeded, concluded = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["dispute_case"]:
        if row["stage"] != "mediation" or not row["is_gig"] or not book.this_year(row["closed_on"]):
            continue
        if row["outcome"] in ("success", "failure"):
            concluded.add(where)
        if row["outcome"] == "success":
            succeeded.add(where)
    return _shares(succeeded, concluded)


def arbitration_closing(book: Book) -> Figures:
    closed, on_hand = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["dispute_case"]:
        if row["stage"] != "arbitration":
            continue
        accepted_before = row["accepted_on"] < book.new_year()
        pending = accepted_before and (
            row["closed_on"] is None or row["closed_on"] >= book.new_year()
        )
        if pending or book.this_year(row["accepted_on"]):
            on_hand.add(where)
        if book.this_year(row["closed_on"]):
            closed.add(where)
    return _shares(closed, on_hand)


def violations_closed(book: Book) -> Figures:
    closed, found = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["violation"]:
        if book.in_plan(row["found_on"]):
            found.add(where)
            if book.by_now(row["closed_on"]):
                closed.add(where)
    return _shares(closed, found)


def transfers_answered(book: Book) -> Figures:
    answered, transferred = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["violation"]:
        if book.in_plan(row["transferred_on"]):
            transferred.add(where)
            if book.by_now(row["answered_on"]):
                answered.add(where)
    return _shares(answered, transferred)


def notified_back(book: Book) -> Figures:
    notified, transferred = Sums(book.divisions), Sums(book.divisions)
    recorded = False
    for row, where in book.counted["violation"]:
        back = row["notified_back_on"]
        if row["transferred_on"] is not None and back is not None:
            recorded = True
        if book.in_plan(row["transferred_on"]):
            transferred.add(where)
            if back is not None and book.by_now(max(back, row["transferred_on"])):
                notified.add(where)
    # a column nobody has ever filled in is not connected
    return _shares(notified, transferred) if recorded else {}


# ---------------------------------------------------------------------------------------------------
# Assistance and office
# ---------------------------------------------------------------------------------------------------


def injury_cover(book: Book) -> Figures:
    """Workers covered on the day, each once: where the earliest of the covers that hold was taken
    out.
    """
    first: dict[str, tuple[date, str, Where]] = {}
    for row, where in book.counted["injury_cover"]:
        if not holds(row["covered_from"], row["covered_until"], book.as_of):
            continue
        unit_code = where.unit or book.divisions.city_code
        person = row["person_key"]
        if person not in first or (row["covered_from"], unit_code) < first[person][:2]:
            first[person] = (row["covered_from"], unit_code, where)
    workers = Sums(book.divisions)
    for _, _, where in first.values():
        workers.add(where)
    return _counts(workers)


def craft_certificates(book: Book) -> Figures:
    certificates = Sums(book.divisions)
    for row, where in book.counted["craft_certificate"]:
        if book.in_plan(row["issued_on"]):
            certificates.add(where)
    return _counts(certificates)


def assisted_workers(book: Book) -> Figures:
    helped, registered = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["assisted_person"]:
        if holds(row["registered_on"], row["ended_on"], book.as_of):
            registered.add(where)
            if book.by_now(row["helped_on"]):
                helped.add(where)
    return _shares(helped, registered)


def employed_after_help(book: Book) -> Figures:
    employed, helped = Sums(book.divisions), Sums(book.divisions)
    recorded = False
    for row, where in book.counted["assisted_person"]:
        if row["helped_on"] is not None and row["employed_on"] is not None:
            recorded = True
        if book.in_plan(row["helped_on"]):
            helped.add(where)
            if row["employed_on"] is not None and book.by_now(max(row["employed_on"],
                                                                  row["helped_on"])):
                employed.add(where)
    return _shares(employed, helped) if recorded else {}


def welfare_posts(book: Book) -> Figures:
    posts = Sums(book.divisions)
    for row, where in book.counted["welfare_post"]:
        if book.in_plan(row["created_on"]):
            posts.add(where)
    return _counts(posts)


def funds_spent(book: Book) -> Figures:
    paid, budgeted = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["fund_entry"]:
        if book.in_plan(row["booked_on"]):
            if row["kind"] == "payment":
                paid.add(where, row["amount"])
            if row["kind"] == "budget":
                budgeted.add(where, row["amount"])
    return _shares(paid, budgeted)


def training_subsidies(book: Book) -> Figures:
    paid = Sums(book.divisions)
    for row, where in book.counted["training_subsidy"]:
        if book.in_plan(row["paid_on"]):
            paid.add(where, row["amount"])
    return _counts(paid)


def injury_claims_decided(book: Book) -> Figures:
    decided, filed = Sums(book.divisions), Sums(book.divisions)
    for row, where in book.counted["injury_claim"]:
        if book.in_plan(row["filed_on"]):
            filed.add(where)
            if row["decided_on"] is not None and book.by_now(max(row["decided_on"],
                                                                 row["filed_on"])):
                decided.add(where)
    return _shares(decided, filed)


def publicity_reach(book: Book) -> Figures:
    reached = Sums(book.divisions)
    for row, where in book.counted["publicity"]:
        if book.in_plan(row["held_on"]):
            reached.add(where, row["reach"])
    return _counts(reached)


def good_practices(book: Book) -> Figures:
    reports = Sums(book.divisions)
    for row, where in book.counted["practice_report"]:
        if book.in_plan(row["submitted_on"]):
            reports.add(where)
    return _counts(reports)


HOLD_DAYS = 14
WATCH_DAYS = 60


def follow_ups_closed(book: Book) -> Figures:
    """From the dashboard's own ledger: of the items due by the day, those reported by their due
    date and closed.
    """
    items = book.tables.get("follow_up", [])
    if not items:
        return dict.fromkeys(book.divisions.places(), NO_DATA)
    closed, due = Sums(book.divisions), Sums(book.divisions)
    for item in items:
        events = [row for row in book.tables["follow_up_event"]
                  if row["number"] == item["number"] and row["at"].date() <= book.as_of]
        if not events:
            continue
        due_on = item["due"]
        for row in events:
            if row["kind"] == "extended":
                due_on = row["due"]
        if due_on > book.as_of:
            continue
        where = Where(item["division"] if item["division"] in book.divisions.units else None, None)
        due.add(where)
        reported_on = _reported_and_closed(book, item, events)
        if reported_on is not None and reported_on <= due_on:
            closed.add(where)
    return _shares(closed, due)


def _reported_and_closed(book: Book, item: Row, events: list[Row]) -> date | None:
    """The day the unit reported an item that is closed now (closed without a report: that day);
    None while it is open.

    Walks from one thing that matters to the next: a report waits for fourteen good days, a closing
    by the data for the first bad one of the sixty that follow, and what people record in between
    goes before.
    """
    by_day: dict[date, list[str]] = {}
    for row in events:
        by_day.setdefault(row["at"].date(), []).append(row["kind"])
    reported: date | None = None
    closed: date | None = None
    by_data = False
    good_days = 0
    day = min(by_day)
    while day <= book.as_of:
        for kind in by_day.get(day, []):
            if kind == "done" and closed is None:
                reported, good_days = day, 0
            if kind == "closed":
                closed, by_data = day, False
            if kind in ("returned", "reopened"):
                reported, closed = None, None
        if item["indicator"] is not None and closed is None and reported is not None:
            good_days = good_days + 1 if _as_expected(book, item, day) else 0
            if good_days == HOLD_DAYS:
                closed, by_data = day, True
        elif closed is not None and by_data and 0 < (day - closed).days <= WATCH_DAYS and (
                _as_expected(book, item, day) is False):
            reported, closed = None, None
        day += timedelta(days=1)
    return None if closed is None else reported or closed


def _as_expected(book: Book, item: Row, day: date) -> bool | None:
    """Whether the item's figure of that day was at least what was expected; None when there was
    none.
    """
    compute, needed = INDICATORS[item["indicator"]]
    if item["expected"] is None or not all(book.tables.get(dataset) for dataset in needed):
        return None
    then = copy.copy(book)
    then.as_of = day
    value = compute(then)[item["rollup"], item["division"]].value
    return None if value is None else value >= item["expected"]


# ---------------------------------------------------------------------------------------------------
# All lines
# ---------------------------------------------------------------------------------------------------

INDICATORS: dict[str, tuple[Callable[[Book], Figures], tuple[str, ...]]] = {
    "tier_coverage": (tier_coverage, ("service_venue",)),
    "county_market_coverage": (county_market_coverage, ("service_venue",)),
    "station_coverage": (station_coverage, ("service_venue",)),
    "window_coverage": (window_coverage, ("service_venue", "central_village")),
    "registered_users": (registered_users, ("worker_account",)),
    "registered_employers": (registered_employers, ("employer_account",)),
    "jobs_published": (jobs_published, ("job_posting",)),
    "third_party_share": (third_party_share, ("job_posting",)),
    "training_attendances": (training_attendances, ("training_attendance",)),
    "mediation_success": (mediation_success, ("dispute_case",)),
    "arbitration_closing": (arbitration_closing, ("dispute_case",)),
    "co_built_sites": (co_built_sites, ("service_venue",)),
    "sector_jobs": (sector_jobs, ("job_posting",)),
    "operated_venues": (operated_venues, ("service_venue",)),
    "injury_cover": (injury_cover, ("injury_cover",)),
    "craft_certificates": (craft_certificates, ("craft_certificate",)),
    "assisted_workers": (assisted_workers, ("assisted_person",)),
    "welfare_posts": (welfare_posts, ("welfare_post",)),
    "e_agreement_share": (e_agreement_share, ("hire",)),
    "violations_closed": (violations_closed, ("violation",)),
    "transfers_answered": (transfers_answered, ("violation",)),
    "dual_real_name": (dual_real_name, ("job_posting",)),
    "funds_spent": (funds_spent, ("fund_entry",)),
    "good_practices": (good_practices, ("practice_report",)),
    "follow_ups_closed": (follow_ups_closed, ()),
    "jobs_filled": (jobs_filled, ("hire",)),
    "fill_rate": (fill_rate, ("hire", "job_posting")),
    "days_to_fill": (days_to_fill, ("job_posting", "hire")),
    "unfilled_jobs": (unfilled_jobs, ("job_posting", "hire")),
    "venue_services": (venue_services, ("venue_service",)),
    "jobs_pushed": (jobs_pushed, ("venue_service",)),
    "active_venues": (active_venues, ("service_venue", "venue_service")),
    "training_subsidies": (training_subsidies, ("training_subsidy",)),
    "injury_claims_decided": (injury_claims_decided, ("injury_claim",)),
    "publicity_reach": (publicity_reach, ("publicity",)),
    "notified_back": (notified_back, ("violation",)),
    "traceable_agreements": (traceable_agreements, ("hire",)),
    "employed_after_help": (employed_after_help, ("assisted_person",)),
}
"""Each indicator with the datasets without which there is no figure at all."""


def lines(tables: Tables, *, start: date, as_of: date, read_on: date, city_code: str = CITY_CODE,
          duplicate_window_days: int = DUPLICATE_WINDOW_DAYS) -> dict[
                  tuple[str, str, str], NaiveLine]:
    """Every figure as of one day, by (indicator, roll-up, division code)."""
    book = Book(tables, start, as_of, read_on, city_code, duplicate_window_days)
    result: dict[tuple[str, str, str], NaiveLine] = {}
    for indicator, (compute, needed) in INDICATORS.items():
        has_data = all(tables.get(dataset) for dataset in needed)
        figures = compute(book) if has_data else {}
        for rollup, code in book.divisions.places():
            result[indicator, rollup, code] = figures.get((rollup, code), NO_DATA)
    return result


def all_lines(tables: Tables, *, start: date, as_of: date, read_on: date,
              city_code: str = CITY_CODE) -> dict[tuple[str, str, str], NaiveLine]:
    """The same, and every department's part of the jobs under “jobs_published@department”."""
    result = lines(tables, start=start, as_of=as_of, read_on=read_on, city_code=city_code)
    book = Book(tables, start, as_of, read_on, city_code, DUPLICATE_WINDOW_DAYS)
    parts = by_department(book) if tables.get("job_posting") else {}
    for key in (*DEPARTMENTS, ""):
        for rollup, code in book.divisions.places():
            result[f"{SHARED}@{key}", rollup, code] = parts.get(key, {}).get((rollup, code),
                                                                            NO_DATA)
    return result
