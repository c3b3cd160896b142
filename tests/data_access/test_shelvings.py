"""The store of alerts put aside: what is written stays, in order."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from data_access.ledger.shelvings import Shelvings
from kpi.vocabulary.errors import InputError
from tests.kpi.test_shelving import ONE


def test_what_was_written_is_read_again_in_order_and_cannot_be_changed(tmp_path: Path) -> None:
    store = Shelvings(tmp_path / "new" / "shelvings.sqlite")
    assert store.all() == ()
    second = replace(ONE, at=datetime(2026, 3, 4, 8, 0, 0, 5), withdrawn=True, reason="‘引号’；换行不会有")
    store.append(ONE)
    store.append(second)
    assert store.all() == (ONE, second)
    with sqlite3.connect(store.file) as connection:
        for statement in ("DELETE FROM shelving", "UPDATE shelving SET reason = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    assert store.all() == (ONE, second)


def test_a_file_that_is_no_database_is_one_clear_sentence(tmp_path: Path) -> None:
    file = tmp_path / "shelvings.sqlite"
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match=r"预警搁置记录 .* 读写不了"):
        Shelvings(file).all()
