"""Only what somebody may see: a scorecard and figures in which the other divisions' numbers do not
exist.

A county bureau sees its own lines (the county with the zones inside it, and its managing unit), the
city's lines – city totals are published in the plan's own bulletins – and of the other divisions
what the ranking publishes: name, place, score and completion per indicator. Nothing is hidden
later: pages, workbook and JSON read these objects and find no more.

A county's roll-up contains the zones inside it, so whoever sees both the county and its managing
unit can work out their sum of zones; that is the county's own territory and intended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from kpi.alerts import Alert, Card, History, Rule, RuleLevels, own_history_of, with_history
from kpi.counting import DatasetQuality, Facts, FloatArray
from kpi.figures import Figures, Timeline
from kpi.indicators import MeasureSeries
from kpi.plan import Plan
from kpi.ranking import Ranking
from kpi.scope.access import Scope
from kpi.scorecard import Scorecard
from kpi.vocabulary import CentralVillage, Division, Geography, ManagingUnit, Rollup

_REST = "rest-of-"


@dataclass(frozen=True)
class ScopedGeography(Geography):
    """A geography of which only some divisions are there; the register of names stays whole, names
    are public.

    `rests`: for a visible county the slot that gathers the zones inside it, county code → slot
    name.
    """

    register: tuple[ManagingUnit, ...] = ()
    visible_counties: tuple[str, ...] = ()
    rests: tuple[tuple[str, str], ...] = ()

    def _check(self) -> None:
        """The whole geography was checked; a part of it need not stand on its own."""

    @property
    def partial(self) -> bool:
        return True

    @cached_property
    def unit_by_code(self) -> Mapping[str, ManagingUnit]:
        return {unit.code: unit for unit in self.register}

    @cached_property
    def unit_codes(self) -> tuple[str, ...]:
        return (*(unit.code for unit in self.managing_units), *(slot for _, slot in self.rests))

    @cached_property
    def _whole(self) -> Geography:
        """The register alone, as a geography."""
        return Geography(self.city_code, self.city_name, self.register, (), names=self.names,
                         subdivided=self.subdivided)

    def named(self, rollup: Rollup, code: str) -> Division:
        return self._whole.division(rollup, code)

    @cached_property
    def counties(self) -> tuple[Division, ...]:
        return tuple(division for division in self._all_counties
                     if division.code in self.visible_counties)

    @cached_property
    def _all_counties(self) -> tuple[Division, ...]:
        whole = self._whole
        rests, own = dict(self.rests), {unit.code for unit in self.managing_units}
        return tuple(replace(county, units=(*(code for code in county.units if code in own),
                                            *((rests[county.code],) if county.code in rests
                                              else ()))) for county in whole.counties)


def scoped_scorecard(card: Scorecard, scope: Scope) -> Scorecard:
    """The scorecard of one scope; `card` itself when nothing is limited."""
    if scope.everything:
        return card
    geography = scoped_geography(card.geography, scope)
    keys = {division.key for division in geography.divisions}
    holds = {name: hold if scope.messages else replace(hold, sentence="")
             for name, hold in card.holds.items()}
    others = tuple(division.short_name for division in card.geography.divisions
                   if division.key not in keys)
    return replace(
        card, holds=holds, plan=scoped_plan(card.plan, geography), geography=geography,
        lines=tuple(line for line in card.lines if (line.rollup, line.division) in keys),
        quality=scoped_quality(card.quality, messages=scope.messages),
        ranking=tuple(_published(row, {code for _, code in keys}) for row in card.ranking),
        alerts=tuple(_unnamed(alert, others) for alert in card.alerts
                     if (alert.rollup, alert.division) in keys and not _names_places(alert)),
        cards=tuple(_seen(one, others) for one in card.cards if (one.rollup, one.division) in keys
                    and not all(_names_places(alert) for alert in one.lines)))


def _seen(card: Card, others: Sequence[str]) -> Card:
    """A card by itself, without its share of the whole and without lines that name other divisions'
    places.
    """
    return replace(card, lines=tuple(_unnamed(alert, others) for alert in card.lines
                                     if not _names_places(alert)), share=None, folded=False)


def _unnamed(alert: Alert, others: Sequence[str]) -> Alert:
    """The alert without the next step where that says how much more which other division has to do:
    its gap by another name.
    """
    if not any(name in alert.suggestion for name in others):
        return alert
    return replace(alert, suggestion=f"请{alert.lead_unit or '牵头单位'}会同有关单位制定追赶计划，按周调度。")


def scoped_figures(figures: Figures, scope: Scope) -> Figures:
    """The figures of one scope; `figures` itself when nothing is limited.

    City totals and the own divisions stay exact: what belongs to others is added into one
    remainder.
    """
    if scope.everything:
        return figures
    cuts: dict[int, Facts] = {}  # of facts that versions of the plan share, once

    def cut_facts(facts: Facts) -> Facts:
        if id(facts) not in cuts:
            geography = scoped_geography(facts.geography, scope)
            cuts[id(facts)] = scoped_facts(facts, geography, messages=scope.messages)
        return cuts[id(facts)]

    return figures.everywhere(lambda part, timeline: _cut(part, cut_facts(part.facts), timeline))


def _cut(figures: Figures, facts: Facts, timeline: Timeline | None) -> Figures:
    geography = facts.geography
    assert isinstance(geography, ScopedGeography)
    keys = {division.key for division in geography.divisions}
    slots = _slot_numbers(figures.facts.geography, geography)
    cut = replace(figures, facts=facts, timeline=timeline,
                  plan=scoped_plan(figures.plan, geography),
                  series={code: None if series is None else _series(series, facts, slots)
                          for code, series in figures.series.items()},
                  targets={code: {key: target for key, target in targets.items() if key in keys}
                           for code, targets in figures.targets.items()})
    return with_history(cut, _history(own_history_of(figures), keys))


def scoped_quality(qualities: Mapping[str, DatasetQuality], *,
                   messages: bool) -> Mapping[str, DatasetQuality]:
    """The reconciliation for a scope: remarks quote rows of the whole city, and go with the
    messages.
    """
    return (
        qualities
        if messages
        else {name: replace(quality, remarks=()) for name, quality in qualities.items()}
    )


def scoped_plan(plan: Plan, geography: Geography) -> Plan:
    """The plan without the quotas of divisions that are not there."""
    own = {division.code for division in geography.divisions}
    return replace(plan, indicators=tuple(
        replace(item, quotas={code: quota for code, quota in item.quotas.items()
                              if geography.holder(code) in own})
        for item in plan.indicators))


def scoped_geography(whole: Geography, scope: Scope) -> ScopedGeography:
    """The divisions of a scope. A county's code stands for the county and its managing unit."""
    if isinstance(whole, ScopedGeography):
        raise ValueError("this geography is scoped already")
    allowed = {whole.holder(code) for code in scope.divisions}
    units = tuple(unit for unit in whole.managing_units if unit.code in allowed)
    counties = tuple(county for county in whole.counties if county.code in allowed)
    own = {unit.code for unit in units}
    rests = tuple((county.code, _REST + county.code) for county in counties
                  if not own.issuperset(county.units))
    townships = tuple(township for township in whole.townships if township.unit_code in own)
    villages = None if whole.central_villages is None else tuple(
        part for village in whole.central_villages for part in _while_there(village, whole, own))
    return ScopedGeography(whole.city_code, whole.city_name, units, townships, villages,
                           whole.managing_units, tuple(county.code for county in counties), rests,
                           names=whole.names, subdivided=whole.subdivided, holders=whole.holders,
                           renamed=whole.renamed)


