"""Which sheets and files a dataset is read from, and that none with the same headings is passed
over in silence.
"""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.boundary.registers import (
    HEADINGS,
    codes,
    heads,
    in_sheet,
    job,
    jobs,
    postings,
    quality,
    refused,
    taken,
    workbook,
)

BOOK = "岗位.xlsx"


def _counties(folder: Path, then: Any = None) -> None:
    names = {"宿城区": 321302, "宿豫区": 321311, "沭阳县": 321322, "泗阳县": 321323, "泗洪县": 321324}
    workbook(folder / "config" / BOOK, {
        name: [HEADINGS, *[job(10 * number + n, unit_code=code) for n in range(4)]]
        for number, (name, code) in enumerate(names.items())}, then)


def test_five_sheets_of_one_form_are_refused_by_name_until_all_are_asked_for(
        tmp_path: Path) -> None:
    _counties(tmp_path)
    message = refused(taken(tmp_path, postings()))
    for part in (BOOK, "宿城区", "宿豫区", "泗洪县", 'sheets = "*"'):
        assert part in message
    snapshot = taken(tmp_path, postings(f'file = "{BOOK}"\nsheets = "*"'))
    assert (quality(snapshot).counted, heads(snapshot), codes(snapshot)) == (20, 200, {})


def test_a_list_of_sheets_reads_these_and_remarks_the_others(tmp_path: Path) -> None:
    _counties(tmp_path)
    snapshot = taken(tmp_path, postings(f'file = "{BOOK}"\nsheets = ["沭阳县", "泗阳县"]'))
    assert quality(snapshot).counted == 8
    assert codes(snapshot) == {"other_sheets": 3}
    assert "宿城区、宿豫区、泗洪县" in snapshot.remarks[0].text


@pytest.mark.parametrize("keys", ['sheet = "2025"', 'sheets = "2025"', 'sheets = ["2025"]'])
def test_a_sheet_named_in_any_way_is_the_one_that_is_read(tmp_path: Path, keys: str) -> None:
    workbook(tmp_path / "config" / BOOK, {"2024": [HEADINGS, *jobs(1)],
                                          "2025": [HEADINGS, *jobs(5)]})
    snapshot = taken(tmp_path, postings(f'file = "{BOOK}"\n{keys}'))
    assert (heads(snapshot), codes(snapshot)) == (50, {"other_sheets": 1})


@pytest.mark.parametrize(("typed", "meant"), [("sheetss", "sheets"), ("head_row", "header_row"),
                                              ("colums", "columns"),
                                              ("skip_row_with", "skip_rows_with"), ("fil", "file")])
def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path, typed: str,
                                                        meant: str) -> None:
    workbook(tmp_path / "config" / BOOK, jobs())
    message = refused(taken(tmp_path, postings(f'file = "{BOOK}"\n{typed} = "x"')))
    assert f"{typed} 不认识；是不是 {meant}？" in message


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_remarked(tmp_path: Path, state: str) -> None:
    def hide(book: Any) -> None:
        book["旧表"].sheet_state = state
    workbook(tmp_path / "config" / BOOK, {"旧表": [HEADINGS, *jobs(9)], "新表": [HEADINGS, *jobs(5)]},
             hide)
    for keys in ("", '\nsheets = "*"'):
        snapshot = taken(tmp_path, postings(f'file = "{BOOK}"{keys}'))
        assert heads(snapshot) == 50
        assert sum(codes(snapshot).values()) == 1
        assert "旧表" in snapshot.remarks[0].text


