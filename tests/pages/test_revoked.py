"""Every write of the pages, revoked between the page and the click; which there are is read from
the source.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import components.library.connect_now as connect_now
import components.library.connect_saving as connect_saving
import components.library.plan_saving as plan_saving
import components.library.source_check as source_check
import components.registers.checking as checking
import components.registers.versions as versions
from components.shell.permit import Permit
from data_access.accounts.audit import audit_log
from data_access.ledger.acknowledgements import Acknowledgements
from data_access.ledger.duty_entries import DutyEntries
from data_access.ledger.model_entries import ModelEntries
from data_access.ledger.returns import Returns
from data_access.ledger.shelvings import Shelvings
from data_access.ledger.store import Ledger
from data_access.running.jobs import Jobs
from data_access.site import ROOT, load_settings
from data_access.snapshots.refresh import refresh
from tests.data_access.handing_in import OPEN, put, row, taking, training
from tests.data_access.test_connecting import stations
from tests.pages import writes
from tests.pages.app import open_page, words

Step = Callable[[AppTest], Any]
_FOLLOW_UPS = "meeting/follow_ups"


@dataclass(frozen=True)
class Write:
    """How to do it: the page with its address, what comes before, and the click. `dialog`: the
    button it is behind.
    """

    page: str
    click: Step
    before: Step | None = None
    params: dict[str, str] = field(default_factory=dict)
    dialog: str | None = None


def _key(key: str) -> Step:
    return lambda app: app.button(key=key).click()


def _label(label: str) -> Step:
    return lambda app: next(button for button in app.button if button.label == label).click()


def _note(app: AppTest) -> Any:
    return next(button for button in app.button if "-note-" in (button.key or "")
                or "note-" in (button.key or "")).click()


def _submit(app: AppTest) -> Any:
    return next(button for button in app.button if "FormSubmitter" in str(button.key)).click()


def _changed_plan(app: AppTest) -> Any:
    lights = next(one for one in app.number_input if "yellow_points" in str(one.key))
    lights.set_value(8).run()
    app.text_input(key="plan-reason").set_value("会议").run()
    return app.button(key="plan-try").click().run()


def _from_folder(app: AppTest) -> Any:
    stations(Path(os.environ["LINGGONG_CONFIG"]) / "驿站台账.xlsx")
    return app.radio("connect-way").set_value("配置文件夹里的文件").run()


def _dropped(app: AppTest) -> Any:
    (Path(os.environ["LINGGONG_CONFIG"]) / "sources.toml").write_text(OPEN, encoding="utf-8")
    settings = load_settings()
    own = taking(settings, "321302")
    for trade in ("家政", "电商"):
        put(own, training(row("A1", "P1", trade=trade, unit="宿城区")))
    refresh(settings)
    content = training(row("A2", "P2", unit="宿城区"), row("A1", "P1", unit="宿城区")).encode()
    return app.run().file_uploader[0].set_value(("台账.csv", content, "text/csv")).run()


def _filled_return(app: AppTest) -> Any:
    """One item, which the databases know."""
    Path(os.environ["LINGGONG_CONFIG"], "returns.toml").write_text("""due_day = 5
