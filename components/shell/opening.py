"""The HTML every page starts from: what is put before the framework's bundle so that offices'
browsers can run it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.look import theme

# Below it a sentence says what to use. Chromium 103 still runs the bundle, but without the selector
# :has alerts and lists are cut off the screen; 105 and Firefox 121 have it.
FLOOR = {"chromium": 105, "firefox": 121}
NO_SCRIPT = "本平台需要启用 JavaScript。请在浏览器设置中允许本网站运行脚本，然后刷新。"
# The framework fetches each kind of element when the first one comes, and shows grey bars meanwhile.
# What every page has, then what takes longest, in the order in which it is needed.
AT_ONCE = ("Html", "Button", "ButtonGroup", "DateInput", "Selectbox", "PageLink")
LATER = ("PlotlyChart", "DeckGlJsonChart")
_PARTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
_HERE = Path(__file__).parent


def _preloads() -> str:
    """Links by which the browser fetches these parts of the framework along with its bundle; of a
    framework that has them under other names none.
    """
    return "\n    ".join(
        f'<link rel="modulepreload" href="./static/js/{part.name}"{urgency}>'
        for names, urgency in ((AT_ONCE, ""), (LATER, ' fetchpriority="low"')) for name in names
        for part in sorted(_PARTS.glob(f"{name}.*.js")))


POLYFILL = (_HERE / "polyfill.js").read_bytes()
DIGEST = hashlib.sha256(POLYFILL).digest()
POLYFILL_NAME = f"lg-polyfill.{DIGEST.hex()[:16]}.js"
FIRST_SCRIPT = (_HERE / "opening.js").read_text(encoding="utf-8").replace(
    "/*FLOOR*/", json.dumps(FLOOR))
# renderer: dual-core browsers otherwise may take their Internet Explorer core. The class is syntax
# a polyfill cannot add: a browser that does not read it skips the script, and the flag is missing.
HEAD = f"""<meta name="renderer" content="webkit">
    <meta http-equiv="X-UA-Compatible" content="IE=edge">
    <script>class LgSyntax {{ static {{ window.lgSyntax = true; }} }}</script>
    <script>{FIRST_SCRIPT}</script>
    <script src="./{POLYFILL_NAME}" integrity="sha256-{base64.b64encode(DIGEST).decode()}"></script>
    {theme.first_style()}
    {_preloads()}
"""
_CHARSET = re.compile(r'<meta charset="UTF-8" ?/?>', re.IGNORECASE)
_BUNDLE = re.compile(r'<script type="module"[^>]*\bsrc="\./static/js/index\.')
_NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
_YEAR = "public, immutable, max-age=31536000"


def with_opening(page: str) -> str:
    """The framework's page with our scripts first and its words in Chinese; any other page
    unchanged.
    """
    charset = _CHARSET.search(page)
    if charset is None or _BUNDLE.search(page) is None:
        return page
    page = f"{page[:charset.end()]}\n    {HEAD}{page[charset.end():]}"
    page = _NO_SCRIPT.sub(f"<noscript><p>{NO_SCRIPT}</p></noscript>", page, count=1)
    return page.replace('<html lang="en">', '<html lang="zh-CN">', 1)


@lru_cache(maxsize=8)
def _rewritten(body: bytes, encoding: str) -> tuple[bytes, str]:
    """The body with the opening, in the same encoding, and its entity tag."""
    page = gzip.decompress(body) if encoding == "gzip" else body
    text = with_opening(page.decode("utf-8")).encode("utf-8")
    packed = gzip.compress(text, mtime=0) if encoding == "gzip" else text
    return packed, f'"{hashlib.sha256(packed).hexdigest()[:32]}"'


class Opening:
    """Puts the opening into the framework's page wherever it is served, and serves the polyfill
    under any base path.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
        elif scope["path"].endswith(f"/{POLYFILL_NAME}"):
            await _polyfill(scope)(scope, receive, send)
        else:
            await _Page(Headers(scope=scope).get("if-none-match", ""),
                        send).serve(self.app, scope, receive)


def _polyfill(scope: Scope) -> Response:
    tag = f'"{DIGEST.hex()[:32]}"'
    headers = {"Cache-Control": _YEAR, "ETag": tag}
    if tag in Headers(scope=scope).get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(POLYFILL, media_type="text/javascript", headers=headers)


class _Page:
    """One response: passed on as it comes, or held back until complete when it is a page."""

    def __init__(self, asked_tags: str, send: Send) -> None:
        self.asked_tags, self.send = asked_tags, send
        self.start: Message | None = None
        self.body = b""

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        # a browser that has the framework's own page must not be assured that it is current, and a
        # part of it is no use
        dropped = (
            (b"if-none-match", b"if-modified-since", b"range") if _asks_for_a_page(scope) else ()
        )
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in dropped]
        # the body of a HEAD is needed for its length; the server sends none
        method = "GET" if dropped else scope["method"]
        await app({**scope, "headers": headers, "method": method}, receive, self.take)

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            page = message["status"] == 200 and headers.get("content-type", "").startswith(
                "text/html"
            )
            if page and headers.get("content-encoding", "") in ("", "gzip"):
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self.finish(self.start)
            return
        await self.send(message)

    async def finish(self, start: Message) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        body, tag = (
            _rewritten(self.body, headers.get("content-encoding", "")) if self.body else (b"", "")
        )
        if body:
            headers["content-length"] = str(len(body))
            headers["etag"] = tag
            if "last-modified" in headers:
                del headers["last-modified"]
        if tag and tag in self.asked_tags:
            del headers["content-length"]
            start, body = {**start, "status": 304}, b""
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": body})


def _asks_for_a_page(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")
