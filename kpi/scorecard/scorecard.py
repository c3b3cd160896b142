"""The scorecard: every indicator × division as of one day. Screen, workbook, brief and JSON all read these lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kpi.alerts.alerts import Alert, alerts_at
from kpi.alerts.rules import Rule
from kpi.counting.facts import DatasetQuality
from kpi.definitions.catalogue import Kind
from kpi.figures.figures import Figures, figures, is_stale
from kpi.forecast.forecast import Forecast, as_stopped
from kpi.forecast.panel import LineKey, line_key
from kpi.indicators.basis import Basis, BasisTable
from kpi.indicators.measure import Measure
from kpi.judging.floors import FLOWS
from kpi.judging.interval import Interval, wilson
from kpi.judging.line import ScorecardLine
from kpi.judging.pace import Light, Pace, Yardstick
from kpi.plan.plan import IndicatorPlan, Plan
from kpi.plan.targets import DivisionTarget
from kpi.ranking.league import league
from kpi.ranking.ranking import Ranking
from kpi.vocabulary.division import Division, Geography

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
    day = _Day(known, as_of, known.forecasts(as_of), _stopped(known, as_of), BasisTable(facts, plan.window, as_of))
    lines = tuple(line for item in plan.indicators for line in _lines(day, item))
    by_key = {line.key: line for line in lines}
    return Scorecard(as_of, plan, facts.geography, lines, league(known, by_key, as_of), alerts_at(known, by_key, as_of),
                     facts.quality)


def light_of(known: Figures, indicator: str, division: Division, day: date) -> Light:
    """The light of one figure on any day of the axis, judged by what is known of that day however old the reading."""
    item = known.plan.indicator(indicator)
    measure = known.measure(indicator, division, day)
    judged = _judge(Yardstick.on(known.plan, item, day), measure, known.target(indicator, division))
    if measure.value is None:
        return Light.NO_DATA
    return Light.WATCH if judged is None else judged.light


def _stopped(known: Figures, as_of: date) -> frozenset[tuple[str, str, str]]:
    """(dataset, roll-up, division) whose records have suddenly ceased."""
    return frozenset((known.plan.indicator(code).indicator.datasets[0], rollup, division)
                     for code, rollup, division in known.history.lines(Rule.SUDDEN_STOP, as_of))


@dataclass(frozen=True, eq=False)
class _Day:
    """What the lines of one day are made of."""

    known: Figures
    as_of: date
    forecasts: Mapping[LineKey, Forecast]
    stopped: Collection[tuple[str, str, str]]
    basis: BasisTable


def _forecast(day: _Day, item: IndicatorPlan, division: Division) -> Forecast | None:
    found = day.forecasts.get(line_key(item.code, division))
    if found is not None and item.indicator.kind != Kind.COVERAGE and (
            item.indicator.datasets[0], *division.key) in day.stopped:
        return as_stopped(found)
    return found


def _lines(day: _Day, item: IndicatorPlan) -> Iterator[ScorecardLine]:
    """One indicator's line of every division; what is the same for all of them is worked out once."""
    known, yardstick = day.known, Yardstick.on(day.known.plan, item, day.as_of)
    stale = is_stale(known.facts, item)
    for division, basis in zip(known.facts.geography.divisions, day.basis.of(item.indicator), strict=True):
        yield _line(known, yardstick, division, stale, basis, _forecast(day, item, division))


def _line(known: Figures, yardstick: Yardstick, division: Division, stale: bool, basis: Basis | None,
          forecast: Forecast | None) -> ScorecardLine:
    item = yardstick.item
    measure = known.measure(item.code, division, yardstick.as_of)
    target = known.target(item.code, division)
    judged = _judge(yardstick, measure, target)
    return ScorecardLine(
        indicator=item.code, rollup=division.rollup.value, division=division.code, value=measure.value,
        numerator=measure.numerator, denominator=measure.denominator,
        target=target.value if target else None, target_origin=target.origin if target else None,
        comparator=item.comparator,
        completion=judged.completion if judged else None, due=judged.due if judged else None,
        expected=judged.expected if judged else None if target is None else target.value * yardstick.due,
        gap=judged.gap if judged else None, gap_points=judged.gap_points if judged else None,
        needed_per_day=judged.needed_per_day if judged else None,
        light=_light(measure, judged, stale), basis=basis, forecast=forecast, interval=_interval(item, measure))


def _judge(yardstick: Yardstick, measure: Measure, target: DivisionTarget | None) -> Pace | None:
    # A unit apportioned no target at all (0) has nothing to be judged against.
    if measure.value is None or target is None or target.value <= 0:
        return None
    return yardstick.pace(measure.value, target.value)


def _light(measure: Measure, judged: Pace | None, stale: bool) -> Light:
    if measure.value is None:
        return Light.NO_DATA
    if judged is None:
        return Light.WATCH
    return Light.STALE if stale else judged.light


def _interval(item: IndicatorPlan, measure: Measure) -> Interval | None:
    """Of shares of cases; a coverage counts every place there is and money has no cases."""
    if item.indicator.kind != Kind.FLOOR or item.code not in FLOWS or measure.numerator is None or (
            measure.denominator is None):
        return None
    return wilson(measure.numerator, measure.denominator)
