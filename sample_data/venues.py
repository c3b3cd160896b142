"""Markets, stations, windows and co-built sites: no more than there are places, whatever the scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from reference import Village, labels, reference_rows
from reference.derive.divide import split
from sample_data.calendar import AS_OF, OFFICE, Days, Floats, draw_days, month_of, months
from sample_data.divisions import ListedVillages, unit_of
from sample_data.places import CITY, TOWNSHIP_NAMES, TOWNSHIPS, UNIT_OF_TOWNSHIP, UNITS, near
from sample_data.table import NEVER, Table, keys, objects, written

# covered central villages, and co-built sites with an organisation of the plan
WINDOWS, CO_BUILT = 259, 138
_BEFORE_2024, _BEFORE_PLAN = 38, 44  # stations at the end of 2023 and of 2024
# without a station on the last day: two of 泗洪, one of 湖滨 and one of 沭阳
WITHOUT_STATION = ("321324204", "321324202", "321311005", "321322120")
# windows per central village by unit; 泗洪 and 湖滨 stay under the 40 % of the plan
_WINDOW_SHARES = (0.44, 0.43, 0.47, 0.43, 0.36, 0.48, 0.33, 0.42, 0.0)
_NAMES = {row["unit_code"]: row["short_name"] for row in reference_rows("managing_unit")}
_NEVER_OPENED_IN = 2  # no station opens in February


@dataclass
class _Site:
    kind: str
    name: str
    opened: np.datetime64
    unit: str | None = None
    township: str | None = None
    village: str | None = None
    host: str | None = None
    point: tuple[float, float] | None = None
    social: float = 0.4
    closed: np.datetime64 = field(default_factory=lambda: NEVER)


def service_venues(rng: np.random.Generator, listed: ListedVillages) -> Table:
    sites = [*_markets(), *_stations(rng), *_windows(rng, listed), *_co_built(rng)]
    return _table(rng, sorted(sites, key=lambda site: (site.opened, site.name)))


def _markets() -> list[_Site]:
    """The city's market, one per county before the plan, and two that zones run on their own."""
    city = _Site("city_market", "宿迁市零工市场", np.datetime64("2019-09-18"), CITY, host="other",
                 point=(118.275, 33.945))
    opened = dict(zip(UNITS, ("2022-06-10", "2022-09-08", "2021-05-20", "2023-03-16", "2023-08-22",
                              "2025-05-28", "", "2026-03-19", ""), strict=True))
    own = [_Site("county_market", f"{_NAMES[unit]}零工市场", np.datetime64(day), unit, host="other",
                 point=labels()[unit], social=0.6) for unit, day in opened.items() if day]
    return [city, *own]


def _stations(rng: np.random.Generator) -> list[_Site]:
    """One station per served township in the order they opened, some second ones, and a few that
    moved.
    """
    served = [code for code in TOWNSHIPS if code not in WITHOUT_STATION]
    order = [served[i] for i in rng.permutation(len(served))]
    days = _station_days(rng, len(order))
    sites = [_station(rng, code, day, "零工服务驿站") for code, day in zip(order, days, strict=True)]
    moved = []
    for site in sites[3:6]:
        later = _station(rng, str(site.township), np.datetime64("2025-09-01"), "零工服务驿站（新址）")
        site.closed = later.opened
        moved.append(later)
    second = [_station(rng, code, day, "第二零工服务驿站")
              for code, day in zip(order[:8],
                                   draw_days(rng, rng.choice(months(date(2025, 6, 1), AS_OF), 8),
                                             OFFICE), strict=True)]
    return sites + moved + second


def _station(rng: np.random.Generator, township: str, day: np.datetime64, title: str) -> _Site:
    hosts = ("party_centre", "party_centre", "other", "trade_union")
    return _Site("station", f"{TOWNSHIP_NAMES[township]}{title}", day, UNIT_OF_TOWNSHIP[township],
                 township, host=hosts[int(rng.integers(len(hosts)))],
                 point=near(rng, township, 0.012), social=0.45)


def _station_days(rng: np.random.Generator, count: int) -> Days:
    """Opening days in order: 38 before 2024, six in 2024, then two or three a month but in
    February.
    """
    early = draw_days(rng, rng.choice(months(date(2021, 3, 1), date(2023, 12, 31)), _BEFORE_2024),
                      OFFICE)
    year_before = draw_days(rng, np.array([3, 4, 6, 8, 9, 11]) + month_of(date(2024, 1, 1)) - 1,
                            OFFICE)
    open_months = np.array([m for m in months(date(2025, 2, 1), AS_OF) if m % 12 != _NEVER_OPENED_IN
                            - 1])
    left = count - _BEFORE_PLAN
    per_month = split(left, np.ones(len(open_months)))
    since = draw_days(rng, np.repeat(open_months, rng.permutation(per_month)), OFFICE)
    return np.sort(np.concatenate([early, year_before, since]))


