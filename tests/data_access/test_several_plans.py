"""A plan and the one that followed it, in one installation over the same databases."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from data_access.accounts import audit_log_of, load_access
from data_access.current import load_or_refresh
from data_access.ledger import ledger_url
from data_access.running.next_plan import MOVED, change_plan
from data_access.running.plans_timer import PlansTimer
from data_access.running.timer import Outcome
from data_access.site import (
    Settings,
    installation,
    plan_sites,
    recorded_versions,
    settings_of_plan,
)
from data_access.snapshots import FrozenNote, list_frozen, open_frozen
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.refresh import refresh
from kpi.counting import SourceState
from kpi.vocabulary import InputError, Rollup
from reports.freezing import freeze_meeting
from reports.papers import meeting_papers, note_of, source
from tests.data_access.site import drawn
from tests.drawn import write_sqlite
from tests.two_plans import (
    AFTER,
    JOBS,
    NEW,
    NEW_JOBS,
    OLD,
    OLD_JOBS,
    new_plan,
    old_plan_only,
    old_plan_unread,
    plan_text,
    two_plans,
)

CODE = "jobs_published"


def figure(settings: Settings, day: date, county: str | None = None) -> float | None:
    """The jobs as of a day, of the city or of a county."""
    current = load_or_refresh(settings)
    geography = current.figures.facts.geography
    place = geography.city if county is None else geography.division(Rollup.COUNTY, county)
    return current.figures.on(day).measure(CODE, place, day).value


def frozen_figure(note: FrozenNote) -> float | None:
    """The city's jobs in a frozen meeting, on its day."""
    figures = open_frozen(note.folder).figures
    return figures.measure(CODE, figures.facts.geography.city, note.as_of).value


