"""Every figure of one day: lines, comparison with other days and peers, trends, months."""

from kpi.scorecard.beside import Beside, beside
from kpi.scorecard.compare import CAUSE_NAMES, Cause, Change, LineChange, compare
from kpi.scorecard.comparison import peers
from kpi.scorecard.months import Month, months
from kpi.scorecard.peers import indicator_places, peer_groups
from kpi.scorecard.scorecard import Scorecard, light_of, scorecard
from kpi.scorecard.steps import class_of, steps
from kpi.scorecard.trend import Path, Point, month_addition, month_ends, month_steps, path

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
    "beside",
    "class_of",
    "compare",
    "indicator_places",
    "light_of",
    "month_addition",
    "month_ends",
    "month_steps",
    "months",
    "path",
    "peer_groups",
    "peers",
    "scorecard",
    "steps",
]
