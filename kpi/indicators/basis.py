"""Which rows a figure rests on: how many were counted and how many left out, for which reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from kpi.counting.facts import Facts
from kpi.definitions.catalogue import Indicator, Kind
from kpi.definitions.cube import ALL_EVENTS, COUNTED
from kpi.indicators.measure import series_axis
from kpi.vocabulary.division import Division
from kpi.vocabulary.period import Window

# Yearly rates rest on rows of any earlier year too (cases carried over), so they have no lower bound.
_ANY_TIME = {"mediation_success", "arbitration_closing", "assisted_workers", "operated_venues"}


@dataclass(frozen=True)
class Basis:
    """`rows` counted and `excluded` by reason among the rows dated within the figure's period; undated rows always."""

    rows: int
    excluded: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class BasisTable:
    """The basis of every figure of one day; rows are added up once per dataset and kind of period."""

    facts: Facts
    window: Window
    as_of: date
    _found: dict[tuple[str, bool], tuple[Basis | None, ...]] = field(default_factory=dict, init=False, repr=False)

    def of(self, indicator: Indicator) -> tuple[Basis | None, ...]:
        """One per division of the geography; see `basis`."""
        dataset, bounded = indicator.datasets[0], _is_bounded(indicator)
        if (dataset, bounded) not in self._found:
            self._found[dataset, bounded] = _bases(dataset, bounded, self.facts, self.window,
                                                   self.facts.geography.divisions, self.as_of)
        return self._found[dataset, bounded]


def _is_bounded(indicator: Indicator) -> bool:
    return indicator.kind not in (Kind.STOCK, Kind.COVERAGE) and indicator.code not in _ANY_TIME


def basis(indicator: Indicator, facts: Facts, window: Window, division: Division, as_of: date) -> Basis | None:
    """Rows behind one figure, from the indicator's first dataset; None when it is 未接入.

    Undated rows belong to every period: nobody can say they do not.
    """
    return _bases(indicator.datasets[0], _is_bounded(indicator), facts, window, (division,), as_of)[0]


def _bases(dataset: str, bounded: bool, facts: Facts, window: Window, divisions: Sequence[Division],
           as_of: date) -> tuple[Basis | None, ...]:
    if dataset not in facts.cells:
        return (None,) * len(divisions)
    axis = series_axis(window, facts.read_on)
    known = facts.status_sums(dataset, ALL_EVENTS[dataset][0].name, axis)
    if not known.statuses:
        return (Basis(0, {}),) * len(divisions)
    slots = known.sums[:, :, axis.position(as_of) + 1] + known.undated
    if bounded:
        slots = slots - known.sums[:, :, axis.position(window.start)]
    members = np.stack([facts.membership(division) for division in divisions])
    return tuple(_basis(known.statuses, rows) for rows in (members @ slots.T).tolist())  # whole numbers: exact in any order


def _basis(statuses: Sequence[str], rows: Sequence[float]) -> Basis:
    counts = {name: int(number) for name, number in zip(statuses, rows, strict=True) if number}
    return Basis(counts.pop(COUNTED, 0), counts)
