"""Keys that are personal data, taken over as a digest nobody can turn back without this site's own
secret.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from pathlib import Path
from typing import Any

from data_access.site import site_key

_LENGTH = 32
# letters only, so that a digest never looks like a phone or ID number
_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")


class Hasher:
    """Digests with the site's secret; a person has the same one in every file. Without a data
    folder, one for this run.
    """

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self._key: bytes | None = None

    def digest(self, value: Any) -> str | None:
        """32 letters, None for none. However a number was typed – blanks, wide digits, a small x –
        it is the same.
        """
        if value is None:
            return None
        if self._key is None:
            self._key = secrets.token_bytes(_LENGTH) if self._data is None else site_key(self._data)
        plain = "".join(unicodedata.normalize("NFKC", str(value)).split()).upper()
        # what else the secret is used for gives other digests
        made = hmac.new(self._key, f"person {plain}".encode(), hashlib.sha256).hexdigest()[:_LENGTH]
        return made.encode().translate(_LETTERS).decode()
