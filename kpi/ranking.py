"""Who is ahead: the composite score and places within a peer group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MIN_WEIGHT_PRESENT = 0.6


@dataclass(frozen=True)
class Term:
    """One indicator's part in a score: completion ÷ due capped at 1, None when there is no data."""

    indicator: str
    weight: float
    ratio: float | None


@dataclass(frozen=True)
class Ranking:
    """A division's score (0–100, unrounded) and place in its group; both None when too little is known to rank it.

    `uncapped` is the same mean without the cap, shown beside the score. `place_interval`: the 80 % range of the place
    at the deadline, None when no forecast stands behind it.
    """

    group: str
    division: str
    score: float | None
    uncapped: float | None
    place: int | None
    terms: tuple[Term, ...]
    place_interval: tuple[int, int] | None = None


def score(terms: Sequence[Term]) -> float | None:
    """Weighted mean of min(ratio, 1) × 100 over the indicators present; None below 60 % of the weight."""
    return _mean(terms, 1.0)


def _mean(terms: Sequence[Term], cap: float) -> float | None:
    total = sum(term.weight for term in terms)
    known = [(term.weight, term.ratio) for term in terms if term.ratio is not None]
    present = sum(weight for weight, _ in known)
    if total <= 0 or present < MIN_WEIGHT_PRESENT * total:
        return None
    return 100 * sum(weight * min(ratio, cap) for weight, ratio in known) / present


def places(scores: Sequence[float | None]) -> list[int | None]:
    """Places 1-2-2-4 on the scores rounded to 0.1; None stays unranked."""
    rounded = [None if value is None else round(value, 1) for value in scores]
    return [None if value is None else 1 + sum(other is not None and other > value for other in rounded)
            for value in rounded]


def rank(group: str, terms: Mapping[str, Sequence[Term]]) -> tuple[Ranking, ...]:
    """Rank the divisions of one peer group by score, best first; unranked ones last, ties in the given order."""
    codes = list(terms)
    scores = [score(terms[code]) for code in codes]
    rows = [Ranking(group, code, value, _mean(terms[code], float("inf")), place, tuple(terms[code]))
            for code, value, place in zip(codes, scores, places(scores), strict=True)]
    return tuple(sorted(rows, key=lambda row: row.place if row.place is not None else len(codes) + 1))
