"""Long work outlives the page that asked for it; a process that dies leaves the old state and says
so.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from data_access.running.apart import apart
from data_access.running.jobs import Jobs, JobState, Progress
from data_access.site.settings import ROOT
from data_access.snapshots.freeze import list_frozen
from kpi.vocabulary.errors import InputError


def _ended(jobs: Jobs, owner: str = "a", kind: str = "freeze") -> JobState:
    for _ in range(600):
        job = jobs.look(owner, kind)
        if job is not None and not job.running:
            return job.state
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def test_any_tab_and_process_of_the_account_sees_how_it_gets_on_and_what_came_of_it(
        tmp_path: Path) -> None:
    here, elsewhere, go_on = Jobs(tmp_path), Jobs(tmp_path), threading.Event()

    def work(progress: Progress) -> str:
        progress("正在生成报表", 0.5)
        assert go_on.wait(30)
        return "已定稿。"

    here.start("a", "freeze", "定稿", work)
    for _ in range(600):
        seen = elsewhere.look("a", "freeze")
        if seen is not None and seen.text == "正在生成报表":
            break
        time.sleep(0.05)
    assert seen is not None
    assert (seen.running, seen.share) == (True, 0.5)
    assert elsewhere.look("b", "freeze") is None
    go_on.set()
    assert _ended(here) == JobState.DONE
    told = elsewhere.look("a", "freeze")
    assert told is not None
    assert told.result == "已定稿。"
    elsewhere.forget("a", "freeze")
    assert elsewhere.look("a", "freeze") is None


def test_asking_twice_does_the_work_once(tmp_path: Path) -> None:
    jobs, go_on, count = Jobs(tmp_path), threading.Event(), []

    def work(_progress: Progress) -> str:
        count.append(1)
        assert go_on.wait(30)
        return ""

    jobs.start("a", "freeze", "定稿", work)
    jobs.start("a", "freeze", "定稿", work)
    go_on.set()
    _ended(jobs)
    assert count == [1]


@pytest.mark.parametrize(("error", "said"), [(InputError("磁盘满了。"), "磁盘满了。"),
                                             (ValueError("x"), "没有预料到")])
def test_a_failure_is_told_in_a_sentence(tmp_path: Path, error: Exception, said: str) -> None:
    jobs = Jobs(tmp_path)

    def work(_progress: Progress) -> str:
        raise error

    jobs.start("a", "freeze", "定稿", work)
    assert _ended(jobs) == JobState.FAILED
    job = jobs.look("a", "freeze")
    assert job is not None
    assert said in job.result


_DYING = """
import sys, time
from pathlib import Path
from data_access.running.jobs import Jobs
jobs = Jobs(Path(sys.argv[1]))
jobs.start("a", "freeze", "定稿", lambda progress: time.sleep(600) or "")
print("begun", flush=True)
time.sleep(600)
"""


def test_a_job_whose_process_was_killed_is_told_as_interrupted(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _DYING, str(tmp_path)], cwd=ROOT,
                          stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline().strip() == b"begun"
        jobs = Jobs(tmp_path)
        alive = jobs.look("a", "freeze")
        assert alive is not None
        assert alive.running
        running.send_signal(signal.SIGKILL)
        running.wait()
    dead = jobs.look("a", "freeze")
    assert dead is not None
    assert dead.state == JobState.FAILED
    assert "没有做完" in dead.result
    jobs.start("a", "freeze", "定稿", lambda _progress: "好了")
    assert _ended(jobs) == JobState.DONE


_FREEZING = """
import os, signal, sys
from datetime import date
from pathlib import Path
from data_access.current import load_or_refresh
from data_access.site.settings import Settings
from data_access.snapshots import freeze as module
from kpi.scorecard.scorecard import scorecard
settings = Settings(Path(sys.argv[1]), Path(sys.argv[2]), dict(pair.split("=", 1) for pair in sys.argv[4:]))
known = load_or_refresh(settings)
die = lambda *_args, **_named: os.kill(os.getpid(), signal.SIGKILL)
target, name = {"copy": (module.shutil, "copytree"), "manifest": (module.json, "dumps"), "rename": (module.os, "rename")}[sys.argv[3]]
real, calls = getattr(target, name), []
def dying(*args, **named):
    calls.append(1)
    if name != "dumps" or "frozen_at" in str(args[:1]):
        die()
    return real(*args, **named)
setattr(target, name, dying)
module.freeze(settings, known.snapshot, known.plan, date(2026, 6, 29), {"a.xlsx": b"PK"})
"""


@pytest.mark.parametrize("place", ["copy", "manifest", "rename"])
def test_kill_in_the_middle_of_freezing_leaves_the_old_state(tmp_path: Path, place: str) -> None:
    from data_access.current import load_or_refresh
    from data_access.snapshots.freeze import freeze, open_frozen
    from data_access.snapshots.refresh import refresh
    from tests.data_access.test_freeze import NOON, _site
    settings, day = _site(tmp_path), date(2026, 6, 29)
    refresh(settings, now=NOON)
    urls = [f"{name}={url}" for name, url in settings.urls.items()]
    done = subprocess.run([sys.executable, "-c", _FREEZING, str(settings.config),
                           str(settings.data), place, *urls], cwd=ROOT, capture_output=True,
                          check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert list_frozen(settings.data) == ()
    known = load_or_refresh(settings)
    note = freeze(settings, known.snapshot, known.plan, day, {"a.xlsx": b"PK"})
    assert open_frozen(note.folder).output("a.xlsx") == b"PK"
    for draft in (settings.data / "frozen").glob(".draft-*"):
        os.utime(draft, (0, 0))
    freeze(settings, known.snapshot, known.plan, day, {"b.xlsx": b"PK"})
    assert list((settings.data / "frozen").glob(".draft-*")) == []


def _slow(seconds: float) -> str:
    time.sleep(seconds)
    return "read"


def _refused() -> str:
    raise InputError("第3行没有填写。")


def _greedy() -> int:
    return len(bytearray(6_000_000_000))


@pytest.mark.long
def test_a_file_is_read_apart_with_a_limit_of_time_and_memory() -> None:
    assert apart(60, _slow, 0) == "read"
    with pytest.raises(InputError, match="没有读完"):
        apart(3, _slow, 60)
    with pytest.raises(InputError, match="第3行没有填写"):
        apart(60, _refused)
    with pytest.raises(InputError, match="过于复杂"):
        apart(60, _greedy)


def test_a_file_of_a_job_holds_no_secret_and_is_the_owner_s_alone(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "jobs")
    jobs.start("a", "freeze", "定稿", lambda _progress: "")
    _ended(jobs)
    (path,) = (tmp_path / "jobs").iterdir()
    assert set(json.loads(path.read_text(encoding="utf-8"))) == {
        "owner", "kind", "title", "state", "text", "share", "result", "started", "ended", "process"}
    assert (tmp_path / "jobs").stat().st_mode & 0o077 == 0
