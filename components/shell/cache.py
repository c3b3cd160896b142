"""What is computed once for all sessions: functions with a cache that costs a page next to nothing
to ask.

The framework's own caches inspect the function, hash every argument and copy the answer at each
call – a tenth of a millisecond, a dozen times a page. Here the arguments are the key as they are,
and the answer is shared: it is never changed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from kpi.vocabulary import Cache

P = ParamSpec("P")
R = TypeVar("R")


def cached(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A function with a cache of the `most` answers asked for last (see `Cache`).

    Parameters beginning with an underscore are not part of the key; the others are hashable and are
    given by position. The key must name the reader's scope wherever figures are involved
    (`View.key` does).
    """
    def decorate(compute: Callable[P, R]) -> Callable[P, R]:
        keyed = [at for at, name in enumerate(inspect.signature(compute).parameters)
                 if not name.startswith("_")]
        return _with_cache(compute, most,
                           lambda given: tuple(given[at] for at in keyed if at < len(given)))
    return decorate


def cached_per_view(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As `cached`, for a function of a `View` and further hashable arguments: held by all the view
    shows – snapshot, plan, scope and selection. Not for what depends on the permissions of an
    account, which are not in that key."""
    def decorate(compute: Callable[P, R]) -> Callable[P, R]:
        return _with_cache(compute, most,
                           lambda given: (given[0].key, given[0].selection, *given[1:]))
    return decorate


def _with_cache(compute: Callable[P, R], most: int,
                key_of: Callable[[tuple[Any, ...]], Hashable]) -> Callable[P, R]:
    cache = Cache(most)

    @wraps(compute)
    def asked(*args: P.args, **named: P.kwargs) -> R:
        assert not named, "what is cached is asked for by position"
        return cache.get(key_of(args), lambda: compute(*args, **named))
    return asked
