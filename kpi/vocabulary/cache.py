"""The one way to compute something once: results by key, one lock per key, shared by every thread.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Result = TypeVar("Result")
_MISSING = object()


@dataclass(eq=False)
class _Turn:
    """The lock of a result being computed, and how many threads hold it or wait for it.

    Computations of one thread may be nested; what a result is made of never asks for that result,
    so that no two threads can wait for each other.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    askers: int = 0


class Cache:
    """Results by key. `most`: how many of those asked for last are held; None: all, as long as the
    cache itself.

    A key is hashable and names everything a result depends on. Results are shared and never
    changed. What raises is not held; several askers for one key wait for one computation, and
    nobody waits for that of another key.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._turns: dict[Hashable, _Turn] = {}
        # held for a moment only, never while something is computed
        self._looking = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """The result of `compute` for this key, computed when it is not held."""
        result: Any = self._look(key)
        if result is _MISSING:
            with self._turn(key):
                result = self._look(key)
                if result is _MISSING:
                    result = compute()
                    self.put(key, result)
        asked: Result = result
        return asked

    def put(self, key: Hashable, result: object) -> None:
        """Hold a result computed elsewhere."""
        with self._looking:
            self._results[key] = result
            while self._most is not None and len(self._results) > self._most:
                self._results.popitem(last=False)

    def clear(self) -> None:
        with self._looking:
            self._results.clear()

    def _look(self, key: Hashable) -> Any:
        if self._most is None:
            return self._results.get(key, _MISSING)
        with self._looking:
            result = self._results.get(key, _MISSING)
            if result is not _MISSING:
                self._results.move_to_end(key)
            return result

    @contextmanager
    def _turn(self, key: Hashable) -> Iterator[None]:
        with self._looking:
            mine = self._turns.setdefault(key, _Turn())
            mine.askers += 1
        try:
            with mine.lock:
                yield
        finally:
            with self._looking:
                mine.askers -= 1
                if not mine.askers:
                    del self._turns[key]
