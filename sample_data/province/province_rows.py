"""Rows of one synthetic city of a province: real counties and townships, made-up everything else.

Simpler than the sample of 宿迁 (`sample_data.world`): a province needs many cities, each of them
small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from kpi.definitions import DATASETS, ColumnType
from reference import province
from reference.derive.divide import split
from reference.derive.plane import grid_inside
from sample_data.calendar import AS_OF, OFFICE, Days, Floats, Ints, draw_days, months
from sample_data.posting import OCCUPATIONS, PLATFORMS
from sample_data.table import (
    END,
    NEVER,
    Array,
    Columns,
    Table,
    constant,
    keys,
    later,
    objects,
    pick,
    where,
    written,
)

_KNOWN_TOWNSHIP = 0.88
_VILLAGES = 3  # central villages of a township
_BEFORE = date(2023, 1, 1)  # stocks have grown since


@dataclass(frozen=True)
class Sizes:
    """How much a city is to have on the sample's last day. `served`, `windows`: shares of townships
    and of villages.
    """

    jobs: int
    third_party: float
    users: int
    employers: int
    training: int
    served: float
    windows: float
    disputes: int
    mediated: float
    concluded: float


@dataclass(frozen=True, eq=False)
class Town:
    """Where rows can belong: units with the weight they have, and townships by unit."""

    code: str
    units: list[dict[str, Any]]
    townships: list[dict[str, Any]]
    weights: Floats

    @property
    def unit_codes(self) -> Array:
        return objects([unit["unit_code"] for unit in self.units])

    def draw(self, rng: np.random.Generator, count: int) -> Ints:
        """A unit, by position, for each of `count` rows."""
        drawn: Ints = rng.permutation(np.repeat(np.arange(len(self.units)),
                                                split(count, self.weights)))
        return drawn

    def places(self, rng: np.random.Generator, count: int) -> Columns:
        """unit_code and township_code of `count` rows."""
        unit = self.draw(rng, count)
        township = np.full(count, None, dtype=object)
        for number, code in enumerate(self.unit_codes):
            own = objects([row["township_code"] for row in self.townships
                           if row["unit_code"] == code])
            rows = np.flatnonzero(unit == number)
            if len(own):
                township[rows] = own[rng.integers(0, len(own), len(rows))]
        township[rng.random(count) >= _KNOWN_TOWNSHIP] = None
        return {"unit_code": self.unit_codes[unit], "township_code": township}


def town_of(rng: np.random.Generator, city: str) -> Town:
    """The city's divisions; some units do better than their population's share, some worse."""
    units = province.unit_rows(city)
    weights = np.array([unit["population"] for unit in units], dtype=float) * rng.normal(
        1, 0.07, len(units)).clip(0.8, 1.2)
    return Town(city, units, province.township_rows(city), weights)


def tables(rng: np.random.Generator, city: str, start: date, sizes: Sizes) -> Iterator[Table]:
    """Every dataset of the city once; those the province's sample has nothing to say about are
    empty tables.
    """
    town = town_of(rng, city)
    villages = _villages(town)
    yield _reference("managing_unit", town.units)
    yield _reference("township", town.townships)
    yield _reference("central_village", villages)
    yield _venues(rng, town, villages, sizes)
    yield _accounts(rng, town, "worker_account", "account_id", "U", sizes.users)
    yield _accounts(rng, town, "employer_account", "employer_code", "E", sizes.employers)
    yield _postings(rng, town, start, sizes)
    yield _training(rng, town, start, sizes.training)
    yield _disputes(rng, town, sizes)
    for name in ("hire", "violation", "craft_certificate", "welfare_post", "assisted_person",
                 "injury_cover", "fund_entry", "practice_report"):
        yield _reference(name, [])


def _villages(town: Town) -> list[dict[str, Any]]:
    return [{"village_code": f"{row['township_code']}{number:03d}", "name": f"演示中心村{number - 200}",
             "township_code": row["township_code"]} for row in town.townships
            for number in range(201, 201 + _VILLAGES)]


def _reference(dataset: str, rows: list[dict[str, Any]]) -> Table:
    columns: Columns = {}
    for column in DATASETS[dataset].columns:
        values = [row.get(column.name) for row in rows]
        if column.type == ColumnType.DATE:
            columns[column.name] = np.full(len(rows), NEVER)
        elif column.type == ColumnType.TIMESTAMP:
            columns[column.name] = np.full(len(rows), np.datetime64("2026-01-05T09:00:00"))
        else:
            columns[column.name] = objects(values)
    return Table(dataset, columns)


def _days(rng: np.random.Generator, count: int, first: date, growth: float = 1.6) -> Days:
    """`count` days from `first` to the sample's last, more and more of them, few at the Spring
    Festival.
    """
    axis = months(first, AS_OF)
    season = np.array([0.9, 0.6, 1.35, 1, 1.05, 1.2, 0.85, 0.9, 1.05, 1.25, 1.35, 0.95])
    weights = np.linspace(1, growth, len(axis)) * season[axis % 12]
    return draw_days(rng, rng.choice(axis, count, p=weights / weights.sum()))


def _accounts(rng: np.random.Generator, town: Town, dataset: str, key: str, prefix: str,
              holding: int) -> Table:
    count = round(holding / 0.97)
    registered = _days(rng, count, _BEFORE, 2.5)
    gone = np.zeros(count, dtype=bool)
    gone[rng.choice(count, count - holding, replace=False)] = True
    left = where(gone, later(rng, registered, 5, 200))
    verified = where(rng.random(count) < 0.95, later(rng, registered, 0, 20))
    return Table(dataset,
                 {key: objects([f"{prefix}{town.code[:4]}{number:06d}" for number in range(count)]),
                  **town.places(rng, count), "registered_on": registered, "verified_on": verified,
                  "deregistered_on": left, "updated_at": written(rng, registered, left)})


def _postings(rng: np.random.Generator, town: Town, start: date, sizes: Sizes) -> Table:
    """Postings whose net headcount is that of `sizes`, and some copies that do not count."""
    headcount = np.minimum(1 + rng.geometric(0.28, 2 * sizes.jobs // 3 + 9), 30)
    headcount = headcount[:int(np.searchsorted(np.cumsum(headcount), sizes.jobs)) + 1].astype(
        np.int64)
    headcount[-1] -= int(headcount.sum()) - sizes.jobs
    headcount = headcount[headcount > 0]
    count = len(headcount)
    sector = pick(rng, {"agriculture": 0.2, "domestic": 0.18, "ecommerce": 0.16,
                        "construction": 0.14, "instant_delivery": 0.14, "courier": 0.08,
                        "other": 0.1}, count)
    published = _days(rng, count, start)
    false = rng.random(count) < 0.012
    columns = {"platform": pick(rng, PLATFORMS, count),
               "employer_code": objects([f"E{number:06d}" for number in range(count)]),
               "occupation": objects([OCCUPATIONS[name][0] for name in sector]), "sector": sector,
               "collector": _collectors(rng, headcount, sizes.third_party),
               **town.places(rng, count), "headcount": headcount, "published_on": published,
               "invalidated_on": where(false, later(rng, published, 5, 45)),
               "invalid_reason": objects(["虚假岗位" if one else None for one in false]),
               "employer_verified": rng.random(count) < 0.96}
    copied = rng.choice(count, count // 12, replace=False)
    copies = {name: column[copied].copy() for name, column in columns.items()}
    copies["published_on"] = later(rng, copies["published_on"], 0, 12)
    copies["invalidated_on"], copies["invalid_reason"] = np.full(len(copied), NEVER), constant(
        None, len(copied))
    rows = {name: np.concatenate([columns[name], copies[name]]) for name in columns}
    return Table("job_posting", {"posting_id": keys(f"P{town.code[:4]}", len(rows["platform"])),
                                 **rows,
                                 "updated_at": written(rng, rows["published_on"],
                                                       rows["invalidated_on"])})


def _collectors(rng: np.random.Generator, headcount: Ints, share: float) -> Array:
    """Third parties and associations collect about `share` of the headcount."""
    collector = constant("government", len(headcount))
    order = rng.permutation(len(headcount))
    third = order[np.cumsum(headcount[order]) <= share * headcount.sum()]
    collector[third] = np.where(rng.random(len(third)) < 0.2, "association", "third_party")
    return collector


def _training(rng: np.random.Generator, town: Town, start: date, done: int) -> Table:
    completed = _days(rng, done, start)
    return Table("training_attendance", {"attendance_id": keys("T", done),
                                         "person_key": keys(f"R{town.code[:4]}", done),
                                         "occupation": pick(rng,
                                                            {"家政": 24, "养老": 21, "维修": 12,
                                                             "电商直播": 11, "配送": 6}, done),
                                         "level": pick(rng, {None: 0.4, "初级": 0.4, "中级": 0.2},
                                                       done), "is_gig": np.ones(done, dtype=bool),
                                         **town.places(rng, done),
                                         "enrolled_on": completed - rng.integers(4, 25, done),
                                         "completed_on": completed,
                                         "updated_at": written(rng, completed)})


def _disputes(rng: np.random.Generator, town: Town, sizes: Sizes) -> Table:
    """Gig mediations and arbitrations; those of the last weeks are still open."""
    count = sizes.disputes
    if not count:
        return _reference("dispute_case", [])
    accepted = _days(rng, count, date(2024, 7, 1), 1.1)
    mediation = rng.random(count) < 0.6
    # what was accepted long ago is closed, a part of this year's arbitrations never in time
    closed = where(rng.random(count) < np.where(mediation, 0.97, sizes.concluded + 0.06),
                   accepted + rng.integers(3, 15, count))
    closed[closed > END] = NEVER
    won = np.where(rng.random(count) < sizes.mediated, "success", "failure")
    outcome = np.where(mediation, won, np.where(rng.random(count) < 0.6, "award",
                                                "settled")).astype(object)
    outcome[np.isnat(closed)] = None
    return Table("dispute_case", {"case_id": keys("A", count),
                                  "stage": np.where(mediation, "mediation", "arbitration").astype(
                                      object), "is_gig": mediation | (rng.random(count) < 0.1),
                                  "unit_code": town.unit_codes[town.draw(rng, count)],
                                  "accepted_on": accepted, "closed_on": closed, "outcome": outcome,
                                  "updated_at": written(rng, accepted, closed)})


def _venues(rng: np.random.Generator, town: Town, villages: list[dict[str, Any]],
            sizes: Sizes) -> Table:
    """A market of the city and of every county, stations and windows in as many places as `sizes`
    says.
    """
    counties = [unit for unit in town.units if unit["kind"] == "county"]
    rows = [("city_market", f"{town.code}市级零工市场（演示）", town.code, None, None, None)]
    rows += [("county_market", f"{unit['short_name']}零工市场（演示）", unit["unit_code"], None, None,
              unit["unit_code"]) for unit in counties]
    stations = rng.permutation(len(town.townships))[:round(sizes.served * len(town.townships))]
    rows += [_venue("station", "零工服务驿站", town.townships[i], None) for i in sorted(stations)]
    home = {row["township_code"]: row for row in town.townships}
    windows = rng.permutation(len(villages))[:round(sizes.windows * len(villages))]
    rows += [_venue("window", f"{villages[i]['name']}零工服务专窗", home[villages[i]["township_code"]],
                    villages[i]["village_code"]) for i in sorted(windows)]
    count = len(rows)
    opened = draw_days(rng, rng.choice(months(date(2023, 6, 1), AS_OF), count), OFFICE)
    opened[:1 + len(counties)] = np.datetime64("2023-05-10")
    longitude, latitude = _points(rng, [row[5] for row in rows])
    return Table("service_venue", {"venue_id": keys("Z", count),
                                   "name": objects([row[1] for row in rows]),
                                   "kind": objects([row[0] for row in rows]),
                                   "unit_code": objects([row[2] for row in rows]),
                                   "township_code": objects([row[3] for row in rows]),
                                   "village_code": objects([row[4] for row in rows]),
                                   "host": constant("party_centre", count),
                                   "operator": pick(rng, {"government": 0.6, "social": 0.4}, count),
                                   "longitude": longitude, "latitude": latitude,
                                   "opened_on": opened, "closed_on": np.full(count, NEVER),
                                   "updated_at": written(rng, opened)})


def _venue(kind: str, title: str, township: dict[str, Any], village: str | None) -> tuple[Any, ...]:
    return (kind, f"{township['name']}{title}（演示）", township["unit_code"],
            township["township_code"], village, township["county_code"])


def _points(rng: np.random.Generator, counties: list[str | None]) -> tuple[Floats, Floats]:
    """A made-up point inside each venue's county; nowhere for the city's market."""
    at = np.full((len(counties), 2), np.nan)
    for county in sorted({code for code in counties if code is not None}):
        rows = [number for number, code in enumerate(counties) if code == county]
        grid = grid_inside(province.county_outlines()[county].rings[0], 0.012)
        at[rows] = grid[rng.integers(0, len(grid), len(rows))].round(5)
    return at[:, 0], at[:, 1]


def elapsed(start: date, deadline: date) -> float:
    """Share of the window gone on the sample's last day."""
    return min(((AS_OF - start).days + 1) / ((deadline - start).days + 1), 1.0)
