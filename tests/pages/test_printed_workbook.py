"""The workbook on paper: what a meeting gets of the sample's, laid out by LibreOffice."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from data_access.current import Current
from kpi.scorecard.scorecard import scorecard
from reports import papers
from reports.content import ALL_PARTS, MEETING_PARTS
from reports.follow_up_rows import FollowUpRow
from reports.handed_out import HandedOut, marked
from reports.workbook import scope_of
from reports.workbook.paper import WORKBOOK
from tests.reports.printed import Printed, printed

MOST_PAGES, SMALLEST = 25, 8.0
_OPEN = FollowUpRow("2026-001", "补建乡镇驿站，年内覆盖率达到100%", "宿迁经济技术开发区", "乡镇驿站覆盖率", "恢复达序时或已完成",
                    "市人力资源和社会保障局", "市财政局、市农业农村局", "县政府分管副县长", date(2026, 3, 1), date(2026, 5, 1),
                    "逾期", 30, "新设8个驿站，还有2个在装修，主体已经完工。", date(2026, 4, 2), "—", 0)
_ITEMS = [*(replace(_OPEN, number=f"2026-{number:03}") for number in range(1, 21)),
          *(replace(_OPEN, number=f"2026-{number:03}", closed="2026-06-01 数据销号", state="销号",
                    days_overdue=0) for number in range(21, 41))]


def _made(sample: Current, day: date, *, meeting: bool, division: str | None = None) -> bytes:
    card = scorecard(sample.figures, day)
    scope = None if division is None else scope_of(card.geography, division)
    return papers.paper_bytes(WORKBOOK, papers.source(sample, card, _ITEMS), scope=scope,
                              parts=MEETING_PARTS if meeting else ALL_PARTS)


def _hold(paper: Printed) -> None:
    assert len(paper.pages) <= MOST_PAGES
    assert paper.smallest >= SMALLEST
    assert not [text for text in paper.pages if "###" in text]


# a day with 42 alerts and a day with more than a hundred
@pytest.mark.office
@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 11, 26)], ids=str)
def test_a_meetings_workbook_prints_on_25_pages_in_eight_points(sample: Current, tmp_path: Path,
                                                              day: date) -> None:
    paper = printed(_made(sample, day, meeting=True), tmp_path)
    _hold(paper)
    whole = "".join(paper.pages)
    core = scorecard(sample.figures, day).plan.core
    for item in core:  # each on one page, its title and chart on the same
        (page,) = (text for text in paper.pages if text.lstrip().startswith(("演示数据", item.name))
                   and re.search(rf"^\s*{item.name}\s*$", text, re.MULTILINE))
        assert "各管理单位完成率与应达进度" in page
        assert "市本级（未分县区）" in page
    assert "2026-020" in whole  # every open item
    assert "2026-021" not in whole


@pytest.mark.office
def test_a_countys_workbook_prints_with_who_took_it_at_the_foot_of_each_page(
        sample: Current, tmp_path: Path) -> None:
    made = _made(sample, date(2026, 10, 31), meeting=True, division="321302")
    paper = printed(marked(made, HandedOut("staff", datetime(2026, 11, 1, 9, 30, tzinfo=UTC))),
                    tmp_path)
    _hold(paper)
    assert all("staff 2026-11-01 09:30 导出" in page for page in paper.pages)


@pytest.mark.long
def test_what_a_meeting_reads_stands_first_and_is_printed_alike_in_the_whole_file(
        sample: Current) -> None:
    day = date(2026, 10, 31)
    own, whole = (openpyxl.load_workbook(io.BytesIO(_made(sample, day, meeting=meeting)))
                  for meeting in (True, False))
    count = len(own.sheetnames)
    assert own.sheetnames == whole.sheetnames[:count]
    assert own.sheetnames[-2:] == ["预警", "督办"]
    assert len(whole.sheetnames) > count
    for sheet in own.worksheets:
        assert sheet.print_area == whole[sheet.title].print_area
        assert sheet.sheet_properties.tabColor is None
    assert all(sheet.sheet_properties.tabColor for sheet in whole.worksheets[count:])


@pytest.mark.long
def test_no_printed_page_is_wider_than_eight_points_allow(sample: Current) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_made(sample, date(2026, 10, 31), meeting=False)))
    for sheet in book.worksheets:
        widths = [column.width for column in sheet.column_dimensions.values()]
        areas = re.findall(r"\$A\$\d+:\$([A-Z]+)\$\d+", str(sheet.print_area or ""))
        last = max((openpyxl.utils.column_index_from_string(name) for name in areas),
                   default=len(widths))
        assert round(sum(widths[:last]), 6) <= 154, sheet.title
        assert min(cell.font.sz for row in sheet.iter_rows() for cell in row
                   if cell.value is not None) >= 10 or sheet.title == "县区明细"
