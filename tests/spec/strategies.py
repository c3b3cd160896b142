"""Random small worlds with plenty of faults, to hold two engines against each other.

What is drawn freely: nulls, unknown codes, units at odds with their township, merged townships,
duplicates, bad categories and amounts, dates about the plan start, the turn of the year and the day
of reading, and ends before beginnings wherever the state rule or the write-off rule says what they
mean (venues, insurance, assisted persons, invalidated postings).

What is not drawn, because the definitions do not decide it:
- a hire whose agreement came before the match, an account
  deregistered before it was registered, a violation closed or transferred before it was found or
  answered before it was transferred;
- two rows of one account registered on the same day (which is the earliest?);
- two rows with one key in datasets without a rule for duplicates;
- successors that go round in a circle or name a township that is not there, townships of unknown
  units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS, FACT_DATASETS, Dataset
from tests.drawn import WORLD, Row, filled

UNITS = ("321302", "321322", "321371")
FINAL_TOWNSHIPS = ("321302001", "321302100", "321322100", "321322103", "321371050")
MERGED_TOWNSHIPS = ("321302199", "321322101", "321322102")
VILLAGES = ("321302001001", "321302100201", "321302199001", "321322100001", "321322101201",
            "321371050001")

PLAN_STARTS = (date(2025, 1, 1), date(2025, 3, 15))

_NEAR = (date(2025, 1, 1), date(2025, 3, 15), date(2025, 7, 1), date(2026, 1, 1), date(2026, 2, 15))


@dataclass(frozen=True)
class Drawn:
    """A world, and the question put to it. Connections not among the tables are not there."""

    tables: dict[str, list[Row]]
    start: date
    as_of: date
    read_on: date

    def __repr__(self) -> str:
        rows = "\n".join(f"    {name}: {row}" for name, drawn in self.tables.items()
                         for row in drawn if name in FACT_DATASETS or name == "central_village")
        return f"Drawn(start={self.start}, as_of={self.as_of}, read_on={self.read_on},\n{rows})"


def days() -> st.SearchStrategy[date]:
    """Days that crowd about the borders that matter, and some in between."""
    about = st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(_NEAR),
                      st.integers(-2, 2))
    return st.one_of(about, st.dates(date(2024, 10, 1), date(2026, 4, 30)))


def _on_or_after(day: date | None) -> st.SearchStrategy[date | None]:
    """Nothing yet, that same day, or up to some months later."""
    if day is None:
        return st.one_of(st.none(), days())
    return st.one_of(st.none(), st.just(day), st.builds(lambda off: day + timedelta(days=off),
                                                        st.integers(0, 400)))


def _shortly_before(day: date | None) -> st.SearchStrategy[date | None]:
    """Up to some months before that day, mostly within the month."""
    if day is None:
        return st.one_of(st.none(), days())
    return st.builds(lambda off: day - timedelta(days=off),
                     st.one_of(st.integers(0, 31), st.integers(0, 100)))


def _mostly(usual: st.SearchStrategy[Any], fault: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The usual nine times of ten."""
    return st.integers(0, 9).flatmap(lambda n: fault if n == 9 else usual)


_UNIT_CODES = st.sampled_from((*UNITS, *UNITS, "321300", "999999", None, None))
_TOWNSHIP_CODES = st.sampled_from((*FINAL_TOWNSHIPS, *MERGED_TOWNSHIPS, "999999999", None, None,
                                   None))


def _category(dataset: Dataset, column: str) -> st.SearchStrategy[str | None]:
    definition = dataset.column(column)
    usual: st.SearchStrategy[str | None] = st.sampled_from(definition.categories)
    if definition.nullable:
        usual = st.one_of(usual, st.none())
    return _mostly(usual, st.sampled_from(("nonsense", None)))


def _flag() -> st.SearchStrategy[bool | None]:
    return _mostly(st.booleans(), st.none())


