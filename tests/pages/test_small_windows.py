"""What a laptop's low window and a phone show without scrolling: the map and the first alerts of
总览, the whole city on its map, and what a county must deliver each week.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.pages.conftest import Server
from tests.pages.gallery import PHONE
from tests.pages.walk import LOADED, SIZES, settled

pytestmark = pytest.mark.browser
_FULLY_SEEN = """() => {
    const low = innerHeight, seen = one => one.getBoundingClientRect().bottom <= low;
    return [[...document.querySelectorAll('.st-key-lg-short .lg-alert-head')].filter(seen).length,
            [...document.querySelectorAll('.lg-tile, .lg-tally')].every(seen),
            low - document.querySelector('#deckgl-overlay').getBoundingClientRect().top];
}"""
_WEEKLY = """() => [...document.querySelectorAll('.lg-compare tbody tr')].map(row => {
    const cell = row.querySelector('[data-head=每周需完成]'), box = cell.getBoundingClientRect();
    return [row.querySelector('th').innerText, cell.innerText, box.left >= 0 && box.right <= innerWidth
            && box.width > 0 && getComputedStyle(cell, '::before').content.includes('每周需完成')];
})"""


@contextmanager
def _opened(browser: Browser, server: Server, address: str, size: str) -> Iterator[Page]:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN",
                                  user_agent=PHONE if size == "phone" else None)
    page = context.new_page()
    page.set_default_timeout(LOADED)
    page.goto(server.url)
    settled(page)
    if address:
        page.goto(f"{server.url}/{address}")
        settled(page)
    yield page
    context.close()


def test_a_laptops_first_screen_has_all_tiles_most_of_the_map_and_two_alerts(
        browser: Browser, screens: Server) -> None:
    with _opened(browser, screens, "", "laptop") as page:
        alerts, tiles, of_the_map = page.evaluate(_FULLY_SEEN)
    assert tiles
    assert alerts >= 2
    assert of_the_map >= 180  # of its 343 pixels; it was 110


@pytest.mark.parametrize("address", ["", "map"])
def test_a_phones_map_shows_the_whole_city(browser: Browser, screens: Server, address: str) -> None:
    """Colour within the map, and nothing but white along its four edges."""
    with _opened(browser, screens, address, "phone") as page:
        canvas = page.locator("#deckgl-overlay")
        canvas.scroll_into_view_if_needed()
        page.wait_for_timeout(1500)
        box = canvas.bounding_box()
        drawn = Image.open(io.BytesIO(canvas.screenshot())).convert("L")
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= SIZES["phone"][0]
    wide, tall = drawn.size
    edges = [drawn.crop(one).getextrema()[0] for one in (
        (0, 0, 2, tall), (wide - 2, 0, wide, tall), (0, 0, wide, 2), (0, tall - 2, wide, tall))]
    assert min(edges) >= 250
    assert sum(drawn.histogram()[:200]) > 0.1 * wide * tall


def test_a_phone_shows_what_a_county_must_deliver_each_week(browser: Browser,
                                                           screens: Server) -> None:
    with _opened(browser, screens, "county?division=321324", "phone") as page:
        weekly = page.evaluate(_WEEKLY)
        box = page.locator(".lg-wide-box").first
        assert box.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert len(weekly) == 11
    assert all(seen for _, _, seen in weekly)
    assert {name: said for name, said, _ in weekly}["苏心聘用工主体"] == "20家"
