"""What is computed once for all sessions: a bounded memory that costs a page next to nothing to ask.

The framework's own caches inspect the function, hash every argument and copy the answer at each call – a tenth of a
millisecond, a dozen times a page. Here the arguments are the key as they are, and the answer is shared: it is never changed.
"""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def kept(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the `most` answers asked for last. Parameters beginning with an underscore are not part of the key; the
    others are hashable and are given by position. The key must name the reader's scope wherever figures are involved
    (`View.key` does). What raises is not remembered; several askers of one answer wait for one computation."""
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


def _remembering(compute: Callable[P, R], most: int, key_of: Callable[[tuple[Any, ...]], Hashable]) -> Callable[P, R]:
    known: OrderedDict[Hashable, R] = OrderedDict()
    # looking up never waits for a computation; nested computations of one thread pass
    looking, computing = threading.Lock(), threading.RLock()
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

    @wraps(compute)
    def remembered(*args: P.args, **named: P.kwargs) -> R:
        assert not named, "what is remembered is asked for by position"
        key = key_of(args)
        found = look(key)
        if found is missing:
            with computing:
                found = look(key)
                if found is missing:
                    found = compute(*args, **named)
                    keep(key, found)
        return found  # type: ignore[return-value]  # not the mark for missing any more

    return remembered
