"""Values as clerks type them: right, refused by cell, or remarked; never another figure in silence.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from data_access.checking.check import check
from tests.boundary.registers import (
    HEADINGS,
    READ_AT,
    at,
    codes,
    heads,
    job,
    jobs,
    postings,
    put,
    quality,
    refused,
    taken,
    workbook,
)

BOOK = "岗位.xlsx"


def _read(folder: Path, rows: list[list[Any]], sources: str | None = None) -> Any:
    workbook(folder / "config" / BOOK, rows)
    return taken(folder, sources or postings())


@pytest.mark.parametrize("mark", ["/", "—", "无", "NULL", "null", "\\N", "－", "N/A", " / "])
def test_a_mark_for_nothing_is_no_employer_all_rows_share(tmp_path: Path, mark: str) -> None:
    snapshot = _read(tmp_path, jobs(employer_code=mark))
    assert (quality(snapshot).counted, heads(snapshot), codes(snapshot)) == (
        5, 50, {"empty_mark": 5})


@pytest.mark.parametrize("mark", ["", "  ", "\u3000", "\u200b"])
def test_blank_text_is_null_and_nothing_to_remark(tmp_path: Path, mark: str) -> None:
    snapshot = _read(tmp_path, jobs(employer_code=mark, township_code=mark))
    assert (quality(snapshot).counted, codes(snapshot), quality(snapshot).division_conflict) == (
        5, {}, 0)


def test_a_site_may_have_marks_of_its_own(tmp_path: Path) -> None:
    for keys, counted in (("", 1), ('\nempty = ["同上", "待补"]', 5)):
        workbook(tmp_path / "config" / BOOK, jobs(employer_code="同上"))
        assert quality(taken(tmp_path, postings(f'file = "{BOOK}"{keys}'))).counted == counted


@pytest.mark.parametrize("mark", ["/", "长期", "至今", "无", "9999-12-31", "1900-01-01",
                                  datetime(1899, 12, 30), "0000-00-00", date(9999, 12, 31), 2958465,
                                  "1970-01-01", 99991231])
def test_an_end_that_is_none_takes_nothing_away_and_is_remarked(tmp_path: Path, mark: Any) -> None:
    snapshot = _read(tmp_path, [job(1, invalidated_on=mark), job(2)])
    assert (heads(snapshot), heads(snapshot, event="invalidated")) == (20, 0)
    assert list(codes(snapshot).values()) == [1]


@pytest.mark.parametrize("day", ["0000-00-00", "1900-01-01", date(1900, 1, 1), "9999-12-31", "/",
                                 "待定"])
def test_a_counting_date_that_is_none_is_missing_and_remarked(tmp_path: Path, day: Any) -> None:
    snapshot = _read(tmp_path, [job(1, published_on=day), job(2)])
    assert (heads(snapshot), dict(quality(snapshot).excluded)) == (10, {"missing_date": 1})
    assert sum(codes(snapshot).values()) == 1


@pytest.mark.parametrize("day", [2025.3, "2025.3", 2025, "2025", 20000, "2025-02-30", "2025年3月",
                                 202503, "3/1/2025", "25-3-1", True, "2025-3-1-2", -3, 0, 0.5,
                                 200000, 1e20])
def test_a_date_that_is_not_one_is_refused_by_cell(tmp_path: Path, day: Any) -> None:
    message = refused(_read(tmp_path, [job(1), job(2, published_on=day), job(3, published_on=day)]))
    assert "有 2 处" in message
    assert "第 3 行“发布日期”" in message
    assert "第 4 行“发布日期”" in message


@pytest.mark.parametrize(("day", "remark"), [(1740758400, "epoch_date"),
                                             (1740758400000, "epoch_date"),
                                             ("1740758400", "epoch_date"),
                                             ("2025-02-28T16:00:00Z", "offset_date"),
                                             ("2025-02-28 23:30:00-02:00", "offset_date"),
                                             ("2025-03-01T00:00:00+08:00", "offset_date"),
                                             ("20250301083000", None), ("２０２５－０３－０１", None),
                                             ("2025 年 3 月 1 日", None)])
def test_a_date_written_another_way_is_recognised(tmp_path: Path, day: Any,
                                                  remark: str | None) -> None:
    snapshot = _read(tmp_path, [job(1, published_on=day)])
    assert snapshot.parts["job_posting"].data.latest == date(2025, 3, 1)
    assert codes(snapshot) == ({} if remark is None else {remark: 1})


@pytest.mark.parametrize("amount", ["120个", "NaN", 1e308, 13812345678, 2001, "约10", "1,2", "十",
                                    "1_000", "12.5万", "-", "inf"])
def test_an_amount_that_is_none_is_not_counted_and_remarked_with_its_row(
        tmp_path: Path, amount: Any) -> None:
    snapshot = _read(tmp_path, [job(1), job(2, headcount=amount)])
    assert (heads(snapshot), dict(quality(snapshot).excluded)) == (10, {"bad_amount": 1})
    assert codes(snapshot) == {"bad_amount": 1}
    assert "第 3 行起" in snapshot.remarks[0].where


@pytest.mark.parametrize(("amount", "expected"), [("1,200", 1200), ("１２", 12), (" 7 ", 7),
                                                  (2000, 2000), ("1，200", 1200), (3.0, 3)])
def test_an_amount_written_another_way_counts(tmp_path: Path, amount: Any, expected: float) -> None:
    snapshot = _read(tmp_path, [job(1, headcount=amount)])
    assert (heads(snapshot), codes(snapshot)) == (expected, {})


@pytest.mark.parametrize("key", [1234567890123456789, 1e18, 9.99e15])
def test_a_long_number_as_a_key_has_lost_digits_and_is_refused(tmp_path: Path, key: Any) -> None:
    message = refused(_read(tmp_path, [job(1), job(2, employer_code=key)]))
    assert "第 3 行“用工主体”" in message
    assert "位数已丢失" in message
    assert "“文本”格式" in message


@pytest.mark.parametrize("code", ["3.21322E+11", "3.21322e11", "３.21E+11", "1E+11"])
@pytest.mark.parametrize("column", ["unit_code", "township_code", "employer_code"])
def test_a_code_in_scientific_notation_is_refused_by_cell(tmp_path: Path, code: str,
                                                          column: str) -> None:
    assert "位数已丢失" in refused(_read(tmp_path, [job(1, **{column: code})]))


@pytest.mark.parametrize("code", ["1E5", "E10", "2e", "321322"])
def test_a_code_with_an_e_in_it_is_a_code(tmp_path: Path, code: str) -> None:
    assert heads(_read(tmp_path, [job(1, employer_code=code)])) == 10


@pytest.mark.parametrize(("code", "remarks"), [("321322.0", 1), ("'321322", 1), ("３２１３２２", 1),
                                               ("321322\u3000", 0), ("\ufeff321322", 0),
                                               (321322, 0), (321322.0, 0)])
def test_a_division_code_is_read_through_what_sticks_to_it(tmp_path: Path, code: Any,
                                                           remarks: int) -> None:
    snapshot = _read(tmp_path, [job(1, unit_code=code)])
    assert (heads(snapshot), len(snapshot.remarks)) == (10, remarks)


@pytest.mark.parametrize(("no", "yes"), [("×", "√"), ("否", "是"), (False, True), (0, 1), ("无", "有"),
                                         ("✗", "✓"), ("N", "Y")])
def test_yes_and_no_in_every_usual_way(tmp_path: Path, no: Any, yes: Any) -> None:
    snapshot = _read(tmp_path, [job(1, employer_verified=yes), job(2, employer_verified=no)])
    cells = snapshot.parts["job_posting"].data.cells
    published = cells[(cells["event"] == "published").to_numpy()]
    assert (heads(snapshot), sorted(published["employer_verified"]), codes(snapshot)) == (
        20, [0, 1], {})


def test_a_blank_says_no_only_where_nothing_else_says_it(tmp_path: Path) -> None:
    ticked = _read(tmp_path / "a", [job(1, employer_verified="√"), job(2, employer_verified=None)])
    assert (heads(ticked), codes(ticked)) == (20, {"tick_blank": 1})
    crossed = _read(tmp_path / "b", [job(1, employer_verified="√"), job(2, employer_verified=None),
                                     job(3, employer_verified="×")])
    assert dict(quality(crossed).excluded) == {"bad_value": 1}
    for mark in ("是", True):
        blank = _read(tmp_path / f"c{mark}", [job(1, employer_verified=mark),
                                              job(2, employer_verified=None)])
        assert dict(quality(blank).excluded) == {"bad_value": 1}


def test_a_word_for_nothing_says_no_only_next_to_its_opposite(tmp_path: Path) -> None:
    snapshot = _read(tmp_path, [job(1, employer_verified="是"), job(2, employer_verified="无"),
                                job(3, employer_verified="否")])
    assert (dict(quality(snapshot).excluded), codes(snapshot)) == (
        {"bad_value": 1}, {"empty_mark": 1})


TRUTHS = '[datasets.job_posting.values.employer_verified]\n"{yes}" = "true"\n"{no}" = "false"\n'


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("True", "False"), ("true", "false")])
def test_a_true_cell_is_the_mapped_word_for_it(tmp_path: Path, yes: str, no: str) -> None:
    sources = postings() + TRUTHS.format(yes=yes, no=no)
    snapshot = _read(tmp_path, [job(1, employer_verified=True), job(2, employer_verified=False)],
                     sources)
    assert (heads(snapshot), codes(snapshot)) == (20, {})


@pytest.mark.parametrize("odd", ["也许", 2, "已核"])
def test_a_truth_value_nobody_mapped_is_named(tmp_path: Path, odd: Any) -> None:
    snapshot = _read(tmp_path, [job(1, employer_verified="Y"), job(2, employer_verified=odd)],
                     postings() + TRUTHS.format(yes="Y", no="N"))
    assert dict(quality(snapshot).excluded) == {"bad_value": 1}
    assert f"“{odd}”" in snapshot.remarks[0].text


TRAINING = """
[datasets.training_attendance]
file = "培训.xlsx"
[datasets.training_attendance.columns]
attendance_id = "序号"
person_key = "学员"
occupation = "工种"
level = ""
is_gig = "零工"
unit_code = "县区"
township_code = ""
enrolled_on = ""
completed_on = "结业"
"""


def _training(folder: Path, keys: list[Any], sources: str = TRAINING) -> Any:
    rows = [[number, key, "家政", "是", 321322, date(2025, 5, 1)]
            for number, key in enumerate(keys, start=1)]
    workbook(folder / "config" / "培训.xlsx", {"表": [["序号", "学员", "工种", "零工", "县区", "结业"], *rows]})
    return taken(folder, sources)


@pytest.mark.parametrize("key", ["/", "—", "无", "", None, "NULL", 320_123_199_001_011_234])
def test_what_tells_people_apart_is_never_a_mark_or_blank(tmp_path: Path, key: Any) -> None:
    message = refused(_training(tmp_path, ["P1", key, key]), "training_attendance")
    assert "第 3 行“学员”" in message
    assert "第 4 行“学员”" in message


IDS = ["11010519491231002X", "440524188001010014"]


def test_a_personal_key_is_refused_unless_it_is_hashed(tmp_path: Path) -> None:
    ids = [IDS[0], IDS[0].lower(), IDS[1], f" {IDS[1]}"]
    assert "身份证号" in refused(_training(tmp_path, ids), "training_attendance")
    sources = TRAINING.replace('file = "培训.xlsx"', 'file = "培训.xlsx"\nhash = ["person_key"]')
    snapshot = _training(tmp_path, ids, sources)
    assert (quality(snapshot, "training_attendance").counted, snapshot.messages) == (2, ())
    for path in (tmp_path / "var").rglob("*"):
        if path.is_file():
            content = path.read_bytes().upper()
            assert all(number.encode() not in content for number in IDS)
    assert (tmp_path / "var" / "site.key").stat().st_mode & 0o077 == 0


def test_a_hashed_key_that_cannot_be_read_is_refused_without_being_shown(tmp_path: Path) -> None:
    sources = TRAINING.replace('file = "培训.xlsx"', 'file = "培训.xlsx"\nhash = ["person_key"]')
    message = refused(_training(tmp_path, [IDS[0], int(IDS[1])], sources), "training_attendance")
    assert IDS[1][:6] not in message
    assert "第 3 行“学员”写的内容不是完整的编码" in message


@pytest.mark.parametrize("name", ["unit_code", "is_gig", "人员"])
def test_only_keys_can_be_hashed(tmp_path: Path, name: str) -> None:
    sources = TRAINING.replace('file = "培训.xlsx"', f'file = "培训.xlsx"\nhash = ["{name}"]')
    assert "hash" in refused(_training(tmp_path, ["P1"], sources), "training_attendance")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_a_formula_in_error_is_nothing_where_nothing_is_allowed(tmp_path: Path, error: str) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, jobs())
    for row in range(2, 7):
        put(path, f"C{row}", f'<c r="C{row}" t="e"><f>VLOOKUP(1,2,3)</f><v>{error}</v></c>')
    snapshot = taken(tmp_path, postings())
    assert (heads(snapshot), codes(snapshot)) == (50, {"error_value": 5})
    assert error in snapshot.remarks[0].text


@pytest.mark.parametrize(("cell", "expected"), [("J3", "missing_date"), ("I3", "bad_amount"),
                                                ("L3", "bad_value")])
def test_a_formula_in_error_where_a_value_is_needed_excludes_the_row(
        tmp_path: Path, cell: str, expected: str) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, jobs())
    put(path, cell, f'<c r="{cell}" t="e"><v>#N/A</v></c>')
    snapshot = taken(tmp_path, postings())
    assert (heads(snapshot), dict(quality(snapshot).excluded)) == (40, {expected: 1})
    assert len(snapshot.remarks) == 1


@pytest.mark.parametrize("formula", ["<f>DATE(2025,4,1)</f><v></v>", "<f>DATE(2025,4,1)</f>",
                                     "<f>A1</f><v/>", '<f t="shared" si="0"/>'])
def test_a_formula_without_a_saved_value_is_refused_by_cell(tmp_path: Path, formula: str) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, jobs())
    put(path, "C4", f'<c r="C4">{formula}</c>')
    message = refused(taken(tmp_path, postings()))
    assert "第 4 行“用工主体”是公式" in message
    assert "重新计算后保存" in message


@pytest.mark.parametrize(("inside", "key"), [('t="str"><f>IF(1,"",2)</f><v></v>', None),
                                             ('t="str"><f>A1</f><v>E9</v>', "E9"),
                                             ('t="n"><f>1+1</f><v>2</v>', "2")])
def test_a_formula_with_its_result_is_that_value(tmp_path: Path, inside: str,
                                                 key: str | None) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, jobs(2, employer_code="E9"))
    put(path, "C2", f'<c r="C2" {inside}</c>')
    snapshot = taken(tmp_path, postings())
    assert (heads(snapshot), codes(snapshot)) == (10 if key == "E9" else 20, {})


def test_a_formula_beside_the_mapped_columns_is_nobodys_business(tmp_path: Path) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, {"台账": [[*HEADINGS, "备注"], *[[*row, "x"] for row in jobs()]]})
    put(path, "M3", '<c r="M3"><f>NOW()</f></c>')
    assert (heads(taken(tmp_path, postings())), codes(taken(tmp_path, postings()))) == (50, {})


def _merging(*areas: str) -> Any:
    def merge(book: Any) -> None:
        for area in areas:
            book.active.merge_cells(area)
    return merge


@pytest.mark.parametrize(("area", "cells", "expected", "net"),
                         [("C2:C6", {"employer_code": "E1"}, 10, 10),
                          ("K2:K6", {"invalidated_on": date(2025, 4, 1)}, 50, 0),
                          ("J2:J6", {}, 50, 50), ("G2:G6", {}, 50, 50)])
def test_a_merged_cell_is_the_value_of_every_row(tmp_path: Path, area: str, cells: dict[str, Any],
                                                 expected: float, net: float) -> None:
    workbook(tmp_path / "config" / BOOK, jobs(**cells), _merging(area))
    snapshot = taken(tmp_path, postings())
    assert (heads(snapshot), heads(snapshot) - heads(snapshot, event="invalidated")) == (
        expected, net)
    assert codes(snapshot) == {"merged_cells": 1}


@pytest.mark.parametrize("area", ["I2:I6", "A2:A4", "G2:H4", "G3:H3"])
def test_a_merged_amount_key_or_block_is_refused(tmp_path: Path, area: str) -> None:
    workbook(tmp_path / "config" / BOOK, jobs(township_code="321322100"), _merging(area))
    message = refused(taken(tmp_path, postings()))
    assert "合并了" in message
    assert "取消合并" in message


@pytest.mark.parametrize("word", ["合计", "小 计", "本月合计", "示例", "合计：5人"])
@pytest.mark.parametrize("position", [0, 3])
def test_a_row_of_totals_is_refused_until_it_is_skipped(tmp_path: Path, word: str,
                                                        position: int) -> None:
    total = [word if number == position else None for number in range(12)]
    total[8] = 50
    assert f"第 7 行写着“{word}”" in refused(_read(tmp_path, [*jobs(), total]))
    snapshot = taken(tmp_path, postings(f'file = "{BOOK}"\nskip_rows_with = ["合计", "小计", "示例"]'))
    assert (heads(snapshot), quality(snapshot).read, codes(snapshot)) == (
        50, 5, {"skipped_rows": 1})


def test_a_total_in_a_list_of_villages_refuses_that_list_alone(tmp_path: Path) -> None:
    villages = """
