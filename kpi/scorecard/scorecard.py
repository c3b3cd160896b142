"""The scorecard: every indicator × division as of one day. Screen, workbook, brief and JSON all
read these lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kpi.alerts import (
    Alert,
    Card,
    Desk,
    Freshness,
    Rule,
    Shelved,
    alerts_at,
    cards_at,
    history_of,
    newest_day,
    none_shelved,
    standing_on,
)
from kpi.alerts.freshness import freshness
from kpi.counting import DatasetQuality, Facts, Hold, SourceState
from kpi.definitions import Kind
from kpi.figures import Figures, is_stale
from kpi.figures.figures import figures
from kpi.forecast import Forecast, ForecastState, LineKey, as_stopped, line_key
from kpi.indicators import Basis, BasisTable, Measure
from kpi.judging import Interval, Light, Pace, ScorecardLine, Yardstick, wilson
from kpi.plan import DivisionTarget, IndicatorPlan, Plan
from kpi.ranking import Ranking
from kpi.ranking.league import league
from kpi.vocabulary import Division, Geography, Rollup

__all__ = ["Figures", "Scorecard", "ScorecardLine", "figures", "is_stale", "lines_of",
           "scorecard"]


@dataclass(frozen=True)
class Scorecard:
    """All lines, the ranking and the alerts as of one day.

    `today`: the real day, None when it was not given; `freshness` by dataset is measured from it.
    `states`: whether each dataset that was read is of the last reading (ok), an earlier one
    (stale), or held; `holds`: why. `cards`: the alerts of the city and the counties as cards.
    `pace_range`: of an area whose members have plans of their own, how much of them (0–1) has
    passed where the least and where the most has; None where one plan holds for all. `partial`: how
    many core indicators of such an area are sums without some member. `final`: the plan has ended
    and these are its results; then nothing is forecast or asked for any more, and no source is too
    old.
    """

    as_of: date
    plan: Plan
    geography: Geography
    lines: tuple[ScorecardLine, ...]
    ranking: tuple[Ranking, ...]
    alerts: tuple[Alert, ...]
    quality: Mapping[str, DatasetQuality]
    today: date | None = None
    freshness: Mapping[str, Freshness] = field(default_factory=dict)
    states: Mapping[str, SourceState] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    pace_range: tuple[float, float] | None = None
    partial: int = 0
    final: bool = False

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
        return next((row for row in self.ranking if (row.group, row.division) == (group, division)),
                    None)


def scorecard(daily: Figures, as_of: date, today: date | None = None,
              shelved: Shelved = none_shelved) -> Scorecard:
    """The scorecard as of the end of `as_of`. Raises InputError when that day is outside the window
    or not yet read.

    `today`: the real day. How old the sources are then, and what is held, is among the alerts of
    the newest day. `shelved`: which cards have been put aside. Judged by the plan in force on the
    day.
    """
    daily = daily.on(as_of)
    plan, facts = daily.plan, daily.facts
    plan.window.check(as_of, facts.read_on)
    day = _Day(daily, as_of, daily.forecasts(as_of), _stopped(daily, as_of),
               BasisTable(facts, plan.window, as_of))
    lines = tuple(line for item in plan.indicators for line in _lines(day, item))
    by_key = {line.key: line for line in lines}
    final = plan.window.over(as_of, facts.read_on)
    fresh = {} if today is None or final else freshness(facts, plan, today)
    newest = as_of >= newest_day(daily)
    standing = standing_on(daily, fresh, None if final else today) if newest else ()
    alerts = alerts_at(daily, by_key, as_of, standing, final=final,
                       real_day=today if newest else None)
    desk = Desk(alerts, by_key, plan, facts.geography, history_of(daily), as_of)
    return Scorecard(as_of, plan, facts.geography, lines, league(daily, by_key, as_of), alerts,
                     facts.quality, today, fresh, _states(facts), facts.holds,
                     cards_at(desk, Rollup.COUNTY, shelved=shelved).all, final=final)


def lines_of(parts: Figures, as_of: date, whole: Figures) -> tuple[ScorecardLine, ...]:
    """The lines of figures that are parts of others, of the same facts: by indicator, the city's
    first. Whether records have ceased is that of the `whole`.
    """
    day = _Day(parts, as_of, parts.forecasts(as_of), _stopped(whole, as_of),
               BasisTable(parts.facts, parts.plan.window, as_of))
    return tuple(line for item in parts.plan.indicators for line in _lines(day, item))


def _states(facts: Facts) -> dict[str, SourceState]:
    return {name: SourceState.HELD if name in facts.holds else SourceState.STALE
            if name in facts.stale_datasets else SourceState.OK for name in facts.quality}


def light_of(daily: Figures, indicator: str, division: Division, day: date) -> Light:
    """The light of one figure on any day of the axis, judged by what is known of that day however
    old the reading, and by the plan in force on it.
    """
    daily = daily.on(day)
    division = daily.facts.geography.standing_for(division) or division
    item = daily.plan.indicator(indicator)
    measure = daily.measure(indicator, division, day)
    judged = _judge(Yardstick.on(daily.plan, item, day), measure, daily.target(indicator, division))
    if measure.value is None:
        return Light.NO_DATA
    return Light.WATCH if judged is None else judged.light


def _stopped(daily: Figures, as_of: date) -> frozenset[tuple[str, str, str]]:
    """(dataset, roll-up, division) whose records have suddenly ceased."""
    return frozenset((daily.plan.indicator(code).indicator.datasets[0], rollup, division)
                     for code, rollup, division in history_of(daily).lines(Rule.SUDDEN_STOP, as_of))


@dataclass(frozen=True, eq=False)
class _Day:
    """What the lines of one day are made of."""

    figures: Figures
    as_of: date
    forecasts: Mapping[LineKey, Forecast]
    stopped: Collection[tuple[str, str, str]]
    basis: BasisTable


def _silent(day: _Day, item: IndicatorPlan) -> Collection[tuple[str, str]]:
    """The divisions whose records have ceased, by roll-up and code; a coverage needs no new ones.
    """
    if item.indicator.kind == Kind.COVERAGE:
        return ()
    return {(rollup, code) for dataset, rollup, code in day.stopped
            if dataset == item.indicator.datasets[0]}


def _lines(day: _Day, item: IndicatorPlan) -> Iterator[ScorecardLine]:
    """An indicator's line of every division; what is the same for all is worked out once."""
    figures, yardstick = day.figures, Yardstick.on(day.figures.plan, item, day.as_of)
    stale, silent = is_stale(figures.facts, item, day.as_of), _silent(day, item)
    final = figures.plan.window.over(day.as_of, figures.facts.read_on)
    for division, measure, basis in zip(figures.facts.geography.divisions,
                                        figures.measures(item.code, day.as_of),
                                        day.basis.of(item.indicator), strict=True):
        forecast = day.forecasts.get(line_key(item.code, division))
        if forecast is not None and division.key in silent:
            forecast = as_stopped(forecast)
        if forecast is not None and measure.value is None and item.indicator.reported is not None:
            forecast = Forecast(ForecastState.NO_DATA)
        yield _line(yardstick, division, measure, figures.target(item.code, division), stale, basis,
                    forecast, final)


def _line(yardstick: Yardstick, division: Division, measure: Measure, target: DivisionTarget | None,
          stale: bool, basis: Basis | None, forecast: Forecast | None,
          final: bool) -> ScorecardLine:
    item = yardstick.item
    judged, (rollup, code) = _judge(yardstick, measure, target), division.key
    return ScorecardLine(indicator=item.code, rollup=rollup, division=code, value=measure.value,
                         numerator=measure.numerator, denominator=measure.denominator,
                         target=target.value if target else None, target_origin=target.origin
                         if target else None, comparator=item.comparator,
                         completion=judged.completion if judged else None, due=judged.due if judged
                         else None, expected=judged.expected if judged else None if target is None
                         else target.value * yardstick.due, gap=judged.gap if judged else None,
                         gap_points=judged.gap_points if judged else None,
                         needed_per_day=judged.needed_per_day if judged else None,
                         light=_light(measure, judged, stale), basis=basis, forecast=forecast,
                         interval=_interval(item, measure), final=final)


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
    if not item.indicator.sampled or measure.numerator is None or measure.denominator is None:
        return None
    return wilson(measure.numerator, measure.denominator)
