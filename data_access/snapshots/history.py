"""Keeps the alert history beside its snapshot, so that a restart does not compute it again.

    <data>/snapshots/<id>/history-<digest of the plan>.parquet
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from data_access.snapshots.parquet import read_frame, write_frame
from data_access.snapshots.snapshot import Snapshot
from kpi.alerts import History, history_from, history_of, with_history
from kpi.figures import Figures
from kpi.figures.figures import figures
from kpi.plan import Plan

# raised when the rules themselves change, so that an older file is not taken for theirs
_METHODS = 2


def figures_with_history(snapshot: Snapshot, plan: Plan, data: Path) -> Figures:
    """Figures of the snapshot with its history: the kept one, else computed now and kept for the
    next time.
    """
    facts = snapshot.facts(plan)
    path = data / "snapshots" / snapshot.id / f"history-{_digest(plan)}.parquet"
    result = figures(facts, plan)
    history = _load(path, result)
    if history is not None:
        return with_history(result, history)
    _keep(path, history_of(result))
    return result


def _digest(plan: Plan) -> str:
    holidays = sorted(plan.calendar.holidays)
    parts = (_METHODS, plan.window, plan.indicators, plan.late_days, plan.alerts,
             plan.calendar.campaigns, holidays)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _load(path: Path, daily: Figures) -> History | None:
    try:
        return history_from(read_frame(path), daily.plan.window.start, daily.days)
    except (OSError, ValueError, KeyError):
        return None  # not kept yet, or not whole: it is only a memory of what can be computed


def _keep(path: Path, history: History) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    # a folder that cannot be written costs a second at every start, nothing else
    with contextlib.suppress(OSError):
        write_frame(history.to_frame(), draft)
        os.replace(draft, path)
