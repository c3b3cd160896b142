"""The timer of an installation with several plans: the current one as ever, the others once a day.
"""

from __future__ import annotations

import logging

from data_access.running.timer import LOOK_SECONDS, Outcome, RefreshTimer
from data_access.site import Settings, plan_folders, plan_sites
from kpi.vocabulary import InputError

_log = logging.getLogger(__name__)


class PlansTimer(RefreshTimer):
    """Refreshes the current plan, and after it any other that is due. Plans may come while the
    program runs.
    """

    def __init__(self, settings: Settings, look_seconds: float = LOOK_SECONDS) -> None:
        super().__init__(settings, look_seconds)
        self._others: dict[str, RefreshTimer] = {}

    def look(self, now: float) -> Outcome:
        """Refresh what is due at `now`; the outcome is that of the current plan. Never raises."""
        outcome = super().look(now)
        if plan_folders(self.settings):
            self._look_at_others(now)
        return outcome

    def _look_at_others(self, now: float) -> None:
        try:
            others = plan_sites(self.settings).others
        except InputError as error:
            _log.warning("other plans: %s", error)
            return
        for plan in others:
            self._timer(plan.id, plan.settings).look(now)

    def _timer(self, identity: str, settings: Settings) -> RefreshTimer:
        timer = self._others.get(identity)
        if timer is None or timer.settings != settings:
            timer = self._others[identity] = RefreshTimer(settings)
        return timer
