"""What registers carry besides their rows: headings once more, signatures, identity numbers that
lost their end, words for “not yet”.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.boundary.registers import (
    HEADINGS,
    codes,
    heads,
    job,
    jobs,
    postings,
    quality,
    refused,
    taken,
    workbook,
)


def test_headings_written_again_are_no_record(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx",
             [*jobs(2), HEADINGS, *[job(number) for number in (3, 4)]])
    snapshot = taken(tmp_path, postings())
    assert (heads(snapshot), quality(snapshot).read, dict(quality(snapshot).excluded)) == (
        40.0, 4, {})
    (remark,) = snapshot.remarks
    assert (remark.code, remark.count) == ("skipped_rows", 1)
    assert "第 4 行又写了一遍表头" in remark.text


def test_a_row_of_a_register_that_merely_uses_a_heading_is_a_record(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", [*jobs(2), job(3, occupation="工种")])
    snapshot = taken(tmp_path, postings())
    assert (heads(snapshot), snapshot.remarks) == (30.0, ())


@pytest.mark.parametrize("cells", [["审批人：张某", None, None, "制单人：李某"], [None, "填表人:王某"],
                                   ["群众代表签字：", None], ["联系电话：", None, "负责人（签字）："], ["审核人签字： 日期："]])
def test_signatures_at_the_foot_are_no_record(cells: list[str | None], tmp_path: Path) -> None:
    row = [*cells, *[None] * (len(HEADINGS) - len(cells))]
    workbook(tmp_path / "config" / "岗位.xlsx", [*jobs(2), row])
    snapshot = taken(tmp_path, postings())
    assert (heads(snapshot), quality(snapshot).read) == (20.0, 2)
    assert codes(snapshot) == {"skipped_rows": 1}
    assert not any("张某" in remark.line() or "李某" in remark.line() for remark in snapshot.remarks)


def test_a_signature_beside_other_cells_hides_no_row(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", [*jobs(2), job(3, employer_code="负责人：张某")])
    assert heads(taken(tmp_path, postings())) == 30.0


@pytest.mark.parametrize("typed", [321322199001011230.0, "3.2132219900101123E+17",
                                   "32132219900101123", "321322199013011239"])
def test_what_is_left_of_an_identity_number_is_not_shown(typed: object, tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", [job(1), job(2, published_on=typed)])
    message = refused(taken(tmp_path, postings()))
    assert "个人信息，不显示" in message
    assert "3213221990" not in message


def test_a_word_for_not_yet_comes_with_the_way_out(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", [job(1), job(2, invalidated_on="未下架")])
    assert 'empty = ["未下架"]' in refused(taken(tmp_path, postings()))


def test_the_way_out_reads_the_register(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", [job(1), job(2, invalidated_on="未下架")])
    snapshot = taken(tmp_path, postings('file = "岗位.xlsx"\nempty = ["未下架"]'))
    assert (heads(snapshot), codes(snapshot)) == (20.0, {"empty_mark": 1})


def test_a_column_that_must_be_filled_has_no_such_way_out(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", [job(1), job(2, published_on="未定期")])
    assert "empty =" not in refused(taken(tmp_path, postings()))


def test_a_number_that_comes_again_says_what_becomes_of_it(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", [job(1), job(1, employer_code="E9")])
    (remark,) = taken(tmp_path, postings()).remarks
    assert "照常各计一次" in remark.text
