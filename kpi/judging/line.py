"""One figure with everything said about it: the line that screen, workbook, brief and JSON share.
"""

from __future__ import annotations

from dataclasses import dataclass

from kpi.forecast import Forecast, LineKey
from kpi.indicators import Basis
from kpi.judging.interval import Interval, SampleSize
from kpi.judging.pace import Light
from kpi.plan import Comparator, TargetOrigin


@dataclass(frozen=True)
class ScorecardLine:
    """One indicator of one division as of one day.

    Shares are 0–1 and unrounded; what is not known or not applicable is None, never 0. See `Pace`
    for `completion`, `due`, `expected`, `gap`, `gap_points` and `needed_per_day`. `forecast`: of
    counts, stocks and coverage; `interval`: of shares judged against their target at any time.
    `final`: the plan has ended, and this is its result.
    """

    indicator: str
    rollup: str
    division: str
    value: float | None
    numerator: float | None
    denominator: float | None
    target: float | None
    target_origin: TargetOrigin | None
    comparator: Comparator
    completion: float | None
    due: float | None
    expected: float | None
    gap: float | None
    gap_points: float | None
    needed_per_day: float | None
    light: Light
    basis: Basis | None
    forecast: Forecast | None = None
    interval: Interval | None = None
    final: bool = False

    @property
    def key(self) -> LineKey:
        return (self.indicator, self.rollup, self.division)

    @property
    def few(self) -> bool:
        """Whether the figure is a share of fewer than ten cases (样本少), whatever its light."""
        return self.value is not None and self.interval is not None and self.interval.size in (
            SampleSize.NUMBERS_ONLY, SampleSize.GREY)

    @property
    def needed_per_week(self) -> float | None:
        """`needed_per_day` over seven days; None with it."""
        return None if self.needed_per_day is None else self.needed_per_day * 7
