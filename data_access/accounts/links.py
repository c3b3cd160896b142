"""The address somebody asked for before signing in, kept for the few minutes the sign-in takes.

The provider sends everybody back to the home page in a new session. Keyed by a hash of the
browser's anti-forgery cookie, which both sessions have and nobody else knows. Only a page's address
and its parameters are kept, never a host.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEPT_SECONDS = 900
_MOST_FILES = 2000
_LONGEST = 2000


@dataclass(frozen=True)
class Link:
    """A page (its address in the navigation) and the parameters behind it."""

    page: str
    params: Mapping[str, str]


def remember(data: Path, browser: str, link: Link) -> None:
    """Keep one link for a browser. Losing it only costs a click, so nothing is raised."""
    content = json.dumps({"page": link.page, "params": dict(link.params)})
    folder = data / "links"
    if not browser or len(content) > _LONGEST:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _forget(folder)
        draft = folder / f".{os.getpid()}-{_name(browser)}"
        draft.write_text(content, encoding="utf-8")
        os.replace(draft, folder / _name(browser))
    except OSError:
        return


def take(data: Path, browser: str, now: float | None = None) -> Link | None:
    """The link kept for a browser, once; None when there is none or it is older than a sign-in
    takes.
    """
    path = data / "links" / _name(browser)
    if not browser:
        return None
    try:
        age = (time.time() if now is None else now) - path.stat().st_mtime
        content = json.loads(path.read_text(encoding="utf-8"))
        path.unlink(missing_ok=True)
        link = Link(str(content["page"]),
                    {str(key): str(value) for key, value in content["params"].items()})
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return link if age <= KEPT_SECONDS else None


def browser_key(cookie: str) -> str:
    """What stays the same in the framework's anti-forgery cookie, whose text is masked anew for
    every answer.
    """
    parts = cookie.split("|")
    if len(parts) != 4 or parts[0] != "2":
        return ""
    try:
        mask, masked = bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
    except ValueError:
        return ""
    if not mask or len(masked) < 8:
        return ""
    return bytes(byte ^ mask[place % len(mask)] for place, byte in enumerate(masked)).hex()


def _name(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()[:40]


def _forget(folder: Path) -> None:
    """Drop what nobody came back for; and everything, should a flood fill the folder."""
    files = [path for path in folder.iterdir() if path.is_file()]
    limit = time.time() - KEPT_SECONDS
    for path in files:
        if len(files) > _MOST_FILES or path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
