"""Who is ahead: scores, places with their range, within groups of peers."""

from kpi.ranking.league import final_terms, peer_groups, places_on, rank_group, terms_on, too_early
from kpi.ranking.methods import Standing, under_every_method
from kpi.ranking.ranking import (
    MIN_WEIGHT_PRESENT,
    Ranking,
    Term,
    rank,
    rounded_score,
    with_intervals,
)

__all__ = [
    "MIN_WEIGHT_PRESENT",
    "Ranking",
    "Standing",
    "Term",
    "final_terms",
    "peer_groups",
    "places_on",
    "rank",
    "rank_group",
    "rounded_score",
    "terms_on",
    "too_early",
    "under_every_method",
    "with_intervals",
]
