"""The office's way of writing (docs/行文.md), held to on every screen of leaders, counties and the
meeting, and in the papers.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from streamlit.testing.v1 import AppTest

from components.shell.navigation import COUNTIES, LEADERS, MEETING, SCREENS
from data_access.current import Current
from data_access.site.settings import ROOT
from reports.papers import PAPERS, paper_bytes, source
from tests.pages.app import open_page, texts, words

STYLE = (ROOT / "docs" / "行文.md").read_text(encoding="utf-8")
SHOWN = [screen.file.removeprefix("pages/").removesuffix(".py") for screen in SCREENS
         if screen.group in (LEADERS, COUNTIES, MEETING)]
_SPACED = re.compile(r"\d (?:个百分点|%|万(?!一)|人次|家(?=[，。；、）]))")
_OFFICE = (".docx", ".xlsx", ".pptx")


def _first_column(heading: str) -> list[str]:
    """The first column of the table below that heading."""
    part = STYLE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("|")]
    return rows[2:]


FORBIDDEN, TECHNICAL = _first_column("不用的说法"), _first_column("领导页面上不出现的词")


def faults(text: str) -> list[str]:
    """What of the style sheet the text offends against, with what stands around it."""
    found = [f"不用“{word}”" for word in FORBIDDEN if word in text]
    found += [f"程序用词“{word}”" for word in TECHNICAL
              if re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", text)]
    return found + [f"数与单位之间有空格：{text[max(match.start() - 12, 0):match.end()]}"
                    for match in _SPACED.finditer(text)]


def _all(app: AppTest) -> str:
    """HTML, labels of what can be pressed or chosen, and what is written into charts and maps."""
    labels = [str(getattr(element, "label", "")) for kind in
              ("button", "selectbox", "toggle", "expander", "text_input") for element in app.get(kind)]
    drawn = [text for kind, field in (("plotly_chart", "spec"), ("deck_gl_json_chart", "json"))
             for element in app.get(kind)
             for text in texts(json.loads(getattr(element.proto, field)))]  # type: ignore[attr-defined]
    return "\n".join([words(app), *labels, *drawn])


def test_the_tables_of_the_style_sheet_are_read() -> None:
    assert "排出补进计划" in FORBIDDEN
    assert "plan.toml" in TECHNICAL
    assert len(FORBIDDEN) == len(set(FORBIDDEN)) >= 10
    assert len(TECHNICAL) == len(set(TECHNICAL)) >= 10


@pytest.mark.parametrize(("text", "expected"), [
    ("低于序时进度5.4个百分点，还差10家。", 0),
    ("低于序时进度5.4 个百分点。", 1),
    ("请排出补进计划；门槛在 plan.toml 中设定。", 2),
    ("共 27 条", 0),
    ("覆盖率95.8 %，缺3 家。", 2),
    ("NoneSuch", 0),
    ("完成None", 1),
])
def test_a_fault_is_seen(text: str, expected: int) -> None:
    assert len(faults(text)) == expected


@pytest.mark.long
@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("page", SHOWN)
def test_the_screens_are_written_as_the_style_sheet_says(page: str) -> None:
    for choice in ({}, {"rollup": "managing", "as_of": "2025-12-31"}):
        assert faults(_all(open_page(page, **choice))) == []


@pytest.mark.long
def test_a_units_own_page_too(over_sample: None) -> None:
    assert faults(_all(open_page("counties/county", division="321324"))) == []


def _paper_texts(name: str, content: bytes) -> Iterator[str]:
    if not name.endswith(_OFFICE):
        yield content.decode("utf-8", "ignore")
        return
    with zipfile.ZipFile(BytesIO(content)) as package:
        for part in package.namelist():
            if re.match(r"(?:word/document|ppt/slides/slide\d+|xl/sharedStrings)\.xml$", part):
                body = re.sub(r"</(?:w:p|a:p|si)>", "\n", package.read(part).decode("utf-8"))
                yield unescape(re.sub(r"<[^>]+>", "", body))


@pytest.mark.long
def test_the_papers_too(sample: Current) -> None:
    day = date(2026, 10, 31)
    given, seen = source(sample, sample.scorecard(day, day)), 0
    for paper in PAPERS:
        if paper.suffix in _OFFICE:
            for text in _paper_texts(paper.suffix, paper_bytes(paper, given)):
                seen += len(text)
                assert faults(text) == [], paper
    assert seen > 5000