def _while_there(village: CentralVillage, whole: Geography,
                 own: Set[str]) -> Iterator[CentralVillage]:
    """The entry of a village for the time its township was in these units."""
    entries = whole.entries.get(village.township_code, ())
    for township in entries:
        if township.unit_code in own:
            yield village if len(entries) == 1 else replace(
                village, valid_from=max(filter(None, (village.valid_from, township.valid_from)),
                                        default=None),
                valid_to=min(filter(None, (village.valid_to, township.valid_to)), default=None))


def scoped_facts(facts: Facts, geography: ScopedGeography, *, messages: bool = False) -> Facts:
    """Cells and venues of the scope; other units' cells are added together without unit and
    township.

    `messages`: whether why a source cannot be read stays, which names files and tables.
    """
    slot_of = _slot_names(facts.geography, geography)
    holds = {name: hold if messages else replace(hold, sentence="")
             for name, hold in facts.holds.items()}
    return replace(facts, geography=geography,
                   quality=scoped_quality(facts.quality, messages=messages), holds=holds,
                   venues=_venues(facts.venues, geography),
                   cells={name: _cells(frame, slot_of) for name, frame in facts.cells.items()},
                   sources={name: source if messages else replace(source, message=None)
                            for name, source in facts.sources.items()})


def _slot_names(whole: Geography, part: ScopedGeography) -> dict[str, str]:
    """Managing unit → the slot its facts are kept under; "" for those only the city may count."""
    own, rests = {unit.code for unit in part.managing_units}, dict(part.rests)
    return {unit.code: unit.code if unit.code in own else rests.get(unit.county_code, "")
            for unit in whole.managing_units}


