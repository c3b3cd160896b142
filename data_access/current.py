"""What every reader asks for: the plan, the current snapshot (made on first use), and the figures from both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from data_access.ledger.sample import ensure_sample_ledger
from data_access.ledger.store import recorded_cases
from data_access.site.settings import Settings, load_plan
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.embedded import ensure_sample
from data_access.snapshots.history import figures_with_history
from data_access.snapshots.refresh import configuration, refresh
from data_access.snapshots.snapshot import Snapshot
from kpi.follow_ups.follow_up_data import with_follow_ups
from kpi.plan.plan import Plan
from kpi.scope.access import Scope
from kpi.scope.scope import scoped_figures
from kpi.scorecard.scorecard import Figures


@dataclass(frozen=True, eq=False)
class Current:
    """One snapshot with the plan in force and everything computed from them."""

    settings: Settings
    plan: Plan
    snapshot: Snapshot

    @cached_property
    def service_figures(self) -> Figures:
        """The daily figures from the service databases alone."""
        return figures_with_history(self.snapshot, self.plan, self.settings.data)

    @cached_property
    def figures(self) -> Figures:
        """The daily figures, 议定事项办结率 from the ledger as it was at the first look."""
        return with_follow_ups(self.service_figures, recorded_cases(self.settings))

    def with_ledger(self) -> Current:
        """The same with the ledger as it is now; nothing else is computed anew."""
        fresh = Current(self.settings, self.plan, self.snapshot)
        fresh.__dict__["service_figures"] = self.service_figures
        return fresh

    def scoped(self, scope: Scope) -> Current:
        """What a scope may see of it; itself when nothing is limited. The snapshot keeps its state but no cells."""
        if scope.everything:
            return self
        known = scoped_figures(self.figures, scope)
        part = Current(self.settings, known.plan, self.snapshot.without_cells(messages=scope.messages))
        vars(part)["figures"] = vars(part)["service_figures"] = known
        return part

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

    A snapshot of the sample is not used once a real source is configured, nor the reverse, nor one read
    with other connections, another mapping or other counting rules. Raises InputError when nothing usable can be had.
    """
    plan = load_plan(settings)
    ensure_sample_ledger(settings)
    taken = snapshots.load_current(settings.data)
    if taken is None or taken.sample != settings.sample or taken.configuration != configuration(settings, plan):
        ensure_sample(settings, progress)
        taken = refresh(settings, progress=progress)
    return Current(settings, plan, taken)
