"""A browser tab without a browser: speaks Streamlit 1.67's websocket protocol, cheap enough for
hundreds in one process.

    async with await Session.open("http://127.0.0.1:8501", "/ranking", "as_of=2025-07-31") as tab:
        run = await tab.change("filter-rollup", "九个管理单位")
        assert run.succeeded and "沭阳" in tab.shown.words

It does what a tab does – asks the health route for its cookies, sends the protocol's tokens, the
hashes of the messages it still holds, the states of all widgets, the address – except drawing.
Fragments that run again by a timer do not do so here unless `tick` is called.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from time import perf_counter
from types import TracebackType
from typing import Any, Self

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from benchmarks.shown import Shown

PATIENCE = 60.0
_RETRY = 0.5
_UNREACHED = (OSError, httpx.HTTPError, InvalidHandshake, TimeoutError)


@dataclass(frozen=True)
class Run:
    """One run of the script as its tab saw it: seconds from asking to the end, seconds to the first
    element (None without one), messages and bytes received, and whether it ended well with no
    exception on the page."""

    seconds: float
    first: float | None
    messages: int
    received: int
    succeeded: bool
    exceptions: tuple[str, ...]


@dataclass
class Session:
    """One tab. `runs` are all runs so far; `shown` is what it shows now. Raises TimeoutError when a
    run does not end, ConnectionClosed when the server goes away: then `reconnect`."""

    site: str
    path: str
    headers: dict[str, str]
    tls: ssl.SSLContext | None
    patience: float
    come_from: str | None
    shown: Shown = field(default_factory=Shown)
    runs: list[Run] = field(default_factory=list)
    _socket: ClientConnection | None = None
    _running: bool = False
    _cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    @classmethod
    async def open(cls, site: str, path: str = "/", query: str = "", *, headers: Mapping[str, str]
                   | None = None, tls: ssl.SSLContext | None = None, patience: float = PATIENCE,
                   come_from: str | None = None) -> Self:
        """A new tab at an address, after its first run. `headers` go with every request (a Cookie
        joins the tab's own); `come_from` is the local address to come from (127.0.0.2, …), because
        a proxy limits each address."""
        tab = cls(site.rstrip("/"), path, dict(headers or {}), tls, patience, come_from)
        tab.shown.query = query
        await tab._connect()
        try:
            await tab.run()
        except BaseException:
            await tab.close()
            raise
        return tab

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        at: TracebackType | None) -> None:
        await self.close()

    async def change(self, key: str, value: Any = True) -> Run:
        """Use the widget with this user key as a reader would, and wait for the run it causes; see
        `Shown.put`.
        """
        return await self.run(self.shown.put(key, value))

    async def go(self, query: str, address: str | None = None) -> Run:
        """To another address of the same tab: another query (back, forward), or with `address`
        another page of the menu.
        """
        self.shown.query = query
        if address is not None:
            self.shown.page_hash = self.shown.page_hashes[address]
        return await self.run(history=address is None)

    async def tick(self) -> tuple[Run, ...]:
        """What the timers of the page would do: run every fragment that runs again by itself, once.
        """
        return tuple([await self.run(fragment, timer=True)
                      for fragment in tuple(self.shown.timers)])

    async def run(self, fragment: str = "", *, timer: bool = False, history: bool = False) -> Run:
        """Run the script (or a fragment) with the tab's address and widgets, and wait for its end.
        """
        assert self._socket is not None, "the tab is not connected"
        self._running = True
        begin = perf_counter()
        await self._socket.send(self._asked(fragment, timer, history))
        self.shown.release()
        async with asyncio.timeout(self.patience):
            finished = await self._until_finished(self._socket, begin)
        self._running = False
        self.runs.append(finished)
        return finished

    async def heartbeat(self) -> float:
        """Seconds until the server answers a sign of life."""
        assert self._socket is not None, "the tab is not connected"
        begin = perf_counter()
        await self._socket.send(BackMsg(app_heartbeat=True).SerializeToString())
        async with asyncio.timeout(self.patience):
            while self.shown.take(_read(await self._socket.recv())).WhichOneof(
                    "type") != "heartbeat_ack":
                continue
        return perf_counter() - begin

    def drop(self) -> None:
        """Cut the line without a word, as a lost network does."""
        if self._socket is not None:
            self._socket.transport.abort()
            self._socket = None

    async def reconnect(self, patience: float | None = None) -> bool:
        """Come back as a tab does: retry until the server answers, name the session held before,
        and run the script only if a run was cut off or a timer is due. Whether the server still
        knew the session: unknown (False) until it ran.

        Raises TimeoutError after `patience` seconds.
        """
        await self.close()
        before = self.shown.session
        async with asyncio.timeout(self.patience if patience is None else patience):
            while True:
                try:
                    await self._connect()
                    if self._running or self.shown.timers:
                        await self.run()
                        return self.shown.session == before
                    return False
                except (*_UNREACHED, ConnectionClosed):
                    await asyncio.sleep(_RETRY)

    async def close(self) -> None:
        """Close the tab; its session stays at the server for its time to live."""
        if self._socket is not None:
            await self._socket.close()
            self._socket = None

    async def _connect(self) -> None:
        """First the health route, for the cookies a tab gets with its page; then the websocket with
        the protocol's tokens.
        """
        way = httpx.AsyncHTTPTransport(verify=self.tls or _plain(), local_address=self.come_from)
        async with httpx.AsyncClient(transport=way, cookies=self._cookies,
                                     headers=self.headers) as client:
            for route in ("health", "host-config"):
                (await client.get(f"{self.site}/_stcore/{route}")).raise_for_status()
            self._cookies = client.cookies
        token = self._cookies.get("_streamlit_xsrf") or "PLACEHOLDER_AUTH_TOKEN"
        from_where: dict[str, Any] = {"local_addr": (self.come_from, 0)} if self.come_from else {}
        # the framework carries its tokens as names of subprotocols, read by position
        tokens = [Subprotocol(name) for name in ("streamlit", token, self.shown.session) if name]
        self._socket = await connect(f"{'ws' + self.site.removeprefix('http')}/_stcore/stream",
                                     ssl=self.tls, origin=Origin(self.site), subprotocols=tokens,
                                     additional_headers=self._handshake(), compression=None,
                                     max_size=None, max_queue=None, ping_interval=None, proxy=None,
                                     open_timeout=self.patience, **from_where)

    def _handshake(self) -> dict[str, str]:
        given = {name: value for name, value in self.headers.items() if name.lower() != "cookie"}
        held = [value for name, value in self.headers.items() if name.lower() == "cookie"]
        held += [f"{cookie.name}={cookie.value}" for cookie in self._cookies.jar]
        return {**given, **({"Cookie": "; ".join(held)} if held else {})}

    def _asked(self, fragment: str, timer: bool, history: bool) -> bytes:
        message = BackMsg()
        wanted = message.rerun_script
        wanted.query_string, wanted.page_script_hash = self.shown.query, self.shown.page_hash
        if not self.shown.page_hash:
            wanted.page_name = self.path.strip("/")
        wanted.fragment_id, wanted.is_auto_rerun, wanted.is_history_navigation = (
            fragment,
            timer,
            history,
        )
        wanted.widget_states.widgets.extend(self.shown.widgets.values())
        wanted.cached_message_hashes.extend(self.shown.cached())
        context = wanted.context_info
        context.timezone, context.timezone_offset, context.locale = "Asia/Shanghai", -480, "zh-CN"
        context.url, context.is_embedded, context.color_scheme = (
            f"{self.site}{self.path}",
            False,
            "light",
        )
        return bytes(message.SerializeToString())

    async def _until_finished(self, socket: ClientConnection, begin: float) -> Run:
        """Messages up to the end of the run asked for; a run ended early by another is followed by
        that one.
        """
        messages = received = 0
        first: float | None = None
        started = False
        while True:
            data = await socket.recv()
            message = self.shown.take(_read(data))
            kind = message.WhichOneof("type")
            messages, received = messages + 1, received + len(data)
            started = started or kind == "new_session"
            if first is None and started and kind == "delta":
                first = perf_counter() - begin
            if kind == "session_event" and message.session_event.HasField(
                "script_compilation_exception"
            ):
                return Run(perf_counter() - begin, first, messages, received, False,
                           (message.session_event.script_compilation_exception.message,))
            if started and kind == "script_finished" and message.script_finished in _ENDS:
                exceptions = self.shown.exceptions
                return Run(perf_counter() - begin, first, messages, received, not exceptions
                           and not self.shown.page_missing, exceptions)


_ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def _read(data: bytes | str) -> ForwardMsg:
    assert isinstance(data, bytes), "the protocol is binary"
    message = ForwardMsg()
    message.ParseFromString(data)
    return message


@cache
def _plain() -> ssl.SSLContext:
    """One context for all tabs: making one costs more than a request."""
    return ssl.create_default_context()

