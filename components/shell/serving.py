"""What the server does around the pages: its refusal to serve the network unguarded, readiness,
response headers, logs.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from components.shell import account
from components.shell.account import ALLOW_OPEN, REFUSED_OPEN, sign_in_configured
from components.shell.gate import Gate
from components.shell.opening import Opening
from components.shell.readying import make_ready
from components.shell.settings_cache import current_settings
from components.shell.sign_in_routes import ROUTES as SIGN_IN_ROUTES
from components.shell.visitors import LOOPBACK
from data_access.running import readiness, weak
from data_access.running.self_check import self_check
from data_access.site import load_settings, read_toml
from kpi.vocabulary import InputError

# What the framework really needs: its own scripts from this host; WebAssembly for the table; inline
# styles for its components and the page's own style sheet; the one-line inline script that tells
# the browser the page is Chinese.
CONTENT_SECURITY_POLICY = "; ".join(("default-src 'self'",
                                     "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
                                     "style-src 'self' 'unsafe-inline'",
                                     "img-src 'self' data: blob:", "font-src 'self' data:",
                                     "connect-src 'self'", "worker-src 'self' blob:",
                                     "object-src 'none'", "base-uri 'self'", "form-action 'self'",
                                     "frame-ancestors 'none'"))
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SECRET = re.compile(
    r"(?i)(://[^:/@\s]+:)[^@\s]+(@)|((?:code|state|ticket|token|secret|password|provider)=)[^&\s\"']+"
)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Before the first request: structured logs, no open door to the network without sign-in, and
    the figures in memory.
    """
    if os.environ.get("LINGGONG_LOG") == "json":
        log_as_json()
    # the framework takes a folder named pages for its older kind of app until the first page has
    # run, and greets the first visitor's deep link with "page not found"
    PagesManager.uses_pages_directory = False
    send_at_once()
    if not sign_in_configured() and st.get_option("server.address") not in LOOPBACK:
        if os.environ.get(ALLOW_OPEN) != "1":
            print(REFUSED_OPEN, file=sys.stderr, flush=True)
            # the framework would print a traceback for any exception raised here
            os._exit(2)
        print("警告：未启用登录，能打开此网址的人都能看到全部数据。", file=sys.stderr, flush=True)
    refused = account.weak_secret() or _unusable_sign_in()
    if refused is not None:
        print(refused, file=sys.stderr, flush=True)
        os._exit(2)
    for line in await run_in_threadpool(
            lambda: weak(self_check(current_settings(), _secrets_file()))):
        print(line, file=sys.stderr, flush=True)
    await run_in_threadpool(make_ready)
    yield


def _unusable_sign_in() -> str | None:
    try:
        account.other_way()
    except InputError as error:
        return str(error)
    return None


def _secrets_file() -> Path:
    """The file the sign-in comes from; of several the framework reads, the last that has one is in
    force.
    """
    files = [Path(name) for name in st.get_option("secrets.files")]
    with_sign_in = [file for file in files if file.exists() and "auth" in read_toml(file)]
    return with_sign_in[-1] if with_sign_in else files[-1]


def send_at_once() -> None:
    """Let small messages leave at once on every connection to come.

    The framework opens its listening socket in a way that leaves Nagle's algorithm on, so that the
    second message of a run waits for the first one's delayed acknowledgement: 40 ms at every click.
    Connections inherit what the listener has.
    """
    opened_here = Path("/dev/fd")
    for number in (int(one.name) for one in opened_here.iterdir()) if opened_here.is_dir() else ():
        try:
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as opened:
                if opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            continue  # closed meanwhile, or a listener that is not TCP


async def ready(_request: Request) -> JSONResponse:
    """200 when a snapshot can be shown, else 503; says nothing about the data itself."""
    state = await run_in_threadpool(lambda: readiness(load_settings()))
    return JSONResponse({"ready": state.ready}, status_code=200 if state.ready else 503)


class SecurityHeaders:
    """Adds the headers to every response, also to those of the framework's own routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, value) for name, value in message["headers"]
                           if name.decode().title() not in HEADERS]
                message = {**message,
                           "headers": [*headers, *((k.lower().encode(), v.encode())
                                                   for k, v in HEADERS.items())]}
            await send(message)
        # a websocket has no headers after its handshake, and hundreds of messages
        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


ROUTES = [Route("/ready", ready), *SIGN_IN_ROUTES]
MIDDLEWARE = [Middleware(SecurityHeaders), Middleware(Gate), Middleware(Opening)]


class JsonLines(logging.Formatter):
    """One JSON object a line; passwords in URLs and codes of the sign-in are blanked."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname,
                 "logger": record.name, "message": without_secrets(record.getMessage())}
        if record.exc_info:
            entry["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def without_secrets(text: str) -> str:
    """The text without passwords in URLs and without codes, states and tokens in query strings."""
    return _SECRET.sub(lambda m: f"{m[1]}***{m[2]}" if m[1] else f"{m[3]}***", text)


def log_as_json() -> None:
    """Send every log, the framework's included, to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger().handlers[:] = [handler]
    logging.getLogger().setLevel(logging.INFO)
    for name in (*logging.root.manager.loggerDict, "streamlit"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
