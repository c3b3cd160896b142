"""The datasets that come with the program, for the sample and for tests.

A running program may have more: it asks `Plan.definitions` or `Facts.definitions` instead.
"""

from __future__ import annotations

from kpi.definitions.dataset import Column, ColumnType, Dataset
from kpi.definitions.definition_set import SHIPPED

__all__ = ["CONNECTIONS", "CONNECTION_TITLES", "DATASETS", "FACT_DATASETS", "REFERENCE_DATASETS",
           "Column", "ColumnType", "Dataset"]

DATASETS: dict[str, Dataset] = dict(SHIPPED.datasets)
REFERENCE_DATASETS = SHIPPED.divisions
FACT_DATASETS = SHIPPED.counted
CONNECTIONS: tuple[str, ...] = tuple(SHIPPED.connections)
CONNECTION_TITLES: dict[str, str] = dict(SHIPPED.connections)
