"""Every figure of one day: lines, comparison with other days and peers, trends, months."""

from kpi.scorecard.beside import Beside
from kpi.scorecard.compare import CAUSE_NAMES, Cause, Change, LineChange
from kpi.scorecard.months import Month
from kpi.scorecard.peers import indicator_places, peer_groups
from kpi.scorecard.scorecard import Scorecard, light_of, lines_of
from kpi.scorecard.steps import class_of
from kpi.scorecard.trend import (
    Path,
    Point,
    TargetChange,
    month_addition,
    month_ends,
    month_steps,
    path,
)
from kpi.scorecard.trial import Trial, TriedLine, try_plan
from kpi.scorecard.years import by_year, parted

__all__ = [
    "CAUSE_NAMES",
    "Beside",
    "Cause",
    "Change",
    "LineChange",
    "Month",
    "Path",
    "Point",
    "Scorecard",
    "TargetChange",
    "Trial",
    "TriedLine",
    "by_year",
    "class_of",
    "indicator_places",
    "light_of",
    "lines_of",
    "month_addition",
    "month_ends",
    "month_steps",
    "parted",
    "path",
    "peer_groups",
    "try_plan",
]
