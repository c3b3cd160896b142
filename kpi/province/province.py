"""A province: its cities side by side, each counted and judged by its own plan, and what they add
up to.

A province's scorecard has the form of a city's – the province in the city's place, the cities in
the counties' – so that whatever reads a scorecard reads it too. Nothing about a city's own figures
changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from kpi.alerts import (
    SEVERITY_ORDER,
    Alert,
    Card,
    History,
    Shelved,
    none_shelved,
    sort_alerts,
    with_history,
)
from kpi.counting import Facts, FloatArray, Source, SourceState
from kpi.definitions import Definitions, merged
from kpi.figures import Figures
from kpi.indicators import MeasureSeries, series_axis
from kpi.judging import ScorecardLine
from kpi.plan import DivisionTarget, IndicatorPlan, MapPlan, Plan, TargetOrigin
from kpi.province.province_lines import Absence, Part, Pooled, absent_line, pool, strictest
from kpi.ranking import Ranking, Term, final_terms, rank, terms_on, too_early, with_intervals
from kpi.scope import Scope, scoped_scorecard
from kpi.scorecard import Scorecard
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary import (
    PROVINCE,
    DayAxis,
    Geography,
    ManagingUnit,
    Rollup,
    UnitKind,
    Window,
)

NO_MAP = MapPlan()
GROUP = "county"  # the peer group of the cities, by the name a city's counties have
LAG_DAYS = 7


@dataclass(frozen=True)
class Member:
    """One city of the province."""

    code: str
    name: str
    short_name: str


@dataclass(frozen=True)
class ProvincePlan:
    """What the province itself lays down: thresholds of the lights (see `Plan`), and weights of the
    cities' ranking.

    `weights` by indicator; one not named weighs 1.
    """

    code: str
    name: str
    yellow_points: float = 5.0
    green_points: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    map: MapPlan = NO_MAP


@dataclass(frozen=True, eq=False)
class CityFigures:
    """A city with its figures, None when nothing of it can be read; `problem` then says why in one
    sentence.

    `latest`: the newest complete day its data has. `shelved`: which of its alerts have been put
    aside.
    """

    member: Member
    figures: Figures | None
    latest: date | None = None
    problem: str | None = None
    sample: bool = False
    shelved: Shelved = none_shelved


@dataclass(frozen=True, eq=False)
class ProvinceCard:
    """The province as of one day. `pooled`: each indicator's line with the cities' parts in it."""

    card: Scorecard
    pooled: Mapping[str, Pooled]

    def absence(self, indicator: str, city: str) -> Absence | None:
        """Why a city is not in the sum of an indicator; None when it is."""
        return next((part.absence for part in self.pooled[indicator].parts if part.city == city),
                    None)


@dataclass(frozen=True, eq=False)
class Province:
    """The cities and what follows from them for any day.

    A city of which nothing can be read, or whose newest day lies more than `LAG_DAYS` before the
    newest of all, is left out of every sum and named (`unread`).
    """

    spec: ProvincePlan
    cities: tuple[CityFigures, ...]

    @cached_property
    def unread(self) -> Mapping[str, str]:
        """City code → why it is left out, in one sentence."""
        newest = max((city.latest for city in self.cities if city.latest is not None), default=None)
        result = {}
        for city in self.cities:
            if city.figures is None:
                result[city.member.code] = city.problem or "还没有数据"
            elif (
                city.latest is not None
                and newest is not None
                and (newest - city.latest).days > LAG_DAYS
            ):
                result[city.member.code] = f"数据只到{city.latest}，比最新的市早{(newest - city.latest).days}天"
        return result

    @cached_property
    def read(self) -> Mapping[str, Figures]:
        """Figures of the cities that are in, by code, in the order of the cities."""
        return {city.member.code: city.figures for city in self.cities
                if city.figures is not None and city.member.code not in self.unread}

    @cached_property
    def window(self) -> Window | None:
        """From the first city's start to the last one's deadline; None without any city."""
        windows = [figures.plan.window for figures in self.read.values()]
        return (
            Window(min(w.start for w in windows), max(w.deadline for w in windows))
            if windows
            else None
        )

    @cached_property
    def last_day(self) -> date | None:
        """The last day every city's data reaches (or its deadline)."""
        days = [figures.facts.read_on for figures in self.read.values()]
        return min(min(days), self.window.deadline) if days and self.window is not None else None

    @cached_property
    def default_day(self) -> date | None:
        """The newest day complete in every city."""
        days = [city.latest for city in self.cities if city.member.code in self.read
                and city.latest is not None]
        if not days or self.window is None:
            return self.last_day
        return min(max(min(days), self.window.start), self.window.deadline)

    @cached_property
    def geography(self) -> Geography:
        """The province as city, the cities as counties."""
        return Geography(self.spec.code, self.spec.name,
                         tuple(ManagingUnit(city.member.code, city.member.name,
                                            city.member.short_name, UnitKind.COUNTY,
                                            city.member.code, None, number)
                               for number, city in enumerate(self.cities)), (), names=PROVINCE,
                         subdivided=False)

    @cached_property
    def plan(self) -> Plan:
        """The cities' indicators in one plan. A count's target is the cities' sum; a share's is
        theirs when it is one.

        Shares that differ between cities have their target in the lines of a day, weighted by
        denominator. Raises ValueError without any city.
        """
        if self.window is None:
            raise ValueError("a province none of whose cities can be read has no plan")
        items = [self._item(code) for code in self.definitions.indicators
                 if any(self._has(figures.plan, code) for figures in self.read.values())]
        return Plan(id=f"province-{self.spec.code}", title=f"{self.spec.name}各市方案汇总",
                    document="各市方案", city_code=self.spec.code, city_name=self.spec.name,
                    window=self.window, indicators=tuple(items), duplicate_window_days=0,
                    yellow_points=self.spec.yellow_points, green_points=self.spec.green_points,
                    map=self.spec.map, definitions=self.definitions)

    @cached_property
    def definitions(self) -> Definitions:
        """What any city that can be read knows; where two know a code differently, the first one's.
        """
        return merged([figures.plan.definitions for figures in self.read.values()])

    @staticmethod
    def _has(plan: Plan, code: str) -> bool:
        return any(item.code == code for item in plan.indicators)

    def _item(self, code: str) -> IndicatorPlan:
        own = [figures.plan.indicator(code) for figures in self.read.values()
               if self._has(figures.plan, code)]
        targets = [item.target for item in own if item.target is not None]
        total = math.fsum(targets) if targets else None
        target = max(targets, default=None) if own[0].indicator.is_share else total
        clauses, leads = {item.clause for item in own}, {item.lead_unit for item in own}
        return replace(own[0], target=target, quotas={}, co_units=(), clause=own[0].clause
                       if len(clauses) == 1 else "", lead_unit=own[0].lead_unit if len(leads) == 1
                       else "", weight=self.spec.weights.get(code, 1.0),
                       comparator=strictest([item.comparator for item in own
                                             if item.target is not None]))

    @cached_property
    def figures(self) -> Figures:
        """Daily series with the cities as units, for trends. Targets are those of `plan`; there is
        no alert history.
        """
        plan = self.plan
        axis = series_axis(plan.window, self.last_day or plan.window.start)
        sources = {city.member.code: self._source(city) for city in self.cities}
        facts = Facts(self.geography, axis.last, {}, None, {}, sources,
                      definitions=self.definitions)
        targets = {item.code: {} if item.target is None
                   else {self.geography.city.key: DivisionTarget(item.target, TargetOrigin.PLAN)}
                   for item in plan.indicators}
        series = {item.code: self._series(item, facts, axis) for item in plan.indicators}
        days = max(axis.position(axis.last) - axis.position(plan.window.start) + 1, 0)
        no_alerts = History(plan.window.start, days, ())
        return with_history(Figures(facts, plan, axis, series, targets), no_alerts)

    def _source(self, city: CityFigures) -> Source:
        if city.member.code in self.read:
            worse = any(source.state in (SourceState.STALE, SourceState.DOWN, SourceState.HELD)
                        for source in self.read[city.member.code].facts.sources.values())
            state = SourceState.STALE if worse else SourceState.OK
        else:
            state = SourceState.STALE if city.figures is not None else SourceState.DOWN
        read_at = (
            None
            if city.figures is None
            else max(
                (
                    source.read_at
                    for source in city.figures.facts.sources.values()
                    if source.read_at
                ),
                default=None,
            )
        )
        return Source(city.member.name, state, city.latest, read_at,
                      self.unread.get(city.member.code))

    def _series(self, item: IndicatorPlan, facts: Facts, axis: DayAxis) -> MeasureSeries | None:
        numerator = np.zeros((facts.slots, len(axis)))
        denominator = np.zeros_like(numerator) if item.indicator.is_share else None
        any_city = False
        for slot, code in enumerate(facts.geography.unit_codes):
            figures = self.read.get(code)
            series = (
                None
                if figures is None or not self._judged(figures, item)
                else figures.series.get(item.code)
            )
            if figures is None or series is None or item.indicator.matching is not None:
                continue  # half of a province's posts is no sum of its cities' halves
            any_city = True
            numerator[slot] = _on_axis(series.numerator.sum(axis=0), figures, axis)
            if denominator is not None and series.denominator is not None:
                denominator[slot] = _on_axis(series.denominator.sum(axis=0), figures, axis)
        return MeasureSeries(facts, axis, numerator, denominator) if any_city else None

    def _judged(self, figures: Figures, item: IndicatorPlan) -> bool:
        """Whether the city belongs into the indicator's sum as far as plans go: with a target where
        others have one.
        """
        return self._has(figures.plan, item.code) and (
            item.target is None or figures.plan.indicator(item.code).target is not None
        )

    def at(self, day: date) -> Province:
        """The province by the cities' plans that were in force on a day; itself where those are the
        ones it has.
        """
        cities = tuple(city if city.figures is None or city.figures.on(day) is city.figures
                       else replace(city, figures=city.figures.on(day)) for city in self.cities)
        same = all(one is city for one, city in zip(cities, self.cities, strict=True))
        return self if same else replace(self, cities=cities)

    def on(self, as_of: date, cards: Mapping[str, Scorecard]) -> ProvinceCard:
        """The province as of the end of `as_of`; `cards` holds each city's scorecard of its `day`.

        Raises InputError when that day is outside the window or not yet read in every city.
        """
        then = self.at(as_of)
        if then is not self:
            return then.on(as_of, cards)
        plan, geography = self.plan, self.geography
        plan.window.check(as_of, self.last_day or plan.window.start)
        pooled = {item.code: pool(plan, item, geography.city,
                                  [self._part(item, city.member.code, as_of, cards)
                                   for city in self.cities], as_of) for item in plan.indicators}
        # the target in force is that of the day's line: shares are weighted by their denominators
        plan = replace(plan, indicators=tuple(replace(item, target=pooled[item.code].line.target
                                                      or item.target) for item in plan.indicators))
        lines = tuple(line for item in plan.indicators
                      for line in (pooled[item.code].line, *self._city_lines(item, cards)))
        card = Scorecard(as_of, plan, geography, lines, self._ranking(plan, as_of, cards),
                         self._alerts(plan, cards), {}, cards=self._cards(plan, cards),
                         pace_range=self._pace_range(as_of),
                         partial=sum(pooled[item.code].partial for item in plan.core),
                         final=bool(cards) and all(card.final for card in cards.values()))
        return ProvinceCard(card, pooled)

    def day(self, city: str, as_of: date) -> date | None:
        """The day a city is looked at: `as_of`, its deadline when that has passed; None before its
        plan begins.
        """
        window = self.read[city].plan.window
        return None if as_of < window.start else min(as_of, window.deadline)

    def cards(self, as_of: date) -> Mapping[str, Scorecard]:
        """Every city's scorecard of its day, computed now."""
        shelved = {city.member.code: city.shelved for city in self.cities}
        return {code: scorecard(figures, day, None, shelved[code])
                for code, figures in self.read.items()
                if (day := self.day(code, as_of)) is not None}

    def _part(self, item: IndicatorPlan, city: str, as_of: date,
              cards: Mapping[str, Scorecard]) -> Part:
        if city not in self.read:
            return Part(city, None, Absence.UNREAD)
        own, card = self.read[city].plan, cards.get(city)
        if card is None:
            return Part(city, None, Absence.NOT_STARTED, own)
        if not self._has(own, item.code):
            return Part(city, None, Absence.NOT_PLANNED, own, card.as_of)
        line = card.city_line(item.code)
        if line.value is None:
            empty = line.denominator is not None and line.denominator <= 0
            return Part(city, line, Absence.NOT_APPLICABLE if empty else Absence.NO_DATA, own,
                        card.as_of)
        return Part(city, line, None, own, card.as_of)

    def _city_lines(self, item: IndicatorPlan,
                    cards: Mapping[str, Scorecard]) -> list[ScorecardLine]:
        lines = []
        for division in self.geography.counties:
            card = cards.get(division.code)
            has = card is not None and self._has(card.plan, item.code)
            line = (
                card.city_line(item.code)
                if card is not None and has
                else absent_line(item, division.rollup, division.code)
            )
            lines.append(replace(line, rollup=division.rollup.value, division=division.code))
        return lines

    def _terms(self, plan: Plan, city: str, as_of: date) -> list[Term]:
        """The city's terms in the order of the province's core indicators; those it does not have
        say nothing.
        """
        day = self.day(city, as_of) if city in self.read else None
        terms = (
            []
            if day is None
            else terms_on(self.read[city], self.read[city].facts.geography.city, day)
        )
        by_code = {term.indicator: term for term in terms}
        return [replace(by_code.get(item.code, Term(item.code, 0, None)), weight=item.weight)
                for item in plan.core]

    def _ranking(self, plan: Plan, as_of: date,
                 cards: Mapping[str, Scorecard]) -> tuple[Ranking, ...]:
        codes = [city.member.code for city in self.cities]
        terms = {code: self._terms(plan, code, as_of) for code in codes}
        if too_early(plan, as_of):
            nothing = {code: [Term(term.indicator, term.weight, None) for term in row]
                       for code, row in terms.items()}
            return tuple(replace(row, too_soon=True) for row in rank(GROUP, nothing))
        final = {code: final_terms(self.read[code], cards[code].by_key,
                                   self.read[code].facts.geography.city,
                                   [term for term in terms[code] if term.ratio is not None])
                 for code in cards}
        before = self.places_on(as_of.replace(day=1) - timedelta(days=1))
        return tuple(replace(row, previous=before.get(row.division))
                     for row in with_intervals(rank(GROUP, terms), final))

    def places_on(self, day: date) -> Mapping[str, int | None]:
        """Each city's place at the end of a day; empty before the first plan begins."""
        then = self.at(day)
        if then is not self:
            return then.places_on(day)
        if self.window is None or day < self.window.start or too_early(self.plan, day):
            return {}
        return {row.division: row.place
                for row in rank(GROUP,
                                {city.member.code: self._terms(self.plan, city.member.code, day)
                                 for city in self.cities})}

    def _alerts(self, plan: Plan, cards: Mapping[str, Scorecard]) -> tuple[Alert, ...]:
        """What is raised on the cities as wholes, worst first; what concerns their counties is
        theirs to see.
        """
        codes = {item.code for item in plan.indicators}
        return sort_alerts(replace(alert, rollup=Rollup.COUNTY.value, division=code)
                           for code, card in cards.items() for alert in card.alerts
                           if alert.rollup == Rollup.CITY and alert.indicator in codes)


    def _pace_range(self, as_of: date) -> tuple[float, float]:
        shares = [figures.plan.window.elapsed_share(as_of) for figures in self.read.values()]
        return min(shares), max(shares)

    def _cards(self, plan: Plan, cards: Mapping[str, Scorecard]) -> tuple[Card, ...]:
        """The cards of the cities as wholes, those that ask for something first, then worst first;
        none is folded.
        """
        codes = {item.code for item in plan.indicators}
        own_cards = [_of_member(card, code) for code, own in cards.items()
                 for card in own.cards if card.rollup == Rollup.CITY and card.indicator in codes]
        return tuple(sorted(own_cards, key=lambda card: (not card.counted,
                                                         SEVERITY_ORDER.index(card.severity),
                                                         card.since)))


