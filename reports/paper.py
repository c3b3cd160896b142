"""What a paper is: its names, who may have it and what makes it. `reports.papers` lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kpi.duties import DutyStanding
from kpi.figures import Figures
from kpi.plan import Plan
from kpi.scope import Permission
from kpi.scorecard import Scorecard
from kpi.vocabulary import Division, Geography, Rollup
from reports.content import ALL_PARTS, Part
from reports.follow_up_rows import FollowUpRow
from reports.snapshot_note import SnapshotNote


@dataclass(frozen=True, eq=False)
class PaperSource:
    """What a paper is made from.

    `config`: the site's folder, where its own templates are; None: only ours. `follow_ups`: the
    ledger's rows as of the day, None where there is no ledger. `scope`: the division whose paper it
    is, None for the city; `parts`: the optional sheets wanted. A paper that is always of the whole
    city, or has no sheets, does not read those two. `duties`: the plan's as of the day.
    """

    figures: Figures
    card: Scorecard
    note: SnapshotNote
    config: Path | None = None
    follow_ups: Sequence[FollowUpRow] | None = None
    scope: Division | None = None
    parts: Collection[Part] = ALL_PARTS
    duties: Sequence[DutyStanding] = ()

    @property
    def plan(self) -> Plan:
        return self.card.plan


def on_duties(source: PaperSource) -> str:
    """What a paper with the duties depends on besides the figures, for `Paper.depends_on`."""
    return "|".join(f"{one.duty}{one.state}{one.shows}" for one in source.duties)


def _nothing(_source: PaperSource) -> str:
    return ""


def named_with_years(name: str, years: str | None) -> str:
    """“零工归宿_2025-2026年方案_…”; the name as it is where the plan is the current one."""
    # a dash every file system and mail program writes
    return name if years is None else name.replace("_", f"_{years.replace('–', '-')}方案_", 1)


@dataclass(frozen=True, eq=False)
class Paper:
    """One paper that is handed out: what the page 报表 offers, the command line writes and a frozen
    meeting keeps.

    `key`: its identity in widgets and caches. `command`: the word after `python -m reports`; papers
    that share one are told apart by `--rollup` and their `rollup`. `suffix`: of the file, which
    decides how it is previewed. `file_name` takes the day and the division. `make` gives the file:
    equal source, equal bytes. `depends_on`: what else its content depends on (a template that staff
    edit), as text for caches.

    `by_division`: there is one for a single county or managing unit too. `sheets`: the reader may
    leave sheets out. `feed`: for other systems; the command prints it, or rewrites its file on
    every run. `at_meetings`: kept with a frozen meeting. `of_units`: about managing units.
    `permission`: who may take it away.
    """

    key: str
    command: str
    title: str
    about: str
    suffix: str
    file_name: Callable[[date, Division | None], str]
    make: Callable[[PaperSource], bytes]
    depends_on: Callable[[PaperSource], str] = _nothing
    permission: Permission = Permission.EXPORT
    rollup: Rollup | None = None
    by_division: bool = False
    sheets: bool = False
    feed: bool = False
    at_meetings: bool = False
    of_units: bool = False

    def offered(self, geography: Geography) -> bool:
        """Whether the paper is there for an area: one about managing units only where there are
        any.
        """
        return geography.subdivided or not self.of_units

    def name_for(self, geography: Geography, as_of: date, scope: Division | None,
                 years: str | None = None) -> str:
        """The file name in the words of an area; a province's with its name, so that it is not
        taken for a city's. `years`: those of a plan that is not the current one.
        """
        name = named_with_years(geography.names.adapted(self.file_name(as_of, scope)), years)
        return name if geography.subdivided else name.replace("_", f"_{geography.city_name}_", 1)
