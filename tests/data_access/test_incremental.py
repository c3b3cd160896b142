"""Reading only what changed gives, bit for bit, what reading everything gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data_access.site.settings import Settings
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Method, Snapshot
from tests.data_access.site import START, drawn, site
from tests.drawn import WORLD, Row, filled, write_sqlite
from tests.examples import examples
from tests.servers import Server

MORNING = datetime(2026, 1, 5, 6)
STAMPED = "updated_at"
Table = dict[str, list[Row]]

_KEYS = ("job_posting", "hire", "worker_account", "training_attendance", "dispute_case",
         "injury_cover", "service_venue", "assisted_person", "fund_entry", "employer_account")


def _full(given: Settings, now: datetime) -> Snapshot:
    """The same site read by somebody who never read it before."""
    with TemporaryDirectory() as folder:
        return refresh(Settings(given.config, Path(folder), given.urls), now=now)


def _assert_same(one: Snapshot, other: Snapshot) -> None:
    assert one.messages == other.messages == ()
    assert one.id == other.id
    for name, part in one.parts.items():
        whole = other.parts[name].data
        assert list(part.data.cells.columns) == list(whole.cells.columns)
        for column in whole.cells.columns:
            assert part.data.cells[column].tolist() == whole.cells[column].tolist(), (name, column)
        assert (part.data.quality, part.data.latest) == (whole.quality, whole.latest)
        # how late rows come is of the last time any came
        assert replace(part.data.health, delay=None) == replace(whole.health, delay=None)
    venues = [snapshot.parts["service_venue"].data.venues for snapshot in (one, other)]
    assert venues[0] is not None
    assert venues[0].equals(venues[1])


_DAYS = st.one_of(st.dates(date(2025, 10, 25), date(2026, 1, 8)),
                  st.dates(date(2024, 11, 1), date(2026, 2, 20)))


@st.composite
def _new_row(draw: st.DrawFn, name: str, number: int) -> Row:
    given_: dict[str,
                 Any] = {"unit_code": draw(st.sampled_from(("321302", "321322", "999999", None)))}
    day = draw(st.one_of(_DAYS, _DAYS, _DAYS, st.none()))
    match name:
        case "job_posting":
            given_ |= {"posting_id": f"J{number}", "published_on": day,
                       "employer_code": draw(st.sampled_from(("E1", "E2"))),
                       "occupation": draw(st.sampled_from(("保洁", "骑手"))),
                       "headcount": draw(st.integers(0, 9)),
                       "invalidated_on": draw(st.one_of(st.none(), _DAYS))}
        case "hire":
            given_ |= {"hire_id": f"H{number}", "matched_on": day,
                       "agreement_signed_on": draw(st.one_of(st.none(), _DAYS))}
        case "worker_account" | "employer_account":
            key = "account_id" if name == "worker_account" else "employer_code"
            given_ |= {key: draw(st.sampled_from(("A1", "A2", "A3"))), "registered_on": day,
                       "verified_on": draw(st.one_of(st.none(), _DAYS))}
        case "training_attendance":
            given_ |= {"attendance_id": f"T{number}",
                       "person_key": draw(st.sampled_from(("P1", "P2"))), "completed_on": day}
        case "dispute_case":
            given_ |= {"case_id": f"D{number}", "accepted_on": day,
                       "closed_on": draw(st.one_of(st.none(), _DAYS)),
                       "outcome": draw(st.sampled_from(("success", "failure", "nonsense")))}
        case "injury_cover":
            given_ |= {"person_key": draw(st.sampled_from(("P1", "P2"))), "covered_from": day,
                       "covered_until": draw(st.one_of(st.none(), _DAYS))}
        case "service_venue":
            given_ |= {"venue_id": f"V{number}", "opened_on": day,
                       "closed_on": draw(st.one_of(st.none(), _DAYS))}
        case "assisted_person":
            given_ |= {"person_key": f"P{number}", "registered_on": day,
                       "helped_on": draw(st.one_of(st.none(), _DAYS))}
        case _:
            given_ |= {"entry_id": f"F{number}", "booked_on": day,
                       "amount": draw(st.integers(1, 400)) / 4}
    return filled(name, given_, number)


@st.composite
def _histories(draw: st.DrawFn) -> list[tuple[timedelta, list[tuple[str, str, int, Row]]]]:
    """Rounds of work in the bureaus: after how long, and what is done to which dataset's rows."""
    rounds = []
    number = 0
    for _ in range(draw(st.integers(2, 4))):
        deeds = []
        for name in draw(st.lists(st.sampled_from(_KEYS), min_size=0, max_size=6)):
            number += 1
            deed = draw(st.sampled_from(("insert", "insert", "late", "update", "delete")))
            deeds.append((deed, name, draw(st.integers(0, 99)), draw(_new_row(name, number))))
        rounds.append(
            (draw(st.sampled_from((timedelta(hours=1), timedelta(days=1), timedelta(days=3),
                                   timedelta(days=40)))), deeds))
    return rounds


