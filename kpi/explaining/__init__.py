"""Why figures are as they are: what moved one between two days, and what is out of line with its
own history.
"""

from kpi.explaining.anomalies import FALSE_SHARE, OddDay, OddUnit, odd_days, odd_units
from kpi.explaining.flags import Fall, falls, spring_festivals
from kpi.explaining.movement import BY_UNIT, Movement, MovementPart, PartKind, ways

__all__ = [
    "BY_UNIT",
    "FALSE_SHARE",
    "Fall",
    "Movement",
    "MovementPart",
    "OddDay",
    "OddUnit",
    "PartKind",
    "falls",
    "odd_days",
    "odd_units",
    "spring_festivals",
    "ways",
]
