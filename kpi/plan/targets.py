"""Every division's target: from the plan's quotas, or the city target apportioned by population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kpi.plan.apportion import apportion
from kpi.plan.plan import IndicatorPlan
from kpi.vocabulary import Division, Geography, InputError, Rollup


class TargetOrigin(StrEnum):
    """Where a division's target came from; printed on the 口径卡."""

    PLAN = "plan"                # the city target, or a share that applies to every unit unchanged
    QUOTA = "quota"              # 分解任务 given in the plan file
    APPORTIONED = "apportioned"  # split by population with largest remainder


@dataclass(frozen=True)
class DivisionTarget:
    value: float
    origin: TargetOrigin


DivisionKey = tuple[str, str]


def division_targets(plan: IndicatorPlan,
                     geography: Geography) -> Mapping[DivisionKey, DivisionTarget]:
    """Target of each division by (roll-up, code); a division without one is left out.

    Shares apply unchanged. Counts: quotas for all counties or all managing units win; without them
    the city target is apportioned by population. Managing units' parts always add up to their
    county's, and those to the city's. A unit whose population is unknown gets no apportioned
    target, and then nor do its peers. Raises InputError when quotas name anything but exactly the
    counties or exactly the managing units.
    """
    if plan.target is None:
        return {}
    if plan.indicator.is_share:
        target = DivisionTarget(plan.target, TargetOrigin.PLAN)
        return {division.key: target for division in geography.divisions}
    targets = {geography.city.key: DivisionTarget(plan.target, TargetOrigin.PLAN)}
    if plan.quotas:
        return {**targets, **_from_quotas(_as_held(plan, geography), geography)}
    return {**targets, **_by_population(plan.target, geography)}


def _as_held(plan: IndicatorPlan, geography: Geography) -> IndicatorPlan:
    """The quotas of units that are gone or to come with those that hold their place."""
    if not geography.holders:
        return plan
    quotas: dict[str, float] = {}
    for code, quota in plan.quotas.items():
        holder = geography.holder(code) or code
        quotas[holder] = quotas.get(holder, 0.0) + quota
    return replace(plan, quotas=quotas)


def _from_quotas(plan: IndicatorPlan, geography: Geography) -> dict[DivisionKey, DivisionTarget]:
    named, counties = set(plan.quotas), {county.code for county in geography.counties}
    if named == set(geography.unit_codes):
        units = {code: DivisionTarget(quota, TargetOrigin.QUOTA)
                 for code, quota in plan.quotas.items()}
        return {**_managing(units), **_county_sums(units, geography)}
    if named != counties:
        wrong = sorted(named ^ counties)
        raise InputError(f"plan.toml 的 [indicators.{plan.code}.quotas] 应恰好列出全部县区或全部管理单位；"
                         f"请核对代码 {'、'.join(wrong)}。")
    county_targets = {(Rollup.COUNTY.value, code): DivisionTarget(quota, TargetOrigin.QUOTA)
                      for code, quota in plan.quotas.items()}
    units = {}
    for county in geography.counties:
        units.update(_split(plan.quotas[county.code], county, geography))
    return {**county_targets, **_managing(units)}


def _by_population(total: float, geography: Geography) -> dict[DivisionKey, DivisionTarget]:
    # Counties first and then units inside each, so that both roll-ups add up without a rounding
    # row.
    populations = [_population(county, geography) for county in geography.counties]
    if any(population is None for population in populations):
        return {}
    parts = apportion(total, [population or 0 for population in populations])
    targets, units = {}, {}
    for county, part in zip(geography.counties, parts, strict=True):
        targets[county.key] = DivisionTarget(part, TargetOrigin.APPORTIONED)
        units.update(_split(part, county, geography))
    return {**targets, **_managing(units)}


def _split(total: float, county: Division, geography: Geography) -> dict[str, DivisionTarget]:
    if len(county.units) == 1:
        return {county.units[0]: DivisionTarget(total, TargetOrigin.APPORTIONED)}
    populations = [geography.unit_by_code[code].population for code in county.units]
    if any(population is None for population in populations):
        return {}
    parts = apportion(total, [population or 0 for population in populations])
    return {code: DivisionTarget(part, TargetOrigin.APPORTIONED)
            for code, part in zip(county.units, parts, strict=True)}


def _population(county: Division, geography: Geography) -> int | None:
    populations = [geography.unit_by_code[code].population for code in county.units]
    stated = [population for population in populations if population is not None]
    return sum(stated) if len(stated) == len(populations) else None


def _managing(units: Mapping[str, DivisionTarget]) -> dict[DivisionKey, DivisionTarget]:
    return {(Rollup.MANAGING.value, code): target for code, target in units.items()}


def _county_sums(units: Mapping[str, DivisionTarget],
                 geography: Geography) -> dict[DivisionKey, DivisionTarget]:
    return {county.key: DivisionTarget(sum(units[code].value for code in county.units),
                                       TargetOrigin.QUOTA) for county in geography.counties}
