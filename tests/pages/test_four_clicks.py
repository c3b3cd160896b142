"""A leader in a real browser: from 总览 to the unit that is behind, why, and an item on record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import Server, running, visiting

pytestmark = pytest.mark.browser


@pytest.fixture
def server(data_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of this test only, because an item is recorded."""
    folder = Path(shutil.copytree(data_folder, tmp_path / "data", symlinks=True))
    with running(folder, tmp_path / "log.txt") as started:
        yield started


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with visiting(browser, server) as opened:
        yield opened


def test_from_the_overview_to_an_item_in_four_clicks(page: Page) -> None:
    # 1: the unit in the list of the gap
    page.get_by_role("link", name="进入泗洪县").click()
    expect(page.locator(".lg-headline h1")).to_have_text("泗洪县")
    # why: an alert with its numbers, and what would close the gap
    alert = page.locator(".st-key-lg-short > *", has_text="每周多").first
    expect(alert).to_contain_text("低于序时进度")
    expect(alert.locator(".lg-short-do")).to_contain_text("即可")
    # 2: an item from it
    alert.get_by_role("button", name="立项督办").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("牵头单位")).to_have_value("泗洪县")
    dialog.get_by_label("责任岗位").fill("县人社局局长")
    # 3: on record
    dialog.get_by_role("button", name="立项", exact=True).click()
    expect(page.get_by_text("已立项：")).to_be_visible()


def test_a_bar_that_is_clicked_leads_to_its_unit(page: Page) -> None:
    bar = page.locator(".st-key-county-bars .points path").first
    expect(bar).to_be_visible()
    # the chart's own layer for the mouse lies over the bars
    bar.click(force=True)
    expect(page.locator(".lg-headline h1")).to_have_text("宿城区")
    assert "division=321302" in page.url
    page.go_back()
    expect(page.locator(".lg-tile").first).to_be_visible()
    expect(page.locator(".lg-headline h1")).to_contain_text("宿迁市")
