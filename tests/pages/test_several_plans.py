"""Two plans on the pages: the picker, the address, what the old one still allows, and two tabs."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from components.shell.permit import Permit, RefusedError
from data_access.accounts import audit_log_of, load_access
from data_access.current import load_or_refresh
from data_access.site import load_settings, settings_of_plan
from data_access.snapshots.refresh import refresh
from kpi.scope import OF_THE_CURRENT_PLAN, Permission, open_access
from reports.papers import PAPERS
from tests.pages.app import markup, open_page, words
from tests.pages.conftest import LOADED, running, visiting
from tests.two_plans import (
    AFTER,
    NEW,
    NEW_JOBS,
    OLD,
    OLD_JOBS,
    environment,
    old_plan_only,
    two_plans,
)

READ_ONLY = "已经由新方案接替，只能查看"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both plans read on 20 January 2027."""
    folder = tmp_path_factory.mktemp("plans")
    settings = two_plans(folder)
    refresh(settings_of_plan(settings, OLD), now=AFTER)
    return folder


@pytest.fixture(autouse=True)
def _environment(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    for path in installation.glob("*.sqlite"):
        monkeypatch.setenv(f"LINGGONG_URL_{path.stem.upper()}", f"sqlite:///{path}")
    monkeypatch.setenv("LINGGONG_CONFIG", str(installation / "config"))
    monkeypatch.setenv("LINGGONG_DATA", str(installation / "var"))


def jobs(app: AppTest) -> str:
    """The city's jobs as the page 指标 has them at its top."""
    found = re.search(r'class="lg-place-value"><b>(.*?)</b>', markup(app))
    assert found is not None, words(app)[:400]
    return found.group(1)


def addressed(app: AppTest) -> str | None:
    """The plan in the address; what the test wrote is a text there, what the page wrote a list."""
    given = app.query_params.get("plan")
    return given[-1] if isinstance(given, list) else given


def buttons(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def test_the_picker_leads_to_the_old_plan_and_back() -> None:
    app = open_page("leaders/indicator", indicator="jobs_published")
    box = app.selectbox(key="filter-plan")
    assert (box.label, box.options) == ("方案", ["2027–2028年", "2025–2026年（只读）"])
    assert addressed(app) is None
    assert READ_ONLY not in words(app)
    assert (jobs(app), "2028-12-31" in words(app)) == (f"{NEW_JOBS}个", False)
    box.select(OLD).run()
    assert addressed(app) == OLD
    assert READ_ONLY in words(app)
    assert "（2025-01-01 至 2026-12-31）" in words(app)
    app.query_params["indicator"] = "jobs_published"
    assert jobs(app.run()) == f"{OLD_JOBS}个"
    app.selectbox(key="filter-plan").select("").run()
    assert addressed(app) is None
    assert READ_ONLY not in words(app)


def test_a_bookmark_opens_the_plan_it_names_also_on_the_next_page() -> None:
    app = open_page("leaders/indicator", indicator="jobs_published", plan=OLD, as_of="2026-12-30")
    assert jobs(app) == "3个"
    app.switch_page("pages/counties/county.py").run()
    assert not app.exception
    assert READ_ONLY in words(app)
    assert addressed(app) == OLD


def test_a_plan_nobody_has_is_said_and_the_current_one_shown() -> None:
    app = open_page("leaders/indicator", indicator="jobs_published", plan="<b>no</b>")
    assert f"没有 id 为 <b>no</b> 的方案；现有的方案有 {NEW}、{OLD}。已改为显示现在的方案。" in words(app)
    assert "<b>no</b>" not in markup(app), "what an address brings is never markup"
    assert jobs(app) == f"{NEW_JOBS}个"
    assert addressed(app) is None


def test_two_tabs_with_two_plans_never_mix() -> None:
    tabs = {plan: open_page("leaders/indicator", indicator="jobs_published", **params)
            for plan, params in ((OLD, {"plan": OLD}), (NEW, {}))}
    for _ in range(2):
        for plan, figure in ((OLD, OLD_JOBS), (NEW, NEW_JOBS)):
            app = tabs[plan].run()
            assert jobs(app) == f"{figure}个"
            assert (READ_ONLY in words(app)) == (plan == OLD)


@pytest.mark.parametrize("page", ["plan", "connect"])
def test_what_changes_the_plan_in_force_is_closed(page: str) -> None:
    app = open_page(f"library/{page}", plan=OLD)
    assert "只用于现在的方案" in words(app)
    assert "2025–2026年的方案只能查看，不再修改。要使用这一页，请先返回现在的方案。" in words(app)
    assert buttons(app) == ["返回现在的方案"]
    app.button(key="plan-back").click().run()
    assert not app.exception
    assert "只用于现在的方案" not in words(app)


def test_nothing_is_entered_in_the_old_ledger() -> None:
    now, old = (open_page("meeting/follow_ups", **params) for params in ({}, {"plan": OLD}))
    added = set(buttons(now)) - set(buttons(old))
    assert added, "what is offered for the current plan only"
    assert not any(word in label for label in buttons(old) for word in ("新建", "立项", "导入", "会议"))


def test_the_final_report_can_still_be_frozen_and_names_its_plan() -> None:
    app = open_page("library/exports", plan=OLD)
    assert "定稿" in buttons(app)
    assert "截至 2026-12-31" in words(app)


@pytest.mark.long
def test_how_often_each_plan_is_read() -> None:
    for params, often in (({}, "程序每 60 分钟自动刷新一次"), ({"plan": OLD}, "程序每天自动刷新一次")):
        assert often in words(open_page("library/data_health", **params))


def test_files_handed_out_name_the_plan_that_has_been_followed() -> None:
    current = load_or_refresh(load_settings())
    geography, day = current.figures.facts.geography, date(2026, 12, 31)
    for paper in PAPERS:
        plain = paper.name_for(geography, day, None)
        named = paper.name_for(geography, day, None, "2025–2026年")
        assert named.replace("_2025-2026年方案", "", 1) == plain
        assert named.startswith("零工归宿_2025-2026年方案_")
        assert "方案" not in plain


@pytest.mark.long
@pytest.mark.parametrize("page", [
    "leaders/overview", "leaders/county_map", "leaders/matching", "leaders/wallboard",
    "counties/ranking", "counties/county", "meeting/alerts", "meeting/duties",
    "meeting/departments", "library/definitions", "library/data_health", "library/audit"])
def test_every_page_is_there_for_the_old_plan(page: str) -> None:
    app = open_page(page, plan=OLD)
    assert not app.exception
    assert READ_ONLY in words(app)
    assert "页面出错了" not in words(app)
    assert addressed(app) == OLD


def test_a_plan_that_cannot_be_read_is_named_to_those_who_look_after_it(
        installation: Path) -> None:
    broken = installation / "config" / "plans" / "broken"
    broken.mkdir()
    try:
        (broken / "plan.toml").write_text("[plan\n", encoding="utf-8")
        app = open_page("leaders/indicator", indicator="jobs_published")
        assert "有一个方案不能使用" in words(app)
        assert "格式有误" in words(app)
        assert jobs(app) == f"{NEW_JOBS}个"
        assert len(app.selectbox(key="filter-plan").options) == 2
    finally:
        shutil.rmtree(broken)


@pytest.mark.long
def test_one_plan_has_no_picker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(old_plan_only(tmp_path), monkeypatch)
    app = open_page("leaders/indicator", indicator="jobs_published", plan=OLD)
    assert not app.exception
    assert "filter-plan" not in {box.key for box in app.selectbox}
    assert READ_ONLY not in words(app)
    assert jobs(app) == f"{OLD_JOBS}个"


def test_a_form_sent_in_the_old_plan_is_refused_and_noted(installation: Path) -> None:
    settings = load_settings()
    shown = replace(open_access(), looking_back=True)
    permit = Permit(shown, None, None, "本机", "", settings, OLD)
    for permission in OF_THE_CURRENT_PLAN:
        with pytest.raises(RefusedError, match="由新方案接替的方案，只能查看，这一步没有执行"):
            permit.require(permission)
    log = audit_log_of(settings, load_access(settings))
    assert f"（方案 {OLD}）" in log.latest(1)[0].object
    for permission in (Permission.VIEW, Permission.EXPORT, Permission.FREEZE, Permission.REFRESH):
        assert permit.require(permission).allowed(permission)
    assert replace(permit, shown=open_access()).require(Permission.LEDGER)


@pytest.mark.browser
def test_two_tabs_of_a_browser_and_a_link_sent_on(installation: Path, browser: Browser,
                                                  tmp_path: Path) -> None:
    urls = {name: value for name, value in os.environ.items() if name.startswith("LINGGONG_URL_")}
    address = "indicator?indicator=jobs_published"
    with running(installation / "var", tmp_path / "log.txt", installation / "config",
                 LINGGONG_REFRESH_MINUTES="0", **urls) as server, visiting(browser,
                                                                           server) as first:
        now = f"{NEW_JOBS}个"
        value = ".lg-place-value b"
        first.goto(f"{server.url}/{address}")
        expect(first.locator(value)).to_have_text(now)
        first.get_by_label("方案").click()
        first.get_by_role("option", name="2025–2026年（只读）").click()
        expect(first.locator(".lg-past-plan")).to_be_visible()
        expect(first).to_have_url(re.compile(rf"[?&]plan={OLD}"))
        second = first.context.new_page()
        second.set_default_timeout(LOADED)
        second.goto(f"{server.url}/{address}")
        expect(second.locator(value)).to_have_text(now)
        expect(second.locator(".lg-past-plan")).to_have_count(0)
        first.goto(f"{server.url}/{address}&plan={OLD}")
        expect(first.locator(value)).to_have_text(f"{OLD_JOBS}个")
        second.reload()
        expect(second.locator(value)).to_have_text(now)
        # by the menu the plan goes along
        first.get_by_test_id("stTopNav").get_by_text("县区", exact=True).click()
        first.get_by_role("menuitem", name="排名", exact=True).click()
        expect(first.locator(".lg-past-plan")).to_be_visible()
        expect(first).to_have_url(re.compile(rf"/ranking\?.*plan={OLD}"))
