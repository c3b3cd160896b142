"""What every reader asks for: the plan, the current snapshot (made on first use), and the figures from both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from data_access.ledger import cases_looked_at, ensure_sample_ledger
from data_access.ledger.shelvings import shelvings
from data_access.site import Settings, load_plan, plan_digest
from data_access.snapshots import Snapshot, configuration, ensure_sample, figures_with_history
from data_access.snapshots import (
    snapshot as snapshots,
)
from data_access.snapshots.refresh import refresh
from kpi.alerts import Shelved
from kpi.figures import Figures
from kpi.follow_ups import Shelving, shelved_by, with_follow_ups
from kpi.plan import Plan
from kpi.scope import Scope, scoped_figures
from kpi.scorecard.scorecard import Scorecard, scorecard


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
        """The daily figures, 议定事项办结率 from the ledger as it was at the first look.

        What the data has done to the ledger's items is written down then, by the plan in force.
        """
        cases = cases_looked_at(self.settings, self.service_figures, self.default_day, plan_digest(self.settings),
                                self.snapshot.id)
        return with_follow_ups(self.service_figures, cases)

    @cached_property
    def shelvings(self) -> tuple[Shelving, ...]:
        """Every card ever put aside, as recorded at the first look."""
        return shelvings(self.settings).all()

    @property
    def shelved(self) -> Shelved:
        """Whether a card has been put aside on a day, for whoever makes cards."""
        return shelved_by(self.shelvings)

    def scorecard(self, as_of: date, today: date | None = None) -> Scorecard:
        """The scorecard as of a day, what has been put aside not counted. Raises InputError as `scorecard` does."""
        return scorecard(self.figures, as_of, today, self.shelved)

    def with_ledger(self) -> Current:
        """The same with the ledger and what has been put aside as they are now; nothing else is computed anew."""
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
        keys = {division.key for division in known.facts.geography.divisions}
        vars(part)["shelvings"] = tuple(shelving for shelving in self.shelvings if shelving.key[1:] in keys)
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
    if taken is None or not _fits(snapshots.Reading(taken.sample, taken.configuration), settings, plan):
        ensure_sample(settings, progress)
        taken = refresh(settings, progress=progress)
    return Current(settings, plan, taken)


def can_be_shown(settings: Settings) -> bool:
    """Whether there is a snapshot these settings can use, so that showing it reads no database; only its manifest is looked at.

    Raises InputError on an unusable plan or snapshot folder.
    """
    reading = snapshots.current_reading(settings.data)
    return reading is not None and _fits(reading, settings, load_plan(settings))


def _fits(reading: snapshots.Reading, settings: Settings, plan: Plan) -> bool:
    return reading == snapshots.Reading(settings.sample, configuration(settings, plan))
