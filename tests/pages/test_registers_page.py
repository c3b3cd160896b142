"""台账报送: a unit sees the difference before it hands in, its own register only, and every version.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.shell import account
from components.shell.permit import Permit
from data_access.accounts import AuditLog
from data_access.handing_in import versions_of
from data_access.site import Settings, load_settings
from data_access.snapshots.refresh import refresh
from kpi.scope import Access, Account, Grant, Permission, Role, merged
from kpi.scope.access import GRANTED
from tests.data_access.handing_in import OPEN, SHUYANG, SUYU, put, row, taking, training
from tests.pages.app import open_page, table, words

pytestmark = pytest.mark.long
FIRST = [row("A1", "P1"), row("A2", "P2"), row("A3", "P3"), row("A4", "P4")]
SECOND = [row("A1", "P1", trade="电商"), row("A2", "P2"), row("A5", "P5")]


@pytest.fixture
def settings(own_config: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site whose units hand in their trainings; 沭阳县 has."""
    (own_config / "sources.toml").write_text(OPEN, encoding="utf-8")
    made = load_settings(secrets=own_config / "none.toml")
    put(taking(made, SHUYANG), training(row("S1", "Q1", unit="沭阳县"), row("S2", "Q2", unit="沭阳县")))
    refresh(made)
    _as(monkeypatch, SUYU)
    return made


def _as(monkeypatch: pytest.MonkeyPatch, *units: str, role: Role = Role.COUNTY) -> Access:
    access = merged(Account("u", "某人"), (Grant(role, frozenset(units)),))
    monkeypatch.setattr(account, "current_access", lambda: access)
    return access


def _page() -> AppTest:
    app = open_page("counties/registers")
    assert not app.exception
    return app


def _drop(app: AppTest, *rows: str, name: str = "台账.csv") -> AppTest:
    content = training(*rows).encode()
    app = app.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception
    return app


def _submitted(app: AppTest) -> AppTest:
    app = app.button("register-submit").click().run()
    assert not app.exception
    return app


def test_the_walk_of_a_clerk(settings: Settings) -> None:
    app = _page()
    assert "宿豫区还没有报送过技能培训。" in words(app)
    app = _drop(app, *FIRST)
    assert "新增 4 行改 0 行删 0 行不变 0 行提交后共 4 行" in words(app)
    figures = {line[0]: line[1:] for line in table(app, "lg-plain", 0)}
    assert versions_of(taking(settings)).all() == (), "a trial keeps nothing"
    app = _submitted(app)
    assert "宿豫区的技能培训已为第1版，共4行。各页的数字已随之更新。" in words(app)
    assert not app.file_uploader[0].value
    app = _drop(app, *SECOND)
    assert "新增 1 行改 1 行删 2 行不变 1 行提交后共 3 行" in words(app)
    assert table(app, "lg-plain", 0) == [["A1", "培训工种", "家政", "电商"]]
    assert "新增的编号：A5" in words(app)
    assert "删去的编号：A3、A4" in words(app)
    assert {line[0]: line[1] for line in table(app, "lg-plain", 1)} == {
        name: values[1] for name, values in figures.items()}, "what was foretold has come"
    assert app.button("register-submit").disabled, "a large fall is confirmed with a reason"
    app = app.checkbox("register-fall").check().run()
    app = app.text_input("register-reason").set_value("重复登记").run()
    app = _submitted(app)
    assert "已为第2版，共3行" in words(app)
    app = app.button(f"register-back-training_attendance-{SUYU}-1").click().run()
    assert not app.exception
    newest, _, first = versions_of(taking(settings)).all()
    assert (newest.number, newest.digest, newest.reason) == (3, first.digest, "撤回到第1版")
    log = AuditLog(settings.data / "audit")
    entries = [one for one in log.records() if one.action == "hand_in"]
    assert {one.account for one in entries} == {"u"}
    assert {one.object for one in entries} == {"技能培训（宿豫区）"}
    assert [one.result.partition(" ")[0] for one in entries] == [
        "提交", "第1版", "提交", "第2版", "撤回到第1版", "第3版"]


def test_appending_leaves_what_is_not_in_the_table(settings: Settings) -> None:
    put(taking(settings), training(*FIRST))
    app = _drop(_page(), *SECOND).radio("register-way").set_value("按编号追加更新").run()
    assert "新增 1 行改 1 行删 0 行不变 3 行提交后共 5 行" in words(app)


def test_faults_are_listed_by_cell_and_nothing_can_be_handed_in(settings: Settings) -> None:
    app = _drop(_page(), FIRST[0], row("A2", "P2", unit="沭阳县"), row("A1", "P3"))
    shown = words(app)
    assert "有2处要改" in shown
    assert "第 3 行“管理单位”写的是沭阳县，这份台账只能报宿豫区的" in shown
    assert "第 4 行“培训编号”写的是“A1”，与第 2 行重复" in shown
    assert not [one for one in app.button if one.key == "register-submit"]


def test_a_missing_column_is_named_and_personal_ones_are_not_shown(settings: Settings) -> None:
    content = "姓名,联系电话,培训编号,培训工种,零工培训,结业日期\n王小明,13812345678,A1,家政,是,2025-03-01\n"
    app = _page().file_uploader[0].set_value(("t.csv", content.encode(), "text/csv")).run()
    shown = words(app)
    assert "表里没有对上的列：人员编码。" in shown
    assert "下载填报表" in shown
    assert "王小明" not in shown
    assert "13812345678" not in shown
    content = content.replace("培训编号", "人员编码,培训编号").replace("13812345678,", "13812345678,P1,")
    app = _page().file_uploader[0].set_value(("t.csv", content.encode(), "text/csv")).run()
    assert "新增 1 行" in words(app)