@st.composite
def _row(draw: st.DrawFn, name: str, number: int) -> Row:
    """One row. `number` makes its key its own; where a key may repeat by rule it is drawn anew."""
    dataset = DATASETS[name]
    given: dict[str, Any] = {"unit_code": draw(_UNIT_CODES)}
    if "township_code" in dataset.column_names:
        given["township_code"] = draw(_TOWNSHIP_CODES)
    for column in dataset.columns:
        if column.categories:
            given[column.name] = draw(_category(dataset, column.name))
    assert dataset.counted_on is not None
    counted_on = draw(_mostly(days(), st.none()))
    given[dataset.counted_on] = counted_on
    given.update(draw(_particulars(name, counted_on)))
    given.setdefault(dataset.key, f"{name[0]}{number}")
    return filled(name, given, number)


def _stamps() -> st.SearchStrategy[datetime | None]:
    """When a row was last changed: never, or at one of few moments, so that they meet."""
    return st.one_of(st.none(), st.sampled_from((datetime(2026, 1, 1, 8), datetime(2026, 1, 1, 9),
                                                 datetime(2026, 2, 1, 8))))


def _particulars(name: str, day: date | None) -> st.SearchStrategy[Mapping[str, Any]]:
    """The columns only this dataset has."""
    any_end = st.one_of(st.none(), days())
    match name:
        case "service_venue":
            return st.fixed_dictionaries(
                {"village_code": st.sampled_from((*VILLAGES, "321302001999", None)),
                 "closed_on": any_end})
        case "worker_account":
            return st.fixed_dictionaries({
                "account_id": st.sampled_from(("A1", "A2", "A3", "A4", "A5", "A6")),
                "verified_on": _on_or_after(day), "deregistered_on": _on_or_after(day)})
        case "employer_account":
            return st.fixed_dictionaries({
                "employer_code": st.sampled_from(("E1", "E2", "E3", "E4", "E5")),
                "verified_on": _on_or_after(day), "deregistered_on": _on_or_after(day)})
        case "job_posting":
            return st.fixed_dictionaries({
                "platform": st.sampled_from(("速找活", "某平台")),
                "employer_code": st.sampled_from(("E1", "E1", "E2", None)),
                "occupation": st.sampled_from(("保洁", "保洁", "骑手", None)),
                "headcount": _mostly(st.integers(1, 50), st.sampled_from((0, -3, None))),
                "invalidated_on": st.one_of(st.none(), st.none(), days()),
                "employer_verified": _flag()})
        case "hire":
            return st.fixed_dictionaries({
                "agreement_signed_on": _on_or_after(day),
                "agreement_no": st.sampled_from(("XY1", "XY2", "无", None)),
                "occupation": st.sampled_from(("保洁", "骑手", None)),
                "published_on": _mostly(_shortly_before(day), st.one_of(st.none(), days()))})
        case "venue_service":
            return st.fixed_dictionaries({
                "venue_id": st.sampled_from(("s1", "s2", "s3", "s4", "s5", None)),
                "persons": _mostly(st.integers(1, 90), st.sampled_from((0, -3, 5001, None)))})
        case "injury_claim":
            return st.fixed_dictionaries({"decided_on": any_end, "paid_on": any_end})
        case "training_subsidy":
            return st.fixed_dictionaries({
                "amount": _mostly(st.integers(1, 4000).map(lambda quarters: quarters / 4),
                                  st.sampled_from((0.0, -2.5, None)))})
        case "publicity":
            return st.fixed_dictionaries({
                "reach": _mostly(st.integers(1, 900), st.sampled_from((0, -3, None)))})
        case "seeker_registration":
            return st.fixed_dictionaries({"occupation": st.sampled_from(("保洁", "骑手", None)),
                                          "closed_on": _on_or_after(day)})
        case "training_attendance":
            return st.fixed_dictionaries({"person_key": st.sampled_from(("P1", "P2", "P3")),
                                          "occupation": st.sampled_from(("家政", "养老")),
                                          "level": st.sampled_from(("初级", None)),
                                          "is_gig": _flag()})
        case "dispute_case":
            return st.fixed_dictionaries(
                {"case_id": _mostly(st.sampled_from(("C1", "C2", "C3", "C4", "C5", "C6")),
                                    st.none()), "is_gig": _flag(), "closed_on": any_end,
                 "updated_at": _stamps()})
        case "violation":
            return _on_or_after(day).flatmap(lambda transferred: st.fixed_dictionaries({
                "closed_on": _on_or_after(day), "transferred_on": st.just(transferred),
                "notified_back_on": any_end,
                "answered_on": st.none() if transferred is None else _on_or_after(transferred)}))
        case "assisted_person":
            return st.fixed_dictionaries(
                {"person_key": _mostly(st.sampled_from(("P1", "P2", "P3", "P4", "P5")), st.none()),
                 "helped_on": any_end, "ended_on": any_end, "employed_on": any_end,
                 "updated_at": _stamps()})
        case "injury_cover":
            return st.fixed_dictionaries({
                "person_key": st.sampled_from(("P1", "P2", "P3", "P4")), "covered_until": any_end})
        case "fund_entry":
            # Quarters of a yuan add up exactly in whatever order they are added.
            return st.fixed_dictionaries({
                "amount": _mostly(st.integers(1, 4000).map(lambda quarters: quarters / 4),
                                  st.sampled_from((0.0, -2.5, None)))})
        case _:
            return st.just({})


