"""The scorecard: every indicator × division as of one day. Screen, workbook, brief and JSON all read these lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kpi.alerts import Alert, behind_alert, sort_alerts
from kpi.basis import Basis, basis
from kpi.catalogue import Judged
from kpi.division import Division, Geography, Rollup, UnitKind
from kpi.facts import DatasetQuality, Facts
from kpi.measure import UNKNOWN, Measure, MeasureSeries, measure_series, series_axis
from kpi.pace import Light, Pace, pace
from kpi.period import DayAxis
from kpi.plan import Comparator, IndicatorPlan, Plan
from kpi.ranking import Ranking, Term, rank
from kpi.targets import DivisionKey, DivisionTarget, TargetOrigin, division_targets


@dataclass(frozen=True)
class ScorecardLine:
    """One indicator of one division as of one day.

    Shares are 0–1 and unrounded; what is not known or not applicable is None, never 0. See `Pace` for
    `completion`, `due`, `expected`, `gap`, `gap_points` and `needed_per_day`.
    """

    indicator: str
    rollup: str
    division: str
    value: float | None
    numerator: float | None
    denominator: float | None
    target: float | None
    target_origin: TargetOrigin | None
    comparator: Comparator
    completion: float | None
    due: float | None
    expected: float | None
    gap: float | None
    gap_points: float | None
    needed_per_day: float | None
    light: Light
    basis: Basis | None


@dataclass(frozen=True)
class Scorecard:
    """All lines, the ranking and the alerts as of one day."""

    as_of: date
    plan: Plan
    geography: Geography
    lines: tuple[ScorecardLine, ...]
    ranking: tuple[Ranking, ...]
    alerts: tuple[Alert, ...]
    quality: Mapping[str, DatasetQuality]

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str, str], ScorecardLine]:
        return {(line.indicator, line.rollup, line.division): line for line in self.lines}

    def line(self, indicator: str, division: Division) -> ScorecardLine:
        """Raises KeyError when the plan does not have the indicator."""
        return self._by_key[(indicator, division.rollup.value, division.code)]

    def city_line(self, indicator: str) -> ScorecardLine:
        return self.line(indicator, self.geography.city)

    def place(self, group: str, division: str) -> Ranking | None:
        """The division's row in its peer group's ranking, None when it has none."""
        return next((row for row in self.ranking if (row.group, row.division) == (group, division)), None)


@dataclass(frozen=True, eq=False)
class Figures:
    """Everything computed once per (facts, plan): the daily series and the targets. Any as-of is read from it."""

    facts: Facts
    plan: Plan
    axis: DayAxis
    series: Mapping[str, MeasureSeries | None]
    targets: Mapping[str, Mapping[DivisionKey, DivisionTarget]]

    def measure(self, indicator: str, division: Division, day: date) -> Measure:
        series = self.series[indicator]
        return UNKNOWN if series is None else series.at(division, day)

    def target(self, indicator: str, division: Division) -> DivisionTarget | None:
        return self.targets[indicator].get(division.key)


def figures(facts: Facts, plan: Plan) -> Figures:
    """Series and targets of every indicator of the plan. Raises InputError on quotas that do not fit the divisions."""
    axis = series_axis(plan.window, facts.read_on)
    series = {item.code: measure_series(item.code, facts, axis) for item in plan.indicators}
    targets = {item.code: division_targets(item, facts.geography) for item in plan.indicators}
    return Figures(facts, plan, axis, series, targets)


def scorecard(known: Figures, as_of: date) -> Scorecard:
    """The scorecard as of the end of `as_of`. Raises InputError when that day is outside the window or not yet read."""
    plan, facts = known.plan, known.facts
    plan.window.check(as_of, facts.read_on)
    lines = tuple(_line(known, item, division, as_of)
                  for item in plan.indicators for division in facts.geography.divisions)
    alerts = [alert for line in lines if (alert := _alert(known, line, as_of)) is not None]
    return Scorecard(as_of, plan, facts.geography, lines, _ranking(known, lines), sort_alerts(alerts), facts.quality)


def light_of(known: Figures, indicator: str, division: Division, day: date) -> Light:
    """The light of one figure on any day of the axis, judged by what is known of that day however old the reading."""
    item = known.plan.indicator(indicator)
    measure = known.measure(indicator, division, day)
    judged = _judge(known, item, measure, known.target(indicator, division), day)
    if measure.value is None:
        return Light.NO_DATA
    return Light.WATCH if judged is None else judged.light


def is_stale(facts: Facts, indicator: IndicatorPlan) -> bool:
    """Whether a dataset the indicator needs could not be read and shows its last good data."""
    return any(dataset in facts.stale_datasets for dataset in indicator.indicator.datasets)


def _line(known: Figures, item: IndicatorPlan, division: Division, as_of: date) -> ScorecardLine:
    measure = known.measure(item.code, division, as_of)
    target = known.target(item.code, division)
    judged = _judge(known, item, measure, target, as_of)
    return ScorecardLine(
        indicator=item.code, rollup=division.rollup.value, division=division.code, value=measure.value,
        numerator=measure.numerator, denominator=measure.denominator,
        target=target.value if target else None, target_origin=target.origin if target else None,
        comparator=item.comparator,
        completion=judged.completion if judged else None, due=judged.due if judged else None,
        expected=judged.expected if judged else _expected(known, item, target, as_of),
        gap=judged.gap if judged else None, gap_points=judged.gap_points if judged else None,
        needed_per_day=judged.needed_per_day if judged else None,
        light=_light(known, item, measure, judged),
        basis=basis(item.indicator, known.facts, known.plan.window, division, as_of))


def _judge(known: Figures, item: IndicatorPlan, measure: Measure, target: DivisionTarget | None,
           as_of: date) -> Pace | None:
    # A unit apportioned no target at all (0) has nothing to be judged against.
    if measure.value is None or target is None or target.value <= 0:
        return None
    return pace(measure.value, target.value, comparator=item.comparator, judged=item.indicator.judged,
                is_share=item.indicator.is_share, window=known.plan.window, as_of=as_of,
                yellow_points=known.plan.yellow_points)


def _expected(known: Figures, item: IndicatorPlan, target: DivisionTarget | None, as_of: date) -> float | None:
    if target is None:
        return None
    due = known.plan.window.elapsed_share(as_of) if item.indicator.judged == Judged.PACE else 1.0
    return target.value * due


def _light(known: Figures, item: IndicatorPlan, measure: Measure, judged: Pace | None) -> Light:
    if measure.value is None:
        return Light.NO_DATA
    if judged is None:
        return Light.WATCH
    return Light.STALE if is_stale(known.facts, item) else judged.light


def _ranking(known: Figures, lines: tuple[ScorecardLine, ...]) -> tuple[Ranking, ...]:
    geography = known.facts.geography
    zones = tuple(division for division in geography.managing if division.kind == UnitKind.ZONE)
    by_key = {(line.indicator, line.rollup, line.division): line for line in lines}
    groups = (("county", geography.counties), ("zone", zones))
    return tuple(row for group, members in groups
                 for row in rank(group, {division.code: _terms(known.plan, by_key, division) for division in members}))


def _terms(plan: Plan, lines: Mapping[tuple[str, str, str], ScorecardLine], division: Division) -> list[Term]:
    def ratio(item: IndicatorPlan) -> float | None:
        line = lines[(item.code, division.rollup.value, division.code)]
        # stale data is shown but never judged, so it does not decide a place either
        return None if line.completion is None or not line.due or line.light == Light.STALE else (
            line.completion / line.due)
    return [Term(item.code, item.weight, ratio(item)) for item in plan.core]


def _alert(known: Figures, line: ScorecardLine, as_of: date) -> Alert | None:
    series = known.series[line.indicator]
    if line.light not in (Light.YELLOW, Light.RED) or series is None or line.target is None:
        return None
    division = known.facts.geography.division(Rollup(line.rollup), line.division)
    return behind_alert(known.plan, line.indicator, line.light, division, series, line.target, as_of)
