"""Tokens of other systems for the HTTP interface: which system, which divisions, until when.

A token is shown once, when it is made. The file holds its SHA-256 only: the secret is 256 random
bits, so that nothing slower is needed to keep it from being guessed out of the file.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from kpi.scope import EVERYTHING, Scope
from kpi.vocabulary import InputError

LONGEST_DAYS = 366
USUAL_DAYS = 180
_PREFIX = "lgt"
_TOKEN = re.compile(rf"{_PREFIX}_([0-9a-f]{{8}})_([A-Za-z0-9_-]{{43}})")
_LONGEST_NAME = 60
_NOBODY = "0" * 64


class TokenState(StrEnum):
    """What a token presented is worth. `UNKNOWN`: none of ours, or with a wrong secret."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


STATE_NAMES = {TokenState.VALID: "有效", TokenState.EXPIRED: "已到期", TokenState.REVOKED: "已作废",
               TokenState.UNKNOWN: "不认识"}


@dataclass(frozen=True)
class Token:
    """One token. `divisions` empty: the whole city. `city`: in a province, the city's code.
    `expires`: the last valid day.
    """

    id: str
    system: str
    divisions: tuple[str, ...]
    city: str | None
    made: date
    expires: date
    digest: str
    revoked: date | None = None

    @property
    def scope(self) -> Scope:
        return Scope(False, tuple(sorted(self.divisions))) if self.divisions else EVERYTHING

    @property
    def label(self) -> str:
        """How the audit log names whoever uses it."""
        return f"接口:{self.system}（{self.id}）"

    def state(self, today: date) -> TokenState:
        if self.revoked is not None:
            return TokenState.REVOKED
        return TokenState.EXPIRED if today > self.expires else TokenState.VALID


@dataclass(frozen=True)
class Tokens:
    """The register in a data folder. Revoked and expired tokens stay listed. Safe for several
    processes.
    """

    path: Path

    def make(self, system: str, divisions: tuple[str, ...], expires: date, today: date,
             city: str | None = None) -> tuple[Token, str]:
        """A new token, and its text, which is not to be had again. Raises InputError on a name or
        day that will not do.
        """
        name = system.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise InputError(f"系统名称应为 1–{_LONGEST_NAME} 个可显示的字；请改正 --system。")
        if expires < today:
            raise InputError(f"有效期 {expires} 已经过去（今天是 {today}）；请改正 --until。")
        if not today <= expires <= today + timedelta(days=LONGEST_DAYS):
            raise InputError(f"有效期应在今天（{today}）起 {LONGEST_DAYS} 天之内，现为 {expires}；请改正。")
        with self._changing() as listed:
            text, token = _new(name, divisions, expires, today, city)
            while any(one.id == token.id for one in listed):
                text, token = _new(name, divisions, expires, today, city)
            listed.append(token)
        return token, text

    def revoke(self, identity: str, today: date) -> Token:
        """End a token at once. Raises InputError when there is none with this id, or it has ended
        already.
        """
        with self._changing() as listed:
            for place, token in enumerate(listed):
                if token.id == identity:
                    if token.revoked is not None:
                        raise InputError(f"令牌 {identity}（{token.system}）已于 {token.revoked} 作废。")
                    listed[place] = replace(token, revoked=today)
                    return listed[place]
            raise InputError(f"没有编号为 {identity} 的令牌；请用 token list 查看编号。")

    def listed(self) -> tuple[Token, ...]:
        """Every token, the oldest first. Raises InputError when the file cannot be read."""
        try:
            entries = json.loads(self.path.read_text(encoding="utf-8"))
            return tuple(_token(entry) for entry in entries)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise InputError(f"接口令牌文件 {self.path} 读不出来（{error.strerror}）；请检查文件权限。") from None
        except (ValueError, TypeError, KeyError):
            raise InputError(f"接口令牌文件 {self.path} 内容不完整；请从备份恢复，恢复前接口不可用。") from None

    def check(self, text: str, today: date) -> tuple[TokenState, Token | None]:
        """What a presented text is worth, and whose it is; None where that is not proved by its
        secret.
        """
        match = _TOKEN.fullmatch(text)
        if match is None:
            return TokenState.UNKNOWN, None
        token = next((one for one in self.listed() if one.id == match[1]), None)
        # compared also where there is nothing to compare with, so that the time taken says nothing
        right = hmac.compare_digest(_digest(text), _NOBODY if token is None else token.digest)
        return (
            (token.state(today), token)
            if right and token is not None
            else (TokenState.UNKNOWN, None)
        )

    @contextmanager
    def _changing(self) -> Iterator[list[Token]]:
        """The list to be changed, written back whole unless something is raised."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                listed = list(self.listed())
                yield listed
                self._write(listed)
        except OSError as error:
            raise InputError(f"接口令牌文件 {self.path} 写不进去（{error.strerror}）；请检查磁盘空间和权限。") from None

    def _write(self, listed: list[Token]) -> None:
        draft = self.path.with_name(f".{self.path.name}-{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump([_entry(one) for one in listed], file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self.path)
        finally:
            draft.unlink(missing_ok=True)


def tokens(data: Path) -> Tokens:
    """The register of one data folder."""
    return Tokens(data / "tokens.json")


def _new(system: str, divisions: tuple[str, ...], expires: date, today: date,
         city: str | None) -> tuple[str, Token]:
    identity = secrets.token_hex(4)
    text = f"{_PREFIX}_{identity}_{secrets.token_urlsafe(32)}"
    return text, Token(identity, system, divisions, city, today, expires, _digest(text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(token: Token) -> dict[str, object]:
    days = {name: None if (day := getattr(token, name)) is None else day.isoformat()
            for name in ("made", "expires", "revoked")}
    return {**asdict(token), "divisions": list(token.divisions), **days}


def _token(entry: dict[str, str | None]) -> Token:
    made, expires, revoked = (None if (text := entry[name]) is None else date.fromisoformat(text)
                              for name in ("made", "expires", "revoked"))
    digest, divisions = entry["digest"], entry["divisions"]
    # an entry that cannot be read must not become a wider one
    if (
        made is None
        or expires is None
        or not isinstance(divisions, list)
        or not isinstance(digest, str)
        or len(digest) != 64
    ):
        raise ValueError("incomplete")
    return Token(str(entry["id"]), str(entry["system"]), tuple(str(code) for code in divisions),
                 entry["city"], made, expires, digest, revoked)
