"""The brief for the joint meeting as a .docx laid out by GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kpi.duties import DutyStanding
from kpi.figures import Figures
from kpi.scorecard import Scorecard
from reports.brief.fields import fields
from reports.brief.render import rendered
from reports.content import Content
from reports.follow_up_rows import FollowUpRow
from reports.snapshot_note import SnapshotNote
from reports.stamp import stamped

__all__ = ["BUNDLED", "brief_bytes", "file_name", "template_in"]

BUNDLED = Path(__file__).resolve().parent.parent / "templates" / "brief.docx"
_OWN = "brief.docx"


def brief_bytes(figures: Figures, card: Scorecard, note: SnapshotNote, *, template: Path = BUNDLED,
                follow_ups: Sequence[FollowUpRow] | None = None,
                duties: Sequence[DutyStanding] = ()) -> bytes:
    """The brief as a .docx file; equal figures and template give equal bytes. `follow_ups`: the
    ledger's rows, if kept. `duties`: the plan's, for the second annex; without them there is none.

    Raises InputError when the template cannot be used.
    """
    rows = None if follow_ups is None else tuple(follow_ups)
    content = Content(figures, card, note, None, rows, duties=tuple(duties))
    return stamped(rendered(template, fields(content)))


def template_in(config: Path) -> Path:
    """The site's own template beside its plan file, else the bundled one."""
    own = config / _OWN
    return own if own.exists() else BUNDLED


def file_name(as_of: date) -> str:
    return f"零工归宿_情况通报_{as_of:%Y%m%d}.docx"
