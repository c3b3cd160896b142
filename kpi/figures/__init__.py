"""Everything computed once per (facts, plan); any day is then read from it."""

from kpi.figures.figures import Figures, Timeline, is_stale
from kpi.figures.gap import (
    Change,
    GapPart,
    MissingPlace,
    closing_change,
    decompose,
    fewest,
    gap_unit,
    missing_places,
    places_needed,
    projected_shortfall,
    sufficient_places,
)

__all__ = [
    "Change",
    "Figures",
    "GapPart",
    "MissingPlace",
    "Timeline",
    "closing_change",
    "decompose",
    "fewest",
    "gap_unit",
    "is_stale",
    "missing_places",
    "places_needed",
    "projected_shortfall",
    "sufficient_places",
]
