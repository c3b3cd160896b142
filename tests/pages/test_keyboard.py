"""总览 without a mouse: everything is reached in reading order, one sees where one is, and what is
reached can be used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect

from data_access.current import Current
from kpi.vocabulary.division import Division
from tests.pages.conftest import Server
from tests.pages.walk import LOADED, settled

pytestmark = pytest.mark.browser
SIZE = {"width": 1920, "height": 1080}  # nothing has to be scrolled into view
_AROUND = 6  # pixels around an element in which its focus may be drawn
_MOST = 120
_ACTIVE = """() => {
    const active = document.activeElement, box = active.getBoundingClientRect();
    if (active === document.body) return null;
    return {tag: active.tagName, name: active.getAttribute('aria-label') || active.innerText.trim(),
            x: box.x, y: box.y, width: box.width, height: box.height};
}"""


@dataclass(frozen=True)
class Stop:
    """Where the Tab key stopped: what it is called, and whether it looked different while it had
    the focus.
    """

    name: str
    shown: bool
    wide: float
    tall: float


@pytest.fixture(scope="module")
def page(browser: Browser, screens: Server) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZE, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(LOADED)
    opened.goto(screens.url)
    settled(opened)
    yield opened
    context.close()


@pytest.fixture(scope="module")
def stops(page: Page) -> list[Stop]:
    """Every stop of the Tab key from the top of the page to its end."""
    found: list[Stop] = []
    page.keyboard.press("Tab")
    while (active := page.evaluate(_ACTIVE)) is not None:
        assert len(found) < _MOST, "the focus goes in circles"
        # the framework's scrolling page, which the way past the navigation leads to
        whole = active["tag"] == "MAIN"
        clip = _around(active)
        page.wait_for_timeout(60)
        focused = b"" if whole else page.screenshot(clip=clip)
        page.keyboard.press("Tab")
        page.wait_for_timeout(60)
        shown = whole or focused != page.screenshot(clip=clip)
        found.append(Stop("正文" if whole else active["name"], shown, active["width"],
                          active["height"]))
    return found


def _around(active: dict[str, float]) -> FloatRect:
    left, top = max(active["x"] - _AROUND, 0), max(active["y"] - _AROUND, 0)
    return {"x": left, "y": top, "width": min(active["width"] + 2 * _AROUND, SIZE["width"] - left),
            "height": min(active["height"] + 2 * _AROUND, SIZE["height"] - top)}


def test_the_first_stop_leads_past_the_navigation(stops: list[Stop]) -> None:
    assert stops[0].name == "跳到正文"


def test_everything_is_reached_in_reading_order(stops: list[Stop], sample: Current) -> None:
    names = [stop.name for stop in stops]
    tiles = [*(f"查看{item.name}" for item in sample.plan.core),
             *(f"{item.name}的口径" for item in sample.plan.core)]
    watched = [f"{item.name}的口径" for item in sample.plan.watched]
    first = names.index(tiles[0])
    assert names[first:first + len(tiles)] == tiles
    # the alerts are reached by their own links and buttons, after the way to all of them
    assert [name for name in names if name in ("选择日期", "五县区", tiles[0], "查看全部", watched[0])] == [
        "选择日期", "五县区", tiles[0], "查看全部", watched[0]]
    after = names[names.index("查看全部") + 1:]
    assert after[:2] == ["看指标", "立项督办"]
    assert [name for name in after if name.startswith("进入")] == [
        f"进入{unit.name}" for unit in _by_gap(sample)]
    assert names[-len(watched):] == watched


def _by_gap(sample: Current) -> list[Division]:
    """The counties by what they are behind with the indicator looked at first."""
    card = sample.scorecard(sample.default_day, sample.default_day)
    return sorted(card.geography.counties, key=lambda county: card.line(
        "jobs_published", county).gap or 0.0)


def test_one_sees_where_one_is(stops: list[Stop]) -> None:
    assert [stop.name for stop in stops if not stop.shown] == []


def test_what_is_reached_is_large_enough_to_be_hit_with_a_mouse_too(stops: list[Stop]) -> None:
    """A control without a height can be reached by keyboard alone."""
    assert [stop for stop in stops if stop.wide < 15 or stop.tall < 15] == []


@pytest.mark.usefixtures("stops")
def test_a_watched_indicator_opens_its_card_by_keyboard_and_by_mouse(
        page: Page, sample: Current) -> None:
    item = sample.plan.watched[0]
    button = page.get_by_role("button", name=f"{item.name}的口径")
    for use in (lambda: button.press("Enter"), button.click):
        use()
        expect(page.get_by_role("dialog")).to_contain_text(item.indicator.formula)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
