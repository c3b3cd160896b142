"""总览 printed by the browser: one A4 sheet, landscape, with every name complete."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser

from data_access.current import Current
from tests.pages.conftest import Server
from tests.pages.walk import settled

pytestmark = pytest.mark.browser
_POINTS = 72 / 25.4  # of a millimetre
_NAMES = """() => {
    dispatchEvent(new Event('beforeprint'));
    const names = [...document.querySelectorAll('.lg-tile-name')].map(one =>
        [one.innerText, one.scrollWidth <= one.clientWidth || getComputedStyle(one).overflow === 'visible']);
    dispatchEvent(new Event('afterprint'));
    return [names, document.documentElement.className];
}"""


def _sheets(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height in millimetres of each page: the browser writes them uncompressed."""
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) == pages
    return [(round(float(wide) / _POINTS), round(float(tall) / _POINTS)) for wide, tall in boxes]


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_the_overview_is_one_a4_sheet(browser: Browser, screens: Server, sample: Current,
                                      size: tuple[int, int]) -> None:
    page = browser.new_page(locale="zh-CN", viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(90_000)
    page.goto(screens.url)
    settled(page)
    assert _sheets(page.pdf(prefer_css_page_size=True, print_background=True)) == [(297, 210)]
    names: list[Any]
    names, left = page.evaluate(_NAMES)
    assert names == [[item.name, True] for item in sample.plan.core]
    assert left == ""  # the screen is as it was
    page.goto(f"{screens.url}/ranking")  # other pages print as they did, on several sheets
    settled(page)
    assert (297, 210) not in _sheets(page.pdf(prefer_css_page_size=True))
    page.close()