def _work(tables: Table, deeds: list[tuple[str, str, int, Row]], now: datetime) -> None:
    for deed, name, which, row in deeds:
        rows = tables[name]
        # a late row keeps the time of the system it comes from
        stamped = {**row, STAMPED: now - timedelta(days=9 if deed == "late" else 0, minutes=7)}
        if deed in ("insert", "late") or not rows:
            rows.append(stamped)
        elif deed == "update":
            rows[which % len(rows)] = stamped
        else:
            del rows[which % len(rows)]


@settings(max_examples=examples(20, few=2), deadline=None, suppress_health_check=list(HealthCheck),
          phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(_histories())
def test_after_any_history_incremental_equals_full(
        history: list[tuple[timedelta, list[tuple[str, str, int, Row]]]]) -> None:
    tables: Table = {**WORLD, **{name: [] for name in _KEYS}}
    now = MORNING
    with TemporaryDirectory() as name:
        folder = Path(name)
        for pause, deeds in history:
            _work(tables, deeds, now)
            given_ = site(folder, write_sqlite(folder, {**_empty(), **tables}),
                          full_every_days=10_000)
            _assert_same(refresh(given_, now=now), _full(given_, now))
            now += pause


def _empty() -> Table:
    return {name: [] for name in ("violation", "craft_certificate", "welfare_post",
                                  "practice_report")}


JOBS = """
    | posting_id | unit_code | headcount | published_on | employer_code | occupation | updated_at          |
    | J1         | 321302    | 5         | 2025-03-10   | E1            | 保洁       | 2025-03-10T09:00:00 |
    | J2         | 321302    | 7         | 2025-04-05   | E1            | 保洁       | 2025-04-05T09:00:00 |
    | J3         | 321302    | 1         | 2025-07-01   | E1            | 保洁       | 2025-07-01T09:00:00 |
"""


def _jobs(folder: Path, drawing: str, **options: int) -> Settings:
    tables = {**drawn(job_posting=drawing), "hire": [], "worker_account": []}
    return site(folder, write_sqlite(folder, tables), **options)


def test_an_unchanged_dataset_is_kept_as_it_is(tmp_path: Path) -> None:
    given_ = _jobs(tmp_path, JOBS)
    first = refresh(given_, now=MORNING)
    second = refresh(given_, now=MORNING + timedelta(days=1))
    assert first.parts["job_posting"].method == Method.FULL
    assert second.parts["job_posting"].method == Method.UNCHANGED
    assert second.parts["job_posting"].data.cells.equals(first.parts["job_posting"].data.cells)


def test_the_first_row_of_a_table_that_was_empty_for_several_refreshes(tmp_path: Path) -> None:
    nothing = "\n".join(JOBS.splitlines()[:2])
    for day in range(3):
        refresh(_jobs(tmp_path, nothing), now=MORNING + timedelta(days=day))
    later = MORNING + timedelta(days=3)
    given_ = _jobs(tmp_path, JOBS)
    found, whole = refresh(given_, now=later), _full(given_, later)
    assert found.parts["job_posting"].method == Method.INCREMENTAL
    assert found.id == whole.id
    pd.testing.assert_frame_equal(found.parts["job_posting"].data.cells,
                                  whole.parts["job_posting"].data.cells)


def test_a_row_taken_away_frees_the_later_one_it_made_a_duplicate_in_another_month(
        tmp_path: Path) -> None:
    refresh(_jobs(tmp_path, JOBS), now=MORNING)
    without = "\n".join(line for line in JOBS.splitlines() if "J1" not in line)
    taken = refresh(_jobs(tmp_path, without), now=MORNING + timedelta(days=1))
    assert taken.parts["job_posting"].method == Method.INCREMENTAL
    assert (taken.parts["job_posting"].data.quality.counted,
            taken.parts["job_posting"].data.quality.read) == (2, 2)


def test_a_row_of_the_future_is_counted_once_its_day_has_come(tmp_path: Path) -> None:
    given_ = _jobs(tmp_path, JOBS.replace("2025-07-01   ", "2026-01-06   "))
    assert dict(refresh(given_, now=MORNING).parts["job_posting"].data.quality.excluded) == {
        "duplicate": 1, "future_date": 1}
    later = refresh(given_, now=MORNING + timedelta(days=2))
    assert dict(later.parts["job_posting"].data.quality.excluded) == {"duplicate": 1}


def test_a_change_of_the_rules_reads_everything_again(tmp_path: Path) -> None:
    given_ = _jobs(tmp_path, JOBS)
    refresh(given_, now=MORNING)
    plan = given_.plan_file.read_text(encoding="utf-8")
    given_.plan_file.write_text(plan.replace("duplicate_window_days = 30",
                                             "duplicate_window_days = 20"), encoding="utf-8")
    taken = refresh(given_, now=MORNING + timedelta(days=1))
    assert taken.parts["job_posting"].method == Method.FULL
    assert taken.parts["job_posting"].data.quality.counted == 3


def test_a_row_changed_without_its_time_is_found_by_the_scheduled_full_reading_which_says_so(
        tmp_path: Path) -> None:
    refresh(_jobs(tmp_path, JOBS), now=MORNING)
    silently = JOBS.replace("| 321302    | 1 ", "| 321302    | 9 ")
    soon = refresh(_jobs(tmp_path, silently), now=MORNING + timedelta(days=6))
    assert (soon.parts["job_posting"].method, soon.notes) == (Method.UNCHANGED, ())
    later = refresh(_jobs(tmp_path, silently), now=MORNING + timedelta(days=7))
    assert later.parts["job_posting"].method == Method.FULL
    cells = later.parts["job_posting"].data.cells
    assert cells.loc[(cells["event"] == "published").to_numpy(), "amount"].sum() == 14
    assert later.notes == ("整读发现零工岗位发布有 1 天的行被改动而没有更新 updated_at，已按整读更正；"
                           "请该系统改动数据时一并更新 updated_at。",)


def test_a_full_reading_can_be_asked_for(tmp_path: Path) -> None:
    given_ = _jobs(tmp_path, JOBS)
    refresh(given_, now=MORNING)
    assert refresh(given_, now=MORNING + timedelta(days=1),
                   full=True).parts["job_posting"].method == Method.FULL


def test_without_a_time_of_change_a_dataset_is_always_read_in_full(tmp_path: Path) -> None:
    given_ = _jobs(tmp_path, JOBS.replace("2025-07-01T09:00:00", "                   "))
    refresh(given_, now=MORNING)
    assert refresh(given_, now=MORNING + timedelta(days=1)).parts[
        "job_posting"].method == Method.FULL


@pytest.mark.server
def test_the_servers_tell_changed_months_the_same_way(server: Server, tmp_path: Path) -> None:
    def at(drawing: str, now: datetime) -> Snapshot:
        urls = server.write({**drawn(job_posting=drawing), "hire": [], "worker_account": []})
        return refresh(site(tmp_path, urls), now=now)
    at(JOBS, MORNING)
    assert at(JOBS, MORNING + timedelta(days=1)).parts["job_posting"].method == Method.UNCHANGED
    changed = JOBS.replace("| 1         | 2025-07-01   | E1            | 保洁       | 2025-07-01",
                           "| 2         | 2025-08-01   | E1            | 保洁       | 2026-01-01")
    taken = at(changed, MORNING + timedelta(days=2))
    assert taken.parts["job_posting"].method == Method.INCREMENTAL
    with TemporaryDirectory() as folder:
        urls = {name: server.url(name) for name in ("suzhaohuo", "reference")}
        whole = refresh(Settings(tmp_path / "config", Path(folder), urls),
                        now=MORNING + timedelta(days=2))
    assert taken.id == whole.id
    assert date(2025, 3, 1) > START
