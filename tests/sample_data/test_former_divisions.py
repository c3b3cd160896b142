"""The former townships are not today's, and where they went is where their communities are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import reference
from reference import former_townships, other_names, reference_rows
from reference.derive import derive_former
from reference.derive.derive_former import Lists, former_rows

TODAY = {row["township_code"]: row["name"] for row in reference_rows("township")}
UNITS = {row["unit_code"] for row in reference_rows("managing_unit")}
SPLIT = {"双庄镇", "众兴镇", "青阳镇"}


def _rows() -> list[dict[str, str]]:
    file = Path(reference.__file__).parent / "former_division.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_every_successor_is_a_township_and_every_unit_a_unit_of_today() -> None:
    for former in former_townships():
        assert set(former.successors) <= TODAY.keys()
        assert set(former.units) <= UNITS
        assert bool(former.successors) != bool(former.units)


def test_none_of_them_is_a_township_of_today_under_that_name() -> None:
    assert len(former_townships()) == len(_rows()) == 65
    assert not [former for former in former_townships() if TODAY.get(former.code) == former.name]


def test_three_were_split_and_nothing_contradicts_the_others() -> None:
    assert {former.name for former in former_townships() if len(former.successors) > 1} == SPLIT
    assert all(int(row["elsewhere"]) == 0 and int(row["in_successors"]) > 0 for row in _rows()
               if row["successors"])
    assert {row["name"] for row in _rows() if row["checked"] == "partly"} == {"丁嘴镇", "侍岭镇", "保安乡"}


@pytest.mark.parametrize(("name", "successor"), [
    ("洋北镇", "洋北街道"), ("罗圩乡", "龙河镇"), ("屠园乡", "屠园镇"), ("四河乡", "双沟镇"), ("南刘集乡", "王集镇"),
    ("太平镇", "界集镇"), ("晓店镇", "晓店街道"), ("三棵树乡", "三棵树街道"), ("东小店乡", "章集街道")])
def test_well_documented_mergers(name: str, successor: str) -> None:
    former = next(one for one in former_townships() if one.name == name)
    assert [TODAY[code] for code in former.successors] == [successor]


def test_other_names_stand_for_units_and_townships_of_today() -> None:
    assert set(other_names().values()) <= TODAY.keys() | UNITS
    assert other_names()["湖滨新城"] == "321391"


def test_the_check_sees_communities_that_went_elsewhere() -> None:
    old = {"321302104": "洋北镇"}
    lists = Lists({version: old if version < "2.5" else {"321302007": "洋北街道", "321302103": "龙河镇"}
                   for version in derive_former._LISTS},
                  {version: {"321302104": ("甲村委会", "乙村委会", "丙村委会")} if version < "2.5" else {
                      "321302007": ("甲社区居委会", "乙居委会"), "321302103": ("丙居委会",)}
                   for version in derive_former._LISTS})
    row, = former_rows(lists)
    assert (row["successors"], row["in_successors"], row["elsewhere"], row["checked"]) == (
        "321302007", "2", "1", "no")
    assert (row["first_list"], row["last_list"]) == ("2016-07", "2020-06")
