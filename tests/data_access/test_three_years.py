"""Three years of one installation: two plans, four edits of the first, a county under another code,
merged townships, twelve frozen meetings and the folders of earlier versions. What is drawn here
holds after every later step.

Every county publishes thirty jobs on the first of every month.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from data_access.current import Current, load_or_refresh
from data_access.ledger import Ledger
from data_access.site import Settings
from data_access.snapshots import list_frozen, open_frozen
from data_access.snapshots.refresh import refresh
from kpi.follow_ups import Event, EventKind, Item, status
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.plan import FollowUpRules
from kpi.vocabulary import Rollup
from reports.freezing import freeze_meeting
from reports.papers import note_of
from tests.data_access.frozen_folders import MEETINGS as OLDER
from tests.data_access.frozen_folders import frozen_copy
from tests.drawn import WORLD, Row, filled, table, write_sqlite

pytestmark = pytest.mark.long

JOBS, STATIONS = "jobs_published", "station_coverage"
COUNTY, OLD, NEW, CHANGE = "321302", "321322", "321304", date(2025, 10, 1)
OFFICE = Actor("bangongshi", Role.OFFICE)

# The first plan has 730 days, from October 2026 on 820; a light is yellow up to five
# points behind and red beyond; `first` and `own` are of 宿城, `second` and `other` of 沭阳, `city` and
# `whole` of the city, which has the jobs of both
DRAWN = """
    | newest     | code   | jobs | first | second | city | own | other | whole |
    | 2025-03-31 | 321322 | 90   | 600   | 600    | 1200 | 绿  | 绿    | 绿    |
    | 2025-06-30 | 321322 | 180  | 600   | 1200   | 1800 | 绿  | 红    | 黄    |
    | 2025-09-30 | 321322 | 270  | 600   | 1200   | 1800 | 绿  | 红    | 红    |
    | 2025-12-31 | 321304 | 360  | 600   | 1200   | 1800 | 绿  | 红    | 红    |
    | 2026-03-31 | 321304 | 450  | 900   | 660    | 1560 | 红  | 绿    | 黄    |
    | 2026-06-30 | 321304 | 540  | 900   | 660    | 1560 | 红  | 绿    | 红    |
    | 2026-09-30 | 321304 | 630  | 900   | 660    | 1560 | 红  | 绿    | 红    |
    | 2026-12-31 | 321304 | 720  | 900   | 660    | 1560 | 红  | 达标  | 绿    |
"""
# of the second plan, from 1 January 2027: 731 days
SECOND = """
    | newest     | code   | jobs | first | second | city | own | other | whole |
    | 2027-03-31 | 321304 | 90   | 600   | 1200   | 1800 | 绿  | 黄    | 黄    |
    | 2027-06-30 | 321304 | 180  | 600   | 1200   | 1800 | 绿  | 红    | 黄    |
    | 2027-09-30 | 321304 | 270  | 600   | 1200   | 1800 | 绿  | 红    | 红    |
    | 2027-12-31 | 321304 | 360  | 600   | 1200   | 1800 | 绿  | 红    | 红    |
"""
LIGHTS = {"达标": "met", "绿": "green", "黄": "yellow", "红": "red"}
Figures = dict[str, tuple[float | None, float | None, str]]


@dataclass(frozen=True)
class Drawn:
    newest: date
    figures: Figures


def drawn(drawing: str) -> list[Drawn]:
    made = []
    for row in table(drawing):
        cell = {name: str(value) for name, value in row.items()}
        jobs = float(cell["jobs"])
        made.append(Drawn(date.fromisoformat(cell["newest"]), {
            COUNTY: (jobs, float(cell["first"]), LIGHTS[cell["own"]]),
            cell["code"]: (jobs, float(cell["second"]), LIGHTS[cell["other"]]),
            "321300": (2 * jobs, float(cell["city"]), LIGHTS[cell["whole"]])}))
    return made


def plan(name: str, start: date, deadline: date, targets: tuple[int, int], code: str,
         other: str, top: str = "") -> str:
    """A plan file with the jobs' quotas of 宿城 and of 沭阳 under `code`."""
    return f"""{top}
[plan]
id = "{name}"
title = "测试方案"
document = "测试"
city_code = "321300"
city_name = "测试市"
start = {start}
deadline = {deadline}
[indicators.{JOBS}]
target = {sum(targets)}
quotas = {{{COUNTY} = {targets[0]}, {code} = {targets[1]}}}
[indicators.{STATIONS}]
[indicators.{other}]
"""


