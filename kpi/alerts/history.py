"""Every alert's grade on every day read so far: who was raised and cleared when. Computed once per
snapshot and plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from kpi.alerts.levels import NONE, LevelArray
from kpi.alerts.rules import Flip, Rule, severity
from kpi.forecast import LineKey


@dataclass(frozen=True, eq=False)
class RuleLevels:
    """One rule's levels (`kpi.alerts.levels`): one row per line of `keys`, one column per day from
    the plan's start.
    """

    rule: Rule
    keys: tuple[LineKey, ...]
    levels: LevelArray

    @cached_property
    def row_of(self) -> dict[LineKey, int]:
        return {key: row for row, key in enumerate(self.keys)}

    @cached_property
    def begun(self) -> npt.NDArray[np.int16]:
        """For every day with a level the first day of its unbroken run, shape as `levels`."""
        days = np.arange(self.levels.shape[1], dtype=np.int16)
        after = np.where(self.levels == NONE, days + np.int16(1), np.int16(0))
        begun: npt.NDArray[np.int16] = np.maximum.accumulate(after, axis=1)
        return begun


@dataclass(frozen=True)
class Active:
    """An alert in force: its level, and the first day of the unbroken run of days on which there
    was one.
    """

    rule: Rule
    key: LineKey
    level: int
    since: date


@dataclass(frozen=True, eq=False)
class History:
    """`start` is the day of the first column. A day outside the history has no alerts."""

    start: date
    days: int
    rules: tuple[RuleLevels, ...]

    def active(self, as_of: date) -> Iterator[Active]:
        """The alerts in force at the end of `as_of`."""
        position = (as_of - self.start).days
        if not 0 <= position < self.days:
            return
        for rule_levels in self.rules:
            levels = rule_levels.levels[:, position]
            rows = np.flatnonzero(levels != NONE)
            for row, level, first in zip(rows.tolist(), levels[rows].tolist(),
                                         rule_levels.begun[rows, position].tolist(), strict=True):
                yield Active(rule_levels.rule, rule_levels.keys[row], level,
                             self.start + timedelta(days=first))

    def levels_on(self, day: date) -> Mapping[tuple[Rule, LineKey], int]:
        """The levels of the alerts in force at the end of a day."""
        position = (day - self.start).days
        if not 0 <= position < self.days:
            return {}
        return {(levels.rule, levels.keys[row]): int(levels.levels[row, position])
                for levels in self.rules
                for row in np.flatnonzero(levels.levels[:, position] != NONE).tolist()}

    def lines(self, rule: Rule, as_of: date) -> frozenset[LineKey]:
        """The lines one rule holds an alert on."""
        position = (as_of - self.start).days
        if not 0 <= position < self.days:
            return frozenset()
        return frozenset(levels.keys[row] for levels in self.rules if levels.rule == rule
                         for row in np.flatnonzero(levels.levels[:, position] != NONE))

    def flips(self, until: date | None = None) -> tuple[Flip, ...]:
        """Every change of grade up to and including `until`, oldest first."""
        last = self.days if until is None else min((until - self.start).days + 1, self.days)
        flips = [flip for levels in self.rules for flip in self._flips(levels, last)]
        return tuple(sorted(flips, key=lambda f: (f.day, f.rule, f.indicator, f.rollup,
                                                  f.division)))

    def _flips(self, levels: RuleLevels, last: int) -> Iterator[Flip]:
        before = np.concatenate([np.zeros((len(levels.keys), 1), dtype=np.int8),
                                 levels.levels[:, :-1]], axis=1)
        for row, day in zip(*np.nonzero(levels.levels != before), strict=True):
            if day < last:
                indicator, rollup, division = levels.keys[row]
                yield Flip(levels.rule, indicator, rollup, division,
                           self.start + timedelta(days=int(day)), severity(int(before[row, day])),
                           severity(int(levels.levels[row, day])))

    def recoded(self, codes: Mapping[str, str]) -> History:
        """The history with divisions' codes replaced; itself where there is nothing to replace."""
        if not codes:
            return self
        return replace(self, rules=tuple(RuleLevels(one.rule, tuple(
            (indicator, rollup, codes.get(division, division))
            for indicator, rollup, division in one.keys), one.levels) for one in self.rules))

    def of_divisions(self, keys: Collection[tuple[str, str]]) -> History:
        """The history of some divisions' lines."""
        return replace(self, rules=tuple(_taken(one, [
            row for row, key in enumerate(one.keys) if key[1:] in keys]) for one in self.rules))

    def of_indicators(self, codes: Collection[str], days: int) -> History:
        """The history of some indicators' lines, over its first `days` days."""
        return History(self.start, days, tuple(levels for one in self.rules if len(
            (levels := _of_indicators(one, codes, days)).keys)))

    def to_frame(self) -> pd.DataFrame:
        """One row per change of level: rule, indicator, rollup, division, day (from the start),
        level from then on.

        Lines that never had an alert have one row on day 0, so that the history comes back whole.
        """
        rows = []
        for rule_levels in self.rules:
            for key, levels in zip(rule_levels.keys, rule_levels.levels, strict=True):
                changes = np.flatnonzero(np.diff(levels, prepend=levels[:1]))
                rows += [(rule_levels.rule.value, *key, int(day), int(levels[day]))
                         for day in (0, *changes) if self.days]
        return pd.DataFrame(rows, columns=["rule", "indicator", "rollup", "division", "day",
                                           "level"])


