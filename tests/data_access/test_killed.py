"""kill -9 in the middle of a write leaves what was there before, and the next one works; on both
makes of ledger.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data_access.ledger.acknowledgements import Acknowledgements
from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.migrate import newest_version, version_of
from data_access.ledger.store import Ledger
from data_access.running.jobs import Jobs, JobState
from data_access.site.settings import ROOT
from kpi.follow_ups.follow_up import Event, EventKind, Meeting
from tests.data_access.test_acknowledgements import ONE
from tests.data_access.test_ledger import AT, ITEM, OFFICE, now

pytestmark = pytest.mark.long

MEETING = Meeting(AT.date(), "分管副市长", ("泗洪县",), None)

# dies just before the statement of that number that begins so; "COMMIT": before what was written is
# in force
_DYING = """
import os, signal, sqlite3, sys
from datetime import datetime
from pathlib import Path
import sqlalchemy as sa
from tests.data_access import test_killed as here
place, number = sys.argv[1], int(sys.argv[2])
seen = []
def look(statement):
    seen.append(statement.lstrip().upper().startswith(place))
    if sum(seen) == number and seen[-1]:
        os.kill(os.getpid(), signal.SIGKILL)
@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def _(connection, cursor, statement, *rest):
    look(statement)
@sa.event.listens_for(sa.Engine, "commit")
def _(connection):
    look("COMMIT")
class Traced(sqlite3.Connection):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.set_trace_callback(look)
"""


def _killed(work: str, place: str, number: int, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-c", _DYING + work, place, str(number), *arguments],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


_ACTING = """
ledger = here.Ledger(here.open_ledger_engine(sys.argv[3]))
seen.clear()
ledger.act("2026-001", 2, here.Event(here.EventKind.PROGRESS, here.AT, "", "进展"), here.OFFICE, here.now)
"""
_HOLDING = """
ledger = here.Ledger(here.open_ledger_engine(sys.argv[3]))
seen.clear()
ledger.hold_meeting(here.MEETING, here.OFFICE, here.AT)
"""


@pytest.mark.parametrize("place", ["INSERT", "COMMIT"])
@pytest.mark.parametrize("work", [_ACTING, _HOLDING], ids=["act", "meeting"])
def test_an_entry_is_in_the_ledger_or_not_and_can_be_made_again(url: str, tmp_path: Path, work: str,
                                                                place: str) -> None:
    ledger = Ledger(open_ledger_engine(url))
    ledger.raise_items([ITEM], OFFICE, AT, assign=True)
    cases, meetings = ledger.cases(), ledger.meetings()
    _killed(work, place, 1, url)
    assert (ledger.cases(), ledger.meetings()) == (cases, meetings)
    # what a killed SQLite leaves next to its file is its own to roll back; nobody else's way is
    # barred by it
    ledger.hold_meeting(MEETING, OFFICE, AT)
    ledger.act("2026-001", 2, Event(EventKind.PROGRESS, AT, "", "进展"), OFFICE, now)
    assert [event.text for event in ledger.case("2026-001").events][-1] == "进展"
    assert ledger.meetings() == (MEETING,)
    ledger.close()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith("-journal")]


@pytest.mark.parametrize(("place", "number"), [("CREATE", 1), ("CREATE", 3), ("INSERT", 1),
                                               ("COMMIT", 1)])
def test_a_ledger_whose_making_was_killed_is_made_by_the_next_who_opens_it(
        url: str, place: str, number: int) -> None:
    _killed("here.Ledger(here.open_ledger_engine(sys.argv[3]))", place, number, url)
    ledger = Ledger(open_ledger_engine(url))
    with ledger.engine.connect() as connection:
        assert version_of(connection) == newest_version()
    assert ledger.raise_items([ITEM], OFFICE, AT)[0].number == "2026-001"
    ledger.close()


@pytest.mark.parametrize("place", ["CREATE TABLE", "CREATE TRIGGER", "INSERT", "COMMIT"])
@pytest.mark.parametrize("first", [True, False], ids=["first", "later"])
def test_an_acknowledgement_is_there_or_not(tmp_path: Path, first: bool, place: str) -> None:
    store = Acknowledgements(tmp_path / "notes.sqlite")
    if not first:
        store.append(ONE)
    before = store.all()
    _killed("""
from data_access.ledger import append_only
append_only.sqlite3.connect = lambda *given, **named: Traced(*given, **named)
here.Acknowledgements(Path(sys.argv[3])).append(here.ONE)
""", place, 1, str(store.file))
    assert store.all() == before
    store.append(replace(ONE, account="later"))
    assert [one.account for one in store.all()] == [*(one.account for one in before), "later"]


def test_an_import_that_was_killed_has_recorded_nothing_and_says_so(
        url: str, tmp_path: Path) -> None:
    """The job of the page 督办: two items given out at once are six rows, and it dies after the
    third.
    """
    ledger = Ledger(open_ledger_engine(url))
    before = ledger.cases()
    _killed("""
import time
ledger = here.Ledger(here.open_ledger_engine(sys.argv[3]))
seen.clear()
items = [here.replace(here.ITEM, title=title) for title in ("一", "二")]
def work(progress):
    progress("正在登记", 0.5)
    return str(len(ledger.raise_items(items, here.OFFICE, here.AT, assign=True)))
here.Jobs(Path(sys.argv[4])).start("a", "import", "导入", work)
time.sleep(600)
""", "INSERT", 4, url, str(tmp_path / "jobs"))
    assert ledger.cases() == before
    jobs = Jobs(tmp_path / "jobs")
    job = jobs.look("a", "import")
    assert job is not None
    assert job.state == JobState.FAILED
    assert "没有做完" in job.result
    assert ledger.raise_items([ITEM], OFFICE, AT, assign=True)[0].number == "2026-001"
    ledger.close()
