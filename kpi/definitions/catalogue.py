"""The indicators that come with the program, for the sample and for tests.

A running program may have more, or others under the same codes: it asks `Plan.definitions` instead.
"""

from __future__ import annotations

from kpi.definitions.definition_set import SHIPPED
from kpi.definitions.indicator import Flow, Indicator, Judged, Kind

__all__ = ["CATALOGUE", "Flow", "Indicator", "Judged", "Kind"]

CATALOGUE: dict[str, Indicator] = dict(SHIPPED.indicators)
