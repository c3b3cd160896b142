"""A register of some kinds of venue only: what it does not hold is 未接入, not 0 %."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data_access.site.settings import load_plan
from data_access.snapshots.snapshot import Snapshot, load_current
from kpi.counting.townships import township_rows
from kpi.counting.unserved import townships_without_station, villages_without_window
from kpi.definitions.catalogue import CATALOGUE
from kpi.indicators.measure import measure_series, series_axis
from kpi.sentences.absence import why_absent
from tests.boundary.registers import at, codes, taken, workbook

VENUES = """
{table}
file = "{file}"
{keys}
[{name}.columns]
venue_id = "编号"
name = "名称"
kind = "类别"
unit_code = "县区"
township_code = "乡镇"
village_code = "村码"
host = ""
operator = "运营"
longitude = ""
latitude = ""
opened_on = "开放"
closed_on = ""
[{name}.values.kind]
"专窗" = "window"
"驿站" = "station"
"县级市场" = "county_market"
[{name}.values.operator]
"政府" = "government"
"""
VILLAGES = """
[datasets.central_village]
file = "村.xlsx"
[datasets.central_village.columns]
village_code = "代码"
name = "名称"
township_code = "乡镇"
valid_from = ""
valid_to = ""
"""
HEADINGS = ["编号", "名称", "类别", "县区", "乡镇", "村码", "运营", "开放"]


def _single(keys: str = "") -> str:
    return VENUES.format(table="[datasets.service_venue]", name="datasets.service_venue",
                         file="载体.xlsx", keys=keys) + VILLAGES


def _venue(number: str, kind: str, township: str | None = None,
           village: int | None = None) -> list[Any]:
    return [number, number, kind, 321322, township, village, "政府", date(2025, 3, 1)]


def _written(folder: Path, name: str, rows: list[list[Any]]) -> None:
    workbook(folder / "config" / name, {"表": [HEADINGS, *rows]})
    workbook(folder / "config" / "村.xlsx",
             {"村": [["代码", "名称", "乡镇"], [321322001001, "甲", "321322001"],
                    [321322001002, "乙", "321322001"]]})


def _shares(folder: Path, sources: str) -> tuple[Snapshot, dict[str, float | None]]:
    snapshot = taken(folder, sources)
    plan = load_plan(at(folder, sources))
    facts = snapshot.facts(plan)
    axis = series_axis(plan.window, facts.read_on)
    shares = {}
    for code in ("station_coverage", "county_market_coverage", "tier_coverage", "window_coverage",
                 "operated_venues", "co_built_sites"):
        series = measure_series(CATALOGUE[code], facts, axis)
        shares[code] = (
            None if series is None else series.at(facts.geography.city, date(2026, 10, 1)).value
        )
    return snapshot, shares


def test_windows_alone_say_nothing_of_stations_and_markets(tmp_path: Path) -> None:
    _written(tmp_path, "载体.xlsx", [_venue("W1", "专窗", village=321322001001)])
    snapshot, shares = _shares(tmp_path, _single('covers = ["window"]'))
    assert shares.pop("window_coverage") == 0.5
    assert set(shares.values()) == {None}
    assert codes(snapshot) == {}


def test_without_saying_so_nought_is_remarked(tmp_path: Path) -> None:
    _written(tmp_path, "载体.xlsx", [_venue("W1", "专窗", village=321322001001)])
    snapshot, shares = _shares(tmp_path, _single())
    assert shares["station_coverage"] == 0
    assert codes(snapshot) == {"kind_without_rows": 2}
    assert "驿站、县级市场" in snapshot.remarks[0].text


def test_two_registers_cover_what_each_of_them_covers(tmp_path: Path) -> None:
    _written(tmp_path, "窗.xlsx", [_venue("W1", "专窗", village=321322001001)])
    _written(tmp_path, "站.xlsx", [_venue("S1", "驿站", township="321322001")])
    name = "datasets.service_venue.sources"
    parts = [VENUES.format(table=f"[[{name}]]", name=name, file=file, keys=f'covers = ["{kind}"]')
             for file, kind in (("窗.xlsx", "window"), ("站.xlsx", "station"))]
    snapshot, shares = _shares(tmp_path, "".join(parts) + VILLAGES)
    assert snapshot.messages == ()
    assert shares["window_coverage"] == 0.5
    assert shares["station_coverage"] is not None
    assert shares["station_coverage"] > 0
    assert shares["county_market_coverage"] is None


def test_lists_of_places_still_to_serve_follow_what_is_covered(tmp_path: Path) -> None:
    _written(tmp_path, "载体.xlsx", [_venue("W1", "专窗", village=321322001001)])
    sources = _single('covers = ["window"]')
    snapshot = taken(tmp_path, sources)
    facts = snapshot.facts(load_plan(at(tmp_path, sources)))
    day, city = date(2026, 10, 1), [facts.geography.city]
    assert townships_without_station(facts, city, day) is None
    (windows,) = villages_without_window(facts, city, day) or ()
    assert [place.name for place in windows.missing] == ["乙"]
    row = next(row for row in township_rows(facts, day) if row.code == "321322001")
    assert (row.stations, row.venues) == (None, None)
    assert row.windows is not None


def test_coverage_and_remarks_outlive_the_refresh(tmp_path: Path) -> None:
    _written(tmp_path, "载体.xlsx", [_venue("W1", "专窗", village=321322001001), _venue("W1", "专窗")])
    snapshot = taken(tmp_path, _single('covers = ["window"]'))
    read = load_current(tmp_path / "var")
    assert read is not None
    assert read.parts["service_venue"].data.quality == snapshot.parts["service_venue"].data.quality
    assert [one.code for one in read.remarks] == ["repeated_key"]


@pytest.mark.parametrize("covers", ['["windows"]', "[]", "3"])
def test_a_kind_that_is_none_is_refused(tmp_path: Path, covers: str) -> None:
    _written(tmp_path, "载体.xlsx", [])
    snapshot = taken(tmp_path, _single(f"covers = {covers}"))
    assert "covers 应列出" in "".join(snapshot.messages)


def test_the_card_says_which_kinds_are_not_in_the_register(tmp_path: Path) -> None:
    _written(tmp_path, "载体.xlsx", [_venue("W1", "专窗", village=321322001001)])
    sources = _single('covers = ["window"]')
    snapshot, _ = _shares(tmp_path, sources)
    facts = snapshot.facts(load_plan(at(tmp_path, sources)))
    said = {code: why_absent(CATALOGUE[code], facts)
            for code in ("window_coverage", "station_coverage", "jobs_published")}
    assert said["window_coverage"] == ""
    assert said["station_coverage"].startswith("服务载体的数据源没有登记")
    assert "站" in said["station_coverage"]
    assert said["jobs_published"] == "零工岗位发布还没有数据源"
