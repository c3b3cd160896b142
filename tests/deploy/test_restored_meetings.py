"""What a meeting decided on comes back from a backup to the last byte: its papers, its figures, the
ledger and its rules.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.current import load_or_refresh
from data_access.ledger.store import Ledger
from data_access.site.settings import Settings
from data_access.snapshots.freeze import Frozen, list_frozen, open_frozen
from data_access.snapshots.refresh import refresh
from deploy.backup import restore, save
from kpi.follow_ups.follow_up import Case, Event, EventKind, Item, Meeting
from kpi.follow_ups.follow_up_fold import Status, status
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.plan.plan import FollowUpRules
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.vocabulary.errors import InputError
from reports import papers
from reports.freezing import freeze_meeting
from reports.scorecard import to_json
from tests.data_access.site import NOON, drawn, sqlite_site

DAY = date(2026, 6, 29)
AT = datetime(2026, 6, 30, 9, 30)
OFFICE, BUREAU = Actor("bangongshi", Role.OFFICE), Actor("sihong", Role.OFFICE)
JOBS = """
    | posting_id | unit_code | headcount | published_on | collector   |
    | J1         | 321302    | 5         | 2025-03-01   | third_party |
    | J2         | 321322    | 2         | 2026-03-01   | government  |
"""
ITEM = Item("补建驿站", Rollup.COUNTY, "321324", "泗洪县", "就业中心主任", date(2026, 8, 1), ("市商务局", "市财政局"),
            "station_coverage", 1.0, date(2026, 6, 30), origin="截至6月29日，泗洪乡镇驿站覆盖率82.6%。")


@dataclass(frozen=True)
class Kept:
    """All that a site knows of its meetings."""

    papers: dict[str, bytes]
    figures: str
    meetings: tuple[Meeting, ...]
    cases: tuple[Case, ...]
    revision: int


def _figures(frozen: Frozen) -> str:
    return to_json(scorecard(frozen.figures, frozen.note.as_of), papers.note_of(frozen))


def _kept(settings: Settings) -> Kept:
    (note,) = list_frozen(settings.data)
    frozen = open_frozen(note.folder)
    ledger = Ledger.open(settings)
    try:
        return Kept({name: frozen.output(name) for name in frozen.outputs}, _figures(frozen),
                    ledger.meetings(), ledger.cases(), ledger.revision())
    finally:
        ledger.close()


def _status(case: Case) -> Status | None:
    return status(case, AT.date(), FollowUpRules())


def _hold_meeting(settings: Settings) -> None:
    known = load_or_refresh(settings)
    card = scorecard(known.figures, DAY)
    freeze_meeting(known, card, papers.note_of(known),
                   papers.meeting_papers(papers.source(known, card)))
    ledger = Ledger.open(settings)
    ledger.hold_meeting(Meeting(AT.date(), "分管副市长", ("市人社局", "泗洪县"), known.snapshot.id), OFFICE, AT)
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    ledger.act("2026-001", 2, Event(EventKind.PROGRESS, AT + timedelta(hours=1), "", "已选址"), BUREAU,
               _status)
    ledger.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = sqlite_site(tmp_path, {**drawn(job_posting=JOBS), "hire": [], "worker_account": []})
    refresh(made, now=NOON)
    _hold_meeting(made)
    return made


def test_a_new_machine_shows_the_meeting_and_the_ledger_as_they_were(
        settings: Settings, tmp_path: Path) -> None:
    before = _kept(settings)
    assert {Path(name).suffix for name in before.papers} == {".xlsx", ".docx", ".pptx", ".json"}
    archive = save(settings.data, settings.config, tmp_path / "backups")
    elsewhere = Settings(tmp_path / "new" / "config", tmp_path / "new" / "var", settings.urls)
    shutil.rmtree(settings.data)
    shutil.rmtree(settings.config)
    restore(archive, elsewhere.data, elsewhere.config, force=False)
    assert _kept(elsewhere) == before
    assert before.figures == before.papers["scorecard.json"].decode()


def test_the_restored_ledger_goes_on_and_still_refuses_to_be_rewritten(
        settings: Settings, tmp_path: Path) -> None:
    archive = save(settings.data, settings.config, tmp_path / "backups")
    elsewhere = Settings(tmp_path / "new" / "config", tmp_path / "new" / "var", settings.urls)
    restore(archive, elsewhere.data, elsewhere.config, force=False)
    ledger = Ledger.open(elsewhere)
    try:
        with pytest.raises(InputError, match="刚刚被别人更新过"):
            ledger.act("2026-001", 2, Event(EventKind.PROGRESS, AT, "", "另一处"), OFFICE, _status)
        assert ledger.act("2026-001", 3, Event(EventKind.PROGRESS, AT, "", "已招标"), OFFICE,
                          _status).version == 4
        assert [item.number for item in ledger.raise_items([ITEM], OFFICE, AT)] == ["2026-002"]
        with pytest.raises(sa.exc.SQLAlchemyError,
                           match="append-only"), ledger.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE item_event SET text = 'x'")
    finally:
        ledger.close()


def test_a_paper_spoilt_after_the_restore_is_named_when_the_meeting_is_opened(
        settings: Settings, tmp_path: Path) -> None:
    archive = save(settings.data, settings.config, tmp_path / "backups")
    restore(archive, tmp_path / "new" / "var", tmp_path / "new" / "config", force=False)
    (note,) = list_frozen(tmp_path / "new" / "var")
    paper = next(note.folder.glob("outputs/*.xlsx"))
    paper.chmod(0o644)
    paper.write_bytes(paper.read_bytes()[:-1])
    with pytest.raises(InputError, match=paper.name):
        open_frozen(note.folder)
