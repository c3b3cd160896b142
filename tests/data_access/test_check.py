"""`python -m data_access check`: what a clerk reads while setting up a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_access.__main__ import main
from data_access.checking.check import check
from tests.data_access.site import NOON, sqlite_site
from tests.data_access.test_excluded import JOBS, REST, drawn


def test_a_usable_dataset_shows_rows_newest_date_exclusions_and_unknown_codes(
        tmp_path: Path) -> None:
    settings = sqlite_site(tmp_path, {**drawn(job_posting=JOBS), **REST})
    (row,) = [row for row in check(settings, NOON) if row.dataset == "job_posting"]
    lines = row.lines()
    assert lines[0] == "！ 零工岗位发布 job_posting｜速找活平台 suzhaohuo｜表 job_posting｜14 列｜10 行｜最新 2026-06-11"
    assert lines[1].strip() == ("将排除 7 行：缺日期 1、日期在读取日之后 1、区划不明 2、数量无效 1、分类值无效 1、重复 1")
    assert "888888888/999999（2 行）" in lines[2]
    assert "sector = 其他业（1 行）；请在 sources.toml 的 values 中映射" in lines[3]
    assert "321322100/321302（1 行）" in lines[4]


def test_a_dataset_without_a_source_is_absent_and_no_problem(tmp_path: Path) -> None:
    settings = sqlite_site(tmp_path, {**drawn(job_posting=JOBS), **REST})
    (row,) = [row for row in check(settings, NOON) if row.dataset == "fund_entry"]
    assert row.usable
    assert row.lines() == ["– 资金 fund_entry｜联席会议办公室 office｜未接入"]


def test_every_missing_column_is_named_at_once(tmp_path: Path) -> None:
    settings = sqlite_site(
        tmp_path,
        {**drawn(job_posting=JOBS), **REST},
        '[datasets.job_posting.columns]\nheadcount = "num"\npublished_on = "pub_time"\n',
    )
    (row,) = [row for row in check(settings, NOON) if row.dataset == "job_posting"]
    assert not row.usable
    assert "缺少列 num（对应规范列 headcount）、pub_time（对应规范列 published_on）" in row.lines()[0]


def test_a_broken_division_list_is_reported_and_the_others_are_still_checked(
        tmp_path: Path) -> None:
    tables = {**drawn(job_posting=JOBS), **REST}
    tables["township"] = [{**row, "unit_code": None} for row in tables["township"]]
    rows = {row.dataset: row for row in check(sqlite_site(tmp_path, tables), NOON)}
    assert rows["job_posting"].rows == 10


def test_the_command_ends_with_a_sum_and_a_code_that_says_whether_all_is_well(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    settings = sqlite_site(tmp_path, {**drawn(job_posting=JOBS), **REST})
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    assert main(["check"]) == 0
    assert capsys.readouterr().out.endswith("共 22 个数据集：可用 6，未接入 16，有问题 0。\n")
    (tmp_path / "suzhaohuo.sqlite").unlink()
    assert main(["check"]) == 1
    assert "有问题 4" in capsys.readouterr().out