def _of_indicators(levels: RuleLevels, codes: Collection[str], days: int) -> RuleLevels:
    taken = _taken(levels, [row for row, key in enumerate(levels.keys) if key[0] in codes])
    return replace(taken, levels=taken.levels[:, :days])


def _taken(levels: RuleLevels, rows: Sequence[int]) -> RuleLevels:
    if len(rows) == len(levels.keys):
        return levels
    return RuleLevels(levels.rule, tuple(levels.keys[row] for row in rows), levels.levels[rows])


def joined(parts: Sequence[tuple[date, History]]) -> History:
    """The history whose days are, from each first day on, those of that part; oldest part first.

    An alert in force on both sides of such a day runs on.
    """
    start, days = parts[-1][1].start, max(part.days for _, part in parts)
    spans = [(max((first - start).days, 0) if number else 0, part)
             for number, (first, part) in enumerate(parts)]
    ends = [*(begin for begin, _ in spans[1:]), days]
    rules = []
    for rule in dict.fromkeys(one.rule for _, part in reversed(spans) for one in part.rules):
        own = [(begin, end, next((one for one in part.rules if one.rule == rule), None))
               for (begin, part), end in zip(spans, ends, strict=True)]
        keys = tuple(dict.fromkeys(key for _, _, one in reversed(own) if one is not None
                                   for key in one.keys))
        row_of = {key: row for row, key in enumerate(keys)}
        levels = np.zeros((len(keys), days), dtype=np.int8)
        for begin, end, one in own:
            if one is not None:
                stop = min(end, one.levels.shape[1])
                levels[[row_of[key] for key in one.keys], begin:stop] = one.levels[:, begin:stop]
        rules.append(RuleLevels(rule, keys, levels))
    return History(start, days, tuple(rules))


def history_from(frame: pd.DataFrame, start: date, days: int) -> History:
    """The history `to_frame` was taken of."""
    rules = []
    for rule in dict.fromkeys(frame["rule"]):
        part = frame[(frame["rule"] == rule).to_numpy()]
        keys, levels = [], []
        for key, changes in part.groupby(["indicator", "rollup", "division"], sort=False):
            keys.append((str(key[0]), str(key[1]), str(key[2])))
            levels.append(_levels(changes["day"].to_numpy(), changes["level"].to_numpy(), days))
        rules.append(RuleLevels(Rule(rule), tuple(keys), np.stack(levels)))
    return History(start, days, tuple(rules))


def _levels(day: npt.NDArray[np.int64], level: npt.NDArray[np.int64], days: int) -> LevelArray:
    row = np.zeros(days, dtype=np.int8)
    for first, value in zip(day.tolist(), level.tolist(), strict=True):
        row[first:] = value
    return row
