"""Showing one indicator: tile, pace, months, breakdown, forecast, definition card."""

from components.indicator.division_table import Column
from components.indicator.tile import completion_bar

__all__ = [
    "Column",
    "completion_bar",
]
