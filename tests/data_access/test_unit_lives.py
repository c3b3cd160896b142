"""Units that change their code or are dissolved: what was stays with who they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from data_access.current import Current, load_or_refresh
from data_access.ledger import Ledger
from data_access.site import Settings
from data_access.snapshots.refresh import refresh
from kpi.alerts import Rule
from kpi.follow_ups import Event, EventKind, Item, status
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.follow_ups.follow_up_words import place_name
from kpi.plan import FollowUpRules
from kpi.scope import Scope
from kpi.scorecard import path
from kpi.vocabulary import Rollup
from reports.papers import note_of
from reports.scorecard import to_json
from tests.data_access.site import drawn, site
from tests.drawn import WORLD, filled, rows, write_sqlite

JOBS = "jobs_published"
START, CHANGE, NEWEST = date(2025, 1, 1), date(2025, 7, 1), date(2025, 9, 30)
OLD, NEW, COUNTY, ZONE = "321322", "321304", "321302", "321371"
_FIRST, _SECOND, _ZONE = WORLD["managing_unit"]
UNITS = [
    _FIRST,
    {**_SECOND, "valid_to": CHANGE, "successor_code": NEW},
    {**_SECOND, "unit_code": NEW, "county_code": NEW, "name": "沭阳区", "valid_from": CHANGE},
    {**_ZONE, "valid_to": date(2025, 8, 1)},
]
"""沭阳县 becomes 沭阳区 under another code on 1 July; the zone is gone on 1 August, with nobody named
to follow it."""


def postings() -> list[dict[str, Any]]:
    """A job a day in each unit; from its change on the county under its new code."""
    made = []
    for number in range((NEWEST - START).days + 1):
        day = START + timedelta(days=number)
        for unit in (COUNTY, OLD if day < CHANGE else NEW, ZONE):
            made.append(filled("job_posting", {"unit_code": unit, "headcount": 1,
                                               "published_on": day}, len(made) + 1))
    return made


def site_with(folder: Path, units: Sequence[dict[str, Any]]) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    tables = {**drawn(), "managing_unit": units, "job_posting": postings(), "hire": [],
              "worker_account": []}
    settings = site(folder, write_sqlite(folder, tables))
    plan = settings.plan_file.read_text(encoding="utf-8")
    settings.plan_file.write_text(plan.replace(
        f"[indicators.{JOBS}]\n", f"[indicators.{JOBS}]\ntarget = 2190\n"
        "quotas = {321302 = 1460, 321322 = 730}\n"), encoding="utf-8")
    return settings


def read(settings: Settings) -> Current:
    refresh(settings, now=datetime.combine(NEWEST + timedelta(days=1), time(12)))
    return load_or_refresh(settings)


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Current:
    return read(site_with(tmp_path_factory.mktemp("lives"), UNITS))


def lines(current: Current, day: date) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """Value and target of every division."""
    return {(line.rollup, line.division): (line.value, line.target)
            for line in current.scorecard(day).lines if line.indicator == JOBS}


def test_each_day_has_its_own_units_and_nothing_is_lost(current: Current) -> None:
    before, changed, after = date(2025, 6, 30), CHANGE, date(2025, 8, 1)
    # 181 days through 30 June, 182 through 1 July, 213 through 1 August
    assert lines(current, before) == {
        ("city", "321300"): (543, 2190), ("county", COUNTY): (362, 1460),
        ("county", OLD): (181, 730), ("managing", COUNTY): (181, 1168),
        ("managing", OLD): (181, 730), ("managing", ZONE): (181, 292)}
    assert lines(current, changed) == {
        ("city", "321300"): (546, 2190), ("county", COUNTY): (364, 1460),
        ("county", NEW): (182, 730), ("managing", COUNTY): (182, 1168),
        ("managing", NEW): (182, 730), ("managing", ZONE): (182, 292)}
    # the zone is gone: what it did is its county's, and so is its part of the target
    assert lines(current, after) == {
        ("city", "321300"): (639, 2190), ("county", COUNTY): (426, 1460),
        ("county", NEW): (213, 730), ("managing", COUNTY): (426, 1460),
        ("managing", NEW): (213, 730)}


@pytest.mark.long
def test_a_past_day_is_what_it_was_before_the_list_was_changed(tmp_path: Path,
                                                               current: Current) -> None:
    """The same rows read with the list as it was: every day before the change, to the last byte."""
    alone = read(site_with(tmp_path, WORLD["managing_unit"]))
    note = note_of(current)
    for number in range(0, 181, 12):
        day = START + timedelta(days=number)
        cards = [to_json(one.scorecard(day), note) for one in (current, alone)]
        # the list of then leaves out the rows under a code it does not have
        assert cards[0].partition('"quality"')[0] == cards[1].partition('"quality"')[0], day


def test_an_alert_and_a_place_run_on_under_the_new_code(current: Current) -> None:
    def since(day: date, code: str) -> list[date]:
        return [alert.since for alert in current.scorecard(day).alerts
                if (alert.rule, alert.division, alert.rollup) == (Rule.BEHIND_PACE, code, "county")]

    places = {row.division: (row.place, row.previous)
              for row in current.scorecard(date(2025, 7, 20)).ranking if row.group == "county"}
    assert places == {COUNTY: (1, 1), NEW: (1, 1)}
    assert since(date(2025, 6, 30), OLD) == since(date(2025, 7, 20), NEW)


def test_the_curve_of_the_new_code_has_the_days_of_the_old(current: Current) -> None:
    shown = current.judged_on(NEWEST).figures
    place = shown.facts.geography.division(Rollup.COUNTY, NEW)
    walked = path(shown, JOBS, place, NEWEST)
    assert [point.value for point in walked.actual] == list(range(1, 274))
    assert walked.changes == ()
    assert (walked.expected[0].value, walked.expected[-1].value) == (0, 730)


def test_whoever_asks_by_the_code_of_another_day_gets_the_unit(current: Current) -> None:
    now, then = (current.judged_on(day).figures.facts.geography for day in (NEWEST, START))
    assert now.division(Rollup.COUNTY, OLD).code == NEW
    assert then.division(Rollup.COUNTY, NEW).code == OLD
    assert now.division(Rollup.MANAGING, ZONE).code == COUNTY
    cut = current.scoped(Scope(False, (OLD,)))
    assert [one.code for one in cut.judged_on(NEWEST).figures.facts.geography.counties] == [NEW]
    assert [one.code for one in cut.judged_on(START).figures.facts.geography.counties] == [OLD]
    (county,) = cut.judged_on(NEWEST).figures.facts.geography.counties
    line = cut.scorecard(NEWEST).line(JOBS, county)
    assert (line.value, line.target) == (273, 730)


@pytest.mark.long
def test_an_item_of_the_meeting_goes_on_with_the_unit(tmp_path: Path) -> None:
    """Reported on 25 June, on time all along: closed on the fourteenth day, 8 July, by the new
    code's figures; it counts for the county by whichever code."""
    settings = site_with(tmp_path, UNITS)
    item = Item("补进度", Rollup.COUNTY, OLD, "沭阳县人社局", "局长", date(2025, 7, 10), indicator=JOBS)
    office, reported = Actor("bangongshi", Role.OFFICE), datetime(2025, 6, 25, 9)
    ledger = Ledger.open(settings)
    ledger.raise_items([item], office, datetime(2025, 6, 20, 9), assign=True)
    ledger.act("2025-001", 2, Event(EventKind.DONE, reported, "", "已补齐"), office,
               lambda case: status(case, reported.date(), FollowUpRules()))
    known = read(settings)
    assert "沭阳区" in place_name(item, known.figures.facts.geography)
    rate = {day: known.judged_on(day).figures for day in (date(2025, 6, 30), date(2025, 7, 10))}
    values = {day: one.measure("follow_ups_closed", place, day).value for day, one in rate.items()
              if (place := one.facts.geography.division(Rollup.COUNTY, NEW))}
    assert values == {date(2025, 6, 30): None, date(2025, 7, 10): 1}
    assert [event.day for event in ledger.case("2025-001").data_events] == [date(2025, 7, 8)]
    ledger.close()


