"""The brief on paper, on days with much to say: its text stays on two pages, the annex follows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from data_access.current import Current
from kpi.scorecard.scorecard import scorecard
from kpi.wording.wording import chinese_date
from reports import papers
from reports.brief.paper import BRIEF
from tests.reports.printed import printed


@pytest.mark.office
@pytest.mark.parametrize("day", [date(2025, 9, 30), date(2026, 3, 31), date(2026, 11, 26)], ids=str)
def test_it_is_signed_on_its_second_page(sample: Current, tmp_path: Path, day: date) -> None:
    made = papers.paper_bytes(BRIEF, papers.source(sample, scorecard(sample.figures, day)))
    first, second, third, *_ = (re.sub(r"\s", "", page) for page in printed(
        made, tmp_path, name="brief.docx").pages)
    signed = f"零工归宿工作联席会议办公室{chinese_date(day, with_year=True)}"
    assert signed not in first
    assert signed in second
    assert third.startswith("附件1核心指标完成情况")
