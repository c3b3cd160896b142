"""Meetings frozen and snapshots taken by earlier versions of the program, as they were written.

All hold the same drawn postings of two counties up to 29 June 2026:

    | unit   | township  | headcount | published  | collector   |
    | 321302 | 321302001 | 5         | 2025-03-01 | third_party |
    | 321322 | 321322100 | 2         | 2025-09-01 | government  |
    | 321322 |           | 9         | 2026-03-01 | third_party |
    | 321322 | 321322100 | 3         | 2026-04-01 | government  | written off on 2026-05-01 |
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "fixtures"
MEETINGS = ("format-2", "format-3", "format-3-remarks")


def frozen_copy(name: str, data: Path) -> Path:
    """The meeting in the data folder of a site."""
    folder = data / "frozen" / f"2026-06-29-{name}"
    shutil.copytree(FOLDER / "frozen" / name, folder)
    return folder


def of_a_later_version(folder: Path) -> None:
    """Makes the meeting's snapshot one whose format this version does not know; everything else
    stays whole.
    """
    inner = folder / "snapshot" / "manifest.json"
    inner.write_text(json.dumps({**json.loads(inner.read_text(encoding="utf-8")), "format": 99}),
                     encoding="utf-8")
    manifest = folder / "manifest.json"
    listed = json.loads(manifest.read_text(encoding="utf-8"))
    listed["files"]["snapshot/manifest.json"] = hashlib.sha256(inner.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(listed), encoding="utf-8")
