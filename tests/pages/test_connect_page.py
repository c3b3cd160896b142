"""接入: a workbook becomes right figures in the browser; what is saved is recorded and taken back."""

from __future__ import annotations

import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.shell import account
from components.shell.uploads import Uploads
from data_access.accounts import Action, AuditLog
from kpi.scope import Account, Grant, Permission, Role, merged
from kpi.scope.access import GRANTED
from tests.data_access.test_connecting import stations
from tests.pages.app import open_page, table, words


@pytest.fixture
def config(own_config: Path) -> Path:
    return own_config


def _from_folder() -> AppTest:
    return open_page("library/connect").radio("connect-way").set_value("配置文件夹里的文件").run()


def _key(app: AppTest, end: str) -> str:
    """The full key of a drop-down whose key ends so; the round in it changes."""
    return next(str(one.key) for one in app.selectbox if str(one.key).endswith(end))


def _datasets(config: Path) -> dict[str, Any]:
    tables: dict[str, Any] = tomllib.loads(
        (config / "sources.toml").read_text(encoding="utf-8")).get("datasets", {})
    return tables


@pytest.mark.long
def test_a_register_of_the_folder_is_proposed_tried_saved_and_taken_back(config: Path) -> None:
    stations(config / "驿站台账.xlsx")
    before = (config / "sources.toml").read_text(encoding="utf-8")
    app = _from_folder()
    assert not app.exception
    shown = words(app)
    assert "读取 7 行，计入 7 行" in shown
    assert "不选“开放时间”作启用日期" in shown
    assert "王小明" not in shown
    assert "13812345671" not in shown
    assert "负责人" not in app.selectbox(_key(app, "-name")).options
    figures = {row[0]: row[1:] for row in table(app, "lg-plain", 1)}
    assert figures["乡镇驿站覆盖率"][1] != figures["乡镇驿站覆盖率"][0]
    assert (config / "sources.toml").read_text(encoding="utf-8") == before, "a trial saves nothing"
    app = app.button("connect-save").click().run()
    assert not app.exception
    assert "来源已更新" in words(app)
    assert len(_datasets(config)["service_venue"]["sources"]) == 2
    assert figures["乡镇驿站覆盖率"][1] in words(open_page("leaders/overview"))
    log = AuditLog(config.parent / "own" / "audit")
    assert [one.result.partition(" ")[0] for one in log.records()
            if one.action == Action.SOURCES] == ["提交", "已保存"]
    app = open_page("library/connect")
    undo = next(str(one.key) for one in app.button if str(one.key).startswith("connect-undo"))
    app = app.button(undo).click().run()
    assert (config / "sources.toml").read_text(encoding="utf-8") == before


@pytest.mark.long
def test_what_is_missing_is_chosen_and_what_is_written_is_mapped(config: Path) -> None:
    (config / "岗位.csv").write_text("岗位编号,行业,招聘人数,发布日期,企业实名,县区\nJ1,跑腿,5,2025-03-01,是,沭阳县\n",
                                   encoding="utf-8")
    app = _from_folder()
    assert "还缺：发布平台、归集主体。" in words(app)
    app = app.selectbox(_key(app, "-platform")).select_index(1).run()
    field = next(one for one in app.text_input if str(one.key).endswith("-c-platform"))
    app = field.set_value("速找活").run()
    app = app.selectbox(_key(app, "-collector")).select_index(1).run()
    app = app.selectbox(_key(app, "-c-collector")).set_value("government").run()
    assert "分类值无效 1" in words(app)
    app = app.selectbox(_key(app, "-跑腿")).set_value("instant_delivery").run()
    assert "读取 1 行，计入 1 行" in words(app)
    app = app.button("connect-save").click().run()
    entry = _datasets(config)["job_posting"]
    assert entry["constants"] == {"platform": "速找活", "collector": "government"}
    assert entry["values"]["sector"] == {"跑腿": "instant_delivery"}


@pytest.mark.long
def test_what_cannot_be_read_is_a_card_and_nothing_can_be_saved(config: Path) -> None:
    (config / "坏.xlsx").write_bytes(b"no workbook")
    app = _from_folder()
    assert "读不了这个来源" in words(app)
    (config / "坏.xlsx").unlink()
    (config / "录用.csv").write_text("录用编号,县区,录用日期\nA,沭阳县,2025-02-30\nB,沭阳县,2025-03-01\n"
                                   "C,沭阳县,2025-03-01\n", encoding="utf-8")
    app = app.run()
    app = app.selectbox(_key(app, "-matched_on")).set_value("录用日期").run()
    assert "第 2 行“录用日期”写的是“2025-02-30”" in words(app)
    assert not [one for one in app.button if one.key == "connect-save"]
    app = app.radio("connect-way").set_value("数据库的表").run()
    assert "还没有配置数据库连接" in words(app)


