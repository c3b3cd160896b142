"""A whole site on loopback: the real server, an identity provider, and people who sign in with a
real browser.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from secrets import token_hex as make_secret
from typing import Any

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from data_access.site.settings import ROOT
from tests.ports import free_port
from tests.programs import need

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync"]
_PATIENCE = 60_000

PEOPLE: dict[str, dict[str, Any]] = {
    "leader": {"sub": "leader", "name": "市领导甲", "roles": ["leaders"]},
    "county": {"sub": "county", "name": "区人社局", "roles": ["bureau-321302"]},
    "zone": {"sub": "zone", "name": "经开区", "roles": ["bureau-321371"]},
    "department": {"sub": "department", "name": "市农业农村局", "roles": ["bureau-farming"]},
    "staff": {"sub": "staff", "name": "办公室", "roles": ["office"]},
    "administrator": {"sub": "administrator", "email": "it@example.gov.cn", "roles": []},
    "stranger": {"sub": "stranger", "name": "<b>**路人**</b>", "roles": ["other-department"]},
}
ACCESS = """
[groups."leaders"]
roles = ["leader"]
[groups."office"]
roles = ["staff"]
[groups."bureau-321302"]
roles = ["county"]
divisions = ["321302"]
[groups."bureau-321371"]
roles = ["county"]
divisions = ["321371"]
[groups."bureau-farming"]
roles = ["department"]
departments = ["市农业农村局"]
[accounts."it@example.gov.cn"]
roles = ["administrator"]
"""


@dataclass
class Running:
    """A process of the site; its output is in `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=20)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def start(arguments: list[str], log: Path, environment: Mapping[str, str]) -> Running:
    """A process from the project's root with only the given LINGGONG_… variables."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("LINGGONG_", "STREAMLIT_"))}
    with log.open("wb") as output:
        return Running(subprocess.Popen(arguments, cwd=ROOT, env={**clean, **environment},
                                        stdout=output, stderr=subprocess.STDOUT), log)


def answers(url: str, running: Running) -> None:
    """Wait until the URL answers at all, or fail with what the process said."""
    for _ in range(600):
        if running.process.poll() is not None:
            raise AssertionError(f"ended with {running.process.returncode}: {running.said()}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            threading.Event().wait(0.1)
    raise AssertionError(f"{url} never answered: {running.said()}")


def start_server(environment: Mapping[str, str], folder: Path, *, secrets: Path | None = None,
                 port: int | None = None, entry: str = "server.py", extra: tuple[str, ...] = (),
                 under: tuple[str, ...] = ()) -> tuple[Running, str]:
    """The dashboard's server and its address. `under`: a command that runs the one that follows it.
    """
    port = port or free_port()
    none = folder / "none.toml"
    arguments = [*under, sys.executable, "-m", "streamlit", "run", entry, "--server.port",
                 str(port), "--browser.serverAddress", "localhost", "--secrets.files",
                 str(secrets or none), *extra]
    running = start(arguments, folder / f"server-{port}.log", environment)
    return running, f"http://localhost:{port}"


@contextmanager
def identity_provider(folder: Path, people: Mapping[str, Mapping[str, Any]],
                      *options: str) -> Iterator[str]:
    """An OpenID provider that knows these people; its address."""
    port = free_port()
    known = [part for claims in people.values() for part in ("--user-claims", json.dumps(claims))]
    running = start([sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p",
                     str(port), *known, *options], folder / f"provider-{port}.log", {})
    try:
        answers(f"http://localhost:{port}/.well-known/openid-configuration", running)
        yield f"http://localhost:{port}"
    finally:
        running.stop()


def write_secrets(folder: Path, provider: str, site: str, table: str | None = None) -> Path:
    """The [auth] part of secrets.toml for a site at the address `site`; `table` in place of an
    OpenID provider's.
    """
    path = folder / "secrets.toml"
    known = table if table is not None else f"""
[auth.site]
client_id = "linggong"
client_secret = "test"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
    path.write_text(f"""
[auth]
redirect_uri = "{site}/oauth2callback"
cookie_secret = "{make_secret(32)}"
{known}""", encoding="utf-8")
    return path


@contextmanager
def browser() -> Iterator[Browser]:
    need("chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """One person's browser with everything the server ever sent it over the websocket."""

    page: Page
    site: str
    frames: list[bytes] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str) -> str:
        """Go to an address of the site and wait until the page has settled; the text on it."""
        self.page.goto(f"{self.site}{path}", timeout=_PATIENCE)
        return self.settled()

    def settled(self) -> str:
        """The page's text once the script has finished running."""
        page = self.page
        page.wait_for_selector("[data-testid=stApp]", timeout=_PATIENCE)
        page.wait_for_selector(
            "[data-testid=stApp] .lg-notice, [data-testid=stApp] [data-testid=stElementContainer]",
            timeout=_PATIENCE, state="attached")
        quiet = 0
        for _ in range(600):
            page.wait_for_timeout(200)
            state = page.locator("[data-testid=stApp]").get_attribute("data-test-script-state")
            # between two runs, and before the first, the page is quiet for a moment too
            quiet = (
                quiet + 1
                if state == "notRunning" and page.locator("[data-testid=stSkeleton]").count() == 0
                else 0
            )
            if quiet == 3:
                break
        page.wait_for_timeout(600)
        return str(page.inner_text("body"))

    def sign_in(self, who: str) -> str:
        """From the sign-in card through the provider and back; the text of the page arrived at."""
        self.page.get_by_role("button", name="登录", exact=True).click(timeout=_PATIENCE)
        self.page.fill("input[name=sub]", who, timeout=_PATIENCE)
        self.page.locator("button[type=submit]").first.click()
        self.page.wait_for_url(f"{self.site}/**", timeout=_PATIENCE)
        return self.settled()

    def received(self) -> bytes:
        return b"".join(self.frames)


@contextmanager
def visitor(opened: Browser, site: str, **options: Any) -> Iterator[Visitor]:
    """A person with a browser of their own. Requests beyond loopback are stopped and noted."""
    context = opened.new_context(viewport={"width": 1600, "height": 900}, **options)
    page = context.new_page()
    visiting = Visitor(page, site)

    def listen(socket_: WebSocket) -> None:
        socket_.on("framereceived",
                   lambda data: visiting.frames.append(data if isinstance(data, bytes)
                                                       else data.encode()))
    page.on("websocket", listen)

    def outside(route: Any) -> None:
        if page.url.startswith(site):
            visiting.outside.append(route.request.url)
        route.abort()
    context.route(re.compile(r"^https?://(?!localhost[:/]|127\.0\.0\.1[:/])"), outside)
    try:
        yield visiting
    finally:
        context.close()


def holds(received: bytes, number: float) -> bool:
    """Whether a number is in what was sent: as digits, with separators, in 万, as a double, or in
    packed arrays.
    """
    received, arrays = _readable(received)
    whole = int(number)
    texts = (
        [repr(number)] if number != whole else [str(whole), f"{whole:,}", f"{whole / 10000:.2f}万"]
    )
    # digits inside longer digits are another number
    if any(text in received and re.search(rb"(?<![\d.,])" + re.escape(text) + rb"(?![\d]|,\d|\.\d)",
                                          received) for text in map(str.encode, texts)):
        return True
    packed = [struct.pack("<d", number), *([struct.pack("<q", whole)] if number == whole else [])]
    return any(pattern in part for pattern in packed for part in (received, *arrays))


@lru_cache(maxsize=4)
def _readable(received: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The bytes with the characters JSON may spell as \\u…, and the Base64 arrays of charts,
    decoded.

    Which characters a server spells so depends on the JSON library it has; what was sent does not.
    """
    plain = re.sub(rb"\\u([0-9a-fA-F]{4})", lambda escaped: chr(int(escaped[1], 16)).encode(
        "utf-8", "replace"), received)
    return plain, tuple(base64.b64decode(text + b"=" * (-len(text) % 4))
                        for text in re.findall(rb'"bdata"\s*:\s*"([A-Za-z0-9+/=]+?)"', plain))