def test_each_plan_counts_the_rows_of_its_own_days(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    old = settings_of_plan(settings, OLD)
    refresh(old, now=AFTER)
    for day, expected in ((date(2025, 1, 1), 0), (date(2026, 6, 1), 3), (date(2026, 12, 30), 3),
                          (date(2026, 12, 31), OLD_JOBS)):
        assert figure(old, day) == expected, day
    for day, expected in ((date(2027, 1, 1), 7), (date(2027, 1, 18), 7),
                          (date(2027, 1, 19), NEW_JOBS)):
        assert figure(settings, day) == expected, day
    assert [figure(old, date(2026, 12, 31), code) for code in ("321302", "321322")] == [3, 5]
    assert [figure(settings, date(2027, 1, 19), code) for code in ("321302", "321322")] == [7, 11]


def test_the_current_plan_is_first_and_each_has_a_folder(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    found = plan_sites(settings)
    assert [(one.id, one.current, one.years) for one in found.plans] == [
        (NEW, True, "2027–2028年"), (OLD, False, "2025–2026年")]
    old = found.plan(OLD).settings
    assert (old.urls, old.sources_file, old.home) == (
        settings.urls, settings.sources_file, settings.data)
    assert old.data == settings.data / "other-plans" / OLD
    assert ledger_url(old) != ledger_url(settings)
    assert [version.file.id for version in recorded_versions(old)] == [OLD]
    assert [version.file.id for version in recorded_versions(settings)] == [NEW]
    assert installation(old) == settings
    with pytest.raises(InputError, match=rf"没有 id 为 no-such 的方案；现有的方案有 {NEW}、{OLD}"):
        settings_of_plan(settings, "no-such")


def test_an_installation_of_one_plan_is_as_before(tmp_path: Path) -> None:
    settings = old_plan_unread(tmp_path)
    assert settings_of_plan(settings, OLD) is settings
    assert settings_of_plan(settings, None) is settings
    assert not (settings.config / "plans").exists()
    assert not (settings.data / "other-plans").exists()
    assert [one.id for one in plan_sites(settings).plans] == [OLD]


@pytest.mark.long
def test_what_is_a_plans_moves_and_what_is_everybodys_stays(tmp_path: Path) -> None:
    settings = old_plan_only(tmp_path)
    current = load_or_refresh(settings)
    day = date(2026, 12, 31)
    card = current.scorecard(day)
    freeze_meeting(current, card, note_of(current), meeting_papers(source(current, card)))
    (settings.data / "ledger.sqlite").write_bytes(b"ledger")
    (settings.config / "duties.toml").write_text("# 旧任务", encoding="utf-8")
    text = settings.plan_file.read_text(encoding="utf-8")
    change_plan(settings, new_plan(settings), date(2027, 1, 2))
    old = settings_of_plan(settings, OLD)
    assert old.plan_file.read_text(encoding="utf-8") == text
    assert old.duties_file.read_text(encoding="utf-8") == "# 旧任务"
    assert not settings.duties_file.exists()
    assert (old.data / "ledger.sqlite").read_bytes() == b"ledger"
    assert not any((settings.data / name).exists() for name in MOVED)
    note, = list_frozen(old.data)
    assert frozen_figure(note) == OLD_JOBS
    log = audit_log_of(settings, load_access(settings))
    assert [(one.object, one.result) for one in reversed(log.latest(2))] == [
        (f"换上新方案 {NEW}", "提交"), (f"换上新方案 {NEW}", "完成")]
    assert log.verify().broken is None


@pytest.mark.long
def test_a_late_correction_reaches_the_old_plan_and_a_later_final_report(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    old, day = settings_of_plan(settings, OLD), date(2026, 12, 31)

    def freeze() -> None:
        current = load_or_refresh(old)
        card = current.scorecard(day)
        assert card.final
        freeze_meeting(current, card, note_of(current), meeting_papers(source(current, card)))
    freeze()
    late = JOBS + "| J6 | 321302 | 13 | 2026-12-30 |\n"
    write_sqlite(tmp_path, {**drawn(job_posting=late), "hire": [], "worker_account": []})
    refresh(old, now=AFTER + timedelta(days=30))
    assert figure(old, day) == OLD_JOBS + 13
    refresh(settings, now=AFTER + timedelta(days=30))
    assert figure(settings, date(2027, 1, 19)) == NEW_JOBS, "the other plan's days have not changed"
    freeze()
    assert {frozen_figure(note) for note in list_frozen(old.data)} == {OLD_JOBS, OLD_JOBS + 13}
    assert list_frozen(settings.data) == ()
    kept = open_frozen(list_frozen(old.data)[0].folder)
    assert (kept.note.folder / "plan.toml").read_bytes() == old.plan_file.read_bytes()


@pytest.mark.long
def test_a_source_taken_away_takes_nothing_from_the_old_plan(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    old = settings_of_plan(settings, OLD)
    refresh(old, now=AFTER)
    connection = next(name for name, url in settings.urls.items()
                      if "job_posting" in load_or_refresh(old).snapshot.parts and name != "reference"
                      and load_or_refresh(old).plan.definitions.datasets[
                          "job_posting"].connection == name)
    fewer = Settings(settings.config, settings.data,
                     {name: url for name, url in settings.urls.items() if name != connection})
    past = settings_of_plan(fewer, OLD)
    taken = refresh(past, now=AFTER + timedelta(days=1))
    assert figure(past, date(2026, 12, 31)) == OLD_JOBS
    assert taken.sources[connection].state == SourceState.OK
    assert not load_or_refresh(past).figures.facts.stale_datasets
    now = refresh(fewer, now=AFTER + timedelta(days=1))
    assert now.sources[connection].state == SourceState.ABSENT
    assert "job_posting" not in now.parts


def test_a_plan_that_cannot_be_used_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    folder = settings.config / "plans"

    def add(name: str, text: str) -> None:
        (folder / name).mkdir()
        (folder / name / "plan.toml").write_text(text, encoding="utf-8")
    earlier = plan_text(settings, "early", "2023-01-01", "2024-12-31")
    add("broken", "[plan\n")
    add("empty", "")
    (folder / "nothing").mkdir()
    add("early-2", earlier)
    add("elsewhere", earlier.replace('"early"', '"elsewhere"').replace("321300", "320100"))
    add("later", plan_text(settings, "later", "2029-01-01", "2030-12-31"))
    add("same-name", plan_text(settings, "same-name", "2025-02-01", "2026-11-30"))
    add("twin", plan_text(settings, NEW, "2023-01-01", "2024-12-31"))
    found = plan_sites(settings)
    assert [one.id for one in found.plans] == [NEW, OLD]
    said = {"broken": "格式有误", "empty": "[plan]", "nothing": "找不到配置文件", "early-2": "文件夹的名称要与方案的 id（early）相同",
            "elsewhere": "它的 city_code 是 320100，而现在的方案是 321300", "later": "晚于现在的方案",
            "same-name": f"它与方案 {OLD} 的名称和年份相同，无法区分", "twin": f"它的 id（{NEW}）与现在的方案"}
    for name, sentence in said.items():
        assert sentence in found.problems[name], name
        assert found.problems[name].endswith("其他方案照常。")
        assert "\n" not in found.problems[name]
    assert found.problems.keys() == said.keys()
    assert figure(settings, date(2027, 1, 19)) == NEW_JOBS


@pytest.mark.parametrize(("change", "today", "sentence"), [
    ({NEW: OLD}, date(2027, 1, 2), f"新方案的 id（{OLD}）与现在的方案相同"),
    ({"321300": "320100"}, date(2027, 1, 2), "新方案的 city_code 是 320100"),
    ({"2027-01-01": "2026-12-31"}, date(2027, 1, 2), "而现在的方案到 2026-12-31 才截止"),
    ({}, date(2026, 12, 31), "新方案自 2027-01-01 起执行，今天是 2026-12-31；请到那天再换。"),
    ({NEW: "新方案"}, date(2027, 1, 2), "方案 id“新方案”只能用字母、数字"),
    ({NEW: "../other"}, date(2027, 1, 2), "方案 id“../other”只能用字母、数字"),
    ({"[plan]": "[plan"}, date(2027, 1, 2), "格式有误"),
])
def test_a_refused_change_changes_nothing(tmp_path: Path, change: dict[str, str], today: date,
                                          sentence: str) -> None:
    settings = old_plan_unread(tmp_path)
    file = new_plan(settings)
    text = file.read_text(encoding="utf-8")
    for before, after in change.items():
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")
    before = settings.plan_file.read_bytes(), sorted(settings.data.glob("*"))
    with pytest.raises(InputError) as refused:
        change_plan(settings, file, today)
    assert sentence in str(refused.value)
    assert (settings.plan_file.read_bytes(), sorted(settings.data.glob("*"))) == before
    assert not (settings.config / "plans").exists()


@pytest.mark.long
@pytest.mark.parametrize("moved", range(3))
def test_an_interrupted_change_is_finished_by_doing_it_again(tmp_path: Path, moved: int) -> None:
    settings = old_plan_only(tmp_path)
    file = new_plan(settings)
    own = settings.data / "other-plans" / OLD
    (settings.config / "plans" / OLD).mkdir(parents=True)
    shutil.copy(settings.plan_file, settings.config / "plans" / OLD / "plan.toml")
    own.mkdir(parents=True)
    for name in [name for name in MOVED if (settings.data / name).exists()][:moved]:
        (settings.data / name).rename(own / name)
    # in between, the old plan is still the current one and is shown once
    assert [one.id for one in plan_sites(settings).plans] == [OLD]
    change_plan(settings, file, date(2027, 1, 2))
    assert figure(settings_of_plan(settings, OLD), date(2026, 12, 31)) == OLD_JOBS
    assert [one.id for one in plan_sites(settings).plans] == [NEW, OLD]


@pytest.mark.long
def test_two_copies_of_a_plans_data_are_left_for_a_person(tmp_path: Path) -> None:
    settings = old_plan_only(tmp_path)
    (settings.data / "other-plans" / OLD / "snapshots").mkdir(parents=True)
    with pytest.raises(InputError, match="两处都有；请核对后移走其中一份"):
        change_plan(settings, new_plan(settings), date(2027, 1, 2))
    assert snapshots.current_id(settings.data) is not None


def test_one_ledger_in_a_database_is_not_shared(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    settings = old_plan_unread(tmp_path)
    monkeypatch.setenv("LINGGONG_LEDGER_URL", "postgresql+psycopg://db/ledger")
    with pytest.raises(InputError, match=r"用 \{plan\} 代表方案的 id"):
        change_plan(settings, new_plan(settings), date(2027, 1, 2))
    assert not (settings.config / "plans").exists()
    monkeypatch.setenv("LINGGONG_LEDGER_URL", "postgresql+psycopg://db/{plan}")
    assert ledger_url(settings) == f"postgresql+psycopg://db/{OLD}"
    change_plan(settings, new_plan(settings), date(2027, 1, 2))
    assert [ledger_url(one.settings) for one in plan_sites(settings).plans] == [
        f"postgresql+psycopg://db/{name}" for name in (NEW, OLD)]


@pytest.mark.long
def test_the_timer_reads_the_old_plan_once_a_day(tmp_path: Path) -> None:
    settings = two_plans(tmp_path)
    old = settings_of_plan(settings, OLD)
    timer = PlansTimer(settings)
    pointers = [one.data / "snapshots" / "CURRENT" for one in (settings, old)]
    now = max(pointer.stat().st_mtime for pointer in pointers)
    before = snapshots.current_id(old.data)
    assert timer.look(now + 3 * 3600) == Outcome.REFRESHED
    assert snapshots.current_id(old.data) == before, "three hours old: not yet"
    timer.look(now + 25 * 3600)
    assert snapshots.current_id(old.data) != before
    log = audit_log_of(settings, load_access(settings))
    assert any(f"（方案 {OLD}）" in one.object for one in log.latest(5))
    assert not (old.data / "audit").exists()
