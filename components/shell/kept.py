"""What is computed once for all sessions: a bounded memory that costs a page next to nothing to ask.

The framework's own caches inspect the function, hash every argument and copy the answer at each call – a tenth of a
millisecond, a dozen times a page. Here the arguments are the key as they are, and the answer is shared: it is never changed.
"""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def kept(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the `most` answers asked for last. Parameters beginning with an underscore are not part of the key; the
    others are hashable and are given by position. The key must name the reader's scope wherever figures are involved
    (`View.key` does). What raises is not remembered; several askers of one answer wait for one computation, and nobody
    waits for the computation of another answer."""
    def decorate(compute: Callable[P, R]) -> Callable[P, R]:
        keyed = [at for at, name in enumerate(inspect.signature(compute).parameters) if not name.startswith("_")]
        return _remembering(compute, most, lambda given: tuple(given[at] for at in keyed if at < len(given)))
    return decorate


def per_view(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As `kept`, for a function of a `View` and further hashable arguments: remembered by all the view shows – snapshot,
    plan, scope and selection. Not for what depends on the permissions of an account, which are not in that key."""
    def decorate(compute: Callable[P, R]) -> Callable[P, R]:
        return _remembering(compute, most, lambda given: (given[0].key, given[0].selection, *given[1:]))
    return decorate


@dataclass(eq=False)
class _Turn:
    """The lock of one answer being computed, and how many hold it or wait for it. Computations of one thread may be nested;
    what an answer is made of never asks for that answer, so that no two threads can wait for each other."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    askers: int = 0


def _remembering(compute: Callable[P, R], most: int, key_of: Callable[[tuple[Any, ...]], Hashable]) -> Callable[P, R]:
    known: OrderedDict[Hashable, R] = OrderedDict()
    turns: dict[Hashable, _Turn] = {}
    looking = threading.Lock()  # held for a moment only, never while something is computed
    missing = object()

    def look(key: Hashable) -> R | object:
        with looking:
            found: R | object = known.get(key, missing)
            if found is not missing:
                known.move_to_end(key)
            return found

    def keep(key: Hashable, answer: R) -> None:
        with looking:
            known[key] = answer
            while len(known) > most:
                known.popitem(last=False)

    @contextmanager
    def turn(key: Hashable) -> Iterator[None]:
        with looking:
            mine = turns.setdefault(key, _Turn())
            mine.askers += 1
        try:
            with mine.lock:
                yield
        finally:
            with looking:
                mine.askers -= 1
                if not mine.askers:
                    del turns[key]

    @wraps(compute)
    def remembered(*args: P.args, **named: P.kwargs) -> R:
        assert not named, "what is remembered is asked for by position"
        key = key_of(args)
        found = look(key)
        if found is missing:
            with turn(key):
                found = look(key)
                if found is missing:
                    found = compute(*args, **named)
                    keep(key, found)
        return found  # type: ignore[return-value]  # not the mark for missing any more

    return remembered
