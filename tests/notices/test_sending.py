"""Exactly the expected messages arrive on real servers, none twice, and nothing else is contacted.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.notice_log import NoticeLog
from data_access.ledger.store import Ledger
from data_access.site.settings import ROOT
from kpi.vocabulary.errors import InputError
from notices.notice import Kind, Notice
from notices.run import Clock, Situation, preview, send_due
from notices.sending import send_by_apprise
from notices.settings import NoticeSettings, Quiet, Receiver
from tests.notices.receivers import Mailbox, Webhook, mailbox, webhook

NOW = datetime(2026, 4, 10, 9)
ABOUT = Situation("宿迁市", date(2026, 4, 10), False)
RED = Notice(Kind.RED_ALERT, "alert:1", "沭阳低于序时进度12.0个百分点。", "321322", frozenset({"市人社局"}))
LATE = Notice(Kind.OVERDUE, "overdue:2026-001:2026-04-01", "事项2026-001已逾期9天。", "321324",
              frozenset({"泗洪县"}))
HEAD = "宿迁市零工归宿监测平台，数据截至2026-04-10。"


class Waits:
    """A clock that stands still and remembers how long it was asked to wait."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.clock = Clock(lambda: NOW, self.waited.append)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[NoticeLog]:
    ledger = Ledger(open_ledger_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))
    yield NoticeLog(ledger.engine)
    ledger.close()


@pytest.fixture
def mails() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as opened:
        yield opened


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails on any connection or name lookup that leaves the machine."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def checked(this: socket.socket, address: Any) -> None:
        assert not isinstance(address, tuple) or address[0] in ("127.0.0.1", "::1"), address
        connect(this, address)

    def checked_lookup(host: Any, *rest: Any, **named: Any) -> Any:
        assert host in ("127.0.0.1", "localhost", None), host
        return lookup(host, *rest, **named)
    monkeypatch.setattr(socket.socket, "connect", checked)
    monkeypatch.setattr(socket, "getaddrinfo", checked_lookup)


def wanted(*receivers: Receiver) -> NoticeSettings:
    return NoticeSettings(True, receivers)


def office(mails: Mailbox) -> Receiver:
    return Receiver("office", "办公室", mails.url)


def county(hook: Webhook) -> Receiver:
    return Receiver("sihong", "泗洪县专班", f"json://{hook.address}/sihong",
                    divisions=frozenset({"321324"}))


def test_each_receiver_gets_one_message_with_what_concerns_it(log: NoticeLog, mails: Mailbox,
                                                              hook: Webhook) -> None:
    send_due([RED, LATE], wanted(office(mails), county(hook)), log, ABOUT, send_by_apprise,
             Waits().clock)
    assert mails.mails == [("office@example.org", "零工归宿提醒：2条",
                            f"{HEAD}\n\n红色预警（1）\n1. {RED.text}\n\n已逾期（1）\n1. {LATE.text}")]
    ((path, body),) = hook.posts
    assert (path, body["title"], body["message"]) == ("/sihong", "零工归宿提醒：1条",
                                                      f"{HEAD}\n\n已逾期（1）\n1. {LATE.text}")
    assert [(attempt.receiver, attempt.at, attempt.notices, attempt.outcome)
            for attempt in log.attempts()] == [("office", NOW, 2, "已送达"), ("sihong", NOW, 1, "已送达")]


def test_a_second_run_tells_only_what_is_new(log: NoticeLog, mails: Mailbox) -> None:
    send_due([RED], wanted(office(mails)), log, ABOUT, send_by_apprise, Waits().clock)
    assert send_due([RED], wanted(office(mails)), log, ABOUT, send_by_apprise, Waits().clock) == []
    send_due([RED, LATE], wanted(office(mails)), log, ABOUT, send_by_apprise, Waits().clock)
    assert [subject for _, subject, _ in mails.mails] == ["零工归宿提醒：1条"] * 2
    assert RED.text not in mails.mails[1][2]


@pytest.mark.parametrize(("scheme", "path"), [("wecombot://robot-key", "/wecom/robot-key"),
                                              (f"dingtalk://{'a' * 20}", "/ding")])
def test_robots_are_reached_through_the_gateway(log: NoticeLog, hook: Webhook, scheme: str,
                                                path: str) -> None:
    gateway = f"http://{hook.address}{path.replace('robot-key', '{key}')}"
    (delivered,) = send_due([RED], wanted(Receiver("group", "群", scheme, gateway=gateway)), log,
                            ABOUT, send_by_apprise, Waits().clock)
    ((found, body),) = hook.posts
    assert (delivered.sent, found) == (True, path)
    assert RED.text in body["text"]["content"]


