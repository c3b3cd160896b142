"""Starting another version over the same data: forward, back, and while the version before goes on
serving.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.current import load_or_refresh
from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.migrate import newest_version, version_of
from data_access.ledger.migrate import upgrade as migrate
from data_access.running import upgrade as module
from data_access.running.ready import readiness
from data_access.running.upgrade import check_upgrade, planned, upgrade
from data_access.site.settings import Settings
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.formats import FORMAT
from data_access.snapshots.refresh import RefreshRunningError, refresh
from kpi.vocabulary.errors import InputError
from tests.data_access.frozen_folders import FOLDER
from tests.data_access.site import NOON, drawn, sqlite_site

JOBS = """
    | posting_id | unit_code | headcount | published_on | collector   |
    | J1         | 321302    | 5         | 2025-03-01   | third_party |
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return sqlite_site(tmp_path, {**drawn(job_posting=JOBS), "hire": [], "worker_account": []})


def _of_an_earlier_version(settings: Settings, name: str) -> str:
    """Makes a snapshot of that format the one in force; its id."""
    source = FOLDER / ("snapshots/format-1" if name == "format-1" else f"frozen/{name}/snapshot")
    identity = str(json.loads((source / "manifest.json").read_text(encoding="utf-8"))["id"])
    shutil.copytree(source, settings.data / "snapshots" / identity)
    (settings.data / "snapshots" / "CURRENT").write_text(identity, encoding="ascii")
    return identity


def _of_a_later_version(settings: Settings) -> str:
    """A reading written by the version after this one: as this one writes it, but for the format.
    """
    taken = refresh(settings, now=NOON + timedelta(hours=3), full=True)
    manifest = settings.data / "snapshots" / taken.id / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**content, "format": FORMAT + 1}), encoding="utf-8")
    return taken.id


def _bytes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def _jobs(settings: Settings) -> float | None:
    known = load_or_refresh(settings)
    return known.figures.measure("jobs_published", known.figures.facts.geography.city,
                                 date(2026, 6, 29)).value


@pytest.mark.parametrize("name", ["format-1", "format-2", "format-3"])
def test_after_a_format_change_the_program_starts_and_the_old_files_stay(
        settings: Settings, name: str) -> None:
    identity = _of_an_earlier_version(settings, name)
    before = _bytes(settings.data / "snapshots" / identity)
    # what the service manager asked stopped the service here
    assert readiness(settings).snapshot == identity
    assert upgrade(settings) == 0
    assert readiness(settings).ready
    assert _jobs(settings) == 5
    # the version before, which may be serving still, finds its own reading as it was
    assert _bytes(settings.data / "snapshots" / identity) == before


def test_on_the_way_back_the_last_reading_of_this_version_is_used(
        settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    own = refresh(settings, now=NOON).id
    later = _of_a_later_version(settings)
    before = _bytes(settings.data / "snapshots" / later)
    assert upgrade(settings) == 0
    assert "可用。" in capsys.readouterr().out
    taken = snapshots.load_current(settings.data)
    assert taken is not None
    assert taken.id == own
    assert taken.messages[0].startswith("最新的快照是较新版本的程序写的，正在使用 2026-06-30 12:00 读取的快照")
    assert _bytes(settings.data / "snapshots" / later) == before


def test_without_any_reading_of_this_version_it_reads_by_itself(
        settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    later = _of_a_later_version(settings)
    assert not readiness(settings).ready
    assert upgrade(settings) == 0
    assert "可用（已重新读取）。" in capsys.readouterr().out
    assert readiness(settings).ready
    assert _jobs(settings) == 5
    assert (settings.data / "snapshots" / later).is_dir()
    assert upgrade(settings) == 0
    assert "已重新读取" not in capsys.readouterr().out


def test_it_waits_for_the_other_version_s_refresh_and_uses_what_that_read(
        settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _of_a_later_version(settings)
    waited: list[float] = []

    def busy(*_: object, **__: object) -> None:
        raise RefreshRunningError("另一个刷新正在进行")

    def meanwhile(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            refresh(settings, now=NOON + timedelta(hours=5))

    monkeypatch.setattr(module, "refresh", busy)
    monkeypatch.setattr(module.time, "sleep", meanwhile)
    assert upgrade(settings) == 0
    assert len(waited) == 2
    monkeypatch.setattr(module.time, "sleep", waited.append)
    shutil.rmtree(settings.data / "snapshots")
    with pytest.raises(InputError, match="另一个进程一直在刷新数据"):
        upgrade(settings)


def test_a_source_that_cannot_be_read_stops_the_start_and_changes_nothing(
        settings: Settings) -> None:
    later = _of_a_later_version(settings)
    before = _bytes(settings.data / "snapshots")
    for url in settings.urls.values():
        Path(str(url).removeprefix("sqlite:///")).write_bytes(b"no database")
    with pytest.raises(InputError):
        upgrade(settings)
    assert _bytes(settings.data / "snapshots") == before
    assert snapshots.current_id(settings.data) == later


def test_the_check_says_what_will_be_done_and_does_nothing(settings: Settings,
                                                           capsys: pytest.CaptureFixture[
                                                                   str]) -> None:
    _of_an_earlier_version(settings, "format-2")
    before = _bytes(settings.data)
    assert check_upgrade(settings) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "● 方案和权限表：可用。",
        f"▲ 快照：20260630T120000-2515a59a（格式 2，读入时转换为格式 {FORMAT}，文件不改）可读，"
        "但连接、对照表或计数口径与本版本不同；启动前会重新读取数据源。",
        "● 台账：还没有；第一次使用时建立。",
        "● 定稿：还没有。"]
    assert _bytes(settings.data) == before


def test_a_ledger_is_brought_over_or_said_to_be_the_newer(settings: Settings,
                                                          capsys: pytest.CaptureFixture[
                                                                  str]) -> None:
    refresh(settings, now=NOON)
    engine = open_ledger_engine(f"sqlite:///{settings.data / 'ledger.sqlite'}")
    migrate(engine, "0001")
    assert "版本 0001，启动前升级为" in planned(settings)[2].sentence
    assert upgrade(settings) == 0
    with engine.connect() as connection:
        assert version_of(connection) == newest_version()
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert upgrade(settings) == 1
    assert "版本 9999 比本程序" in capsys.readouterr().err
    assert check_upgrade(settings) == 1


def test_a_plan_that_cannot_be_read_stops_the_start(settings: Settings,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    refresh(settings, now=NOON)
    settings.plan_file.write_text("[plan]\n", encoding="utf-8")
    assert upgrade(settings) == 1
    assert "✗ 方案和权限表：" in capsys.readouterr().err