@pytest.mark.long
def test_rows_under_either_code_contradict_no_township(tmp_path: Path) -> None:
    folder = tmp_path / "places"
    settings = site_with(folder, UNITS)
    postings_ = rows("job_posting", """
        | unit_code | township_code | headcount | published_on |
        | 321304    | 321322100     | 5         | 2025-08-01   |
        | 321322    | 321322100     | 6         | 2025-08-02   |
        | 321302    | 321322100     | 7         | 2025-08-03   |
        | 沭阳县    |               | 8         | 2025-06-03   |
        | 沭阳区    |               | 9         | 2025-08-04   |
    """)
    write_sqlite(folder, {**drawn(), "managing_unit": UNITS,
                          "job_posting": postings_, "hire": [], "worker_account": []})
    known = read(settings)
    quality = known.figures.facts.quality["job_posting"]
    assert (quality.counted, quality.division_conflict) == (5, 1)
    assert lines(known, NEWEST)["county", NEW][0] == 35


@pytest.mark.long
def test_a_list_made_before_units_had_lives_is_read_as_ever(tmp_path: Path) -> None:
    settings = site_with(tmp_path, WORLD["managing_unit"])

    with sqlite3.connect(tmp_path / "reference.sqlite") as database:
        for column in ("valid_from", "valid_to", "successor_code"):
            database.execute(f"ALTER TABLE managing_unit DROP COLUMN {column}")
    database.close()
    known = read(settings)
    assert known.figures.timeline is None
    assert lines(known, START)["county", OLD] == (1, 730)
