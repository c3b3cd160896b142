"""`sources.toml` itself: errors in it are told in Chinese with their place, and no key is passed
over.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_access.boundary.mapping import BadMappingError, load_mappings
from kpi.vocabulary.errors import InputError


def _load(folder: Path, text: str) -> object:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    return load_mappings(folder / "sources.toml")


@pytest.mark.parametrize(("text", "line"), [("[datasets.hire]\ntable 表\n", 2),
                                            ("[datasets.hire]\n\ntable = \n", 3),
                                            ("[datasets.hire\n", 1), ('a = "x\n', 1),
                                            ("[datasets.hire]\ntable = \"a\"\ntable = \"b\"\n", 3),
                                            ("[a]\n[a]\n", 2), ("x = 01\n", 1), ("x = [1, 2\n", 1),
                                            ("x = '\\n' y\n", 1), ('x = "\\q"\n', 1),
                                            ("名称 = 1\n", 1), ("x = {a = 1\n", 1)])
def test_a_slip_is_told_in_chinese_with_line_and_column(tmp_path: Path, text: str,
                                                        line: int) -> None:
    with pytest.raises(InputError) as caught:
        _load(tmp_path, text)
    message = str(caught.value)
    assert f"第 {line} 行" in message
    assert re.search(r"第 \d+ 列", message)
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,}", message.replace(str(tmp_path), ""))
    assert message.endswith("。")


@pytest.mark.parametrize(("text", "said"), [
    ("[dataset.hire]\ntable = \"a\"\n", "[dataset] 不认识；是不是 datasets？"),
    ("[datasets.hires]\ntable = \"a\"\n", "数据集 hires 不认识；是不是 hire？"),
    ("[datasets.job_postings]\ntable = \"a\"\n", "是不是 job_posting？")])
def test_an_unknown_table_is_refused_with_the_nearest_one(tmp_path: Path, text: str,
                                                          said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        _load(tmp_path, text)


@pytest.mark.parametrize(("lines", "said"), [('tabel = "a"', "tabel 不认识；是不是 table？"),
                                             ('sheets = "*"', "写了 sheets 却没有 file"),
                                             ('file = "a.xlsx"\nsheet = "x"\nsheets = "*"',
                                              "同时写了 sheet 和 sheets"),
                                             ('absent = "yes"', "absent 只能写 true 或 false"),
                                             ('file = "a.xlsx"\nskip_rows_with = 3',
                                              "skip_rows_with 应是一串文字"),
                                             ('empty = [1]', "empty 应是一串文字"),
                                             ('file = "a.xlsx"\nheader_rows = [2, 4]',
                                              "header_rows 应是相连的行号"),
                                             ('covers = ["window"]', "covers，它只用于服务载体"),
                                             ('sources = 3', "[[datasets.hire.sources]]"),
                                             ('sources = [{table = "a"}]',
                                              "第 1 个 [[datasets.hire.sources]] 没有 file"),
                                             ('file = "a.csv"\nsources = [{file = "b.csv"}]',
                                              "写了 sources，file 应写在"),
                                             ('sources = [{file = "b.csv", abent = 1}]',
                                              "abent 不认识")])
def test_a_key_that_does_not_fit_is_refused_and_the_others_still_load(
        tmp_path: Path, lines: str, said: str) -> None:
    mappings = _load(tmp_path, f"[datasets.hire]\n{lines}\n")
    assert isinstance(mappings, dict)
    assert isinstance(mappings["hire"], BadMappingError)
    assert said in str(mappings["hire"])
    assert not isinstance(mappings["job_posting"], BadMappingError)
