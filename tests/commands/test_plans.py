"""`python -m data_access plans`: every version in a clerk's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from data_access.__main__ import main
from data_access.current import load_or_refresh
from data_access.site import Settings, recorded_versions
from tests.data_access.site import drawn, sqlite_site
from tests.data_access.test_plan_versions import AUGUST, JULY, JUNE, MAY, edit, jobs, read


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = sqlite_site(tmp_path, {**drawn(job_posting=jobs(30)), "hire": [], "worker_account": []})
    edit(made, 730)
    monkeypatch.setenv("LINGGONG_CONFIG", str(made.config))
    monkeypatch.setenv("LINGGONG_DATA", str(made.data))
    for name, url in made.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    return made


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the command prints, the lines of who and when left out."""
    capsys.readouterr()
    assert main(["plans"]) == 0
    lines = capsys.readouterr().out.splitlines()
    noted = r"    \d{4}-\d\d-\d\d \d\d:\d\d 由 .+ 登记，程序 0\.1\.0；文件 [0-9a-f]{8}"
    return [line for line in lines if not re.fullmatch(noted, line)]


def test_before_the_first_reading(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == ["还没有读取过数据，方案还没有启用；第一次读取后自方案开始之日起生效。"]
    assert recorded_versions(settings) == ()


def test_one_version(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    read(settings, MAY)
    assert printed(capsys) == [
        "测试方案：共 1 版。每一天都按当天有效的一版评判，以后再改方案也不变。",
        "第 1 版：2025-01-01（方案开始之日）起有效"]


def test_what_each_version_changed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    read(settings, MAY)
    edit(settings, 1460)
    read(settings, JUNE)
    edit(settings, 730, 'correction = true\nreason = "目标录成了两倍"')
    read(settings, JULY)
    edit(settings, 1460, "effective_from = 2025-08-15",
         'quotas = {321302 = 900, 321322 = 560}\nlead_unit = "市人社局"\nweight = 2')
    read(settings, AUGUST)
    looked_at = len(recorded_versions(settings))
    edit(settings, 1460, more='quotas = {321302 = 960, 321322 = 500}\nlead_unit = "市人社局"\n'
         'weight = 2\neffective_from = 2025-12-01\ncurve = {kind = "month_step"}')
    assert printed(capsys)[1:] == [
        "第 1 版：2025-01-01 至 2025-06-29 有效",
        "第 2 版：没有一天按它评判，已由第 3 版更正",
        "    · 发布零工岗位：目标 ≥730个 → ≥1,460个",
        "第 3 版（更正）：2025-06-30 至 2025-08-14 有效",
        "    原因：目标录成了两倍",
        "    · 发布零工岗位：目标 ≥1,460个 → ≥730个",
        "第 4 版：2025-08-15 至 2025-08-30 有效",
        "    · 发布零工岗位：目标 ≥730个 → ≥1,460个",
        "    · 发布零工岗位：分解任务改为按方案文件所列",
        "    · 发布零工岗位：权重 1 → 2",
        "    · 发布零工岗位：牵头单位 （空） → 市人社局",
        "第 5 版：2025-08-31 起有效",
        "    其中“发布零工岗位”自 2025-12-01 起",
        "    · 发布零工岗位：分解任务 宿城 900个 → 960个，沭阳 560个 → 500个",
        "    · 发布零工岗位：应达进度 按天均匀推进 → 按月推进（月末到期）",
        "    plan.toml 已经改动，还没有启用：下次打开页面或刷新时启用，生效日期如上。"]
    assert len(recorded_versions(settings)) == looked_at, "looking takes nothing into use"
    load_or_refresh(settings)
    assert printed(capsys)[-1] == "    · 发布零工岗位：应达进度 按天均匀推进 → 按月推进（月末到期）"


@pytest.mark.long
def test_the_same_file_again_and_another_plan(settings: Settings,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    read(settings, MAY)
    first = settings.plan_file.read_bytes()
    edit(settings, 1460)
    read(settings, JUNE)
    settings.plan_file.write_bytes(first)
    read(settings, JULY)
    assert [line for line in printed(capsys) if line.startswith("第")] == [
        "第 1 版：2025-01-01 至 2025-06-29 有效", "第 2 版：2025-06-30 至 2025-07-30 有效",
        "第 3 版：2025-07-31 起有效"]
    other = first.decode().replace('id = "test"', 'id = "next"').replace("730", "900")
    settings.plan_file.write_text(other, encoding="utf-8")
    load_or_refresh(settings)
    assert [line for line in printed(capsys) if line.startswith("第")] == [
        *(f"第 {number} 版：属于另一个方案（test），不用于现在的方案" for number in (1, 2, 3)),
        "第 4 版：2025-01-01（方案开始之日）起有效"]


@pytest.mark.long
def test_heads_deadlines_and_indicators(settings: Settings,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    read(settings, MAY)
    plan = settings.plan_file.read_text(encoding="utf-8")
    head, _, rest = plan.partition("[indicators.good_practices]")
    plan = (head + rest[rest.index("["):]).replace("2026-12-31", "2027-06-30").replace(
        'document = "测试"', 'document = "宿政办发〔2025〕19号"')
    settings.plan_file.write_text(f"{plan}\n[lights]\nyellow_points = 8\n[alerts]\nenter_days = 9\n"
                                  '[ranking]\nmethod = "bonus"\n', encoding="utf-8")
    read(settings, JUNE)
    assert printed(capsys)[-6:] == [
        "    · 文号 测试 → 宿政办发〔2025〕19号", "    · 截止日 2026-12-31 → 2027-06-30",
        "    · “滞后”的界限 5 → 8 个百分点",
        "    · 综合得分的记分办法 完成比例（封顶） → 超额加分", "    · 预警门槛有调整",
        "    · 取消指标“经验做法报送”"]
    settings.plan_file.write_text(f"{plan}\n[indicators.good_practices]\ntarget = 20\n",
                                  encoding="utf-8")
    read(settings, JULY)
    assert "    · 新增指标“经验做法报送”，目标≥20篇" in printed(capsys)
