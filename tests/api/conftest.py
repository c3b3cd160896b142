"""The distinct city behind the interface, in this process: no server, the same routes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from components.api import Interface
from data_access.accounts.tokens import Tokens, tokens
from data_access.running import token_day
from data_access.site import load_settings
from data_access.snapshots.refresh import refresh
from tests.fixtures import distinct_city


@dataclass
class Asking:
    """The interface of a process: ask it as a system would."""

    interface: Interface
    register: Tokens
    data: Path

    def token(self, *divisions: str, days: int = 30) -> str:
        today = token_day()
        return self.register.make("测试系统", divisions, today + timedelta(days=days), today)[1]

    def get(self, path: str, token: str | None = None, method: str = "GET",
            **headers: str | bytes) -> httpx.Response:
        """`path` below /api/v1/, unless it begins with a slash."""
        given: dict[str, str | bytes] = (
            {"Authorization": f"Bearer {token}"} if token is not None else {}
        )
        address = path if path.startswith("/") else f"/api/v1/{path}"
        # in a thread of its own: a browser's driver may run an event loop in this one
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._ask(method, address,
                                                        {**given, **headers})).result()

    async def _ask(self, method: str, address: str,
                   headers: dict[str, str | bytes]) -> httpx.Response:
        app = Starlette(routes=[Route("/api/{rest:path}", self.interface)])
        transport: Any = httpx.ASGITransport(app=app, client=("10.0.0.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            coded = {name: value if isinstance(value, bytes) else value.encode()
                     for name, value in headers.items()}
            return await client.request(method, address,
                                        headers={name.encode(): value
                                                 for name, value in coded.items()})


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The distinct city, read once; its environment."""
    environment = distinct_city.write(tmp_path_factory.mktemp("interface"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        refresh(load_settings(), now=datetime.combine(distinct_city.READ_ON, time(8, 30)))
    return environment


@pytest.fixture
def asking(city: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Asking:
    """A fresh interface of that city, no request counted yet."""
    for name, value in city.items():
        monkeypatch.setenv(name, value)
    data = Path(city["LINGGONG_DATA"])
    return Asking(Interface(), tokens(data), data)


@pytest.fixture
def command(city: dict[str, str], monkeypatch: pytest.MonkeyPatch,
            capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs `python -m reports` in the same city; what it prints."""
    for name, value in city.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        from reports.__main__ import main

        capsys.readouterr()
        assert main(list(arguments)) == 0
        return capsys.readouterr().out

    return run
