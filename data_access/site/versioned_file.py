"""A settings file changed by the program: swapped whole, and every version stored.

    <folder>/<digest>.toml   the file before and after every edit, as it was
    <folder>/edits.jsonl     who changed what into what, when and why, oldest first

The file stays what is in force: editing it by hand needs none of this.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import tomlkit

from data_access.site.toml_words import explained
from kpi.vocabulary import InputError

_EDITS = "edits.jsonl"


@dataclass(frozen=True)
class Edit:
    """One edit, as recorded. `before` and `after`: SHA-256 of the file."""

    at: datetime
    by: str
    before: str
    after: str
    reason: str


def digest_of(text: str) -> str:
    """The SHA-256 of a file with this text."""
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def in_words(text: str, name: str) -> Iterator[None]:
    """Turns what is wrong with a text's notation into a sentence about the file of that name."""
    try:
        yield
    except (tomllib.TOMLDecodeError, tomlkit.exceptions.ParseError):
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{name}格式有误，{explained(error, text)}；请改正该行后重试。") from None
        raise InputError(f"{name}的写法程序改不了；请直接编辑文件。") from None


@dataclass(frozen=True)
class VersionedFile:
    """`path`: the file. `folder`: where its versions are stored. `name`: what it is called in
    sentences (方案). `optional`: a missing file is an empty one. `instead`: what can be done where
    the program may not write it.
    """

    path: Path
    folder: Path
    name: str
    optional: bool = False
    instead: str = ""

    def text(self) -> str:
        """The file as it is. Raises InputError when it cannot be read."""
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError as error:
            if self.optional:
                return ""
            raise self._closed(error) from None
        except OSError as error:
            raise self._closed(error) from None
        except UnicodeDecodeError:
            raise InputError(
                f"配置文件 {self.path} 不是 UTF-8 编码；请用 UTF-8 另存后重试。") from None

    def replace(self, text: str, before: str, reason: str, by: str, at: datetime) -> Edit:
        """Put the text in the file's place, whole, and keep both. `before`: the digest of the file
        the edit was made on.

        Raises InputError where the file has changed since or nothing can be written; the file is
        then as it was.
        """
        try:
            with self._alone():
                now = self.text()
                if digest_of(now) != before:
                    raise InputError(
                        f"{self.name}文件在您打开这一页之后被改过；没有保存，请刷新页面，在新的内容上再改。"
                    )
                made = Edit(at, by, before, digest_of(text), reason)
                self._store(now)
                self._store(text)
                swap(self.path.resolve(), text.encode())
                self._note(made)
        except OSError as error:
            raise InputError(
                f"{self.name}文件写不进去（{error.strerror}）；没有保存。{self.instead}"
                f"请系统管理员按《部署》第 3 节允许程序改写 {self.path}。"
            ) from None
        return made

    def edits(self) -> tuple[Edit, ...]:
        """Every edit, the newest first. Raises InputError where the record cannot be read."""
        path = self.folder / _EDITS
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            records = [json.loads(line) for line in lines]
            made = [Edit(datetime.fromisoformat(one["at"]), one["by"], one["before"], one["after"],
                         one["reason"]) for one in records]
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError):
            raise InputError(
                f"{self.name}改动的记录 {path} 读不出来；请从备份恢复，{self.name}本身不受影响。") from None
        return tuple(reversed(made))

    def text_of(self, digest: str) -> str:
        """The file that had this digest. Raises InputError where it is not there or not what it
        was.
        """
        path = self.folder / f"{digest}.toml"
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        if (hashlib.sha256(content).hexdigest() != digest
                or not re.fullmatch(r"[0-9a-f]{64}", digest)):
            raise InputError(
                f"这一版{self.name}的文件 {path.name} 不见了或被改过；请从备份恢复 {self.folder.name} 文件夹。")
        return content.decode("utf-8-sig")

    def _closed(self, error: OSError) -> InputError:
        return InputError(f"配置文件 {self.path} 打不开（{error.strerror}）；请检查文件权限。")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".edits-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _store(self, text: str) -> None:
        path = self.folder / f"{digest_of(text)}.toml"
        if not path.exists():
            swap(path, text.encode())

    def _note(self, edit: Edit) -> None:
        line = json.dumps({**vars(edit), "at": edit.at.isoformat(timespec="seconds")},
                          ensure_ascii=False)
        with (self.folder / _EDITS).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())


def swap(path: Path, content: bytes) -> None:
    """The file with this content, whole or not at all; whose it is and who may read it stays.
    Raises OSError.
    """
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
            with suppress(OSError):  # only an administrator can give a file away
                os.chown(draft, path.stat().st_uid, path.stat().st_gid)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
