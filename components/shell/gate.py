"""In front of the framework: what reaches it at all, from whom, and how much of it.

The framework serves every route and every kind of message to everybody. Here a request that is not
for this site, or for a route the pages do not need, ends; a connection without a live sign-in may
do what a sign-in needs and nothing else; uploads and files are given to the sign-in they belong to.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections import OrderedDict, deque
from contextlib import suppress
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import exists, get_instance
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from components.shell import account
from components.shell.cookies import Claims, identity, own_origin, signed_claims
from components.shell.permit import CONNECTION, MARK
from components.shell.strangers import Stranger, Strangers
from components.shell.uploads import Uploads
from components.shell.visitors import LOOPBACK, address_of, header_values, stated_addresses
from data_access.accounts.other_sign_in import TrustedHeader
from kpi.scope import Access
from kpi.vocabulary import InputError

CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
BEFORE_SIGN_IN = frozenset({"rerun_script", "app_heartbeat"})
AFTER_SIGN_IN = BEFORE_SIGN_IN | {"stop_script", "file_urls_request", "backend_operation_request"}
OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
_LONGEST_BEFORE = 64 * 1024
_MOST_AHEAD = 16
_POLICY, _TRY_LATER = 1008, 1013
_MEDIA = re.compile(rb"/media/([0-9a-f]{16,})")
_MOST_FILES = 8192
_NO_DOWNLOAD = "Failed to generate file for download"
_log = logging.getLogger(__name__)


class Gate:
    """The middleware; one for the process."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.strangers = Strangers()
        self.uploads = Uploads()
        self._files: OrderedDict[str, set[str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        scope = believed(scope)
        asked = HTTPConnection(scope)
        if not host_allowed(asked):
            await _refuse(scope, receive, send, 421, "这个网址不是本系统的地址。")
        elif scope["type"] == "websocket":
            await self._connected(asked, scope, receive, send)
        else:
            await self._requested(asked, scope, receive, send)

    async def _requested(self, asked: HTTPConnection, scope: Scope, receive: Receive,
                         send: Send) -> None:
        path, method = scope["path"], scope["method"]
        if path.startswith(CLOSED):
            await _refuse(scope, receive, send, 404, "没有这个地址。")
        elif path in ("/auth/logout", "/auth/leave") and not _from_here(asked):
            await _refuse(scope, receive, send, 403, "请在页面上点“退出登录”。")
        elif path.startswith("/media/") and not self._may_fetch(asked, path):
            await _refuse(scope, receive, send, 404, "文件不存在或已失效；请在页面上重新下载。")
        elif path.startswith("/_stcore/upload_file/") and method != "OPTIONS":
            await self._upload(asked, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _upload(self, asked: HTTPConnection, scope: Scope, receive: Receive,
                      send: Send) -> None:
        claims = signed_claims(asked.cookies) if account.sign_in_configured() else None
        access = live(claims) if account.sign_in_configured() else None
        why = self.uploads.refused(asked, scope, claims, access)
        if why is not None:
            await _refuse(scope, receive, send, *why)
            return
        with self.uploads.taking(asked, scope):
            await self.app(scope, receive, send)

    def _may_fetch(self, asked: HTTPConnection, path: str) -> bool:
        """Whether the file was sent to this sign-in, and it is still alive; what strangers are
        shown is for everybody.
        """
        if not account.sign_in_configured():
            return True
        given = self._files.get(os.path.splitext(path.removeprefix("/media/"))[0], set())
        if "" in given:
            return True
        claims = signed_claims(asked.cookies)
        access = live(claims)
        return access is not None and bool(access.permissions) and identity(claims) in given

    async def _connected(self, asked: HTTPConnection, scope: Scope, receive: Receive,
                         send: Send) -> None:
        if not origin_allowed(asked):
            await send({"type": "websocket.close", "code": _POLICY})
            return
        claims = signed_claims(asked.cookies) if account.sign_in_configured() else None
        connection = _Connection(self, claims, address_of(asked), receive, send)
        if connection.stranger is not None and not self.strangers.admits(address_of(asked)):
            await send({"type": "websocket.close", "code": _TRY_LATER})
            return
        scope[MARK] = connection
        CONNECTION.set(connection)
        if connection.stranger is not None:
            await self.strangers.enter(connection.stranger)
        try:
            await self.app(scope, connection.receive, connection.send)
        finally:
            connection.leave()

    def sent(self, data: bytes, who: str) -> None:
        """Remember to whom the address of a file was sent."""
        if b"/media/" not in data:
            return
        for match in _MEDIA.findall(data):
            name = match.decode()
            self._files.setdefault(name, set()).add(who)
            self._files.move_to_end(name)
        while len(self._files) > _MOST_FILES:
            self._files.popitem(last=False)


class _Connection:
    """One websocket: reads what the browser sends before the framework does, and looks at what is
    sent back.
    """

    def __init__(self, gate: Gate, claims: Claims | None, address: str, receive: Receive,
                 send: Send) -> None:
        self.gate, self.claims = gate, claims
        self._receive, self._send = receive, send
        self._reading: asyncio.Task[Message] | None = None
        self._waiting: asyncio.Task[bool] | None = None
        self._ahead: deque[Message] = deque()
        self._open, self._accepted = True, False
        self.guarded = account.sign_in_configured()
        self.who = identity(claims)
        # also one whose sign-in ends while it is open: it may not run the page any faster than a
        # stranger
        self.pace = Stranger(self.close, address)
        self.stranger = self.pace if self.guarded and live(claims) is None else None

    async def close(self, code: int = _TRY_LATER) -> None:
        if self._open and self._accepted:
            self._open = False
            with suppress(Exception):
                await self._send({"type": "websocket.close", "code": code})

    def leave(self) -> None:
        self._open = False
        for task in (self._reading, self._waiting):
            if task is not None:
                task.cancel()
        self.gate.strangers.leave(self.pace)
        if self.stranger is not None and self.stranger.session is not None and exists():
            # nothing of a stranger is worth the minute in which it could come back
            get_instance().close_session(self.stranger.session)

    async def receive(self) -> Message:
        while True:
            message = await self._next()
            if not self._open:
                return {"type": "websocket.disconnect", "code": _TRY_LATER}
            data = message.get("bytes") if message["type"] == "websocket.receive" else None
            if data is None:
                return message
            admitted = await self._admitted(data)
            if admitted is None:
                await self.close(_POLICY)
                return {"type": "websocket.disconnect", "code": _POLICY}
            if admitted:
                return message

    async def _next(self) -> Message:
        if self._ahead:
            return self._ahead.popleft()
        if self._reading is None:
            return await self._receive()
        message = await self._reading
        self._reading = None
        return message

    async def _turn(self) -> bool:
        """Whether a turn to run the page came while the browser was still there.

        Reads on meanwhile, or the page would be run once for each message of a browser that has
        long gone; one that sends many messages without waiting for an answer is no browser.
        """
        self._waiting = asyncio.ensure_future(self.gate.strangers.may_run(self.pace))
        while not self._waiting.done():
            self._reading = self._reading or asyncio.ensure_future(self._receive())
            await asyncio.wait({self._waiting, self._reading}, return_when=asyncio.FIRST_COMPLETED)
            if self._reading.done():
                self._ahead.append(self._reading.result())
                self._reading = None
                if (
                    self._ahead[-1]["type"] == "websocket.disconnect"
                    or len(self._ahead) > _MOST_AHEAD
                ):
                    self._waiting.cancel()
                    return False
        return self._waiting.result()

    async def _admitted(self, data: bytes) -> bool | None:
        """Whether the message goes on to the framework; None: the connection ends."""
        access = live(self.claims) if self.guarded else None
        unknown = self.guarded and access is None
        if unknown and len(data) > _LONGEST_BEFORE:
            return None
        try:
            asked = BackMsg.FromString(data)
        except DecodeError:
            return True  # the framework ends the connection
        kind = asked.WhichOneof("type")
        if kind not in (BEFORE_SIGN_IN if unknown else AFTER_SIGN_IN) or not _operation_allowed(
            asked, kind
        ):
            _log.warning("dropped a message %s", kind)
            return kind is None
        if (
            kind == "file_urls_request"
            and access is not None
            and not self.gate.uploads.allowed(access)
        ):
            return False
        if unknown and kind == "rerun_script":
            return await self._turn() or None
        return True

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            self._accepted = True
        if not self._open:
            return
        data = message.get("bytes")
        if data is not None and self.guarded:
            self._look(data)
            if len(data) < 1000 and _NO_DOWNLOAD.encode() in data:
                message = {**message, "bytes": _in_chinese(data)}
        await self._send(message)

    def _look(self, data: bytes) -> None:
        self.gate.sent(data, "" if self.stranger is not None else self.who)
        if self.pace.running is not None or self.stranger is not None:
            sent = ForwardMsg.FromString(data)
            kind = sent.WhichOneof("type")
            if kind == "new_session":
                self.pace.session = sent.new_session.initialize.session_id
            elif kind == "script_finished":
                self.gate.strangers.finish(self.pace)


def believed(scope: Scope) -> Scope:
    """The request, without its sign-in's cookies where a trusted proxy signs people in and does not
    name the same account now.

    Somebody else may have come to the proxy meanwhile, or the cookie been carried elsewhere.
    """
    try:
        way = account.other_way()
    except InputError:
        way = None
    if not isinstance(way, TrustedHeader):
        return scope
    asked = HTTPConnection(scope)
    claims = signed_claims(asked.cookies)
    if claims is None:
        return scope
    named = (
        way.named(way.account, header_values(asked, way.account))
        if way.trusts_all(stated_addresses(asked))
        else None
    )
    if named == claims.get("sub") and claims.get("iss") == way.issuer:
        return scope
    return {**scope, "headers": [(name, _without_sign_in(value) if name == b"cookie" else value)
                                 for name, value in scope["headers"]]}


def _without_sign_in(cookies: bytes) -> bytes:
    pairs = (pair.strip() for pair in cookies.split(b";"))
    return b"; ".join(pair for pair in pairs if not pair.startswith(USER_COOKIE_NAME.encode()))


def live(claims: Claims | None) -> Access | None:
    """The account behind a cookie while its sign-in lasts; None also while the access file cannot
    be read.
    """
    try:
        return None if claims is None else account.access_of(claims)
    except InputError:
        return None


def host_allowed(asked: HTTPConnection) -> bool:
    """Whether the request names this site: the address of the sign-in, or this machine."""
    if not account.sign_in_configured() and os.environ.get(account.ALLOW_OPEN) == "1":
        return True
    named = urlsplit(f"//{asked.headers.get('host', '')}").hostname
    return named in LOOPBACK or (
        account.sign_in_configured() and named == urlsplit(own_origin()).hostname
    )


def origin_allowed(asked: HTTPConnection) -> bool:
    """Whether a websocket comes from a page of this site: same scheme, host and port. A browser
    always says so.
    """
    origin, host = asked.headers.get("origin"), asked.headers.get("host", "")
    here = (f"http://{host}", f"https://{host}")
    if not account.sign_in_configured():
        return origin is None or origin in here
    direct = urlsplit(f"//{host}").hostname in LOOPBACK and "x-forwarded-for" not in asked.headers
    return origin == own_origin() or (direct and origin == here[0])


def _from_here(asked: HTTPConnection) -> bool:
    """Whether a page of this site led here; a link in a mail or on another site has not."""
    site = asked.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    before = urlsplit(asked.headers.get("referer", ""))
    return before.netloc != "" and before.netloc == asked.headers.get("host")


def _operation_allowed(asked: BackMsg, kind: str | None) -> bool:
    return (
        kind != "backend_operation_request"
        or asked.backend_operation_request.WhichOneof("payload") in OPERATIONS
    )


def _in_chinese(data: bytes) -> bytes:
    answer = ForwardMsg.FromString(data)
    answer.backend_operation_response.error_msg = "没有下载，原因见页面上方。"
    return bytes(answer.SerializeToString())


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY})
        return
    await PlainTextResponse(sentence, status)(scope, receive, send)