START, END, LONGER = date(2025, 1, 1), date(2026, 12, 31), date(2027, 3, 31)
DRAFT = plan("first", START, END, (600, 600), OLD, "training_attendances")
EDITS = {  # put into use when read through this day
    date(2025, 3, 31): DRAFT,
    date(2025, 6, 30): plan("first", START, END, (600, 1200), OLD, "training_attendances",
                            "effective_from = 2025-05-01"),
    date(2026, 3, 31): plan("first", START, END, (900, 660), NEW, "training_attendances",
                            "effective_from = 2026-03-01"),
    date(2026, 6, 30): plan("first", START, END, (900, 660), NEW, "good_practices",
                            "effective_from = 2026-06-01"),
    date(2026, 12, 31): plan("first", START, LONGER, (900, 660), NEW, "good_practices",
                             "effective_from = 2026-10-01"),
    # a picker of plans takes the place of this exchange of the file
    date(2027, 3, 31): plan("second", date(2027, 1, 1), date(2028, 12, 31), (600, 1200), NEW,
                            "good_practices"),
}


def units(newest: date) -> list[Row]:
    """沭阳 has another code from October 2025 on, listed from the day it has it."""
    first, second, zone = WORLD["managing_unit"]
    if newest < CHANGE:
        return [first, second, zone]
    return [first, {**second, "valid_to": CHANGE, "successor_code": NEW},
            {**second, "unit_code": NEW, "county_code": NEW, "name": "沭阳区", "valid_from": CHANGE},
            zone]


def postings(newest: date) -> list[Row]:
    firsts = [date(year, month, 1) for year in (2025, 2026, 2027) for month in range(1, 13)]
    return [filled("job_posting", {"posting_id": f"{code}{day}", "unit_code": code,
                                   "headcount": 30, "published_on": day})
            for day in firsts if day <= newest
            for code in (COUNTY, OLD if day < CHANGE else NEW)]


def tables(newest: date) -> dict[str, list[Row]]:
    """What the offices' databases hold after `newest`."""
    station = filled("service_venue", {"township_code": "321322101", "opened_on": START})
    return {**WORLD, "managing_unit": units(newest), "job_posting": postings(newest), "hire": [],
            "worker_account": [], "training_attendance": [], "practice_report": [],
            "service_venue": [station], "venue_service": []}


def read(settings: Settings, newest: date) -> Current:
    """Read at noon after `newest`, with the plan put into use by then."""
    write_sqlite(settings.config.parent, tables(newest))
    if newest in EDITS:
        settings.plan_file.write_text(EDITS[newest], encoding="utf-8")
    refresh(settings, now=datetime.combine(newest + timedelta(days=1), time(12)))
    return load_or_refresh(settings)


def figures(current: Current, day: date) -> Figures:
    """Value, target and light of the jobs of the city and each county."""
    return {line.division: (line.value, line.target, str(line.light.value))
            for line in current.scorecard(day).lines
            if line.indicator == JOBS and line.rollup in (Rollup.CITY, Rollup.COUNTY)}


