"""Divisions from rows of the reference datasets, and what a row of them must have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kpi.plan import Plan
from kpi.vocabulary import (
    CentralVillage,
    Geography,
    InputError,
    ManagingUnit,
    Township,
    UnitKind,
    distinct_entries,
)
from reference import aliases

Rows = Sequence[Mapping[str, Any]]


def geography_from(plan: Plan, units: Rows, townships: Rows, villages: Rows | None) -> Geography:
    """Divisions from rows of the reference datasets. Raises InputError naming the row to mend."""
    names = aliases()
    for dataset, key, rows in (("managing_unit", "unit_code", units),
                               ("township", "township_code", townships),
                               ("central_village", "village_code", villages or ())):
        _refuse_twice(dataset, key, rows)
    return Geography(
        plan.city_code, plan.city_name,
        tuple(_unit(row, names.get(str(row.get("unit_code")), ())) for row in units),
        distinct_entries(_township(row) for row in townships),
        None if villages is None else tuple(_village(row) for row in villages))


def _refuse_twice(dataset: str, key: str, rows: Rows) -> None:
    """A division may be listed again for another time, but not twice for one and the same."""
    listed: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        for other in listed.setdefault(str(row.get(key)), []):
            if _starts(row) < _ends(other) and _starts(other) < _ends(row):
                raise InputError(f"区划名录 {dataset} 中 {row.get(key)} 列了不止一次，而有效期相互重叠；请只留一行，"
                                 "或写清 valid_from 和 valid_to。")
        listed[str(row.get(key))].append(row)


def _starts(row: Mapping[str, Any]) -> date:
    return row.get("valid_from") or date.min


def _ends(row: Mapping[str, Any]) -> date:
    return row.get("valid_to") or date.max


def _unit(row: Mapping[str, Any], names: tuple[str, ...]) -> ManagingUnit:
    code, kind = _required(row, "unit_code", "managing_unit"), _required(
        row, "kind", "managing_unit")
    if kind not in (UnitKind.COUNTY.value, UnitKind.ZONE.value):
        raise InputError(f"区划名录 managing_unit 中 {code} 的 kind 为 {kind}；只能是 county 或 zone，请改正。")
    county = row.get("county_code") or (code if kind == UnitKind.COUNTY.value else "")
    name = _required(row, "name", "managing_unit")
    return ManagingUnit(code, name, row.get("short_name") or name, UnitKind(kind), str(county),
                        row.get("population"), int(row.get("sort_order") or 0), names,
                        row.get("valid_from"), row.get("valid_to"), row.get("successor_code"))


def _township(row: Mapping[str, Any]) -> Township:
    code, name, unit, county, kind = (_required(row, column, "township") for column in
                                      ("township_code", "name", "unit_code", "county_code", "kind"))
    return Township(code, name, unit, county, kind, row.get("valid_from"), row.get("valid_to"),
                    row.get("successor_code"))


def _village(row: Mapping[str, Any]) -> CentralVillage:
    return CentralVillage(_required(row, "village_code", "central_village"),
                          str(row.get("name") or ""),
                          _required(row, "township_code", "central_village"), row.get("valid_from"),
                          row.get("valid_to"))


def _required(row: Mapping[str, Any], name: str, dataset: str) -> str:
    value = row.get(name)
    if value is None or value == "":
        shown = "，".join(f"{key} = {given}" for key, given in row.items()
                         if given not in (None, ""))
        raise InputError(f"区划名录 {dataset} 有一行缺少 {name}（该行的其他内容：{shown or '全空'}）；请补上后重新刷新。")
    return str(value)