def test_a_hidden_sheet_that_is_named_is_read(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["旧表"].sheet_state = "hidden"
    workbook(tmp_path / "config" / BOOK, {"旧表": [HEADINGS, *jobs(9)], "新表": [["说明"]]}, hide)
    assert heads(taken(tmp_path, postings(f'file = "{BOOK}"\nsheet = "旧表"'))) == 90


def test_all_sheets_means_those_with_the_headings_and_names_the_rest(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / BOOK, {"说明": [["填报说明"], ["每月五日前报送"]], "一": [HEADINGS, job(1)],
                                          "空": [], "二": [HEADINGS, job(2)]})
    snapshot = taken(tmp_path, postings(f'file = "{BOOK}"\nsheets = "*"'))
    assert (heads(snapshot), codes(snapshot)) == (20, {"sheet_without_headings": 1})


def test_a_sheet_with_some_of_the_headings_is_refused_not_left_out(tmp_path: Path) -> None:
    other = ["公布日期" if heading == "发布日期" else heading for heading in HEADINGS]
    workbook(tmp_path / "config" / BOOK, {"一": [HEADINGS, job(1)], "二": [other, job(2)]})
    message = refused(taken(tmp_path, postings(f'file = "{BOOK}"\nsheets = "*"')))
    assert "工作表“二” 没有列“发布日期”" in message
    assert "公布日期" in message


def test_a_missing_column_lists_all_that_miss_and_the_headings_there_are(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / BOOK, jobs())
    message = refused(taken(tmp_path, postings(published_on="日期", headcount="数量")))
    assert "没有列“数量”（对应规范列 headcount）、“日期”（对应规范列 published_on）" in message
    assert "发布日期" in message


def test_a_folder_is_named_as_one_and_a_pattern_reads_it(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位" / "甲.xlsx", jobs(5))
    assert 'file = "岗位/*.xlsx"' in refused(taken(tmp_path, postings('file = "岗位"')))
    snapshot = taken(tmp_path, postings('file = "岗位/*.xlsx"'))
    assert (heads(snapshot), codes(snapshot)) == (50, {})


def test_monthly_files_are_read_together_and_locks_of_open_ones_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "岗位"
    workbook(folder / "2026-09.xlsx", jobs(5))
    workbook(folder / "2026-10.xlsx", [job(number) for number in (6, 7, 8)])
    (folder / "~$2026-10.xlsx").write_bytes(b"lock")
    snapshot = taken(tmp_path, postings('file = "岗位/*.xlsx"'))
    assert (quality(snapshot).read, codes(snapshot)) == (8, {})


def test_a_key_in_two_files_is_remarked_with_both_places(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "甲.xlsx", jobs(3))
    workbook(tmp_path / "config" / "乙.xlsx", [job(3, employer_code="E9"), job(4)])
    snapshot = taken(tmp_path, postings('file = "?.xlsx"'))
    assert codes(snapshot) == {"repeated_key": 1}
    assert "甲.xlsx" in snapshot.remarks[0].line()
    assert "乙.xlsx" in snapshot.remarks[0].line()


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位.xlsx", jobs(3))
    (tmp_path / "config" / "岗位 副本.xlsx").write_bytes((tmp_path / "config" / "岗位.xlsx").read_bytes())
    assert "内容完全一样" in refused(taken(tmp_path, postings('file = "岗位*.xlsx"')))


def test_a_pattern_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    assert "没有符合 *.xlsx 的文件" in refused(taken(tmp_path, postings('file = "岗位/*.xlsx"')))


def test_one_bad_file_of_a_folder_refuses_the_dataset_and_is_named(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "岗位" / "甲.xlsx", jobs(3))
    workbook(tmp_path / "config" / "岗位" / "乙.xlsx", [job(9, published_on="三月")])
    message = refused(taken(tmp_path, postings('file = "岗位/*.xlsx"')))
    assert "乙.xlsx" in message
    assert "第 2 行“发布日期”写的是“三月”" in message


def test_several_sources_of_one_dataset_are_read_as_one(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / "甲.xlsx", jobs(3))
    workbook(tmp_path / "config" / "乙.xlsx", [job(8), job(9)])
    one = postings('file = "甲.xlsx"').replace("[datasets.job_posting",
                                              "[datasets.job_posting.sources")
    one = one.replace("[datasets.job_posting.sources]", "[[datasets.job_posting.sources]]")
    snapshot = taken(tmp_path, one + one.replace("甲", "乙"))
    assert (snapshot.messages, heads(snapshot)) == ((), 50)


def test_a_heading_of_two_rows_is_found_by_its_lower_name(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        page = book.active
        for area in ("A1:L1", "C2:D2", "I2:J2", *(f"{letter}2:{letter}3" for letter in "ABEFGHKL")):
            page.merge_cells(area)
    upper = [*HEADINGS[:2], "主体", None, *HEADINGS[4:8], "情况", None, *HEADINGS[10:]]
    lower = [None, None, *HEADINGS[2:4], *[None] * 4, *HEADINGS[8:10], None, None]
    for then in (None, merge):
        workbook(tmp_path / "config" / BOOK, {"台账": [["零工岗位台账"], upper, lower, *jobs(5)]}, then)
        for keys in ("header_row = 2\nheader_rows = 2", "header_rows = [2, 3]",
                     "header_row = 3\nheader_rows = 2"):
            assert heads(taken(tmp_path, postings(f'file = "{BOOK}"\n{keys}'))) == 50


def test_the_path_of_a_heading_tells_two_of_one_name_apart(tmp_path: Path) -> None:
    upper = [*HEADINGS[:8], "计划", *HEADINGS[9:], "实际"]
    lower = [*[None] * 8, "人数", *[None] * 3, "人数"]
    rows = [[*job(number), 99] for number in range(1, 6)]
    workbook(tmp_path / "config" / BOOK, {"台账": [upper, lower, *rows]})
    keys = f'file = "{BOOK}"\nheader_rows = 2'
    assert heads(taken(tmp_path, postings(keys, headcount="计划/人数"))) == 50
    again = tmp_path / "again"
    workbook(again / "config" / BOOK, {"台账": [upper, lower, *rows]})
    assert "有不止一个列“人数”" in refused(taken(again, postings(keys)))


def test_a_constant_stands_for_a_column_the_file_does_not_have(tmp_path: Path) -> None:
    workbook(tmp_path / "config" / BOOK, jobs())
    sources = postings(
        collector="") + '[datasets.job_posting.constants]\ncollector = "third_party"\n'
    snapshot = taken(tmp_path, sources)
    assert (heads(snapshot), codes(snapshot)) == (50, {})


@pytest.mark.parametrize(("line", "said"), [
    ('collector = "第三方"', "可用的有 government"), ('colector = "government"', "不是规范列名"),
    ('published_on = "某日"', "不能用作该列的值")])
def test_a_constant_that_does_not_fit_is_refused(tmp_path: Path, line: str, said: str) -> None:
    workbook(tmp_path / "config" / BOOK, jobs())
    assert said in refused(taken(tmp_path,
                                 postings() + f"[datasets.job_posting.constants]\n{line}\n"))


def test_an_edited_cell_counts_at_the_next_refresh_though_its_change_time_stayed(
        tmp_path: Path) -> None:
    sources = postings(updated_at="更新时间")
    rows = [[*row, "2025-03-02 09:00"] for row in jobs()]
    for expected, count in ((50, 10), (540, 500)):
        rows[2][8] = count
        workbook(tmp_path / "config" / BOOK, {"台账": [[*HEADINGS, "更新时间"], *rows]})
        assert heads(taken(tmp_path, sources)) == expected


def test_strict_ooxml_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, jobs())
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
        in_sheet(path,
                 lambda text: text.replace(
                     "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                     "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
                         "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                         "http://purl.oclc.org/ooxml/officeDocument/relationships"), part)
    in_sheet(path, lambda text: text.replace("schemas.openxmlformats.org/officeDocument/2006",
                                             "purl.oclc.org/ooxml/officeDocument"),
             "xl/_rels/workbook.xml.rels")
    assert heads(taken(tmp_path, postings())) == 50


def test_a_locked_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "config" / BOOK
    path.parent.mkdir()
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(600)
                     + "EncryptedPackage".encode("utf-16-le"))
    assert f"文件 {BOOK} 加了密码" in refused(taken(tmp_path, postings()))


@pytest.mark.parametrize(("content", "said"), [(b"<html><table><tr><td>1</td></tr></table></html>",
                                                "内容其实是网页"), (b"a,b\n1,2\n", "格式不支持"),
                                               (b"", "格式不支持")])
def test_what_is_only_called_a_workbook_is_named_as_what_it_is(tmp_path: Path, content: bytes,
                                                               said: str) -> None:
    path = tmp_path / "config" / "岗位.xls"
    path.parent.mkdir()
    path.write_bytes(content)
    assert said in refused(taken(tmp_path, postings('file = "岗位.xls"')))


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_other_formats_give_the_same_figures(tmp_path: Path, kind: str) -> None:
    workbook(tmp_path / "岗位.xlsx",
             [*jobs(4), job(9, employer_code="/", invalidated_on=date(2025, 4, 1))])
    out = tmp_path / "config"
    subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", str(out),
                    str(tmp_path / "岗位.xlsx"), f"-env:UserInstallation=file://{tmp_path}/profile"],
                   check=True, capture_output=True, timeout=120)
    snapshot = taken(tmp_path, postings(f'file = "岗位.{kind}"'))
    assert (snapshot.messages, heads(snapshot), heads(snapshot, event="invalidated")) == (
        (), 50, 10)
    assert codes(snapshot) == {"empty_mark": 1}


def test_a_cell_far_out_is_refused_before_the_sheet_is_laid_out(tmp_path: Path) -> None:
    for far in ("XFD5", "B1048576", "IV99000"):
        def put(book: Any, cell: str = far) -> None:
            book.active[cell] = "x"
        workbook(tmp_path / "config" / BOOK, jobs(), put)
        assert "在很远处" in refused(taken(tmp_path, postings()))


def test_formatting_far_out_is_no_content(tmp_path: Path) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, jobs())
    in_sheet(path,
             lambda text: text.replace(
                 "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'))
    assert heads(taken(tmp_path, postings())) == 50


def test_one_long_text_in_a_hundred_thousand_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config" / BOOK
    workbook(path, jobs())
    cells = "".join(f'<row r="{row}">' + "".join(f'<c r="{letter}{row}" t="s"><v>0</v></c>'
                                                 for letter in "ABCDEFGHIJ") + "</row>"
                    for row in range(7, 10_007))
    in_sheet(path, lambda text: text.replace("</sheetData>", f"{cells}</sheetData>"))
    in_sheet(path, lambda _: f"<sst><si><t>{'长' * 5000}</t></si></sst>", "xl/sharedStrings.xml")
    assert "不是完好的" in refused(taken(tmp_path, postings()))
