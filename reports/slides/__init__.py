"""The slides for the joint meeting (.pptx): conclusion, who is behind, why, what to do, what was
agreed, next steps. Charts and tables are native and editable; every number is the scorecard's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kpi.figures import Figures
from kpi.scorecard import Scorecard
from reports.content import Content
from reports.follow_up_rows import FollowUpRow
from reports.snapshot_note import SnapshotNote

__all__ = ["MOST", "file_name", "slides_bytes", "template_in"]

MOST = 12
_OWN = "slides.pptx"


def slides_bytes(figures: Figures, card: Scorecard, note: SnapshotNote, *,
                 template: Path | None = None,
                 follow_ups: Sequence[FollowUpRow] | None = None) -> bytes:
    """The slides as a .pptx file, at most twelve; equal figures and template give equal bytes.

    `template`: the office's own file, whose masters and size are used; None: plain white.
    `follow_ups`: the ledger's rows, None where no ledger is kept. Raises InputError when the
    template cannot be used.
    """
    from reports.slides.chapters import CHAPTERS  # python-pptx is slow to load, and a server may
    from reports.slides.deck import Deck  # never make any slides

    rows = None if follow_ups is None else tuple(follow_ups)
    content = Content(figures, card, note, None, rows)
    deck = Deck(content, template)
    for chapter in CHAPTERS:
        chapter(deck, content)
    return deck.to_bytes()


def template_in(config: Path) -> Path | None:
    """The site's own template by its plan file, None without."""
    own = config / _OWN
    return own if own.exists() else None


def file_name(as_of: date) -> str:
    return f"零工归宿_汇报_{as_of:%Y%m%d}.pptx"
