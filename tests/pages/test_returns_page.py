"""月报 in this process: a return's way as drawn by hand, who may do and see what, Excel there and
back, and what is typed stays whatever happens meanwhile.
"""

from __future__ import annotations

import io
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from components.returns import draft as drafts
from components.shell import account
from components.shell.uploads import Uploads
from data_access.accounts.audit import audit_log
from data_access.current import Current
from data_access.forms import ReturnLine, return_xlsx
from data_access.ledger.returns import Returns, recorded_returns
from data_access.site.load import load_settings
from data_access.site.settings import ROOT, Settings
from kpi.follow_ups import Actor
from kpi.follow_ups import Role as LedgerRole
from kpi.returns import (
    ItemKind,
    MonthlyReturn,
    ReturnEvent,
    ReturnState,
    Step,
    form_from,
    known,
)
from kpi.scope import NOBODY, Access, Account, Grant, Permission, Role
from kpi.vocabulary import Division, Rollup
from reports.returns_overview import returns_overview
from tests.access.site import holds
from tests.pages.app import open_page, table, words

PAGE = "counties/returns"
OCTOBER = date(2026, 10, 1)
OWN, OTHER = "321322", "321324"
COUNTY = Access(Account("shuyang", "沭阳县人社局"), (Grant(Role.COUNTY, frozenset({OWN})),))
NEIGHBOUR = Access(Account("sihong", "泗洪县人社局"), (Grant(Role.COUNTY, frozenset({OTHER})),))
STAFF = Access(Account("office", "办公室"), (Grant(Role.STAFF),))
LEADER = Access(Account("leader", "市领导"), (Grant(Role.LEADER),))
DEPARTMENT = Access(Account("farm", "市农业农村局"), (
    Grant(Role.DEPARTMENT, departments=frozenset({"市农业农村局"})),))
CODES = ("advice", "advice_online", "staff", "staff_own", "staff_bought", "registered")
SOUND = {"advice": 100.0, "advice_online": 40.0, "staff": 10.0, "staff_own": 6.0,
         "staff_bought": 4.0}
BLANK = dict.fromkeys(CODES)
FIXTURE = ROOT / "tests" / "fixtures" / "returns.toml"
FORM = form_from(tomllib.loads(FIXTURE.read_text(encoding="utf-8")), ["registered_users"], [])
AT = datetime(2026, 11, 3, 9)


class Clerk:
    """Somebody at the page. What is typed comes to the program as the table would hand it over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, access: Access, unit: str = OWN) -> None:
        self._monkeypatch, self._access, self._typed = monkeypatch, access, {}
        monkeypatch.setattr(drafts, "edits", lambda key: self._typed.get(key, {}))
        self._here()
        self.app = open_page(PAGE, unit=unit)
        assert not self.app.exception

    def _here(self) -> None:
        self._monkeypatch.setattr(account, "current_access", lambda: self._access)
        self._monkeypatch.setattr(drafts, "edits", lambda key: self._typed.get(key, {}))

    @property
    def draft(self) -> drafts.Draft:
        (draft,) = self.app.session_state["returns.drafts"].values()
        assert isinstance(draft, drafts.Draft)
        return draft

    def type(self, column: str, cells: Mapping[str, Any]) -> Clerk:
        rows: dict[int, dict[str, Any]] = self._typed.setdefault(self.draft.key, {})
        for code, value in cells.items():
            rows.setdefault(CODES.index(code), {})[column] = value
        return self

    def press(self, *keys: str) -> str:
        self._here()
        for key in keys:
            found = [one for one in self.app.button if one.key == key or one.label == key]
            assert found, (key, [one.key for one in self.app.button])
            found[0].click().run()
            assert not self.app.exception
        return words(self.app)

    @property
    def offered(self) -> set[str]:
        """The keys of the buttons on the page."""
        return {str(one.key) for one in self.app.button if str(one.key).startswith("returns-")}


@pytest.fixture
def site(own_config: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A site that asks for six items, and a ledger of its own with nothing reported yet."""
    shutil.copy(FIXTURE, own_config / "returns.toml")
    monkeypatch.setenv("LINGGONG_LEDGER_URL", f"sqlite:///{own_config.parent / 'own.sqlite'}")
    return load_settings(secrets=ROOT / "no-secrets.toml")


