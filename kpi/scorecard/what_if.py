"""What if: units add more each week from tomorrow on – when each would be there, how likely, at
which place, and the smallest set of units that closes what would still be missing.

What is added is taken to come for sure and evenly; the forecast beside it stays as it is, with its
range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kpi.counting import FloatArray
from kpi.definitions import Kind
from kpi.figures import Change, Figures, fewest, projected_shortfall
from kpi.forecast import ForecastState
from kpi.forecast.forecast import Outcome
from kpi.judging import ScorecardLine
from kpi.ranking.league import final_terms, peer_groups, terms_on
from kpi.ranking.ranking import FinalTerm, draw_places
from kpi.scorecard.scorecard import Scorecard
from kpi.vocabulary import Division, Rollup

# not what fewer than 28 days on record support: of that no chance is said anywhere
_OPEN = (ForecastState.FORECAST, ForecastState.MET)
_NOTHING, _LEAST_TRIED = 1e-6, 10.0


@dataclass(frozen=True)
class Supposed:
    """One line if it added `per_week` more. `expected`: the median at the deadline; `chance` of the
    target; `landing`: the day the median path reaches it, None when it has or does not within twice
    the window.

    `places`: the 80 % range of the place at the deadline among its peers, `likely` the one in the
    middle; None for whoever is not ranked. None throughout where the line has no forecast or
    target. `early`: too early in the window to be sure of the chance.
    """

    division: Division
    per_week: float
    expected: float | None = None
    chance: float | None = None
    landing: date | None = None
    likely: int | None = None
    places: tuple[int, int] | None = None
    early: bool = False


@dataclass(frozen=True)
class WhatIf:
    """The city (or the chosen unit) first, then the units. `closing`: the fewest units that close
    what is still missing, each with what it would add beyond what is supposed; empty when nothing
    is missing."""

    indicator: str
    as_of: date
    whole: Supposed
    units: tuple[Supposed, ...]
    missing: float
    closing: tuple[Change, ...]


def can_suppose(figures: Figures, card: Scorecard, indicator: str, division: Division) -> bool:
    """Whether there is a count with a target, days left and a forecast to add to."""
    item, line = figures.plan.indicator(indicator), card.line(indicator, division)
    return (
        item.indicator.kind in (Kind.CUMULATIVE, Kind.STOCK)
        and line.forecast is not None
        and line.target is not None
        and line.forecast.outcome is not None
        and line.forecast.state in _OPEN
        and figures.plan.window.days_left(card.as_of) > 0
    )


def what_if(
    figures: Figures,
    card: Scorecard,
    indicator: str,
    more: Mapping[str, float],
    division: Division,
    members: Sequence[Division],
) -> WhatIf:
    """The lines of `division` and of its `members` if each member added `more` (by code) a week;
    without members the division itself. Nothing negative is supposed."""
    given = {code: max(extra, 0.0) for code, extra in more.items()}
    units = tuple(members) or (division,)
    whole = sum(given.get(unit.code, 0.0) for unit in units)
    weeks = figures.plan.window.days_left(card.as_of) / 7
    extra = {division.key: whole, **{unit.key: given.get(unit.code, 0.0) for unit in units}}
    landings = figures.landings(
        card.as_of, {(indicator, *key): value / 7 for key, value in extra.items()}
    )
    places = _places(figures, card, indicator, {key: value * weeks for key, value in extra.items()})

    def supposed(place: Division) -> Supposed:
        line, per_week = card.line(indicator, place), extra[place.key]
        result = Supposed(place, per_week)
        outcome = _shifted(line, per_week * weeks)
        if outcome is not None and line.target is not None:
            result = replace(
                result,
                expected=float(outcome.at(np.zeros(1))[0]),
                chance=outcome.chance(line.target),
                landing=landings.get((indicator, *place.key)),
                early=line.forecast is not None and line.forecast.early,
            )
        drawn = places.get(place.key)
        return (
            result
            if drawn is None
            else replace(result, likely=drawn[1], places=(drawn[0], drawn[2]))
        )

    lacking = {
        unit: (projected_shortfall(card.line(indicator, unit)) or 0.0) - extra[unit.key] * weeks
        for unit in units
    }
    missing = max((projected_shortfall(card.line(indicator, division)) or 0.0) - whole * weeks, 0.0)
    short = [(lack, unit) for unit, lack in lacking.items() if lack >= _NOTHING]
    closing = fewest(short, missing, weeks) if missing >= _NOTHING and weeks > 0 else ()
    return WhatIf(
        indicator,
        card.as_of,
        supposed(division),
        tuple(supposed(unit) for unit in members),
        missing,
        closing,
    )


def _shifted(line: ScorecardLine, added: float) -> Outcome | None:
    """The forecast's distribution with so much more for sure."""
    outcome = None if line.forecast is None else line.forecast.outcome
    return None if outcome is None else replace(outcome, base=outcome.base + added)


def _places(
    figures: Figures, card: Scorecard, indicator: str, added: Mapping[tuple[str, str], float]
) -> Mapping[tuple[str, str], tuple[int, int, int]]:
    """(low, middle, high) of the drawn places at the deadline of all ranked units, by (roll-up,
    code).
    """
    if figures.facts.geography.partial:
        return {}
    result: dict[tuple[str, str], tuple[int, int, int]] = {}
    for _, members in peer_groups(figures.facts.geography):
        final = {
            member: _final(figures, card, indicator, member, added.get(member.key, 0.0))
            for member in members
            if card.place("county" if member.rollup == Rollup.COUNTY else "zone", member.code)
            is not None
        }
        ranked = {member.code: terms for member, terms in final.items() if terms}
        if len(ranked) < 2:
            continue
        drawn = draw_places(ranked, figures.plan.scoring)
        low, middle, high = (
            np.quantile(drawn, p, axis=1, method="inverted_cdf") for p in (0.1, 0.5, 0.9)
        )
        keys = [member.key for member, terms in final.items() if terms]
        result.update(
            {key: (int(low[at]), int(middle[at]), int(high[at])) for at, key in enumerate(keys)}
        )
    return result


def _final(
    figures: Figures, card: Scorecard, indicator: str, member: Division, added: float
) -> list[FinalTerm]:
    terms = final_terms(figures, card.by_key, member, terms_on(figures, member, card.as_of))
    line = card.line(indicator, member)
    outcome = _shifted(line, added)
    if outcome is None or not line.target:
        return terms
    return [
        replace(term, completion=_completion(outcome, line.target))
        if term.indicator == indicator
        else term
        for term in terms
    ]


def _completion(outcome: Outcome, target: float) -> Callable[[FloatArray], FloatArray]:
    return lambda error: outcome.at(error) / target


def highest(figures: Figures, line: ScorecardLine, as_of: date) -> int:
    """A round number of additions a week worth trying at most: half as much again as the line lacks
    at the deadline, or its pace of the last 28 days, whichever is more."""
    weeks = max(figures.plan.window.days_left(as_of), 1) / 7
    rates = None if line.forecast is None else line.forecast.run_rates
    most = max(
        1.5 * (projected_shortfall(line) or 0.0) / weeks,
        7 * rates[0] if rates else 0.0,
        _LEAST_TRIED,
    )
    step: int = 10 ** max(len(str(int(most))) - 2, 0)
    return math.ceil(most / step) * step