def _slot_numbers(whole: Geography, part: ScopedGeography) -> list[int]:
    """For each row of a whole per-unit array, the row of the scoped array it is added to."""
    names = _slot_names(whole, part)
    rows = {name: number for number, name in enumerate(part.unit_codes)}
    return [rows.get(names[code], len(rows)) for code in whole.unit_codes] + [len(rows)]


def _series(series: MeasureSeries, facts: Facts, slots: list[int]) -> MeasureSeries:
    return series.gathered(facts, lambda whole: _gathered(whole, slots, facts.slots))


def _gathered(whole: FloatArray, slots: list[int], count: int) -> FloatArray:
    part = np.zeros((count, whole.shape[1]))
    np.add.at(part, slots, whole)
    return part


def _cells(frame: pd.DataFrame, slot_of: Mapping[str, str]) -> pd.DataFrame:
    units = frame["unit"].astype(object).map(lambda code: slot_of.get(code, ""))
    own = (units == frame["unit"].astype(object)) & (units != "")
    part = frame.assign(unit=units, township=frame["township"].astype(object).where(own, ""))
    sums = [name for name in ("rows", "amount", "conflicts") if name in part]
    keys = [name for name in part if name not in sums]
    # object keys: a categorical would keep the names of values that are no longer there
    part = part.astype({name: object for name in keys
                        if isinstance(part[name].dtype, pd.CategoricalDtype)})
    gathered = part.groupby(keys, sort=False, dropna=False, as_index=False)[sums].sum()
    return gathered[list(frame.columns)]


def _venues(venues: pd.DataFrame | None, geography: ScopedGeography) -> pd.DataFrame | None:
    if venues is None:
        return None
    units = {unit.code for unit in geography.managing_units}
    townships = {township.code for township in geography.townships}
    # a venue recorded under a merged township belongs to the unit that had it then
    mask = venues["unit"].isin(units) | venues["township"].isin(townships)
    return venues[mask.to_numpy()].reset_index(drop=True)


def _published(row: Ranking, own: set[str]) -> Ranking:
    return (
        row if row.division in own else replace(row, uncapped=None, place_interval=None, first=None)
    )


def _names_places(alert: Alert) -> bool:
    """The city's list of places without a venue names the others' townships and villages."""
    return alert.rule == Rule.COVERAGE_GAP and alert.rollup == Rollup.CITY


def _history(whole: History, keys: set[tuple[str, str]]) -> History:
    return replace(whole, rules=tuple(_rule(levels, keys) for levels in whole.rules))


def _rule(levels: RuleLevels, keys: set[tuple[str, str]]) -> RuleLevels:
    rows = [row for row, (_, rollup, division) in enumerate(levels.keys)
            if (rollup, division) in keys]
    return RuleLevels(levels.rule, tuple(levels.keys[row] for row in rows), levels.levels[rows])


def visible(card: Scorecard, rollup: Rollup, code: str) -> bool:
    """Whether the scorecard has lines of the division."""
    return any(division.code == code for division in card.geography.members(rollup))