def _windows(rng: np.random.Generator, listed: ListedVillages) -> list[_Site]:
    """Windows of exactly WINDOWS listed villages, some of villages off the list, some second and
    closed ones.
    """
    current = [*listed.lasting, *listed.added]
    by_unit = [[v for v in current if unit_of(v) == unit] for unit in UNITS]
    counts = split(WINDOWS, np.array([len(own) for own in by_unit]) * np.array(_WINDOW_SHARES))
    covered = [own[i] for own, count in zip(by_unit, counts, strict=True)
               for i in rng.choice(len(own), int(count), replace=False)]
    bare = [village for village in current if village not in covered]
    others = [*listed.removed[:3], *(covered[i]
                                     for i in rng.choice(len(covered), 5, replace=False))]
    closed = [bare[i] for i in rng.choice(len(bare), 4, replace=False)]
    days = _window_days(rng, len(covered) + len(others) + len(closed))
    sites = [_window(rng, village, day)
             for village, day in zip([*covered, *others, *closed], days, strict=True)]
    for site in sites[-len(closed):]:
        site.opened, site.closed = np.datetime64("2025-04-15"), np.datetime64("2026-06-30")
    return sites


def _window_days(rng: np.random.Generator, count: int) -> Days:
    axis = months(date(2024, 3, 1), AS_OF)
    weights = np.where(axis < month_of(date(2025, 1, 1)), 0.35, 1.0)
    weights[axis % 12 == 1] = 0.2
    return draw_days(rng, rng.choice(axis, count, p=weights / weights.sum()), OFFICE)


def _window(rng: np.random.Generator, village: Village, day: np.datetime64) -> _Site:
    return _Site("window", f"{TOWNSHIP_NAMES[village.township_code]}{village.name}零工服务专窗", day,
                 unit_of(village), village.township_code, village.code, "party_centre",
                 near(rng, village.township_code, 0.025), 0.12)


def _co_built(rng: np.random.Generator) -> list[_Site]:
    hosts = {"organisation_dept": ("红色驿站", 0.4), "trade_union": ("工会爱心驿站", 0.38),
             "urban_management": ("城管便民驿站", 0.22)}
    townships = rng.choice(len(TOWNSHIPS), CO_BUILT)
    kinds = rng.choice(len(hosts), CO_BUILT, p=[share for _, share in hosts.values()])
    axis: Any = months(date(2024, 6, 1), AS_OF)
    days = draw_days(rng, rng.choice(axis, CO_BUILT), OFFICE)
    sites = []
    for number, (place, kind, day) in enumerate(zip(townships, kinds, days, strict=True), start=1):
        host, (title, _) = list(hosts.items())[int(kind)]
        township = TOWNSHIPS[int(place)]
        sites.append(_Site("co_built", f"{TOWNSHIP_NAMES[township]}{title}{number:03d}", day,
                           UNIT_OF_TOWNSHIP[township], township, host=host,
                           point=near(rng, township, 0.015), social=0.2))
    return sites


def _table(rng: np.random.Generator, sites: list[_Site]) -> Table:
    opened, closed = (np.array(days, dtype="datetime64[D]")
                      for days in ([s.opened for s in sites], [s.closed for s in sites]))
    social = rng.random(len(sites)) < np.array([site.social for site in sites])
    longitude, latitude = _coordinates([site.point for site in sites])
    return Table("service_venue", {"venue_id": keys("Z", len(sites)),
                                   "name": objects([site.name for site in sites]),
                                   "kind": objects([site.kind for site in sites]),
                                   "unit_code": objects([site.unit for site in sites]),
                                   "township_code": objects([site.township for site in sites]),
                                   "village_code": objects([site.village for site in sites]),
                                   "host": objects([site.host for site in sites]),
                                   "operator": np.where(social, "social", "government").astype(
                                       object), "longitude": longitude, "latitude": latitude,
                                   "opened_on": opened, "closed_on": closed,
                                   "updated_at": written(rng, opened, closed)})


def _coordinates(points: list[tuple[float, float] | None]) -> tuple[Floats, Floats]:
    pairs = np.array([(np.nan, np.nan) if point is None else point for point in points])
    return pairs[:, 0], pairs[:, 1]