@pytest.mark.long
def test_a_table_of_a_connection_is_tested_chosen_and_saved(
        config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = tmp_path / "train.sqlite"
    with sqlite3.connect(system) as made:
        made.execute("CREATE TABLE t_cert (cert_no TEXT, kind TEXT, area TEXT, issued DATE, "
                     "mobile TEXT)")
        made.execute("INSERT INTO t_cert VALUES ('1', '五星骑手', '沭阳县', '2025-03-01', "
                     "'13812345678')")
    monkeypatch.setenv("LINGGONG_URL_ASSISTANCE", f"sqlite:///{system}")
    monkeypatch.setenv("LINGGONG_URL_OFFICE", f"sqlite:///{tmp_path / 'gone.sqlite'}")
    app = open_page("library/connect").radio("connect-way").set_value("数据库的表").run()
    app = app.selectbox("connect-connection").set_value("office").run()
    assert "读不了这个来源" in words(app)
    assert "gone.sqlite" in words(app)
    app = app.selectbox("connect-connection").set_value("assistance").run()
    app = app.selectbox("connect-table-assistance-0").set_value("t_cert").run()
    assert "13812345678" not in words(app)
    dataset = next(one for one in app.selectbox if str(one.key).startswith("connect-dataset"))
    app = app.selectbox(str(dataset.key)).set_value("craft_certificate").run()
    app = app.selectbox(_key(app, "-certificate_id")).set_value("cert_no").run()
    options = app.selectbox(_key(app, "-certificate_id")).options
    assert "mobile" not in options
    assert "（每行都一样，写在下面）" not in app.selectbox(_key(app, "-kind")).options
    app = app.selectbox(_key(app, "-issued_on")).set_value("issued").run()
    assert "读取 1 行，计入 1 行" in words(app)
    app = app.button("connect-save").click().run()
    entry = _datasets(config)["craft_certificate"]
    assert entry["table"] == "t_cert"
    assert entry["columns"] == {"certificate_id": "cert_no", "unit_code": "area",
                                "issued_on": "issued"}


@pytest.mark.long
def test_a_second_countys_file_is_put_after_the_first(config: Path) -> None:
    for name, key in (("甲.csv", "A"), ("乙.csv", "B")):
        (config / name).write_text(f"材料编号,县区,报送日期\n{key},沭阳县,2025-03-01\n",
                                   encoding="utf-8")
    app = _from_folder().selectbox("connect-folder").set_value("甲.csv").run()
    app = app.button("connect-save").click().run()
    app = app.radio("connect-way").set_value("配置文件夹里的文件").run()
    app = app.selectbox("connect-folder").set_value("乙.csv").run()
    way = next(one for one in app.radio if str(one.key).endswith("-instead"))
    app = app.radio(str(way.key)).set_value("加在现在的文件之后").run()
    assert "读取 2 行，计入 2 行" in words(app)
    app = app.button("connect-save").click().run()
    assert [one["file"] for one in _datasets(config)["practice_report"]["sources"]] == [
        "甲.csv", "乙.csv"]


@pytest.mark.long
@pytest.mark.parametrize("role", [Role.STAFF, Role.PLANNER])
def test_only_an_administrator_may_open_it(config: Path, monkeypatch: pytest.MonkeyPatch,
                                           role: Role) -> None:
    assert [one for one in Role if Permission.CONNECT in GRANTED[one]] == [Role.ADMINISTRATOR]
    access = merged(Account("u", "某人"), (Grant(role),))
    monkeypatch.setattr(account, "current_access", lambda: access)
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_page("library/connect")


def test_whoever_connects_or_hands_in_may_upload() -> None:
    may = {role for role in Role if Uploads.allowed(merged(Account("u", "某人"), (Grant(role),)))}
    assert may == {Role.COUNTY, Role.STAFF, Role.ADMINISTRATOR}


@pytest.mark.long
def test_an_administrator_who_sees_no_figures_connects_all_the_same(
        config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stations(config / "驿站台账.xlsx")
    access = merged(Account("u", "某人"), (Grant(Role.ADMINISTRATOR),))
    monkeypatch.setattr(account, "current_access", lambda: access)
    app = _from_folder()
    assert not app.exception
    assert "读取 7 行，计入 7 行" in words(app)
    assert [row[0] for row in table(app, "lg-plain", 1)][:2] == ["三级载体覆盖率", "县级市场覆盖率"]
