"""Keys that are personal data, taken over as a digest nobody can turn back without this site's own key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path
from typing import Any

from kpi.errors import InputError

KEY_FILE = "person.key"
_LENGTH = 32
# letters only, so that a digest never looks like a phone or ID number
_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")


class Hasher:
    """Digests with the key in the data folder, made on first use; the same key gives the same digest for a person."""

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self._key: bytes | None = None

    def digest(self, value: Any) -> str | None:
        """32 letters, None for none. However a number was typed – blanks, wide digits, a small x – it is the same."""
        if value is None:
            return None
        plain = "".join(unicodedata.normalize("NFKC", str(value)).split()).upper()
        made = hmac.new(self._secret(), plain.encode(), hashlib.sha256).hexdigest()[:_LENGTH]
        return made.encode().translate(_LETTERS).decode()

    def _secret(self) -> bytes:
        if self._key is None:
            self._key = secrets.token_bytes(_LENGTH) if self._data is None else _kept_key(self._data / KEY_FILE)
        return self._key


def _kept_key(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # two at once must not each make one
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(made, "wb") as file:
                file.write(secrets.token_bytes(_LENGTH))
        key = path.read_bytes()
    except OSError as error:
        raise InputError(f"密钥文件 {path} 读写不了（{error.strerror}）；请检查 LINGGONG_DATA 指向的文件夹和权限。") from None
    if len(key) != _LENGTH:
        raise InputError(f"密钥文件 {path} 已损坏；请从备份恢复，否则以前读入的人员编号对不上。")
    return key
