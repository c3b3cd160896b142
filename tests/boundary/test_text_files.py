"""Text files: delimiter, encoding, quotes, and lines that do not fit the headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.boundary.registers import HEADINGS, codes, heads, postings, quality, refused, taken

LINES = [f"J{n:04d},速找活,E{n:04d},保洁,家政,机构,321322,,10,2025-03-01,,是" for n in range(1, 11)]
SOURCES = postings('file = "岗位.csv"')


def _given(folder: Path, lines: list[str], encoding: str = "utf-8", end: str = "\n") -> None:
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "config" / "岗位.csv").write_bytes((end.join(lines) + end).encode(encoding))


def _heading(extra: str = "", delimiter: str = ",") -> str:
    return delimiter.join(HEADINGS) + extra


@pytest.mark.parametrize("delimiter", ["\t", ";", ",", "|"])
@pytest.mark.parametrize("titles", [[], ["零工岗位台账"], ["零工岗位台账，2025年", "单位：个, 制表：张"]])
def test_the_delimiter_is_that_of_the_heading_line(tmp_path: Path, delimiter: str,
                                                   titles: list[str]) -> None:
    _given(tmp_path,
           [*titles, _heading(delimiter=delimiter), *(line.replace(",", delimiter)
                                                      for line in LINES[:5])])
    snapshot = taken(tmp_path, postings(f'file = "岗位.csv"\nheader_row = {len(titles) + 1}'))
    assert (snapshot.messages, heads(snapshot), codes(snapshot)) == ((), 50, {})


@pytest.mark.parametrize(("line", "spoilt"), [(3, LINES[2].replace(",速找活", ',"速找活')),
                                              (5, f'{LINES[4]},"急聘'),
                                              (11, LINES[9].replace("是", '"是')),
                                              (4, LINES[3].replace("速找活", '"速找活"平台'))])
def test_an_open_quote_is_refused_with_its_line(tmp_path: Path, line: int, spoilt: str) -> None:
    _given(tmp_path, [_heading(",备注"), *LINES[:line - (2 if line != 3 else 1)],
                      spoilt, *LINES[line:]])
    message = refused(taken(tmp_path, SOURCES))
    assert "引号没有成对" in message
    assert f"第 {line if line != 3 else 4} 行起" in message


def test_quotes_that_swallow_lines_are_remarked(tmp_path: Path) -> None:
    _given(tmp_path, [_heading(",备注"), *LINES[:3], f'{LINES[3]},"急聘', *LINES[4:6],
                      f'{LINES[6]},加急"', *LINES[7:]])
    snapshot = taken(tmp_path, SOURCES)
    assert heads(snapshot) == 70
    assert codes(snapshot)["spread_lines"] == 3


def test_a_text_with_a_line_break_is_one_row_and_remarked(tmp_path: Path) -> None:
    _given(tmp_path, [_heading(",备注"), f'{LINES[0]},"一\n二"', LINES[1]])
    assert (heads(taken(tmp_path, SOURCES)), codes(taken(tmp_path, SOURCES))["spread_lines"]) == (
        20, 1)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_of_offices(tmp_path: Path, encoding: str, end: str) -> None:
    _given(tmp_path, [_heading(), *LINES], encoding, end)
    assert heads(taken(tmp_path, SOURCES)) == 100


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_an_encoding_that_says_nothing_of_itself_is_refused(tmp_path: Path, encoding: str) -> None:
    _given(tmp_path, [_heading(), *LINES], encoding)
    assert "编码认不出" in refused(taken(tmp_path, SOURCES))


@pytest.mark.parametrize("spoilt", ["J9,速找活,E9,保洁,家政,机构,321322,,1,200,2025-03-01,,是",
                                    f"{LINES[0]},,多"])
def test_a_line_with_more_fields_than_headings_is_refused(tmp_path: Path, spoilt: str) -> None:
    _given(tmp_path, [_heading(), *LINES[:4], spoilt])
    message = refused(taken(tmp_path, SOURCES))
    assert "第 6 行有 1" in message
    assert "表头只有 12 栏" in message


def test_a_line_that_was_cut_off_is_remarked(tmp_path: Path) -> None:
    _given(tmp_path, [_heading(), *LINES[:4], "J0005,速找活,E0005,保洁,家政"])
    snapshot = taken(tmp_path, SOURCES)
    assert codes(snapshot) == {"short_rows": 1}
    assert quality(snapshot).excluded == {"missing_date": 1}


def test_trailing_delimiters_are_no_fields(tmp_path: Path) -> None:
    _given(tmp_path, [_heading(), *(f"{line},,," for line in LINES)])
    assert (heads(taken(tmp_path, SOURCES)), codes(taken(tmp_path, SOURCES))) == (100, {})
