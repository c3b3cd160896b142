"""A refresh cannot hurt: whatever happens in the middle of it, the last good figures are still
there.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from data_access.current import load_or_refresh
from data_access.site.settings import ROOT, Settings
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import load_current
from kpi.counting.facts import SourceState
from kpi.judging.pace import Light
from kpi.scope.access import Scope
from kpi.scorecard.scorecard import figures, scorecard
from kpi.vocabulary.errors import InputError
from kpi.wording.wording import LIGHT_WORDS
from tests.data_access.site import NOON, drawn, site, sqlite_site
from tests.servers import Server

ONE = """
    | posting_id | unit_code | headcount | published_on |
    | J1         | 321302    | 5         | 2025-03-01   |
"""
TWO = ONE + """
    | J2         | 321322    | 7         | 2025-03-02   |
"""
REST = {"hire": [], "worker_account": []}


def jobs(settings: Settings, target: str = "") -> float | None:
    """The city's jobs as a page would show them now."""
    known = load_or_refresh(settings)
    card = scorecard(known.figures, date(2026, 6, 29))
    return card.city_line("jobs_published").value


def _site(folder: Path, drawing: str = ONE) -> Settings:
    return sqlite_site(folder, {**drawn(job_posting=drawing), **REST})


def _child(settings: Settings, before: str = "") -> list[str]:
    """A command line that refreshes the site in a process of its own."""
    code = f"""
import sys, time
from datetime import datetime
from pathlib import Path
from data_access.snapshots import snapshot
from data_access.running.command import run
from data_access.snapshots.refresh import refresh
from data_access.site.settings import Settings
settings = Settings(Path({str(settings.config)!r}), Path({str(settings.data)!r}), {dict(settings.urls)!r})
{before}
sys.exit(run(lambda: refresh(settings) and None))
"""
    return [sys.executable, "-c", code]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.long
def test_killed_while_writing_the_last_snapshot_stays_and_the_draft_is_swept_next_time(
        tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    _site(tmp_path, TWO)
    hang = """
whole = snapshot._write
def write(*given):
    whole(*given)
    print("written", flush=True)
    time.sleep(600)
snapshot._write = write
"""
    child = subprocess.Popen(_child(settings, hang), stdout=subprocess.PIPE, env=_environment(),
                             cwd=tmp_path)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"written"
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    child.stdout.close()
    folder = settings.data / "snapshots"
    assert len(list(folder.glob(".draft-*"))) == 1
    assert jobs(settings) == 5
    refresh(settings, now=NOON + timedelta(hours=1))
    assert list(folder.glob(".draft-*")) == []
    assert jobs(settings) == 12


@pytest.mark.long
def test_while_one_process_refreshes_another_is_told_to_wait(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    hold = """
import data_access.snapshots.refresh
whole = data_access.snapshots.refresh._Refresh.snapshot
def snapshot_(self, progress):
    print("reading", flush=True)
    sys.stdin.readline()
    return whole(self, progress)
data_access.snapshots.refresh._Refresh.snapshot = snapshot_
"""
    first = subprocess.Popen(_child(settings, hold), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             env=_environment(), cwd=tmp_path)
    assert first.stdout is not None
    assert first.stdout.readline().strip() == b"reading"
    second = subprocess.run(_child(settings), capture_output=True, env=_environment(), cwd=tmp_path,
                            check=False)
    assert (second.returncode, second.stderr.decode().strip()) == (2, "另一个刷新正在进行；请等它完成后再试。")
    first.communicate(b"\n", timeout=120)
    assert first.returncode == 0
    assert jobs(settings) == 5


def test_two_processes_at_once_leave_one_whole_snapshot_in_force(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    both = [subprocess.Popen(_child(settings), stderr=subprocess.PIPE, env=_environment(),
                             cwd=tmp_path) for _ in range(2)]
    ends = [child.communicate(timeout=120)[1].decode() for child in both]
    assert {child.returncode for child in both} <= {0, 2}
    assert 0 in {child.returncode for child in both}
    assert all(text == "" or "另一个刷新正在进行" in text for text in ends)
    assert jobs(settings) == 5


@pytest.mark.long
def test_a_full_disk_is_survived_and_said(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    _site(tmp_path, TWO)
    child = subprocess.run(_child(settings), capture_output=True, env=_environment(), cwd=tmp_path,
                           check=False,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600)))
    assert child.returncode == 2
    assert "快照写不进文件夹" in child.stderr.decode()
    assert "原有数据不受影响" in child.stderr.decode()
    assert list((settings.data / "snapshots").glob(".draft-*")) == []
    assert jobs(settings) == 5


def test_a_really_full_file_system_is_survived_and_said(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    full = tmp_path / "small"
    full.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or os.geteuid() != 0
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(full)],
            capture_output=True,
            check=False,
        ).returncode
    ):
        pytest.skip("needs root and the program mount, to mount a small file system")
    try:
        small = Settings(settings.config, full, settings.urls)
        (full / "ballast").write_bytes(b"x" * 250_000)
        with pytest.raises(InputError, match=r"快照写不进文件夹.*磁盘空间"):
            refresh(small, now=NOON)
        (full / "ballast").unlink()
        assert list((full / "snapshots").glob(".draft-*")) == []
    finally:
        subprocess.run(["umount", str(full)], check=True)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("damage", [_cut, _flip, Path.unlink],
                         ids=["cut short", "a flipped bit", "gone"])
