"""The same league under every method of scoring: how much of a place is the method's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kpi.plan import ScoreMethod, ScoreRules
from kpi.ranking.ranking import Ranking, rank


@dataclass(frozen=True)
class Standing:
    """A division's score and place under one method; both None when it is unranked. `moved`: places
    gained against the method in force (negative: lost)."""

    score: float | None
    place: int | None
    moved: int


def under_every_method(rows: Sequence[Ranking],
                       rules: ScoreRules) -> Mapping[ScoreMethod, Mapping[str, Standing]]:
    """Score and place of every row of one group under each method, by division code."""
    terms = {row.division: row.terms for row in rows}
    now = {row.division: row.place for row in rows}
    result = {}
    for method in ScoreMethod:
        ranked = rank(rows[0].group, terms, replace(rules, method=method)) if rows else ()
        result[method] = {row.division: Standing(row.score, row.place,
                                                 _moved(now[row.division], row.place))
                          for row in ranked}
    return result


def _moved(now: int | None, other: int | None) -> int:
    return 0 if now is None or other is None else now - other
