"""Starting real servers on loopback, and reading what they use: processor time, memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data_access.site import ROOT

DASHBOARD, EMPTY, BARE = (
    "server.py",
    "benchmarks/pages/empty/server.py",
    "benchmarks/pages/empty/page.py",
)
_PATIENCE = 120.0
_POLL = 0.02


@dataclass(frozen=True)
class Running:
    """A server process; `healthy` and `ready` are seconds from its start, `ready` None when it has
    no such route.
    """

    site: str
    process: subprocess.Popen[bytes]
    healthy: float
    ready: float | None

    @property
    def cpu(self) -> float:
        """Processor seconds used so far by all its threads, ended ones included."""
        # the clock id that clock_getcpuclockid(3) gives
        return time.clock_gettime(~self.process.pid << 3 | 2)

    @property
    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(entry: str, data: Path, *options: str, environment: Mapping[str, str]
            | None = None) -> Iterator[Running]:
    """The server `entry` over a data folder with the project's own settings, for as long as the
    block lasts.

    Raises RuntimeError with what it said when it does not answer.
    """
    port = free_port()
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("LINGGONG_", "STREAMLIT_"))}
    log = data / f"server-{port}.log"
    with log.open("wb") as output:
        begin = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "streamlit", "run", entry,
                                    "--server.port", str(port), *options], cwd=ROOT, stdout=output,
                                   stderr=subprocess.STDOUT,
                                   env={**clean, "PYTHONPATH": str(ROOT),
                                        "LINGGONG_DATA": str(data), **(environment or {})})
    try:
        site = f"http://127.0.0.1:{port}"
        healthy = _answered(f"{site}/_stcore/health", begin, process, log)
        ready = (
            None if entry == BARE else _answered(f"{site}/ready", begin, process, log, also=(503,))
        )
        yield Running(site, process, healthy, ready)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _answered(url: str, begin: float, process: subprocess.Popen[bytes], log: Path,
              also: tuple[int, ...] = ()) -> float:
    """Seconds since `begin` until the route answers with 200 (or one of `also`)."""
    while time.perf_counter() - begin < _PATIENCE and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return time.perf_counter() - begin
        except urllib.error.HTTPError as refused:
            if refused.code in also:
                return time.perf_counter() - begin
        except OSError:
            pass
        time.sleep(_POLL)
    raise RuntimeError(f"{url} did not answer: {log.read_text(encoding='utf-8', errors='replace')}")
