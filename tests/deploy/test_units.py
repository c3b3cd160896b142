"""The limits of the systemd units hold: what they refuse is refused, and all the program does goes
on under them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from data_access.site.settings import ROOT
from tests.access import wire
from tests.access.wire import Wired, ask_for, run
from tests.deploy.confined import directives, library
from tests.fixtures import distinct_city
from tests.programs import missing, need

pytestmark = pytest.mark.server

UNITS = ROOT / "deploy" / "systemd"
SITE, REFRESH, BACKUP = (UNITS / f"linggong{name}.service" for name in ("@", "-refresh", "-backup"))
_LIMITS = ("MemoryDenyWriteExecute", "RestrictNamespaces", "LockPersonality", "RestrictRealtime",
           "RestrictSUIDSGID", "NoNewPrivileges")


@pytest.fixture(autouse=True)
def _what_confines() -> None:
    need("systemd-analyze")
    if library() is None:
        missing("libseccomp")


def _under(unit: Path) -> tuple[str, ...]:
    return sys.executable, "-m", "tests.deploy.confined", str(unit), "--"


def _run(unit: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LINGGONG_")}
    return subprocess.run([*_under(unit), *command], cwd=ROOT, env={**clean, **environment},
                          capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unit", [SITE, REFRESH, BACKUP], ids=lambda unit: unit.name)
def test_every_service_has_the_limits(unit: Path) -> None:
    limits = directives(unit)
    assert {name: limits.get(name) for name in _LIMITS} == dict.fromkeys(_LIMITS, "yes")
    assert (limits["SystemCallFilter"], limits["CapabilityBoundingSet"]) == ("@system-service", "")
    assert "AF_INET" not in limits["RestrictAddressFamilies"] or unit != BACKUP


@pytest.mark.parametrize(
    "tried",
    [
        "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "os.chmod(sys.argv[1], 0o4755)",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
        "libc('unshare', 0x20000)",
        "libc('personality', 8)",
        "libc('mount', 0, b'/', 0, 0, 0)",
        "libc('setns', 0, 0)",
        "libc('reboot', 0x1234567)",
        "libc('swapon', b'/x', 0)",
    ],
)
def test_what_the_program_never_does_is_refused(tmp_path: Path, tried: str) -> None:
    code = """
import ctypes, mmap, os, socket, sys
def libc(name, *given):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*given) == -1:
        raise OSError(ctypes.get_errno(), name)
try:
    eval(sys.argv[2])
except OSError as error:
    print("refused", error.errno)
"""
    file = tmp_path / "file"
    file.touch()
    done = _run(SITE, sys.executable, "-c", code, str(file), tried)
    assert done.stdout.split()[:1] == ["refused"], done.stderr
    # not permitted, no such family: never "no such file" or "invalid"
    assert done.stdout.split()[1] in ("1", "97")


@pytest.fixture(scope="module")
def confined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    with wire.wired(tmp_path_factory.mktemp("confined"), under=_under(SITE)) as running:
        yield running


def test_the_site_serves_pages_and_papers_under_its_limits(confined: Wired) -> None:
    status = Path(f"/proc/{confined.server.process.pid}/status").read_text(encoding="ascii")
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status

    async def visit() -> bytes:
        staff = confined.claims("staff")
        for page, word in (("overview", "宿城"), ("county_map", "载体"), ("alerts", "预警"),
                           ("follow_ups", "督办")):
            async with await confined.tab(staff, f"/{page}") as tab:
                assert word in tab.shown.words, page
        async with await confined.tab(staff, "/exports", "as_of=2025-07-31") as tab:
            offered = [proto.deferred_file_id for proto in tab.shown.of("download_button")
                       if proto.deferred_file_id]
            given = await ask_for(tab, offered[0])
            assert given is not None
            path = urlsplit(given.backend_operation_response.deferred_file.url).path
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{confined.address}{path}", headers=tab.headers)).content
    assert run(visit()).startswith(b"PK")


@pytest.mark.office
@pytest.mark.parametrize("paper", ["报表（Excel）", "情况通报（Word）"])
def test_papers_are_laid_out_under_the_site_s_limits(confined: Wired, paper: str) -> None:
    """The office program of the manual's system writes no code at run time that it would then
    execute.
    """
    need("soffice", "pdftoppm")

    async def visit() -> str:
        async with await confined.tab(confined.claims("staff"), "/exports",
                                      "as_of=2025-07-31") as tab:
            await tab.change("papers-paper", paper)
            await tab.change("papers-preview")
            return tab.shown.words
    words = run(visit())
    assert "暂时不能预览" not in words
    assert re.search(r"共 \d+ 页", words), words[-800:]
    (noted,) = (confined.data / "jobs").glob("*-preview.json")
    assert re.fullmatch(rf"{paper}，共 \d+ 页。", json.loads(noted.read_text(encoding="utf-8"))[
        "result"])


def test_refreshing_and_backing_up_work_under_their_limits(tmp_path: Path) -> None:
    city = distinct_city.write(tmp_path / "city")
    read = _run(REFRESH, sys.executable, "-m", "data_access", "refresh", **city)
    assert read.returncode == 0, read.stderr
    saved = _run(BACKUP, sys.executable, "deploy/backup.py", "save", "--data",
                 city["LINGGONG_DATA"], "--config", city["LINGGONG_CONFIG"], "--to",
                 str(tmp_path / "backups"), "--keep", "3")
    assert saved.returncode == 0, saved.stderr
    (archive,) = (tmp_path / "backups").glob("*.tar.gz")
    assert archive.stat().st_mode & 0o077 == 0
