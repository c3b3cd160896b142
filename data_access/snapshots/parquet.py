"""Parquet files by an opened file: given a path, the library spells it in UTF-8 and misses a folder
the system spells otherwise.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def read_frame(path: Path) -> pd.DataFrame:
    """The table of the file. Raises OSError, and ValueError when it is no whole Parquet file."""
    with path.open("rb") as file:
        return pd.read_parquet(file)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write the columns without the index. Raises OSError."""
    with path.open("wb") as file:
        frame.to_parquet(file, index=False)
