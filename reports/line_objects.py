"""Values of a scorecard's line as the feeds write them."""

from __future__ import annotations

from typing import Any

from kpi.forecast import Forecast


def number(value: float | None) -> float | int | None:
    """Counts as whole numbers: 46800, not 46800.0."""
    return int(value) if value is not None and float(value).is_integer() else value


def forecast_object(forecast: Forecast | None) -> dict[str, Any] | None:
    """None where nothing is forecast; a forecast that says nothing yet (待数据) has nulls."""
    if forecast is None:
        return None
    return {"p10": forecast.p10, "p50": forecast.p50, "p90": forecast.p90,
            "probability": forecast.probability, "state": forecast.state.value, "landing": None
            if forecast.landing is None else forecast.landing.isoformat()}
