"""督办 in a real browser: an item is raised from an alert, its unit reports on it, and the board
moves.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.pages.conftest import Server, running

pytestmark = pytest.mark.browser
SIZES = {"wide": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844)}
LOADED = 60_000  # milliseconds; a fresh server computes its first figures on a busy machine


@pytest.fixture
def own_server(data_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server over a copy of the data, because these tests write to the ledger."""
    shutil.copytree(data_folder, tmp_path / "data", symlinks=True)
    with running(tmp_path / "data", tmp_path / "log.txt") as started:
        yield started


@pytest.fixture(params=["wide"])
def page(request: pytest.FixtureRequest, browser: Browser, own_server: Server) -> Iterator[Page]:
    """The page at one screen size; fails on a request to another host and on anything in the
    server's log.
    """
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(LOADED)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    # a server learns its pages from its first visitor's visit to the entry page
    opened.goto(own_server.url)
    expect(opened.locator(".lg-tile").first).to_be_visible(timeout=LOADED)
    yield opened
    context.close()
    outside = [url for url in asked if urlsplit(url).scheme.startswith(("http", "ws"))
               and urlsplit(url).hostname not in ("127.0.0.1", "localhost")]
    assert outside == []
    assert not re.search(r"warn|error|traceback|exception", own_server.log,
                         re.IGNORECASE), own_server.log


def _open(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/follow_ups{query}")
    expect(page.locator(".lg-fu-sum")).to_be_visible(timeout=LOADED)


def _column(page: Page, state: str) -> Locator:
    return page.locator("[class*=st-key-lg-fu-column-]",
                        has=page.get_by_role("heading", name=state))


def _card(where: Page | Locator, number: str) -> Locator:
    return where.locator(f".st-key-lg-fu-card-{number}")


def test_an_item_from_an_alert_moves_over_the_board_as_its_unit_reports(
        page: Page, own_server: Server) -> None:
    _open(page, own_server)
    page.get_by_role("button", name="新建事项").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("事项内容")).to_have_value(re.compile("补进度$"))
    title = dialog.get_by_label("事项内容").input_value()
    dialog.get_by_label("责任岗位").fill("人社局局长")
    dialog.get_by_role("button", name="立项", exact=True).click()
    expect(dialog).to_be_hidden()

    raised = _column(page, "交办").locator(".lg-fu-card", has_text=title)
    expect(raised).to_have_count(1)
    number = (raised.locator(".lg-fu-top span").last.text_content() or "").strip()
    assert number.endswith(("-013", "-001"))  # the thirteenth of 2026, the first of a later year

    _report(page, number, "填报进展", "已与三家企业对接")
    expect(_card(_column(page, "办理中"), number)).to_have_count(1)
    _report(page, number, "报告办结", "已经达到要求")
    expect(_card(_column(page, "待核查"), number)).to_have_count(1)

    page.goto(f"{own_server.url}/follow_ups?item={number}")
    expect(page.get_by_role("dialog").locator(".lg-fu-steps li")).to_have_count(4)
    expect(page.get_by_role("dialog").locator(".lg-fu-steps")).to_contain_text("已与三家企业对接")


def _report(page: Page, number: str, action: str, text: str) -> None:
    """What the unit records on the item: opened from its card, sent from the dialog, which then
    shows it.
    """
    _card(page, number).get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio",
                       name=action).or_(dialog.get_by_role("button", name=action)).first.click()
    # the click reaches the server; what is typed before its answer would be lost
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    dialog.get_by_role("textbox").fill(text)
    dialog.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    expect(dialog.locator(".lg-fu-steps")).to_contain_text(text)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_curve_of_an_item_shows_its_entries(page: Page, own_server: Server) -> None:
    _open(page, own_server, "?item=2026-004")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".js-plotly-plot")).to_be_visible()
    expect(dialog.locator(".js-plotly-plot .scatterlayer .point")).not_to_have_count(0)


def test_the_minutes_of_a_meeting_download(page: Page, own_server: Server) -> None:
    _open(page, own_server, "?view=meetings")
    with page.expect_download() as loading:
        page.locator(".st-key-fu-minutes-2026-09-10").get_by_role("button").click()
    assert loading.value.suggested_filename == "联席会议纪要-2026-09-10.docx"
    assert Path(loading.value.path()).read_bytes().startswith(b"PK")


@pytest.mark.parametrize("page", list(SIZES), indirect=True)
def test_nothing_runs_out_of_the_screen(page: Page, own_server: Server) -> None:
    for query in ("", "?view=unit", "?view=overdue", "?view=meetings", "?item=2026-003"):
        _open(page, own_server, query)
        page.wait_for_timeout(1500)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), query
        clipped = page.evaluate("""() => [...document.querySelectorAll('.lg-fu-card, .lg-fu-sum, .lg-fu-line, .lg-fu-head')]
            .filter(card => card.scrollWidth > card.clientWidth + 1).map(card => card.innerText)""")
        assert clipped == [], query
