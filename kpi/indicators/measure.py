"""What an indicator amounts to: numerator and denominator per unit and day, from the cube.

One function per indicator; each returns arrays of shape (slots, days of the axis), already "as of" that day, so
a figure as of D is one column and can never look ahead. Sums over units are exact: rates are never averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from kpi.counting.coverage import city_market_days, county_counts, township_counts, village_counts
from kpi.counting.facts import NOWHERE, BoolArray, Facts, FloatArray, Where
from kpi.definitions.catalogue import CATALOGUE
from kpi.definitions.cube import FOLLOW_UP, ORIGIN_PLAN
from kpi.vocabulary.division import Division
from kpi.vocabulary.period import DayAxis, Window


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is the numerator, or numerator ÷ denominator for shares (0–1, unrounded).

    None means not known (dataset absent or empty) or not applicable (denominator not above zero), never 0.
    """

    value: float | None
    numerator: float | None
    denominator: float | None


UNKNOWN = Measure(None, None, None)


@dataclass(frozen=True, eq=False)
class MeasureSeries:
    """An indicator on every day of `axis`, per unit: arrays of shape (slots, len(axis)); counts have no denominator."""

    facts: Facts
    axis: DayAxis
    numerator: FloatArray
    denominator: FloatArray | None = None
    _sums: dict[tuple[str, str], tuple[FloatArray, FloatArray | None]] = field(default_factory=dict, init=False, repr=False)

    def sums(self, division: Division) -> tuple[FloatArray, FloatArray | None]:
        """Numerator and denominator of one division on each day of the axis, added up once."""
        known = self._sums.get(division.key)
        if known is None:
            members = self.facts.membership(division)
            known = self._sums[division.key] = (
                _added(self.numerator, members), None if self.denominator is None else _added(self.denominator, members))
        return known

    def at(self, division: Division, day: date) -> Measure:
        """The figure of one division as of `day`, which must lie on the axis."""
        position = self.axis.position(day)
        if not 0 <= position < len(self.axis):
            return UNKNOWN
        part, whole = self.sums(division)
        numerator = float(part[position])
        if whole is None:
            return Measure(numerator, numerator, None)
        denominator = float(whole[position])
        return Measure(numerator / denominator if denominator > 0 else None, numerator, denominator)

    def values(self, division: Division) -> FloatArray:
        """The figure of one division on each day of the axis; nan where it is not applicable."""
        numerator, denominator = self.sums(division)
        if denominator is None:
            return numerator
        # 0 ÷ 0 must stay "not applicable": as 0 it would be drawn as a failure
        shares: FloatArray = np.divide(numerator, denominator, out=np.full(len(self.axis), np.nan), where=denominator > 0)
        return shares

    def unassigned(self, day: date) -> float:
        """未分到县区: what the city's numerator has beyond its units on `day`."""
        return float(self.numerator[-1, self.axis.position(day)])


def _added(rows: FloatArray, members: BoolArray) -> FloatArray:
    # day by day over neighbouring numbers, so that yuan and fen add up to the same last digit as one day's own sum
    added: FloatArray = np.ascontiguousarray(rows[members].T).sum(axis=1)
    return added


Compute = Callable[[Facts, DayAxis], tuple[FloatArray, FloatArray | None]]


def _since_start(facts: Facts, axis: DayAxis, dataset: str, event: str, *, column: str = "rows",
                 where: Where = NOWHERE) -> FloatArray:
    sums = facts.cumulative(dataset, event, axis, column=column, origin=ORIGIN_PLAN, where=where)
    return sums[:, 1:]


def _holding(facts: Facts, axis: DayAxis, dataset: str, begins: str, ends: str,
             where: Where = NOWHERE) -> FloatArray:
    """State rule: begun by the day and not ended by the day."""
    began = facts.cumulative(dataset, begins, axis, where=where)
    ended = facts.cumulative(dataset, ends, axis, where=where)
    return (began - ended)[:, 1:]


def _jobs(facts: Facts, axis: DayAxis, where: Where = NOWHERE) -> FloatArray:
    """Headcount published since the plan's start, less what was written off (冲减) by the day."""
    published = _since_start(facts, axis, "job_posting", "published", column="amount", where=where)
    invalidated = _since_start(facts, axis, "job_posting", "invalidated", column="amount", where=where)
    return published - invalidated


def _year_to_date(sums: FloatArray, axis: DayAxis) -> FloatArray:
    """Sum from 1 January of each day's own year, from sums as `Facts.cumulative` gives them."""
    return sums[:, 1:] - _carried_in(sums, axis)


def _carried_in(sums: FloatArray, axis: DayAxis) -> FloatArray:
    """For each day, the sum through 31 December before its year."""
    positions = [max(axis.position(date(day.year, 1, 1)), 0) for day in axis.dates()]
    carried: FloatArray = sums[:, positions]
    return carried


