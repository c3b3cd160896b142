"""A file made on click outlives what other pages do until it is fetched, and no longer than that.
"""

from __future__ import annotations

import os

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from components.shell import fetched_files
from components.shell.fetched_files import MOST, SECONDS, hold


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _manager() -> tuple[MediaFileManager, _Clock]:
    manager, clock = MediaFileManager(MemoryMediaFileStorage("/media")), _Clock()
    hold(manager, clock)
    return manager, clock


def _made(manager: MediaFileManager, content: bytes) -> str:
    """A file as a click makes it; its name."""
    offered = manager.add_deferred(lambda: content, None, "1", "a.xlsx")
    return os.path.splitext(manager.execute_deferred(offered).removeprefix("/media/"))[0]


def _runs_end(manager: MediaFileManager, times: int = 5) -> None:
    for _ in range(times):
        manager.remove_orphaned_files()


def test_without_it_the_ends_of_two_runs_of_others_delete_the_file() -> None:
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    name = _made(manager, b"a")
    _runs_end(manager, 2)
    assert manager.read_file(name) is None


def test_a_file_made_on_click_is_there_for_a_minute_and_then_goes() -> None:
    manager, clock = _manager()
    name = _made(manager, b"a")
    _runs_end(manager)
    clock.now += SECONDS - 1
    _runs_end(manager)
    assert manager.read_file(name) is not None
    clock.now += 1
    _runs_end(manager, 2)
    assert manager.read_file(name) is None


def test_the_same_file_asked_for_again_has_a_minute_of_its_own() -> None:
    manager, clock = _manager()
    _made(manager, b"a")
    _runs_end(manager)
    clock.now += SECONDS - 1
    name = _made(manager, b"a")
    _runs_end(manager)
    clock.now += SECONDS - 1
    _runs_end(manager)
    assert manager.read_file(name) is not None


def test_only_so_many_are_held_however_many_are_asked_for() -> None:
    manager, clock = _manager()
    names = []
    for number in range(MOST + 5):
        names.append(_made(manager, str(number).encode()))
        manager.remove_orphaned_files()
        clock.now += 0.01
    _runs_end(manager)
    left = [name for name in names if manager.read_file(name) is not None]
    assert left == names[-MOST:]


def test_pictures_of_a_page_that_is_drawn_anew_go_as_before() -> None:
    manager, _clock = _manager()
    address = manager.add(b"picture", "image/png", "1")
    manager.clear_session_refs()
    _runs_end(manager, 1)
    assert manager.read_file(os.path.splitext(address.removeprefix("/media/"))[0]) is None


def test_it_takes_hold_once(monkeypatch: pytest.MonkeyPatch) -> None:
    manager, _clock = _manager()
    first = manager._get_inactive_file_ids
    hold(manager)
    assert manager._get_inactive_file_ids is first
    monkeypatch.setattr(fetched_files, "exists", lambda: False)
    fetched_files.hold_files()
