"""What every department has collected of a count, by the same rows the city's figure is made of.

A department's part is the indicator's own sum over its sectors, so it is counted, dated and written
off as the whole is; the parts and what belongs to no department (未归部门) add up to the city's.
Its quota falls due by the indicator's curve, and is judged and forecast as a division's target is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpi.figures import Figures
from kpi.figures.figures import figures as figures_of
from kpi.indicators import Part, sums_by
from kpi.judging import Light, ScorecardLine
from kpi.plan import (
    DepartmentPlan,
    DivisionKey,
    IndicatorPlan,
    Plan,
    sector_names,
    shared_by_sector,
)
from kpi.plan.departments import SECTOR
from kpi.scorecard import Scorecard, lines_of, month_addition

UNASSIGNED = "未归部门"
_REST = ""  # the key of what belongs to no department; no table of a file has an empty name


@dataclass(frozen=True)
class Collected:
    """One department's part of one count as of a day, or (`department` None) what belongs to none.

    `line`: of the whole city, with the quota as its target; its `indicator` is the department's own
    name of the series. `units`: the same of every division of the scorecard, without a light.
    `added`: since the end of the month before, by roll-up and code, as `month_addition`. `sectors`:
    what it is made of, in the plan's order, with their share of it. `place` among the
    `ranked` departments with a quota, by completion, equals sharing a place; None without a quota,
    and while the plan is too young to rank anybody.
    """

    department: DepartmentPlan | None
    line: ScorecardLine
    units: tuple[ScorecardLine, ...]
    added: Mapping[DivisionKey, float | None]
    sectors: tuple[Part, ...]
    place: int | None = None
    ranked: int = 0

    @property
    def name(self) -> str:
        return UNASSIGNED if self.department is None else self.department.name


@dataclass(frozen=True)
class Department:
    """All counts of one department: the parts by indicator, in the plan's order."""

    plan: DepartmentPlan
    parts: tuple[tuple[IndicatorPlan, Collected], ...]


def shared_counts(plan: Plan) -> tuple[IndicatorPlan, ...]:
    """The counts the plan shares out among departments: those with a quota; without any quota the
    first count that has sectors, one with a target before others. None without departments that
    collect anything.
    """
    if not any(one.sectors for one in plan.departments):
        return ()
    able = [item for item in (*plan.core, *plan.watched) if shared_by_sector(item.indicator, plan.definitions)]
    owed = [item for item in able if any(item.code in one.quotas for one in plan.departments)]
    return tuple(owed or able[:1])


def units_named(plan: Plan) -> frozenset[str]:
    """Every unit the plan names: its departments, and those in charge of its indicators."""
    return frozenset(name for name in (*(name for one in plan.departments for name in one.names), *(
        unit for item in plan.indicators for unit in (item.lead_unit, *item.co_units))) if name)


def all_names(plan: Plan, names: Collection[str]) -> frozenset[str]:
    """These names with whatever else the same departments are called."""
    return frozenset(names).union(*(one.names for one in plan.departments
                                    if not set(one.names).isdisjoint(names)))


def departments(daily: Figures, card: Scorecard) -> tuple[Department, ...]:
    """Every department that collects, with its parts as of the scorecard's day."""
    parts = {item.code: collected(daily, card, item) for item in shared_counts(card.plan)}
    return tuple(Department(one, tuple(
        (item, part) for item in shared_counts(card.plan) for part in parts[item.code]
        if part.department == one)) for one in card.plan.departments if one.sectors)


def collected(daily: Figures, card: Scorecard, item: IndicatorPlan) -> tuple[Collected, ...]:
    """Every collecting department's part of a count, ranked ones first by place, then those without
    a quota as the plan lists them, what belongs to none last; nothing where the count is 未接入.
    """
    whole = daily.on(card.as_of)
    if whole.series.get(item.code) is None:
        return ()
    return whole.on_day(("collected", item.code), card.as_of,
                        lambda: _collected(whole, card.as_of, item))


def _collected(whole: Figures, as_of: date, item: IndicatorPlan) -> tuple[Collected, ...]:
    lines: dict[str, list[ScorecardLine]] = {}
    parts = _by_department(whole, item)
    for line in lines_of(parts, as_of, whole):
        lines.setdefault(line.indicator.partition("@")[2], []).append(line)
    early = whole.plan.window.elapsed_days(as_of) < whole.plan.alerts.first_day
    ranked = [] if early else [line for line, *_ in lines.values() if _ranked(line)]
    sectors = _sectors(whole, item, as_of)
    result = [Collected(one, line, tuple(units), _added(parts, line.indicator, as_of),
                        _own(one, sectors, line), _place(line, ranked), len(ranked))
              for one in (*_collecting(whole.plan), None)
              for line, *units in (lines[_REST if one is None else one.key],)]
    return tuple(sorted(result, key=lambda one: (one.department is None, one.place is None,
                                                 one.place or 0)))


def _by_department(whole: Figures, item: IndicatorPlan) -> Figures:
    """The figures of a plan whose indicators are the departments' parts of one count."""
    def made() -> Figures:
        departments = _collecting(whole.plan)
        listed = [(one.key, one.sectors, one.quotas.get(item.code)) for one in departments]
        theirs = {sector for one in departments for sector in one.sectors}
        others = ("", *(name for name in sector_names(whole.plan.definitions)
                        if name not in theirs))
        parts = tuple(_part(item, *one) for one in (*listed, (_REST, others, None)))
        return figures_of(whole.facts, replace(whole.plan, indicators=parts, departments=()))
    return whole.once(("by department", item.code), made)


def _part(item: IndicatorPlan, key: str, sectors: tuple[str, ...],
          quota: float | None) -> IndicatorPlan:
    assert item.indicator.part is not None
    indicator = replace(item.indicator, code=f"{item.code}@{key}",
                        part=item.indicator.part.narrowed({SECTOR: sectors}))
    return replace(item, indicator=indicator, target=quota, quotas={})


def _collecting(plan: Plan) -> tuple[DepartmentPlan, ...]:
    return tuple(one for one in plan.departments if one.sectors)


def _added(parts: Figures, code: str, as_of: date) -> dict[DivisionKey, float | None]:
    return {division.key: month_addition(parts, code, division, as_of)
            for division in parts.facts.geography.divisions}


def _sectors(whole: Figures, item: IndicatorPlan, as_of: date) -> dict[str, float]:
    total, city = item.indicator.part, whole.facts.geography.city
    assert total is not None
    sums = sums_by(total, total.event, SECTOR, whole.facts, city, as_of)
    if total.minus is not None:
        for name, value in sums_by(total, total.minus, SECTOR, whole.facts, city, as_of).items():
            sums[name] = sums.get(name, 0.0) - value
    return sums


def _own(one: DepartmentPlan | None, sums: dict[str, float],
         line: ScorecardLine) -> tuple[Part, ...]:
    """A department's sectors, with those of which nothing was collected."""
    if one is None or line.value is None:
        return ()
    return tuple(Part(name, sums.get(name, 0.0), sums.get(name, 0.0) / line.value
                      if line.value > 0 else None) for name in one.sectors)


def _place(line: ScorecardLine, ranked: Sequence[ScorecardLine]) -> int | None:
    if line not in ranked:
        return None
    return 1 + sum((one.completion or 0.0) > (line.completion or 0.0) for one in ranked)


def _ranked(line: ScorecardLine) -> bool:
    return line.completion is not None and line.light != Light.STALE
