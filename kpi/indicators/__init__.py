"""How an indicator's figure is made of counts: series, breakdowns, the rows it rests on."""

from kpi.indicators.basis import Basis, BasisTable
from kpi.indicators.breakdown import OTHERWISE, Part, Split, splits, sums_by
from kpi.indicators.measure import (
    UNKNOWN,
    Measure,
    MeasureSeries,
    measure_series,
    series_axis,
    sum_flows,
    sum_on,
    sum_series,
)
from kpi.indicators.series import completeness

__all__ = [
    "OTHERWISE",
    "UNKNOWN",
    "Basis",
    "BasisTable",
    "Measure",
    "MeasureSeries",
    "Part",
    "Split",
    "completeness",
    "measure_series",
    "series_axis",
    "splits",
    "sum_flows",
    "sum_on",
    "sum_series",
    "sums_by",
]
