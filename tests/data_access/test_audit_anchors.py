"""The end of the audit log outside its folder; a full disk; and a log that is not there."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from data_access.accounts.access import AccessRules
from data_access.accounts.anchors import FileAnchor, LedgerAnchor, audit_log_of
from data_access.accounts.audit import Action, AuditLog, Record
from data_access.ledger.store import Ledger
from data_access.site.settings import Settings
from kpi.vocabulary.errors import InputError


def _append(log: AuditLog, what: str = "x") -> Record:
    return log.append(Action.EXPORT, account="a", address="", object=what, result="下载")


def _rewrite(log: AuditLog, count: int) -> None:
    """The folder anew with so many records of its own, as whoever may write there can do."""
    shutil.rmtree(log.folder)
    forged = AuditLog(log.folder)
    for _ in range(count):
        _append(forged, "forged")


@pytest.fixture
def anchored(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "audit", anchors=(FileAnchor(tmp_path / "elsewhere.txt"),))


@pytest.mark.parametrize("writing", ["line", "head"])
def test_a_disk_that_is_full_leaves_nothing_of_the_record(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writing: str) -> None:
    log = AuditLog(tmp_path / "audit")
    _append(log)
    before = {path.name: path.read_bytes() for path in log.folder.iterdir()}

    def full(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync" if writing == "line" else "replace", full)
        with pytest.raises(InputError, match="操作未执行"):
            _append(log, "not done")
    assert {path.name: path.read_bytes() for path in log.folder.iterdir()} == before
    _append(log)
    assert log.verify().broken is None
    assert [record.object for record in log.records()] == ["x", "x"]


def test_a_process_that_dies_between_line_and_head_raises_no_alarm(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")
    _append(log)
    head = (log.folder / "HEAD").read_bytes()
    _append(log)
    (log.folder / "HEAD").write_bytes(head)
    assert log.verify().broken is None
    _append(log)
    assert log.verify().broken is None
    assert log.verify().records == 3


def test_a_tail_cut_together_with_head_shows_against_the_anchor(tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    (tmp_path / "ledger.sqlite").touch()
    log = AuditLog(tmp_path / "audit", anchors=(LedgerAnchor(ledger),))
    for _ in range(3):
        _append(log)
    (live,) = log.folder.glob("audit-*.jsonl")
    lines = live.read_bytes().splitlines(keepends=True)[:2]
    live.write_bytes(b"".join(lines))
    last = json.loads(lines[-1])
    (log.folder / "HEAD").write_text(f"2 {last['hash']}", encoding="ascii")
    assert AuditLog(log.folder).verify().broken is None  # without an anchor nothing shows
    assert log.verify().broken == "日志缺少记录：台账数据库中留存有第 3 条，日志只到第 2 条。"


def test_a_log_written_anew_shows_against_the_anchor(anchored: AuditLog) -> None:
    for _ in range(3):
        _append(anchored)
    _rewrite(anchored, 3)
    assert AuditLog(anchored.folder).verify().broken is None
    assert "第 1 条与文件" in str(anchored.verify().broken)


def test_a_folder_that_is_gone_shows_against_the_anchor_and_beside_sign_ins(
        anchored: AuditLog) -> None:
    _append(anchored)
    shutil.rmtree(anchored.folder)
    assert "日志缺少记录" in str(anchored.verify().broken)
    bare = AuditLog(anchored.folder)
    assert bare.verify().broken is None
    (bare.folder.parent / "sign-ins").mkdir()
    (bare.folder.parent / "sign-ins" / "someone").touch()
    assert "审计日志不见了" in str(bare.verify().broken)


def test_the_file_gets_a_line_a_day(anchored: AuditLog, tmp_path: Path) -> None:
    from datetime import UTC, datetime
    for day, hour in ((1, 8), (1, 9), (2, 8)):
        anchored.append(Action.EXPORT, account="a", address="", object="x", result="下载",
                        now=datetime(2026, 3, day, hour, tzinfo=UTC))
    lines = (tmp_path / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split()[2] for line in lines] == ["1", "3"]
    assert anchored.verify().broken is None


def test_an_anchor_that_cannot_be_written_keeps_nothing_from_being_recorded(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit",
                   anchors=(FileAnchor(tmp_path / "no" / "such" / "folder.txt"),))
    _append(log)
    assert log.verify() == type(log.verify())(1, None)


def test_the_log_in_force_is_anchored_in_the_ledger_and_leaves_the_ledger_as_it_is(
        tmp_path: Path) -> None:
    settings = Settings(tmp_path / "config", tmp_path / "var", {})
    ledger = Ledger.open(settings)
    revision = ledger.revision()
    log = audit_log_of(settings, AccessRules())
    _append(log)
    assert ledger.revision() == revision
    ledger.close()
    shutil.rmtree(log.folder)
    assert "台账数据库中留存有第 1 条" in str(log.verify().broken)
    Ledger.open(settings).close()


def test_where_no_ledger_is_kept_none_is_begun(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "config", tmp_path / "var", {})
    _append(audit_log_of(settings, AccessRules()))
    assert list((tmp_path / "var").glob("*.sqlite")) == []
