"""A file made on click stays until the browser has fetched it, whatever other pages do meanwhile.

The framework gives a page the address of a file made on click and then forgets whose it is: the
ends of any two runs, of whatever page and reader, delete it. On a busy server these come between
the answer and the request it leads to, which then gets a 404. Here such a file counts as in use for
a minute from the first time nothing else refers to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from weakref import WeakSet

from streamlit.runtime import exists, get_instance
from streamlit.runtime.media_file_manager import MediaFileManager, MediaFileMetadata
from streamlit.runtime.media_file_storage import MediaFileKind

SECONDS = 60.0
MOST = 64
_UNUSED_SINCE = "linggong_unused_since"
_held: WeakSet[MediaFileManager] = WeakSet()


def hold_files() -> None:
    """From now on the files of this process stay as long as they should; nothing outside a server.
    """
    if exists():
        hold(get_instance().media_file_mgr)


def hold(manager: MediaFileManager, clock: Callable[[], float] = time.monotonic) -> None:
    """Let a manager's files for download stay `SECONDS` after nothing refers to them, the newest
    `MOST` of them.
    """
    if manager in _held:
        return
    _held.add(manager)
    unused, files = manager._get_inactive_file_ids, manager._file_metadata

    def to_be_deleted() -> set[str]:
        names, now = unused(), clock()
        since = {name: _since(files[name], now) for name in names
                 if files[name].kind == MediaFileKind.DOWNLOADABLE}
        young = sorted((name for name, at in since.items() if now - at < SECONDS),
                       key=lambda name: -since[name])
        return names - set(young[:MOST])
    manager._get_inactive_file_ids = to_be_deleted  # type: ignore[method-assign]


def _since(file: MediaFileMetadata, now: float) -> float:
    """When nothing referred to the file for the first time; made again, a file has new metadata and
    begins anew.
    """
    at: float = vars(file).setdefault(_UNUSED_SINCE, now)
    return at
