"""Demand against supply against training, by occupation: posts, seekers and trainees of a season."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kpi.counting import Facts
from kpi.definitions import Flowing, Matching
from kpi.matching.cohorts import shown
from kpi.vocabulary import Division, to_ordinal

SEASON = 90  # days up to and including the day asked for
OTHERS = "其他"
_SMALL = 0.01


@dataclass(frozen=True)
class Occupation:
    """One occupation, as shown. `jobs`: headcount published in the season; `seekers` registered in
    it, None where that is 未接入; `trained` since 1 January, None likewise.
    """

    name: str
    jobs: float
    seekers: float | None
    trained: float | None

    @property
    def short(self) -> float | None:
        """Jobs without a seeker; below 0 where there are more seekers than jobs."""
        return None if self.seekers is None else self.jobs - self.seekers


def occupations(facts: Facts, rule: Matching, division: Division,
                day: date) -> tuple[Occupation, ...]:
    """The occupations of a division as of `day`, most jobs first, `OTHERS` last: those with under
    1 % of the headcount, and what has no occupation. Empty when posts are 未接入.
    """
    if not facts.has(rule.jobs.dataset):
        return ()
    first = day - timedelta(days=SEASON - 1)
    jobs = _by_occupation(facts, rule, rule.jobs, division, first, day) or {}
    seekers = _by_occupation(facts, rule, rule.seekers, division, first, day)
    trained = _by_occupation(facts, rule, rule.trained, division, date(day.year, 1, 1), day)
    least, total = _SMALL * sum(jobs.values()), sum(jobs.values())
    own = [name for name, heads in jobs.items() if name and total and heads >= least]

    def rest(of: dict[str, float] | None) -> float | None:
        return None if of is None else sum(n for name, n in of.items() if name not in own)

    def one(of: dict[str, float] | None, name: str) -> float | None:
        return None if of is None else of.get(name, 0.0)
    listed = [Occupation(name, jobs[name], one(seekers, name), one(trained, name))
              for name in sorted(own, key=lambda name: (-jobs[name], name))]
    others = Occupation(OTHERS, rest(jobs) or 0.0, rest(seekers), rest(trained))
    return (*listed, others) if others.jobs or others.seekers or others.trained else tuple(listed)


def most_short(listed: tuple[Occupation, ...]) -> Occupation | None:
    """The occupation with most jobs beyond its seekers; None where no named one has any."""
    short = [one for one in listed if one.name != OTHERS and one.short is not None and one.short > 0]
    return max(short, key=lambda one: (one.short or 0.0, one.jobs), default=None)


def _by_occupation(facts: Facts, rule: Matching, side: Flowing, division: Division, first: date,
                   last: date) -> dict[str, float] | None:
    if not facts.has(side.dataset):
        return None
    frame = facts.counted_cells(side.dataset, side.event)
    day = frame["day"].to_numpy()
    frame = frame[(day >= to_ordinal(first)) & (day <= to_ordinal(last))
                  & facts.membership(division)[facts.slots_of(frame["unit"])]]
    column = "amount" if side.minus else "rows"
    sums = frame.groupby(shown(frame[side.occupation], rule), dropna=False)[column].sum()
    return {str(name): float(total) for name, total in sums.items()}
