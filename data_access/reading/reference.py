"""Divisions: from the `reference` connection, or the bundled real lists when there is no such connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.plan.plan import Plan
from kpi.vocabulary.division import CentralVillage, Geography, ManagingUnit, Township, UnitKind
from kpi.vocabulary.errors import InputError
from reference import aliases, reference_rows

Rows = Sequence[Mapping[str, Any]]


def geography_from(plan: Plan, units: Rows, townships: Rows, villages: Rows | None) -> Geography:
    """Divisions from rows of the reference datasets. Raises InputError naming the row to mend."""
    names = aliases()
    return Geography(
        plan.city_code, plan.city_name,
        tuple(_unit(row, names.get(str(row.get("unit_code")), ())) for row in units),
        tuple(_township(row) for row in townships),
        None if villages is None else tuple(_village(row) for row in villages))


def bundled_geography(plan: Plan) -> Geography:
    """The real divisions that come with the program; there is no bundled list of central villages."""
    return geography_from(plan, reference_rows("managing_unit"), reference_rows("township"), None)


def _unit(row: Mapping[str, Any], names: tuple[str, ...]) -> ManagingUnit:
    code, kind = _required(row, "unit_code", "managing_unit"), _required(row, "kind", "managing_unit")
    if kind not in (UnitKind.COUNTY.value, UnitKind.ZONE.value):
        raise InputError(f"区划名录 managing_unit 中 {code} 的 kind 为 {kind}；只能是 county 或 zone，请改正。")
    county = row.get("county_code") or (code if kind == UnitKind.COUNTY.value else "")
    name = _required(row, "name", "managing_unit")
    return ManagingUnit(code, name, row.get("short_name") or name, UnitKind(kind), str(county), row.get("population"),
                        int(row.get("sort_order") or 0), names)


def _township(row: Mapping[str, Any]) -> Township:
    code, name, unit, county, kind = (_required(row, column, "township") for column in
                                      ("township_code", "name", "unit_code", "county_code", "kind"))
    return Township(code, name, unit, county, kind, row.get("valid_from"), row.get("valid_to"),
                    row.get("successor_code"))


def _village(row: Mapping[str, Any]) -> CentralVillage:
    return CentralVillage(_required(row, "village_code", "central_village"), str(row.get("name") or ""),
                          _required(row, "township_code", "central_village"), row.get("valid_from"), row.get("valid_to"))


def _required(row: Mapping[str, Any], name: str, dataset: str) -> str:
    value = row.get(name)
    if value is None or value == "":
        raise InputError(f"区划名录 {dataset} 有一行缺少 {name}（{dict(row)}）；请补上后重新刷新。")
    return str(value)
