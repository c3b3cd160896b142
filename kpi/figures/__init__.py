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
from kpi.figures.market import Market, market
from kpi.figures.meeting_days import MeetingDays

__all__ = [
    "Change",
    "Figures",
    "GapPart",
    "Market",
    "MeetingDays",
    "MissingPlace",
    "Timeline",
    "closing_change",
    "decompose",
    "fewest",
    "gap_unit",
    "is_stale",
    "market",
    "missing_places",
    "places_needed",
    "projected_shortfall",
    "sufficient_places",
]
