"""Who is ahead: the composite score and places within a peer group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kpi.counting import FloatArray
from kpi.plan import CAPPED, ScoreMethod, ScoreRules
from kpi.ranking.points import worth

DRAWS = 2000
SHARED = 0.7  # correlation of the units' forecast errors: a good or bad season comes to all
_SEED = 20250101
MIN_WEIGHT_PRESENT = 0.6


@dataclass(frozen=True)
class Term:
    """One indicator's part in a score: `ratio` = completion ÷ due, None when there is no data or
    too little to rank.

    `ratio` is uncapped. `completion` and `due` explain it. `scored`: what it earns of the full
    marks by the plan's method; None where that is the ratio, 1 at most.
    """

    indicator: str
    weight: float
    ratio: float | None
    completion: float | None = None
    due: float | None = None
    scored: float | None = None

    @property
    def worth(self) -> float | None:
        """What the term earns of the full marks; None with the ratio."""
        if self.ratio is None:
            return None
        return min(self.ratio, 1.0) if self.scored is None else self.scored

    @property
    def points(self) -> float | None:
        """What the term is worth of 100, before weighting; None with the ratio."""
        return None if self.worth is None else 100 * self.worth


@dataclass(frozen=True)
class Ranking:
    """A division's score (0–100, more with a bonus; unrounded) and place in its group; both None
    when too little is known to rank it.

    `uncapped` is the same mean without the cap, shown beside the score. `place_interval`: the 80 %
    range of the place at the deadline, None when no forecast stands behind it; `first`: the chance
    of being first then. `previous`: place at the end of the month before, None when there was none.
    `too_soon`: the plan has only begun, and nobody is ranked yet.
    """

    group: str
    division: str
    score: float | None
    uncapped: float | None
    place: int | None
    terms: tuple[Term, ...]
    place_interval: tuple[int, int] | None = None
    first: float | None = None
    previous: int | None = None
    too_soon: bool = False

    @property
    def climbed(self) -> int | None:
        """Places gained since the end of last month (negative: lost); None when either place is
        missing.
        """
        return None if self.place is None or self.previous is None else self.previous - self.place


def score(terms: Sequence[Term]) -> float | None:
    """Weighted mean of the terms' points over the indicators present; None below 60 % of the
    weight.
    """
    return _mean(terms, [term.worth for term in terms])


def _mean(terms: Sequence[Term], worths: Sequence[float | None]) -> float | None:
    total = sum(term.weight for term in terms)
    pairs = [(term.weight, worth_) for term, worth_ in zip(terms, worths, strict=True)
             if worth_ is not None]
    present = sum(weight for weight, _ in pairs)
    if total <= 0 or present < MIN_WEIGHT_PRESENT * total:
        return None
    return 100 * sum(weight * worth_ for weight, worth_ in pairs) / present


def rounded_score(value: float) -> float:
    """A score to 0.1, half up: what is printed and ranked.

    Half up over 15 significant digits, as a spreadsheet's ROUND does, so that a place on paper
    never differs from one on screen: 86.25 is 86.3, and so is 86.24999999999999, which is 86.25 but
    for the machine's arithmetic.
    """
    return float(Decimal(f"{value:.15g}").quantize(Decimal("0.1"), ROUND_HALF_UP))


def places(scores: Sequence[float | None]) -> list[int | None]:
    """Places 1-2-2-4 on the scores rounded to 0.1; None stays unranked."""
    rounded = [None if value is None else rounded_score(value) for value in scores]
    return [None if value is None else 1 + sum(other is not None and other > value
                                               for other in rounded) for value in rounded]


def scored(terms: Mapping[str, Sequence[Term]], rules: ScoreRules) -> Mapping[str, Sequence[Term]]:
    """The terms with their points by the method in force. Every division must have the same
    indicators in order.
    """
    if rules.method == ScoreMethod.CAPPED:
        return {code: [replace(term, scored=None) for term in row] for code, row in terms.items()}
    ratios = np.array([[np.nan if term.ratio is None else term.ratio for term in row]
                       for row in terms.values()])
    marks = worth(rules, ratios) if ratios.size else ratios
    return {code: [replace(term, scored=None if term.ratio is None else float(mark))
                   for term, mark in zip(row, marks[number], strict=True)]
            for number, (code, row) in enumerate(terms.items())}


def rank(group: str, terms: Mapping[str, Sequence[Term]],
         rules: ScoreRules = CAPPED) -> tuple[Ranking, ...]:
    """Rank the divisions of one peer group by score, best first; unranked ones last, ties in the
    given order.
    """
    terms = scored(terms, rules)
    codes = list(terms)
    scores = [score(terms[code]) for code in codes]
    rows = [Ranking(group, code, value, _mean(terms[code], [term.ratio for term in terms[code]]),
                    place, tuple(terms[code]))
            for code, value, place in zip(codes, scores, places(scores), strict=True)]
    return tuple(sorted(rows, key=lambda row: row.place if row.place is not None
                        else len(codes) + 1))


@dataclass(frozen=True)
class FinalTerm:
    """One indicator's part in the score at the deadline: its completion for each drawn t4 error,
    uncapped.
    """

    indicator: str
    weight: float
    completion: Callable[[FloatArray], FloatArray]


def draw_scores(terms: Mapping[str, Sequence[FinalTerm]], rules: ScoreRules = CAPPED) -> FloatArray:
    """Scores at the deadline in `DRAWS` joint draws, by the method in force: one row per division
    in the given order.

    An indicator's errors share a t4-distributed part (correlation `SHARED`) over the divisions. The
    seed is fixed, and each indicator has its own stream, so that equal forecasts always give equal
    places.
    """
    scores, weights = np.zeros((len(terms), DRAWS)), np.zeros(len(terms))
    for number, indicator in enumerate(sorted({term.indicator for row in terms.values()
                                               for term in row})):
        errors = _errors(len(terms), number)
        there = [(row, term) for row, member_terms in enumerate(terms.values())
                 for term in member_terms if term.indicator == indicator]
        marks = worth(rules, np.array([term.completion(errors[row]) for row, term in there]))
        for (row, term), mark in zip(there, marks, strict=True):
            scores[row] += term.weight * mark
            weights[row] += term.weight
    return 100 * scores / np.maximum(weights, 1e-12)[:, None]


def draw_places(terms: Mapping[str, Sequence[FinalTerm]],
                rules: ScoreRules = CAPPED) -> npt.NDArray[np.int64]:
    """Places at the deadline in the same draws, on scores rounded to 0.1: one row per division in
    the given order.
    """
    # half up like `rounded_score`; the small addition stands for its 15 digits
    scores = np.floor(10 * draw_scores(terms, rules) + 0.5 + 1e-9) / 10
    places_: npt.NDArray[np.int64] = 1 + (scores[None, :, :] > scores[:, None, :]).sum(axis=1)
    return places_


@lru_cache(maxsize=128)
def _errors(divisions: int, indicator: int) -> FloatArray:
    draw = np.random.default_rng([_SEED, indicator])
    common, own = draw.standard_normal(DRAWS), draw.standard_normal((divisions, DRAWS))
    normal = np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own
    errors: FloatArray = normal / np.sqrt(draw.chisquare(4, DRAWS) / 4)
    errors.setflags(write=False)  # the seed is fixed: every ranking shares these
    return errors


def with_intervals(ranking: Sequence[Ranking], terms: Mapping[str, Sequence[FinalTerm]],
                   rules: ScoreRules = CAPPED) -> tuple[Ranking, ...]:
    """The ranking with each ranked division's 80 % range of places at the deadline and its chance
    of being first.
    """
    ranked = [row for row in ranking if row.place is not None and terms.get(row.division)]
    if len(ranked) < 2:
        return tuple(ranking)
    drawn = draw_places({row.division: terms[row.division] for row in ranked}, rules)
    low, high = np.quantile(drawn, (0.1, 0.9), axis=1, method="inverted_cdf")
    intervals = {row.division: ((int(low[i]), int(high[i])), float((drawn[i] == 1).mean()))
                 for i, row in enumerate(ranked)}
    return tuple(replace(row, place_interval=intervals[row.division][0],
                         first=intervals[row.division][1]) if row.division in intervals else row
                 for row in ranking)
