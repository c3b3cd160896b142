"""The store of acknowledgements: what is written stays, in order, from several processes at once.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest

from data_access.ledger.acknowledgements import Acknowledgements
from data_access.site.settings import ROOT
from kpi.alerts.acknowledge import Acknowledgement
from kpi.alerts.rules import Rule, Severity
from kpi.vocabulary.errors import InputError

ONE = Acknowledgement(Rule.BEHIND_PACE, "jobs_published", "county", "321322", Severity.YELLOW,
                      date(2026, 10, 31), "本机用户", datetime(2026, 11, 2, 9, 30, 1, 5))
_WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from data_access.ledger.acknowledgements import Acknowledgements
from tests.data_access.test_acknowledgements import ONE
for number in range(25):
    Acknowledgements(Path(sys.argv[1])).append(replace(ONE, account=f"{sys.argv[2]}-{number}"))
"""


def test_what_was_written_is_read_again_in_order(tmp_path: Path) -> None:
    store = Acknowledgements(tmp_path / "new" / "notes.sqlite")
    assert store.all() == ()
    store.append(ONE)
    store.append(Acknowledgement(*ONE.key, Severity.RED, date(2026, 11, 1), "另一人",
                                 datetime(2026, 11, 2, 10), withdrawn=True))
    first, second = store.all()
    assert first == ONE
    assert (second.account, second.severity, second.withdrawn) == ("另一人", Severity.RED, True)


@pytest.mark.parametrize("statement", ["DELETE FROM acknowledgement",
                                       "UPDATE acknowledgement SET account = 'x'"])
def test_nothing_written_can_be_changed_or_removed(tmp_path: Path, statement: str) -> None:
    store = Acknowledgements(tmp_path / "notes.sqlite")
    store.append(ONE)
    with sqlite3.connect(store.file) as connection, pytest.raises(
            sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert store.all() == (ONE,)


@pytest.mark.long
def test_processes_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    running = [subprocess.Popen([sys.executable, "-c", _WRITER, str(file), name], cwd=ROOT)
               for name in ("甲", "乙", "丙")]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    written = [one.account for one in Acknowledgements(file).all()]
    assert sorted(written) == sorted(f"{name}-{number}" for name in ("甲", "乙", "丙")
                                     for number in range(25))


def test_a_file_that_is_no_store_is_one_plain_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    file.write_bytes(b"not a database, but long enough to be looked at as one" * 40)
    with pytest.raises(InputError, match="预警确认记录"):
        Acknowledgements(file).all()
    with pytest.raises(InputError, match="预警确认记录"):
        Acknowledgements(file).append(ONE)
