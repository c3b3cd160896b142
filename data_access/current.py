"""What every reader asks for: the plan, the current snapshot (made on first use), and the figures
from both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from data_access.ledger import ensure_sample_ledger, looked_at
from data_access.ledger.shelvings import shelvings
from data_access.site import (
    PlanVersion,
    Settings,
    load_plan,
    plan_digest,
    plan_eras,
    plan_versions,
)
from data_access.snapshots import (
    Snapshot,
    configuration,
    ensure_sample,
    figures_in_force,
    local_now,
)
from data_access.snapshots import (
    snapshot as snapshots,
)
from data_access.snapshots.refresh import refresh
from kpi.alerts import Shelved
from kpi.figures import Figures
from kpi.follow_ups import Shelving, shelved_by, with_follow_ups
from kpi.plan import Era, Plan, plan_on
from kpi.scope import Scope, scoped_figures
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.vocabulary import InputError, Window


@dataclass(frozen=True, eq=False)
class Computed:
    """What is computed already for a part or a later state of a `Current`; None is computed when
    asked for.
    """

    service_figures: Figures | None = None
    figures: Figures | None = None
    shelvings: tuple[Shelving, ...] | None = None


@dataclass(frozen=True, eq=False)
class Current:
    """One snapshot with the plan in force and everything computed from them.

    `plan`: the one in force on the day it is looked at, the newest complete day unless `judged_on`
    another.
    `eras`: every version of it, none where it has no other.
    """

    settings: Settings
    plan: Plan
    snapshot: Snapshot
    eras: tuple[Era, ...] = field(default=(), kw_only=True, repr=False)
    computed: Computed = field(default=Computed(), kw_only=True, repr=False)

    @cached_property
    def service_figures(self) -> Figures:
        """The daily figures from the service databases alone."""
        return self.computed.service_figures or self._service_figures()

    @cached_property
    def figures(self) -> Figures:
        """The daily figures, 议定事项办结率 from the ledger as it was at the first look.

        What the data has done to the ledger's items is written down then, by the plan in force.
        """
        return self.computed.figures or self._figures()

    @cached_property
    def shelvings(self) -> tuple[Shelving, ...]:
        """Every card ever put aside, as recorded at the first look."""
        recorded = self.computed.shelvings
        return shelvings(self.settings).all() if recorded is None else recorded

    def _service_figures(self) -> Figures:
        start, read = self.window.start, self.snapshot.read_at.date()
        if read < start:
            raise InputError(f"方案自 {start} 起执行，数据读取于 {read}，还没有可计算的日子；"
                             f"请在 {start} 或以后刷新数据，或改正 plan.toml 的 start。")
        eras = self.eras or (Era(self.plan.window.start, self.plan, self.plan.digest),)
        return figures_in_force(self.snapshot, eras, self.settings.data).on(self.default_day)

    def _figures(self) -> Figures:
        cases, meetings = looked_at(self.settings, self.service_figures, self.default_day,
                                    plan_digest(self.settings), self.snapshot.id)
        return with_follow_ups(self.service_figures, cases, meetings)

    @property
    def shelved(self) -> Shelved:
        """Whether a card has been put aside on a day, for whoever makes cards."""
        return shelved_by(self.shelvings)

    def scorecard(self, as_of: date, today: date | None = None) -> Scorecard:
        """The scorecard as of a day, what has been put aside not counted. Raises InputError as
        `scorecard` does.
        """
        return scorecard(self.figures, as_of, today, self.shelved)

    def judged_on(self, day: date) -> Current:
        """The same with the plan that was in force on a day; itself where that is its own."""
        judged = self.figures.on(day)
        if judged is self.figures:
            return self
        return replace(self, plan=judged.plan, computed=Computed(self.service_figures.on(day),
                                                                 judged, self.shelvings))

    @property
    def newest_plan(self) -> Plan:
        """The plan as its file is now, also where it is in force from a later day only."""
        return self.eras[-1].plan if self.eras else self.plan

    @property
    def window(self) -> Window:
        """The days figures may be as of, past and to come."""
        return self.newest_plan.window

    def with_ledger(self) -> Current:
        """The same with the ledger and what has been put aside as they are now; nothing else is
        computed anew.
        """
        return replace(self, computed=Computed(self.service_figures))

    def scoped(self, scope: Scope) -> Current:
        """What a scope may see of it; itself when nothing is limited. The snapshot keeps its state
        but no cells.

        The one place where a scope is cut, for a city and for a province.
        """
        if scope.everything:
            return self
        figures = scoped_figures(self.figures, scope)
        keys = {division.key for division in figures.facts.geography.divisions}
        own = tuple(shelving for shelving in self.shelvings if shelving.key[1:] in keys)
        return replace(self, plan=figures.plan,
                       snapshot=self.snapshot.without_cells(messages=scope.messages),
                       computed=Computed(figures, figures, own))

    @property
    def default_day(self) -> date:
        """The day pages open at: the latest complete day; of a plan that has been followed by
        another its deadline, whose figures are the result.
        """
        window = self.window
        ended = self.settings.plan_folder is not None and window.over(
            window.deadline, self.snapshot.read_at.date())
        return window.deadline if ended else self.data_day

    @property
    def data_day(self) -> date:
        """The latest complete day, kept inside the plan's window."""
        window = self.window
        return min(max(self.snapshot.latest_complete_day, window.start), window.deadline)

    @property
    def last_day(self) -> date:
        """The last day figures can be as of: the reading day, at the latest the deadline."""
        return min(self.snapshot.read_at.date(), self.window.deadline)


def load_or_refresh(settings: Settings, progress: Callable[[str, float], None]
                    | None = None) -> Current:
    """The current snapshot; on first use the sample is built if needed and a snapshot taken.

    A snapshot of the sample is not used once a real source is configured, nor the reverse, nor one
    read with other connections, another mapping or other counting rules. Raises InputError when
    nothing usable can be had.
    """
    plan = load_plan(settings)
    ensure_sample_ledger(settings)
    snapshot = snapshots.load_current(settings.data)
    if snapshot is None or not _fits(
        snapshots.Reading(snapshot.sample, snapshot.configuration), settings, plan
    ):
        ensure_sample(settings, progress)
        snapshot = refresh(settings, progress=progress)
    return current_of(settings, snapshot)


def current_of(settings: Settings, snapshot: Snapshot) -> Current:
    """A snapshot with the plan that is in force on its newest complete day.

    A plan file not used before is recorded as taken into use. Raises InputError on an unusable one.
    """
    eras = plan_eras(settings, taken_into_use(settings, snapshot))
    current = Current(settings, eras[-1].plan, snapshot, eras=eras if len(eras) > 1 else ())
    return replace(current, plan=plan_on(eras, current.default_day))


def taken_into_use(settings: Settings, snapshot: Snapshot) -> tuple[PlanVersion, ...]:
    """Every version of the plan; the file as it is now recorded, if it was not yet, as in force
    from the newest complete day of the snapshot.
    """
    return plan_versions(settings, lambda: snapshot.latest_complete_day,
                         lambda: local_now(load_plan(settings)))


def can_be_shown(settings: Settings) -> bool:
    """Whether there is a snapshot these settings can use, so that showing it reads no database;
    only its manifest is looked at.

    Raises InputError on an unusable plan or snapshot folder.
    """
    reading = snapshots.current_reading(settings.data)
    return reading is not None and _fits(reading, settings, load_plan(settings))


def _fits(reading: snapshots.Reading, settings: Settings, plan: Plan) -> bool:
    return reading == snapshots.Reading(settings.sample, configuration(settings, plan))
