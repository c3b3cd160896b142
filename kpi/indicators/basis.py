"""Which rows a figure rests on: how many were counted and how many left out, for which reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from kpi.counting import BoolArray, Facts, unrecorded
from kpi.definitions import COUNTED, Flow, Indicator
from kpi.indicators.measure import series_axis
from kpi.vocabulary import Cache, Division, Window


@dataclass(frozen=True)
class Basis:
    """`rows` counted and `excluded` by reason among the rows dated within the figure's period;
    undated rows always.
    """

    rows: int
    excluded: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class BasisTable:
    """The basis of every figure of one day; rows are added up once per dataset and kind of period.

    Facts, window and day are given at making; nothing is added up before it is asked for."""

    facts: Facts
    window: Window
    as_of: date
    _cache: Cache = field(default_factory=Cache, init=False, repr=False)

    def of(self, indicator: Indicator) -> tuple[Basis | None, ...]:
        """The basis of each division, in the order of the geography; see `basis`."""
        if unrecorded(indicator, self.facts):
            return (None,) * len(self.facts.geography.divisions)
        dataset, bounded = indicator.datasets[0], _is_bounded(indicator)
        return self._cache.get((dataset, bounded), lambda: _bases(
            dataset, bounded, self.facts, self.window, self._members, self.as_of))

    @cached_property
    def _members(self) -> BoolArray:
        return _members(self.facts, self.facts.geography.divisions)


def _is_bounded(indicator: Indicator) -> bool:
    # yearly rates rest on rows of any earlier year too (cases carried over), so they have no lower
    # bound
    return indicator.flow == Flow.SINCE_START


def basis(indicator: Indicator, facts: Facts, window: Window, division: Division,
          as_of: date) -> Basis | None:
    """Rows behind one figure, from the indicator's first dataset; None when it is 未接入.

    Undated rows belong to every period: nobody can say they do not.
    """
    if unrecorded(indicator, facts):
        return None
    return _bases(indicator.datasets[0], _is_bounded(indicator), facts, window,
                  _members(facts, (division,)), as_of)[0]


def _members(facts: Facts, divisions: Sequence[Division]) -> BoolArray:
    """Which rows of a per-unit array belong to each division, shape (divisions, slots)."""
    return np.stack([facts.membership(division) for division in divisions])


def _bases(dataset: str, bounded: bool, facts: Facts, window: Window, members: BoolArray,
           as_of: date) -> tuple[Basis | None, ...]:
    """A basis for each row of `members`."""
    if dataset not in facts.cells:
        return (None,) * len(members)
    axis = series_axis(window, facts.read_on)
    counted = facts.status_sums(dataset, facts.definitions.first_event(dataset), axis)
    if not counted.statuses:
        return (Basis(0, {}),) * len(members)
    slots = counted.sums[:, :, axis.position(as_of) + 1] + counted.undated
    if bounded:
        slots = slots - counted.sums[:, :, axis.position(window.start)]
    rows = members @ slots.T  # of whole numbers, which add up exactly in any order
    return tuple(_basis(counted.statuses, row) for row in rows.tolist())


def _basis(statuses: Sequence[str], rows: Sequence[float]) -> Basis:
    counts = {name: int(number) for name, number in zip(statuses, rows, strict=True) if number}
    return Basis(counts.pop(COUNTED, 0), counts)
