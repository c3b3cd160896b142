"""Figures of several settings in one process – cities of a province, plans of an installation –
each read once, and again only when something of it changed.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable

from components.shell import state
from components.shell.state import Whole
from data_access.current import Current
from data_access.site import Settings
from data_access.snapshots import snapshot as snapshots

_Stand = tuple[str | None, str, int | None, int]
# one entry a name, replaced when its snapshot, plan or ledger changes: thirteen cities stay, old
# snapshots do not
_kept: dict[str, tuple[_Stand, Whole]] = {}
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def whole_of(name: str, settings: Settings, read: Callable[[], Current]) -> Whole:
    """Everybody's figures by these settings, `read` where there are none yet or something changed.
    `name` stands for the city or the plan. Raises InputError as `read` does.
    """
    with _locks[name]:
        stand = _stand(settings)
        held = _kept.get(name)
        if held is not None and held[0] == stand and stand[0] is not None:
            return held[1]
        current = read()
        _ = current.figures  # computed here, so that no page pays for it
        stand = (snapshots.current_id(settings.data), *stand[1:])
        whole = Whole(current, state.stand_key(f"{current.snapshot.id}-{stand[1]}", *stand[2:]))
        _kept[name] = (stand, whole)
        return whole


def _stand(settings: Settings) -> _Stand:
    return (snapshots.current_id(settings.data), state.configuration(settings),
            state.ledger_revision(settings), state.shelving_revision(settings))
