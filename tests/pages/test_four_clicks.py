"""A leader in a real browser: from 总览 to the unit that is behind, why, and an item on record."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import Server, running, visiting
from tests.pages.walk import SIZES, serious_findings, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests only, because items are recorded."""
    own = tmp_path_factory.mktemp("clicks")
    folder = Path(shutil.copytree(data_folder, own / "data", symlinks=True))
    with running(folder, own / "log.txt") as started:
        yield started


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with visiting(browser, server) as opened:
        yield opened


@pytest.mark.parametrize("size", ["wide", "laptop", "phone"])
def test_from_the_overview_to_an_item_in_four_clicks(page: Page, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    clicks = 0
    # the unit in the list of the gap
    page.get_by_role("link", name="进入泗洪县").click()
    clicks += 1
    expect(page.locator(".lg-headline h1")).to_have_text("泗洪县")
    # why: an alert with its numbers, and what would close the gap
    alert = page.locator(".st-key-lg-short > *", has_text="每周多").first
    expect(alert).to_contain_text("低于序时进度")
    expect(alert.locator(".lg-short-do")).to_contain_text("即可")
    settled(page)
    assert serious_findings(page) == []
    # an item from it
    alert.get_by_role("button", name="立项督办").click()
    clicks += 1
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("牵头单位")).to_have_value("泗洪县")
    page.wait_for_timeout(500)  # it slides in
    assert serious_findings(page) == []
    dialog.get_by_label("责任岗位").fill("县人社局局长")
    # on record
    dialog.get_by_role("button", name="立项", exact=True).click()
    clicks += 1
    expect(page.get_by_text("已立项：")).to_be_visible()
    assert clicks <= 4


@pytest.mark.parametrize("size", ["wide", "laptop", "phone"])
def test_each_paper_is_one_click(page: Page, server: Server, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    page.goto(f"{server.url}/exports")
    settled(page)
    assert serious_findings(page) == []
    for title, suffix in (("报表（Excel）", ".xlsx"), ("情况通报（Word）", ".docx"), ("汇报PPT", ".pptx")):
        row = page.locator("[class*=st-key-lg-paper-]", has_text=title).last
        with page.expect_download() as loading:
            row.get_by_role("button", name="下载").click()
        assert loading.value.suggested_filename.endswith(suffix)


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
