"""Long work of an account outside the page that asked for it: its progress, result and failure
outlive the page.

One job of a kind at a time for an account. Each is a small file in `<data>/jobs/`, so that any tab
of the account, also at another process of the site, sees how it gets on; a job whose process is
gone is told as interrupted. What the work writes is whole or not there: that is the work's own
promise, not this module's.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from kpi.vocabulary import InputError

Progress = Callable[[str, float], None]
Work = Callable[[Progress], str]
AT_ONCE = 2
SHOWN_SECONDS = 12 * 3600
_SAVE_SECONDS = 0.5
_FAILED = "程序遇到没有预料到的情况，详细信息已记入服务日志；请告知系统管理员出错的时间。"
_INTERRUPTED = "程序在中途重新启动，没有做完；原有内容不受影响，请重新操作。"
_log = logging.getLogger(__name__)


class JobState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Job:
    """`text` and `share` (0–1): how it gets on; `result`: one sentence once it has ended. Times are
    Unix seconds.
    """

    owner: str
    kind: str
    title: str
    state: JobState
    text: str = ""
    share: float = 0.0
    result: str = ""
    started: float = 0.0
    ended: float | None = None
    process: str = ""

    @property
    def running(self) -> bool:
        return self.state == JobState.RUNNING


@dataclass(eq=False)
class Jobs:
    """The jobs of one data folder; `folder` is made with the first one."""

    folder: Path
    _live: dict[tuple[str, str], Job] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE),
                                        repr=False)

    def start(self, owner: str, kind: str, title: str, work: Work) -> Job:
        """Begin, unless one of that kind is under way: then that one. `work` returns the sentence
        of its result.
        """
        with self._lock:
            result = self.look(owner, kind)
            if result is not None and result.running:
                return result
            self._tidy()
            job = Job(owner, kind, title, JobState.RUNNING, "等待开始", started=time.time(),
                      process=_process(os.getpid()))
            self._keep(job, save=True)
        threading.Thread(target=self._run, args=(job, work), name=f"job-{kind}",
                         daemon=True).start()
        return job

    def look(self, owner: str, kind: str) -> Job | None:
        """The last job of that kind, running or ended within half a day; None when there is none.
        """
        live = self._live.get((owner, kind))
        job = live if live is not None and live.running else self._read(owner, kind) or live
        if job is None or (job.ended is not None and time.time() - job.ended > SHOWN_SECONDS):
            return None
        if job.running and live is None and not _alive(job.process):
            return replace(job, state=JobState.FAILED, result=_INTERRUPTED, ended=job.started)
        return job

    def forget(self, owner: str, kind: str) -> None:
        """Take note of a result; a running job stays."""
        job = self.look(owner, kind)
        if job is not None and not job.running:
            self._live.pop((owner, kind), None)
            self._path(owner, kind).unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Forget what is not shown any more, also drafts that a killed process left."""
        now = time.time()
        for key, job in tuple(self._live.items()):
            if job.ended is not None and now - job.ended > SHOWN_SECONDS:
                self._live.pop(key, None)
        with suppress(OSError):
            for path in self.folder.iterdir():
                if now - path.stat().st_mtime > SHOWN_SECONDS:
                    path.unlink(missing_ok=True)

    def _run(self, job: Job, work: Work) -> None:
        saved = [0.0]

        def progress(text: str, share: float) -> None:
            due = time.monotonic() - saved[0] >= _SAVE_SECONDS
            saved[0] = time.monotonic() if due else saved[0]
            self._keep(replace(job, text=text, share=min(max(share, 0.0), 1.0)), save=due)

        with self._turns:
            try:
                ended = replace(job, state=JobState.DONE, result=work(progress), share=1.0,
                                ended=time.time())
            except InputError as error:
                ended = replace(job, state=JobState.FAILED, result=str(error), ended=time.time())
            except Exception:
                _log.exception("job %s failed", job.kind)
                ended = replace(job, state=JobState.FAILED, result=_FAILED, ended=time.time())
        self._keep(ended, save=True)

    def _keep(self, job: Job, *, save: bool) -> None:
        self._live[job.owner, job.kind] = job
        if not save:
            return
        path = self._path(job.owner, job.kind)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = path.with_suffix(f".{os.getpid()}")
            draft.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")
            os.replace(draft, path)
        except OSError as error:
            # the work itself may well succeed
            _log.warning("job %s not noted: %s", job.kind, error)

    def _read(self, owner: str, kind: str) -> Job | None:
        try:
            record = json.loads(self._path(owner, kind).read_text(encoding="utf-8"))
            return Job(**{**record, "state": JobState(record["state"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _path(self, owner: str, kind: str) -> Path:
        return self.folder / f"{hashlib.sha256(owner.encode()).hexdigest()[:24]}-{kind}.json"


_known: dict[Path, Jobs] = {}
_opening = threading.Lock()


def jobs(data: Path) -> Jobs:
    """The jobs of a data folder, one object for the process."""
    with _opening:
        return _known.setdefault(data, Jobs(data / "jobs"))


def _process(number: int) -> str:
    """A process for good: its number with the time it began, because numbers come again."""
    try:
        begun = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[
            19]
    except (OSError, IndexError):
        begun = ""
    return f"{number}:{begun}"


def _alive(process: str) -> bool:
    number = process.partition(":")[0]
    return number.isdigit() and _process(int(number)) == process and not process.endswith(":")
