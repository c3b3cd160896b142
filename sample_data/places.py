"""Where sample rows belong: the nine units, their townships, and made-up points on the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from reference import Point, labels, outlines, reference_rows
from reference.derive.plane import Grid, distance, grid_inside, inside
from sample_data.calendar import Floats, Ints
from sample_data.table import Array, Columns, objects

CITY = "321300"
CITY_ONLY = 9  # position after the nine units: rows that know only the city
# made up: in no list of codes, merged into SUCCESSOR half a year into the plan
FORMER_TOWNSHIP = "321324290"
SUCCESSOR = "321324105"
MERGED_ON = "2025-07-01"

UNITS = tuple(row["unit_code"] for row in reference_rows("managing_unit"))
COUNTY_OF = {row["unit_code"]: row["county_code"] for row in reference_rows("managing_unit")}
POPULATION = np.array([row["population"] for row in reference_rows("managing_unit")], dtype=float)
TOWNSHIPS = tuple(row["township_code"] for row in reference_rows("township"))
TOWNSHIP_NAMES = {row["township_code"]: row["name"] for row in reference_rows("township")}
UNIT_OF_TOWNSHIP = {row["township_code"]: row["unit_code"] for row in reference_rows("township")}
UNIT_CODES = objects([*UNITS, CITY])
TOWNSHIP_CODES = objects([*TOWNSHIPS, None])
NO_TOWNSHIP = len(TOWNSHIPS)


@dataclass(frozen=True)
class Performance:
    """How units do against their population's share, in the order of the units; 1 is the city's
    average.
    """

    users: tuple[float, ...] = (1.03, 1.00, 1.07, 0.99, 0.92, 1.05, 0.78, 0.95, 1.06)
    employers: tuple[float, ...] = (1.09, 1.02, 1.06, 0.98, 0.94, 1.15, 0.72, 0.86, 1.20)
    training: tuple[float, ...] = (1.02, 0.98, 1.07, 1.00, 0.94, 1.06, 0.74, 0.93, 1.02)


PERFORMANCE = Performance()
# order: 宿城 宿豫 沭阳 泗阳 泗洪 经开 湖滨 洋河 苏宿
JOB_SHARES = np.array([0.136, 0.092, 0.30, 0.16, 0.16, 0.052, 0.038, 0.034, 0.028])


def performing(factors: tuple[float, ...]) -> Floats:
    """Weights of the units: population times how they do."""
    weights: Floats = POPULATION * np.array(factors)
    return weights


def draw_townships(rng: np.random.Generator, unit: Ints, named_share: float = 0.88) -> Ints:
    """A township of each row's unit, by position in TOWNSHIPS; NO_TOWNSHIP where none is known."""
    township = np.full(len(unit), NO_TOWNSHIP)
    for number, code in enumerate(UNITS):
        own = np.array([i for i, t in enumerate(TOWNSHIPS) if UNIT_OF_TOWNSHIP[t] == code],
                       dtype=int)
        rows = np.flatnonzero(unit == number)
        if len(own):
            busy = 0.5 + rng.random(len(own))
            township[rows] = rng.choice(own, len(rows), p=busy / busy.sum())
    township[rng.random(len(unit)) >= named_share] = NO_TOWNSHIP
    return township


def place_columns(rng: np.random.Generator, unit: Ints, township: Ints | None = None) -> Columns:
    """unit_code and township_code; some rows that know their township leave the unit out."""
    chosen = draw_townships(rng, unit) if township is None else township
    codes = UNIT_CODES[unit]
    codes[(chosen != NO_TOWNSHIP) & (rng.random(len(unit)) < 0.04)] = None
    return {"unit_code": codes, "township_code": TOWNSHIP_CODES[chosen]}


def use_former_township(rng: np.random.Generator, township_code: Array, share: float) -> None:
    """Some rows of the merged township's successor still carry the old code."""
    rows = np.flatnonzero(township_code == SUCCESSOR)
    township_code[rows[rng.random(len(rows)) < share]] = FORMER_TOWNSHIP


@cache
def township_points() -> dict[str, Point]:
    """A made-up point per township, well spread over its county and, for a zone's townships, near
    the zone's label.
    """
    points: dict[str, Point] = {}
    for county, outline in outlines().items():
        own = [code for code in TOWNSHIPS if COUNTY_OF[UNIT_OF_TOWNSHIP[code]] == county]
        centres = _well_spread(grid_inside(outline.rings[0], 0.012), len(own))
        # townships of zones choose first, each the point nearest to its zone
        for code in sorted(own, key=lambda c: (UNIT_OF_TOWNSHIP[c] == county, c)):
            anchor = np.array([labels()[UNIT_OF_TOWNSHIP[code]]])
            nearest = int(distance(centres, anchor)[:, 0].argmin())
            x, y = centres[nearest]
            points[code] = (round(float(x), 5), round(float(y), 5))
            centres = np.delete(centres, nearest, axis=0)
    return points


def _well_spread(grid: Grid, count: int) -> Grid:
    """`count` centres that share the grid about evenly, each on a point of the grid."""
    centres = grid[np.linspace(0, len(grid) - 1, count).astype(int)]
    for _ in range(12):
        owner = distance(grid, centres).argmin(axis=1)
        means = np.array([grid[owner == i].mean(axis=0) if (owner == i).any() else centres[i]
                          for i in range(count)])
        centres = means
    # a mean can fall into a bay outside the county
    inside_it: Grid = grid[distance(centres, grid).argmin(axis=1)]
    return inside_it


def near(rng: np.random.Generator, township: str, spread: float) -> Point:
    """A made-up point some `spread` degrees from the township's own, inside its county."""
    ring = outlines()[COUNTY_OF[UNIT_OF_TOWNSHIP[township]]].rings[0]
    centre = np.array(township_points()[township])
    tries = centre + rng.normal(0, spread, (6, 2)).clip(-2 * spread, 2 * spread)
    good = tries[inside(tries, ring)]
    x, y = good[0] if len(good) else centre
    return (round(float(x), 5), round(float(y), 5))
