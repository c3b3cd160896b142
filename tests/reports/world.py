"""A small city with everything a paper can meet, as databases: real division names, faults, gaps, a
hostile name.

Deterministic and drawn by loops rather than by hand: what the figures mean is tested elsewhere,
here they only have to differ from one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from data_access.site.settings import Settings, load_plan
from data_access.snapshots.refresh import refresh
from kpi.definitions.shipped_datasets import CONNECTIONS, DATASETS
from kpi.plan.plan import Plan
from kpi.scorecard.scorecard import Figures, Scorecard, figures, scorecard
from reports.scorecard import SnapshotNote
from tests.drawn import WORLD, Row, filled, write_sqlite

START, DEADLINE = date(2025, 1, 1), date(2026, 12, 31)
AS_OF, READ_ON = date(2026, 10, 31), date(2026, 11, 2)
HOSTILE_TOWN, HOSTILE_VILLAGE = "=cmd|'/C calc'!A0", "@SUM(1+1)*cmd"
PLAN = """
[plan]
id = "test-plan"
title = "测试方案：打造“零工归宿”品牌"
document = "测〔2025〕1号"
city_code = "321300"
city_name = "测试市"
start = 2025-01-01
deadline = 2026-12-31

[indicators.tier_coverage]
target = 1.0
[indicators.county_market_coverage]
target = 1.0
[indicators.station_coverage]
target = 1.0
[indicators.window_coverage]
target = 0.4
weight = 2.0
[indicators.registered_users]
target = 200
lead_unit = "市人社局"
[indicators.registered_employers]
target = 40
[indicators.jobs_published]
target = 5000
co_units = ["市住建局", "市商务局"]
[indicators.jobs_published.quotas]
321302 = 2400
321322 = 2600
[indicators.third_party_share]
target = 0.5
comparator = ">"
[indicators.training_attendances]
target = 300
[indicators.mediation_success]
target = 0.6
[indicators.arbitration_closing]
target = 0.92
[indicators.co_built_sites]
[indicators.sector_jobs]
[indicators.operated_venues]
[indicators.e_agreement_share]
[indicators.welfare_posts]
[indicators.dual_real_name]
[indicators.funds_spent]
[indicators.follow_ups_closed]
"""


@dataclass(frozen=True, eq=False)
class Known:
    """One snapshot and its scorecard."""

    figures: Figures
    card: Scorecard
    note: SnapshotNote

    @property
    def plan(self) -> Plan:
        return self.card.plan


def known_world(folder: Path, *, sample: bool = False, without: tuple[str, ...] = (),
                as_of: date = AS_OF, plan: str = PLAN) -> Known:
    """The small city read by the program itself. `without` leaves out whole connections."""
    settings = settings_for(folder, without=without, plan=plan)
    terms = load_plan(settings)
    taken = refresh(settings, now=datetime.combine(READ_ON, time(8, 30)))
    computed = figures(taken.facts(terms), terms)
    return Known(computed, scorecard(computed, as_of),
                 SnapshotNote(taken.id, taken.read_at, sample, taken.sources))


def settings_for(folder: Path, *, without: tuple[str, ...] = (), plan: str = PLAN) -> Settings:
    """Databases and plan file in `folder`."""
    config, databases = folder / "config", folder / "databases"
    config.mkdir(parents=True)
    databases.mkdir()
    (config / "plan.toml").write_text(plan, encoding="utf-8")
    tables = {name: rows for name, rows in _tables().items()
              if DATASETS[name].connection not in without}
    for dataset in DATASETS.values():
        if dataset.connection not in without:
            tables.setdefault(dataset.name, [])
    assert set(CONNECTIONS) >= {DATASETS[name].connection for name in tables}
    return Settings(config, folder / "var", write_sqlite(databases, tables))


def _tables() -> dict[str, list[Row]]:
    return {**_reference(), "service_venue": list(_numbered("service_venue", _venues())),
            "job_posting": list(_numbered("job_posting", _postings())),
            "worker_account": list(_numbered("worker_account", _accounts(180, 3))),
            "employer_account": list(_numbered("employer_account", _accounts(31, 20))),
            "training_attendance": list(_numbered("training_attendance", _trainings())),
            "dispute_case": list(_numbered("dispute_case", _disputes())),
            "hire": list(_numbered("hire", _hires())),
            "fund_entry": list(_numbered("fund_entry", _funds()))}


def _numbered(dataset: str, rows: Iterator[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield filled(dataset, row, number)


def _reference() -> dict[str, list[Row]]:
    hostile = filled("township", {"township_code": "321322104", "name": HOSTILE_TOWN,
                                  "unit_code": "321322", "county_code": "321322"})
    village = filled("central_village", {"village_code": "321322104001", "name": HOSTILE_VILLAGE,
                                         "township_code": "321322104"})
    return {**WORLD, "township": [*WORLD["township"], hostile],
            "central_village": [*WORLD["central_village"], village]}


_TOWNS = ("321302001", "321302100", "321371050", "321322100", "321322103")


def _venues() -> Iterator[Row]:
    yield {"kind": "city_market", "unit_code": "321300", "opened_on": date(2025, 2, 1)}
    yield {"kind": "county_market", "unit_code": "321302", "opened_on": date(2025, 3, 1),
           "operator": "social"}
    for number, town in enumerate(_TOWNS[:4]):
        yield {"kind": "station", "township_code": town, "opened_on": date(2025, 4 + number, 10)}
    yield {"kind": "window", "township_code": "321302001", "village_code": "321302001001",
           "opened_on": date(2025, 9, 1)}
    yield {"kind": "window", "township_code": "321371050", "village_code": "321371050001",
           "opened_on": date(2026, 2, 1)}
    yield {"kind": "co_built", "host": "trade_union", "unit_code": "321322",
           "opened_on": date(2026, 1, 5)}


def _days(count: int, step: int) -> Iterator[tuple[int, date]]:
    for number in range(count):
        day = START + timedelta(days=number * step)
        if day <= READ_ON:
            yield number, day


def _postings() -> Iterator[Row]:
    for number, day in _days(330, 2):
        yield {"employer_code": f"e{number}", "occupation": "搬运", "headcount": 10 + number % 9,
               "published_on": day, "collector": ("third_party", "government",
                                                  "association")[number % 3],
               "employer_verified": number % 4 > 0, "township_code": _TOWNS[number % 5],
               "invalidated_on": day + timedelta(days=40) if number % 50 == 7 else None}
    yield {"unit_code": "321300", "headcount": 25, "published_on": date(2026, 5, 5)}
    yield {"unit_code": "999999", "headcount": 25, "published_on": date(2026, 5, 5)}
    yield {"unit_code": "321322", "headcount": 0, "published_on": date(2026, 5, 6)}


def _accounts(count: int, step: int) -> Iterator[Row]:
    for number, day in _days(count, step):
        yield {"registered_on": day, "township_code": _TOWNS[number % 5],
               "deregistered_on": day + timedelta(days=90) if number % 17 == 0 else None}


def _trainings() -> Iterator[Row]:
    for number, day in _days(260, 2):
        yield {"person_key": f"p{number % 240}", "occupation": ("家政", "养老")[number % 2],
               "completed_on": day, "township_code": _TOWNS[number % 4]}


def _disputes() -> Iterator[Row]:
    for number, day in _days(220, 3):
        mediation = number % 2 == 0
        yield {"stage": "mediation" if mediation else "arbitration",
               "unit_code": ("321302", "321371", "321322")[number % 3], "accepted_on": day,
               "closed_on": None if number % 11 == 0 else day + timedelta(days=20), "outcome": None
               if number % 11 == 0 else (("success", "failure", "success")[number // 2 % 3]
                                         if mediation else "award")}


def _hires() -> Iterator[Row]:
    for number, day in _days(100, 6):
        yield {"matched_on": day, "township_code": _TOWNS[number % 5],
               "agreement_signed_on": day if number % 3 else None}


def _funds() -> Iterator[Row]:
    yield {"unit_code": "321302", "kind": "budget", "amount": 1000000.5,
           "booked_on": date(2025, 1, 10)}
    yield {"unit_code": "321302", "kind": "payment", "amount": 333333.1,
           "booked_on": date(2026, 3, 10)}
