"""Strangers who open many connections and send many messages, while somebody signed in goes on
reading.

    python -m tests.access.flood 1000 100 [--nginx]       prints what it did to threads, memory and
    the reader
"""

from __future__ import annotations

import argparse
import asyncio
import ssl
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from tests.access import wire
from tests.access.wire import Wired

_MESSAGES = (BackMsg(clear_cache=True), BackMsg(rerun_script={}),
             BackMsg(file_urls_request={"request_id": "1", "file_names": ["a"] * 50}))
_IN_FLIGHT = 200


@dataclass(frozen=True)
class Effect:
    """Threads and megabytes before, at the worst, and after everybody has gone; the reader's p95
    seconds without and with the strangers; how many connections ended how."""

    threads: tuple[int, int, int]
    megabytes: tuple[int, int, int]
    p95: tuple[float, float]
    runs: tuple[int, int]
    ends: Counter[str]


async def flood(site: Wired, connections: int, messages: int, *, wait: float = 5,
                reads: int = 20) -> Effect:
    """Measure it; `wait`: seconds after the last one has gone."""
    async with await site.tab(site.claims("leader"), "/overview") as reader:
        await reader.run()
        quiet = sorted([(await reader.run()).seconds for _ in range(reads)])
        threads, memory, worst = site.threads(), site.memory(), [0, 0]
        gate, ends, over = asyncio.Semaphore(_IN_FLIGHT), Counter[str](), asyncio.Event()

        async def look() -> list[float]:
            seen: list[float] = []
            while not over.is_set() or len(seen) < reads:
                begin = perf_counter()
                await reader.run()
                seen.append(perf_counter() - begin)
                worst[:] = [max(worst[0], site.threads()), max(worst[1], site.memory())]
                await asyncio.sleep(0.2)
            return sorted(seen)

        async def one() -> None:
            async with gate:
                ends[await _stranger(site.address, messages, site.tls)] += 1

        looking = asyncio.create_task(look())
        await asyncio.gather(*(one() for _ in range(connections)))
        over.set()
        busy = await looking
        await asyncio.sleep(wait)
        return Effect((threads, worst[0], site.threads()), (memory, worst[1], site.memory()),
                      (_p95(quiet), _p95(busy)), (len(quiet), len(busy)), ends)


def _p95(seconds: list[float]) -> float:
    return seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]


async def _stranger(address: str, messages: int, context: ssl.SSLContext | None) -> str:
    """How its connection ended."""
    try:
        async with asyncio.timeout(120), connect(f"ws{address.removeprefix('http')}/_stcore/stream",
                                                 origin=Origin(address), proxy=None, ssl=context,
                                                 subprotocols=[Subprotocol("streamlit")],
                                                 ping_interval=None, max_queue=None,
                                                 open_timeout=60) as socket:
            for number in range(messages):
                await socket.send(_MESSAGES[number % len(_MESSAGES)].SerializeToString())
            while True:
                await asyncio.wait_for(socket.recv(), 5)
    except ConnectionClosed as closed:
        return str(closed.rcvd.code if closed.rcvd else "cut")
    except TimeoutError:
        return "open"
    except InvalidHandshake:
        return "refused"
    except OSError:
        return "no connection"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("connections", type=int)
    parser.add_argument("messages", type=int)
    parser.add_argument("--nginx", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made, wire.wired(Path(made), nginx=chosen.nginx) as site:
        print(asyncio.run(flood(site, chosen.connections, chosen.messages, wait=70)))


if __name__ == "__main__":
    main()
