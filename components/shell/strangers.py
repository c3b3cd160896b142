"""What browsers that nobody has signed in with may cost: few connections, few runs, one after
another.

Runs are shared out by address first: a flood from one address waits for itself, and a person
elsewhere still gets the sign-in page.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

Entry = TypeVar("Entry")
MOST_CONNECTIONS = 128
AT_ONCE = 2
EACH_BURST, EACH_PER_SECOND = 12.0, 0.5
ALL_BURST, ALL_PER_SECOND = 40.0, 20.0
ADDRESS_BURST, ADDRESS_PER_SECOND, MOST_ADDRESSES = 60.0, 5.0, 4096
ADDRESS_RUN_BURST, ADDRESS_RUNS_PER_SECOND = 20.0, 10.0
LONGEST_RUN, LONGEST_WAIT = 20.0, 30.0


@dataclass(eq=False)
class Allowance:
    """So many at once, then so many a second."""

    burst: float
    per_second: float
    _left: float = field(init=False)
    _at: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        self._left = self.burst

    def take(self, now: float | None = None) -> bool:
        """Whether there is one left at `now` (seconds of a clock that never goes back); takes it.
        """
        moment = time.monotonic() if now is None else now
        self._left = min(self.burst, self._left + (moment - self._at) * self.per_second)
        self._at = moment
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(eq=False)
class Place:
    """One address: how many connections and runs it has left, and its single turn to run."""

    connections: Allowance = field(default_factory=lambda: Allowance(
        ADDRESS_BURST, ADDRESS_PER_SECOND))
    runs: Allowance = field(default_factory=lambda: Allowance(ADDRESS_RUN_BURST,
                                                              ADDRESS_RUNS_PER_SECOND))
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


@dataclass(eq=False)
class Stranger:
    """One connection without a sign-in.

    `close` ends it; `session` is the framework's name for it once there is one; `runs` counts the
    turns it has had and `running` is the place whose turn it holds now.
    """

    close: Callable[[], Awaitable[None]]
    address: str = ""
    session: str | None = None
    allowance: Allowance = field(default_factory=lambda: Allowance(EACH_BURST, EACH_PER_SECOND))
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    runs: int = 0
    running: Place | None = None


class Strangers:
    """All of them in this process."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, Stranger] = OrderedDict()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._allowance = Allowance(ALL_BURST, ALL_PER_SECOND)
        self._addresses: OrderedDict[str, Place] = OrderedDict()

    @property
    def number(self) -> int:
        return len(self._open)

    def admits(self, address: str) -> bool:
        """Whether one more may come from there now. Even a session that never runs costs the
        process a moment.
        """
        return self._place(address).connections.take()

    async def enter(self, stranger: Stranger) -> None:
        """Take it in; the one that has been open longest goes when there are too many."""
        self._open[id(stranger)] = stranger
        while len(self._open) > MOST_CONNECTIONS:
            _, oldest = self._open.popitem(last=False)
            await oldest.close()

    def leave(self, stranger: Stranger) -> None:
        self._open.pop(id(stranger), None)
        self.finish(stranger)

    async def may_run(self, stranger: Stranger) -> bool:
        """Wait for a turn to run the page; False when it has asked too often or there is none for
        long.
        """
        if not stranger.allowance.take():
            return False
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._take_turn(stranger)
        except TimeoutError:
            return False
        stranger.runs += 1
        asyncio.get_running_loop().call_later(LONGEST_RUN, self.finish, stranger, stranger.runs)
        return True

    async def _take_turn(self, stranger: Stranger) -> None:
        if stranger.running is not None:
            await stranger.finished.wait()
        place = self._place(stranger.address)
        await place.turn.acquire()
        try:
            await _allowed(place.runs, ADDRESS_RUNS_PER_SECOND)
            await _allowed(self._allowance, ALL_PER_SECOND)
            await self._turns.acquire()
        except BaseException:
            place.turn.release()
            raise
        stranger.running = place
        stranger.finished.clear()

    def finish(self, stranger: Stranger, run: int | None = None) -> None:
        """Its run is over, or has taken too long to hold up others. With `run` only that run, not
        one begun since.
        """
        if stranger.running is None or run not in (None, stranger.runs):
            return
        stranger.running.turn.release()
        stranger.running = None
        stranger.finished.set()
        self._turns.release()

    def _place(self, address: str) -> Place:
        return entry_of(self._addresses, address, Place, MOST_ADDRESSES)


def entry_of(entries: OrderedDict[str, Entry], name: str, make: Callable[[], Entry],
             most: int) -> Entry:
    """What is remembered of a name, made when there is none yet; of more than `most` the one not
    asked for longest is forgotten.
    """
    entry = entries.setdefault(name, make())
    entries.move_to_end(name)
    while len(entries) > most:
        entries.popitem(last=False)
    return entry


async def _allowed(allowance: Allowance, per_second: float) -> None:
    while not allowance.take():
        await asyncio.sleep(1 / per_second)
