"""Without sign-in only this machine is served; to the network the server refuses to start, in one
sentence.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.access import site
from tests.fixtures import distinct_city

pytestmark = pytest.mark.browser

_WARNING = "未启用登录：能打开此网址的人都能看到全部数据"


@pytest.fixture
def city(tmp_path: Path) -> dict[str, str]:
    return distinct_city.write(tmp_path / "city")


def test_on_loopback_the_own_machine_sees_everything_without_a_warning(
        chromium: Browser, city: dict[str, str], tmp_path: Path) -> None:
    server, address = site.start_server(city, tmp_path)
    try:
        site.answers(f"{address}/_stcore/health", server)
        with site.visitor(chromium, address) as somebody:
            text = somebody.open("/overview")
            assert "沭阳" in text
            assert _WARNING not in text
    finally:
        server.stop()


@pytest.mark.parametrize("listen", ["0.0.0.0", "127.0.0.2"])
def test_beyond_loopback_without_sign_in_it_refuses_to_start(city: dict[str, str], tmp_path: Path,
                                                             listen: str) -> None:
    server, _ = site.start_server(city, tmp_path, extra=("--server.address", listen))
    assert server.process.wait(timeout=60) == 2
    said = server.said()
    assert "只对本机" in said
    assert "[auth]" in said
    assert "Traceback" not in said


def test_told_to_serve_openly_it_does_and_warns_on_every_page(
        chromium: Browser, city: dict[str, str], tmp_path: Path) -> None:
    server, address = site.start_server({**city, "LINGGONG_ALLOW_OPEN": "1"}, tmp_path,
                                        extra=("--server.address", "0.0.0.0"))
    try:
        site.answers(f"{address}/_stcore/health", server)
        with site.visitor(chromium, address) as somebody:
            text = somebody.open("/overview")
            assert _WARNING in text
            assert "沭阳" in text
        assert "警告" in server.said()
    finally:
        server.stop()


def test_the_plain_entry_shows_nothing_to_the_network_either(
        chromium: Browser, city: dict[str, str], tmp_path: Path) -> None:
    server, address = site.start_server(city, tmp_path, entry="dashboard.py",
                                        extra=("--server.address", "0.0.0.0"))
    try:
        site.answers(f"{address}/_stcore/health", server)
        with site.visitor(chromium, address) as somebody:
            somebody.open("/")
            text = somebody.settled()
            assert "未启用登录" in text
            assert "沭阳".encode() not in somebody.received()
    finally:
        server.stop()


@pytest.fixture
def ready_server(city: dict[str, str], tmp_path: Path) -> Iterator[str]:
    server, address = site.start_server(city, tmp_path)
    site.answers(f"{address}/_stcore/health", server)
    yield address
    server.stop()


def test_ready_answers_503_until_there_is_a_snapshot(city: dict[str, str],
                                                     ready_server: str) -> None:
    from tests.commands.running import process
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{ready_server}/ready", timeout=10)
    assert refused.value.code == 503
    refused.value.close()
    assert process("data_access", "ready", **city).returncode == 1
    assert process("data_access", "refresh", **city).returncode == 0
    with urllib.request.urlopen(f"{ready_server}/ready", timeout=10) as answer:
        assert answer.status == 200
        assert answer.read() == b'{"ready":true}'
        assert answer.headers["X-Frame-Options"] == "DENY"
    assert process("data_access", "ready", **city).returncode == 0


@pytest.mark.parametrize("secret", ["", "too-short", "openssl rand -hex 32 的输出"])
def test_with_a_secret_that_is_none_it_refuses_to_start(city: dict[str, str], tmp_path: Path,
                                                        secret: str) -> None:
    secrets = site.write_secrets(tmp_path, "http://127.0.0.1:9", "http://localhost:1")
    text = secrets.read_text(encoding="utf-8")
    good = next(line for line in text.splitlines() if line.startswith("cookie_secret"))
    secrets.write_text(text.replace(good, f'cookie_secret = "{secret}"'), encoding="utf-8")
    server, _ = site.start_server(city, tmp_path, secrets=secrets)
    assert server.process.wait(timeout=60) == 2
    assert "openssl rand -hex 32" in server.said()
    assert "Traceback" not in server.said()
