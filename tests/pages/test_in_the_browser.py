"""The real program in a real browser: it draws, stays on the loopback, and logs nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import Server

pytestmark = pytest.mark.browser
WIDE = (1920, 1080)
LOADED = 90_000  # milliseconds; a busy machine draws WebGL in software


@pytest.fixture(params=[WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
def page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """A fresh browser at one screen size; fails on a request to another host and on anything in the
    server's log.
    """
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(LOADED)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    outside = [url for url in asked if urlsplit(url).scheme.startswith(("http", "ws"))
               and urlsplit(url).hostname not in ("127.0.0.1", "localhost")]
    assert asked
    assert outside == []
    _assert_quiet(server)


def _assert_quiet(server: Server) -> None:
    assert not re.search(r"warn|error|traceback|exception", server.log, re.IGNORECASE), server.log


def _open(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/{query}")
    expect(page.locator(".lg-watched").first).to_be_visible(timeout=LOADED)


def _settled(page: Page) -> None:
    expect(page.locator("#deckgl-overlay")).to_be_visible(timeout=LOADED)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=LOADED)
    page.wait_for_timeout(2500)


def test_the_overview_draws_tiles_map_and_charts(page: Page, server: Server) -> None:
    _open(page, server)
    _settled(page)
    expect(page.locator(".lg-tile")).to_have_count(11)
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.locator(".lg-sample")).to_have_text("演示数据")
    # five county labels: the map's text alternative names them, the bars' axis draws them
    for name in ("宿城", "宿豫", "沭阳", "泗阳", "泗洪"):
        expect(page.locator(".st-key-county-bars .ytick", has_text=name)).to_have_count(1)
    assert _colours(page) > 3, "the map's canvas is blank"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_a_deep_link_opens_the_same_view_as_the_first_visit_of_a_fresh_server(
        page: Page, fresh_server: Server) -> None:
    query = "?as_of=2026-06-30&rollup=managing&indicator=third_party_share"
    _open(page, fresh_server, query)
    expect(page.get_by_role("heading", name="第三方归集率 · 九个管理单位")).to_be_visible(timeout=LOADED)
    expect(page.locator(".lg-strip")).to_contain_text("序时进度 74.8%")  # 546 of 730 days
    assert page.url.endswith(query)
    _assert_quiet(fresh_server)


def test_a_tile_is_chosen_by_keyboard_and_undone_by_going_back(page: Page, server: Server) -> None:
    _open(page, server)
    page.get_by_role("button", name="查看技能培训人次").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="技能培训人次 · 县区地图")).to_be_visible(timeout=LOADED)
    page.wait_for_url("**/?indicator=training_attendances")
    page.go_back()
    expect(page.get_by_role("heading", name="发布零工岗位 · 县区地图")).to_be_visible(timeout=LOADED)


def test_the_card_behind_a_number_opens(page: Page, server: Server) -> None:
    _open(page, server)
    page.get_by_role("button", name="发布零工岗位的口径").click()
    expect(page.get_by_role("dialog")).to_contain_text("计入", timeout=LOADED)
    expect(page.get_by_role("dialog")).to_contain_text("方案目标")


def _colours(page: Page) -> int:
    """How many different colours a picture of the map has, coarsely."""
    shot = page.locator("#deckgl-overlay").screenshot()
    return int(
        page.evaluate(
            """async data => {
        const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + data)).blob());
        const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
        canvas.drawImage(image, 0, 0);
        const pixels = canvas.getImageData(0, 0, image.width, image.height).data, seen = new Set();
        for (let i = 0; i < pixels.length; i += 4) seen.add([pixels[i] >> 5, pixels[i + 1] >> 5, pixels[i + 2] >> 5].join());
        return seen.size;
    }""",
            base64.b64encode(shot).decode(),
        )
    )