[datasets.central_village]
file = "村.xlsx"
[datasets.central_village.columns]
village_code = "代码"
name = "名称"
township_code = "乡镇"
valid_from = ""
valid_to = ""
"""
    workbook(tmp_path / "config" / "村.xlsx",
             {"村": [["代码", "名称", "乡镇"], [321322100001, "甲", "321322100"], ["合计", 1, None]]})
    snapshot = _read(tmp_path, jobs(), postings() + villages)
    assert heads(snapshot) == 50
    (message,) = snapshot.messages
    assert "central_village" in message
    assert "第 3 行写着“合计”" in message
    assert "{" not in message


FUNDS = """
[datasets.fund_entry]
file = "资金.xlsx"
{keys}
[datasets.fund_entry.columns]
entry_id = "序号"
unit_code = "县区"
kind = "类别"
amount = "{heading}"
booked_on = "日期"
[datasets.fund_entry.values.kind]
"支出" = "payment"
"""


def _funds(folder: Path, heading: str, keys: str = "", above: list[Any] | None = None,
           amount: Any = 12.5) -> Any:
    rows = [["序号", "县区", "类别", heading, "日期"], [1, 321322, "支出", amount, date(2025, 5, 1)]]
    workbook(folder / "config" / "资金.xlsx", {"表": [*([above] if above else []), *rows]})
    return taken(folder, FUNDS.format(keys=keys, heading=heading))


@pytest.mark.parametrize("heading", ["金额（万元）", "金额(万元)", "金额 万元", "支出（亿元）", "金额（千元）", "金额（万）"])
def test_amounts_in_ten_thousands_are_refused_until_the_scale_is_given(
        tmp_path: Path, heading: str) -> None:
    message = refused(_funds(tmp_path, heading), "fund_entry")
    assert "scale" in message
    assert "".join(heading.split()) in message
    assert heads(_funds(tmp_path, heading, "scale = 10000"), "fund_entry", "booked") == 125_000
    assert heads(_funds(tmp_path, heading, "scale = 1"), "fund_entry", "booked") == 12.5


@pytest.mark.parametrize("above", ["单位：万元", "填报单位：人社局    单位:万元", "（单位：万元）"])
def test_a_unit_above_the_headings_counts_as_well(tmp_path: Path, above: str) -> None:
    assert "scale" in refused(_funds(tmp_path, "金额", "header_row = 2", [above]), "fund_entry")
    assert heads(_funds(tmp_path, "金额", "header_row = 2\nscale = 10000", [above], 12.3456),
                 "fund_entry", "booked") == 123_456


@pytest.mark.parametrize("scale", ['"万"', "0", "-1", "true", "{kind = 2}", "{x = 2}"])
def test_a_scale_that_is_none_is_refused(tmp_path: Path, scale: str) -> None:
    assert "scale" in refused(_funds(tmp_path, "金额", f"scale = {scale}"), "fund_entry")


def test_all_bad_cells_are_listed_at_once(tmp_path: Path) -> None:
    rows = jobs(9)
    for row, column, value in ((1, 9, "三月"), (2, 9, 2025), (3, 11, "也许"), (4, 2, "1.5E+18"),
                               (6, 10, "2025-02-30"), (8, 11, "核了")):
        rows[row][column] = value
    message = refused(_read(tmp_path, rows))
    assert "有 6 处" in message
    for row in (3, 4, 5, 6, 8, 10):
        assert f"第 {row} 行“" in message


def test_the_first_fifty_of_many_are_listed_with_their_number(tmp_path: Path) -> None:
    message = refused(_read(tmp_path, jobs(80, published_on="某日")))
    assert "有 80 处读不出来（只列出前 50 处）" in message
    assert message.count("写的是“某日”") == 50


def test_check_says_what_the_refresh_says(tmp_path: Path) -> None:
    snapshot = _read(tmp_path, jobs(employer_code="/"))
    (row,) = [row for row in check(at(tmp_path, postings()), READ_AT)
              if row.dataset == "job_posting"]
    assert row.remarks == snapshot.remarks
    assert row.lines()[0].startswith("！")
    assert any("“/”" in line for line in row.lines()[1:])


def test_an_absent_dataset_is_not_read_though_its_file_is_there(tmp_path: Path) -> None:
    snapshot = _read(tmp_path, jobs(), postings(f'file = "{BOOK}"\nabsent = true'))
    assert "job_posting" not in snapshot.parts
    assert snapshot.messages == ()
