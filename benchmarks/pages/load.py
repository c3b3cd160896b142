"""Many readers at once: how long a rerun takes when each of them changes a filter every few
seconds.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from benchmarks.pages.turns import Visited, changes, make, open_page

READERS, EVERY = 50, 5.0


@dataclass(frozen=True)
class Latency:
    """Milliseconds from the click to the end of the run: median, 95th percentile; and how many runs
    were measured.
    """

    middle: float
    slow: float
    runs: int


async def latency(site: str, pages: Sequence[Visited], seconds: float) -> Latency:
    """`READERS` readers, spread over `pages`, each changing a filter every `EVERY` seconds for so
    long.

    Every selection has been seen before: the first round of each reader is not counted.
    """
    visited = [pages[number % len(pages)] for number in range(READERS)]
    for page in pages:
        await _seen(site, page)
    waits = await asyncio.gather(*(_reader(site, page, number * EVERY / READERS, seconds)
                                   for number, page in enumerate(visited)))
    taken = [1000 * wait for reader in waits for wait in reader]
    return Latency(statistics.median(taken), statistics.quantiles(taken, n=20)[-1], len(taken))


async def _seen(site: str, page: Visited) -> None:
    async with await open_page(site, page) as tab:
        for turn in islice(changes(page), max(1, len(page.turns)) + 1):
            await make(tab, page, turn)


async def _reader(site: str, page: Visited, later: float, seconds: float) -> list[float]:
    loop, waits = asyncio.get_running_loop(), []
    begin = loop.time() + later
    await asyncio.sleep(later)
    async with await open_page(site, page) as tab:
        for number, turn in enumerate(islice(changes(page), 1 + int(seconds / EVERY))):
            await asyncio.sleep(max(0.0, begin + EVERY * (number + 1) - loop.time()))
            waits.append((await make(tab, page, turn)).seconds)
    return waits[1:]
