"""Whether a figure is on time: pace and lights, shares with small numbers, the line a chart draws.
"""

from kpi.judging.floors import FloorMonths, closing_companions, floor_months, may_be_red
from kpi.judging.interval import FunnelLimits, Interval, SampleSize, funnel, sample_size, wilson
from kpi.judging.line import ScorecardLine
from kpi.judging.pace import Light, Pace, Yardstick, due_share, light_for

__all__ = [
    "FloorMonths",
    "FunnelLimits",
    "Interval",
    "Light",
    "Pace",
    "SampleSize",
    "ScorecardLine",
    "Yardstick",
    "closing_companions",
    "due_share",
    "floor_months",
    "funnel",
    "light_for",
    "may_be_red",
    "sample_size",
    "wilson",
]