def checksums(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


@dataclass
class Played:
    """What was seen and written at each step."""

    settings: Settings
    lights: dict[date, dict[date, Figures]] = field(default_factory=dict)
    written: dict[date, dict[Path, dict[str, str]]] = field(default_factory=dict)
    closings: dict[date, list[tuple[date, bool, float | None, float | None]]] = field(
        default_factory=dict)
    stations: dict[date, tuple[float | None, float | None]] = field(default_factory=dict)
    codes: dict[date, set[str]] = field(default_factory=dict)


def report(settings: Settings) -> None:
    """An item of 宿城 reported as done on 10 February 2025."""
    ledger = Ledger.open(settings)
    ledger.raise_items([Item("补进度", Rollup.COUNTY, COUNTY, "宿城区", "局长", date(2025, 2, 20),
                             indicator=JOBS)], OFFICE, datetime(2025, 2, 3, 9), assign=True)
    reported = datetime(2025, 2, 10, 9)
    ledger.act("2025-001", 2, Event(EventKind.DONE, reported, "", "已补齐"), OFFICE,
               lambda case: status(case, reported.date(), FollowUpRules()))
    ledger.close()


def closings(settings: Settings) -> list[tuple[date, bool, float | None, float | None]]:
    ledger = Ledger.open(settings)
    try:
        return [(one.day, one.closes, one.value, one.target)
                for one in ledger.case("2025-001").data_events]
    finally:
        ledger.close()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("years")
    (folder / "config").mkdir()
    settings = Settings(folder / "config", folder / "var", write_sqlite(folder, tables(START)))
    report(settings)
    made = Played(settings)
    frozen: list[Path] = []
    for plan_of in (drawn(DRAWN), drawn(SECOND)):
        days = [one.newest for one in plan_of]
        for number, newest in enumerate(days):
            current = read(settings, newest)
            made.lights[newest] = {day: figures(current, day) for day in days[:number + 1]}
            if newest in (date(2026, 6, 30), date(2026, 9, 30)):  # as an upgrade finds the folder
                names = OLDER[:1] if newest == date(2026, 6, 30) else OLDER[1:]
                frozen += [frozen_copy(name, settings.data) for name in names]
            card = current.scorecard(newest)
            frozen.append(freeze_meeting(current, card, note_of(current), {
                "纪要.txt": f"{newest}的会议".encode()}).folder)
            line = card.city_line(STATIONS)
            made.stations[newest] = (line.numerator, line.denominator)
            made.codes[newest] = {entry.indicator for entry in card.lines}
            made.closings[newest] = closings(settings)
            made.written[newest] = {path: checksums(path) for path in frozen}
    return made


def test_every_past_light_is_as_drawn_after_every_later_step(played: Played) -> None:
    for plan_of in (drawn(DRAWN), drawn(SECOND)):
        for number, step in enumerate(plan_of):
            seen = played.lights[step.newest]
            assert seen == {one.newest: one.figures for one in plan_of[:number + 1]}, step.newest


def test_every_frozen_meeting_shows_its_figures_at_the_end(played: Played) -> None:
    notes = {note.as_of: note for note in list_frozen(played.settings.data)}
    steps = [*drawn(DRAWN), *drawn(SECOND)]
    assert len(steps) == 12
    for one in steps:
        frozen = open_frozen(notes[one.newest].folder)
        assert frozen.shown is not None
        for code, (value, target, light) in one.figures.items():
            rollup = Rollup.CITY if code == "321300" else Rollup.COUNTY
            line = frozen.shown.line(JOBS, rollup, code)
            assert line is not None
            assert (line.value, line.target, line.light) == (value, target, light), one.newest


def test_no_byte_of_a_meeting_changes_once_it_is_written(played: Played) -> None:
    last = played.written[date(2027, 12, 31)]
    assert len(last) == 15  # twelve meetings and three of earlier versions
    for day, folders in played.written.items():
        for folder, sums in folders.items():
            assert last[folder] == sums, day
    assert {folder: checksums(folder) for folder in last} == last


def test_the_folders_of_earlier_versions_open(played: Played) -> None:
    for name in OLDER:
        frozen = open_frozen(played.settings.data / "frozen" / f"2026-06-29-{name}")
        assert frozen.note.as_of == date(2026, 6, 29)


def test_the_closing_stands_through_every_edit(played: Played) -> None:
    # on time from the report on: closed by the data on the fourteenth day, by sixty of 600
    closing = (date(2025, 2, 23), True, 60, 600)
    # thirty a month are ahead of the 600 it was closed by on every day, so nothing relapses when
    # the quota becomes 900 and the light turns red
    assert list(played.closings) == [one.newest for one in [*drawn(DRAWN), *drawn(SECOND)]]
    assert played.closings == {day: [closing] for day in played.closings}


def test_merged_townships_leave_the_count_from_their_day(played: Played) -> None:
    drawn_of = {date(2025, 3, 31): (1, 8), date(2025, 6, 30): (1, 7), date(2025, 9, 30): (1, 5),
                date(2027, 12, 31): (1, 5)}
    assert {day: played.stations[day] for day in drawn_of} == drawn_of


def test_an_indicator_is_added_and_another_removed(played: Played) -> None:
    before, after = (played.codes[day] for day in (date(2026, 3, 31), date(2026, 6, 30)))
    assert (before - after, after - before) == ({"training_attendances"}, {"good_practices"})
