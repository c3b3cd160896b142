"""What every reader asks for: the plan, the current snapshot (made on first use), and the figures from both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from data_access import snapshot as snapshots
from data_access.embedded import ensure_sample
from data_access.history import figures_with_history
from data_access.refresh import refresh
from data_access.settings import Settings, load_plan
from data_access.snapshot import Snapshot
from kpi.plan import Plan
from kpi.scorecard import Figures


@dataclass(frozen=True, eq=False)
class Current:
    """One snapshot with the plan in force and everything computed from them."""

    settings: Settings
    plan: Plan
    snapshot: Snapshot

    @cached_property
    def figures(self) -> Figures:
        return figures_with_history(self.snapshot, self.plan, self.settings.data)

    @property
    def default_day(self) -> date:
        """The latest complete day, kept inside the plan's window."""
        window = self.plan.window
        return min(max(self.snapshot.latest_complete_day, window.start), window.deadline)

    @property
    def last_day(self) -> date:
        """The last day figures can be as of: the reading day, at the latest the deadline."""
        return min(self.snapshot.read_at.date(), self.plan.window.deadline)


def load_or_refresh(settings: Settings, progress: Callable[[str, float], None] | None = None) -> Current:
    """The current snapshot; on first use the sample is built if needed and a snapshot taken.

    A snapshot of the sample is not used once a real source is configured, nor the reverse, nor one whose events were
    counted by other rules than the plan's. Raises InputError when nothing usable can be had.
    """
    plan = load_plan(settings)
    taken = snapshots.load_current(settings.data)
    if taken is None or taken.sample != settings.sample or not taken.counted_as(plan):
        ensure_sample(settings, progress)
        taken = refresh(settings, progress=progress)
    return Current(settings, plan, taken)
