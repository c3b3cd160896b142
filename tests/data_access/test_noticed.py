"""What is read well and yet to be known: lists without population, tables without rows, times of
change that are none.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_access.current import load_or_refresh
from data_access.snapshots.refresh import refresh
from kpi.scorecard.scorecard import scorecard
from reports.papers import note_of
from reports.scorecard import to_mapping
from tests.data_access.dirty import Dirty, remarks
from tests.data_access.site import NOON, drawn, sqlite_site
from tests.drawn import WORLD
from tests.servers import Server

JOBS = """
    | posting_id | unit_code | headcount | published_on |
    | J1         | 321302    | 5         | 2026-06-10   |
"""


def test_units_without_population_are_remarked_wherever_remarks_are(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = [{**row, "population": None if row["unit_code"] == "321371" else row["population"]}
             for row in WORLD["managing_unit"]]
    settings = sqlite_site(tmp_path, {**drawn(job_posting=JOBS), "managing_unit": units})
    taken = refresh(settings, now=NOON)
    (remark,) = taken.reference_remarks
    assert (remark.code, remark.count, remark.dataset) == ("no_population", 1, "managing_unit")
    assert "经开区 没有常住人口" in remark.text
    known = load_or_refresh(settings)
    shown = to_mapping(scorecard(known.figures, known.default_day, date(2026, 7, 1)),
                       note_of(known))
    assert [(one["dataset"], one["code"]) for one in shown["snapshot"]["remarks"]] == [
        ("managing_unit", "no_population")]
    assert [line for line in taken.remark_lines if "常住人口" in line] == [
        "请核对 管理单位：经开区 没有常住人口（population），按人口分解的目标因此都算不出来；请补上，或在 plan.toml 中写明各单位的目标。"]


def test_faults_of_a_list_in_a_database_are_remarked_at_a_refresh(tmp_path: Path) -> None:
    villages = [{**row, "name": f"{row['name']}", "village_code": f"{row['village_code']} "}
                for row in WORLD["central_village"]]
    taken = refresh(sqlite_site(tmp_path, {**drawn(job_posting=JOBS), "central_village": villages}),
                    now=NOON)
    assert {(one.dataset, one.code, one.count) for one in taken.reference_remarks} == {
        ("central_village", "padded_code", len(villages))}


def test_an_empty_table_is_not_simply_fine(tmp_path: Path) -> None:
    dirty = Dirty("sqlite", tmp_path / "base")
    dirty.fill("hire", [])
    assert remarks(dirty.part("hire")) == {"empty hire": 1}
    row = dirty.checked("hire")
    assert row.lines()[0].startswith("！ 撮合录用 hire")
    assert "    表 hire：一行记录也没有，相关指标显示“待数据”；本来应有记录的请核查数据来源" in row.lines()


def test_unknown_codes_are_not_simply_fine(tmp_path: Path) -> None:
    dirty = Dirty("sqlite", tmp_path / "base")
    dirty.fill("job_posting", [{"sector": "保洁"}, {}])
    assert dirty.checked("job_posting").lines()[0].startswith("！ ")


ODD = {"sqlite": ("9999-12-31 00:00:00", "0000-00-00", "昨天", 45748),
       "postgresql": ("infinity", "-infinity", "9999-12-31", "0044-03-15 BC"),
       "mariadb": ("9999-12-31", "0000-00-00")}


@pytest.mark.parametrize(("make", "odd"), [pytest.param(make, odd, marks=[] if make == "sqlite"
                                                        else pytest.mark.server)
                                           for make, values in ODD.items() for odd in values])
def test_a_time_of_change_that_is_none_decides_nothing(make: str, odd: object, tmp_path: Path,
                                                       request: pytest.FixtureRequest) -> None:
    """Of two rows of a person the last changed stays; the one changed at the end of days is not the
    last.
    """
    server: Server | None = None if make == "sqlite" else request.getfixturevalue(make)
    dirty = Dirty(make, tmp_path / "base", server)
    base = {"person_key": "P1", "registered_on": date(2025, 3, 1)}
    dirty.fill("assisted_person",
               [{**base, "unit_code": "321302", "updated_at": "2025-05-01 08:00:00"},
                {**base, "unit_code": "321322", "updated_at": odd}])
    part = dirty.part("assisted_person")
    counted = part.data.cells[(part.data.cells["status"] == "counted").to_numpy()]
    assert set(counted["unit"]) == {"321302"}
    assert dict(part.data.quality.excluded) == {"duplicate": 1}


@pytest.mark.parametrize("blank", [None, "", "/", "无"])
def test_what_figures_are_split_by_must_be_given(blank: str | None, tmp_path: Path) -> None:
    dirty = Dirty("sqlite", tmp_path / "base")
    dirty.fill("craft_certificate", [{"kind": blank}, {}])
    part = dirty.part("craft_certificate")
    assert part.data.quality.counted == 2
    assert remarks(part) == {"empty_mark 证书种类": 1}


@pytest.mark.parametrize("number", [-5, 0.5, 13812345678])
def test_a_number_that_is_no_date_is_refused_by_name(number: float, tmp_path: Path) -> None:
    dirty = Dirty("sqlite", tmp_path / "base")
    dirty.fill("hire", [{"matched_on": number}])
    assert "matched_on" in dirty.said("hire")
    assert "没有料到" not in dirty.said("hire")
