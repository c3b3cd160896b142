"""The league tables: counties among counties, zones among zones, with last month's places and the
range to come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from kpi.counting import FloatArray
from kpi.figures import Figures, is_stale
from kpi.forecast import LineKey
from kpi.judging import Light, SampleSize, ScorecardLine, due_share, sample_size
from kpi.plan import IndicatorPlan, Plan
from kpi.ranking.ranking import FinalTerm, Ranking, Term, rank, with_intervals
from kpi.vocabulary import Division, Geography, UnitKind

Lines = Mapping[LineKey, ScorecardLine]


def peer_groups(geography: Geography) -> tuple[tuple[str, tuple[Division, ...]], ...]:
    """Who is ranked with whom: the counties, and the zones."""
    zones = tuple(division for division in geography.managing if division.kind == UnitKind.ZONE)
    return (("county", geography.counties), ("zone", zones))


def league(figures: Figures, lines: Lines, as_of: date) -> tuple[Ranking, ...]:
    """Every peer group's ranking as of one day; none where peers are left out of sight.

    Places of earlier days are those of the plan in force then.
    """
    if figures.facts.geography.partial:
        return ()  # a place among some of one's peers is no place
    return tuple(row for group, members in peer_groups(figures.facts.geography)
                 for row in rank_group(figures, lines, group, members, as_of))


def rank_group(figures: Figures, lines: Lines, group: str, members: Sequence[Division],
               as_of: date) -> tuple[Ranking, ...]:
    """One group's ranking as of one day: scores, places, last month's places, the range of places
    to come.
    """
    early, rules = too_early(figures.plan, as_of), figures.plan.scoring
    terms = {division.code: _terms_of(figures, lines, division) for division in members}
    if early:
        nothing = {code: [Term(term.indicator, term.weight, None) for term in row]
                   for code, row in terms.items()}
        return tuple(replace(row, too_soon=True) for row in rank(group, nothing, rules))
    ranked, before = rank(group, terms, rules), _last_month(figures, group, members, as_of)
    # the final places are no longer uncertain
    if not figures.plan.window.over(as_of, figures.facts.read_on):
        final = {division.code: final_terms(figures, lines, division, terms[division.code])
                 for division in members}
        ranked = with_intervals(ranked, final, rules)
    return tuple(replace(row, previous=before.get(_same(figures, row.division))) for row in ranked)


def _same(figures: Figures, code: str) -> str:
    """What a unit is called on every day, also one that has changed its code."""
    return figures.facts.geography.renamed.get(code, code)


def too_early(plan: Plan, day: date) -> bool:
    """Whether nobody is ranked yet: a few days' completion ÷ due says nothing, and may be thousands
    of per cent.
    """
    return plan.window.elapsed_days(day) < plan.alerts.first_day


def _last_month(figures: Figures, group: str, members: Sequence[Division],
                as_of: date) -> Mapping[str, int | None]:
    """Places at the end of the month before; empty when that lies before the plan, or too early in
    it.
    """
    end = as_of.replace(day=1) - timedelta(days=1)
    figures = figures.on(end)
    if end < figures.plan.window.start or too_early(figures.plan, end):
        return {}
    # a group is ranked with its published members and, in a county's own paper, with others
    name = ("places", group, tuple(division.key for division in members))
    return figures.on_day(name, end, lambda: _places(figures, group, members, end))


def _places(figures: Figures, group: str, members: Sequence[Division],
            day: date) -> Mapping[str, int | None]:
    then = [one for division in members
            if (one := figures.facts.geography.standing_for(division)) is not None]
    terms = {division.code: terms_on(figures, division, day) for division in then}
    return {_same(figures, row.division): row.place
            for row in rank(group, terms, figures.plan.scoring)}


def places_on(figures: Figures, group: str, members: Sequence[Division],
              days: Sequence[date]) -> Mapping[str, tuple[int | None, ...]]:
    """Each member's place at the end of each day of the window, by code and by the plan in force
    on the day; None on days it is unranked.
    """
    parts = [figures.on(day) for day in days]
    months = [{} if too_early(part.plan, day) else _places(part, group, members, day)
              for part, day in zip(parts, days, strict=True)]
    return {division.code: tuple(places.get(_same(figures, division.code)) for places in months)
            for division in members}


def terms_on(figures: Figures, division: Division, day: date) -> list[Term]:
    """The terms of one division's score on a day of the window."""
    terms, figures = [], figures.on(day)
    for item in figures.plan.core:
        measure, target = figures.measure(item.code, division, day), figures.target(
            item.code, division)
        judged = None if measure.value is None or target is None or target.value <= 0 else (
            measure.value / target.value, due_share(figures.plan, item, day))
        terms.append(_term(item, judged, measure.denominator, is_stale(figures.facts, item, day)))
    return terms


def _terms_of(figures: Figures, lines: Lines, division: Division) -> list[Term]:
    """The same of the day the lines are of."""
    terms = []
    for item in figures.plan.core:
        line = lines[(item.code, *division.key)]
        judged = (None if line.completion is None or line.due is None
                  else (line.completion, line.due))
        terms.append(_term(item, judged, line.denominator, line.light == Light.STALE))
    return terms


def _term(item: IndicatorPlan, judged: tuple[float, float] | None, cases: float | None,
          stale: bool) -> Term:
    """`judged`: completion and what is due, None when there is nothing to judge."""
    # stale data is shown but never judged, so it does not decide a place either
    if judged is None or stale or judged[1] <= 0 or _too_few(item, cases):
        return Term(item.code, item.weight, None)
    completion, due = judged
    return Term(item.code, item.weight, completion / due, completion, due)


def _too_few(item: IndicatorPlan, cases: float | None) -> bool:
    """A share of few cases decides no place; coverage counts all places there are, however few."""
    return item.indicator.sampled and cases is not None and sample_size(cases) != SampleSize.ENOUGH


def final_terms(figures: Figures, lines: Lines, division: Division,
                terms: Sequence[Term]) -> list[FinalTerm]:
    """What the division's score at the deadline is drawn from: the terms its score has now."""
    final = []
    for term in terms:
        line = lines[(term.indicator, *division.key)]
        if term.ratio is not None and line.value is not None and line.target:
            final.append(FinalTerm(term.indicator, term.weight,
                                   _completion(line, line.value, line.target)))
    return final


def _completion(line: ScorecardLine, value: float,
                target: float) -> Callable[[FloatArray], FloatArray]:
    """Completion at the deadline for drawn errors: the forecast's, or the share as uncertain as its
    number of cases.
    """
    outcome = None if line.forecast is None else line.forecast.outcome
    if outcome is not None:
        return lambda error: outcome.at(error) / target
    cases = line.interval.cases if line.interval is not None else 0
    spread = np.sqrt(value * (1 - value) / (cases + 1)) if cases and 0 <= value <= 1 else 0.0
    return lambda error: np.maximum(value + spread * error, 0.0) / target
