"""Which sign-ins are alive: when each was last used, and which were ended. One small file each, for
all processes.

A sign-in is one ID token (issuer, account, time of issue), not a browser: the cookie the framework
keeps outlives both the token and any idle limit, so what counts is decided here.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kpi.vocabulary import InputError

_KEPT_SECONDS = 31 * 86400  # longer than any cookie of the framework


class SignIn(StrEnum):
    """State of a sign-in: `NEW` has not been seen before, `OPEN` may go on, the others have to sign
    in again.
    """

    NEW = "new"
    OPEN = "open"
    EXPIRED = "expired"
    IDLE = "idle"
    ENDED = "ended"


@dataclass(frozen=True)
class SignIns:
    """The register in a data folder. `idle_seconds`: how long a sign-in lasts without activity."""

    folder: Path
    idle_seconds: int

    def state(self, claims: Mapping[str, Any], now: float | None = None) -> SignIn:
        """State of the sign-in behind an ID token's claims. A token without an expiry is not
        accepted.
        """
        moment = time.time() if now is None else now
        if not _number(claims.get("exp")) or moment >= float(claims["exp"]):
            return SignIn.EXPIRED
        path = self._path(claims)
        try:
            seen = path.stat()
        except FileNotFoundError:
            # a token issued long ago and never seen here is a cookie somebody kept
            return SignIn.NEW if moment - _issued(claims) <= self.idle_seconds else SignIn.IDLE
        if seen.st_size:
            return SignIn.ENDED
        return SignIn.OPEN if moment - seen.st_mtime <= self.idle_seconds else SignIn.IDLE

    def touch(self, claims: Mapping[str, Any], now: float | None = None) -> None:
        """Note activity. Raises InputError when the folder cannot be written."""
        moment = time.time() if now is None else now
        path = self._path(claims)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                self._forget(moment)
            path.touch()
            os.utime(path, (moment, moment))
        except OSError as error:
            raise InputError(f"登录登记写不进文件夹 {self.folder}（{error.strerror}）；请检查磁盘空间和权限。") from None

    def end(self, claims: Mapping[str, Any]) -> None:
        """Sign out: the token stays unusable even for somebody who kept a copy of the cookie."""
        self.touch(claims)
        self._path(claims).write_text("ended", encoding="ascii")

    def _path(self, claims: Mapping[str, Any]) -> Path:
        identity = "|".join(str(claims.get(name, "")) for name in ("iss", "sub", "iat"))
        return self.folder / hashlib.sha256(identity.encode()).hexdigest()[:40]

    def _forget(self, now: float) -> None:
        for path in self.folder.iterdir():
            if now - path.stat().st_mtime > _KEPT_SECONDS:
                path.unlink(missing_ok=True)


def sign_ins(data: Path, idle_minutes: int) -> SignIns:
    """The register of one data folder."""
    return SignIns(data / "sign-ins", idle_minutes * 60)


def _issued(claims: Mapping[str, Any]) -> float:
    return float(claims["iat"]) if _number(claims.get("iat")) else 0.0


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
