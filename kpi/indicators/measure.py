"""What an indicator amounts to: numerator and denominator per unit and day, from the cube.

The sums an indicator's definition names become arrays of shape (slots, days of the axis), already
"as of" that day, so a figure as of D is one column and can never look ahead. Sums over units are
exact: rates are never averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from kpi.counting import (
    Facts,
    FloatArray,
    active_counts,
    city_days,
    county_counts,
    needed_kinds,
    township_counts,
    unrecorded,
    village_counts,
)
from kpi.definitions import ORIGIN_PLAN, Indicator, Places, Served, Since, Sum
from kpi.indicators.matching_series import matching_series
from kpi.indicators.reported_series import reported_series
from kpi.indicators.series import UNKNOWN, Measure, MeasureSeries, completeness
from kpi.vocabulary import DayAxis, Division, Window

__all__ = ["UNKNOWN", "Measure", "MeasureSeries", "measure_series", "series_axis", "sum_flows",
           "sum_on", "sum_series"]


def sum_series(total: Sum, facts: Facts, axis: DayAxis) -> FloatArray:
    """A sum of a definition on every day of the axis, shape (slots, len(axis)).

    Where the definition says so, what was open on 1 January is carried in. Pending identity:
    pending on 1 January + accepted − closed = pending on the day.
    """
    added, removed = sum_flows(total, facts, axis)
    return added if removed is None else added - removed


def sum_flows(total: Sum, facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray | None]:
    """What `sum_series` adds up and what it takes off again (None when nothing ever is), each of
    its shape.
    """
    begun = _cumulative(total, total.event, facts, axis)
    if total.minus is None:
        return _since(total.since, begun, axis), None
    ended = _cumulative(total, total.minus, facts, axis)
    if total.carried_in:
        return (_carried_in(begun, axis) - _carried_in(ended, axis)) + _since(
            total.since, begun, axis), None
    return _since(total.since, begun, axis), _since(total.since, ended, axis)


def sum_on(total: Sum, facts: Facts, division: Division, day: date) -> float:
    """A sum of a definition of one division as of the end of `day`."""
    axis = DayAxis(date(day.year, 1, 1), day) if total.since == Since.YEAR else DayAxis(day, day)
    return float(sum_series(total, facts, axis)[facts.membership(division), -1].sum())


def _cumulative(total: Sum, event: str, facts: Facts, axis: DayAxis) -> FloatArray:
    # what counts since the plan's start is decided by where a row's own date lies, so that a
    # write-off follows its posting
    return facts.cumulative(total.dataset, event, axis, column=total.column, origin=ORIGIN_PLAN
                            if total.since == Since.PLAN else None, where=total.where)


def _since(since: Since, sums: FloatArray, axis: DayAxis) -> FloatArray:
    through = sums[:, 1:]
    return through - _carried_in(sums, axis) if since == Since.YEAR else through


def _carried_in(sums: FloatArray, axis: DayAxis) -> FloatArray:
    """For each day, the sum through 31 December before its year."""
    positions = [max(axis.position(date(day.year, 1, 1)), 0) for day in axis.dates()]
    carried: FloatArray = sums[:, positions]
    return carried


_COUNTS: Mapping[Places, Callable[[Facts, DayAxis, str], tuple[FloatArray, FloatArray]]] = {
    Places.TOWNSHIP: township_counts,
    Places.COUNTY: county_counts,
    Places.CENTRAL_VILLAGE: village_counts,
}


def _covered(coverage: tuple[Served, ...], facts: Facts,
             axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    """(served, existing) places per unit and day, all kinds of place added up."""
    served, places = np.zeros((2, facts.slots, len(axis)))
    for one in coverage:
        if one.places == Places.CITY:
            # the city's own is the "1" of 1+5+N and belongs to no unit
            served[-1] += city_days(facts, axis, one.venue)
            places[-1] += 1
            continue
        some, all_ = _COUNTS[one.places](facts, axis, one.venue)
        served, places = served + some, places + all_
    return served, places


def series_axis(window: Window, read_on: date) -> DayAxis:
    """The days a figure can be as of: 1 January of the plan's first year until the deadline or the
    reading day.

    It starts in January because yearly rates need the whole year, also for a plan that starts in
    July.
    """
    return DayAxis(date(window.start.year, 1, 1), min(window.deadline, read_on))


def measure_series(indicator: Indicator, facts: Facts, axis: DayAxis,
                   start: date | None = None) -> MeasureSeries | None:
    """The indicator on every day of the axis; None when a dataset it needs is 未接入 or empty,
    or a column it rests on is in no row.

    `start`: the plan's first day, from which on rows must be complete enough; None: that of the
    axis.
    """
    start = start or axis.first
    if not all(facts.has(dataset) for dataset in indicator.datasets):
        return None
    if not facts.covers(facts.definitions.register.name,
                        *needed_kinds(indicator, facts.definitions.register)):
        return None
    if unrecorded(indicator, facts):
        return None
    if indicator.matching is not None:
        return matching_series(*indicator.matching, facts, axis, start)
    if indicator.active is not None:
        return MeasureSeries(facts, axis, *active_counts(facts, indicator.active, axis))
    if indicator.part is None:
        return MeasureSeries(facts, axis, *_covered(indicator.coverage, facts, axis))
    if indicator.reported is not None:
        return reported_series(indicator, facts, axis,
                               lambda total: sum_series(total, facts, axis))
    whole = None if indicator.whole is None else sum_series(indicator.whole, facts, axis)
    complete = None if indicator.enough is None else completeness(indicator.enough, facts, axis,
                                                                  start)
    return MeasureSeries(facts, axis, sum_series(indicator.part, facts, axis), whole, complete)
