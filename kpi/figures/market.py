"""Supply and demand of one division as of one day: what page, sheet and paragraph have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from kpi.counting import BoolArray, Facts
from kpi.definitions import Matching
from kpi.figures.figures import Figures
from kpi.indicators import completeness
from kpi.matching import (
    NEWEST,
    OCCUPATION,
    OLDEST,
    SECTOR,
    YEAR,
    Fill,
    Occupation,
    Step,
    by_unit,
    curve,
    most_short,
    occupations,
    unfilled_by,
)
from kpi.vocabulary import DayAxis, Division

Table = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Market:
    """Posts, fills, seekers and trainees of one division.

    `fill`, `days`, `steps`: how long posts of the last year take to be filled; `days` is None unless
    `fill` is `DAYS`. `by_sector`, `by_occupation`: posts not filled within thirty days by unit code
    ("" what only the city knows); None where hires are 未接入 or too many of them do not name the day
    of their post. `season`: all posts these are of. `occupations`: demand, supply and training; empty where posts are 未接入.
    """

    fill: Fill
    days: float | None = None
    steps: tuple[Step, ...] = ()
    by_sector: Table | None = None
    by_occupation: Table | None = None
    occupations: tuple[Occupation, ...] = ()
    undated: float | None = None
    sectors: Mapping[str, str] = field(default_factory=dict)
    season: float = 0.0

    @property
    def shortest(self) -> Occupation | None:
        """The occupation with most jobs beyond its seekers."""
        return most_short(self.occupations)

    @property
    def unfilled(self) -> float | None:
        """All posts not filled within thirty days, by sector and unit."""
        if self.by_sector is None:
            return None
        return sum(sum(row.values()) for row in self.by_sector.values())


def market(figures: Figures, division: Division, day: date) -> Market | None:
    """None where posts are 未接入, or the datasets in force do not have what the rule needs.

    `Market.undated`: the share (0–1) of the hires since the plan's start without the day of their
    post; None without hires.
    """
    rule = figures.plan.definitions.matching
    if rule is None or not figures.facts.has(rule.jobs.dataset):
        return None
    return figures.on_day(("market", division.key), day, lambda: _market(figures, division, day))


def _market(figures: Figures, division: Division, day: date) -> Market:
    facts, rule = figures.facts, figures.plan.definitions.matching
    assert rule is not None
    listed = occupations(facts, rule, division, day)
    sectors = figures.plan.definitions.datasets[rule.jobs.dataset].column(rule.jobs.sector).titles
    if not facts.has(rule.fills.dataset):
        return Market(Fill.TOO_FEW, occupations=listed, sectors=sectors)
    start, members = figures.plan.window.start, facts.membership(division)
    whole = completeness(rule.dated, facts, DayAxis(start - timedelta(days=1), day), start)
    every, having = (float(one[members, -1].sum()) for one in (whole.every, whole.having))
    undated = (every - having) / every if every else None
    if not whole.holds(members)[-1]:
        return Market(Fill.TOO_FEW, occupations=listed, undated=undated, sectors=sectors)
    axis = DayAxis(day, day)
    cohorts = by_unit(facts, rule, DayAxis(day - timedelta(days=YEAR), day))
    filled = curve(cohorts.of(members), axis)
    median, longer = filled.median()
    fill = (Fill.LONGER if longer[0] else Fill.TOO_FEW) if np.isnan(median[0]) else Fill.DAYS
    return Market(fill, float(median[0]) if fill == Fill.DAYS else None, filled.steps(day),
                  unfilled_by(facts, rule, SECTOR, division, day),
                  unfilled_by(facts, rule, OCCUPATION, division, day), listed, undated, sectors,
                  _season(facts, rule, members, day))


def _season(facts: Facts, rule: Matching, members: BoolArray, day: date) -> float:
    """Posts published on the days whose unfilled ones are looked for."""
    axis = DayAxis(day - timedelta(days=OLDEST), day - timedelta(days=NEWEST))
    sums = facts.cumulative(rule.jobs.dataset, rule.jobs.event, axis, column="amount")[members]
    return float((sums[:, -1] - sums[:, 0]).sum())
