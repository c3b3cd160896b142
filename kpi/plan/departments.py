"""Departments (部门) of the plan: which sectors each collects jobs of, and what it owes of a target.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kpi.definitions import Definitions, Indicator, Kind
from kpi.plan.plan_values import read
from kpi.vocabulary import InputError

SECTOR = "sector"
"""The dimension by which a count is shared out among departments."""

_KEYS = ("name", "aliases", "sectors", "quotas")


@dataclass(frozen=True)
class DepartmentPlan:
    """One department. `key`: of its table in the plan file. `name`: as in the lists of units in
    charge, `aliases`: what else it is called there and in the ledger, so that its duties and
    follow-up items are its own. `sectors`: what it collects, values
    of the dimension `SECTOR`, none for a department that collects nothing. `quotas`: its part of a
    count's target by indicator code.
    """

    key: str
    name: str
    sectors: tuple[str, ...] = ()
    quotas: Mapping[str, float] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


def departments_from(data: Mapping[str, Any], targets: Mapping[str, float | None],
                     definitions: Definitions) -> tuple[DepartmentPlan, ...]:
    """The departments of a parsed plan file, in its order; none without `[departments]`.

    `targets`: of the plan's indicators by code. Raises InputError, naming table and key, on a
    sector nobody has or two departments have, on a quota of what cannot be shared out by sector,
    and on quotas that add up to more than the target; to less is allowed (未归部门).
    """
    tables = read.optional_table(data, "departments")
    departments = tuple(_department(str(key), entry, definitions) for key, entry in tables.items())
    _refuse_twice([(name, one.key) for one in departments for name in one.names], "名称")
    _refuse_twice([(sector, one.key) for one in departments for sector in one.sectors], "行业")
    for one in departments:
        for code in one.quotas:
            _check_quota(one, code, targets, definitions)
    for code in dict.fromkeys(code for one in departments for code in one.quotas):
        total, target = math.fsum(one.quotas.get(code, 0.0) for one in departments), targets[code]
        if target is not None and total > target + 1e-9:
            raise InputError(f"plan.toml 的 [departments] 各部门 {code} 的任务合计 {total:g}，"
                             f"超过全市目标 {target:g}；请改正后重试。")
    return departments


def shared_by_sector(indicator: Indicator, definitions: Definitions) -> bool:
    """Whether the indicator's count can be shared out by sector: a count since the plan's start of
    an event that is split by it.
    """
    part = indicator.part
    if part is None or indicator.kind is not Kind.CUMULATIVE:
        return False
    dataset = definitions.datasets[part.dataset]
    return all(SECTOR in dataset.event(name).dimensions
               for name in (part.event, part.minus) if name is not None)


def sector_names(definitions: Definitions) -> dict[str, str]:
    """Every sector a dataset knows, with its words on screen."""
    return {value: name for dataset in definitions.datasets.values() for column in dataset.columns
            if column.name == SECTOR for value, name in column.titles.items()}


def _department(key: str, entry: Any, definitions: Definitions) -> DepartmentPlan:
    where = f"departments.{key}"
    table = read.as_table(entry, where)
    read.only(table, where, _KEYS)
    sectors, listed = read.texts(table, "sectors", where, "agriculture"), sector_names(definitions)
    for sector in sectors:
        if sector not in listed:
            names = "、".join(f"{one}（{title}）" for one, title in listed.items())
            raise InputError(f"plan.toml 的 [{where}] sectors 中的行业 {sector} 不认识；可用的有 {names}。")
    quotas = read.optional_table(table, "quotas", f"{where}.quotas")
    if quotas and not sectors:
        raise InputError(f"plan.toml 的 [{where}] 有任务 quotas 却没有写征集哪些行业；请补上 sectors。")
    return DepartmentPlan(key, read.text(table, "name", where), sectors,
                          {str(code): read.number(quotas, code, f"{where}.quotas", least=0)
                           for code in quotas}, read.texts(table, "aliases", where, "市农业局"))


def _refuse_twice(pairs: list[tuple[str, str]], what: str) -> None:
    first: dict[str, str] = {}
    for value, key in pairs:
        if value in first:
            other = f"[departments.{first[value]}] 和 [departments.{key}]"
            raise InputError(f"plan.toml 中{what} {value} 写了两次（{other}）；一个{what}只能归一个部门，请改正。")
        first[value] = key


def _check_quota(one: DepartmentPlan, code: str, targets: Mapping[str, float | None],
                 definitions: Definitions) -> None:
    where = f"plan.toml 的 [departments.{one.key}.quotas] {code}"
    if code not in targets:
        raise InputError(f"{where}：方案中没有这个指标；请对照 [indicators.…] 改正。")
    indicator = definitions.indicators[code]
    if not shared_by_sector(indicator, definitions):
        raise InputError(f"{where}：{indicator.name}不能按行业分到部门；请删去这一行。")
    if targets[code] is None:
        raise InputError(f"{where}：这个指标没有全市目标；请先在 [indicators.{code}] 写 target。")
    if one.quotas[code] == 0:
        raise InputError(f"{where} = 0 应大于 0；没有任务时请删去这一行。")
