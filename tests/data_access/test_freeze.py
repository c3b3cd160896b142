"""A frozen meeting gives the same figures to the last digit, whatever is corrected or edited later.
"""

from __future__ import annotations

import stat
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.current import load_or_refresh
from data_access.site.settings import Settings
from data_access.snapshots.freeze import FrozenNote, list_frozen, number_of, open_frozen
from data_access.snapshots.refresh import refresh
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.errors import InputError
from reports.freezing import freeze_meeting
from reports.scorecard import SnapshotNote, to_json
from tests.data_access.site import NOON, drawn, sqlite_site

DAY = date(2026, 6, 29)
BEFORE = """
    | posting_id | unit_code | headcount | published_on | collector   |
    | J1         | 321302    | 5         | 2025-03-01   | third_party |
    | J2         | 321322    | 2         | 2025-03-01   | government  |
"""
CORRECTED = BEFORE.replace("| 5  ", "| 50 ")


def _site(folder: Path, drawing: str = BEFORE) -> Settings:
    return sqlite_site(folder, {**drawn(job_posting=drawing), "hire": [], "worker_account": []})


def _paper(settings: Settings) -> tuple[str, FrozenNote]:
    known = load_or_refresh(settings)
    card = scorecard(known.figures, DAY)
    taken = known.snapshot
    note = SnapshotNote(taken.id, taken.read_at, taken.sample, taken.sources)
    return to_json(card, note), freeze_meeting(known, card, note, {"workbook.xlsx": b"PK paper"})


def test_reopening_gives_the_same_figures_after_a_correction_and_a_changed_plan(
        tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    paper, note = _paper(settings)
    _site(tmp_path, CORRECTED)
    plan = settings.plan_file.read_text(encoding="utf-8")
    settings.plan_file.write_text(plan.replace("2025-01-01", "2025-04-01"), encoding="utf-8")
    for hour in range(1, 13):
        refresh(settings, now=NOON + timedelta(hours=hour), full=True)
    frozen = open_frozen(note.folder)
    card = scorecard(frozen.figures, frozen.note.as_of)
    taken = frozen.snapshot
    again = to_json(card, SnapshotNote(taken.id, taken.read_at, taken.sample, taken.sources))
    assert again == paper == frozen.output("scorecard.json").decode()
    assert frozen.output("workbook.xlsx") == b"PK paper"
    assert frozen.outputs == ("scorecard.json", "workbook.xlsx")
    assert (frozen.note.as_of, frozen.snapshot.id) == (DAY, note.snapshot_id)


def test_a_frozen_folder_is_read_only_and_lists_its_files_with_checksums(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    _, note = _paper(settings)
    assert note.folder.parent == settings.data / "frozen"
    assert note.folder.name.startswith("2026-06-29-")
    writable = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    assert not any(path.stat().st_mode & writable
                   for path in (note.folder, *note.folder.rglob("*")))


@pytest.mark.parametrize("name", ["plan.toml", "outputs/scorecard.json",
                                  "snapshot/job_posting.parquet"])
def test_a_changed_file_is_found_on_opening_and_named(tmp_path: Path, name: str) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    _, note = _paper(settings)
    path = note.folder / name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(InputError, match=f"定稿 {note.folder.name} 中的 {name} 与定稿时不一致"):
        open_frozen(note.folder)


def test_an_added_or_removed_file_is_found_on_opening(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    _, note = _paper(settings)
    for path in (note.folder, note.folder / "outputs"):
        path.chmod(0o755)
    (note.folder / "outputs" / "workbook.xlsx").unlink()
    with pytest.raises(InputError, match=r"outputs/workbook\.xlsx"):
        open_frozen(note.folder)


def test_freezing_the_same_again_is_the_same_meeting_and_another_plan_is_another(
        tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    _, first = _paper(settings)
    assert _paper(settings)[1] == first
    plan = settings.plan_file.read_text(encoding="utf-8")
    settings.plan_file.write_text(plan.replace("测试方案", "修订方案"), encoding="utf-8")
    _, second = _paper(settings)
    assert second.folder != first.folder
    assert {note.folder for note in list_frozen(settings.data)} == {first.folder, second.folder}


def test_freezing_again_after_the_ledger_has_changed_keeps_both_papers_apart(
        tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    known = load_or_refresh(settings)
    card = scorecard(known.figures, DAY)
    about = SnapshotNote(known.snapshot.id, known.snapshot.read_at, False, known.snapshot.sources)
    before, after = ({"workbook.xlsx": content}
                     for content in (b"PK ledger of 10 o'clock", b"PK ledger of 11 o'clock"))
    first, second, again = (freeze_meeting(known, card, about, papers)
                            for papers in (before, after, after))
    assert [open_frozen(note.folder).output("workbook.xlsx")
            for note in (first, second)] == [*before.values(), *after.values()]
    assert again == second
    assert sorted(number_of(note, list_frozen(settings.data)) for note in (first, second)) in (
        [1, 2], [1, 1])


def test_a_day_s_freezings_are_numbered_by_the_time_they_were_made() -> None:
    made = [FrozenNote(Path(str(number)), date(2026, 6, day), datetime(2026, 7, 1, hour), "s",
                       False)
            for number, (day, hour) in enumerate([(29, 9), (29, 11), (30, 10), (29, 10)])]
    assert [number_of(note, made) for note in made] == [1, 3, 1, 2]


def test_a_plan_edited_after_the_papers_were_made_is_refused(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    known = load_or_refresh(settings)
    card = scorecard(known.figures, DAY)
    plan = settings.plan_file.read_text(encoding="utf-8")
    settings.plan_file.write_text(plan.replace("测试方案", "修订方案"), encoding="utf-8")
    note = SnapshotNote(known.snapshot.id, known.snapshot.read_at, False, known.snapshot.sources)
    with pytest.raises(InputError, match="方案文件在生成报表之后被改过"):
        freeze_meeting(known, card, note, {})
