"""Values that are not what they say: each counts rightly, or is excluded, and says so; never
another figure in silence.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.data_access.dirty import Dirty, net, remarks

DAY = "2025-03-01"
MARKS = ("", "  ", "/", "—", "无", "NULL", "#N/A", "\\N", "长期")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server),
                        pytest.param("mariadb", marks=pytest.mark.server)])
def dirty(request: pytest.FixtureRequest, tmp_path: Path) -> Dirty:
    if request.param == "sqlite":
        return Dirty("sqlite", tmp_path / "base")
    server = request.getfixturevalue(request.param)
    server.forget()
    return Dirty(request.param, tmp_path / "base", server)


def jobs(number: int = 5, **given: Any) -> list[dict[str, Any]]:
    """Jobs of different employers, ten heads each, in 沭阳."""
    return [{"posting_id": f"J{n}", "employer_code": f"E{n}", "occupation": "保洁",
             "unit_code": "321322", "headcount": 10, "published_on": DAY, **given}
            for n in range(1, number + 1)]


def test_clean_rows_count_and_nothing_is_remarked(dirty: Dirty) -> None:
    dirty.fill("job_posting", jobs())
    part = dirty.part("job_posting")
    assert net(part) == 50
    assert remarks(part) == {}
    assert dirty.checked("job_posting").lines()[1:] == []


@pytest.mark.parametrize("mark", MARKS)
def test_an_employer_nobody_named_makes_no_duplicates(dirty: Dirty, mark: str) -> None:
    dirty.fill("job_posting", jobs(employer_code=mark))
    part = dirty.part("job_posting")
    assert net(part) == 50
    assert part.data.quality.excluded == {}
    assert remarks(part) == {"empty_mark 用工主体": 5}


def test_money_below_one_counts_and_is_said_to_be_of_another_unit(dirty: Dirty) -> None:
    """Half a yuan was paid by nobody; half of ten thousand was."""
    rows = [{"entry_id": f"F{n}", "unit_code": "321322", "kind": "payment", "booked_on": DAY,
             "amount": amount} for n, amount in enumerate((0.5, 1.0, 800.0), start=1)]
    dirty.fill("fund_entry", rows)
    part = dirty.part("fund_entry")
    assert part.data.quality.counted == 3
    assert float(part.data.cells["amount"].sum()) == 801.5
    assert remarks(part) == {"small_amount 金额": 1}


def test_half_a_head_is_no_number_whatever_its_column_is_declared_as(tmp_path: Path) -> None:
    """SQLite keeps what it is given, also in a column of whole numbers."""
    base = Dirty("sqlite", tmp_path / "base")
    base.fill("job_posting", [*jobs(2), {**jobs(1)[0], "posting_id": "J9", "employer_code": "E9",
                                         "headcount": 0.5}])
    part = base.part("job_posting")
    assert net(part) == 20
    assert part.data.quality.excluded == {"bad_amount": 1}
    assert remarks(part) == {"bad_amount 招聘人数": 1}


def test_a_mark_of_the_site_s_own_stands_for_nothing_too(dirty: Dirty) -> None:
    dirty.fill("job_posting", jobs(employer_code="不详"))
    assert dirty.part("job_posting").data.quality.excluded == {"duplicate": 4}
    part = dirty.part("job_posting", '[datasets.job_posting]\nempty = ["不详"]\n')
    assert net(part) == 50
    assert remarks(part) == {"empty_mark 用工主体": 5}


@pytest.mark.parametrize("mark", ["", " ", "/", "无"])
def test_a_unit_that_is_blank_contradicts_no_township_and_is_in_no_list_of_codes(
        dirty: Dirty, mark: str) -> None:
    dirty.fill("job_posting", jobs(unit_code=mark, township_code="321322100"))
    part = dirty.part("job_posting")
    assert (net(part), part.data.quality.division_conflict) == (50, 0)
    assert part.data.health.unknown_codes == ()
    assert remarks(part) == {"empty_mark 管理单位": 5}


@pytest.mark.parametrize("key", ["", "/", "无", None])
def test_six_people_without_a_key_are_not_one_person(dirty: Dirty, key: str | None) -> None:
    rows = [{"attendance_id": f"T{n}", "person_key": key, "unit_code": "321322",
             "completed_on": DAY, "level": "初级"} for n in range(6)]
    dirty.fill("training_attendance",
               [*rows, {**rows[0], "attendance_id": "T9", "person_key": "P9"}])
    part = dirty.part("training_attendance")
    assert (part.data.quality.counted, part.data.quality.excluded) == (1, {"bad_value": 6})
    assert remarks(part) == {"no_identity 人员编码": 6}


def test_a_category_that_may_be_empty_is_empty_under_a_mark(dirty: Dirty) -> None:
    dirty.fill("dispute_case", [{"case_id": f"C{n}", "unit_code": "321322", "outcome": mark}
                                for n, mark in enumerate(("/", "", None, "award"))])
    part = dirty.part("dispute_case")
    assert (part.data.quality.counted, part.data.health.unknown_values) == (4, ())
    assert remarks(part) == {"empty_mark 结案方式": 2}


@pytest.mark.parametrize(("make", "value"), [("sqlite", "1900-01-01"), ("sqlite", "9999-12-31"),
                                             ("sqlite", "0000-00-00"),
                                             ("sqlite", "1899-12-30 00:00:00"),
                                             ("sqlite", "0000-00-00 00:00:00"),
                                             ("postgresql", "1900-01-01"),
                                             ("postgresql", "9999-12-31"),
                                             ("postgresql", "infinity"),
                                             ("postgresql", "-infinity"),
                                             ("postgresql", "0044-03-15 BC"),
                                             ("mariadb", "0000-00-00"), ("mariadb", "1900-01-01"),
                                             ("mariadb", "9999-12-31"), ("mariadb", "2025-00-00")])
@pytest.mark.parametrize("column", ["invalidated_on", "published_on"])
def test_a_date_that_stands_for_none_writes_nothing_off_and_ends_no_refresh(
        request: pytest.FixtureRequest, tmp_path: Path, make: str, value: str, column: str) -> None:
    server = None if make == "sqlite" else request.getfixturevalue(make)
    if server is not None:
        server.forget()
    dirty = Dirty(make, tmp_path / "base", server)
    rows = jobs()
    for row in rows[:3]:
        row[column] = value
    dirty.fill("job_posting", rows, {} if make == "sqlite"
               else {column: "timestamp" if make == "postgresql" else "datetime"})
    for types in ({}, None):
        if types is not None:
            dirty.fill("job_posting", rows)
        part = dirty.part("job_posting")
        title = "失效日期" if column == "invalidated_on" else "发布日期"
        if column == "invalidated_on":
            assert net(part) == 50
        else:
            assert (net(part), part.data.quality.excluded) == (20, {"missing_date": 3})
        assert remarks(part) == {f"placeholder_date {title}": 3}
        assert dirty.checked("job_posting").problem is None


def test_a_real_end_before_its_start_keeps_its_rule_and_is_remarked(dirty: Dirty) -> None:
    dirty.fill("job_posting", [*jobs(4), *jobs(1, posting_id="X", employer_code="EX",
                                               invalidated_on="2025-02-01")])
    part = dirty.part("job_posting")
    assert net(part) == 40
    assert remarks(part) == {"end_before_start 失效日期": 1}


def test_a_case_closed_before_it_was_accepted_is_not_closed(dirty: Dirty) -> None:
    base = {"stage": "arbitration", "unit_code": "321322", "accepted_on": "2025-03-01"}
    dirty.fill("dispute_case", [{**base, "case_id": "A", "closed_on": "2025-02-01"},
                                {**base, "case_id": "B", "closed_on": "2025-03-01"},
                                {**base, "case_id": "C", "closed_on": "2024-12-31",
                                 "outcome": "award"}])
    part = dirty.part("dispute_case")
    events = part.data.cells.groupby(part.data.cells["event"].astype(str))["rows"].sum()
    assert events["closed"] == 1
    assert events["accepted_closed_in_time"] == 1
    assert remarks(part) == {"closing_ignored 结案日期": 2}


@pytest.mark.parametrize("heads", [2001, 13812345678])
def test_more_heads_than_a_posting_can_have_are_no_amount(dirty: Dirty, heads: int) -> None:
    dirty.fill("job_posting", [*jobs(4), *jobs(1, posting_id="X", employer_code="EX",
                                               headcount=heads)], {"headcount": "bigint"})
    part = dirty.part("job_posting")
    assert (net(part), part.data.quality.excluded) == (40, {"bad_amount": 1})
    assert remarks(part) == {"bad_amount 招聘人数": 1}
    dirty.fill("job_posting", jobs(5, headcount=2000))
    assert net(dirty.part("job_posting")) == 10_000


@pytest.mark.server
@pytest.mark.parametrize("value", ["NaN", "infinity", "-infinity", "1e308"])
def test_an_amount_that_is_not_finite_is_none(postgresql: Any, tmp_path: Path, value: str) -> None:
    postgresql.forget()
    dirty = Dirty("postgresql", tmp_path / "base", postgresql)
    dirty.fill("fund_entry", [{"amount": 10.5, "unit_code": "321322"},
                              {"amount": value, "unit_code": "321322"}])
    part = dirty.part("fund_entry")
    assert (part.data.cells["amount"].sum(), part.data.quality.excluded) == (
        10.5, {"bad_amount": 1})
    assert remarks(part) == {"bad_amount 金额": 1}


def test_rows_of_one_identity_count_once_the_earliest_first(dirty: Dirty) -> None:
    base = {"person_key": "P1", "unit_code": "321322"}
    dirty.fill("assisted_person", [{**base, "registered_on": "2025-03-02"},
                                   {**base, "registered_on": "2025-03-01", "unit_code": "321302"},
                                   {**base, "registered_on": "2025-03-01",
                                    "updated_at": datetime(2025, 5, 1, 8)},
                                   {**base, "registered_on": "2025-03-01", "unit_code": "321371",
                                    "updated_at": datetime(2025, 4, 1, 8),
                                    "ended_on": "2025-06-01"},
                                   {**base, "person_key": "P2", "registered_on": "2025-03-01"}])
    part = dirty.part("assisted_person")
    assert (part.data.quality.counted, part.data.quality.excluded) == (2, {"duplicate": 3})
    counted = part.data.cells[(part.data.cells["status"] == "counted").to_numpy()]
    assert sorted(counted["unit"].astype(str)) == ["321322"]
    assert remarks(part) == {"duplicate_key 人员编码": 3}


def test_the_same_case_of_two_stages_is_two_cases_and_pasted_twice_one(dirty: Dirty) -> None:
    base = {"case_id": "C1", "unit_code": "321322", "accepted_on": DAY}
    dirty.fill("dispute_case", [{**base, "stage": "mediation"}, {**base, "stage": "arbitration"},
                                {**base, "stage": "arbitration", "closed_on": "2025-04-01"}])
    part = dirty.part("dispute_case")
    assert (part.data.quality.counted, part.data.quality.excluded) == (2, {"duplicate": 1})
    events = part.data.cells[(part.data.cells["status"] == "counted").to_numpy()]
    assert "closed" in set(events["event"].astype(str))


def test_a_repeated_key_without_a_rule_counts_and_is_remarked(dirty: Dirty) -> None:
    dirty.fill("hire", [{"hire_id": "H1", "unit_code": "321322"},
                        {"hire_id": "H1", "unit_code": "321302"}, {"hire_id": "H2"}])
    part = dirty.part("hire")
    assert part.data.quality.counted == 3
    assert remarks(part) == {"duplicate_key 录用编号": 1}


def test_an_account_registered_again_after_it_ended_is_remarked(dirty: Dirty) -> None:
    base = {"account_id": "A1", "unit_code": "321322"}
    dirty.fill("worker_account",
               [{**base, "registered_on": "2025-03-01", "deregistered_on": "2025-04-01"},
                {**base, "registered_on": "2025-05-01"},
                {**base, "account_id": "A2", "registered_on": "2025-03-01"},
                {**base, "account_id": "A2", "registered_on": "2025-03-09"}])
    part = dirty.part("worker_account")
    assert part.data.quality.excluded == {"duplicate": 2}
    assert remarks(part) == {"registered_again 账户编号": 1}


@pytest.mark.parametrize("pad", [" ", "   ", "\t", "\u3000"])
def test_codes_compare_without_blanks_around_them(dirty: Dirty, pad: str) -> None:
    rows = jobs()
    rows[0] |= {"unit_code": f"321322{pad}", "collector": f"third_party{pad}"}
    rows[1] |= {"employer_code": f"E1{pad}", "posting_id": f"J2{pad}"}
    dirty.fill("job_posting", rows)
    part = dirty.part("job_posting")
    assert part.data.quality.excluded == {"duplicate": 1}
    assert net(part) == 40
    assert part.data.health.unknown_codes == ()
    assert {name.partition(" ")[0] for name in remarks(part)} >= {"padded_code"}
