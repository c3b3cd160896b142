"""Why figures are as they are: what moved one between two days, and what is out of line with its
own history.
"""

from kpi.explaining.anomalies import FALSE_SHARE, OddDay, OddUnit, odd_days, odd_units
from kpi.explaining.movement import BY_UNIT, Movement, MovementPart, PartKind, ways

__all__ = [
    "BY_UNIT",
    "FALSE_SHARE",
    "Movement",
    "MovementPart",
    "OddDay",
    "OddUnit",
    "PartKind",
    "odd_days",
    "odd_units",
    "ways",
]