def test_what_is_no_table_is_a_card(settings: Settings) -> None:
    app = _page().file_uploader[0].set_value(("t.xlsx", b"no workbook", "")).run()
    assert not app.exception
    assert "读不了这个文件" in words(app)


def test_whoever_was_slower_is_told_and_loses_nothing(settings: Settings) -> None:
    app = _drop(_page(), *FIRST)
    put(taking(settings), training(FIRST[0]))
    app = _submitted(app)
    assert "核对之后，这份台账已有了第1版（某人）；没有提交，请在新的一版上重新核对。" in words(app)
    assert [one.rows for one in versions_of(taking(settings)).all()] == [1]
    assert "新增 3 行改 0 行删 0 行不变 1 行" in words(app), "the difference is the one from now"
    app = _submitted(app)
    assert [one.rows for one in versions_of(taking(settings)).all()] == [4, 1]


def test_going_back_is_from_the_version_that_was_shown(settings: Settings) -> None:
    own = taking(settings)
    put(own, training(*FIRST))
    put(own, training(*SECOND))
    app = _page()
    put(own, training(FIRST[0]))
    app = app.button(f"register-back-training_attendance-{SUYU}-1").click().run()
    assert "没有撤回" in words(app)
    assert [one.number for one in versions_of(own).all()] == [3, 2, 1]


def test_a_bureau_sees_nothing_of_another_units_register(
        settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page()
    assert "沭阳县" not in words(app)
    assert not [one for one in app.selectbox if str(one.key).startswith("register-unit")]
    assert [line for line in words(app).splitlines() if "还没有报送过" in line]
    own = _as(monkeypatch, SHUYANG)
    assert own.hands_in_for(SHUYANG)
    app = _page()
    assert "沭阳县现有第1版，共2行" in words(app)
    assert "各单位报送情况" not in words(app)


def test_staff_see_how_far_every_unit_is(settings: Settings,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    _as(monkeypatch, role=Role.STAFF)
    app = _page()
    shown = {line[0]: line[1:3] for line in table(app, "lg-plain", 0)}
    assert shown["沭阳县"] == ["第1版", "2"]
    assert shown["宿豫区"] == ["还没有报送", "—"]


@pytest.mark.parametrize("button", ["register-submit",
                                    f"register-back-training_attendance-{SUYU}-1"])
def test_another_units_register_is_refused_at_the_click(
        settings: Settings, monkeypatch: pytest.MonkeyPatch, button: str) -> None:
    put(taking(settings), training(*FIRST))
    put(taking(settings), training(*SECOND))
    app = _drop(_page(), *FIRST, *SECOND[2:])
    other = merged(Account("u", "某人"), (Grant(Role.COUNTY, frozenset({SHUYANG})),))
    monkeypatch.setattr(Permit, "require", lambda _permit, _permission: other)
    app = app.button(button).click().run()
    assert "账号不能报送宿豫区的台账，这一步没有执行" in words(app)
    assert len(versions_of(taking(settings)).all()) == 2
    assert AuditLog(settings.data / "audit").latest(1)[0].action == "refused"


@pytest.mark.parametrize("role", [Role.LEADER, Role.PLANNER, Role.ADMINISTRATOR])
def test_others_cannot_open_it(settings: Settings, monkeypatch: pytest.MonkeyPatch,
                               role: Role) -> None:
    assert {one for one in Role if Permission.HAND_IN in GRANTED[one]} == {Role.COUNTY, Role.STAFF}
    _as(monkeypatch, role=role)
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_page("counties/registers")


def test_an_administrator_opens_a_dataset_and_takes_a_version_back(
        settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    put(taking(settings, SHUYANG), training(row("S1", "Q1", unit="沭阳县")))
    _as(monkeypatch, role=Role.ADMINISTRATOR)
    app = open_page("library/connect")
    assert not app.exception
    app = app.selectbox("opening-dataset").set_value("craft_certificate").run()
    app = app.multiselect("opening-units-craft_certificate").set_value([SUYU]).run()
    app = app.button("opening-save").click().run()
    assert not app.exception
    assert f'[datasets.craft_certificate]\nhanded_in = ["{SUYU}"]' in (
        settings.sources_file.read_text(encoding="utf-8"))
    app = app.selectbox("opening-dataset").set_value("training_attendance").run()
    app = app.selectbox("opening-unit").set_value(SHUYANG).run()
    assert "Q1" not in words(app), "an administrator sees numbers, not rows"
    app = app.button(f"register-back-training_attendance-{SHUYANG}-1").click().run()
    assert not app.exception
    newest = versions_of(taking(settings, SHUYANG)).newest()
    assert newest is not None
    assert (newest.number, newest.rows, newest.back_to) == (3, 2, 1)
    app = app.selectbox("opening-dataset").set_value("craft_certificate").run()
    app = app.button("opening-close").click().run()
    assert "craft_certificate]\nhanded_in" not in settings.sources_file.read_text(encoding="utf-8")
