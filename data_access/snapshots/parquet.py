"""Parquet files by what Python opens: given a path, the library spells it in UTF-8 and misses a
folder the system spells otherwise.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data_access.connect.native import native


def read_frame(path: Path) -> pd.DataFrame:
    """The table of the file. Raises OSError, and ValueError when it is no whole Parquet file."""
    return pd.read_parquet(native(path.read_bytes()))


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write the columns without the index. Raises OSError."""
    with path.open("wb") as file:
        frame.to_parquet(file, index=False)
