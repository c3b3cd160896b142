"""A deep link waits for its browser while somebody signs in, once, and for nobody else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.accounts.links import KEPT_SECONDS, Link, browser_key, remember, take

_LINK = Link("county", {"division": "321322", "as_of": "2026-06-30"})


def _cookie(token: bytes) -> str:
    """The framework's cookie: version, mask, token under the mask, time – another mask every time.
    """
    mask = secrets.token_bytes(4)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(token))
    return f"2|{mask.hex()}|{masked.hex()}|1700000000"


def test_the_link_is_given_back_once(tmp_path: Path) -> None:
    remember(tmp_path, "browser", _LINK)
    assert take(tmp_path, "another") is None
    assert take(tmp_path, "browser") == _LINK
    assert take(tmp_path, "browser") is None


def test_a_link_older_than_a_sign_in_takes_is_dropped(tmp_path: Path) -> None:
    remember(tmp_path, "browser", _LINK)
    file = next((tmp_path / "links").iterdir())
    assert take(tmp_path, "browser", now=os.stat(file).st_mtime + KEPT_SECONDS + 1) is None


def test_the_browser_is_the_same_under_every_mask() -> None:
    token = secrets.token_bytes(16)
    assert browser_key(_cookie(token)) == browser_key(_cookie(token)) == token.hex()
    assert browser_key(_cookie(secrets.token_bytes(16))) != token.hex()


@pytest.mark.parametrize("cookie", ["", "x", "2|||", "2|zz|zz|1", "1|00|00|1",
                                    "2||00112233445566778899|1", "2|00|0011|1"])
def test_a_cookie_that_is_none_identifies_nobody(cookie: str) -> None:
    assert browser_key(cookie) == ""


def test_without_a_browser_or_with_an_endless_link_nothing_is_kept(tmp_path: Path) -> None:
    remember(tmp_path, "", _LINK)
    remember(tmp_path, "browser", Link("county", {"x": "y" * 5000}))
    assert take(tmp_path, "") is None
    assert take(tmp_path, "browser") is None


@given(st.text(max_size=60))
def test_any_cookie_text_is_answered(text: str) -> None:
    assert isinstance(browser_key(text), str)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"page": 1}', '{"page": "a", "params": 3}'])
def test_a_spoilt_file_is_no_link(tmp_path: Path, content: str) -> None:
    remember(tmp_path, "browser", _LINK)
    next((tmp_path / "links").iterdir()).write_text(content)
    assert take(tmp_path, "browser") is None
