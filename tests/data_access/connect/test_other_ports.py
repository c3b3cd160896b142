"""Ports where something else than a database listens: one true sentence, and no endless wait."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from data_access.connect import sources
from data_access.connect.limits import SourceUnavailableError
from data_access.connect.sources import open_engine, reading

URLS = {
    "postgresql": "postgresql+psycopg://reader:Geheim-1@127.0.0.1:{}/gig",
    "mysql": "mysql+pymysql://reader:Geheim-1@127.0.0.1:{}/gig",
}
GREETINGS = {"closes": b"", "ssh": b"SSH-2.0-OpenSSH_9.2\r\n", "garbage": bytes(range(200, 256)) * 9}


@contextmanager
def listening(greeting: bytes | None) -> Iterator[int]:
    """A port that greets so and closes; None: that takes every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as taken:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line = taken.enter_context(server.accept()[0])
                    if greeting is not None:
                        # a client that has gone already must not end the server
                        with suppress(OSError):
                            line.sendall(greeting)
                            line.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()  # a connection it is just taking is closed too


def _refusal(url: str) -> str:
    engine = open_engine("suzhaohuo", url)
    with pytest.raises(SourceUnavailableError) as caught, reading("suzhaohuo", engine):
        pass
    engine.dispose()
    sentence = str(caught.value)
    assert sentence.count("。") == 1
    assert "Geheim" not in sentence
    return sentence


@pytest.mark.parametrize("greeting", GREETINGS)
@pytest.mark.parametrize("make", URLS)
def test_something_else_on_the_port_is_not_taken_for_a_wrong_password_or_a_silent_host(
    make: str, greeting: str
) -> None:
    with listening(GREETINGS[greeting]) as port:
        assert "连不上：端口有应答" in _refusal(URLS[make].format(port))


@pytest.mark.parametrize("make", URLS)
def test_a_port_that_says_nothing_is_given_up(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(sources, "LOGIN_SECONDS", 0.2)
    with listening(None) as port:
        assert "端口有应答，但等不到这种数据库的回答" in _refusal(URLS[make].format(port))


@pytest.mark.parametrize("make", URLS)
def test_a_port_without_anything_is_named_with_its_number(make: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sentence = _refusal(URLS[make].format(port))
    assert "主机在，但端口上没有数据库" in sentence
    assert f"现为 {port}" in sentence


def test_a_login_the_driver_cannot_write_and_a_wrong_value_are_named() -> None:
    with listening(b"") as port:
        url = f"mysql+pymysql://reader:口令一@127.0.0.1:{port}/gig"
        assert "有汉字或全角字符" in _refusal(url)
        url = URLS["postgresql"].format(port)
        assert "参数 sslmode 的值不对" in _refusal(f"{url}?sslmode=yes")
        assert "不认识参数 sslmod；" in _refusal(f"{url}?sslmod=require")