[[items]]
code = "again"
name = "平台注册用户"
unit = "人"
kind = "stock"
prefill = "indicator:registered_users"
""", encoding="utf-8")
    app.run()
    app.button(key="returns-fill").click().run()
    return app.button(key="returns-file").click().run()


# by the function that writes
WRITES = {
    "components.registers.checking:_submit": Write(
        "counties/registers", _key("register-submit"), _dropped
    ),
    "components.registers.versions:_back": Write(
        "counties/registers", _key("register-back-training_attendance-321302-1"), _dropped
    ),
    "components.returns.desk:Desk.act": Write(
        "counties/returns", _key("returns-confirm"), _filled_return
    ),
    "components.library.meetings:_freeze": Write(
        "library/exports",
        _key("meetings-freeze"),
        lambda app: app.checkbox(key="meetings-sure").check().run(),
    ),
    "components.library.papers:show_all": Write(
        "library/exports", _key("papers-all"), params={"as_of": "2026-03-31"}
    ),
    "components.library.papers:show_preview": Write("library/exports", _key("papers-preview")),
    "components.library.connect_saving:_save": Write(
        "library/connect", _key("connect-save"), _from_folder
    ),
    "components.library.connect_now:change_entry": Write(
        "library/connect",
        _key("connect-absent-save"),
        lambda app: app.selectbox("connect-absent-0").set_value("hire").run(),
    ),
    "components.meeting.duty_list:record": Write(
        "meeting/duties",
        _submit,
        lambda app: app.text_input(key="duty-document").set_value("宿人社发〔2025〕99号"),
        dialog="duty-record",
    ),
    "components.meeting.model_library:record": Write(
        "meeting/duties",
        _submit,
        lambda app: (app.text_input(key="model-title").set_value("新做法"),
                     app.text_input(key="model-document").set_value("专报")),
        dialog="model-record",
    ),
    "components.library.plan_saving:_save": Write("library/plan", _key("plan-save"), _changed_plan),
    "components.library.refresh_panel:read_now": Write("library/data_health", _key("refresh-now")),
    "components.library.source_check:show": Write("library/data_health", _key("check-now")),
    "components.meeting.alert_desk:Desk.note": Write("meeting/alerts", _note),
    "components.meeting.shelving_form:record": Write(
        "meeting/alerts",
        _submit,
        lambda app: app.text_input(key="shelve-reason").set_value("等接口改造"),
        {"as_of": "2026-06-30"},
        "card-shelve-registered_employers-city-321300",
    ),
    "components.meeting.ledger:Book.act": Write(
        _FOLLOW_UPS,
        _label("填报进展"),
        lambda app: app.text_area[0].set_value("新开12期培训班"),
        {"item": "2026-006"},
    ),
    "components.meeting.ledger:Book.raising": Write(
        _FOLLOW_UPS,
        _label("立项"),
        lambda app: [
            one.set_value("就业中心主任") for one in app.text_input if "岗位" in one.label
        ],
        dialog="fu-new",
    ),
    "components.meeting.ledger:Book.hold_meeting": Write(
        _FOLLOW_UPS,
        _label("登记"),
        lambda app: app.text_input[0].set_value("分管副市长"),
        dialog="fu-meet",
    ),
}
# with a held reading of their own: test_held_data.py
HELD = {"components.library.held_cards:_buttons", "components.library.held_cards:_decide"}
# they write nothing but the audit line of one of the above
_NOTING = {"components.meeting.ledger:Book._record", "components.registers.reading:refuse_others"}
# what two of the above end with, and ask anew for
_THEN = {"components.registers.reading:read"}
# what pages may do for everybody: reading that keeps something for the next reading, and the
# sign-in itself
UNASKED = {
    "data_access.accounts.access:note_change": "the audit line of a changed access file",
    "data_access.accounts.audit:AuditLog.verify": "reads under the log's lock",
    "data_access.accounts.links:remember": "where a visitor goes after signing in",
    "data_access.accounts.links:take": "the same",
    "data_access.accounts.sign_ins:SignIns.end": "signing out",
    "data_access.accounts.anchors:FileAnchor.note": "only the audit log notes, others have methods of that name",
    "data_access.accounts.anchors:LedgerAnchor.note": "the same",
    "data_access.accounts.anchors:SyslogAnchor.note": "the same",
    "data_access.boundary.hashing:Hasher.digest": "shares its name with what the standard library has",
    "data_access.current:Current.figures": "keeps the alerts' history",
    "data_access.current:Current.judged_on": "the same",
    "data_access.current:Current.scoped": "the same",
    "data_access.current:Current.scorecard": "the same, and reads what has been put aside",
    "data_access.current:Current.with_ledger": "the same",
    "data_access.current:can_be_shown": "looks at the files that are there",
    "data_access.current:load_or_refresh": "the first reading of a fresh server",
    "data_access.handing_in.openings:closed": "changes a text in memory",
    "data_access.handing_in.openings:opened": "changes a text in memory",
    "data_access.handing_in.putting:effect": "in a temporary folder",
    "data_access.handing_in.putting:weighed": "reads the register in force",
    "data_access.handing_in.taking:read_handed": "reads, and keeps nothing",
    "data_access.handing_in.taking:taking_of": "reads the words of the program and the site",
    "data_access.ledger.acknowledgements:Acknowledgements.all": "opens the file",
    "data_access.ledger.engine:open_ledger_engine": "begins a ledger where there is none",
    "data_access.ledger.notice_log:NoticeLog.finish": "only the notices' command finishes a notice",
    "data_access.ledger.notice_log:NoticeLog.record": "only the notices' command records one",
    "data_access.ledger.returns:recorded_returns": "begins no ledger",
    "data_access.ledger.shelvings:Shelvings.all": "opens the file",
    "data_access.ledger.store:Ledger.__init__": "opens the ledger",
    "data_access.province.province:load_city": "a city's first reading",
    "data_access.running.jobs:Jobs.start": "a job's work asks for itself, see the functions that hand it over",
    "data_access.running.province_commands:ProvinceTimer.look": "looks",
    "data_access.running.plans_timer:PlansTimer.look": "looks",
    "data_access.running.ready:readiness": "looks",
    "data_access.running.self_check:self_check": "looks",
    "data_access.running.timer:RefreshTimer.look": "looks",
    "data_access.running.timer:RefreshTimer.start": "the process's own timer",
    "data_access.ledger.duty_entries:DutyEntries.all": "opens the file",
    "data_access.ledger.model_entries:ModelEntries.all": "opens the file",
    "data_access.proposing.connecting:changed": "changes a text in memory",
    "data_access.proposing.connecting:recogniser_of": "reads the words of the program and the site",
    "data_access.proposing.connecting:staged": "in a temporary folder",
    "data_access.proposing.connecting:table_of": "reads the first rows of a table",
    "data_access.proposing.connecting:tables": "reads the names of tables",
    "data_access.proposing.saving:with_absent": "changes a text in memory",
    "data_access.proposing.trying:try_text": "reads, and keeps nothing",
    "data_access.site.duty_file:load_duties": "reads the list",
    "data_access.site.plans:plan_sites": "reads the plans' files",
    "data_access.site.return_file:load_return_form": "reads the form",
    "reports.preview:pdf": "in a temporary folder",
    "data_access.site.plan_edits:checked": "reads the site's definitions",
    "data_access.site.plan_edits:edited": "changes a text in memory",
    "data_access.snapshots.freeze:Frozen.figures": "reads them through a folder of its own",
    "data_access.snapshots.freeze:Frozen.plan": "the same",
    "reports.excluded_list:excluded_xlsx": "reads, in memory",
    "reports.freezing:freeze_meeting": "handed to `meetings._freeze`, which asks",
    "reports.feeds:cut_source": "opens the ledger",
    "reports.papers:source": "opens the ledger",
    "reports.preview:rendered": "in a temporary folder",
}


def test_whatever_changes_something_asks_first() -> None:
    asked = writes.asking()
    unasked = {key: called - set(UNASKED) for key, called in writes.changing().items()
               if key not in asked}
    assert {key: called for key, called in unasked.items() if called} == {}


def test_every_write_has_its_try_below() -> None:
    writing = {key for key, called in writes.changing().items() if key in writes.asking()
               and called - set(UNASKED)}
    assert writing - set(WRITES) - HELD - _NOTING - _THEN == set()
    assert set(WRITES) | HELD | _THEN <= writes.asking()


def test_what_only_reads_is_not_taken_for_writing() -> None:
    """The list above would say nothing if everything were on it."""
    assert 50 < len(writes.writers()) < len(writes.functions()) / 10
    for writer in ("data_access.ledger.store:Ledger.act",
                   "data_access.ledger.acknowledgements:Acknowledgements.append",
                   "data_access.snapshots.holding:accept", "data_access.snapshots.refresh:refresh"):
        assert writer in writes.writers()
    for reader in ("data_access.ledger.store:Ledger.cases",
                   "data_access.accounts.audit:AuditLog.latest",
                   "reports.follow_up_import:read_items"):
        assert reader in writes.functions()
        assert reader not in writes.writers()


@pytest.fixture
def data(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    shutil.copytree(data_folder, tmp_path / "data", symlinks=True)
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path / "data"))
    shutil.copytree(ROOT / "config", tmp_path / "config")  # the plan is written to
    monkeypatch.setenv("LINGGONG_CONFIG", str(tmp_path / "config"))
    return tmp_path / "data"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was written after all, by name."""
    happened: list[str] = []

    def noting(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def called(*given: Any, **named: Any) -> Any:
            happened.append(name)
            return real(*given, **named)
        monkeypatch.setattr(owner, name, called)
    for owner, names in ((Ledger, ("act", "raise_items", "hold_meeting")),
                         (Acknowledgements, ("append",)), (Shelvings, ("append",)),
                         (Jobs, ("start",)), (source_check, ("check",)),
                         (plan_saving, ("save",)), (connect_saving, ("save",)),
                         (connect_now, ("save",)), (Returns, ("act",)),
                         (DutyEntries, ("append",)), (ModelEntries, ("append",)),
                         (checking, ("put_in_force",)), (versions, ("put_back",))):
        for name in names:
            noting(owner, name)
    return happened


def _opened(write: Write, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page just before the click. Its dialog stays open as in a browser, where its widgets run
    it alone.
    """
    if write.dialog is not None:
        pressed = st.button

        def button(label: str, *given: Any, **named: Any) -> bool:
            return pressed(label, *given, **named) or named.get("key") == write.dialog
        monkeypatch.setattr(st, "button", button)
    app = open_page(write.page, **write.params)
    if write.before is not None:
        write.before(app)
    assert not app.exception
    return app


@pytest.mark.long
@pytest.mark.parametrize("function", WRITES)
def test_what_was_offered_is_not_done_once_the_sign_in_has_ended(
        data: Path, done: list[str], monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    write = WRITES[function]
    app = _opened(write, monkeypatch)
    monkeypatch.setattr(Permit, "_now", lambda _permit: None)
    write.click(app).run()
    assert not app.exception
    assert "登录已失效，这一步没有执行" in words(app)
    assert done == []
    assert audit_log(data).latest(1)[0].action == "refused"


@pytest.mark.long
@pytest.mark.parametrize("function", WRITES)
def test_the_same_click_does_it_while_the_sign_in_lasts(
        data: Path, done: list[str], monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    """Otherwise the test above could not fail."""
    write = WRITES[function]
    app = _opened(write, monkeypatch)
    write.click(app).run()
    assert not app.exception
    assert "登录已失效" not in words(app)
    assert len(done) >= 1, words(app)[-600:]
