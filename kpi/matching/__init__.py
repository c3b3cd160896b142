"""供需: how long posts take to be filled, which stay unfilled, and demand against supply."""

from kpi.matching.cohorts import BUCKETS, Cohorts, by_sector_and_unit, by_unit
from kpi.matching.demand import OTHERS, SEASON, Occupation, most_short, occupations
from kpi.matching.median import LEAST, LONGEST, YEAR, Curve, Fill, Step, curve
from kpi.matching.unfilled import NEWEST, OCCUPATION, OLDEST, SECTOR, unfilled_by, unfilled_series

__all__ = [
    "BUCKETS",
    "LEAST",
    "LONGEST",
    "NEWEST",
    "OCCUPATION",
    "OLDEST",
    "OTHERS",
    "SEASON",
    "SECTOR",
    "YEAR",
    "Cohorts",
    "Curve",
    "Fill",
    "Occupation",
    "Step",
    "by_sector_and_unit",
    "by_unit",
    "curve",
    "most_short",
    "occupations",
    "unfilled_by",
    "unfilled_series",
]
