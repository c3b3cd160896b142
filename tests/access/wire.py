"""The site behind sign-in without a browser and without a provider: tabs with cookies signed as the
site signs them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from benchmarks.streamlit_client import Session
from data_access.accounts.sign_ins import sign_ins
from tests.access import site
from tests.access.site import ACCESS, PEOPLE, Running
from tests.deploy.proxy import certificate, start_nginx
from tests.fixtures import distinct_city

Done = TypeVar("Done")
_COUNT = itertools.count()


@dataclass
class Wired:
    """A running site. `claims` of the sign-ins made, by name."""

    address: str
    server: Running
    environment: dict[str, str]
    secret: str
    tls: ssl.SSLContext | None = None

    @property
    def data(self) -> Path:
        return Path(self.environment["LINGGONG_DATA"])

    @property
    def access_file(self) -> Path:
        return Path(self.environment["LINGGONG_CONFIG"], "access.toml")

    def claims(self, who: str) -> dict[str, Any]:
        """A new sign-in of one of `PEOPLE`."""
        now = int(time.time())
        return {**PEOPLE[who], "iss": f"test-{next(_COUNT)}", "iat": now, "exp": now + 3600}

    def cookie(self, claims: dict[str, Any]) -> str:
        content = json.dumps({**claims, "origin": self.address, "is_logged_in": True,
                              "provider": "site"})
        return f"_streamlit_user={create_signed_value(self.secret, '_streamlit_user', content).decode()}"

    async def tab(self, claims: dict[str, Any] | None, path: str = "/", query: str = "") -> Session:
        headers = {} if claims is None else {"Cookie": self.cookie(claims)}
        return await Session.open(self.address, path, query, headers=headers, tls=self.tls)

    def end(self, claims: dict[str, Any]) -> None:
        """What signing out does at the server."""
        sign_ins(self.data, 30).end(claims)

    def threads(self) -> int:
        status = Path(f"/proc/{self.server.process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines()
                        if line.startswith("Threads:")).split()[1])

    def memory(self) -> int:
        """Megabytes the server holds."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[
            1]) // 1024


@contextmanager
def wired(folder: Path, *, nginx: bool = False, under: tuple[str, ...] = (),
          sign_in: str | None = None) -> Iterator[Wired]:
    """The distinct city behind sign-in; with `nginx` also behind the project's own proxy, which is
    then its address.

    `under`: a command that runs the server's. `sign_in`: the table of secrets.toml in place of an
    OpenID provider's.
    """
    environment = distinct_city.write(folder / "city")
    Path(environment["LINGGONG_CONFIG"], "access.toml").write_text(ACCESS, encoding="utf-8")
    port, front = site.free_port(), site.free_port()
    outside = f"https://localhost:{front}" if nginx else f"http://localhost:{port}"
    secrets = site.write_secrets(folder, "http://127.0.0.1:9", outside, sign_in)
    secret = next(line for line in secrets.read_text().splitlines()
                  if line.startswith("cookie_secret")).split('"')[1]
    server, address = site.start_server(environment, folder, secrets=secrets, port=port,
                                        under=under)
    try:
        site.answers(f"{address}/_stcore/health", server)
        if not nginx:
            yield Wired(address, server, environment, secret)
            return
        certificate(folder)
        proxy = start_nginx(folder, front, [port, port])
        try:
            site.answers(f"{address}/_stcore/health", server)
            yield Wired(outside, server, environment, secret,
                        ssl.create_default_context(cafile=str(folder / "site.crt")))
        finally:
            proxy.stop()
    finally:
        server.stop()


def run(visit: Coroutine[Any, Any, Done]) -> Done:
    """In a thread of its own: the driver of the browser tests keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, visit).result()


async def send(tab: Session, message: BackMsg) -> None:
    assert tab._socket is not None
    await tab._socket.send(message.SerializeToString())


async def ask_for(tab: Session, file_id: str) -> ForwardMsg | None:
    """What the server answers to the click on a deferred download; None when it says nothing."""
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    message.backend_operation_request.session_id = tab.shown.session
    message.backend_operation_request.deferred_file.file_id = file_id
    await send(tab, message)
    assert tab._socket is not None
    try:
        async with asyncio.timeout(20):
            while True:
                data = await tab._socket.recv()
                assert isinstance(data, bytes)
                answer = ForwardMsg.FromString(data)
                if answer.WhichOneof("type") == "backend_operation_response":
                    return answer
    except TimeoutError:
        return None
