"""Which rows a figure rests on: how many were counted and how many left out, for which reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpi.catalogue import Indicator, Kind
from kpi.cube import ALL_EVENTS, COUNTED
from kpi.division import Division
from kpi.facts import Facts
from kpi.period import Window

# Yearly rates rest on rows of any earlier year too (cases carried over), so they have no lower bound.
_ANY_TIME = {"mediation_success", "arbitration_closing", "assisted_workers", "operated_venues"}


@dataclass(frozen=True)
class Basis:
    """`rows` counted and `excluded` by reason among the rows dated within the figure's period; undated rows always."""

    rows: int
    excluded: Mapping[str, int]


def basis(indicator: Indicator, facts: Facts, window: Window, division: Division, as_of: date) -> Basis | None:
    """Rows behind one figure, from the indicator's first dataset; None when it is 未接入."""
    dataset = indicator.datasets[0]
    if dataset not in facts.cells:
        return None
    since = None if indicator.kind in (Kind.STOCK, Kind.COVERAGE) or indicator.code in _ANY_TIME else window.start
    rows = facts.rows_by_status(dataset, ALL_EVENTS[dataset][0].name, division=division, first=since, last=as_of)
    return Basis(rows.pop(COUNTED, 0), rows)
