"""How an indicator's figure is made of counts: series, breakdowns, the rows it rests on."""

from kpi.indicators.basis import Basis, BasisTable
from kpi.indicators.breakdown import Part, Split, splits
from kpi.indicators.measure import (
    UNKNOWN,
    Measure,
    MeasureSeries,
    measure_series,
    series_axis,
    sum_on,
    sum_series,
)

__all__ = [
    "UNKNOWN",
    "Basis",
    "BasisTable",
    "Measure",
    "MeasureSeries",
    "Part",
    "Split",
    "measure_series",
    "series_axis",
    "splits",
    "sum_on",
    "sum_series",
]
