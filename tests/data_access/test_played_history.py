"""Three years of one site, played day by day: two plans, four edits of the first, a county that
changes its code, merged townships, twelve meetings, two upgrades. What was written stays, and every
past light is the one that was drawn.

A job a day is published in each of three units, so the city has three times as many as days have
gone by. What else is needed to draw the tables below by hand:

* draft of the plan: 1,500 jobs in the 546 days to 30 June 2026; due on day n: n/546
* as issued, from 1 July 2025: 2,920 jobs in the 730 days to 31 December 2026
* revised, from 1 March 2026: 2,300 jobs, 1,500 of them in 宿城区 and 800 in 沭阳县, and a second floor
* from 1 June 2026 the stations are no indicator any more
* corrected on 15 September 2026, for the days from 1 June on: 2,100 jobs, 1,400 and 700
* the next plan: 4,386 jobs in the 731 days of 2027 and 2028
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.current import Current, load_or_refresh
from data_access.ledger import Ledger
from data_access.ledger.engine import looking, open_ledger_engine, writing
from data_access.ledger.migrate import newest_version, upgrade, version_of
from data_access.running import upgrade as program
from data_access.site import Settings, recorded_versions
from data_access.snapshots import list_frozen, open_frozen
from data_access.snapshots.refresh import refresh
from kpi.follow_ups import Event, EventKind, Item, Meeting, status
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.vocabulary import Rollup
from reports.brief.paper import BRIEF
from reports.freezing import freeze_meeting
from reports.papers import note_of, paper_bytes, source
from tests.data_access.frozen_folders import FOLDER, frozen_copy
from tests.data_access.site import drawn
from tests.drawn import WORLD, filled, rows, table, write_sqlite

pytestmark = pytest.mark.long
START, NEXT = date(2025, 1, 1), date(2027, 1, 1)
A, B, NEW, ZONE, CITY = "321302", "321322", "321304", "321371", "321300"
RECODED = date(2026, 7, 1)
OFFICE = Actor("bangongshi", Role.OFFICE)
JOBS, STATIONS, THIRD = "jobs_published", "station_coverage", "third_party_share"

STATIONS_DRAWN = """
    | kind    | unit_code | township_code | opened_on  |
    | station |           | 321302199     | 2025-02-01 |
    | station |           | 321302001     | 2025-03-01 |
    | station |           | 321302100     | 2025-05-15 |
    | station |           | 321322100     | 2025-08-01 |
    | station |           | 321322103     | 2026-05-20 |
"""

# the lights of each month's end: jobs of the city and of both counties, stations of the city, and
# the share of third parties, which is a third throughout; “—”: no indicator of the plan then
LIGHTS = """
    | month   | city   | A      | B      | stations | third |
    | 2025-01 | green  | green  | yellow | red      | —     |
    | 2025-02 | green  | green  | yellow | green    | —     |
    | 2025-03 | green  | green  | red    | green    | —     |
    | 2025-04 | green  | green  | red    | green    | —     |
    | 2025-05 | green  | green  | red    | green    | —     |
    | 2025-06 | green  | green  | red    | green    | —     |
    | 2025-07 | red    | green  | red    | green    | —     |
    | 2025-08 | red    | green  | red    | green    | —     |
    | 2025-09 | red    | green  | red    | green    | —     |
    | 2025-10 | red    | green  | red    | green    | —     |
    | 2025-11 | red    | green  | red    | green    | —     |
    | 2025-12 | red    | green  | red    | green    | —     |
    | 2026-01 | red    | green  | red    | green    | —     |
    | 2026-02 | red    | green  | red    | green    | —     |
    | 2026-03 | yellow | yellow | red    | green    | red   |
    | 2026-04 | yellow | yellow | red    | green    | red   |
    | 2026-05 | yellow | yellow | red    | met      | red   |
    | 2026-06 | yellow | yellow | red    | —        | red   |
    | 2026-07 | yellow | yellow | red    | —        | red   |
    | 2026-08 | yellow | yellow | red    | —        | red   |
