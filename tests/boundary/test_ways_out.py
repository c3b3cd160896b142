"""What was noticed is shown wherever the figures are: the refresh, `check`, 数据, the workbook and
JSON, in the same words.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from data_access.__main__ import main as data_access
from data_access.current import load_or_refresh
from data_access.site.settings import Settings
from kpi.scope.access import Scope
from kpi.scope.scope import scoped_scorecard
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.remark import Remark
from reports.__main__ import main as reports
from tests.boundary.registers import at, jobs, postings, workbook
from tests.pages.app import markup, open_page


@pytest.fixture
def doubtful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site whose postings have “/” for the employer, as the environment of commands and pages."""
    workbook(tmp_path / "config" / "岗位.xlsx", jobs(employer_code="/"))
    settings = at(tmp_path, postings())
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    monkeypatch.setenv("LINGGONG_REFRESH_MINUTES", "0")
    return settings


def _remark(settings: Settings) -> Remark:
    (remark,) = load_or_refresh(settings).snapshot.remarks
    return remark


def test_the_commands_say_it(doubtful: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert data_access(["refresh"]) == 0
    assert f"请核对 零工岗位发布：{_remark(doubtful).line()}" in capsys.readouterr().out
    assert data_access(["check"]) == 0
    printed = capsys.readouterr().out
    assert "！ 零工岗位发布" in printed
    assert _remark(doubtful).line() in printed


def test_json_has_it_per_dataset(doubtful: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    remark = _remark(doubtful)
    assert reports(["scorecard"]) == 0
    quality = {one["dataset"]: one["remarks"] for one in json.loads(capsys.readouterr().out)[
        "quality"]}
    assert quality["job_posting"] == [{"code": "empty_mark", "count": 5, "where": remark.where,
                                       "text": remark.text}]


def test_the_workbook_has_it_below_the_reconciliation(doubtful: Settings, tmp_path: Path) -> None:
    remark = _remark(doubtful)
    assert reports(["workbook", "--out", str(tmp_path / "out.xlsx")]) == 0
    page = load_workbook(tmp_path / "out.xlsx")["数据质量"]
    texts = [str(row[0]) for row in page.iter_rows(max_col=1, values_only=True) if row[0]]
    assert any(remark.line() in text for text in texts)


def test_the_data_page_has_it(doubtful: Settings) -> None:
    remark = _remark(doubtful)
    body = markup(open_page("library/data_health"))
    assert remark.text in body
    assert "读取提醒" in body


def test_a_reader_of_one_county_is_not_shown_the_whole_citys_rows(doubtful: Settings) -> None:
    current = load_or_refresh(doubtful)
    snapshot = current.snapshot
    for messages in (False, True):
        scope = Scope(False, ("321302",), messages)
        qualities = [current.scoped(scope).figures.facts.quality["job_posting"],
                     scoped_scorecard(scorecard(current.figures, current.default_day),
                                      scope).quality["job_posting"]]
        assert [len(quality.remarks) for quality in qualities] == [int(messages)] * 2
    assert snapshot.without_cells(messages=False).remarks == ()
    assert snapshot.without_cells(messages=True).remarks == snapshot.remarks