def _undecided_rows_dropped(name: str, drawn: list[Row]) -> list[Row]:
    """Of the rows of one account registered on one day only one stays: the rule does not choose
    between them.
    """
    if name not in ("worker_account", "employer_account"):
        return drawn
    dataset = DATASETS[name]
    kept: dict[tuple[str, date | None], Row] = {}
    for row in drawn:
        kept.setdefault((row[dataset.key], row[dataset.counted_on or ""]), row)
    return list(kept.values())


@st.composite
def _facts(draw: st.DrawFn, name: str, most: int) -> list[Row]:
    size = draw(st.sampled_from((0, *range(1, most + 1))))
    # The keys come in no order, and are compared as text: p10 is before p9.
    numbers = draw(st.permutations(range(1, size + 1)))
    return _undecided_rows_dropped(name, [draw(_row(name, number)) for number in numbers])


@st.composite
def _reference(draw: st.DrawFn) -> dict[str, list[Row]]:
    """The small city of the drawings, its merges on any day and its villages listed for any time.
    """
    townships = [dict(row) for row in WORLD["township"]]
    for row in townships:
        if row["successor_code"] is not None:
            row["valid_to"] = draw(st.one_of(st.none(), days()))
        if row["township_code"] in ("321322103", "321371050"):
            row["valid_from"] = draw(st.one_of(st.none(), days()))
    villages = []
    for code in draw(st.lists(st.sampled_from(VILLAGES), unique=True)):
        villages.append(filled("central_village", {"village_code": code, "township_code": code[:9],
                                                   "valid_from": draw(st.one_of(st.none(), days())),
                                                   "valid_to": draw(st.one_of(st.none(), days()))}))
    return {"managing_unit": WORLD["managing_unit"], "township": townships,
            "central_village": villages}


@st.composite
def worlds(draw: st.DrawFn, most: int = 12) -> Drawn:
    """A world of up to `most` rows a dataset, and a day within it."""
    start = draw(st.sampled_from(PLAN_STARTS))
    as_of = draw(days().map(lambda day: max(day, start)))
    read_on = as_of + timedelta(days=draw(st.sampled_from((0, 1, 30, 400))))
    tables = draw(_reference())
    for connection in CONNECTIONS:
        if connection == "reference" or draw(st.integers(0, 9)) == 9:
            continue
        for name in FACT_DATASETS:
            if DATASETS[name].connection == connection:
                tables[name] = draw(_facts(name, 2 * most
                                           if name in ("service_venue", "job_posting") else most))
    return Drawn(tables, start, as_of, read_on)
