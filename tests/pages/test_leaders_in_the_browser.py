"""The map, indicator, wall screen and definitions in a real browser, at the sizes they are looked
at.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import Server

pytestmark = pytest.mark.browser
LOADED = 90_000  # milliseconds; a busy machine draws WebGL in software
WALLS = [(1366, 768), (1920, 1080), (3840, 2160)]
_PAGES = {"map": ".lg-table", "indicator": ".lg-table", "definitions": ".lg-definition",
          "wallboard": ".lg-wall"}


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A fresh browser; fails on a request to another host."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(LOADED)
    expect.set_options(timeout=LOADED)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    assert [url for url in asked if urlsplit(url).scheme.startswith(("http", "ws"))
            and urlsplit(url).hostname not in ("127.0.0.1", "localhost")] == []


def _open(page: Page, server: Server, address: str) -> None:
    page.goto(f"{server.url}/{address}")
    expect(page.locator(_PAGES[address.split("?")[0]]).first).to_be_visible()


def test_a_click_on_a_county_goes_into_it_and_a_second_one_back(page: Page, server: Server) -> None:
    _open(page, server, "map?venues=none")
    overlay = page.locator("#deckgl-overlay")
    expect(overlay).to_be_visible()
    page.wait_for_timeout(2500)
    _click_the_middle(page)
    expect(page.get_by_role("button", name="返回全市")).to_be_visible()
    page.get_by_role("button", name="返回全市").click()
    page.wait_for_function("!location.search.includes('division')")


def _click_the_middle(page: Page) -> None:
    """Click the middle of the map, which lies in 宿城区; again when the first click came before the
    map was ready.
    """
    for _ in range(4):
        expect(page.locator("#deckgl-overlay")).to_have_count(1)  # not two, while one goes
        box = page.locator("#deckgl-overlay").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2 - 5, box["y"] + box["height"] / 2)
        page.wait_for_timeout(500)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(500)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for _ in range(20):
            page.wait_for_timeout(500)
            if "division=321302" in page.url:
                return
    raise AssertionError(f"no click reached the map: {page.url}")


def test_the_table_says_what_the_map_shows_to_the_keyboard(page: Page, server: Server) -> None:
    _open(page, server, "map?division=321324")
    expect(page.locator(".lg-table tr.lg-here th")).to_have_text("泗洪县")
    page.get_by_role("region", name="各单位情况表").focus()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "各单位情况表"


@pytest.mark.parametrize("size", WALLS, ids=[f"{width}x{height}" for width, height in WALLS])
def test_the_wall_screen_fits_without_scrolling(page: Page, server: Server,
                                                size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    _open(page, server, "wallboard")
    expect(page.locator(".lg-wall-map")).to_be_visible()
    expect(page.locator("header[data-testid=stHeader]")).to_be_hidden()
    assert (
        page.evaluate("""() => [...document.querySelectorAll('.lg-wall, .lg-wall section, .lg-wall header')]
        .filter(box => box.scrollHeight > box.clientHeight + 2 || box.scrollWidth > box.clientWidth + 2).length""")
        == 0
    )
    assert page.evaluate("document.querySelector('.stMain').scrollHeight <= window.innerHeight")


def test_the_wall_screen_turns_by_itself_and_escape_leaves_it(page: Page, server: Server) -> None:
    _open(page, server, "wallboard")
    first = page.locator(".lg-wall h2").inner_text()
    expect(page.locator(".lg-wall h2")).not_to_have_text(first)
    page.keyboard.press("Escape")
    expect(page.locator(".lg-watched").first).to_be_visible()
    assert urlsplit(page.url).path == "/"


def test_a_link_to_a_definition_scrolls_to_it(page: Page, server: Server) -> None:
    _open(page, server, "definitions?indicator=violations_closed")
    expect(page.locator("#def-violations_closed")).to_be_in_viewport()


def test_a_tile_opens_by_the_keyboard_and_lies_within_a_phone(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.url)  # a server learns its pages from its first visitor here
    expect(page.locator(".lg-tile").first).to_be_visible()
    page.goto(f"{server.url}/map?view=tiles&division=321324")
    tiles = page.locator(".lg-town summary")
    expect(tiles).to_have_count(19)
    boxes = tiles.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert all(box["left"] >= 0 and box["right"] <= 390 for box in boxes)
    for number, one in enumerate(boxes):
        assert not any(one["left"] < other["right"] and other["left"] < one["right"]
                       and one["top"] < other["bottom"] and other["top"] < one["bottom"]
                       for other in boxes[number + 1:])
    lacking = page.locator(".lg-tile-missing").first
    lacking.focus()
    page.keyboard.press("Enter")
    said = page.locator(".lg-town[open] .lg-town-said")
    expect(said).to_contain_text("没有开放的驿站")
    box = said.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator(".lg-tile-served").first.click()
    expect(page.locator(".lg-town[open]")).to_have_count(1)


FIRST = """window.first = {};
(function look() {
  for (const [name, where] of [['card', '.st-key-lg-panel-pace h2'], ['tile', '.lg-tile'],
                               ['chart', '.stPlotlyChart .main-svg'], ['map', '#deckgl-overlay']])
    if (!(name in first) && document.querySelector(where)) first[name] = performance.now();
  requestAnimationFrame(look);
})()"""


def test_the_figures_are_there_before_the_charts(page: Page, server: Server) -> None:
    page.add_init_script(FIRST)
    page.goto(server.url)
    page.wait_for_function("first.chart && first.map")
    first = page.evaluate("first")
    assert max(first["tile"], first["card"]) < min(first["chart"], first["map"])
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
