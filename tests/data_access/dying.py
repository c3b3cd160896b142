"""A machine that dies in the middle of a refresh: what may come out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import sqlalchemy as sa

from data_access.snapshots.snapshot import Snapshot


@contextmanager
def before_statement(number: int, happens: Callable[[], None]) -> Iterator[list[str]]:
    """Something happens just before the program's statement of this number, from 1; gives the
    statements so far.
    """
    sent: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)
        if len(sent) == number:
            happens()
    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)


def statements_until(wanted: str, sent: list[str]) -> int:
    """The number of the first statement that holds this text."""
    return next(number for number, statement in enumerate(sent, start=1) if wanted in statement)


def states(taken: Snapshot, earlier: Snapshot, now: Snapshot) -> dict[str, str]:
    """Of each dataset: "now" when it was read anew and is right, "earlier" when it says it is stale
    and is as it was.

    Anything else would be a wrong figure.
    """
    return {name: _state(name, taken, earlier, now) for name in now.parts}


def _state(name: str, taken: Snapshot, earlier: Snapshot, now: Snapshot) -> str:
    part = taken.parts[name]
    as_it_is = earlier if part.stale else now
    pd.testing.assert_frame_equal(part.data.cells, as_it_is.parts[name].data.cells,
                                  check_categorical=False)
    assert part.data.quality == as_it_is.parts[name].data.quality
    return "earlier" if part.stale else "now"
