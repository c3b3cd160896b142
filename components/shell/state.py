"""The figures every page shows: loaded once per process and snapshot, scorecards once per day asked
for.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from components.shell.cache import cached
from components.shell.settings_cache import current_settings, stamp
from data_access.current import Current, load_or_refresh
from data_access.ledger import Ledger, exists, ledger_url, open_ledger_engine
from data_access.ledger.shelvings import shelvings
from data_access.running import RefreshTimer, timer_for
from data_access.site import Settings, definition_stamps, province_site
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots import today_of
from kpi.scope import Scope, scoped_scorecard
from kpi.scorecard import Scorecard

Progress = Callable[[str, float], None]
# A second visitor of a fresh server waits for the first one's reading instead of starting another.
_first_reading = threading.Lock()
_starting = threading.Lock()
_timers: list[RefreshTimer] = []
_FILE = "sqlite:///"


@dataclass(frozen=True, eq=False)
class Loaded:
    """The figures one scope may see, and the key that stands for them in every cache: snapshot,
    plan and scope.
    """

    current: Current
    key: str
    scope: Scope
    _whole: Whole = field(repr=False)

    def key_on(self, day: date) -> str:
        """The key of what is shown of a day: of its version of the plan, where there are several.
        """
        timeline = self.current.figures.timeline
        return self.key if timeline is None else f"{self.key}-{timeline.first(day):%y%m%d}"

    def scorecard(self, as_of: date) -> Scorecard:
        """The scorecard as of `as_of`, computed once for all sessions of the scope."""
        return _scoped_scorecard(self._whole.key, as_of, _today(self._whole), self.scope,
                                 self._whole.current)


@dataclass(frozen=True, eq=False)
class Whole:
    """The figures of everybody; never handed to a page."""

    current: Current
    key: str


def load(progress: Progress, scope: Scope) -> Loaded:
    """The figures in force now, cut to a scope. A refresh by anyone or an edited plan is picked up
    at the next call.

    `progress` is told how a first reading gets on. Raises InputError when nothing usable can be
    had.
    """
    settings = current_settings()
    with _first_reading:
        identity = snapshots.current_id(settings.data)
        if identity is None:
            load_or_refresh(settings, progress)
            identity = snapshots.current_id(settings.data)
    whole = _loaded(identity, configuration(settings), settings, progress)
    whole = _with_ledger(whole.key, ledger_revision(settings), shelving_revision(settings), whole)
    return cut(whole, scope)


def cut(whole: Whole, scope: Scope) -> Loaded:
    """What a scope may see of it."""
    # how old the data is changes at midnight, and with it what a page shows
    key = f"{whole.key}-{scope.key}-{_today(whole):%m%d}"
    return Loaded(_scoped(whole.key, scope, whole.current), key, scope, whole)


def _today(whole: Whole) -> date:
    return today_of(whole.current.settings, whole.current.plan)


def whole_scorecard(whole: Whole, as_of: date) -> Scorecard:
    """Everybody's scorecard, computed once; for what is made of several cities, never for a page.
    """
    return _scorecard(whole.key, as_of, _today(whole), whole.current)


def start_timer() -> RefreshTimer:
    """The refresh timer of this process, started by its first visitor. Raises InputError on
    unusable settings.

    Not in a cache: whoever can empty that could start another thread each time.
    """
    with _starting:
        if not _timers:
            settings = current_settings()
            timer = timer_for(settings, province_site(settings))
            timer.start()
            _timers.append(timer)
        return _timers[0]


def ledger_revision(settings: Settings) -> int | None:
    """Grows with every event and meeting recorded in the ledger; None while there is no ledger at all."""
    url = ledger_url(settings)
    if not exists(url):
        return None
    unchanged = stamp(Path(url.removeprefix(_FILE))) if url.startswith(_FILE) else None
    return opened_ledger(url).changes() if unchanged is None else _revision_of(url, unchanged)


@cached(4)
def _revision_of(url: str, unchanged: tuple[int, int, int]) -> int:
    return opened_ledger(url).changes()


@cached(4)
def opened_ledger(url: str) -> Ledger:
    """The ledger at this address, opened once per process."""
    return Ledger(open_ledger_engine(url))


def shelving_revision(settings: Settings) -> int:
    """Grows with every alert put aside or taken back; 0 while there is none."""
    file = shelvings(settings).file
    unchanged = stamp(file)
    return (
        len(shelvings(settings).all())
        if unchanged is None
        else _shelvings_at(str(file), unchanged, settings)
    )


@cached(8)
def _shelvings_at(file: str, unchanged: tuple[int, int, int], _settings: Settings) -> int:
    return len(shelvings(_settings).all())


@cached(2)
def _with_ledger(key: str, revision: int | None, shelved: int, _loaded: Whole) -> Whole:
    if revision is None and not shelved:
        return _loaded
    current = _loaded.current.with_ledger()
    _ = current.figures
    return Whole(current, stand_key(key, revision, shelved))


def stand_key(key: str, revision: int | None, shelved: int) -> str:
    """What stands for a snapshot and plan with the ledger and the alerts put aside."""
    return f"{key}-{revision}-{shelved}" if shelved else f"{key}-{revision}"


@cached(2)
def _loaded(identity: str | None, configuration: str, _settings: Settings,
            _progress: Progress) -> Whole:
    current = load_or_refresh(_settings, _progress)
    _ = current.service_figures  # computed here, so that no page pays for it
    return Whole(current, f"{current.snapshot.id}-{configuration}")


@cached(32)
def _scoped(key: str, scope: Scope, _current: Current) -> Current:
    return _current.scoped(scope)


@cached(64)
def _scoped_scorecard(key: str, as_of: date, today: date, scope: Scope,
                      _current: Current) -> Scorecard:
    return scoped_scorecard(_scorecard(key, as_of, today, _current), scope)


@cached(64)
def _scorecard(key: str, as_of: date, today: date, _current: Current) -> Scorecard:
    return _current.scorecard(as_of, today)


def configuration(settings: Settings) -> str:
    """A digest of everything beside the snapshot that decides the figures; the plan is read when
    its file has changed.
    """
    if not os.path.isdir(settings.config):
        return "none"
    identity, unchanged = f"{settings.data}{settings.config}{sorted(settings.urls.items())}", stamp(
        settings.plan_file)
    own = definition_stamps(settings.config)
    identity += str(own) if own else ""
    return (
        _digest(identity, settings.plan_file)
        if unchanged is None
        else _digest_of(identity, unchanged, settings.plan_file)
    )


@cached(8)
def _digest_of(identity: str, unchanged: tuple[int, int, int], _plan: Path) -> str:
    return _digest(identity, _plan)


def _digest(identity: str, plan: Path) -> str:
    return hashlib.sha256(identity.encode() + (plan.read_bytes() if plan.exists()
                                               else b"")).hexdigest()[:12]
