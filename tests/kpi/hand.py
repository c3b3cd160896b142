"""Facts built by hand: a city of two counties and a zone, and cells a test writes down itself.

A (321302, with zone Z 321371 inside) and B (321322); seven townships, two central villages each in
A and B.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from kpi.counting.facts import DatasetQuality, Facts, Source
from kpi.definitions.cube import COUNTED, EVENTS
from kpi.figures.figures import Figures, figures
from kpi.plan.plan import Plan, plan_from
from kpi.vocabulary.division import (
    CentralVillage,
    Division,
    Geography,
    ManagingUnit,
    Rollup,
    Township,
    UnitKind,
)
from kpi.vocabulary.period import to_ordinal

A, B, Z, CITY = "321302", "321322", "321371", "321300"
START, DEADLINE = date(2025, 1, 1), date(2026, 12, 31)

GEOGRAPHY = Geography(CITY, "测试市", (ManagingUnit(A, "宿城区", "宿城", UnitKind.COUNTY, A, 200_000, 1),
                                    ManagingUnit(B, "沭阳县", "沭阳", UnitKind.COUNTY, B, 600_000, 2),
                                    ManagingUnit(Z, "经开区", "经开", UnitKind.ZONE, A, 200_000, 3)),
                      (Township("321302001", "幸福街道", A, A, "subdistrict"),
                       Township("321302100", "双庄镇", A, A, "town"),
                       Township("321322100", "沭城镇", B, B, "town"),
                       Township("321322101", "新河镇", B, B, "town"),
                       Township("321371050", "黄河街道", Z, A, "subdistrict")),
                      tuple(CentralVillage(code, name, code[:9])
                            for code, name in (("321302001001", "幸福村"), ("321302100201", "双庄村"),
                                               ("321322100001", "沭城村"), ("321322101201", "新河村"))))


def division(code: str, rollup: Rollup | None = None) -> Division:
    """The city, a county, or (for Z, or when asked) a managing unit."""
    usual = {CITY: Rollup.CITY, Z: Rollup.MANAGING}.get(code, Rollup.COUNTY)
    return GEOGRAPHY.division(rollup or usual, code)


def plan(**parts: Any) -> Plan:
    """A plan with these indicators (target by code, or a whole table) and other parts as in the
    file.
    """
    indicators = {code: entry if isinstance(entry, Mapping) else {} if entry is None
                  else {"target": entry}
                  for code, entry in parts.pop("indicators", {"jobs_published": 7300}).items()}
    head = {"id": "t", "title": "测试", "document": "测试", "city_code": CITY, "city_name": "测试市",
            "start": START, "deadline": DEADLINE, **parts.pop("plan", {})}
    return plan_from({"plan": head, "indicators": indicators, **parts})


@dataclass
class Cells:
    """Cells of one dataset, added one by one."""

    dataset: str
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, event: str, day: date, unit: str = A, rows: int = 1, amount: float = 0.0,
            status: str = COUNTED, origin: str = "plan", **dimensions: Any) -> Cells:
        self.rows.append({"status": status, "event": event, "day": to_ordinal(day), "township": "",
                          "unit": unit, "origin": origin, **dict.fromkeys(self._names, ""),
                          **dimensions, "rows": rows, "amount": amount, "conflicts": 0})
        return self

    def daily(self, event: str, unit: str, numbers: Iterable[int], first: date = START,
              **dimensions: Any) -> Cells:
        """One cell a day from `first`, of that many rows and as much amount."""
        for offset, number in enumerate(numbers):
            if number:
                self.add(event, first + timedelta(days=offset), unit, number, float(number),
                         **dimensions)
        return self

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for event in EVENTS[self.dataset] for name in event.dimensions)

    def frame(self) -> pd.DataFrame:
        columns = ["status", "event", "day", "township", "unit",
                   "origin", *dict.fromkeys(self._names), "rows", "amount", "conflicts"]
        return pd.DataFrame(self.rows, columns=columns)


def venues(*rows: tuple[str, str, str, str, date, date | None]) -> pd.DataFrame:
    """The register: (kind, unit, township, village, opened, closed) per venue."""
    return pd.DataFrame([{"venue_id": f"v{number}", "name": "载体", "kind": kind, "host": "",
                          "operator": "government", "unit": unit, "township": township,
                          "village": village, "longitude": None, "latitude": None,
                          "opened": to_ordinal(opened), "closed": None if closed is None
                          else to_ordinal(closed)}
                         for number, (kind, unit, township, village, opened, closed) in enumerate(
                             rows)])


def facts(*cells: Cells, read_on: date = DEADLINE + timedelta(days=1),
          register: pd.DataFrame | None = None, sources: Mapping[str, Source] | None = None,
          stale: frozenset[str] = frozenset()) -> Facts:
    known = {each.dataset: each.frame() for each in cells}
    if register is not None and "service_venue" not in known:
        known["service_venue"] = Cells("service_venue").frame()
    quality = {name: DatasetQuality(name, max(len(frame), 1), max(len(frame), 1), {}, 0)
               for name, frame in known.items()}
    return Facts(GEOGRAPHY, read_on, known, register, quality, sources or {}, stale)


def known(the_plan: Plan, *cells: Cells, **parts: Any) -> Figures:
    return figures(facts(*cells, **parts), the_plan)


def jobs(**numbers: Iterable[int]) -> Cells:
    """Postings of one headcount each: so many a day per unit, from the plan's start."""
    made = Cells("job_posting")
    for name, daily in numbers.items():
        made.daily("published", {"a": A, "b": B, "z": Z, "city": ""}[name], daily,
                   collector="government")
    return made
