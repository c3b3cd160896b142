"""What open tabs take of the server's memory, and what is left once they are closed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from benchmarks.pages.servers import Running
from benchmarks.pages.turns import Visited, changes, make, open_page
from benchmarks.streamlit_client import Session

FORGOTTEN = 5  # seconds a closed session is kept here; a minute on a site
_BATCH = 10


@dataclass(frozen=True)
class Memory:
    """Bytes per open tab, and per tab after all of them are closed and forgotten."""

    opened: float
    closed: float


async def per_tab(server: Running, page: Visited, tabs: int) -> Memory:
    """Opens `tabs` tabs on the page after a first round that fills the shared caches, then closes
    them.
    """
    await _opened(server, page, _BATCH)
    await asyncio.sleep(2 * FORGOTTEN)
    before = server.memory
    opened = await _opened(server, page, tabs, closing=False)
    await asyncio.sleep(1)
    during = server.memory
    await asyncio.gather(*(tab.close() for tab in opened))
    await asyncio.sleep(2 * FORGOTTEN)
    await _opened(server, page, 1)  # the framework forgets sessions when somebody comes
    return Memory((during - before) / tabs, (server.memory - before) / tabs)


async def _opened(server: Running, page: Visited, tabs: int, closing: bool = True) -> list[Session]:
    held: list[Session] = []
    for _ in range(0, tabs, _BATCH):
        batch = await asyncio.gather(*(open_page(server.site, page)
                                       for _ in range(min(_BATCH, tabs))))
        for tab in batch:
            await make(tab, page, next(changes(page)))
        held += batch
    if closing:
        await asyncio.gather(*(tab.close() for tab in held))
    return held
