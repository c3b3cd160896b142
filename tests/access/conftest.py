"""One site with sign-in for all tests of this folder; people sign in once each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.access import site
from tests.access.site import ACCESS, PEOPLE, Running, Visitor
from tests.fixtures import distinct_city
from tests.ports import free_port


@dataclass
class Site:
    """A running site: its address, its provider's, its environment, its folder and its server."""

    address: str
    provider: str
    environment: dict[str, str]
    folder: Path
    secrets: Path
    server: Running


@pytest.fixture(scope="session")
def signed_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The distinct city behind sign-in."""
    folder = tmp_path_factory.mktemp("site")
    environment = distinct_city.write(folder / "city")
    Path(environment["LINGGONG_CONFIG"], "access.toml").write_text(ACCESS, encoding="utf-8")
    with site.identity_provider(folder, PEOPLE) as provider:
        port = free_port()
        secrets = site.write_secrets(folder, provider, f"http://localhost:{port}")
        server, address = site.start_server(environment, folder, secrets=secrets, port=port)
        try:
            site.answers(f"{address}/_stcore/health", server)
            yield Site(address, provider, environment, folder, secrets, server)
        finally:
            server.stop()


@pytest.fixture(scope="session")
def people(chromium: Browser, signed_site: Site) -> Iterator[dict[str, Visitor]]:
    """Everybody signed in, each in a browser of their own."""
    signed: dict[str, Visitor] = {}
    opened = []
    for who in PEOPLE:
        entered = site.visitor(chromium, signed_site.address)
        visiting = entered.__enter__()
        opened.append(entered)
        visiting.open("/")
        visiting.sign_in(who)
        signed[who] = visiting
    yield signed
    for entered in reversed(opened):
        entered.__exit__(None, None, None)
