"""A plan that is edited: every day stays judged by what was in force on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from data_access.current import Current, load_or_refresh
from data_access.site import (
    ROOT,
    InForce,
    Settings,
    digest_of,
    edited,
    plan_digest,
    plan_text,
    recorded_versions,
    save,
)
from data_access.snapshots import open_frozen
from data_access.snapshots.refresh import refresh
from kpi.alerts import Rule
from kpi.judging import Light
from kpi.scope import Scope, scoped_scorecard
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary import InputError, Rollup
from reports.feeds import FEED_BY_NAME, feed_source
from reports.freezing import freeze_meeting
from reports.papers import note_of
from reports.scorecard import to_json
from tests.data_access.site import drawn, sqlite_site
from tests.drawn import write_sqlite

JOBS, START = "jobs_published", date(2025, 1, 1)
COUNTY = "321302"


def jobs(days: int) -> str:
    """A job a day from the plan's start: as much as a target of 730 in 730 days asks for."""
    rows = [f"| J{n} | {COUNTY} | 1 | {START + timedelta(days=n)} |" for n in range(days)]
    return "\n".join(["| posting_id | unit_code | headcount | published_on |", *rows])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = sqlite_site(tmp_path, {**drawn(job_posting=jobs(360)), "hire": [], "worker_account": []})
    edit(made, 730)
    return made


def edit(settings: Settings, target: int, top: str = "", more: str = "") -> None:
    """The plan file with this target of the jobs, `top` before its first table and `more` in the
    jobs' own."""
    plan = settings.plan_file.read_text(encoding="utf-8")
    head, _, rest = plan[plan.index("[plan]"):].partition(f"[indicators.{JOBS}]")
    settings.plan_file.write_text(f"{top}\n{head}[indicators.{JOBS}]\ntarget = {target}\n{more}\n"
                                  f"{rest[rest.index('['):]}", encoding="utf-8")


def read(settings: Settings, newest: date) -> Current:
    """Read at noon after `newest`, the newest complete day then."""
    drawing = jobs((newest - START).days + 1)
    write_sqlite(settings.config.parent, {**drawn(job_posting=drawing), "hire": [],
                                          "worker_account": []})
    refresh(settings, now=datetime.combine(newest + timedelta(days=1), time(12)))
    return load_or_refresh(settings)


def lights(current: Current, *days: date) -> list[Light]:
    return [current.scorecard(day).city_line(JOBS).light for day in days]


def texts(current: Current, until: date, scope: Scope | None = None) -> dict[date, str]:
    """Every fifth day's scorecard as other systems get it."""
    days = (START + timedelta(days=n) for n in range(0, (until - START).days + 1, 5))
    cards = ((day, current.scorecard(day)) for day in days)
    return {day: to_json(card if scope is None else scoped_scorecard(card, scope), note_of(current))
            for day, card in cards}


MAY, JUNE, JULY, AUGUST = (date(2025, 5, 31), date(2025, 6, 30), date(2025, 7, 31),
                           date(2025, 8, 31))


def test_four_edits_as_drawn(settings: Settings) -> None:
    """730 is on time; 1460 is half of what is due, red once more than five points are."""
    green, red = Light.GREEN, Light.RED
    days = (MAY, date(2025, 6, 29), JUNE, date(2025, 7, 15), JULY, date(2025, 8, 15), AUGUST)
    assert lights(read(settings, MAY), *days[:1]) == [green]
    edit(settings, 1460)
    assert lights(read(settings, JUNE), *days[:3]) == [green, green, red]
    edit(settings, 730, 'correction = true\nreason = "目标录成了两年的两倍"')
    assert lights(read(settings, JULY), *days[:5]) == [green] * 5
    edit(settings, 1460, "effective_from = 2025-08-15")
    current = read(settings, AUGUST)
    assert lights(current, *days, date(2025, 8, 14)) == [*[green] * 5, red, red, green]
    edit(settings, 730, "effective_from = 2025-12-01")
    assert lights(load_or_refresh(settings), *days) == [*[green] * 5, red, red]
    assert [(one.file.first, one.file.correction, one.file.reason)
            for one in recorded_versions(settings)] == [
        (START, False, ""), (JUNE, False, ""), (JUNE, True, "目标录成了两年的两倍"),
        (date(2025, 8, 15), False, ""), (date(2025, 12, 1), False, "")]


