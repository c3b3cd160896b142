"""A number is recognised in what a server sent, however the server's JSON library spells it."""

from __future__ import annotations

import base64
import json
import struct

import pytest

from tests.access.site import holds

NUMBER = 1234567
# packed so that the Base64 text has the characters a careful library escapes
_PACKED = struct.pack("<3q", 0x3FFFFFFF_FFFFFFFF, NUMBER, -1)


def _spellings(chart: object) -> list[bytes]:
    """The same JSON as written plainly, in ASCII, and with every character escaped that HTML gives
    a meaning.
    """
    ascii_only = json.dumps(chart)
    return [json.dumps(chart, ensure_ascii=False).encode(), ascii_only.encode(),
            ascii_only.replace("/", "\\u002f").replace("<", "\\u003c").encode()]


@pytest.mark.parametrize("spelling", range(3))
@pytest.mark.parametrize("chart", [
    {"text": f"发布零工岗位{NUMBER}个"}, {"text": f"发布零工岗位{NUMBER:,}个"}, {"text": "发布零工岗位123.46万个"},
    {"bdata": base64.b64encode(_PACKED).decode(), "dtype": "i8"},
])
def test_a_number_is_recognised_in_every_spelling(chart: dict[str, str], spelling: int) -> None:
    sent = _spellings(chart)[spelling]
    assert holds(b"\x12\x07" + sent + b"\x00", NUMBER)
    assert not holds(b"\x12\x07" + sent + b"\x00", NUMBER + 100_000)
