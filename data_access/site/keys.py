"""The site's own secret, and keys of people and cases shown only as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from kpi.vocabulary import InputError

_NAME = "site.key"
_SHOWN = 10


def site_key(data: Path) -> bytes:
    """The secret of this installation, made on first use and readable by its owner only. Raises
    InputError.
    """
    path = data / _NAME
    try:
        if not path.exists():
            data.mkdir(parents=True, exist_ok=True)
            _create(path)
        key = path.read_bytes()
    except OSError as error:
        raise InputError(f"站点密钥 {path} 读写不了（{error.strerror}）；请检查文件夹权限。") from None
    if len(key) < 32:
        raise InputError(f"站点密钥 {path} 不完整；请从备份恢复该文件。")
    return key


def keyed(key: bytes, text: str) -> str:
    """Ten letters that stand for `text` on this site and nowhere else; equal texts give equal
    letters.
    """
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_SHOWN]


def _create(path: Path) -> None:
    # written aside and linked, so that of two processes one wins and nobody reads a half-written
    # key
    draft = path.with_name(f".{_NAME}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(32))
        os.fsync(descriptor)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.close(descriptor)
        draft.unlink(missing_ok=True)
