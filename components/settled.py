"""Telling by a file's time whether it has changed, without reading it."""

from __future__ import annotations

import time
from pathlib import Path

# Nanoseconds after which a file's time tells every later change of it apart: two changes in one tick bear the same time.
_SETTLED = 2_000_000_000


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What is different after the next change of the file; None while that cannot be told: just changed, or not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    if time.time_ns() - found.st_mtime_ns < _SETTLED:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
