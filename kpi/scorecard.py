"""The scorecard: every indicator × division as of one day. Screen, workbook, brief and JSON all read these lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kpi.alerts import Alert, alerts_at
from kpi.basis import basis
from kpi.catalogue import Kind
from kpi.division import Division, Geography
from kpi.facts import DatasetQuality
from kpi.figures import Figures, figures, is_stale
from kpi.floors import FLOWS
from kpi.forecast import Forecast, as_stopped
from kpi.interval import Interval, wilson
from kpi.league import league
from kpi.line import ScorecardLine
from kpi.measure import Measure
from kpi.pace import Light, Pace, due_share, pace
from kpi.panel import LineKey, line_key
from kpi.plan import IndicatorPlan, Plan
from kpi.ranking import Ranking
from kpi.rules import Rule
from kpi.targets import DivisionTarget

__all__ = ["Figures", "Scorecard", "ScorecardLine", "figures", "is_stale", "scorecard"]


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
    def by_key(self) -> Mapping[LineKey, ScorecardLine]:
        """The lines by (indicator, roll-up, division code)."""
        return {line.key: line for line in self.lines}

    def line(self, indicator: str, division: Division) -> ScorecardLine:
        """Raises KeyError when the plan does not have the indicator."""
        return self.by_key[line_key(indicator, division)]

    def city_line(self, indicator: str) -> ScorecardLine:
        return self.line(indicator, self.geography.city)

    def place(self, group: str, division: str) -> Ranking | None:
        """The division's row in its peer group's ranking, None when it has none."""
        return next((row for row in self.ranking if (row.group, row.division) == (group, division)), None)


def scorecard(known: Figures, as_of: date) -> Scorecard:
    """The scorecard as of the end of `as_of`. Raises InputError when that day is outside the window or not yet read."""
    plan, facts = known.plan, known.facts
    plan.window.check(as_of, facts.read_on)
    forecasts, stopped = known.forecasts(as_of), _stopped(known, as_of)
    lines = tuple(_line(known, item, division, as_of, _forecast(forecasts, stopped, item, division))
                  for item in plan.indicators for division in facts.geography.divisions)
    by_key = {line.key: line for line in lines}
    return Scorecard(as_of, plan, facts.geography, lines, league(known, by_key, as_of), alerts_at(known, by_key, as_of),
                     facts.quality)


def light_of(known: Figures, indicator: str, division: Division, day: date) -> Light:
    """The light of one figure on any day of the axis, judged by what is known of that day however old the reading."""
    item = known.plan.indicator(indicator)
    measure = known.measure(indicator, division, day)
    judged = _judge(known, item, measure, known.target(indicator, division), day)
    if measure.value is None:
        return Light.NO_DATA
    return Light.WATCH if judged is None else judged.light


def _stopped(known: Figures, as_of: date) -> frozenset[tuple[str, str, str]]:
    """(dataset, roll-up, division) whose records have suddenly ceased."""
    return frozenset((known.plan.indicator(code).indicator.datasets[0], rollup, division)
                     for code, rollup, division in known.history.lines(Rule.SUDDEN_STOP, as_of))


def _forecast(forecasts: Mapping[LineKey, Forecast], stopped: Collection[tuple[str, str, str]], item: IndicatorPlan,
              division: Division) -> Forecast | None:
    found = forecasts.get(line_key(item.code, division))
    if found is not None and item.indicator.kind != Kind.COVERAGE and (
            item.indicator.datasets[0], *division.key) in stopped:
        return as_stopped(found)
    return found


def _line(known: Figures, item: IndicatorPlan, division: Division, as_of: date,
          forecast: Forecast | None) -> ScorecardLine:
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
        basis=basis(item.indicator, known.facts, known.plan.window, division, as_of),
        forecast=forecast, interval=_interval(item, measure))


def _judge(known: Figures, item: IndicatorPlan, measure: Measure, target: DivisionTarget | None,
           as_of: date) -> Pace | None:
    # A unit apportioned no target at all (0) has nothing to be judged against.
    if measure.value is None or target is None or target.value <= 0:
        return None
    return pace(known.plan, item, measure.value, target.value, as_of)


def _expected(known: Figures, item: IndicatorPlan, target: DivisionTarget | None, as_of: date) -> float | None:
    return None if target is None else target.value * due_share(known.plan, item, as_of)


def _light(known: Figures, item: IndicatorPlan, measure: Measure, judged: Pace | None) -> Light:
    if measure.value is None:
        return Light.NO_DATA
    if judged is None:
        return Light.WATCH
    return Light.STALE if is_stale(known.facts, item) else judged.light


def _interval(item: IndicatorPlan, measure: Measure) -> Interval | None:
    """Of shares of cases; a coverage counts every place there is and money has no cases."""
    if item.indicator.kind != Kind.FLOOR or item.code not in FLOWS or measure.numerator is None or (
            measure.denominator is None):
        return None
    return wilson(measure.numerator, measure.denominator)