def test_a_refused_message_is_tried_again_with_growing_waits(log: NoticeLog, hook: Webhook) -> None:
    hook.refuse, waits = 2, Waits()
    (delivered,) = send_due([LATE], wanted(county(hook)), log, ABOUT, send_by_apprise, waits.clock)
    assert (delivered.sent, len(hook.posts), waits.waited) == (True, 1, [5, 10])
    assert [attempt.outcome for attempt in log.attempts()] == ["未送达", "未送达", "已送达"]


def test_what_could_not_be_sent_is_sent_by_the_next_run(log: NoticeLog, hook: Webhook) -> None:
    hook.refuse = 3
    (delivered,) = send_due([LATE], wanted(county(hook)), log, ABOUT, send_by_apprise,
                            Waits().clock)
    assert (delivered.sent, hook.posts) == (False, [])
    send_due([LATE], wanted(county(hook)), log, ABOUT, send_by_apprise, Waits().clock)
    assert len(hook.posts) == 1


def test_an_unusable_address_is_said_and_can_be_mended(log: NoticeLog, hook: Webhook) -> None:
    wrong = replace(county(hook), url="no-such-thing")
    with pytest.raises(InputError, match=r"收信方 sihong（泗洪县专班）的地址写法有误"):
        send_due([LATE], wanted(wrong), log, ABOUT, send_by_apprise, Waits().clock)
    send_due([LATE], wanted(county(hook)), log, ABOUT, send_by_apprise, Waits().clock)
    assert len(hook.posts) == 1


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(log: NoticeLog,
                                                              mails: Mailbox) -> None:
    (shown,) = preview([RED, LATE], wanted(office(mails)), log, ABOUT)
    assert (shown.notices, shown.sent, mails.mails) == (2, None, [])
    send_due([RED, LATE], wanted(office(mails)), log, ABOUT, send_by_apprise, Waits().clock)
    assert preview([RED, LATE], wanted(office(mails)), log, ABOUT) == []


_RUN = """
import os, signal, sys
from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.notice_log import NoticeLog
from notices.run import Clock, send_due
from notices.sending import send_by_apprise
from notices.settings import Receiver
from tests.notices.test_sending import ABOUT, LATE, RED, wanted
def send(receiver, message):
    if sys.argv[3] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    sent = send_by_apprise(receiver, message)
    if sys.argv[3] == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return sent
send_due([RED, LATE], wanted(Receiver("group", "群", sys.argv[2])), NoticeLog(open_ledger_engine(sys.argv[1])), ABOUT, send,
         Clock())
"""


def _process(log_at: Path, hook: Webhook, when: str) -> int:
    return subprocess.run([sys.executable, "-c", _RUN, f"sqlite:///{log_at}",
                           f"json://{hook.address}/", when], cwd=ROOT, env={**os.environ},
                          timeout=60, check=False).returncode


@pytest.mark.parametrize(("killed", "arrived"), [("before", 0), ("after", 1)])
@pytest.mark.long
def test_a_restart_after_a_crash_never_doubles_a_message(log: NoticeLog, tmp_path: Path,
                                                         hook: Webhook, killed: str,
                                                         arrived: int) -> None:
    assert _process(tmp_path / "ledger.sqlite", hook, killed) == -signal.SIGKILL
    assert _process(tmp_path / "ledger.sqlite", hook, "never") == 0
    assert len(hook.posts) == arrived
    assert log.interrupted() == 2


@pytest.mark.long
def test_two_runs_at_once_send_one_message_between_them(log: NoticeLog, tmp_path: Path,
                                                        hook: Webhook) -> None:
    runs = [subprocess.Popen([sys.executable, "-c", _RUN, f"sqlite:///{tmp_path / 'ledger.sqlite'}",
                              f"json://{hook.address}/", "never"], cwd=ROOT) for _ in range(2)]
    assert [run.wait(timeout=60) for run in runs] == [0, 0]
    told = "".join(body["message"] for _, body in hook.posts)
    assert (told.count(RED.text), told.count(LATE.text)) == (1, 1)
    assert log.interrupted() == 0


@pytest.mark.parametrize(("start", "end", "quiet"),
                         [("21:00", "08:00", {"21:00": True, "23:59": True, "07:59": True,
                                              "08:00": False, "20:59": False}),
                          ("12:00", "14:00", {"11:59": False, "12:00": True, "13:59": True,
                                              "14:00": False}),
                          ("00:00", "00:00", {"00:00": False, "12:00": False})])
def test_quiet_hours_run_over_midnight(start: str, end: str, quiet: dict[str, bool]) -> None:
    hours = Quiet(time.fromisoformat(start), time.fromisoformat(end))
    for moment, expected in quiet.items():
        assert hours.at(datetime.combine(NOW, time.fromisoformat(moment))) == expected


def test_addresses_never_show_when_settings_are_printed() -> None:
    assert "secret" not in repr(Receiver("a", "甲", "mailto://u:secret@host"))