def _of_member(card: Card, city: str) -> Card:
    """A city's own card as one of the province's members."""
    lines = tuple(replace(alert, rollup=Rollup.COUNTY.value, division=city) for alert in card.lines)
    return replace(card, rollup=Rollup.COUNTY.value, division=city, lines=lines)


def scoped_province(province_card: ProvinceCard, scope: Scope) -> ProvinceCard:
    """The province for an account of some of its cities; `found` itself when nothing is limited.

    The sum and why a city is not in it stay; the other cities' lines are gone.
    """
    if scope.everything:
        return province_card
    def own(pooled: Pooled) -> Pooled:
        return replace(pooled, outlook=None, parts=tuple(part if part.city in scope.divisions
                                                         else Part(part.city, None, part.absence)
                                                         for part in pooled.parts))
    return ProvinceCard(scoped_scorecard(province_card.card, scope),
                        {code: own(pooled) for code, pooled in province_card.pooled.items()})


def _on_axis(values: FloatArray, figures: Figures, axis: DayAxis) -> FloatArray:
    """A city's daily values on the province's days: nothing before its plan, unchanged after its
    deadline.
    """
    window = figures.plan.window
    days = np.arange(len(axis)) + figures.axis.position(axis.first)
    last = min(len(figures.axis) - 1, figures.axis.position(window.deadline))
    placed: FloatArray = np.where(days < figures.axis.position(window.start), 0.0,
                                  values[np.clip(days, 0, last)])
    return placed
