"""督办 in this process: the board, who may do what, and the sentences of a refusal."""

from __future__ import annotations

import html
import io
import os
import re
import shutil
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest

from components.shell import account, job_view
from data_access.ledger.store import Ledger
from data_access.site.load import load_settings
from data_access.site.settings import ROOT
from kpi.follow_ups.follow_up import Event, EventKind
from kpi.follow_ups.follow_up_fold import Status, status
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.plan.plan import FollowUpRules
from kpi.scope import access
from kpi.scope.access import Account, Grant, merged
from kpi.vocabulary.errors import InputError
from reports.follow_up_import import REQUIRED, SHEET


@pytest.fixture
def data(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shared data folder that a test may write to."""
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "data"
    shutil.copytree(data_folder, folder, symlinks=True)
    monkeypatch.setenv("LINGGONG_DATA", str(folder))
    return folder


def open_page(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    app.run()
    for name, value in params.items():
        app.query_params[name] = value
    app.switch_page("pages/meeting/follow_ups.py").run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """What the page says, without style sheets and tags."""
    bodies = (str(element.proto.body) for element in app.get("html"))  # type: ignore[attr-defined]
    return html.unescape(re.sub(r"<[^>]+>", "",
                                "\n".join(body for body in bodies
                                          if not body.startswith("<style"))))


def board(app: AppTest) -> dict[str, str]:
    """The shown state of every card by number."""
    bodies = (str(element.proto.body) for element in app.get("html"))  # type: ignore[attr-defined]
    found = (re.search(r'lg-fu-card .*?lg-fu-state[^>]*>\S+ (\S+)</span><span>([\d-]+)</span>',
                       body, re.S) for body in bodies)
    return {match[2]: match[1] for match in found if match}


def _fill(app: AppTest, label: str, text: str) -> None:
    next(one for one in app.text_input if one.label.startswith(label)).set_value(text)


def ledger() -> Ledger:
    return Ledger.open(load_settings())


def test_the_board_shows_every_item_in_its_state_of_a_past_day(data: Path) -> None:
    """By hand from the demonstration's events; those tied to figures are left out, the figures are
    the sample's.
    """
    shown = board(open_page(as_of="2026-09-30"))
    assert sorted(shown) == [f"2026-{number:03d}" for number in range(1, 13)]
    assert {number: shown[f"2026-{number}"] for number in ("002", "003", "006", "007", "009",
                                                           "012")} == {
                                                               "002": "销号", "003": "延期",
                                                               "006": "办理中", "007": "销号",
                                                               "009": "交办", "012": "立项"}


def test_items_of_later_meetings_are_not_on_an_earlier_board(data: Path) -> None:
    assert sorted(board(open_page(as_of="2026-04-01"))) == ["2026-001", "2026-002", "2026-003"]


def test_a_division_in_the_address_leaves_only_its_items(data: Path) -> None:
    assert sorted(board(open_page(as_of="2026-09-30", division="321323"))) == ["2026-006"]


def test_a_county_s_account_sees_its_items_and_may_report_but_not_close(
        data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        account,
        "acting",
        lambda _access: Actor("siyang", Role.UNIT, divisions=frozenset({"321323"})),
    )
    app = open_page(view="mine")
    assert "技能培训补进度" in words(app)
    assert "仲裁积案清理" not in words(app)
    assert "新建事项" not in [button.label for button in app.button]
    app = open_page(item="2026-006")
    (actions,) = [group for group in app.get("button_group") if group.label == "操作"]  # type: ignore[attr-defined]
    assert [option.content for option in actions.proto.options] == ["填报进展", "报告办结"]
    assert "本账户目前不能" in words(open_page(item="2026-008"))


@pytest.mark.parametrize("view", ["state", "unit", "overdue", "mine", "meetings"])
def test_an_account_limited_to_its_division_is_shown_no_other_items(
        data: Path, monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    limited = merged(Account("siyang", "泗阳县人社局"),
                     [Grant(access.Role.COUNTY, frozenset({"321323"}))])
    monkeypatch.setattr(account, "current_access", lambda: limited)
    opened = ledger()
    others = [case.item for case in opened.cases() if case.item.division != "321323"]
    opened.close()
    assert others
    said = words(open_page(view=view)) + words(open_page(view=view, item=others[0].number))
    assert [item.title for item in others if item.title in said] == []
    assert f"没有编号为 {others[0].number} 的事项" in said
    assert "下载纪要" not in said


def test_a_county_reports_and_the_history_and_the_ledger_have_it(
        data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "acting",
                        lambda _access: Actor("siyang", Role.UNIT, divisions=frozenset({"321323"})))
    app = open_page(item="2026-006")
    app.text_area[0].set_value("新开12期培训班")
    _press(app, "填报进展").run()
    assert not app.exception
    opened = ledger()
    last = opened.case("2026-006").events[-1]
    opened.close()
    assert (last.kind, last.text, last.account) == (EventKind.PROGRESS, "新开12期培训班", "siyang")
    assert "新开12期培训班" in words(app)


def test_an_item_handed_over_is_the_new_units_and_its_history_says_so(
        data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(item="2026-006")
    app.segmented_control[-1].set_value("handed_over").run()
    app.text_area[0].set_value("机构改革")
    _fill(app, "接手的牵头单位", "市教育局")
    _fill(app, "接手的责任岗位", "职教处处长")
    _press(app, "移交").run()
    assert not app.exception
    said = words(app)
    assert "移交市教育局，责任岗位：职教处处长。机构改革" in said
    opened = ledger()
    case = opened.case("2026-006")
    opened.close()
    assert (case.now.lead_unit, case.now.post) == ("市教育局", "职教处处长")
    monkeypatch.setattr(account, "acting",
                        lambda _access: Actor("jiaoyu", Role.UNIT, frozenset({"市教育局"})))
    assert case.now.title in words(open_page(view="mine"))


def test_whoever_comes_second_is_told_and_the_first_entry_stays(data: Path) -> None:
    app = open_page(item="2026-006")
    opened = ledger()
    actor = Actor("other", Role.OFFICE)

    def now(case: object) -> Status | None:
        return status(case, date(2027, 1, 1), FollowUpRules())  # type: ignore[arg-type]

    opened.act("2026-006", opened.case("2026-006").version,
               Event(EventKind.PROGRESS, datetime(2026, 10, 1), "", "先写的"), actor, now)
    app.text_area[0].set_value("后写的")
    _press(app, "填报进展").run()
    assert "刚刚被别人更新过" in words(app)
    assert [event.text for event in opened.case("2026-006").events
            if event.text in ("先写的", "后写的")] == ["先写的"]
    opened.close()


def test_an_entry_without_text_is_refused_in_the_dialog(data: Path) -> None:
    app = open_page(item="2026-006")
    _press(app, "填报进展").run()
    assert "进展内容没有填写；请补上后再提交。" in words(app)


def test_an_item_that_is_not_there_is_said_politely(data: Path) -> None:
    assert "没有编号为 2026-999 的事项" in words(open_page(item="2026-999"))


@pytest.mark.long
@pytest.mark.parametrize(("view", "said"), [("unit", "各单位办理情况"), ("overdue", "逾期清单"),
                                            ("mine", "全市的事项"), ("meetings", "2026年9月10日"),
                                            ("nonsense", "按期办结率")])
def test_every_way_of_looking_opens_from_the_address(data: Path, view: str, said: str) -> None:
    assert said.replace("全市", "宿迁市") in words(open_page(view=view))


def _press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    return button.click()


# -- importing last meeting's items


def _workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for row in (REQUIRED, *rows):
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture
def dialog_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dialog stays open as in a browser, where its widgets run it alone; here every run is of
    the whole page.
    """
    pressed = st.button

    def button(label: str, *given: Any, **named: Any) -> bool:
        return pressed(label, *given, **named) or named.get("key") == "fu-import"
    monkeypatch.setattr(st, "button", button)


def _handed_in(app: AppTest, content: bytes) -> AppTest:
    return app.file_uploader[0].set_value(("事项.xlsx", content, "application/octet-stream")).run()


_TWO = tuple((title, "沭阳县", "沭阳县人社局", "就业中心主任", date(2027, 1, 31)) for title in ("补建驿站", "核对台账"))


@pytest.mark.usefixtures("dialog_open")
def test_an_import_is_a_job_whose_outcome_every_tab_of_the_account_sees(data: Path) -> None:
    before, other = ledger().cases(), open_page()
    app = _handed_in(open_page(), _workbook(*_TWO))
    assert not app.exception
    assert "共 2 项，检查通过" in words(app)
    assert ledger().cases() == before
    _press(app, "导入并交办 2 项").run()
    assert not app.exception
    raised = ledger().cases()[len(before):]
    assert [case.item.title for case in raised] == ["补建驿站", "核对台账"]
    told = f"已立项并交办 2 项：{raised[0].item.number} 至 {raised[1].item.number}。"
    assert told in words(app)
    assert told in words(other.run())
    other.button(key="job-forget-import").click().run()
    assert told not in words(other)
    assert told not in words(app.run())


@pytest.mark.long
@pytest.mark.usefixtures("dialog_open")
def test_a_workbook_with_mistakes_is_refused_whole_and_says_where(data: Path) -> None:
    before = ledger().cases()
    app = _handed_in(open_page(), _workbook(_TWO[0], ("", *_TWO[1][1:])))
    assert "没有导入" in words(app)
    assert "第3行A列（事项内容）没有填写" in words(app)
    assert not [button for button in app.button if button.label.startswith("导入并交办")]
    assert ledger().cases() == before


@pytest.mark.long
@pytest.mark.usefixtures("dialog_open")
def test_an_import_that_fails_leaves_the_ledger_as_it_was_and_says_so(
        data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ledger().cases()
    app = _handed_in(open_page(), _workbook(*_TWO))

    def full(*_: object, **__: object) -> None:
        raise InputError("督办台账写不进去：磁盘已满。")

    monkeypatch.setattr(Ledger, "raise_items", full)
    _press(app, "导入并交办 2 项").run()
    assert "没有导入" in words(app)
    assert "磁盘已满" in words(open_page())
    assert ledger().cases() == before


@pytest.mark.long
@pytest.mark.usefixtures("dialog_open")
def test_an_import_goes_on_when_its_reader_does_something_else(
        data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever clicks elsewhere ends the run that began the job, not the job."""
    recording, go_on, record = threading.Event(), threading.Event(), Ledger.raise_items

    def slow(*given: Any, **named: Any) -> Any:
        recording.set()
        assert go_on.wait(60)
        return record(*given, **named)

    before = len(ledger().cases())
    app = _handed_in(open_page(), _workbook(*_TWO))
    monkeypatch.setattr(Ledger, "raise_items", slow)
    # the click's own run is cut short as soon as the job is under way
    monkeypatch.setattr(job_view.time, "sleep", lambda _seconds: st.stop())
    _press(app, "导入并交办 2 项").run()
    assert recording.wait(60)
    app.query_params["view"] = "unit"
    app.run()
    assert len(ledger().cases()) == before
    go_on.set()
    (job,) = [thread for thread in threading.enumerate() if thread.name == "job-import"] or [
        threading.current_thread()
    ]
    if job is not threading.current_thread():
        job.join(60)
    assert len(ledger().cases()) == before + 2
    assert "已立项并交办 2 项" in words(open_page())
