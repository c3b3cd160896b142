"""Pages after the plan was edited: a past day with the plan it had, the newest with the new one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime

import pytest

from data_access.current import load_or_refresh
from data_access.snapshots.refresh import refresh
from reports.freezing import freeze_meeting
from reports.papers import meeting_papers, note_of, source
from tests.pages.app import chart, markup, open_page, texts, tiles, words
from tests.pages.test_states import SCREENS_FILES
from tests.small_city import settings_of

JOBS = """
    | unit_code | headcount | published_on |
    | 321302    | 40        | 2025-05-01   |
    | 321322    | 20        | 2026-06-30   |
"""
TRAININGS = """
    | unit_code | person_key | completed_on |
    | 321302    | P1         | 2026-05-01   |
"""
MARCH, BEFORE, NEWEST = date(2026, 3, 31), "2026-05-31", "2026-06-30"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A meeting frozen under the first version; in the second jobs are twice as many, trainings
    gone and 经验做法 there."""
    settings = settings_of(tmp_path_factory.mktemp("edited"), job_posting=JOBS,
                           training_attendance=TRAININGS,
                           targets={"jobs_published": 100, "training_attendances": 10})
    whole = settings.plan_file.read_text(encoding="utf-8")
    settings.plan_file.write_text(whole.replace("[indicators.good_practices]", ""),
                                  encoding="utf-8")
    refresh(settings, now=datetime(2026, 7, 1, 12))
    current = load_or_refresh(settings)
    card = current.scorecard(MARCH)
    freeze_meeting(current, card, note_of(current), meeting_papers(source(current, card)))
    settings.plan_file.write_text(whole.replace(
        "[indicators.training_attendances]\ntarget = 10", "").replace("target = 100",
                                                                      "target = 200"),
        encoding="utf-8")
    load_or_refresh(settings)
    return {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
            **{f"LINGGONG_URL_{name.upper()}": url for name, url in settings.urls.items()}}


@pytest.fixture(autouse=True)
def _set(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.long
def test_tiles_are_those_of_the_days_plan() -> None:
    before, now = (tiles(open_page("leaders/overview", as_of=day)) for day in (BEFORE, NEWEST))
    assert {"jobs_published", "training_attendances"} <= set(before)
    assert "training_attendances" not in now
    assert "≥100个" in before["jobs_published"]
    assert "≥200个" in now["jobs_published"]


@pytest.mark.long
def test_the_curve_is_marked_from_the_day_of_the_change_on_and_not_before() -> None:
    now, before = ([text for text in texts(chart(open_page(
        "leaders/indicator", indicator="jobs_published", as_of=day), 1)) if " 起目标 " in text]
        for day in (NEWEST, BEFORE))
    assert (now, before) == (["2026-06-30 起目标 ≥100个 → ≥200个"], [])


@pytest.mark.long
def test_an_indicator_the_days_plan_does_not_have_is_told_politely() -> None:
    said = words(open_page("leaders/indicator", indicator="training_attendances", as_of=NEWEST))
    assert "方案中没有指标“training_attendances”" in said
    assert "方案中没有指标" not in words(open_page(
        "leaders/indicator", indicator="training_attendances", as_of=BEFORE))


@pytest.mark.long
def test_what_has_changed_since_the_meeting_is_listed_apart_from_the_figures() -> None:
    shown = open_page("library/exports", as_of=NEWEST)
    assert re.findall(r"<li>(2026-06-30 起：.*?)</li>", markup(shown)) == [
        "2026-06-30 起：发布零工岗位：目标 ≥100个 → ≥200个；新增指标“经验做法报送”；取消指标“技能培训人次”"]
    assert "目标的变动不算进上表的变化" in words(shown)
    assert "其间方案有调整" not in words(open_page("library/exports", as_of=BEFORE))


@pytest.mark.long
def test_the_definitions_page_says_what_was_changed_and_when() -> None:
    now, before = (words(open_page("library/definitions", as_of=day)) for day in (NEWEST, BEFORE))
    assert "方案的调整每一天按当天有效的方案评判" in now
    assert "2026-06-30 起发布零工岗位：目标 ≥100个 → ≥200个；新增指标“经验做法报送”" in now
    assert "方案的调整" not in before


@pytest.mark.long
@pytest.mark.parametrize("day", [BEFORE, NEWEST])
@pytest.mark.parametrize("page", SCREENS_FILES)
def test_every_page_is_shown_on_either_side_of_the_edit(page: str, day: str) -> None:
    app = open_page(page, as_of=day)
    said = words(app)
    assert not app.exception
    assert "页面出错了" not in said
    assert "数据暂时无法显示" not in said
    other = {BEFORE: "≥200个", NEWEST: "≥100个"}[day]
    drawn = json.dumps([texts(json.loads(one.proto.spec))  # type: ignore[attr-defined]
                        for one in app.get("plotly_chart")], ensure_ascii=False)
    assert other not in re.sub(r"≥100个 → ≥200个", "", said + drawn)
