"""The audit log: nothing in it can be changed, removed or cut without being seen; several processes
may write.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from data_access.accounts.audit import Action, AuditLog, audit_log
from data_access.site.settings import ROOT
from kpi.vocabulary.errors import InputError
from tests.commands.running import command, process, said_in_one_line


def _entry(log: AuditLog, what: str, now: datetime | None = None) -> None:
    log.append(Action.EXPORT, account="li@example.gov.cn", address="10.0.0.7", object=what,
               result="成功", now=now)


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = audit_log(tmp_path)
    for number in range(5):
        _entry(made, f"报表{number}", datetime(2026, 10, 1 + number, 9))
    return made


def _file(log: AuditLog) -> Path:
    return log.folder / "audit-2026-10.jsonl"


def _replace_text(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("报表2", "报表9"), encoding="utf-8")


def _rewrite_with_new_hash(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    fields = json.loads(lines[2])
    from data_access.accounts.audit import Record
    changed = Record(**{**fields, "account": "someone else"})
    lines[2] = Record(**{**vars(changed), "hash": changed.digest()}).line().decode().strip()
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _remove_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))


def _swap_lines(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[2], lines[1], *lines[3:]]))


def _insert_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], lines[2], *lines[3:]]))


def _cut_tail(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _remove(path: Path) -> None:
    path.unlink()


def _garbage(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"\xff\xfe nonsense\n", *lines[2:]]))


def test_an_untouched_log_verifies_and_reads_back(log: AuditLog) -> None:
    assert log.verify() == type(log.verify())(5, None)
    assert [record.object for record in log.latest(2)] == ["报表4", "报表3"]
    first = next(log.records())
    assert (first.account, first.address, first.action) == ("li@example.gov.cn", "10.0.0.7",
                                                            "export")
    assert first.time.startswith("2026-10-01T09:00:00")


@pytest.mark.parametrize("tamper", [_replace_text, _rewrite_with_new_hash, _remove_line,
                                    _swap_lines, _insert_line, _cut_tail, _empty, _remove,
                                    _garbage])
def test_any_tampering_is_seen(log: AuditLog, tamper: Callable[[Path], None]) -> None:
    tamper(_file(log))
    assert log.verify().broken is not None


@pytest.mark.parametrize("tamper", [_replace_text, _remove_line, _cut_tail, _empty, _remove])
def test_writing_on_after_tampering_does_not_heal_the_chain(log: AuditLog,
                                                            tamper: Callable[[Path], None]) -> None:
    tamper(_file(log))
    _entry(log, "later", datetime(2026, 10, 30))
    assert log.verify().broken is not None


def test_a_line_a_crash_left_unfinished_is_cut_and_said(log: AuditLog) -> None:
    with _file(log).open("ab") as file:
        file.write(b'{"number":6,"time":"2026')
    _entry(log, "next", datetime(2026, 10, 30))
    assert log.verify().broken is None
    assert [record.action for record in log.latest(2)] == ["export", "repaired"]


def test_a_record_whose_end_was_not_noted_before_a_crash_still_counts(log: AuditLog) -> None:
    before = (log.folder / "HEAD").read_text()
    _entry(log, "written", datetime(2026, 10, 30))
    (log.folder / "HEAD").write_text(before)  # as if the power had gone between the two writes
    _entry(log, "next", datetime(2026, 10, 30))
    assert log.verify() == type(log.verify())(7, None)


def test_months_older_than_the_retention_are_packed_and_stay_readable(tmp_path: Path) -> None:
    log = audit_log(tmp_path, months=6)
    for month in (1, 2, 3, 9):
        _entry(log, f"{month}月", datetime(2026, month, 15))
    assert {path.name for path in log.folder.glob("audit-*.jsonl")} == {
        "audit-2026-03.jsonl", "audit-2026-09.jsonl"}
    assert {path.name for path in (log.folder / "archive").iterdir()} == {
        "audit-2026-01.jsonl.gz", "audit-2026-02.jsonl.gz"}
    assert [record.object for record in log.records()] == ["1月", "2月", "3月", "9月"]
    assert log.verify().broken is None


def test_tampering_with_a_packed_month_is_seen(tmp_path: Path) -> None:
    log = audit_log(tmp_path, months=6)
    for month in (1, 9):
        _entry(log, f"{month}月", datetime(2026, month, 15))
    packed = log.folder / "archive" / "audit-2026-01.jsonl.gz"
    packed.write_bytes(gzip.compress(gzip.decompress(packed.read_bytes()).replace(
        "1月".encode(), "2月".encode())))
    assert log.verify().broken is not None


def test_a_clock_set_back_does_not_break_the_chain(log: AuditLog) -> None:
    _entry(log, "earlier", datetime(2026, 8, 1))
    _entry(log, "later", datetime(2026, 11, 1))
    assert log.verify() == type(log.verify())(7, None)


def test_line_breaks_and_quotes_in_a_name_stay_inside_their_record(log: AuditLog) -> None:
    log.append(Action.REFUSED, account='a"\n{"number":1}', address="\r\n", object="x" * 5000,
               result="", now=datetime(2026, 10, 30))
    newest = log.latest(1)[0]
    assert newest.account == 'a"\n{"number":1}'
    assert len(newest.object) == 300
    assert log.verify().broken is None


_WRITER = """
import sys
from pathlib import Path
from data_access.accounts.audit import Action, audit_log
log = audit_log(Path(sys.argv[1]))
for number in range(40):
    log.append(Action.EXPORT, account=sys.argv[2], address="", object=str(number), result="")
"""


@pytest.mark.long
def test_four_processes_at_once_make_one_unbroken_chain(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), f"w{number}"],
                                cwd=ROOT) for number in range(4)]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 4
    log = audit_log(tmp_path)
    assert log.verify() == type(log.verify())(160, None)
    for name in ("w0", "w1", "w2", "w3"):
        assert [record.object for record in log.records() if record.account == name] == [
            str(n) for n in range(40)]


def test_an_action_that_cannot_be_recorded_is_refused(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    with pytest.raises(InputError, match="操作未执行"):
        _entry(audit_log(tmp_path), "报表")


def test_the_commands_verify_and_show_and_fail_on_a_break(tmp_path: Path) -> None:
    log = audit_log(tmp_path)
    _entry(log, "报表一")
    environment = {"LINGGONG_DATA": str(tmp_path)}
    verified = command("data_access", "audit", "verify", **environment)
    assert (verified.returncode, "1 条记录" in verified.stdout) == (0, True)
    shown = command("data_access", "audit", "show", "--last", "3", **environment)
    assert "报表一" in shown.stdout
    assert "li@example.gov.cn" in shown.stdout
    path = next(log.folder.glob("audit-*.jsonl"))
    path.write_text(path.read_text(encoding="utf-8").replace("报表一", "报表二"), encoding="utf-8")
    assert "第 1 条" in said_in_one_line(process("data_access", "audit", "verify", **environment))
