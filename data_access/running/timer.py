"""The running program refreshes by itself: one daemon thread per server process, taking turns with
cron and the button.

Whoever refreshed last counts: of several processes, or beside cron, the next refresh is due when
the snapshot in force is one interval old. Nothing that goes wrong here reaches a visitor; it is
logged, and tried again an interval later.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum

from data_access.accounts import Action, audit_log_of, load_access
from data_access.site import Settings, installation
from data_access.snapshots import RefreshRunningError, Snapshot, ensure_sample
from data_access.snapshots.refresh import refresh
from kpi.vocabulary import InputError

LOOK_SECONDS = 60
ACCOUNT = "定时刷新"
_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What one look at the clock led to."""

    NOT_DUE = "not_due"
    SKIPPED = "skipped"    # another refresh was running
    REFRESHED = "refreshed"
    FAILED = "failed"


@dataclass(eq=False)
class RefreshTimer:
    """Refreshes `settings` every `settings.refresh_every` minutes once started; 0 never starts a
    thread.
    """

    settings: Settings
    look_seconds: float = LOOK_SECONDS
    _stopped: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    _thread: threading.Thread | None = field(default=None, init=False, repr=False)
    _tried: float = field(default=0.0, init=False, repr=False)

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to look at the clock in the background; a second call changes nothing."""
        if self.settings.refresh_every:
            self.begin()

    def begin(self) -> None:
        """Start the thread, whatever `settings` say; a second call changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="refresh-timer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it; a refresh under way is finished first."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def due(self, now: float) -> bool:
        """Whether a refresh is due at `now` (Unix seconds). Without any snapshot it is not: the
        first visitor makes it.
        """
        pointer = self.settings.data / "snapshots" / "CURRENT"
        minutes = self.settings.refresh_every
        if not minutes or not pointer.exists():
            return False
        return now - max(pointer.stat().st_mtime, self._tried) >= minutes * 60

    def look(self, now: float) -> Outcome:
        """Refresh when it is due at `now`. Never raises."""
        try:
            if not self.due(now):
                return Outcome.NOT_DUE
            self._tried = now
            ensure_sample(self.settings)
            self._note(refresh(self.settings))
        except RefreshRunningError:
            return Outcome.SKIPPED
        except InputError as error:
            _log.warning("timed refresh: %s", error)
            return Outcome.FAILED
        except Exception:
            _log.exception("timed refresh failed")
            return Outcome.FAILED
        return Outcome.REFRESHED

    def _note(self, snapshot: Snapshot) -> None:
        own = self.settings.plan_folder
        site = self.settings if own is None else installation(self.settings)
        log = audit_log_of(site, load_access(site))
        of = "" if own is None else f"（方案 {own.name}）"
        log.append(Action.REFRESH, account=ACCOUNT, address="本机", object=f"快照 {snapshot.id}{of}",
                   result="部分数据源未读到" if snapshot.messages else "成功")

    def _run(self) -> None:
        while not self._stopped.wait(self.look_seconds):
            self.look(time.time())
