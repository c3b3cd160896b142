"""方案: what a clerk changes is tried, saved, in force, recorded, and can be taken back."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.shell import account
from data_access.accounts import Action, AuditLog
from data_access.current import Current
from data_access.site import ROOT
from kpi.scope import Account, Grant, Permission, Role, merged
from kpi.scope.access import GRANTED
from kpi.vocabulary import Rollup
from tests.pages.app import open_page, table, words

JOBS = "indicators-jobs_published"


@pytest.fixture
def config(own_config: Path) -> Path:
    return own_config


def _key(app: AppTest, start: str) -> str:
    """The full key of a widget whose key begins so; the round at its end changes."""
    return next(str(one.key) for kind in ("number_input", "text_input", "selectbox", "button",
                                          "button_group")
                for one in app.get(kind) if str(one.key).startswith(start))


def _indicator(app: AppTest) -> AppTest:
    return app.selectbox(_key(app, "plan-subject")).set_value("jobs_published").run()


def _target(app: AppTest, value: float) -> AppTest:
    return app.number_input(_key(app, f"plan-{JOBS}-target")).set_value(value).run()


def _plan(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))


def _tried(app: AppTest, reason: str = "宿零工专班〔2026〕3号") -> AppTest:
    app.text_input("plan-reason").set_value(reason).run()
    return app.button("plan-try").click().run()


@pytest.mark.long
def test_opening_the_page_changes_nothing(config: Path) -> None:
    app = open_page("library/plan")
    for code in tomllib.loads(plan_text_of(config))["indicators"]:
        app.selectbox(_key(app, "plan-subject")).set_value(code).run()
        assert not app.exception
        assert "还没有保存的改动" not in words(app), code
    assert plan_text_of(config) == (ROOT / "config" / "plan.toml").read_text(encoding="utf-8")


def plan_text_of(folder: Path) -> str:
    return (folder / "plan.toml").read_text(encoding="utf-8")


@pytest.mark.long
def test_a_target_is_tried_then_saved_then_taken_back(config: Path, sample: Current) -> None:
    before = plan_text_of(config)
    app = _tried(_target(_indicator(open_page("library/plan")), 60_000))
    assert "还没有保存的改动" in words(app)
    assert plan_text_of(config) == before, "a trial saves nothing"
    targets = table(app, "lg-plain", 0)
    assert ["发布零工岗位", "宿迁市（全市）", "50,000个", "60,000个"] in targets
    lines = [line for line in sample.scorecard(sample.default_day).lines
             if line.indicator == "jobs_published"]
    assert len(targets) == len(lines), "every division's share of the target, counted by itself"
    app = app.button("plan-save").click().run()
    assert "方案已更新" in words(app)
    assert _plan(config)["indicators"]["jobs_published"]["target"] == 60_000  # type: ignore[index]
    assert "60,000" in words(open_page("leaders/overview"))
    log = AuditLog(config.parent / "own" / "audit")
    assert [one.result.partition(" ")[0] for one in log.records() if one.action == Action.PLAN] == [
        "提交", "已生效"]
    app = open_page("library/plan")
    app = app.button(_key(app, "plan-undo")).click().run()
    app = _tried(app, "恢复")
    app = app.button("plan-save").click().run()
    assert {**_plan(config), "reason": None} == {**tomllib.loads(before), "reason": None}


@pytest.mark.long
@pytest.mark.parametrize(("first", "shown"), [
    (date(2026, 3, 1), "2026年3月1日的数据（生效日）"),
    (date(2026, 12, 1), "2026年10月31日的数据（最新一天，生效日 2026-12-01 还没有数据）")])
def test_the_effect_is_tried_on_the_first_day_in_force(config: Path, sample: Current, first: date,
                                                       shown: str) -> None:
    """Not on the day that happens to be looked at."""
    app = open_page("library/plan", as_of="2025-06-30")
    app = _target(_indicator(app), 60_000)
    app = app.radio("plan-when").set_value("从指定的日子起").run()
    app = app.date_input("plan-first").set_value(first).run()
    app = _tried(app)
    assert shown in words(app)
    lines = [line for line in sample.scorecard(min(first, sample.default_day)).lines
             if line.indicator == "jobs_published"]
    assert len(table(app, "lg-plain", 0)) == len(lines)


@pytest.mark.long
def test_quotas_that_do_not_add_up_are_said_as_they_are_typed_and_not_saved(
        config: Path, sample: Current) -> None:
    app = _indicator(open_page("library/plan"))
    way = next(one for one in app.get("button_group") if str(one.key).startswith("plan-way"))
    app = way.set_value("按县区").run()  # type: ignore[attr-defined]
    members = sample.figures.facts.geography.members(Rollup.COUNTY)
    fields = [one for one in app.number_input if str(one.key).startswith("plan-q-")]
    assert [one.label for one in fields] == [one.name for one in members]
    assert sum(one.value for one in fields) == 50_000, "begins with what is in force"
    app = fields[0].set_value(fields[0].value + 7).run()
    assert [one.value for one in app.warning] == [
        "合计 50,007，比全市目标 50,000 多 7；两者相同才能保存。"]
    assert "还不能保存" in words(app)
    assert not [one for one in app.button if one.key == "plan-save"]
    app = _target(app, 50_007)
    assert not app.warning
    app = _tried(app).button("plan-save").click().run()
    assert sum(_plan(config)["indicators"]["jobs_published"]["quotas"].values()) == 50_007  # type: ignore[index]


@pytest.mark.long
def test_a_change_can_be_withdrawn_and_an_indicator_added_and_taken_away(config: Path) -> None:
    app = _target(_indicator(open_page("library/plan")), 60_000)
    app = app.button(_key(app, "plan-back-indicators-jobs_published-target")).click().run()
    assert "还没有保存的改动" not in words(app)
    app = _indicator(app)
    assert app.number_input(_key(app, f"plan-{JOBS}-target")).value == 50_000
    app = app.button(_key(app, "plan-remove")).click().run()
    app = _tried(app)
    assert "去掉指标：发布零工岗位" in words(app)
    app = app.selectbox(_key(app, "plan-add")).set_value("jobs_published").run()
    assert "还没有保存的改动" not in words(app), "taken away and added again is nothing"


@pytest.mark.long
def test_nothing_is_saved_without_a_reason_or_a_look_at_the_effect(config: Path) -> None:
    app = _target(_indicator(open_page("library/plan")), 60_000)
    assert not [one for one in app.button if one.key == "plan-save"]
    app = app.button("plan-try").click().run()
    assert app.button("plan-save").disabled
    app = app.text_input("plan-reason").set_value("会议").run()
    assert not [one for one in app.button if one.key == "plan-save"], "another text: tried anew"


@pytest.mark.long
def test_what_is_not_saved_stays_when_the_file_is_changed_by_hand(config: Path) -> None:
    app = _target(_indicator(open_page("library/plan")), 60_000)
    text = plan_text_of(config).replace("yellow_points = 5", "yellow_points = 8")
    (config / "plan.toml").write_text(text, encoding="utf-8")
    app = app.run()
    assert "方案文件刚被改过" in words(app)
    app = _tried(app).button("plan-save").click().run()
    assert _plan(config)["lights"]["yellow_points"] == 8  # type: ignore[index]
    assert _plan(config)["indicators"]["jobs_published"]["target"] == 60_000  # type: ignore[index]


@pytest.mark.long
@pytest.mark.parametrize("role", [Role.LEADER, Role.STAFF, Role.ADMINISTRATOR, Role.COUNTY])
def test_only_whoever_looks_after_the_plan_may_open_it(
        config: Path, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    assert [one for one in Role if Permission.PLAN in GRANTED[one]] == [Role.PLANNER]
    units = frozenset({"321322"}) if role == Role.COUNTY else frozenset[str]()
    access = merged(Account("u", "某人"), (Grant(role, units),))
    monkeypatch.setattr(account, "current_access", lambda: access)
    # its address answers with a word about permissions; its file is never run
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_page("library/plan")
