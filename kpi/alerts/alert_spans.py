"""The history of alerts as spans of one grade, and as numbers in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kpi.alerts.acknowledge import AlertKey
from kpi.alerts.history import History
from kpi.alerts.rules import SEVERITY_OF, SEVERITY_ORDER, Flip, Severity, severity
from kpi.vocabulary import Rollup


@dataclass(frozen=True)
class Span:
    """One alert at one grade, `first` to `last` inclusive; `open`: still so on the day asked about.
    """

    key: AlertKey
    severity: Severity
    first: date
    last: date
    open: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def spans(history: History, wanted: Iterable[AlertKey], until: date) -> tuple[Span, ...]:
    """The spans of these alerts up to the end of `until`, by alert as given, oldest first."""
    result: list[Span] = []
    width = max(min((until - history.start).days + 1, history.days), 0)
    for key in wanted:
        for levels in history.rules:
            if levels.rule == key[0] and key[1:] in levels.row_of:
                result += _runs(key, levels.levels[levels.row_of[key[1:]], :width].tolist(),
                                history.start)
    return tuple(result)


def _runs(key: AlertKey, levels: list[int], start: date) -> list[Span]:
    runs, begin = [], 0
    for day in range(1, len(levels) + 1):
        if day < len(levels) and levels[day] == levels[begin]:
            continue
        grade = severity(levels[begin])
        if grade is not None:
            runs.append(Span(key, grade, start + timedelta(days=begin),
                             start + timedelta(days=day - 1), day == len(levels)))
        begin = day
    return runs


def in_force(history: History, days: Sequence[date], rollups: Collection[Rollup],
             division: str | None = None) -> Mapping[Severity, tuple[int, ...]]:
    """How many alerts of each grade stood at the end of each day, of these roll-ups (and of one
    division only).
    """
    wanted = {rollup.value for rollup in rollups}
    counts = {grade: np.zeros(len(days), dtype=np.int64) for grade in SEVERITY_ORDER}
    at = np.array([(day - history.start).days for day in days], dtype=np.int64)
    known_days = (at >= 0) & (at < history.days)
    for rule_levels in history.rules:
        rows = [row for key, row in rule_levels.row_of.items() if key[1] in wanted
                and division in (None, key[2])]
        if not rows or not history.days:
            continue
        levels = rule_levels.levels[rows][:, np.clip(at, 0, history.days - 1)]
        for level, grade in SEVERITY_OF.items():
            counts[grade] += np.where(known_days, (levels == level).sum(axis=0), 0)
    return {grade: tuple(int(number) for number in numbers) for grade, numbers in counts.items()}


def flip_words(flip: Flip) -> str:
    """“新增”, “解除”, “升级”, “降级”."""
    if flip.raised:
        return "新增"
    if flip.cleared or flip.after is None or flip.before is None:
        return "解除"
    return "升级" if SEVERITY_ORDER.index(flip.after) < SEVERITY_ORDER.index(flip.before) else "降级"
