"""Which rows a figure rests on: how many were counted and how many left out, for which reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpi.catalogue import Indicator, Kind
from kpi.cube import ALL_EVENTS, COUNTED
from kpi.division import Division
from kpi.facts import Facts
from kpi.measure import series_axis
from kpi.period import Window

# Yearly rates rest on rows of any earlier year too (cases carried over), so they have no lower bound.
_ANY_TIME = {"mediation_success", "arbitration_closing", "assisted_workers", "operated_venues"}


@dataclass(frozen=True)
class Basis:
    """`rows` counted and `excluded` by reason among the rows dated within the figure's period; undated rows always."""

    rows: int
    excluded: Mapping[str, int]


def basis(indicator: Indicator, facts: Facts, window: Window, division: Division, as_of: date) -> Basis | None:
    """Rows behind one figure, from the indicator's first dataset; None when it is 未接入.

    Undated rows belong to every period: nobody can say they do not.
    """
    dataset = indicator.datasets[0]
    if dataset not in facts.cells:
        return None
    axis = series_axis(window, facts.read_on)
    known = facts.status_sums(dataset, ALL_EVENTS[dataset][0].name, axis)
    if not known.statuses:
        return Basis(0, {})
    members = facts.membership(division)
    through = known.sums[:, members, axis.position(as_of) + 1].sum(axis=1)
    if indicator.kind not in (Kind.STOCK, Kind.COVERAGE) and indicator.code not in _ANY_TIME:
        through = through - known.sums[:, members, axis.position(window.start)].sum(axis=1)
    rows = through + known.undated[:, members].sum(axis=1)
    counts = {name: int(number) for name, number in zip(known.statuses, rows, strict=True) if number}
    return Basis(counts.pop(COUNTED, 0), counts)