def test_no_byte_of_a_past_day_changes_with_the_plan(settings: Settings) -> None:
    before, own = read(settings, JULY), Scope(False, (COUNTY,))
    told, told_own = texts(before, JULY), texts(before, JULY, own)
    edit(settings, 1460, more='weight = 3\nlead_unit = "另一个局"\nname = "另一个名"')
    after = load_or_refresh(settings)
    now, now_own = texts(after, JULY), texts(after, JULY, own)
    past = [day for day in told if day < JULY]
    assert len(past) > 40
    for day in past:
        assert (now[day], now_own[day]) == (told[day], told_own[day]), day
    today = before.scorecard(JULY), after.scorecard(JULY)
    assert [card.city_line(JOBS).light for card in today] == [Light.GREEN, Light.RED]
    assert after.plan.indicator(JOBS).name == "另一个名"
    assert after.judged_on(past[-1]).plan.indicator(JOBS).name != "另一个名"
    assert after.judged_on(JULY) is after


@pytest.mark.long
def test_an_alert_begins_when_the_plan_it_is_raised_by_begins(settings: Settings) -> None:
    read(settings, JULY)
    edit(settings, 1460)
    current = load_or_refresh(settings)

    def behind(day: date) -> list[date]:
        return [alert.since for alert in current.scorecard(day).alerts
                if (alert.rule, alert.indicator, alert.rollup) == (Rule.BEHIND_PACE, JOBS,
                                                                   Rollup.CITY)]

    assert behind(date(2025, 7, 30)) == []
    assert behind(JULY) == [JULY]
    edit(settings, 1460, 'correction = true\nreason = "一直如此"\neffective_from = 2025-01-01')
    current = load_or_refresh(settings)
    (since,) = behind(JULY)
    assert since < date(2025, 7, 1), "rejudged by the corrected plan, it has been there for months"
    edit(settings, 730)
    current = load_or_refresh(settings)
    assert behind(JULY) == []
    assert behind(date(2025, 7, 30)) == [since], "what was raised was raised"


def test_an_empty_data_folder_begins_with_the_plan(settings: Settings) -> None:
    read(settings, JULY)
    (version,) = recorded_versions(settings)
    assert (version.file.first, version.file.digest) == (START, plan_digest(settings))
    assert version.who
    assert version.program == "0.1.0"
    plans = settings.data / "plans"
    assert (plans / f"{version.file.digest}.toml").read_bytes() == settings.plan_file.read_bytes()


@pytest.mark.long
def test_a_plan_is_recorded_by_a_refresh_alone(settings: Settings) -> None:
    read(settings, JUNE)
    edit(settings, 1460)
    refresh(settings, now=datetime.combine(JUNE + timedelta(days=1), time(18)))
    assert [one.file.first for one in recorded_versions(settings)] == [START, JUNE]


@pytest.mark.long
def test_going_back_to_an_earlier_file_is_a_version_of_its_own(settings: Settings) -> None:
    read(settings, MAY)
    first = settings.plan_file.read_bytes()
    edit(settings, 1460)
    read(settings, JUNE)
    settings.plan_file.write_bytes(first)
    current = read(settings, JULY)
    assert lights(current, MAY, JUNE, date(2025, 7, 30), JULY) == [
        Light.GREEN, Light.RED, Light.RED, Light.GREEN]
    assert len(list((settings.data / "plans").glob("*.toml"))) == 2


@pytest.mark.long
def test_a_restart_judges_as_before_and_writes_nothing(settings: Settings) -> None:
    read(settings, MAY)
    edit(settings, 1460)
    before = texts(read(settings, JUNE), JUNE)
    stamps = _stamps(settings.data / "plans")
    assert texts(load_or_refresh(settings), JUNE) == before
    assert _stamps(settings.data / "plans") == stamps


def _stamps(folder: Path) -> list[tuple[str, int]]:
    return sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("[!.]*"))


_START = """
import sys
from pathlib import Path
from data_access.current import load_or_refresh
from data_access.site import Settings
load_or_refresh(Settings(Path(sys.argv[1]), Path(sys.argv[2]),
                         dict(pair.split("=", 1) for pair in sys.argv[3:])))
"""