"""
# of the days the correction is about, and of those after it
CORRECTED = """
    | month   | city  | A     | B     | stations | third |
    | 2026-06 | green | green | green | —        | red   |
    | 2026-07 | green | green | green | —        | red   |
    | 2026-08 | green | green | green | —        | red   |
    | 2026-09 | green | green | green | —        | red   |
    | 2026-10 | green | green | green | —        | red   |
    | 2026-11 | green | green | green | —        | red   |
    | 2026-12 | met   | met   | met   | —        | red   |
"""
# 2027: 4,386 is six a day, so half of what is due; of it 宿城区 1,687 (10 of 26 by people), 沭阳区 2,699
NEXT_PLAN = """
    | month   | city   | A      | B      |
    | 2027-01 | yellow | yellow | yellow |
    | 2027-02 | yellow | yellow | red    |
    | 2027-03 | red    | yellow | red    |
    | 2027-12 | red    | red    | red    |
"""

# of each frozen meeting: jobs of the city on the day before it, what they were held to, the light
MEETINGS = """
    | held       | jobs | target | light  | plan                 |
    | 2026-01-10 | 1122 | 2920   | red    | 印发稿               |
    | 2026-02-10 | 1215 | 2920   | red    | 印发稿               |
    | 2026-03-10 | 1299 | 2300   | yellow | 三月调整             |
    | 2026-04-10 | 1392 | 2300   | yellow | 三月调整             |
    | 2026-05-10 | 1482 | 2300   | yellow | 三月调整             |
    | 2026-06-10 | 1575 | 2300   | yellow | 六月取消驿站         |
    | 2026-07-10 | 1665 | 2300   | yellow | 六月取消驿站         |
    | 2026-08-10 | 1758 | 2300   | yellow | 六月取消驿站         |
    | 2026-09-10 | 1851 | 2300   | yellow | 六月取消驿站         |
    | 2026-10-10 | 1941 | 2100   | green  | 九月更正             |
    | 2026-11-10 | 2034 | 2100   | green  | 九月更正             |
    | 2026-12-10 | 2124 | 2100   | met    | 九月更正             |
