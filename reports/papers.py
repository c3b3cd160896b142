"""The list of papers: what the page 报表 offers, the command line writes and a frozen meeting keeps.

A new paper is a folder (or file) with its record, and one line in `PAPERS`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from data_access.current import Current
from data_access.ledger import recorded_cases
from data_access.ledger.duty_entries import duty_entries
from data_access.site.duty_file import load_duties
from data_access.snapshots import Frozen
from kpi.duties import DutyStanding, stand
from kpi.follow_ups import standings
from kpi.scorecard import Scorecard
from kpi.vocabulary import Division, InputError
from reports.brief.paper import BRIEF
from reports.bulletin.paper import COUNTIES, UNITS
from reports.content import ALL_PARTS, Part
from reports.follow_up_rows import FollowUpRow, follow_up_rows
from reports.paper import Paper, PaperSource
from reports.scorecard import SCORECARD
from reports.slides.paper import SLIDES
from reports.snapshot_note import SnapshotNote
from reports.workbook.paper import WORKBOOK

PAPERS = (WORKBOOK, BRIEF, SLIDES, COUNTIES, UNITS, SCORECARD)


def source(current: Current, card: Scorecard, follow_ups: Sequence[FollowUpRow]
           | None = None) -> PaperSource:
    """What papers of that scorecard are made from; the ledger's rows are its own unless others are
    given.
    """
    rows = _ledger_rows(current, card) if follow_ups is None else follow_ups
    return PaperSource(current.figures.on(card.as_of), card, note_of(current),
                       current.settings.config, rows, duties=duties_of(current, card))


def duties_of(current: Current, card: Scorecard) -> Sequence[DutyStanding]:
    """How the plan's duties stand on the scorecard's day; none without a list that can be read."""
    try:
        duties = load_duties(current.settings)
        return stand(duties, card, duty_entries(current.settings).all()) if duties else ()
    except InputError:
        return ()  # the page 任务清单 says what is wrong with the list; no paper waits for it


def _ledger_rows(current: Current, card: Scorecard) -> Sequence[FollowUpRow] | None:
    cases = recorded_cases(current.settings)
    if not cases:
        return None
    figures = current.figures.on(card.as_of)
    return follow_up_rows(standings(figures, cases, card.as_of, card.as_of), card.plan,
                          card.geography)


def note_of(made_from: Current | Frozen) -> SnapshotNote:
    """Which reading the figures rest on."""
    snapshot = made_from.snapshot
    return SnapshotNote(snapshot.id, snapshot.read_at, snapshot.sample, snapshot.sources,
                        snapshot.reference_remarks)


def paper_bytes(paper: Paper, made_from: PaperSource, *, scope: Division | None = None,
                parts: Collection[Part] = ALL_PARTS) -> bytes:
    """The file. `scope` and `parts` matter to papers `by_division` and with `sheets`. Equal input,
    equal bytes.
    """
    return paper.make(replace(made_from, scope=scope, parts=parts))


def meeting_papers(made_from: PaperSource) -> dict[str, bytes]:
    """File name → content of what a meeting keeps, the scorecard aside: freezing adds that itself.
    """
    return {paper.file_name(made_from.card.as_of, None): paper_bytes(paper, made_from)
            for paper in PAPERS if paper.at_meetings}