@pytest.mark.parametrize("name", ["job_posting.parquet", "manifest.json", "reference.json"])
def test_a_damaged_snapshot_gives_way_to_the_newest_readable_one(
        tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    _site(tmp_path, TWO)
    newest = refresh(settings, now=NOON + timedelta(hours=1))
    damage(settings.data / "snapshots" / newest.id / name)
    found = load_current(settings.data)
    assert found is not None
    assert "最新的快照损坏，正在使用 2026-06-30 12:00 读取的快照" in found.messages[0]
    assert jobs(settings) == 5


@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe\x00", b"../../etc",
                                     b"20260630T120000-00000000", "快照".encode()])
def test_a_damaged_pointer_gives_way_to_the_newest_snapshot(tmp_path: Path, pointer: bytes) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    (settings.data / "snapshots" / "CURRENT").write_bytes(pointer)
    assert jobs(settings) == 5
    refresh(settings, now=NOON + timedelta(hours=1))
    assert load_current(settings.data).messages == ()  # type: ignore[union-attr]


def test_when_no_snapshot_can_be_read_that_is_said(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    only = refresh(settings, now=NOON)
    _cut(settings.data / "snapshots" / only.id / "manifest.json")
    with pytest.raises(InputError, match="读不出来"):
        load_current(settings.data)
    refresh(settings, now=NOON)
    assert jobs(settings) == 5


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    with pytest.raises(InputError, match=r"文件夹 .*file/var 不能写"):
        refresh(Settings(settings.config, in_the_way / "var", settings.urls), now=NOON)


def test_a_server_stopped_in_the_middle_leaves_read_datasets_fresh_and_the_others_stale(
        server: Server, tmp_path: Path) -> None:
    urls = server.write({**drawn(job_posting=ONE, hire="""
        | unit_code |
        | 321302    |
    """, dispute_case="""
        | unit_code | stage     | closed_on  | outcome |
        | 321302    | mediation | 2026-03-09 | success |
    """), "worker_account": []})
    settings = site(tmp_path, urls)
    refresh(settings, now=NOON)

    def stop_at_hires(text: str, _share: float) -> None:
        if "撮合录用" in text:
            server.stop()
    try:
        taken = refresh(settings, now=NOON + timedelta(hours=1), progress=stop_at_hires)
    finally:
        server.start()
    assert {name: part.stale for name, part in taken.parts.items() if part.data.quality.read} == {
        "job_posting": False, "hire": True, "dispute_case": True}
    assert "连不上" in str(taken.sources["disputes"].message)
    assert taken.sources["disputes"].state == SourceState.STALE
    card = scorecard(load_or_refresh(settings).figures, date(2026, 6, 29))
    # shown as last read, and not judged
    assert card.city_line("mediation_success").value == 1.0
    assert jobs(settings) == 5


def test_a_slow_source_is_given_up_after_its_limit_and_keeps_its_last_good_part(
        server: Server, tmp_path: Path) -> None:
    urls = server.write({**drawn(job_posting=ONE), **REST})
    settings = site(tmp_path, urls, statement_seconds=1)
    refresh(settings, now=NOON)
    blocker = server._connect()
    try:
        with blocker.cursor() as cursor:
            if server.make == "postgresql":
                blocker.autocommit = False
                cursor.execute("LOCK TABLE suzhaohuo.job_posting IN ACCESS EXCLUSIVE MODE")
            else:
                cursor.execute("LOCK TABLES suzhaohuo.job_posting WRITE")
            taken = refresh(settings, now=NOON + timedelta(hours=1))
    finally:
        blocker.close()
    assert "读取超时" in str(taken.sources["suzhaohuo"].message)
    assert taken.sources["suzhaohuo"].state == SourceState.STALE
    assert jobs(settings) == 5


TARGET = "\n[indicators.jobs_published]\ntarget = 1000\n"


def test_stale_data_is_shown_and_never_judged(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    plan = settings.plan_file.read_text(encoding="utf-8")
    settings.plan_file.write_text(plan.replace("[indicators.jobs_published]\n", TARGET),
                                  encoding="utf-8")
    refresh(settings, now=NOON)
    (tmp_path / "suzhaohuo.sqlite").unlink()
    refresh(settings, now=NOON + timedelta(hours=1))
    known = load_or_refresh(settings)
    card = scorecard(figures(known.snapshot.facts(known.plan), known.plan), date(2026, 6, 29))
    line = card.city_line("jobs_published")
    assert (line.value, line.light, LIGHT_WORDS[line.light]) == (5, Light.STALE, "数据陈旧")
    assert not any(alert.indicator == "jobs_published" for alert in card.alerts)


def test_only_the_newest_snapshots_are_kept(tmp_path: Path) -> None:
    settings = _site(tmp_path)
    for hour in range(snapshots.KEPT + 3):
        refresh(settings, now=NOON + timedelta(hours=hour))
    assert len(snapshots.known_ids(settings.data)) == snapshots.KEPT
    assert jobs(settings) == 5


def test_another_database_that_cannot_be_read_never_shows_the_figures_of_the_one_before(
        tmp_path: Path) -> None:
    settings = _site(tmp_path)
    refresh(settings, now=NOON)
    elsewhere = Settings(settings.config, settings.data,
                         {**settings.urls, "suzhaohuo": f"sqlite:///{tmp_path}/other.sqlite"})
    taken = refresh(elsewhere, now=NOON + timedelta(hours=1))
    assert "job_posting" not in taken.parts
    assert taken.sources["suzhaohuo"].state == SourceState.DOWN


def test_whoever_looks_after_the_sources_reads_why_one_is_down_and_a_bureau_only_that_it_is(
        tmp_path: Path) -> None:
    settings = _site(tmp_path)
    (tmp_path / "suzhaohuo.sqlite").unlink()
    refresh(settings, now=NOON)
    known = load_or_refresh(settings)
    caretaker, bureau = known.scoped(Scope(False, messages=True)), known.scoped(
        Scope(False, ("321302",)))
    for seen, told in ((caretaker, True), (bureau, False)):
        sources = (seen.snapshot.sources["suzhaohuo"], seen.figures.facts.sources["suzhaohuo"])
        assert [source.state for source in sources] == [SourceState.DOWN] * 2
        assert [source.message is not None for source in sources] == [told] * 2
        assert bool(seen.snapshot.messages) is told
        assert all(part.data.cells.empty for part in seen.snapshot.parts.values())


@pytest.mark.parametrize("edit",
                         [lambda settings: settings.sources_file.write_text(
                             "[datasets.hire]\n", encoding="utf-8"),
                          lambda settings: settings.plan_file.write_text(
                              settings.plan_file.read_text(encoding="utf-8").replace(
                                  "duplicate_window_days = 30", "duplicate_window_days = 10"),
                              encoding="utf-8")], ids=["mapping", "rules"])
def test_a_snapshot_of_another_configuration_is_read_anew(tmp_path: Path,
                                                          edit: Callable[
                                                                  [Settings], object]) -> None:
    settings = _site(tmp_path)
    first = refresh(settings, now=NOON)
    assert load_or_refresh(settings).snapshot.id == first.id
    edit(settings)
    assert load_or_refresh(settings).snapshot.id != first.id
