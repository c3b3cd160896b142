"""A browser that has gone, or sends without waiting for an answer, has no more pages run for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg

from components.shell import account, gate
from components.shell.gate import Gate, _Connection
from components.shell.strangers import Stranger


def _rerun() -> Message:
    return {"type": "websocket.receive", "bytes": BackMsg(rerun_script={}).SerializeToString()}


async def _nothing(*_given: Any) -> None:
    return None


async def _visit(messages: list[Message]) -> tuple[list[str], int, list[Message]]:
    """The messages let through while another connection of the same address is running, and after
    it has finished.
    """
    front, sent = Gate(_nothing), []

    async def send(message: Message) -> None:
        sent.append(message)

    coming: asyncio.Queue[Message] = asyncio.Queue()
    for message in messages:
        coming.put_nowait(message)
    before = Stranger(_nothing, "10.0.0.1")
    assert await front.strangers.may_run(before)
    connection = _Connection(front, None, "10.0.0.1", coming.get, send)
    await connection.send({"type": "websocket.accept"})
    let_through: list[str] = []

    async def framework() -> None:
        while True:
            message = await connection.receive()
            let_through.append(message["type"])
            if message["type"] == "websocket.disconnect":
                return

    running = asyncio.create_task(framework())
    await asyncio.sleep(0.2)
    front.strangers.finish(before)
    await asyncio.wait({running}, timeout=1)
    running.cancel()
    connection.leave()
    await asyncio.gather(running, return_exceptions=True)
    after = Stranger(_nothing, "10.0.0.1")
    assert await front.strangers.may_run(after)  # its turn came back
    return let_through, coming.qsize(), sent


def _run(messages: list[Message]) -> tuple[list[str], int, list[Message]]:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _visit(messages)).result()


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "sign_in_configured", lambda: True)


def test_one_that_has_gone_while_it_waited_runs_nothing() -> None:
    let_through, _, _ = _run([_rerun(), _rerun(), {"type": "websocket.disconnect", "code": 1001}])
    assert let_through == ["websocket.disconnect"]


def test_one_that_waits_for_its_turn_gets_it_and_nothing_it_sent_meanwhile_is_lost() -> None:
    heartbeat = {"type": "websocket.receive",
                 "bytes": BackMsg(app_heartbeat=True).SerializeToString()}
    let_through, left, _ = _run([_rerun(), heartbeat, heartbeat])
    assert let_through == ["websocket.receive"] * 3
    assert left == 0


def test_one_that_sends_much_without_waiting_is_cut_off() -> None:
    let_through, left, sent = _run([_rerun() for _ in range(200)])
    assert let_through == ["websocket.disconnect"]
    assert left >= 200 - gate._MOST_AHEAD - 3
    assert sent[-1] == {"type": "websocket.close", "code": 1008}