def _one(site: Settings, unit: str = OWN) -> MonthlyReturn:
    return next((one for one in recorded_returns(site)
                 if (one.month, one.unit) == (OCTOBER, unit)), MonthlyReturn(OCTOBER, unit))


def _file(site: Settings, unit: str, amounts: Mapping[str, float], seen: MonthlyReturn | None = None,
          step: Step = Step.FILE, **more: Any) -> MonthlyReturn:
    """A step that somebody else takes, at another place."""
    event = ReturnEvent(step, AT, "别处", {**BLANK, **amounts} if step == Step.FILE else {}, **more)
    actor = Actor("别处", LedgerRole.UNIT, divisions=frozenset({unit}))
    store = Returns.open(site)
    try:
        return store.act(FORM, seen or store.one(OCTOBER, unit), event, actor
                         if step == Step.FILE else Actor("别处", LedgerRole.OFFICE))
    finally:
        store.close()




def test_a_return_goes_its_way_as_drawn_by_hand(site: Settings,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    county = Clerk(monkeypatch, COUNTY).type("本月数", {"advice": 100.0})
    said = county.press("returns-file")
    assert said.count("没有填；确实没有就填 0") == 4
    assert county.draft.values.amounts == {"advice": 100.0}
    assert _one(site).state == ReturnState.WAITING

    county.type("本月数", SOUND).type("说明", {"advice": "含线上"})
    assert "政策咨询人次：100人次" in county.press("returns-file")
    assert _one(site).version == 0  # nothing before it is confirmed
    county.press("returns-confirm")
    assert (_one(site).state, _one(site).filed) == (ReturnState.FILED, {**BLANK, **SOUND})

    office = Clerk(monkeypatch, STAFF)
    assert "退回要写明哪一项有什么问题" in office.press("returns-send-back")
    office.type("退回原因", {"advice": "少一个零"}).press("returns-send-back", "returns-confirm")
    assert _one(site).state == ReturnState.RETURNED

    county = Clerk(monkeypatch, COUNTY)
    county.type("本月数", {"advice": 900.0}).press("returns-file", "returns-confirm")
    Clerk(monkeypatch, STAFF).press("returns-approve")
    assert _one(site).state == ReturnState.APPROVED
    assert Clerk(monkeypatch, COUNTY).offered == set()  # locked

    office = Clerk(monkeypatch, STAFF)
    assert "要写明原因" in office.press("重新打开")
    office.app.text_input(key="returns-reopen-text").set_value("重复计数")
    office.press("重新打开")
    assert (_one(site).state, (_one(site).approved or {})["advice"]) == (ReturnState.REOPENED, 900)

    county = Clerk(monkeypatch, COUNTY)
    county.type("本月数", {"advice": 850.0}).press("returns-file", "returns-confirm")
    said = Clerk(monkeypatch, STAFF).press("returns-approve")
    done = _one(site)
    assert [(event.step, event.account, event.amounts.get("advice")) for event in done.events] == [
        (Step.FILE, "shuyang", 100), (Step.SEND_BACK, "office", None),
        (Step.FILE, "shuyang", 900), (Step.APPROVE, "office", None),
        (Step.REOPEN, "office", None), (Step.FILE, "shuyang", 850),
        (Step.APPROVE, "office", None)]
    assert done.approved == {**BLANK, **SOUND, "advice": 850}
    rows = table(Clerk(monkeypatch, STAFF).app, "lg-return-history", 0)
    assert [row[2] for row in rows] == ["上报", "退回", "上报", "审核通过", "重新打开", "更正上报",
                                        "审核通过"]
    assert "政策咨询人次：— → 100" in rows[0][3]
    assert "政策咨询人次（说明）：含线上" in rows[0][3]
    assert rows[1][3] == "政策咨询人次（退回原因）：少一个零"
    assert "政策咨询人次：100 → 900" in rows[2][3]
    assert rows[4][3] == "原因：重复计数"
    assert "政策咨询人次：900 → 850" in rows[5][3]
    noted = [record.object for record in audit_log(site.data).latest(50)
             if record.object.startswith("月报")]
    assert noted[::-1] == [f"月报 2026-10 {OWN} {step}" for step in (
        "上报", "退回", "上报", "审核通过", "重新打开", "上报", "审核通过")]


def test_a_return_that_moved_meanwhile_is_refused_and_what_was_typed_stays(
        site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    county = Clerk(monkeypatch, COUNTY).type("本月数", SOUND)
    filed = _file(site, OWN, {**SOUND, "advice": 50.0})
    _file(site, OWN, {}, filed, Step.APPROVE)
    assert "已经审核通过，不能再上报" in county.press("returns-file")
    assert "returns-confirm" not in county.offered, "nothing is left to confirm"
    assert county.draft.values.amounts == SOUND
    assert _one(site).version == 2
    # what was typed can be put aside
    assert "已经审核通过，不能再上报" in county.press("returns-file")
    assert county.draft.values.amounts == SOUND
    county.press("returns-drop")
    assert county.draft.values.amounts == {**SOUND, "advice": 50.0}
    assert county.offered == set()


def test_what_was_listed_is_what_is_filed(site: Settings,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    county = Clerk(monkeypatch, COUNTY).type("本月数", SOUND)
    county.press("returns-file")
    county.type("本月数", {**SOUND, "advice": SOUND["advice"] + 1})
    assert "列出之后表里又有改动" in county.press("returns-confirm")
    assert _one(site).version == 0
    county.press("returns-confirm")
    assert _one(site).filed["advice"] == SOUND["advice"] + 1


def test_what_the_office_saw_is_what_it_approves(site: Settings,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    filed = _file(site, OWN, SOUND)
    office = Clerk(monkeypatch, STAFF)
    _file(site, OWN, {**SOUND, "advice": 99.0}, filed)
    assert "刚刚被更新过" in office.press("returns-approve")
    assert _one(site).state == ReturnState.FILED
    office.press("returns-approve")  # now it has seen the other amounts
    assert (_one(site).approved or {})["advice"] == 99


@pytest.mark.parametrize("access", [LEADER, STAFF])
@pytest.mark.usefixtures("site")
def test_nobody_but_the_unit_is_offered_to_file(monkeypatch: pytest.MonkeyPatch,
                                                access: Access) -> None:
    clerk = Clerk(monkeypatch, access)
    assert clerk.offered == set()
    assert not clerk.app.file_uploader
    assert "returns-file" in Clerk(monkeypatch, COUNTY).offered


@pytest.mark.parametrize("access", [LEADER, STAFF, DEPARTMENT, NOBODY])
def test_who_may_not_file_may_not_upload(access: Access) -> None:
    assert not access.allowed(Permission.RETURNS)
    assert Uploads.allowed(COUNTY)
    assert Uploads.allowed(access) == access.allowed(Permission.LEDGER)


@pytest.mark.parametrize("access", [COUNTY, LEADER, NEIGHBOUR])
def test_nobody_but_the_office_reviews(site: Settings, monkeypatch: pytest.MonkeyPatch,
                                       access: Access) -> None:
    _file(site, OWN, SOUND)
    assert not {"returns-approve", "returns-send-back"} & Clerk(monkeypatch, access).offered
    assert {"returns-approve", "returns-send-back"} <= Clerk(monkeypatch, STAFF).offered


def test_a_county_is_sent_nothing_of_another_unit(site: Settings,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    _file(site, OWN, {**SOUND, "advice": 98765.0}, remarks={"advice": "只给沭阳"})
    secrets = [text.encode() for text in ("只给沭阳", "别处", "◎ 已报")]
    sent = _sent(Clerk(monkeypatch, COUNTY).app)
    assert all(secret in sent for secret in secrets)
    assert holds(sent, 98765)
    neighbour = Clerk(monkeypatch, NEIGHBOUR)  # by an address that asks for the other
    sent = _sent(neighbour.app)
    assert "泗洪县 2026年10月月报" in words(neighbour.app)
    assert not any(secret in sent for secret in secrets)
    assert not holds(sent, 98765)


def _sent(app: AppTest) -> bytes:
    """Everything on the page as it goes to the browser, tables as they are packed."""
    return b"".join(part.proto.SerializeToString() for part in app.get("html")
                    + app.get("arrow_data_frame") + app.get("dataframe"))


def test_a_department_sees_no_units_return(site: Settings,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "current_access", lambda: DEPARTMENT)
    assert "没有要报的月报" in words(open_page(PAGE, unit=OWN))


@pytest.mark.usefixtures("own_config")
def test_without_a_file_there_is_nothing_to_report() -> None:
    app = open_page(PAGE)
    assert "没有要报的月报" in words(app)
    assert not app.exception


def test_the_board_counts_the_units_by_state(site: Settings,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    filed = _file(site, OWN, SOUND)
    _file(site, OWN, {}, filed, Step.APPROVE)
    back = _file(site, "321323", SOUND)
    _file(site, "321323", {}, back, Step.SEND_BACK, remarks={"advice": "核对"})
    _file(site, OTHER, SOUND)
    clerk = Clerk(monkeypatch, LEADER)
    assert ("已审 1 个、已报待审 1 个、退回 1 个、未报 6 个，截止 2026-11-05"
            in words(clerk.app))
    rows = {row[0]: row[1] for row in table(clerk.app, "lg-returns", 0)}
    assert {rows["沭阳县"], rows["泗阳县"], rows["泗洪县"]} == {"● 已审", "▲ 退回", "◎ 已报"}
    assert list(rows.values()).count("○ 待报") == 6


def test_without_sign_in_the_own_machine_files_and_approves(
        site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = Clerk(monkeypatch, account.open_access())
    clerk.type("本月数", SOUND).press("returns-file", "returns-confirm")
    assert "表中有改动还没有上报" in clerk.type("本月数", {"advice": 7.0}).press("returns-approve")
    clerk.press("returns-drop", "returns-approve")
    assert _one(site).approved == {**BLANK, **SOUND}


@pytest.mark.parametrize("access", [COUNTY, STAFF, account.open_access()])
def test_in_a_plan_of_the_past_nobody_does_anything(site: Settings, access: Access,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    _file(site, OWN, SOUND)
    assert Clerk(monkeypatch, access).offered
    assert Clerk(monkeypatch, replace(access, looking_back=True)).offered == set()


@pytest.mark.parametrize(("access", "downloads"), [
    (STAFF, ["下载本月汇总（Excel）"]), (LEADER, []), (COUNTY, ["下载 Excel 月报表"])])
@pytest.mark.usefixtures("site")
def test_who_takes_away_what(monkeypatch: pytest.MonkeyPatch, access: Access,
                             downloads: list[str]) -> None:
    offered = Clerk(monkeypatch, access).app.get("download_button")
    assert [one.label for one in offered] == downloads  # type: ignore[attr-defined]


def test_the_overview_has_every_units_amounts_and_state(site: Settings) -> None:
    filed = _file(site, OWN, {**SOUND, "advice": 850.0})
    _file(site, OWN, {}, filed, Step.APPROVE)
    units = [Division(Rollup.MANAGING, code, name, name, (code,))
             for code, name in ((OWN, "沭阳县"), (OTHER, "泗洪县"))]
    asked = replace(FORM, items=(*FORM.items[:5], replace(FORM.items[5], units=(OWN,))))
    sheet = openpyxl.load_workbook(io.BytesIO(returns_overview(
        asked, OCTOBER, units, recorded_returns(site), sample=False))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows == [
        ["沭阳县", "已审", "2026-11-03 09:00", "2026-11-03 09:00", None, 850, 40, 10, 6, 4, None],
        ["泗洪县", "待报", None, None, None, None, None, None, None, None, "—"]]
    assert sheet["F3"].value == "政策咨询人次（人次）"


# ---- what the databases know


def test_the_databases_figure_is_the_indicators(sample: Current) -> None:
    figures, unit = sample.figures, sample.figures.facts.geography.division(Rollup.MANAGING, OWN)
    stock = next(item for item in FORM.items if item.code == "registered")
    assert known(figures, stock, OWN, OCTOBER) == figures.measure(
        "registered_users", unit, date(2026, 10, 31)).value
    jobs = replace(stock, prefill="jobs_published", kind=ItemKind.COUNT)
    rows = [figures.measure("jobs_published", unit, day).value for day in (
        date(2026, 9, 30), date(2026, 10, 31))]
    assert known(figures, jobs, OWN, OCTOBER) == rows[1] - rows[0] > 0
    assert known(figures, jobs, OWN, sample.plan.window.start) == figures.measure(
        "jobs_published", unit, date(2025, 1, 31)).value
    assert known(figures, jobs, OWN, date(2026, 11, 1)) is None  # not over
    assert known(figures, replace(stock, kind=ItemKind.COUNT), OWN, OCTOBER) is None or (
        sample.plan.indicator("registered_users").indicator.kind == "cumulative")
    assert known(figures, replace(stock, prefill=""), OWN, OCTOBER) is None


def test_the_databases_figures_fill_blank_cells_only(site: Settings, sample: Current,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    county = Clerk(monkeypatch, COUNTY).type("本月数", {"advice": 3.0})
    county.press("returns-fill")
    figure = known(sample.figures, FORM.items[-1], OWN, OCTOBER)
    assert county.draft.values.amounts == {"advice": 3.0, "registered": figure}
    assert "两者一致" in words(county.app)
    county.type("本月数", {"registered": figure + 2}).press("returns-file")
    assert "相差 +2" in words(county.app)
    assert _one(site).version == 0


# ---- Excel


def _book(change: Callable[[Any], None]) -> bytes:
    content = return_xlsx([ReturnLine(item) for item in FORM.items], OCTOBER, OWN, "沭阳县",
                          date(2026, 11, 5))
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book["填报"])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _upload(clerk: Clerk, content: bytes) -> str:
    clerk._here()
    clerk.app.file_uploader[0].set_value(("月报.xlsx", content, "application/octet-stream")).run()
    assert not clerk.app.exception
    return words(clerk.app)


def test_a_workbook_fills_the_table_and_records_nothing(site: Settings,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(sheet: Any) -> None:
        for row, amount in enumerate(SOUND.values(), start=4):
            sheet[f"C{row}"] = amount
        sheet["G4"] = "含线上"
    county = Clerk(monkeypatch, COUNTY).type("本月数", {"registered": 5.0})
    assert "文件填了 5 项，空着 1 项" in _upload(county, _book(fill))
    assert county.draft.values.amounts == {"registered": 5.0}
    county.press("returns-take")
    assert county.draft.values.amounts == SOUND
    assert county.draft.values.remarks == {"advice": "含线上"}
    assert _one(site).version == 0
    county.press("returns-file", "returns-confirm")
    assert _one(site).filed == {**BLANK, **SOUND}


@pytest.mark.usefixtures("site")
def test_a_workbook_with_faults_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(sheet: Any) -> None:
        sheet["C4"], sheet["C5"], sheet["C6"], sheet["C7"] = "12人", 40, "=1+1", 6
    county = Clerk(monkeypatch, COUNTY).type("本月数", {"advice": 3.0})
    said = _upload(county, _book(spoil))
    assert "C4：应是数字，填的是“12人”" in said
    assert "C6：是公式，而文件里没有保存它的结果" in said
    assert "C8：“其中：购买服务人员”没有填" in said
    assert "returns-take" not in county.offered
    assert county.draft.values.amounts == {"advice": 3.0}
