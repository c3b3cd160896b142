"""Where a count will be at the deadline: run rates, interval, chance of reaching the target."""

from kpi.forecast.forecast import (
    PRELIMINARY_DAYS,
    Forecast,
    Forecaster,
    ForecastState,
    Signals,
    as_stopped,
)
from kpi.forecast.panel import LineKey, Panel, build_panel, line_key
from kpi.forecast.run_rate import project

__all__ = [
    "PRELIMINARY_DAYS",
    "Forecast",
    "ForecastState",
    "Forecaster",
    "LineKey",
    "Panel",
    "Signals",
    "as_stopped",
    "build_panel",
    "line_key",
    "project",
]
