"""与上次会议相比 as JSON: every figure of a frozen meeting and of today, the change split by cause, for
other programs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from data_access.snapshots import Frozen, FrozenNote, list_frozen
from kpi.scorecard import Change, LineChange
from kpi.sentences.plan_changes import DatedChanges
from kpi.vocabulary import InputError
from reports.snapshot_note import SnapshotNote


def frozen_meeting(data: Path, as_of: date | None) -> FrozenNote:
    """The newest frozen meeting, or the newest of that day. Raises InputError when there is none.
    """
    notes = list_frozen(data)
    matches = [note for note in notes if as_of in (None, note.as_of)]
    if not matches:
        listed = "、".join(sorted({note.as_of.isoformat() for note in notes})) or "还没有任何定稿"
        raise InputError(
            f"没有{'' if as_of is None else f'截至 {as_of} 的'}定稿（{listed}）；请先定稿，或改正 --meeting。")
    return matches[0]


def to_json(meeting: Frozen, as_of: date, note: SnapshotNote, lines: Sequence[LineChange],
            plan_changes: Sequence[DatedChanges] = ()) -> str:
    """The comparison. Shares are 0–1; a part is null where either end is not known, and parts add
    up to `change`. `plan_changes`: what the plan has asked otherwise since the meeting.
    """
    result = {"meeting": {"as_of": meeting.note.as_of.isoformat(),
                          "snapshot": meeting.note.snapshot_id}, "as_of": as_of.isoformat(),
              "snapshot": note.id, "sample": note.sample,
              "lines": [{"indicator": line.indicator, "rollup": line.rollup,
                         "division": line.division, "value": _change(line.value),
                         "completion": _change(line.completion), "rules_changed": line.inseparable}
                        for line in lines],
              "plan_changes": [{"since": None if one.since is None else one.since.isoformat(),
                                "changes": list(one.texts)} for one in plan_changes]}
    return json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _change(change: Change) -> dict[str, Any]:
    parts = (
        None
        if change.parts is None
        else {cause.value: float(part) for cause, part in change.parts.items()}
    )
    return {"then": _number(change.then), "now": _number(change.now),
            "change": _number(change.total), "parts": parts}


def _number(value: Fraction | None) -> float | int | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else float(value)
