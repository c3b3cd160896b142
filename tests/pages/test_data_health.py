"""数据 in this process: the numbers are the snapshot's, trouble is said in words, and the button
makes a new snapshot.
"""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from components.library.rows_chart import by_week
from data_access.accounts.audit import audit_log
from data_access.current import Current
from data_access.reading.quality import DayCount
from data_access.site.settings import Settings
from data_access.snapshots import snapshot as snapshots
from data_access.snapshots.refresh import refresh
from kpi.counting.facts import SourceState
from kpi.definitions.shipped_datasets import FACT_DATASETS
from reports.excluded_list import excluded_xlsx
from tests.data_access.site import NOON, drawn, sqlite_site
from tests.pages.app import chart, markup, open_page, words

PAGE = "library/data_health"
JOBS = """
    | posting_id | unit_code | township_code | sector | headcount | published_on |
    | =1+1       | 999999    | 888888888     | other  | 5         | 2026-06-10   |
    | J2         | 321302    |               | other  |           | 2026-06-12   |
    | J3         | 321302    |               | other  | 5         | 2026-06-12   |
"""


def _cells(body: str, dataset: str) -> list[str]:
    row = re.search(rf'<tr[^>]* data-dataset="{dataset}">(.*?)</tr>', body, re.S)
    assert row is not None
    return [re.sub(r"<[^>]+>", "", cell)
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row[1], re.S)]


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site with one dataset of trouble, as the environment of the page."""
    settings = sqlite_site(tmp_path, {**drawn(job_posting=JOBS), "worker_account": [], "hire": []})
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_REFRESH_MINUTES", "0")
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    refresh(settings, now=NOON)
    return settings


@pytest.mark.usefixtures("over_sample")
def test_every_number_is_the_snapshots_and_every_dataset_balances(sample: Current) -> None:
    app = open_page(PAGE)
    body = markup(app)
    for name in FACT_DATASETS:
        quality, cells = sample.snapshot.parts[name].data.quality, _cells(body, name)
        assert cells[2:5] == [f"{quality.read:,}", f"{quality.counted:,}",
                              f"{quality.read - quality.counted:,}"]
        assert cells[5] == "● 平"
    assert "演示数据" in words(app)
    assert len(chart(app, 0)["data"][0]["x"]) > 0


def test_reasons_unknown_codes_and_an_absent_source_are_said(city: Settings) -> None:
    app = open_page(PAGE)
    body, said = markup(app), words(app)
    # drawn above: three rows, one at a place in no list, one without an amount
    assert _cells(body, "job_posting")[2:7] == ["3", "1", "2", "● 平", "区划不明 1、数量无效 1"]
    assert "乡镇 888888888 / 单位 999999" in said
    assert _cells(body, "fund_entry")[1:4] == ["○ 未接入", "—", "—"]
    assert re.search(r'lg-src-absent" data-source="office"', body)


def test_a_source_that_can_no_longer_be_read_is_stale_and_says_what_to_do(city: Settings) -> None:
    Path(city.urls["suzhaohuo"].removeprefix("sqlite:///")).unlink()
    taken = refresh(city, now=NOON.replace(hour=13))
    assert taken.sources["suzhaohuo"].state == SourceState.STALE
    app = open_page(PAGE)
    body = markup(app)
    assert re.search(r'lg-src-stale" data-source="suzhaohuo"', body)
    assert _cells(body, "job_posting")[1:3] == ["▲ 沿用上次数据", "3"]
    assert "显示的是上次读到的数据" in words(app)


def test_the_button_makes_a_new_snapshot_and_leaves_a_trace(city: Settings) -> None:
    app, before = open_page(PAGE), snapshots.current_id(city.data)
    app.button(key="refresh-now").click().run()
    after = snapshots.current_id(city.data)
    assert after != before
    assert f"已生成快照 {after}" in words(app)
    log = audit_log(city.data)
    assert [(one.object, one.result) for one in log.latest(2)] == [
        (f"快照 {after}", "成功"), ("立即刷新", "提交")]


def test_the_mapping_check_lists_every_dataset(city: Settings) -> None:
    app = open_page(PAGE)
    app.button(key="check-now").click().run()
    table = app.dataframe[0].value
    assert dict(zip(table["数据集"], table["结果"], strict=True))["资金"] == "○ 未接入"
    assert "区划不明 1" in dict(zip(table["数据集"], table["说明"], strict=True))["零工岗位发布"]


def test_the_list_of_excluded_rows_is_text_and_never_a_formula(city: Settings) -> None:
    sheet = load_workbook(io.BytesIO(excluded_xlsx(city, "job_posting"))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    listed = {(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=3)}
    assert listed == {("=1+1", "区划不明"), ("J2", "数量无效")}


def test_a_list_that_cannot_be_made_says_why(city: Settings) -> None:
    sheet = load_workbook(io.BytesIO(excluded_xlsx(city, "fund_entry"))).worksheets[0]
    assert "未接入" in str(sheet["B1"].value)


def test_weeks_begin_on_monday() -> None:
    # 2026-06-07 was a Sunday
    days = (DayCount(date(2026, 6, 7), 1), DayCount(date(2026, 6, 8), 2),
            DayCount(date(2026, 6, 14), 4))
    assert by_week(days) == {date(2026, 6, 1): 1, date(2026, 6, 8): 6}


def test_an_empty_table_is_read_and_a_missing_source_is_absent(city: Settings) -> None:
    assert _cells(markup(open_page(PAGE)), "welfare_post")[1] == "○ 未接入"
    assert _cells(markup(open_page(PAGE)), "hire")[1] == "▲ 有 1 处提醒"
    assert "表 hire：一行记录也没有，相关指标显示“待数据”" in words(open_page(PAGE))