def _tier_coverage(facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    stations, townships = township_counts(facts, axis)
    markets, counties = county_counts(facts, axis)
    served, places = stations + markets, townships + counties
    # the city's own market is the "1" of 1+5+N and belongs to no unit
    served[-1] += city_market_days(facts, axis)
    places[-1] += 1
    return served, places


def _third_party_share(facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    return _jobs(facts, axis, {"collector": ("third_party", "association")}), _jobs(facts, axis)


def _mediation_success(facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    def closed(*outcomes: str) -> FloatArray:
        sums = facts.cumulative("dispute_case", "closed", axis,
                                where={"stage": "mediation", "is_gig": 1, "outcome": outcomes})
        return _year_to_date(sums, axis)
    return closed("success"), closed("success", "failure")


def arbitration_flows(facts: Facts, axis: DayAxis, where: Where = NOWHERE) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(closed this year, accepted this year, pending on 1 January) per unit and day.

    Pending identity: pending on 1 January + accepted − closed = pending on the day.
    """
    cases = {**where, "stage": "arbitration"}
    accepted = facts.cumulative("dispute_case", "accepted", axis, where=cases)
    closed = facts.cumulative("dispute_case", "closed", axis, where=cases)
    pending = _carried_in(accepted, axis) - _carried_in(closed, axis)
    return _year_to_date(closed, axis), _year_to_date(accepted, axis), pending


def _arbitration_closing(facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    closed, accepted, pending = arbitration_flows(facts, axis)
    return closed, pending + accepted


def _operated_venues(facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    return (_holding(facts, axis, "service_venue", "opened", "closed", {"operator": "social"}),
            _holding(facts, axis, "service_venue", "opened", "closed"))


def _co_built(facts: Facts, axis: DayAxis) -> FloatArray:
    return _holding(facts, axis, "service_venue", "opened", "closed",
                    {"kind": "co_built", "host": ("organisation_dept", "trade_union", "urban_management")})


def _assisted_workers(facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    return (_holding(facts, axis, "assisted_person", "helped", "helped_ended"),
            _holding(facts, axis, "assisted_person", "registered", "ended"))


def _funds_spent(facts: Facts, axis: DayAxis) -> tuple[FloatArray, FloatArray]:
    return (_since_start(facts, axis, "fund_entry", "booked", column="amount", where={"kind": "payment"}),
            _since_start(facts, axis, "fund_entry", "booked", column="amount", where={"kind": "budget"}))


def _since_start_share(dataset: str, part: str, whole: str) -> Compute:
    return lambda facts, axis: (_since_start(facts, axis, dataset, part), _since_start(facts, axis, dataset, whole))


def _since_start_count(dataset: str, event: str) -> Compute:
    return lambda facts, axis: (_since_start(facts, axis, dataset, event), None)


def _stock(dataset: str, begins: str, ends: str) -> Compute:
    return lambda facts, axis: (_holding(facts, axis, dataset, begins, ends), None)


_COMPUTE: Mapping[str, Compute] = {
    "tier_coverage": _tier_coverage,
    "county_market_coverage": county_counts,
    "station_coverage": township_counts,
    "window_coverage": village_counts,
    "registered_users": _stock("worker_account", "registered", "deregistered"),
    "registered_employers": _stock("employer_account", "registered", "deregistered"),
    "jobs_published": lambda facts, axis: (_jobs(facts, axis), None),
    "third_party_share": _third_party_share,
    "training_attendances": _since_start_count("training_attendance", "completed"),
    "mediation_success": _mediation_success,
    "arbitration_closing": _arbitration_closing,
    "co_built_sites": lambda facts, axis: (_co_built(facts, axis), None),
    "sector_jobs": lambda facts, axis: (_jobs(facts, axis), None),
    "operated_venues": _operated_venues,
    "injury_cover": _stock("injury_cover", "covered", "uncovered"),
    "craft_certificates": _since_start_count("craft_certificate", "issued"),
    "assisted_workers": _assisted_workers,
    "welfare_posts": _since_start_count("welfare_post", "created"),
    "e_agreement_share": _since_start_share("hire", "signed", "matched"),
    "violations_closed": _since_start_share("violation", "closed", "found"),
    "transfers_answered": _since_start_share("violation", "answered", "transferred"),
    "dual_real_name": lambda facts, axis: (_jobs(facts, axis, {"employer_verified": 1}), _jobs(facts, axis)),
    "funds_spent": _funds_spent,
    "good_practices": _since_start_count("practice_report", "submitted"),
    "follow_ups_closed": lambda facts, axis: (_holding(facts, axis, FOLLOW_UP, "closed_on_time", "closed_lifted"),
                                              _holding(facts, axis, FOLLOW_UP, "due", "due_lifted")),
}


def series_axis(window: Window, read_on: date) -> DayAxis:
    """The days a figure can be as of: 1 January of the plan's first year until the deadline or the reading day.

    It starts in January because yearly rates need the whole year, also for a plan that starts in July.
    """
    return DayAxis(date(window.start.year, 1, 1), min(window.deadline, read_on))


def measure_series(code: str, facts: Facts, axis: DayAxis) -> MeasureSeries | None:
    """The indicator on every day of the axis; None when a dataset it needs is 未接入 or empty."""
    compute = _COMPUTE.get(code)
    if compute is None or not all(facts.has(dataset) for dataset in CATALOGUE[code].datasets):
        return None
    numerator, denominator = compute(facts, axis)
    return MeasureSeries(facts, axis, numerator, denominator)
