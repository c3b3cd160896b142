"""The real divisions of 江苏省 that come with the program: cities, counties and zones, townships,
outlines.

`python -m reference.derive.derive_province` makes the files anew; provenance and licences are in
../SOURCES.md. Coordinates are (longitude, latitude) in GCJ-02. One outline per place, without
islands and exclaves.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reference import Outline

CODE, NAME = "320000", "江苏省"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class City:
    """`population` in persons, census of 2020."""

    code: str
    name: str
    short_name: str
    population: int


@cache
def cities() -> tuple[City, ...]:
    """The thirteen cities by code."""
    return tuple(City(row["city_code"], row["name"], row["short_name"], int(row["population"]))
                 for row in _rows("city.csv"))


def unit_rows(city: str) -> list[dict[str, Any]]:
    """The managing units of one city, counties before zones, in the columns of the dataset."""
    own = [row for row in _rows("managing_unit.csv") if row["unit_code"][:4] == city[:4]]
    return [{**row, "population": int(row["population"]), "sort_order": number}
            for number, row in enumerate(own, start=1)]


def township_rows(city: str) -> list[dict[str, Any]]:
    """The townships of one city; all of them still stand."""
    return [dict(row) for row in _rows("township.csv") if row["township_code"][:4] == city[:4]]


@cache
def city_outlines() -> Mapping[str, Outline]:
    """The outline of every city by code."""
    return _outlines("cities.json")


@cache
def county_outlines() -> Mapping[str, Outline]:
    """The outline of every county of the province by code."""
    return _outlines("counties.json")


def _outlines(name: str) -> Mapping[str, Outline]:
    loaded = json.loads((_FOLDER / name).read_text(encoding="utf-8"))["outlines"]
    return MappingProxyType({code: Outline(code, (tuple((x, y) for x, y in one["ring"]),),
                                           (one["label"][0], one["label"][1]))
                             for code, one in loaded.items()})


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