"""

# what the data did to items, as written down: item, day, closes, value, target
CLOSINGS = (
    # reported on 10 March 2025: the fourteenth day is the 23rd, the 82nd of the plan
    ("2025-001", date(2025, 3, 23), True, 246.0, 1500.0),
    # 沭阳区, reported on 20 October 2026: 2 November is the 671st day
    ("2026-011", date(2026, 11, 2), True, 671.0, 700.0),
)


def plan(title: str, target: int, deadline: str, *, top: str = "", jobs: str = "",
         stations: bool = True, third: bool = False, start: date = START) -> str:
    parts = [top, f'[plan]\nid = "p{start.year}"\ntitle = "{title}"\ndocument = "文"\n'
             f'city_code = "{CITY}"\ncity_name = "测试市"\nstart = {start}\ndeadline = {deadline}\n',
             f"[indicators.{JOBS}]\ntarget = {target}\n{jobs}"]
    parts += [f"[indicators.{STATIONS}]\ntarget = 1.0\n"] if stations else []
    parts += [f'[indicators.{THIRD}]\ntarget = 0.5\ncomparator = ">"\n'] if third else []
    return "\n".join(parts)


DRAFT = plan("征求意见稿", 1500, "2026-06-30")
ISSUED = plan("印发稿", 2920, "2026-12-31", top="effective_from = 2025-07-01")
REVISED = plan("三月调整", 2300, "2026-12-31", top="effective_from = 2026-03-01", third=True,
               jobs=f"quotas = {{{A} = 1500, {B} = 800}}")
WITHOUT = plan("六月取消驿站", 2300, "2026-12-31", top="effective_from = 2026-06-01", third=True,
               stations=False, jobs=f"quotas = {{{A} = 1500, {B} = 800}}")
RIGHT = plan("九月更正", 2100, "2026-12-31", third=True, stations=False,
             top='correction = true\nreason = "目标录入时多写二百"',
             jobs=f"quotas = {{{A} = 1400, {B} = 700}}")
SECOND = plan("下一个方案", 4386, "2028-12-31", start=NEXT)


def units(day: date) -> list[dict[str, Any]]:
    """The register as the office has it on a day: from July 2026 on with 沭阳区 after 沭阳县."""
    if day < RECODED:
        return [*WORLD["managing_unit"]]
    first, second, zone = WORLD["managing_unit"]
    return [first, {**second, "valid_to": RECODED, "successor_code": NEW},
            {**second, "unit_code": NEW, "county_code": NEW, "name": "沭阳区",
             "valid_from": RECODED}, zone]


def postings(last: date) -> list[dict[str, Any]]:
    made = []
    for number in range((last - START).days + 1):
        day = START + timedelta(days=number)
        for unit in (A, B if day < RECODED else NEW, ZONE):
            made.append(filled("job_posting", {
                "unit_code": unit, "headcount": 1, "published_on": day,
                "collector": "third_party" if unit == ZONE else "government"}, len(made) + 1))
    return made


@dataclass
class Site:
    """The site, and what it had written down after each step."""

    settings: Settings
    frozen: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, tuple[str, ...]]] = field(default_factory=list)

    def months(self, *months: str) -> Current:
        """Readings at the ends of these months; the last one's figures."""
        return [self.read(month_end(month)) for month in months][-1]

    def read(self, newest: date) -> Current:
        """The databases as of `newest`, read at noon of the day after."""
        self.write(newest)
        refresh(self.settings, now=noon(newest + timedelta(days=1)))
        return self.look()

    def write(self, newest: date) -> None:
        tables = {**drawn(), "managing_unit": units(newest + timedelta(days=1)),
                  "job_posting": postings(newest), "hire": [], "worker_account": [],
                  "service_venue": rows("service_venue", STATIONS_DRAWN)}
        write_sqlite(self.settings.config.parent, tables)

    def edit(self, text: str) -> Current:
        self.settings.plan_file.write_text(text, encoding="utf-8")
        return self.look()

    def look(self) -> Current:
        current = load_or_refresh(self.settings)
        _ = current.figures  # what the data did to the ledger is written down by looking
        self._nothing_written_has_changed()
        return current

    def _nothing_written_has_changed(self) -> None:
        now = digests(self.settings.data / "frozen")
        assert {name: now.get(name) for name in self.frozen} == self.frozen
        self.frozen = now

    def hold(self, meeting: date, current: Current) -> None:
        """Freeze the papers of the day before and give out one item."""
        card = current.scorecard(meeting - timedelta(days=1))
        made = paper_bytes(BRIEF, source(current, card))
        freeze_meeting(current, card, note_of(current), {"brief.docx": made})
        ledger = Ledger.open(self.settings)
        ledger.hold_meeting(Meeting(meeting, "分管副市长"), OFFICE, noon(meeting))
        ledger.raise_items([Item(f"{meeting:%m}月事项", Rollup.CITY, CITY, "市人社局", "处长",
                                 meeting + timedelta(days=40), meeting=meeting)],
                           OFFICE, noon(meeting), assign=True)
        ledger.close()
        self._nothing_written_has_changed()


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12))


def digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def month_end(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def lights(current: Current, month: str) -> dict[str, str]:
    """The lights of a month's end, by the column of the tables above."""
    day = month_end(month)
    card = current.scorecard(day)
    by_key = {line.key: line.light.value for line in card.lines}
    second = NEW if day >= RECODED else B
    return {"month": month, "city": by_key[JOBS, "city", CITY],
            "A": by_key[JOBS, "county", A], "B": by_key[JOBS, "county", second],
            "stations": by_key.get((STATIONS, "city", CITY), "—"),
            "third": by_key.get((THIRD, "city", CITY), "—")}


def first_ledger(settings: Settings) -> None:
    """The ledger as the program of early 2025 made it: its first version, with one item in it that
    was reported on 10 March.
    """
    engine = open_ledger_engine(f"sqlite:///{settings.data / 'ledger.sqlite'}")
    upgrade(engine, "0001")
    with writing(engine) as connection:
        for statement in (
                "INSERT INTO item VALUES ('2025-001', '补发岗位', 'city', '321300', '市人社局', '[]', "
                f"'处长', '2025-04-30', '{JOBS}', NULL, NULL)",
                *(f"INSERT INTO item_event VALUES ('2025-001', {version}, '{kind}', "
                  f"'{on} 10:00:00.000000', 'a', '记', NULL, NULL)"
                  for version, (kind, on) in enumerate(
                      (("raised", "2025-02-10"), ("assigned", "2025-02-11"),
                       ("done", "2025-03-10")), start=1))):
            connection.execute(sa.text(statement))
    engine.dispose()


def report(site: Site, title: str, day: date) -> None:
    ledger = Ledger.open(site.settings)
    (case,) = [one for one in ledger.cases() if one.item.title == title]
    ledger.act(case.item.number, case.version, Event(EventKind.DONE, noon(day), "", "已补齐"), OFFICE,
               lambda given: status(given, day, site_rules(site)))
    ledger.close()


def site_rules(site: Site) -> Any:
    return load_or_refresh(site.settings).plan.follow_up


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The whole history; what is asked of it is gathered on the way."""
    folder = tmp_path_factory.mktemp("years")
    config = folder / "config"
    config.mkdir()
    (config / "sources.toml").write_text("", encoding="utf-8")
    (config / "plan.toml").write_text(DRAFT, encoding="utf-8")
    urls = write_sqlite(folder, {**drawn(), "job_posting": [], "hire": [], "worker_account": [],
                                 "service_venue": []})
    site = Site(Settings(config, folder / "var", urls))
    site.settings.data.mkdir()
    first_ledger(site.settings)
    shown: dict[str, list[dict[str, str]]] = {}

    def note(name: str, current: Current, *tables: str) -> None:
        months = [row["month"] or "" for drawing in tables for row in table(drawing)]
        shown[name] = [lights(current, month) for month in months
                       if month_end(month) <= current.default_day]
    # 2025: the draft, then the plan as issued
    site.months("2025-04", "2025-05")
    site.read(date(2025, 6, 19))
    note("before the plan was issued", site.edit(ISSUED), LIGHTS)
    note("the end of 2025", site.months(*(f"2025-{number:02d}" for number in range(6, 13))), LIGHTS)
    # 2026: twelve meetings
    for row in table(MEETINGS):
        meeting = date.fromisoformat(str(row["held"]))
        if meeting.month == 7:
            # a program of an earlier version has served meanwhile, and left its reading in force
            for name in ("format-2", "format-3"):
                frozen_copy(name, site.settings.data)
            shutil.copytree(FOLDER / "frozen" / "format-2" / "snapshot",
                            site.settings.data / "snapshots" / "20260630T120000-2515a59a")
            (site.settings.data / "snapshots" / "CURRENT").write_text("20260630T120000-2515a59a")
            site.write(date(2026, 6, 30))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(program, "refresh", partial(refresh, now=noon(RECODED)))
                assert program.upgrade(site.settings) == 0
        current = site.read(meeting - timedelta(days=1))
        if meeting.month == 3:
            current = site.edit(REVISED)
        if meeting.month == 6:
            current = site.edit(WITHOUT)
        site.hold(meeting, current)
        if meeting.month == 9:
            note("before the correction", current, LIGHTS)
            site.read(date(2026, 9, 14))
            note("after the correction", site.edit(RIGHT), LIGHTS)
        if meeting.month == 10:
            ledger = Ledger.open(site.settings)
            ledger.raise_items([Item("沭阳补岗位", Rollup.COUNTY, NEW, "沭阳区", "局长",
                                     date(2026, 12, 20), indicator=JOBS)],
                               OFFICE, noon(meeting), assign=True)
            ledger.close()
            report(site, "沭阳补岗位", date(2026, 10, 20))
    note("the end of the first plan", site.months("2026-12"), LIGHTS, CORRECTED)
    # 2027: the next plan
    site.settings.plan_file.write_text(SECOND, encoding="utf-8")
    site.read(NEXT)
    final = site.months(*(f"2027-{number:02d}" for number in range(1, 13)))
    note("the end of 2027", final, NEXT_PLAN)
    return {"site": site, "shown": shown, "final": final}


def expected(*drawings: str, until: str = "9999") -> list[dict[str, str | None]]:
    """The drawn lights up to a month, a later drawing in place of an earlier one."""
    by_month = {row["month"]: row for drawing in drawings for row in table(drawing)}
    return [row for month, row in sorted(by_month.items()) if (month or "") <= until]


def by_month(listed: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for _, row in sorted({row["month"]: row for row in listed}.items())]


def test_every_past_light_is_as_drawn_whatever_was_edited_later(played: dict[str, Any]) -> None:
    shown = played["shown"]
    assert by_month(shown["before the plan was issued"]) == expected(LIGHTS, until="2025-05")
    assert by_month(shown["the end of 2025"]) == expected(LIGHTS, until="2025-12")
    assert by_month(shown["before the correction"]) == expected(LIGHTS, until="2026-08")


def test_the_correction_alone_rejudges_and_from_its_day_on(played: dict[str, Any]) -> None:
    assert by_month(played["shown"]["after the correction"]) == expected(
        LIGHTS, CORRECTED, until="2026-08")
    assert by_month(played["shown"]["the end of the first plan"]) == expected(LIGHTS, CORRECTED)


def test_the_next_plan_counts_anew(played: dict[str, Any]) -> None:
    keep = ("month", "city", "A", "B")
    assert [{name: row[name] for name in keep}
            for row in by_month(played["shown"]["the end of 2027"])] == expected(NEXT_PLAN)
    card = played["final"].scorecard(date(2027, 12, 31))
    assert card.city_line(JOBS).value == 3 * 365


def test_every_frozen_meeting_has_the_figures_of_its_day(played: dict[str, Any]) -> None:
    data = played["site"].settings.data
    found = {}
    for listed in list_frozen(data):
        meeting = open_frozen(listed.folder)
        assert meeting.shown is not None
        line = meeting.shown.line(JOBS, "city", CITY)
        found[listed.as_of + timedelta(days=1)] = (line.value, line.target, line.light,
                                                   meeting.shown.plan)
    drawn_ = {date.fromisoformat(str(row["held"])): (
        float(str(row["jobs"])), float(str(row["target"])), row["light"], row["plan"])
        for row in table(MEETINGS)}
    assert {held: found[held] for held in drawn_} == drawn_


def test_meetings_frozen_by_earlier_versions_open_beside_them(played: dict[str, Any]) -> None:
    data = played["site"].settings.data
    assert len(list_frozen(data)) == 12 + 2
    for name in ("format-2", "format-3"):
        meeting = open_frozen(data / "frozen" / f"2026-06-29-{name}")
        assert meeting.shown is not None
        assert meeting.shown.line(JOBS, "city", CITY).value == 16


def test_what_the_data_closed_is_written_once_and_for_all(played: dict[str, Any]) -> None:
    ledger = Ledger.open(played["site"].settings)
    written = [(case.item.number, one.day, one.closes, one.value, one.target)
               for case in ledger.cases() for one in case.data_events]
    numbers = [case.item.number for case in ledger.cases()]
    ledger.close()
    assert tuple(written) == CLOSINGS
    # twelve meetings' items, the one of a unit, and the one that was there before the upgrade
    assert len(numbers) == 14
    assert "2025-001" in numbers


def test_the_ledger_was_brought_over_from_its_first_version(played: dict[str, Any]) -> None:
    engine = open_ledger_engine(f"sqlite:///{played['site'].settings.data / 'ledger.sqlite'}")
    with looking(engine) as connection:
        assert version_of(connection) == newest_version()
    engine.dispose()


def test_every_version_of_the_plan_is_recorded_in_order(played: dict[str, Any]) -> None:
    versions = recorded_versions(played["site"].settings)
    assert [(one.file.data["plan"]["title"], one.file.first, one.file.reason)
            for one in versions] == [
        ("征求意见稿", START, ""), ("印发稿", date(2025, 7, 1), ""),
        ("三月调整", date(2026, 3, 1), ""), ("六月取消驿站", date(2026, 6, 1), ""),
        ("九月更正", date(2026, 6, 1), "目标录入时多写二百"), ("下一个方案", NEXT, "")]
