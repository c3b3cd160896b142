"""What is remembered for all sessions: once per key, never beyond its scope, never after a change.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from components.shell.cache import cached, cached_per_view
from components.shell.serving import send_at_once
from components.shell.settings_cache import stamp


def test_an_answer_is_computed_once_per_key_and_private_arguments_are_not_part_of_it() -> None:
    asked: list[str] = []

    @cached(8)
    def drawn(key: str, day: str, _view: object) -> str:
        asked.append(key)
        return f"{key} {day}"

    assert [drawn("a", "1", object()), drawn("a", "1", object()), drawn("b", "1", None)] == [
        "a 1", "a 1", "b 1"]
    assert asked == ["a", "b"]


def test_the_answers_asked_for_last_are_remembered() -> None:
    asked: list[int] = []

    @cached(2)
    def square(number: int) -> int:
        asked.append(number)
        return number * number

    assert [square(one) for one in (1, 2, 1, 3, 1, 2)] == [1, 4, 1, 9, 1, 4]
    assert asked == [1, 2, 3, 2]  # 3 took the place of 2, which had not been asked for since


def test_what_raises_is_asked_again() -> None:
    answers = iter([ValueError("not yet"), "ready"])

    @cached(2)
    def answer(key: str) -> str:
        found = next(answers)
        if isinstance(found, ValueError):
            raise found
        return found

    with pytest.raises(ValueError, match="not yet"):
        answer("a")
    assert answer("a") == "ready"


def test_nothing_is_a_remembered_answer_too() -> None:
    asked: list[str] = []

    @cached(2)
    def nothing(key: str) -> None:
        asked.append(key)

    nothing("a")
    nothing("a")
    assert asked == ["a"]


def test_many_askers_wait_for_one_computation() -> None:
    asked: list[int] = []

    @cached(2)
    def slow(key: str) -> int:
        asked.append(1)
        time.sleep(0.05)
        return len(asked)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(slow, ["a"] * 8)) == {1}


def test_a_reader_of_another_day_does_not_wait_behind_a_computation() -> None:
    """Both computations are under way at once, or the barrier breaks; the remembered answer passes
    between them.
    """
    together = threading.Barrier(3, timeout=30)

    @cached(4)
    def scorecard(day: str) -> str:
        if day != "seen":
            together.wait()  # every computation has begun
            together.wait()  # and a third reader has been answered meanwhile
        return f"scorecard of {day}"

    scorecard("seen")
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(scorecard, day) for day in ("monday", "tuesday")]
        together.wait()
        assert scorecard("seen") == "scorecard of seen"
        together.wait()
        assert [one.result(30) for one in asked] == ["scorecard of monday", "scorecard of tuesday"]


def test_a_second_asker_is_given_the_answer_of_the_first() -> None:
    """The second is let go while the first computes, and finds the answer when it is its turn."""
    begun, release = threading.Event(), threading.Event()
    asked: list[str] = []

    @cached(2)
    def slow(key: str) -> int:
        asked.append(key)
        begun.set()
        assert release.wait(30)
        return len(asked)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow, "a")
        assert begun.wait(30)
        second = pool.submit(slow, "a")
        release.set()
        assert (first.result(30), second.result(30)) == (1, 1)
    assert asked == ["a"]


def test_computations_of_one_thread_are_nested_and_cross_with_another_threads() -> None:
    """One thread needs the other function's "b" for its "a", the other the first function's "b" for
    its "a".
    """
    together = threading.Barrier(2, timeout=30)

    @cached(8)
    def left(key: str) -> str:
        if key == "a":
            together.wait()
            return f"left of {right('b')}"
        return "left b"

    @cached(8)
    def right(key: str) -> str:
        if key == "a":
            together.wait()
            return f"right of {left('b')} and {right('b')}"
        return "right b"

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(left, "a"), pool.submit(right, "a")]
        assert [one.result(30) for one in found] == ["left of right b",
                                                     "right of left b and right b"]


def test_what_raises_lets_the_next_in_turn_try() -> None:
    begun, release = threading.Event(), threading.Event()
    outcomes = iter([ValueError("first"), "second"])

    @cached(2)
    def answer(key: str) -> str:
        outcome = next(outcomes)
        if isinstance(outcome, ValueError):
            begun.set()
            assert release.wait(30)
            raise outcome
        return outcome

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer, "a")
        assert begun.wait(30)
        second = pool.submit(answer, "a")
        release.set()
        with pytest.raises(ValueError, match="first"):
            first.result(30)
        assert second.result(30) == "second"


def test_a_view_of_another_scope_selection_or_argument_is_drawn_for_itself() -> None:
    drawn: list[tuple[object, ...]] = []

    @cached_per_view(8)
    def draw(view: SimpleNamespace, part: str) -> str:
        drawn.append((view.key, view.selection, part))
        return f"{view.key} {view.selection} {part}"

    city, county = SimpleNamespace(key="s1-city", selection="july"), SimpleNamespace(
        key="s1-321302", selection="july")
    later = SimpleNamespace(key="s1-city", selection="august")
    assert draw(city, "bars") == "s1-city july bars"
    assert draw(county, "bars") == "s1-321302 july bars"
    assert draw(later, "bars") == "s1-city august bars"
    assert draw(city, "list") == "s1-city july list"
    assert draw(SimpleNamespace(key="s1-city", selection="july"), "bars") == "s1-city july bars"
    assert len(drawn) == 4


def test_a_files_stamp_tells_every_change_once_the_file_has_come_to_rest(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    absent = stamp(file)
    assert absent is not None
    file.write_text("one", encoding="utf-8")
    assert stamp(file) is None  # another change might still bear the same time
    os.utime(file, (1_000_000, 1_000_000))
    first = stamp(file)
    assert first not in (None, absent)
    assert stamp(file) == first
    file.write_text("two", encoding="utf-8")
    assert stamp(file) is None
    os.utime(file, (1_000_001, 1_000_001))
    assert stamp(file) not in (None, first)


def test_connections_to_come_send_small_messages_at_once() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        send_at_once()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
