"""`python -m tests.deploy.outage` – a working day's mishaps in ten minutes: a hundred readers, two
processes behind nginx.

The service databases are on PostgreSQL and both processes refresh by their own timer. In the course
of the time one process is killed and started again, the database server is stopped and started, the
other process is restarted in order. Every page every reader is shown is compared with the figures
computed beforehand from the same sample in SQLite. Prints a table; ends with 1 when a figure was
wrong, a reader did not come back, or a traceback was written or shown.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import ssl
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from benchmarks.streamlit_client import Session
from data_access.current import Current, load_or_refresh
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from kpi.definitions.shipped_datasets import CONNECTIONS
from kpi.scorecard.scorecard import scorecard
from kpi.wording import wording
from sample_data.build import fill
from tests import servers
from tests.access import site
from tests.access.site import ACCESS, PEOPLE, Running
from tests.deploy.proxy import certificate, start_nginx
from tests.ports import free_port
from tests.servers import Server

DAYS = tuple(date(2026, month, 15) for month in range(1, 11))
CODES = ("jobs_published", "third_party_share", "training_attendances", "registered_users",
         "mediation_success")
PATIENCE = 120.0
_CUT = (ConnectionClosed, InvalidHandshake, TimeoutError, OSError)


@dataclass
class Site:
    """Two processes behind nginx over one database server."""

    address: str
    tls: ssl.SSLContext
    ports: list[int]
    processes: list[Running]
    environment: Mapping[str, str]
    folder: Path
    database: Server
    secrets: Path
    cookie: str = ""

    def start(self, number: int) -> None:
        log = self.processes[number].log
        log.rename(log.with_name(f"server-{len(list(self.folder.glob('server-*')))}-before.log"))
        self.processes[number], _ = site.start_server(self.environment, self.folder,
                                                      secrets=self.secrets, port=self.ports[number])

    def memory(self) -> list[int]:
        """Resident MiB of each process."""
        return [_resident(one.process.pid) for one in self.processes]


def _resident(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    return round(int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024) if "VmRSS" in status else 0  # type: ignore[index]


@dataclass
class Seen:
    """What the readers met with. `waits`: seconds from a cut line to the next whole page; `stale`:
    pages that said so.
    """

    seconds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    lost: int = 0
    stale: int = 0
    still_stale: int = 0
    first: list[float] = field(default_factory=list)


Expected = Mapping[date, tuple[str, ...]]


def expected(known: Current) -> Expected:
    """Day → the city's figures of all core indicators as they are written on 总览."""
    found = {}
    for day in DAYS:
        card = scorecard(known.figures, day)
        lines = [(item, card.city_line(item.code)) for item in known.plan.core]
        found[day] = tuple(wording.figure(line.value, item.indicator.unit, line.target,
                                          line.comparator) for item, line in lines)
    return found


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Everything started, the first snapshot taken; stopped at the end."""
    with ExitStack() as stack:
        database = stack.enter_context(servers.postgresql())
        template = database.url("{connection}")
        fill(template)
        shutil.copytree(ROOT / "config", folder / "config")
        (folder / "config" / "access.toml").write_text(ACCESS, encoding="utf-8")
        environment = {"LINGGONG_DATA": str(folder / "var"),
                       "LINGGONG_CONFIG": str(folder / "config"), "LINGGONG_REFRESH_MINUTES": "1",
                       **{f"LINGGONG_URL_{name.upper()}": database.url(name)
                          for name in CONNECTIONS}}
        load_or_refresh(load_settings(environment, folder / "no-secrets.toml"))
        certificate(folder)
        port, ports = free_port(), [free_port(), free_port()]
        tls = ssl.create_default_context(cafile=str(folder / "site.crt"))
        provider = stack.enter_context(site.identity_provider(folder, PEOPLE))
        secrets = site.write_secrets(folder, provider, f"https://localhost:{port}")
        made = Site(f"https://localhost:{port}", tls, ports, [], environment, folder, database,
                    secrets)
        made.processes = [site.start_server(environment, folder, secrets=secrets, port=one)[0]
                          for one in ports]
        stack.callback(_stop, made)
        nginx = start_nginx(folder, port, ports)
        stack.callback(nginx.stop)
        for number, one in enumerate(ports):
            site.answers(f"http://localhost:{one}/_stcore/health", made.processes[number])
        made.cookie = _signed_in(made.address)
        yield made


def _signed_in(address: str) -> str:
    """The cookie of a leader who has signed in through a browser; every reader of the trial shows
    it.
    """
    with site.browser() as opened, site.visitor(opened, address,
                                                ignore_https_errors=True) as leader:
        leader.open("/overview")
        leader.sign_in("leader")
        kept = [one for one in leader.page.context.cookies()
                if one.get("name", "").startswith("_streamlit_user")]
    return "; ".join(f"{one.get('name')}={one.get('value')}" for one in kept)


def _stop(where: Site) -> None:
    for one in where.processes:
        one.stop()


async def reader(where: Site, known: Expected, until: float, every: float, seen: Seen,
                 chance: random.Random) -> None:
    """Opens 总览 and keeps changing day and indicator until the time is over; comes back when the
    line is cut.
    """
    begin = monotonic()
    tab = await _opened(where, begin + PATIENCE)
    if tab is None:
        seen.lost += 1
        return
    seen.first.append(monotonic() - begin)
    while monotonic() < until:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * every)
        day = chance.choice(DAYS)
        cut = None
        while True:
            try:
                run = await tab.go(urlencode({"as_of": day.isoformat(),
                                              "indicator": chance.choice(CODES)}))
                break
            except _CUT:
                cut = cut or monotonic()
                if not await _back(tab, cut + PATIENCE):
                    seen.lost += 1
                    return
        if cut is not None:
            seen.waits.append(monotonic() - cut)
        else:
            seen.seconds.append(run.seconds)
        _judge(tab, day, known, seen)
    seen.still_stale += "数据陈旧" in tab.shown.words
    await tab.close()


async def _opened(where: Site, deadline: float) -> Session | None:
    while monotonic() < deadline:
        try:
            return await Session.open(where.address, "/overview", f"as_of={DAYS[-1]}",
                                      tls=where.tls, headers={"Cookie": where.cookie})
        except Exception:  # a refused handshake, a cut line: a browser tries again whatever it was
            await asyncio.sleep(1)
    return None


async def _back(tab: Session, deadline: float) -> bool:
    try:
        await tab.reconnect(max(deadline - monotonic(), 1))
    except TimeoutError:
        return False
    return True


def _judge(tab: Session, day: date, known: Expected, seen: Seen) -> None:
    words = tab.shown.words
    if tab.shown.exceptions or "页面出错了" in words or "Traceback" in words:
        seen.failed.append(f"{day}: {(*tab.shown.exceptions, words[:200])[0]}")
        return
    seen.stale += "数据陈旧" in words
    missing = [figure for figure in known[day] if figure not in words]
    if missing or f"{day.year}年{day.month}月{day.day}日" not in words:
        seen.wrong.append(f"{day}: {missing} not on the page: {words[:300]}")


async def mishaps(where: Site, length: float, said: list[str]) -> None:
    """Kill one process, stop the database, restart the other process, at set shares of the time."""
    begin = monotonic()

    async def at(share: float, text: str) -> None:
        await asyncio.sleep(max(begin + share * length - monotonic(), 0))
        said.append(f"{monotonic() - begin:.0f} s: {text}; MiB {where.memory()}")
        print(said[-1], flush=True)
    await at(0.2, "process 1 killed")
    where.processes[0].process.kill()
    where.processes[0].process.wait()
    await asyncio.sleep(5)  # as long as the unit waits
    where.start(0)
    await at(0.4, "database stopped")
    await asyncio.to_thread(where.database.stop)
    await at(0.65, "database started")
    await asyncio.to_thread(where.database.start)
    await at(0.8, "process 2 restarted in order")
    await asyncio.to_thread(where.processes[1].stop)
    where.start(1)
    await at(0.98, "end")


async def _day(where: Site, known: Expected, sessions: int, length: float, every: float) -> Seen:
    seen, said = Seen(), list[str]()
    until = monotonic() + length
    readers = [reader(where, known, until, every, seen, random.Random(number))
               for number in range(sessions)]
    await asyncio.gather(mishaps(where, length, said), *readers)
    return seen


async def _rush(where: Site, sessions: int) -> list[float]:
    """Seconds until each of so many tabs, opened at one moment straight at one process, shows its
    page.
    """
    async def one() -> float:
        begin = monotonic()
        tab = await Session.open(f"http://localhost:{where.ports[0]}", "/overview",
                                 f"as_of={DAYS[-1]}", patience=PATIENCE,
                                 headers={"Cookie": where.cookie})
        taken = monotonic() - begin
        assert tab.runs[0].succeeded
        await tab.close()
        return taken
    return list(await asyncio.gather(*(one() for _ in range(sessions))))


def quantile(values: list[float], share: float) -> float:
    return (
        sorted(values)[min(int(len(values) * share), len(values) - 1)] if values else float("nan")
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--every", type=float, default=10,
                        help="mean seconds between two clicks of a reader")
    parser.add_argument("--rush", type=int, default=200, help="sessions opened at one moment")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        known = expected(load_or_refresh(load_settings({"LINGGONG_DATA": str(folder / "truth")},
                                                       folder / "no-secrets.toml")))
        with running_site(folder) as where:
            before = where.memory()
            rush = asyncio.run(_rush(where, given.rush))
            after = where.memory()
            seen = asyncio.run(_day(where, known, given.sessions, given.minutes * 60, given.every))
            tracebacks = sum("Traceback" in line for log in folder.glob("server-*.log")
                             for line in log.read_text(errors="replace").splitlines())
    print(_table(given, seen, rush, (before[0], after[0]), tracebacks))
    for kind, lines in (("wrong", seen.wrong), ("failed", seen.failed)):
        for line, number in Counter(lines).most_common(3):
            print(f"{kind} × {number}: {line}")
    return 1 if seen.wrong or seen.failed or seen.lost or seen.still_stale or tracebacks else 0


def _table(given: argparse.Namespace, seen: Seen, rush: list[float], memory: tuple[int, int],
           tracebacks: int) -> str:
    lines = [
        (
            f"{given.rush} sessions opening at one moment on one process",
            f"page after {quantile(rush, 0.5):.1f} s (median), {max(rush):.1f} s (last); {memory[0]} → {memory[1]} MiB",
        ),
        (
            f"{given.sessions} readers for {given.minutes:g} minutes, pages shown",
            f"{len(seen.seconds) + len(seen.waits)}",
        ),
        (
            "first page behind nginx (2 handshakes a second beyond the first 60)",
            f"{quantile(seen.first, 0.5):.1f} s median, {quantile(seen.first, 1):.1f} s last",
        ),
        (
            "a page while all is well",
            f"{quantile(seen.seconds, 0.5):.2f} s median, {quantile(seen.seconds, 0.95):.2f} s p95",
        ),
        (
            "lines cut, all came back"
            if not seen.lost
            else f"lines cut, {seen.lost} readers did not come back",
            f"{len(seen.waits)}; whole page after {quantile(seen.waits, 0.5):.1f} s median, {quantile(seen.waits, 1):.1f} s last",
        ),
        (
            "pages that said 数据陈旧; readers whose last page still did",
            f"{seen.stale}; {seen.still_stale}",
        ),
        ("pages with a wrong or missing figure", f"{len(seen.wrong)}"),
        ("pages with an error", f"{len(seen.failed)}"),
        ("tracebacks in the logs", f"{tracebacks}"),
    ]
    return "\n".join(["| what | seen |", "|---|---|", *(f"| {what} | {value} |"
                                                        for what, value in lines)])


if __name__ == "__main__":
    sys.exit(main())
