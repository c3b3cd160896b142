"""Packs an Office file so that equal content gives equal bytes: no time of writing is kept in the
archive.
"""

from __future__ import annotations

import io
import zipfile

STAMP = (1980, 1, 1, 0, 0, 0)


def entry(path: str) -> zipfile.ZipInfo:
    """An archive entry without a time of writing."""
    made = zipfile.ZipInfo(path, STAMP)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def stamped(content: bytes) -> bytes:
    """The same archive with every entry's time set to the earliest an archive knows."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(
            written, "w", zipfile.ZIP_DEFLATED) as new:
        for path in old.namelist():
            new.writestr(entry(path), old.read(path))
    return written.getvalue()
