"""Keeps the alert history beside its snapshot, so that a restart does not compute it again.

    <data>/snapshots/<id>/history-<digest of the plan>.parquet
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from data_access.snapshots.parquet import read_frame, write_frame
from data_access.snapshots.snapshot import Snapshot
from kpi.alerts import History, history_from, own_history_of, with_history
from kpi.counting import Facts
from kpi.counting.lives import facts_on
from kpi.figures import Figures, Timeline
from kpi.figures.figures import figures
from kpi.plan import Era, Plan, plan_on
from kpi.vocabulary.lives import life_days

# raised when the rules themselves change, so that an older file is not taken for theirs
_METHODS = 2


def figures_in_force(snapshot: Snapshot, eras: Sequence[Era], data: Path | None) -> Figures:
    """Figures of the snapshot under every version of the plan, and of the divisions; given back are
    those of the newest.

    Each with its history, as `figures_with_history` has it; without `data` it is left until asked
    for. Versions that count the same days share facts and series.
    """
    read: dict[tuple[object, ...], Facts] = {}

    def facts_of(plan: Plan) -> Facts:
        if _days_of(plan) not in read:
            read[_days_of(plan)] = snapshot.facts(plan)
        return read[_days_of(plan)]

    begin = eras[0].first
    lives = life_days(facts_of(eras[0].plan).geography)
    days = sorted({*(era.first for era in eras), *(day for day in lives if day > begin)})
    timeline = Timeline() if len(days) > 1 else None
    made: dict[tuple[object, ...], Figures] = {}
    for day in days:
        plan = plan_on(eras, day)
        if day > plan.window.deadline:
            break
        alike = (_days_of(plan), sum(life <= day for life in lives))
        like = made.get(alike)
        facts = facts_on(facts_of(plan), day) if like is None else like.facts
        result = figures(facts, plan, like, timeline)
        made[alike] = result if data is None else _with_history(snapshot, result, data)
        if timeline is not None:
            timeline.add(day, made[alike])
    return made[alike]


def _days_of(plan: Plan) -> tuple[object, ...]:
    """What of a plan the facts and series rest on; the rest all versions have in common."""
    return plan.window, plan.late_days, plan.city_name


def figures_with_history(snapshot: Snapshot, plan: Plan, data: Path) -> Figures:
    """Figures of the snapshot with its history: the kept one, else computed now and kept for the
    next time.
    """
    return _with_history(snapshot, figures(snapshot.facts(plan), plan), data)


def _with_history(snapshot: Snapshot, result: Figures, data: Path) -> Figures:
    path = data / "snapshots" / snapshot.id / f"history-{_digest(result)}.parquet"
    history = _load(path, result)
    if history is not None:
        return with_history(result, history)
    _keep(path, own_history_of(result))
    return result


def _digest(result: Figures) -> str:
    plan, holders = result.plan, sorted(result.facts.geography.holders.items())
    # what things are called and weigh raises no alert: versions that differ in it share a history
    asked = [(item.indicator, item.target, item.comparator, sorted(item.quotas.items()), item.curve)
             for item in plan.indicators]
    parts = (_METHODS, plan.window, asked, plan.late_days, plan.alerts, plan.calendar.campaigns,
             sorted(plan.calendar.holidays), holders)
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
