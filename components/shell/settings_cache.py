"""Telling by a file's time whether it has changed, without reading it; and the settings, read again
only after a change.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from data_access.site import ROOT, Settings, load_settings

# Nanoseconds after which a file's time tells every later change of it apart: two changes in one
# tick bear the same time.
_SETTLED = 2_000_000_000
_SECRETS = ROOT / ".streamlit" / "secrets.toml"
_known: dict[tuple[tuple[str, str], ...],
             tuple[Settings, tuple[tuple[int, int, int] | None, ...]]] = {}


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What is different after the next change of the file; None while that cannot be told, just
    after a change.

    A file that is not there has a stamp of its own.
    """
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0
    if time.time_ns() - status.st_mtime_ns < _SETTLED:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def current_settings() -> Settings:
    """The settings in force. Raises InputError as `load_settings` does."""
    given = tuple((name, value) for name, value in os.environ.items()
                  if name.startswith("LINGGONG_"))
    cached_settings = _known.get(given)
    if (
        cached_settings is not None
        and None not in cached_settings[1]
        and cached_settings[1] == _stamps(cached_settings[0])
    ):
        return cached_settings[0]
    fresh = load_settings()
    # one entry is enough: the environment of a running program does not change, that of a test does
    _known.clear()
    _known[given] = fresh, _stamps(fresh)
    return fresh


def _stamps(settings: Settings) -> tuple[tuple[int, int, int] | None, ...]:
    """Of the files that decide the settings and whether they are those of the sample."""
    return stamp(_SECRETS), stamp(settings.sources_file)
