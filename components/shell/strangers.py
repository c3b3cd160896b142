"""What browsers that nobody has signed in with may cost: few connections, few runs, one after another."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

MOST_CONNECTIONS = 128
AT_ONCE = 2
EACH_BURST, EACH_PER_SECOND = 12.0, 0.5
ALL_BURST, ALL_PER_SECOND = 40.0, 20.0
ADDRESS_BURST, ADDRESS_PER_SECOND, MOST_ADDRESSES = 60.0, 5.0, 4096
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
        """Whether there is one left at `now` (seconds of a clock that never goes back); takes it."""
        moment = time.monotonic() if now is None else now
        self._left = min(self.burst, self._left + (moment - self._at) * self.per_second)
        self._at = moment
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass(eq=False)
class Stranger:
    """One connection without a sign-in. `close` ends it; `session`: the framework's name for it once there is one."""

    close: Callable[[], Awaitable[None]]
    session: str | None = None
    allowance: Allowance = field(default_factory=lambda: Allowance(EACH_BURST, EACH_PER_SECOND))
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    turn: bool = False


class Strangers:
    """All of them in this process."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, Stranger] = OrderedDict()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._allowance = Allowance(ALL_BURST, ALL_PER_SECOND)
        self._addresses: OrderedDict[str, Allowance] = OrderedDict()

    @property
    def number(self) -> int:
        return len(self._open)

    def admits(self, address: str) -> bool:
        """Whether one more may come from there now. Even a session that never runs costs the process a moment."""
        allowance = self._addresses.setdefault(address, Allowance(ADDRESS_BURST, ADDRESS_PER_SECOND))
        self._addresses.move_to_end(address)
        while len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        return allowance.take()

    async def enter(self, one: Stranger) -> None:
        """Take it in; the one that has been open longest goes when there are too many."""
        self._open[id(one)] = one
        while len(self._open) > MOST_CONNECTIONS:
            _, oldest = self._open.popitem(last=False)
            await oldest.close()

    def leave(self, stranger: Stranger) -> None:
        self._open.pop(id(stranger), None)
        self.finish(stranger)

    async def may_run(self, one: Stranger) -> bool:
        """Wait for a turn to run the page; False when it has asked too often or there is none for long."""
        if not one.allowance.take():
            return False
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                if one.turn:
                    await one.finished.wait()
                while not self._allowance.take():
                    await asyncio.sleep(1 / ALL_PER_SECOND)
                await self._turns.acquire()
        except TimeoutError:
            return False
        one.turn = True
        one.finished.clear()
        asyncio.get_running_loop().call_later(LONGEST_RUN, self.finish, one)
        return True

    def finish(self, stranger: Stranger) -> None:
        """Its run is over, or has taken too long to hold up others."""
        if stranger.turn:
            stranger.turn = False
            stranger.finished.set()
            self._turns.release()
