"""What a changed plan would change on one day, before anybody puts it in force."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.counting import Facts
from kpi.figures.figures import figures
from kpi.judging import ScorecardLine
from kpi.plan import Plan
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.vocabulary import Division, Rollup


@dataclass(frozen=True)
class TriedLine:
    """One indicator of one division, `now` and as it `would` be."""

    division: Division
    now: ScorecardLine
    would: ScorecardLine


@dataclass(frozen=True)
class Trial:
    """Only what would be another: lights, targets, places (division, now, would).

    `added` and `removed`: codes of indicators. A division's place is None where it has none.
    """

    day: Scorecard
    lights: tuple[TriedLine, ...]
    targets: tuple[TriedLine, ...]
    places: tuple[tuple[Division, int | None, int | None], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def try_plan(card: Scorecard, facts: Facts, plan: Plan) -> Trial:
    """The day of `card` by another plan over the same facts.

    Raises InputError where the plan does not fit the divisions, or its window not the day.
    """
    would = scorecard(figures(facts, plan), card.as_of)
    now = {line.key: line for line in card.lines}
    both = tuple(
        TriedLine(
            card.geography.division(Rollup(line.rollup), line.division), now[line.key], line
        )
        for line in would.lines
        if line.key in now
    )
    codes = [item.code for item in card.plan.indicators]
    tried = [item.code for item in plan.indicators]
    return Trial(
        would,
        tuple(one for one in both if one.now.light != one.would.light),
        tuple(one for one in both if one.now.target != one.would.target),
        _places(card, would),
        tuple(code for code in tried if code not in codes),
        tuple(code for code in codes if code not in tried),
    )


def _places(now: Scorecard, would: Scorecard) -> tuple[tuple[Division, int | None, int | None], ...]:
    divisions = {division.code: division for division in now.geography.members(Rollup.MANAGING)}
    divisions |= {division.code: division for division in now.geography.members(Rollup.COUNTY)}
    pairs = []
    for row in would.ranking:
        before = now.place(row.group, row.division)
        if before is not None and before.place != row.place:
            pairs.append((divisions[row.division], before.place, row.place))
    return tuple(pairs)
