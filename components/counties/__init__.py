"""Showing units: league table, comparison, what is missing, townships."""

from components.counties.place_history import places_drawn

__all__ = [
    "places_drawn",
]
