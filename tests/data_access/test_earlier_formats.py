"""What earlier versions of the program wrote is opened by this one: papers and figures as they
were, and the data too.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from data_access.current import load_or_refresh
from data_access.site import load_plan
from data_access.site.settings import Settings
from data_access.snapshots import Frozen, list_frozen, open_frozen
from data_access.snapshots.formats import FORMAT
from data_access.snapshots.frozen_figures import FrozenLine, frozen_figures, read_figures
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import digest, load_folder
from kpi.figures.figures import figures
from kpi.scorecard.compare import Cause, compare
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.vocabulary.errors import InputError
from reports.freezing import freeze_meeting
from reports.papers import note_of
from tests.data_access.frozen_folders import FOLDER, MEETINGS, frozen_copy, of_a_later_version
from tests.data_access.site import NOON, drawn, sqlite_site

DAY = date(2026, 6, 29)
PAPER = "零工归宿_情况通报_20260629.docx"
JOBS = {"321300": 16, "321302": 5, "321322": 11}


def _counties(frozen: Frozen) -> dict[str, float | None]:
    assert frozen.shown is not None
    lines = [line for line in frozen.shown.lines if line.indicator == "jobs_published"
             and line.rollup != Rollup.MANAGING]
    return {line.division: line.value for line in lines}


@pytest.mark.parametrize("name", MEETINGS)
def test_a_meeting_of_an_earlier_format_shows_its_papers_and_figures(
        name: str, tmp_path: Path) -> None:
    frozen = open_frozen(frozen_copy(name, tmp_path))
    assert frozen.outputs == ("scorecard.json", PAPER)
    assert frozen.output(PAPER) == b"PK paper"
    assert frozen.shown is not None
    assert (frozen.shown.as_of, frozen.shown.plan) == (DAY, "测试方案")
    assert [(one.name, one.unit, one.core) for one in frozen.shown.indicators] == [
        ("速找活注册用户", "人", False), ("发布零工岗位", "个", True), ("第三方归集率（测试）", "%", True)]
    assert {one.name for one in frozen.shown.divisions} == {"全市", "宿城", "沭阳", "经开"}
    assert _counties(frozen) == JOBS
    # 14 of 16 by third parties, against more than half
    assert frozen.shown.line("third_party_share", "city", "321300") == FrozenLine(
        "third_party_share", "city", "321300", 14 / 16, 0.5, ">", 1.75, "met")
    assert frozen.shown.line("registered_users", "city", "321300") == FrozenLine(
        "registered_users", "city", "321300", None, None, ">=", None, "no_data")


@pytest.mark.parametrize("name", MEETINGS)
def test_its_data_is_counted_again_to_the_same_figures(name: str, tmp_path: Path) -> None:
    frozen = open_frozen(frozen_copy(name, tmp_path))
    city = frozen.figures.facts.geography
    assert {code: frozen.figures.measure("jobs_published", place, DAY).value
            for code, place in {place.code: place
                                for place in (city.city, *city.counties)}.items()} == JOBS
    assert frozen.figures.facts.by_township("job_posting", "published", DAY, column="amount") == {
        "": 9.0, "321302001": 5.0, "321322100": 5.0}
    assert frozen.figures.facts.by_township("job_posting", "invalidated", DAY, column="amount") == {
        "321322100": 3.0}


@pytest.mark.long
@pytest.mark.parametrize("name", MEETINGS)
def test_it_is_compared_with_today(name: str, tmp_path: Path) -> None:
    later = """
        | posting_id | unit_code | headcount | published_on | collector   |
        | J1         | 321302    | 5         | 2025-03-01   | third_party |
        | J2         | 321322    | 2         | 2025-09-01   | government  |
        | J3         | 321322    | 9         | 2026-03-01   | third_party |
        | J6         | 321322    | 40        | 2026-06-29   | third_party |
    """
    settings = sqlite_site(tmp_path, {**drawn(job_posting=later), "hire": [], "worker_account": []})
    refresh(settings, now=NOON)
    frozen = open_frozen(frozen_copy(name, settings.data))
    known = load_or_refresh(settings)
    lines = compare(frozen.figures, DAY, known.figures, DAY)
    (city,) = [line for line in lines
               if (line.indicator, line.rollup) == ("jobs_published", "city")]
    assert (city.value.then, city.value.now) == (16, 56)
    assert city.value.parts == {Cause.CORRECTED: 40, Cause.NEW_DATA: 0, Cause.RULE: 0,
                                Cause.TARGET: 0}


def test_what_a_later_version_froze_is_shown_and_only_not_compared(tmp_path: Path) -> None:
    folder = frozen_copy("format-3", tmp_path)
    of_a_later_version(folder)
    assert [note.folder for note in list_frozen(tmp_path)] == [folder]
    frozen = open_frozen(folder)
    assert frozen.output(PAPER) == b"PK paper"
    assert _counties(frozen) == JOBS
    with pytest.raises(InputError, match="不能与现在逐项比较；当时的报表和数字不受影响"):
        _ = frozen.figures


def test_a_plan_this_version_cannot_read_stops_only_the_comparison(tmp_path: Path) -> None:
    settings = sqlite_site(
        tmp_path,
        {
            **drawn(
                job_posting="| posting_id | unit_code | headcount | published_on |\n"
                "| J1 | 321302 | 5 | 2025-03-01 |"
            ),
            "hire": [],
            "worker_account": [],
        },
    )
    refresh(settings, now=NOON)
    known = load_or_refresh(settings)
    note = freeze_meeting(known, scorecard(known.figures, DAY), note_of(known), {})
    listed = json.loads((note.folder / "manifest.json").read_text(encoding="utf-8"))
    plan = note.folder / "plan.toml"
    for path in (note.folder, plan, note.folder / "manifest.json"):
        path.chmod(0o755)
    plan.write_text(plan.read_text(encoding="utf-8") + "\n[indicators.no_longer_there]\n",
                    encoding="utf-8")
    (note.folder / "manifest.json").write_text(json.dumps(listed | {"files": listed["files"] | {
        "plan.toml": digest(plan)}}), encoding="utf-8")
    frozen = open_frozen(note.folder)
    assert _counties(frozen)["321302"] == 5
    with pytest.raises(InputError, match="不能与现在逐项比较"):
        _ = frozen.figures


def test_the_figures_kept_are_those_of_the_scorecard(tmp_path: Path) -> None:
    drawing = """
        | posting_id | unit_code | headcount | published_on | collector   |
        | J1         | 321302    | 5         | 2025-03-01   | third_party |
        | J2         | 321322    | 2         | 2025-09-01   | government  |
    """
    settings = sqlite_site(tmp_path, {**drawn(job_posting=drawing), "hire": [],
                                      "worker_account": []})
    refresh(settings, now=NOON)
    known = load_or_refresh(settings)
    card = scorecard(known.figures, DAY)
    note = freeze_meeting(known, card, note_of(known), {})
    figures_shown = read_figures(note.folder)
    assert figures_shown == frozen_figures(card)
    assert figures_shown is not None
    assert {(line.indicator, line.rollup, line.division): line.value
            for line in figures_shown.lines} == {line.key: line.value for line in card.lines}
    # made of what the meeting is: it does not make another meeting of one frozen before there were
    # such files
    assert freeze_meeting(known, card, note_of(known), {}) == note


def test_a_changed_file_of_figures_is_noticed(tmp_path: Path) -> None:
    folder = frozen_copy("format-2", tmp_path)
    path = folder / "outputs" / "scorecard.json"
    path.write_bytes(path.read_bytes().replace(b"16", b"17", 1))
    with pytest.raises(InputError, match=r"outputs/scorecard\.json 与定稿时不一致"):
        open_frozen(folder)


def test_a_snapshot_of_the_first_format_is_read(tmp_path: Path) -> None:
    taken = load_folder(FOLDER / "snapshots" / "format-1")
    plan = load_plan(Settings(FOLDER / "frozen" / "format-2", tmp_path, {}))
    read = figures(taken.facts(plan), plan)
    assert {place.code: read.measure("jobs_published", place, DAY).value
            for place in (read.facts.geography.city, *read.facts.geography.counties)} == JOBS
    assert all(part.trace is None for part in taken.parts.values())


def test_of_a_later_format_it_is_said_that_this_version_is_the_older(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    shutil.copytree(FOLDER / "snapshots" / "format-1", folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": FORMAT + 1}),
                                          encoding="utf-8")
    with pytest.raises(InputError, match="是较新版本的程序写的，本版本读不了"):
        load_folder(folder)
