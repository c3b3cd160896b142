"""The real divisions of 宿迁市 that come with the program: units, townships, villages, outlines,
labels.

Provenance, licences and what is estimated are recorded in SOURCES.md beside the data; `python -m
reference.derive.derive_reference` makes the files anew. Coordinates are (longitude, latitude) in
GCJ-02.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kpi.definitions import DATASETS, ColumnType

Point = tuple[float, float]
Ring = tuple[Point, ...]

_FOLDER = Path(__file__).parent
_BUNDLED = ("managing_unit", "township")


@dataclass(frozen=True)
class Village:
    """A village or community; names repeat, so join by `code` (12 digits)."""

    code: str
    name: str
    township_code: str


@dataclass(frozen=True)
class Outline:
    """A county's outline. Each ring is closed (first point = last point); `label` lies inside it,
    clear of others.
    """

    code: str
    rings: tuple[Ring, ...]
    label: Point


@dataclass(frozen=True)
class FormerTownship:
    """A township, park or farm that is not, or not under that name, in today's list
    (former_division.csv).

    `successors`: codes of the townships it is part of today; none: a park or farm, whose rows count
    for one of `units`. `checked`: "yes", "partly" or "no": whether its communities are where it is
    said to have gone.
    """

    code: str
    name: str
    successors: tuple[str, ...]
    units: tuple[str, ...]
    checked: str


def reference_rows(dataset: str) -> list[dict[str, Any]]:
    """Rows of "managing_unit" (9) or "township" (95) with the canonical columns, dates as date or
    None.

    Raises KeyError for any other dataset: there is no bundled list of central villages.
    """
    if dataset not in _BUNDLED:
        raise KeyError(f"no bundled rows of {dataset}")
    types = {column.name: column.type for column in DATASETS[dataset].columns}
    return [{name: _typed(row.get(name), of) for name, of in types.items()}
            for row in _read_csv(f"{dataset}.csv")]


@cache
def aliases() -> Mapping[str, tuple[str, ...]]:
    """Other names a managing unit goes by, by unit code; units without one are left out."""
    named = {row["unit_code"]: tuple(row["aliases"].split("|"))
             for row in _read_csv("managing_unit.csv") if row["aliases"]}
    return MappingProxyType(named)


@cache
def former_townships() -> tuple[FormerTownship, ...]:
    """Every division that was in a list since 2016 and is no township of today's under that name,
    by code.
    """
    return tuple(FormerTownship(row["code"], row["name"], _codes(row["successors"]),
                                _codes(row["units"]), row["checked"])
                 for row in _read_csv("former_division.csv"))


@cache
def other_names() -> Mapping[str, str]:
    """What units and townships are also called → their code: old and short names, places named with
    a former county.
    """
    return MappingProxyType({row["name"]: row["code"] for row in _read_csv("division_alias.csv")})


@cache
def villages() -> tuple[Village, ...]:
    """All villages and communities of the 95 townships, by code."""
    return tuple(Village(row["village_code"], row["name"], row["township_code"])
                 for row in _read_csv("village.csv"))


@cache
def outlines() -> Mapping[str, Outline]:
    """The outline of each county (its zones included) by county code, in the order of the units."""
    counties = _read_map()["counties"]
    return MappingProxyType(
        {code: Outline(code, tuple(tuple(_point(p) for p in ring) for ring in county["rings"]),
                       _point(county["label"])) for code, county in counties.items()})


@cache
def labels() -> Mapping[str, Point]:
    """Where to write a managing unit's name, by unit code: counties and zones; no two labels lie
    close together.
    """
    zones = {code: _point(label) for code, label in _read_map()["zones"].items()}
    return MappingProxyType({**{code: outline.label for code, outline in outlines().items()},
                             **zones})


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _typed(text: str | None, of: ColumnType) -> Any:
    if not text:
        return None
    if of == ColumnType.INT:
        return int(text)
    return date.fromisoformat(text) if of == ColumnType.DATE else text


def _point(pair: list[float]) -> Point:
    return (pair[0], pair[1])


def _read_csv(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read_map() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_FOLDER / "outlines.json").read_text(encoding="utf-8"))
    return loaded
