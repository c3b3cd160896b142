"""The audit log: who did what, when, from where, on what, with which result. Append-only, chained,
kept.

One file a month in `<data>/audit/`, one JSON record a line. Every record holds the hash of the one
before it, so a changed, removed or inserted line breaks the chain; `HEAD` holds the newest record's
number and hash, so a cut tail shows too. Whoever may write to the folder can cut the tail and
rewrite HEAD, or write the whole chain anew: that shows only against anchors outside the folder.
Months older than the retention are packed into `archive/`, never deleted, and are verified like the
others.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kpi.vocabulary import InputError

START = "0" * 64
_LONGEST = 300
_log = logging.getLogger(__name__)
_PATTERN = "audit-????-??.jsonl"


class Action(StrEnum):
    """What is recorded."""

    SIGN_IN = "sign_in"
    REFUSED = "refused"
    EXPORT = "export"
    FREEZE = "freeze"
    REFRESH = "refresh"
    LEDGER = "ledger"
    NOTED = "noted"
    SHELVED = "shelved"
    ACCESS_CHANGED = "access_changed"
    REPAIRED = "repaired"
    ACCEPT = "accept"
    DECLINE = "decline"
    TOKEN = "token"
    PLAN = "plan"
    SOURCES = "sources"
    HAND_IN = "hand_in"


ACTION_NAMES = {
    Action.SIGN_IN: "登录",
    Action.REFUSED: "拒绝",
    Action.EXPORT: "导出",
    Action.FREEZE: "定稿",
    Action.REFRESH: "刷新数据",
    Action.LEDGER: "督办登记",
    Action.NOTED: "预警确认",
    Action.SHELVED: "预警搁置",
    Action.ACCESS_CHANGED: "权限变更",
    Action.REPAIRED: "日志修复",
    Action.ACCEPT: "接受待核实数据",
    Action.DECLINE: "暂不采用待核实数据",
    Action.TOKEN: "接口令牌",
    Action.PLAN: "修改方案",
    Action.SOURCES: "接入数据",
    Action.HAND_IN: "报送台账",
}


@dataclass(frozen=True)
class Record:
    """One entry. `time` is ISO with its offset; `previous` is the hash of the entry before, `START`
    for the first.
    """

    number: int
    time: str
    account: str
    address: str
    action: str
    object: str
    result: str
    previous: str
    hash: str = ""

    def digest(self) -> str:
        """SHA-256 over every other field in a fixed form."""
        return hashlib.sha256(_json({**vars(self), "hash": ""}).encode()).hexdigest()

    def line(self) -> bytes:
        return _json(vars(self)).encode() + b"\n"


@dataclass(frozen=True)
class Verdict:
    """`broken`: one sentence about the first break, None when the chain holds from its first record
    to HEAD.
    """

    records: int
    broken: str | None


class Anchor(Protocol):
    """A place outside the folder. `name` in messages; `noted`: what is remembered there, (record
    number, hash).
    """

    @property
    def name(self) -> str: ...

    def note(self, record: Record) -> None:
        """Remember that the record was written."""

    def noted(self) -> Iterable[tuple[int, str]]: ...


@dataclass(frozen=True)
class AuditLog:
    """The log of one data folder. Safe for several processes: writers take turns on a lock file."""

    folder: Path
    months: int = 12
    anchors: tuple[Anchor, ...] = ()

    def append(self, action: Action, *, account: str, address: str, object: str, result: str,
               now: datetime | None = None) -> Record:
        """Write one record and wait until it is on the disk. Raises InputError when it cannot be
        written.
        """
        when = (now or datetime.now(UTC)).astimezone()
        with self._locked():
            torn = self._drop_torn_line()
            if torn:
                self._write(when, Action.REPAIRED, "system", "", f"未写完的一行（{torn} 字节）", "已去除")
            record = self._write(when, action, account, address, object, result)
            self._archive(when)
        for anchor in self.anchors:
            try:
                anchor.note(record)
            except (InputError, OSError) as error:
                _log.warning("audit head not noted in %s: %s", anchor.name, error)
        return record

    def records(self) -> Iterator[Record]:
        """Every record, oldest first, archived months included. Raises InputError on a line that is
        none.
        """
        for path in self._files():
            for number, line in enumerate(_lines(path), start=1):
                yield _record(line, path, number)

    def latest(self, count: int) -> list[Record]:
        """The newest records, newest first."""
        records: list[Record] = []
        for path in reversed(self._files()):
            month = [_record(line, path, number)
                     for number, line in enumerate(_lines(path), start=1)]
            records += reversed(month)
            if len(records) >= count:
                break
        return records[:count]

    def verify(self) -> Verdict:
        """Walk the whole chain and compare it with HEAD, with the anchors, and with the sign-ins
        that must be in it.
        """
        number, previous, before = 0, START, (0, START)
        anchored = self._anchored()
        try:
            for record in self.records():
                if (
                    record.hash != record.digest()
                    or record.previous != previous
                    or record.number != number + 1
                ):
                    return Verdict(number, f"第 {number + 1} 条起链条断开：记录被改动、插入或删除（{record.time}）。")
                for place, digest in anchored.pop(record.number, ()):
                    if digest != record.hash:
                        return Verdict(number,
                                       f"第 {record.number} 条与{place}中留存的不同：日志被改写（{record.time}）。")
                before, number, previous = (number, previous), record.number, record.hash
        except InputError as error:
            return Verdict(number, str(error))
        if anchored:
            place = anchored[max(anchored)][0][0]
            return Verdict(number, f"日志缺少记录：{place}中留存有第 {max(anchored)} 条，日志只到第 {number} 条。")
        if number == 0 and any((self.folder.parent / "sign-ins").glob("*")):
            return Verdict(0, "审计日志不见了：有人登录过，日志中却没有任何记录。")
        # a crash between a line and HEAD leaves HEAD one behind, at the very record before
        if self._head() not in ((number, previous), before):
            return Verdict(number, f"日志末尾缺少记录：应有 {self._head()[0]} 条，只剩 {number} 条。")
        return Verdict(number, None)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (self.folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise InputError(f"审计日志写不进文件夹 {self.folder}（{error.strerror}）；为保证留痕，操作未执行，"
                             "请检查磁盘空间和权限。") from None

    def _write(self, when: datetime, action: Action, account: str, address: str, object_: str,
               result: str) -> Record:
        number, previous = self._end()
        draft = Record(number + 1, when.isoformat(timespec="milliseconds"), account[:_LONGEST],
                       address[:_LONGEST], action.value, object_[:_LONGEST], result[:_LONGEST],
                       previous)
        record = Record(**{**vars(draft), "hash": draft.digest()})
        path = self._month(when)
        size = path.stat().st_size if path.exists() else None
        try:
            with path.open("ab") as file:
                file.write(record.line())
                file.flush()
                os.fsync(file.fileno())
            self._set_head(record)
        except OSError:
            _roll_back(path, size)
            raise
        return record

    def _anchored(self) -> dict[int, list[tuple[str, str]]]:
        """What the anchors hold: record number → (name of the place, hash). One that cannot be read
        raises InputError.
        """
        result: dict[int, list[tuple[str, str]]] = {}
        for anchor in self.anchors:
            try:
                for number, digest in anchor.noted():
                    result.setdefault(number, []).append((anchor.name, digest))
            except OSError as error:
                raise InputError(f"审计日志的锚点{anchor.name}读不出来（{error.strerror}）；请检查后重新核对。") from None
        return result

    def _month(self, when: datetime) -> Path:
        """The file of the month; never one before the newest, or a clock set back would write into
        the past.
        """
        live = sorted(self.folder.glob(_PATTERN))
        return max([self.folder / f"audit-{when:%Y-%m}.jsonl", *live[-1:]])

    def _end(self) -> tuple[int, str]:
        """Number and hash a new record follows: the last line, or HEAD where lines after it are
        missing.
        """
        live = sorted(self.folder.glob(_PATTERN))
        last = _last_line(live[-1]) if live else None
        head = self._head()
        if last is None:
            return head
        try:
            record = _record(last, live[-1], 0)
        except InputError:
            return head
        return max(head, (record.number, record.hash))

    def _head(self) -> tuple[int, str]:
        try:
            number, digest = (self.folder / "HEAD").read_text(encoding="ascii").split()
            return int(number), digest
        except FileNotFoundError:
            return 0, START
        except (OSError, ValueError):
            return -1, ""

    def _set_head(self, record: Record) -> None:
        draft = self.folder / f".HEAD-{os.getpid()}"
        try:
            draft.write_text(f"{record.number} {record.hash}", encoding="ascii")
            os.replace(draft, self.folder / "HEAD")
        finally:
            draft.unlink(missing_ok=True)

    def _drop_torn_line(self) -> int:
        """Cut what a crash left of an unfinished line, so that the next record stands on its own.
        Bytes dropped.
        """
        live = sorted(self.folder.glob(_PATTERN))
        if not live or not (content := live[-1].read_bytes()[-65536:]) or content.endswith(b"\n"):
            return 0
        torn = len(content) - (content.rfind(b"\n") + 1)
        with live[-1].open("r+b") as file:
            file.truncate(live[-1].stat().st_size - torn)
        return torn

    def _archive(self, now: datetime) -> None:
        """Pack months older than the retention. A month stays at hand until its copy is safely
        written.
        """
        oldest = now.year * 12 + now.month - 1 - self.months
        for path in sorted(self.folder.glob(_PATTERN)):
            year, month = path.stem.removeprefix("audit-").split("-")
            if int(year) * 12 + int(month) - 1 < oldest:
                self._pack(path)

    def _pack(self, path: Path) -> None:
        archive = self.folder / "archive"
        archive.mkdir(exist_ok=True, mode=0o700)
        draft = archive / f".{path.name}.gz"
        with draft.open("wb") as file:
            file.write(gzip.compress(path.read_bytes(), mtime=0))
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, archive / f"{path.name}.gz")
        path.unlink()

    def _files(self) -> list[Path]:
        """Archived and live months by name; a month in both places (a crash while packing) counts
        once, live.
        """
        live = {path.name: path for path in self.folder.glob(_PATTERN)}
        packed = {path.name.removesuffix(".gz"): path for path in (self.folder / "archive").glob(
            f"{_PATTERN}.gz")}
        return [{**packed, **live}[name] for name in sorted({**packed, **live})]


def audit_log(data: Path, months: int = 12) -> AuditLog:
    """The audit log in a data folder."""
    return AuditLog(data / "audit", months)


def _roll_back(path: Path, size: int | None) -> None:
    """Take back a record that was written only half: neither the line nor HEAD may stand alone."""
    with suppress(OSError):
        if size is None:
            path.unlink(missing_ok=True)
        else:
            os.truncate(path, size)


def _lines(path: Path) -> list[bytes]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return content.splitlines()


def _last_line(path: Path) -> bytes | None:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65536))
        lines = file.read().splitlines()
    return lines[-1] if lines else None


def _record(line: bytes, path: Path, number: int) -> Record:
    try:
        fields = json.loads(line)
        return Record(**fields)
    except (ValueError, TypeError):
        raise InputError(f"审计日志 {path.name} 第 {number} 行不是完整的记录；该处可能被改动，请立即报告信息安全负责人。") from None


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
