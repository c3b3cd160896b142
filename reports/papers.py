"""Every paper that is handed out, by one name: what the page offers, the command line writes and a meeting freezes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from data_access.current import Current
from data_access.ledger.store import recorded_cases
from data_access.snapshots.freeze import Frozen
from kpi.follow_ups.follow_up_data import standings
from kpi.plan.plan import Plan
from kpi.scorecard.scorecard import Figures, Scorecard
from kpi.vocabulary.division import Division, Rollup
from reports import brief, bulletin, workbook
from reports.follow_up_rows import follow_up_rows
from reports.scorecard import SnapshotNote, to_json
from reports.workbook import ALL_PARTS, FollowUp, Part


class Paper(StrEnum):
    WORKBOOK = "workbook"
    BRIEF = "brief"
    COUNTIES = "bulletin_county"
    UNITS = "bulletin_managing"
    SCORECARD = "scorecard"


PAPER_NAMES = {Paper.WORKBOOK: "报表（Excel）", Paper.BRIEF: "情况通报（Word）", Paper.COUNTIES: "县区通报（Word）",
               Paper.UNITS: "管理单位通报（Word）", Paper.SCORECARD: "得分数据（JSON）"}
MEETING = (Paper.WORKBOOK, Paper.BRIEF, Paper.COUNTIES, Paper.SCORECARD)
"""What a meeting is given, and keeps when it is frozen."""


@dataclass(frozen=True, eq=False)
class Source:
    """What papers are made from. `template`: the brief's; `follow_ups`: the ledger's rows as of the day, None if none is kept."""

    figures: Figures
    card: Scorecard
    note: SnapshotNote
    template: Path = brief.BUNDLED
    follow_ups: Sequence[FollowUp] | None = None

    @property
    def plan(self) -> Plan:
        return self.card.plan


def source(known: Current, card: Scorecard, follow_ups: Sequence[FollowUp] | None = None) -> Source:
    """What papers of that scorecard are made from; the ledger's rows are its own unless others are given."""
    rows = _ledger_rows(known, card) if follow_ups is None else follow_ups
    return Source(known.figures, card, note_of(known), brief.template_in(known.settings.config), rows)


def _ledger_rows(known: Current, card: Scorecard) -> Sequence[FollowUp] | None:
    cases = recorded_cases(known.settings)
    if not cases:
        return None
    return follow_up_rows(standings(known.figures, cases, card.as_of, card.as_of), card.plan, card.geography)


def note_of(known: Current | Frozen) -> SnapshotNote:
    """Which reading the figures rest on."""
    taken = known.snapshot
    return SnapshotNote(taken.id, taken.read_at, taken.sample, taken.sources)


def paper_bytes(paper: Paper, made_from: Source, *, scope: Division | None = None,
                parts: Collection[Part] = ALL_PARTS) -> bytes:
    """The file. `scope` and `parts` concern the workbook; the others are of the whole city. Equal input, equal bytes."""
    figures, card, note = made_from.figures, made_from.card, made_from.note
    if paper == Paper.WORKBOOK:
        return workbook.workbook_bytes(figures, card, note, scope=scope, follow_ups=made_from.follow_ups, parts=parts)
    if paper == Paper.BRIEF:
        return brief.brief_bytes(figures, card, note, template=made_from.template, follow_ups=made_from.follow_ups)
    if paper == Paper.SCORECARD:
        return to_json(card, note).encode("utf-8")
    return bulletin.bulletin_bytes(figures, card, note, Rollup.COUNTY if paper == Paper.COUNTIES else Rollup.MANAGING)


def file_name(paper: Paper, as_of: date, scope: Division | None = None) -> str:
    """“零工归宿_联席会议_20261031.xlsx” and the like."""
    if paper == Paper.WORKBOOK:
        return workbook.file_name(as_of, scope)
    if paper == Paper.BRIEF:
        return brief.file_name(as_of)
    if paper == Paper.SCORECARD:
        return f"零工归宿_得分_{as_of:%Y%m%d}.json"
    return bulletin.file_name(as_of, Rollup.COUNTY if paper == Paper.COUNTIES else Rollup.MANAGING)


def meeting_papers(made_from: Source) -> dict[str, bytes]:
    """File name → content of what a meeting keeps, the scorecard aside: freezing adds that itself."""
    return {file_name(paper, made_from.card.as_of): paper_bytes(paper, made_from)
            for paper in MEETING if paper != Paper.SCORECARD}
