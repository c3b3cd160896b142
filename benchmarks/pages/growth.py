"""What a long day leaves in the process: reruns that all show something nobody has seen, by readers
who come and go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from benchmarks.pages.servers import Running
from benchmarks.pages.turns import DAY, PAGES, Turn, Visited, checked, make
from benchmarks.streamlit_client import Session
from sample_data.calendar import AS_OF

_EACH = 25  # reruns of one reader, who then goes
_STRIDE, _DAYS = 37, 540  # without a common divisor, so that no day comes again
_HEIGHT, _FULL = 8, "█"


@dataclass(frozen=True)
class Grown:
    """After so many reruns: resident bytes and threads of the process, and milliseconds a rerun
    since the reading before.
    """

    reruns: int
    memory: int
    threads: int
    milliseconds: float


async def growth(server: Running, reruns: int, readings: int) -> list[Grown]:
    """`readings` readings over `reruns` reruns: a page in turn, each on a day it has not been
    looked at; the first is taken after one round of all pages."""
    pages = [page for page in PAGES if any(turn.key == DAY for turn in page.turns)]
    turns = _unseen(pages)
    await _reader(server, turns, len(pages))
    found = [await _read(server, 0, 0.0)]
    step = reruns // readings
    for number in range(readings):
        taken: list[float] = []
        for begin in range(0, step, _EACH):
            taken += await _reader(server, turns, min(_EACH, step - begin))
        found.append(await _read(server, (number + 1) * step, 1000 * sum(taken) / len(taken)))
    return found


def _unseen(pages: list[Visited]) -> Iterator[tuple[Visited, Turn]]:
    for number, page in enumerate(cycle(pages)):
        # all over the plan's time from the beginning on: what is worked out once a month is then
        # soon worked out for all
        yield page, Turn(DAY, AS_OF - timedelta(days=1 + number // len(pages) * _STRIDE % _DAYS))


async def _reader(server: Running, turns: Iterator[tuple[Visited, Turn]],
                  reruns: int) -> list[float]:
    """Seconds of each rerun of somebody who comes, looks at that many days, and goes."""
    taken = []
    page, turn = next(turns)
    async with await Session.open(server.site, f"/{page.address}", page.query) as tab:
        for number in range(reruns):
            if number:
                page, turn = next(turns)
                checked(await tab.go(page.query, page.address), page)
            taken.append((await make(tab, page, turn)).seconds)
    return taken


async def _read(server: Running, reruns: int, milliseconds: float) -> Grown:
    await asyncio.sleep(1)
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    threads = next(line.split()[1] for line in status.splitlines() if line.startswith("Threads:"))
    return Grown(reruns, server.memory, int(threads), milliseconds)


def curve(heights: list[float]) -> list[str]:
    """The heights as columns of text, from 0 at the bottom to the highest."""
    most = max(heights)
    return ["".join(_FULL * 2 + " " if height >= most * (line - 0.5) / _HEIGHT else "   "
                    for height in heights).rstrip() for line in range(_HEIGHT, 0, -1)]
