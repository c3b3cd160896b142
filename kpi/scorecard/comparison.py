"""One unit held beside the city and its best peer, indicator by indicator, and what it must still
deliver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.definitions import Kind
from kpi.figures import places_needed
from kpi.judging import Light
from kpi.plan import IndicatorPlan
from kpi.scorecard.peers import indicator_places
from kpi.scorecard.scorecard import Scorecard, ScorecardLine
from kpi.vocabulary import Division, Geography, Rollup


@dataclass(frozen=True)
class Comparison:
    """`place` among the `ranked` peers with a completion, None without one. `best`: the furthest
    peer, not the unit itself.

    `missing`: what the target still lacks, in counts or places, None when met, unknown, or for
    shares of cases. `recent_per_week`: additions a week over the last 28 days, in counts; None for
    shares or without a forecast.
    """

    item: IndicatorPlan
    line: ScorecardLine
    city: ScorecardLine
    place: int | None
    ranked: int
    best: Division | None
    best_line: ScorecardLine | None
    missing: float | None
    recent_per_week: float | None

    @property
    def too_slow(self) -> bool:
        """Whether the pace of the last weeks does not reach the target in time."""
        needed = self.line.needed_per_week
        return (
            needed is not None
            and self.recent_per_week is not None
            and self.recent_per_week < needed
        )


def peers(geography: Geography, division: Division) -> tuple[Division, ...]:
    """Counties for a county, zones for a zone; among managing units counties proper for a county
    proper.
    """
    members = geography.members(division.rollup)
    return (
        members
        if division.rollup != Rollup.MANAGING
        else tuple(member for member in members if member.kind == division.kind)
    )


def compare(card: Scorecard, division: Division) -> tuple[Comparison, ...]:
    """The unit's core indicators in the plan's order."""
    others = peers(card.geography, division)
    return tuple(_comparison(card, item, division, others) for item in card.plan.core)


def _comparison(card: Scorecard, item: IndicatorPlan, division: Division,
                others: Sequence[Division]) -> Comparison:
    line, places = card.line(item.code, division), indicator_places(card, item.code, others)
    best = min((other for other in others if other.code != division.code
                and places[other.code] is not None), key=lambda one: places[one.code] or 0,
               default=None)
    return Comparison(item, line, card.city_line(item.code), places[division.code],
                      sum(place is not None for place in places.values()), best, None
                      if best is None else card.line(item.code, best), _missing(item, line),
                      _recent(item, line))


def _missing(item: IndicatorPlan, line: ScorecardLine) -> float | None:
    if line.value is None or line.target is None or line.light in (Light.MET, Light.STALE):
        return None
    if item.indicator.kind == Kind.COVERAGE:
        return float(places_needed(line))
    return None if item.indicator.is_share else max(line.target - line.value, 0.0)


def _recent(item: IndicatorPlan, line: ScorecardLine) -> float | None:
    rates = None if line.forecast is None else line.forecast.run_rates
    return (
        None
        if item.indicator.is_share or rates is None or line.light == Light.STALE
        else rates[0] * 7
    )
