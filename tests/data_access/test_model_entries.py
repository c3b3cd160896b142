"""The record of model practices: what is written stays, in order, also from two processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data_access.ledger.model_entries import ModelEntries, model_entries
from data_access.running.next_plan import MOVED
from data_access.site.settings import ROOT, Settings
from kpi.models import EntryKind, models_on
from kpi.vocabulary import InputError
from tests.kpi.test_models import MODEL, adoption, on

WRITER = """
import sys
from pathlib import Path
from data_access.ledger.model_entries import ModelEntries
from tests.kpi.test_models import adoption
for number in range(20):
    ModelEntries(Path(sys.argv[1])).append(adoption(f"{sys.argv[2]}{number:02d}", 100))
"""


def test_what_was_written_is_read_again_and_cannot_be_changed(tmp_path: Path) -> None:
    store = ModelEntries(tmp_path / "new" / "models.sqlite")
    assert store.all() == ()
    entries = (MODEL, adoption("321302", 100), replace(MODEL, withdrawn=True, title="‘引号’；"))
    for one in entries:
        store.append(one)
    assert store.all() == entries
    with sqlite3.connect(store.file) as connection:
        for statement in ("DELETE FROM model_entry", "UPDATE model_entry SET title = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "models.sqlite"
    ModelEntries(file).append(MODEL)
    running = [subprocess.Popen([sys.executable, "-c", WRITER, str(file), name], cwd=ROOT)
               for name in ("a", "b")]
    assert [one.wait() for one in running] == [0, 0]
    (model,) = models_on(ModelEntries(file).all(), on(200))
    assert [one.unit for one in model.adoptions] == [
        f"{name}{number:02d}" for name in "ab" for number in range(20)]


def test_a_file_that_is_no_database_is_one_clear_sentence(tmp_path: Path) -> None:
    file = tmp_path / "models.sqlite"
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match=r"典型做法登记 .* 读写不了"):
        ModelEntries(file).all()


def test_a_real_site_begins_with_nothing_and_the_demonstration_with_three(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path / "var", {})
    assert settings.sample
    given = model_entries(settings).all()
    assert sum(one.kind == EntryKind.MODEL for one in given) == 3
    real = Settings(tmp_path, tmp_path / "var", {"postings": "sqlite:///x"})
    assert model_entries(real).all() == ()
    # with a new plan the record goes with the plan it is of
    assert {model_entries(one).file.name for one in (settings, real)} <= set(MOVED)
