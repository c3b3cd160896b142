"""The list of papers: page, command line and frozen meetings all read it, so its records must not
collide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest

from reports.paper import Paper, PaperSource
from reports.papers import PAPERS, meeting_papers, paper_bytes
from tests.reports.conftest import Made
from tests.reports.world import AS_OF

BEGINNINGS = {".xlsx": b"PK", ".docx": b"PK", ".pptx": b"PK", ".json": b"{"}


@pytest.fixture
def source(city: Made) -> PaperSource:
    return PaperSource(city.known.figures, city.known.card, city.known.note)


def _repeated(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_no_two_papers_share_a_key_a_title_or_a_file_name() -> None:
    assert _repeated(paper.key for paper in PAPERS) == []
    assert _repeated(paper.title for paper in PAPERS) == []
    assert _repeated(paper.file_name(AS_OF, None) for paper in PAPERS) == []


def test_the_papers_of_one_command_are_told_apart_by_their_rollup() -> None:
    assert _repeated((paper.command, paper.rollup) for paper in PAPERS) == []
    shared = _repeated(paper.command for paper in PAPERS)
    assert all((paper.rollup is not None) == (paper.command in shared) for paper in PAPERS)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.key)
def test_a_file_is_named_after_its_kind_and_day(paper: Paper) -> None:
    name, next_day = (paper.file_name(day, None) for day in (AS_OF, AS_OF + timedelta(days=1)))
    assert name.endswith(f"{AS_OF:%Y%m%d}{paper.suffix}")
    assert name != next_day


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.key)
def test_a_paper_is_of_its_kind_and_the_same_again(source: PaperSource, paper: Paper) -> None:
    content = paper_bytes(paper, source)
    assert content.startswith(BEGINNINGS[paper.suffix])
    assert paper_bytes(paper, source) == content


def test_a_meeting_keeps_workbook_brief_and_county_bulletin(source: PaperSource) -> None:
    """The scorecard aside: freezing adds that itself, under a name other systems rely on."""
    assert list(meeting_papers(source)) == [
        "零工归宿_联席会议_20261031.xlsx", "零工归宿_情况通报_20261031.docx",
        "零工归宿_汇报_20261031.pptx", "零工归宿_县区通报_20261031.docx"]


@pytest.mark.parametrize("paper", [paper for paper in PAPERS if paper.suffix != ".json"],
                         ids=lambda paper: paper.key)
def test_a_paper_over_the_sample_says_so_and_one_over_real_data_does_not(
        paper: Paper, source: PaperSource) -> None:
    real = replace(source, note=replace(source.note, sample=False))
    for made_from, expected in ((source, True), (real, False)):
        with ZipFile(BytesIO(paper_bytes(paper, made_from))) as packed:
            text = "".join(packed.read(name).decode("utf-8") for name in packed.namelist()
                           if name.endswith(".xml") and not name.startswith("docProps"))
        assert ("演示数据" in unescape(text)) == expected
