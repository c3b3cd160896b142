"""Freezing a meeting with its papers, and reading them back."""

from __future__ import annotations

from collections.abc import Mapping

from data_access.current import Current
from data_access.snapshots import FrozenNote
from data_access.snapshots.freeze import freeze
from data_access.snapshots.frozen_figures import frozen_figures
from kpi.scorecard import Scorecard
from reports.scorecard import SnapshotNote, to_json


def freeze_meeting(current: Current, card: Scorecard, note: SnapshotNote,
                   papers: Mapping[str, bytes]) -> FrozenNote:
    """Keep the scorecard and the other `papers` (file name → content) with the snapshot and plan
    they come from.
    """
    outputs = {"scorecard.json": to_json(card, note).encode("utf-8"), **papers}
    return freeze(current.settings, current.snapshot, current.newest_plan, card.as_of, outputs,
                  shown=frozen_figures(card))