@pytest.mark.long
def test_two_processes_that_start_at_once_record_one_version(settings: Settings) -> None:
    read(settings, JUNE)
    edit(settings, 1460)
    urls = [f"{name}={url}" for name, url in settings.urls.items()]
    started = [subprocess.Popen([sys.executable, "-c", _START, settings.config, settings.data,
                                 *urls], cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    assert [one.file.first for one in recorded_versions(settings)] == [START, JUNE]
    assert [path.name for path in (settings.data / "plans").glob(".*")] == [".lock"]


@pytest.mark.long
def test_a_folder_that_cannot_be_written_still_shows_the_edited_plan(
        settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    read(settings, JUNE)
    edit(settings, 1460)

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("data_access.site.versions._write", refuse)
    assert lights(load_or_refresh(settings), MAY, JUNE) == [Light.GREEN, Light.RED]
    assert len(recorded_versions(settings)) == 1


def test_a_damaged_record_is_named(settings: Settings) -> None:
    read(settings, JUNE)
    (kept,) = (settings.data / "plans").glob("*.toml")
    kept.write_text("[plan]\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"方案版本的记录 .*{kept.name} 读不出来或被改动过"):
        load_or_refresh(settings)
    kept.unlink()
    with pytest.raises(InputError, match="请从备份恢复"):
        load_or_refresh(settings)
    (settings.data / "plans" / "index.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"index\.json"):
        load_or_refresh(settings)


def test_an_edit_that_is_wrong_is_not_taken_into_use(settings: Settings) -> None:
    read(settings, JUNE)
    edit(settings, 1460, "effective_from = 2028-01-01")
    with pytest.raises(InputError, match="不在方案期"):
        load_or_refresh(settings)
    edit(settings, 1460, "correction = true")
    with pytest.raises(InputError, match="却没有写 reason"):
        load_or_refresh(settings)
    assert len(recorded_versions(settings)) == 1


def test_the_record_can_be_read_by_a_person(settings: Settings) -> None:
    read(settings, JUNE)
    edit(settings, 1460, 'reason = "市政府办公室通知"', "effective_from = 2025-06-15")
    load_or_refresh(settings)
    about = json.loads((settings.data / "plans" / "index.json").read_text(encoding="utf-8"))
    assert about["versions"][1] | {"who": "", "recorded_at": ""} == {
        "digest": plan_digest(settings), "first": "2025-06-30",
        "tables": {f"indicators.{JOBS}": "2025-06-15"}, "correction": False,
        "reason": "市政府办公室通知", "who": "", "recorded_at": "", "program": "0.1.0"}
    assert lights(load_or_refresh(settings), date(2025, 6, 14), date(2025, 6, 15)) == [
        Light.GREEN, Light.RED]


@pytest.mark.long
def test_what_the_page_saves_is_in_force_as_it_was_saved(settings: Settings) -> None:
    """Twice a correction for the same reason: by hand the second is taken for left over, saved on
    the page it is meant."""
    def saved(target: int, when: InForce) -> None:
        text = plan_text(settings)
        new = edited(text, {("indicators", JOBS, "target"): target}, when)
        save(settings, new, digest_of(text), when, "王科长", datetime(2025, 7, 1, 9))

    read(settings, JUNE)
    saved(1460, InForce(reason="会议纪要"))
    read(settings, JULY)
    wrong = InForce(correction=True, reason="录入有误")
    saved(1500, wrong)
    load_or_refresh(settings)
    saved(730, wrong)
    current = load_or_refresh(settings)
    assert [current.judged_on(day).plan.indicator(JOBS).target
            for day in (JUNE, date(2025, 7, 30), JULY)] == [730, 730, 730]
    assert [(one.who, one.file.first, one.file.correction)
            for one in recorded_versions(settings)][1:] == [
        ("王科长", JULY, False), ("王科长", JULY, True), ("王科长", JULY, True)]
    (settings.data / "plans" / "edits.jsonl").write_text("{", encoding="utf-8")
    edit(settings, 900)
    assert load_or_refresh(settings).plan.indicator(JOBS).target == 900


def test_other_systems_are_told_which_version_a_day_is_judged_by(settings: Settings) -> None:
    read(settings, JUNE)
    first = plan_digest(settings)
    edit(settings, 1460)
    current = load_or_refresh(settings)
    feed = FEED_BY_NAME["indicators"]
    told = {day: feed.make(feed_source(current, day, JULY))["version"] for day in (MAY, JUNE)}
    assert told == {MAY: {"digest": first, "in_force_since": "2025-01-01"},
                    JUNE: {"digest": plan_digest(settings), "in_force_since": "2025-06-30"}}


@pytest.mark.long
def test_a_frozen_meeting_has_the_plan_of_its_day_for_ever(settings: Settings) -> None:
    read(settings, JUNE)
    edit(settings, 1460)
    current = read(settings, JULY)
    folders = []
    for day in (MAY, JULY):
        card, note = current.scorecard(day), note_of(current)
        folders.append(freeze_meeting(current.judged_on(day), card, note, {}).folder)
    edit(settings, 9999, 'correction = true\nreason = "再改"\neffective_from = 2025-01-01')
    load_or_refresh(settings)
    for folder, target, light in zip(folders, (730, 1460), (Light.GREEN, Light.RED), strict=True):
        frozen = open_frozen(folder)
        assert frozen.plan.indicator(JOBS).target == target
        assert scorecard(frozen.figures, frozen.note.as_of).city_line(JOBS).light == light
        shown = None if frozen.shown is None else frozen.shown.line(JOBS, "city", "321300")
        assert shown is not None
        assert shown.target == target
    edit(settings, 730, more="weight = 9")
    with pytest.raises(InputError, match="方案文件在生成报表之后被改过"):
        freeze_meeting(current, current.scorecard(JULY), note_of(current), {})


def _codes(current: Current, days: Iterable[date]) -> list[set[str]]:
    return [{line.indicator for line in current.scorecard(day).lines} for day in days]


@pytest.mark.long
def test_an_indicator_comes_and_another_goes(settings: Settings) -> None:
    whole = settings.plan_file.read_text(encoding="utf-8")
    without, _, rest = whole.partition("[indicators.good_practices]")
    settings.plan_file.write_text(without + rest[rest.index("["):], encoding="utf-8")
    read(settings, JUNE)
    head, _, rest = whole.partition(f"[indicators.{JOBS}]")
    settings.plan_file.write_text(head + rest[rest.index("["):], encoding="utf-8")
    current = read(settings, JULY)
    before, after = _codes(current, (JUNE, JULY))
    assert before - after == {JOBS}
    assert after - before == {"good_practices"}
    assert current.judged_on(JUNE).plan.indicator(JOBS).target == 730
    assert JOBS not in {item.code for item in current.plan.indicators}


@pytest.mark.long
def test_an_extended_deadline_leaves_the_days_before_due_by_the_old_one(
        settings: Settings) -> None:
    read(settings, JUNE)
    edit_plan = settings.plan_file.read_text(encoding="utf-8").replace("2026-12-31", "2027-12-31")
    settings.plan_file.write_text(edit_plan, encoding="utf-8")
    current = read(settings, JULY)
    due = [current.scorecard(day).city_line(JOBS).due for day in (JUNE, JULY)]
    assert due == [181 / 730, 212 / 1095]
    assert current.last_day == JULY + timedelta(days=1)
    assert current.window.deadline == date(2027, 12, 31)


@pytest.mark.parametrize("start", ["2026-07-01", "2027-01-01"])
def test_a_plan_that_begins_after_the_data_was_read_is_said_in_a_sentence(settings: Settings,
                                                                        start: str) -> None:
    """A program set up in December for a plan of January: nothing to show yet, and no fault."""
    text = settings.plan_file.read_text(encoding="utf-8")
    settings.plan_file.write_text(text.replace("start = 2025-01-01", f"start = {start}").replace(
        "deadline = 2026-12-31", "deadline = 2028-12-31"), encoding="utf-8")
    refresh(settings, now=datetime(2026, 6, 30, 12))
    with pytest.raises(InputError, match=f"方案自 {start} 起执行，数据读取于 2026-06-30，还没有"):
        _ = load_or_refresh(settings).figures
    refresh(settings, now=datetime.combine(date.fromisoformat(start), time(12)))
    assert load_or_refresh(settings).scorecard(date.fromisoformat(start)).city_line(JOBS).value == 0
