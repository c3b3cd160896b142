"""What those who have not signed in may cost: each of them, each address, all of them together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from components.shell import strangers
from components.shell.strangers import Allowance, Stranger, Strangers

Done = TypeVar("Done")


def _run(visit: Coroutine[Any, Any, Done]) -> Done:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, visit).result()


def _stranger(closed: list[int], address: str = "") -> Stranger:
    async def close() -> None:
        closed.append(1)
    return Stranger(close, address)


def test_an_allowance_is_a_burst_and_then_a_rate() -> None:
    allowance = Allowance(3, 0.5)
    now = allowance._at
    assert [allowance.take(now) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(now + 2), allowance.take(now + 2)] == [True, False]
    assert [allowance.take(now + 100) for _ in range(4)] == [True, True, True, False]


def test_no_more_than_so_many_are_open_and_the_oldest_goes_first() -> None:
    async def visit() -> tuple[int, list[list[int]]]:
        everybody = Strangers()
        closed: list[list[int]] = [[] for _ in range(strangers.MOST_CONNECTIONS + 3)]
        for mark in closed:
            await everybody.enter(_stranger(mark))
        return everybody.number, closed
    number, closed = _run(visit())
    assert number == strangers.MOST_CONNECTIONS
    assert [len(mark) for mark in closed[:4]] == [1, 1, 1, 0]
    assert not any(closed[3:])


def test_no_more_than_two_run_at_once_and_a_turn_comes_back_when_one_leaves() -> None:
    async def visit() -> list[bool]:
        everybody, all_of_them = Strangers(), [_stranger([], f"10.0.0.{number}")
                                               for number in range(3)]
        first = [await everybody.may_run(one) for one in all_of_them[:2]]
        waiting = asyncio.create_task(everybody.may_run(all_of_them[2]))
        await asyncio.sleep(0.1)
        before = waiting.done()
        everybody.leave(all_of_them[0])
        return [*first, before, await waiting]
    assert _run(visit()) == [True, True, False, True]


def test_one_address_has_one_turn_and_another_does_not_wait_behind_its_queue() -> None:
    async def visit() -> tuple[bool, int, bool]:
        everybody = Strangers()
        assert await everybody.may_run(_stranger([], "10.0.0.1"))
        queue = [asyncio.create_task(everybody.may_run(_stranger([], "10.0.0.1")))
                 for _ in range(30)]
        await asyncio.sleep(0.1)
        waiting = sum(not task.done() for task in queue)
        elsewhere = await everybody.may_run(_stranger([], "10.0.0.2"))
        for task in queue:
            task.cancel()
        await asyncio.gather(*queue, return_exceptions=True)
        return elsewhere, waiting, any(not task.cancelled() for task in queue)
    assert _run(visit()) == (True, 30, False)


def test_turns_that_were_waited_for_in_vain_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit() -> list[bool]:
        everybody, first = Strangers(), _stranger([], "10.0.0.1")
        assert await everybody.may_run(first)
        queue = [asyncio.create_task(everybody.may_run(_stranger([], "10.0.0.1")))
                 for _ in range(5)]
        await asyncio.sleep(0.05)
        for task in queue:
            task.cancel()
        await asyncio.gather(*queue, return_exceptions=True)
        everybody.finish(first)
        monkeypatch.setattr(strangers, "LONGEST_WAIT", 5.0)
        return [await everybody.may_run(_stranger([], f"10.0.0.{number}"))
                for number in range(1, strangers.AT_ONCE + 1)]
    assert _run(visit()) == [True] * strangers.AT_ONCE


def test_the_time_limit_of_one_run_does_not_end_the_next() -> None:
    async def visit() -> tuple[bool, bool]:
        everybody, one = Strangers(), _stranger([])
        assert await everybody.may_run(one)
        first = one.runs
        everybody.finish(one)
        assert await everybody.may_run(one)
        everybody.finish(one, first)
        still = one.running is not None
        everybody.finish(one, one.runs)
        return still, one.running is None
    assert _run(visit()) == (True, True)


def test_whoever_asks_too_often_is_told_no() -> None:
    async def visit() -> list[bool]:
        everybody, one, asked = Strangers(), _stranger([]), []
        for _ in range(int(strangers.EACH_BURST) + 1):
            asked.append(await everybody.may_run(one))
            everybody.finish(one)
        return asked
    asked = _run(visit())
    assert asked[0] is True
    assert asked[-1] is False


def test_a_turn_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "LONGEST_WAIT", 0.2)

    async def visit() -> bool:
        everybody = Strangers()
        for number in range(strangers.AT_ONCE):
            assert await everybody.may_run(_stranger([], str(number)))
        return await everybody.may_run(_stranger([]))
    assert _run(visit()) is False


def test_one_address_opens_only_so_many_and_others_are_not_concerned() -> None:
    everybody = Strangers()
    opened = [everybody.admits("10.0.0.1") for _ in range(200)]
    assert strangers.ADDRESS_BURST <= sum(opened) < 100
    assert everybody.admits("10.0.0.2")


def test_the_addresses_remembered_are_bounded() -> None:
    everybody = Strangers()
    for number in range(strangers.MOST_ADDRESSES + 500):
        everybody.admits(str(number))
    assert len(everybody._addresses) == strangers.MOST_ADDRESSES
