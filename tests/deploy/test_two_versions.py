"""Two versions of the program over one data folder behind nginx, one after the other forward and
back: nobody waits.

The version after this one is this program with another snapshot format, which this one cannot read.
"""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data_access.accounts.tokens import tokens
from data_access.running import token_day
from data_access.site.settings import ROOT
from data_access.snapshots.formats import FORMAT
from tests.access import site
from tests.access.site import Running
from tests.commands.running import process
from tests.deploy.proxy import certificate, start_nginx
from tests.fixtures import distinct_city
from tests.fixtures.distinct_city import JOBS
from tests.ports import free_port
from tests.programs import need

pytestmark = pytest.mark.server

_PATCH = f"""
import data_access.snapshots.formats as formats
import data_access.snapshots.snapshot as snapshot
formats.FORMAT = snapshot.FORMAT = {FORMAT + 1}
"""
_QUESTION = "/api/v1/scorecard?as_of=2025-12-31"


@dataclass
class Site:
    """Two processes behind nginx over one data folder; the first is the one that changes its
    version.
    """

    folder: Path
    environment: dict[str, str]
    port: int
    ports: list[int]
    token: str
    processes: list[Running] = field(default_factory=list)

    def later(self) -> dict[str, str]:
        """The environment in which Python runs the version after this one."""
        return {**self.environment, "PYTHONPATH": f"{self.folder / 'later'}:{ROOT}"}

    def start(self, number: int, environment: dict[str, str]) -> None:
        running, address = site.start_server(environment, self.folder, port=self.ports[number])
        self.processes[number:number + 1] = [running]
        site.answers(f"{address}/_stcore/health", running)

    def ask(self, number: int | None = None) -> tuple[int, Any]:
        """Status and what 沭阳 has published, from nginx or straight from one process."""
        if number is None:
            context = ssl.create_default_context(cafile=str(self.folder / "site.crt"))
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                "localhost", self.port, context=context, timeout=120)
        else:
            connection = http.client.HTTPConnection("localhost", self.ports[number], timeout=120)
        connection.request("GET", _QUESTION, headers={"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, _jobs(content) if answer.status == 200 else content

    def format(self) -> int:
        """Of the snapshot in force."""
        folder = Path(self.environment["LINGGONG_DATA"]) / "snapshots"
        identity = (folder / "CURRENT").read_text(encoding="ascii")
        return int(json.loads((folder / identity / "manifest.json").read_text(encoding="utf-8"))[
            "format"])


def _jobs(content: bytes) -> Any:
    return next(line["value"] for line in json.loads(content)["lines"]
                if (line["indicator"], line["rollup"], line["division"]) == (
                    "jobs_published", "county", "321322"))


def _command(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return process("data_access", *arguments, **environment)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Site]:
    need("nginx", "openssl")
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "sitecustomize.py").write_text(_PATCH, encoding="utf-8")
    environment = distinct_city.write(tmp_path / "city")
    assert _command(environment, "upgrade").returncode == 0
    data, today = Path(environment["LINGGONG_DATA"]), token_day()
    made = Site(tmp_path, environment, free_port(), [free_port(), free_port()],
                tokens(data).make("市平台", (), today + timedelta(days=1), today)[1])
    certificate(tmp_path)
    with ExitStack() as stack:
        stack.callback(lambda: [one.stop() for one in made.processes])
        for number in range(2):
            made.start(number, environment)
        stack.callback(start_nginx(tmp_path, made.port, made.ports).stop)
        yield made


def test_one_process_goes_forward_and_back_while_the_other_serves(two: Site) -> None:
    wanted, seen, over = (200, distinct_city_jobs()), [], threading.Event()

    def reader() -> None:
        while not over.wait(1.0):  # a token may ask once a second for good
            try:
                seen.append(two.ask())
            # an answer cut in its middle: any reader asks once more
            except (http.client.HTTPException, OSError):
                seen.append(two.ask())

    watching = threading.Thread(target=reader)
    watching.start()
    try:
        # forward: the version after this one takes what there is, and writes its own
        two.processes[0].stop()
        forward = _command(two.later(), "upgrade")
        assert forward.returncode == 0, forward.stderr
        two.start(0, two.later())
        assert _command(two.later(), "refresh", "--full").returncode == 0
        assert two.format() == FORMAT + 1
        assert (two.ask(0), two.ask(1)) == (wanted, wanted)
        # back: this version cannot read that, and has its own
        two.processes[0].stop()
        assert not _later_readable(two)
        back = _command(two.environment, "upgrade")
        assert back.returncode == 0, back.stderr
        two.start(0, two.environment)
        assert (two.ask(0), two.ask(1)) == (wanted, wanted)
    finally:
        over.set()
        watching.join()
    assert seen
    assert set(seen) == {wanted}
    assert not any("Traceback" in one.said() for one in two.processes)


def _later_readable(two: Site) -> bool:
    """Whether this version reads the snapshot in force."""
    code = (
        "from data_access.snapshots.snapshot import current_id, load; from pathlib import Path; import sys;"
        "data = Path(sys.argv[1]); load(data, current_id(data))"
    )
    done = subprocess.run([sys.executable, "-c", code, two.environment["LINGGONG_DATA"]], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    return done.returncode == 0


def distinct_city_jobs() -> int:
    """What 沭阳 has published in both of its townships."""
    return 2 * JOBS["321322"]
