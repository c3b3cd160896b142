"""What is put before the framework's bundle: where it stands, that old browsers can read it, and
what it adds.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from components.look import theme
from components.shell import opening

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
# what later editions of the language brought, outside comments and texts
NEWER = re.compile(
    r"=>|`|\b(?:let|const|class|async|await|yield|of|import|export)\b|\.\.\.|\?\.|\?\?|\*\*")
_COMMENT_OR_TEXT = re.compile(r"//[^\n]*|'(?:[^'\\\n]|\\.)*'")


def test_the_opening_stands_before_the_bundle_and_names_the_polyfill_by_its_digest() -> None:
    page = opening.with_opening(INDEX)
    bundle = page.index('<script type="module"')
    digest = hashlib.sha256(opening.POLYFILL).digest()
    assert page.index("LgSyntax") < page.index("lg-opening") < page.index(
        opening.POLYFILL_NAME) < bundle
    assert f'integrity="sha256-{base64.b64encode(digest).decode()}"' in page
    assert digest.hex()[:16] in opening.POLYFILL_NAME
    assert '<meta name="renderer" content="webkit">' in page
    assert page.index("charset") < page.index("LgSyntax")
    assert re.findall(r"<noscript>(.*?)</noscript>", page, re.S) == [f"<p>{opening.NO_SCRIPT}</p>"]


@pytest.mark.parametrize("name", [*opening.AT_ONCE, *opening.LATER])
def test_a_part_of_the_framework_is_fetched_along_with_the_bundle(name: str) -> None:
    page = opening.with_opening(INDEX)
    found = re.findall(rf'<link rel="modulepreload" href="\./(static/js/{name}\.[^"]+)"', page)
    assert len(found) == 1
    assert (Path(streamlit.__file__).parent / "static" / found[0]).is_file()
    assert page.index(opening.POLYFILL_NAME) < page.index(found[0])


WAITING = """<div class="stApp"><div class="stMain"><div class="st-key-lg-tiles">{}</div>
<div class="st-key-lg-panel-map">{}</div></div></div>"""
BAR = '<div data-testid="stSkeleton"></div>'


@pytest.mark.browser
@pytest.mark.parametrize(("motion", "window", "tall"), [
    ("no-preference", (1100, 800), 380), ("reduce", (1366, 768), 296),
    ("no-preference", (1920, 1080), 275)])
def test_boxes_wait_in_the_shape_of_ours_and_leave_nothing_behind(
        chromium: Browser, motion: str, window: tuple[int, int], tall: int) -> None:
    """As high as the two rows of tiles of 总览 are in a window of that size."""
    context = chromium.new_context(reduced_motion=motion,  # type: ignore[arg-type]
                                   viewport={"width": window[0], "height": window[1]})
    page = context.new_page()
    page.set_content(theme.first_style() + WAITING.format(BAR, BAR))
    look = """() => [['.st-key-lg-tiles', null], ['.st-key-lg-panel-map', null],
        ['.st-key-lg-panel-map [data-testid=stSkeleton]', null]].map(([one]) => {
          const box = document.querySelector(one), style = box && getComputedStyle(box);
          return box && [box.offsetHeight, style.animationName, style.backgroundImage !== 'none'];
        })"""
    tiles, panel, bar = page.evaluate(look)
    moves = "lg-wait" if motion == "no-preference" else "none"
    assert tiles == [tall, moves, True]
    assert bar[:2] == [343, moves]
    assert panel[0] >= 343
    page.evaluate("document.querySelectorAll('[data-testid=stSkeleton]').forEach(one => one.remove())")
    tiles, panel, bar = page.evaluate(look)
    assert (tiles[1:], panel[1:], bar) == (["none", False], ["none", False], None)
    assert tiles[0] < 60
    context.close()


def test_another_page_is_left_alone() -> None:
    page = "<html><head><meta charset='utf-8'></head><body>report</body></html>"
    assert opening.with_opening(page) == page


@pytest.mark.parametrize("line", ["f = () => 1", "let a = 1", "a = `b`", "f(...a)", "class A {}"])
def test_the_check_for_newer_language_sees_it(line: str) -> None:
    assert NEWER.search(_COMMENT_OR_TEXT.sub("''", line))


def test_the_first_script_is_in_the_oldest_language() -> None:
    code = _COMMENT_OR_TEXT.sub("''", opening.FIRST_SCRIPT)
    assert NEWER.search(code) is None, NEWER.search(code)
    assert "/*FLOOR*/" not in opening.FIRST_SCRIPT


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes


_APP = opening.Opening(Starlette(routes=[Route("/", lambda _request: HTMLResponse(INDEX)),
                                         Route("/note",
                                               lambda _request: PlainTextResponse("note"))]))


def _ask(path: str, method: str = "GET", **headers: str) -> Answer:
    """What the middleware answers, in a thread of its own: the browser's driver keeps an event loop
    in this one.
    """
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(),
             "root_path": "", "scheme": "http", "query_string": b"", "headers": raw,
             "http_version": "1.1", "server": ("localhost", 80)}
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _APP(scope, receive, send)).result()
    return Answer(sent[0]["status"], {name.decode(): value.decode()
                                      for name, value in sent[0]["headers"]},
                  b"".join(message.get("body", b"") for message in sent[1:]))


def test_a_page_has_a_tag_of_its_own_and_is_sent_once() -> None:
    first = _ask("/", accept="text/html")
    assert first.content.decode() == opening.with_opening(INDEX)
    assert int(first.headers["content-length"]) == len(first.content)
    again = _ask("/", accept="text/html", if_none_match=first.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    assert _ask("/", "HEAD", accept="text/html").headers["content-length"] == first.headers[
        "content-length"]


def test_other_answers_pass_unchanged() -> None:
    answer = _ask("/note", accept="text/html")
    assert answer.content == b"note"
    assert "etag" not in answer.headers


@pytest.mark.parametrize("base", ["", "/base"])
def test_the_polyfill_is_served_for_good(base: str) -> None:
    answer = _ask(f"{base}/{opening.POLYFILL_NAME}")
    assert answer.content == opening.POLYFILL
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert _ask(f"{base}/{opening.POLYFILL_NAME}",
                if_none_match=answer.headers["etag"]).status == 304


ADDED = {
    "Array.prototype.toSorted": ("[3, 1, 10].toSorted((a, b) => a - b)", [1, 3, 10]),
    "Array.prototype.toReversed": ("(a => [a.toReversed(), a])([1, 2])", [[2, 1], [1, 2]]),
    "Array.prototype.toSpliced": ("[1, 2, 3].toSpliced(1, 1, 9, 8)", [1, 9, 8, 3]),
    "Array.prototype.with": ("[1, 2, 3].with(-1, 9)", [1, 2, 9]),
    "Array.prototype.findLast": ("[1, 2, 3].findLast(x => x < 3)", 2),
    "Array.prototype.findLastIndex": ("[1, 2, 3].findLastIndex(x => x > 3)", -1),
    "Object.getPrototypeOf(Uint8Array.prototype).toSorted": (
        "[...new Int16Array([3, -1, 10]).toSorted()]",
        [-1, 3, 10],
    ),
    "Object.getPrototypeOf(Uint8Array.prototype).toReversed": (
        "[...new Uint8Array([1, 2]).toReversed()]",
        [2, 1],
    ),
    "Object.getPrototypeOf(Uint8Array.prototype).with": (
        "[...new Uint8Array([1, 2]).with(0, 7)]",
        [7, 2],
    ),
    "Object.getPrototypeOf(Uint8Array.prototype).findLast": (
        "new Uint8Array([1, 2, 3]).findLast(x => x < 3)",
        2,
    ),
    "Object.getPrototypeOf(Uint8Array.prototype).findLastIndex": (
        "new Uint8Array([1, 2]).findLastIndex(x => x == 1)",
        0,
    ),
    "Promise.withResolvers": (
        "(d => { d.resolve(5); return d.promise; })(Promise.withResolvers())",
        5,
    ),
    "Object.groupBy": (
        "Object.groupBy([1, 2, 3], x => x % 2 ? 'odd' : 'even')",
        {"odd": [1, 3], "even": [2]},
    ),
    "Map.groupBy": ("[...Map.groupBy([1, 2, 3], x => x % 2)]", [[1, [1, 3]], [0, [2]]]),
    "AbortSignal.timeout": (
        "new Promise(r => { const s = AbortSignal.timeout(1); s.onabort = () => r(s.reason.name); })",
        "TimeoutError",
    ),
    "AbortSignal.any": (
        "(c => { const s = AbortSignal.any([c.signal]); c.abort('why'); return [s.aborted, s.reason]; })"
        "(new AbortController())",
        [True, "why"],
    ),
    "AbortSignal.prototype.throwIfAborted": (
        "(() => { try { AbortSignal.abort('why').throwIfAborted(); } catch (e) { return e; } })()",
        "why",
    ),
    "String.prototype.isWellFormed": (
        r"['a\u{1F600}'.isWellFormed(), '\uD800'.isWellFormed()]",
        [True, False],
    ),
    "String.prototype.toWellFormed": (r"'a\uD800\u{1F600}'.toWellFormed()", "a\ufffd\U0001f600"),
    "URL.canParse": (
        "[URL.canParse('x'), URL.canParse('x', 'http://a/'), URL.canParse('http://a/')]",
        [False, True, True],
    ),
    "window.structuredClone": (
        "(a => { a.self = a; const c = structuredClone(a); "
        "return [c !== a, c.self === c, c.m.get(1)[0], c.d.getTime()]; })"
        "({ m: new Map([[1, ['x']]]), d: new Date(5) })",
        [True, True, "x", 5],
    ),
    "Element.prototype.checkVisibility": (
        "[document.body, document.head].map(e => e.checkVisibility())",
        [True, False],
    ),
}


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.set_content("<p>text</p>")
    yield opened
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ADDED)
def test_each_addition_answers_as_the_browsers_own(page: Page, name: str) -> None:
    owner, _, method = name.rpartition(".")
    expression, expected = ADDED[name]
    assert page.evaluate(expression) == expected
    own = page.evaluate_handle(f"Object.getOwnPropertyDescriptor({owner}, '{method}')")
    page.evaluate(f"delete {owner}.{method}")
    try:
        assert page.evaluate(f"'{method}' in {owner}") is False
        page.evaluate(opening.POLYFILL.decode())
        assert "[native code]" not in page.evaluate(f"String({owner}.{method})")
        assert page.evaluate(expression) == expected
    finally:
        page.evaluate(f"own => Object.defineProperty({owner}, '{method}', own)", own)


@pytest.mark.browser
def test_the_flag_v_is_read_as_u_where_it_is_missing(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    refuse = """const Own = RegExp; const strict = flags => { if (String(flags).includes('v')) throw new SyntaxError(flags); };
      window.RegExp = new Proxy(Own, { apply: (t, s, g) => { strict(g[1]); return Reflect.apply(t, s, g); },
        construct: (t, g, n) => { strict(g[1]); return Reflect.construct(t, g, n); } });"""
    page.evaluate(refuse)
    assert page.evaluate(
        "(() => { try { RegExp('a', 'v'); } catch (e) { return e.name; } })()") == "SyntaxError"
    page.evaluate(opening.POLYFILL.decode())
    assert page.evaluate(
        r"[RegExp('^[#&?]', 'v').test('#a'), new RegExp('\\p{L}+', 'gv').flags, /a/ instanceof RegExp,"
        " /a/i.constructor === RegExp, RegExp(/b/g).flags, 'a-b'.replace(RegExp('-', 'gv'), '+')]"
    ) == [True, "gu", True, True, "g", "a+b"]
    context.close()


@pytest.mark.browser
def test_a_current_browser_stays_as_it_is(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    names = [*ADDED, "window.RegExp"]
    page.evaluate(f"window.before = [{', '.join(names)}]")
    page.evaluate(opening.POLYFILL.decode())
    assert page.evaluate(f"[{', '.join(names)}].every((one, at) => one === window.before[at])")
    context.close()
