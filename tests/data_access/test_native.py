"""What Arrow reads on its own threads is never Python's: a thread that waits for Python while the
process ends would end it with signal 6."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from data_access.reading.fetch import _parsed
from data_access.snapshots.parquet import read_frame, write_frame

FRAME = pd.DataFrame({"day": [1, 2, 3], "unit": ["321302", "", "321322"], "amount": [0.5, 2, 3]})


@pytest.fixture
def readers() -> set[int]:
    """The threads that read what `watched` opens."""
    return set()


@pytest.fixture
def watched(readers: set[int]) -> Callable[..., Any]:
    class Watched(io.FileIO):
        def read(self, *size: Any) -> Any:
            readers.add(threading.get_ident())
            return super().read(*size)

    return lambda path, *_, **__: Watched(path)


def test_the_watch_sees_arrow_read_a_file_of_pythons(tmp_path: Path, readers: set[int],
                                                     watched: Callable[..., Any]) -> None:
    write_frame(FRAME, tmp_path / "frame.parquet")
    with watched(tmp_path / "frame.parquet") as file:
        pd.read_parquet(file)
    assert readers - {threading.get_ident()}


def test_a_frame_is_read_by_the_thread_that_asks(tmp_path: Path, readers: set[int],
                                                 watched: Callable[..., Any],
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "frame.parquet"
    write_frame(FRAME, path)
    monkeypatch.setattr(Path, "open", watched)
    frame = read_frame(path)
    pd.testing.assert_frame_equal(frame, FRAME)
    assert readers == {threading.get_ident()}


@pytest.mark.parametrize("held", [b"", b"PAR1", b"no table"])
def test_half_a_file_is_a_value_error(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "frame.parquet"
    path.write_bytes(held)
    with pytest.raises(ValueError, match="Parquet"):
        read_frame(path)


def test_rows_sent_by_a_database_are_read_by_the_thread_that_asks(readers: set[int]) -> None:
    class Watched(io.BytesIO):
        def read(self, *size: Any) -> Any:
            readers.add(threading.get_ident())
            return super().read(*size)

    held = Watched(b'1,"a"\n2,\n')
    table = _parsed(held, {"day": pa.int64(), "unit": pa.string()})
    assert list(table["day"]) == [1, 2]
    assert readers <= {threading.get_ident()}
