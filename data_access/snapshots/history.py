"""Keeps the alert history beside its snapshot, so that a restart does not compute it again.

    <data>/snapshots/<id>/history-<digest of the plan>.parquet
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import pandas as pd

from data_access.snapshots.snapshot import Snapshot
from kpi.alerts.history import History, history_from
from kpi.figures.figures import Figures, figures
from kpi.plan.plan import Plan

_METHODS = 1  # raised when the rules themselves change, so that an older file is not taken for theirs


def figures_with_history(snapshot: Snapshot, plan: Plan, data: Path) -> Figures:
    """Figures of the snapshot with its history: the kept one, else computed now and kept for the next time."""
    facts = snapshot.facts(plan)
    path = data / "snapshots" / snapshot.id / f"history-{_digest(plan)}.parquet"
    known = figures(facts, plan)
    kept = _load(path, known)
    if kept is not None:
        return figures(facts, plan, kept)
    _keep(path, known.history)
    return known


def _digest(plan: Plan) -> str:
    holidays = sorted(plan.calendar.holidays)
    parts = (_METHODS, plan.window, plan.indicators, plan.late_days, plan.alerts, plan.calendar.campaigns, holidays)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _load(path: Path, known: Figures) -> History | None:
    try:
        return history_from(pd.read_parquet(path), known.plan.window.start, known.days)
    except (OSError, ValueError, KeyError):
        return None  # not kept yet, or not whole: it is only a memory of what can be computed


def _keep(path: Path, history: History) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    # a folder that cannot be written costs a second at every start, nothing else
    with contextlib.suppress(OSError):
        history.to_frame().to_parquet(draft, index=False)
        os.replace(draft, path)
