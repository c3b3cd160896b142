"""In a real browser: a workbook with names for codes and headings of two rows becomes right figures,
without a look into a settings file.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from data_access.site import ROOT
from reference import reference_rows
from tests.data_access.test_connecting import STATIONS, stations
from tests.pages.conftest import Server, copied_config, running, visiting

pytestmark = pytest.mark.browser
LOADED = 90_000  # milliseconds; a fresh server computes its first figures on a busy machine
MOST_INPUTS = 40


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return copied_config(tmp_path / "config")


@pytest.fixture
def server(data_folder: Path, tmp_path: Path, config: Path) -> Iterator[Server]:
    data = Path(shutil.copytree(data_folder, tmp_path / "data", symlinks=True))
    with running(data, tmp_path / "log.txt", config) as started:
        yield started


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with visiting(browser, server, LOADED) as opened:
        yield opened


_TRIES = 12


@dataclass
class Clerk:
    """Works the page with the mouse and counts what is asked of them."""

    page: Page
    inputs: int = 0

    def _rest(self) -> None:
        expect(self.page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=LOADED)

    def drop(self, path: Path) -> None:
        self.inputs += 1
        self.page.locator("input[type=file]").set_input_files(path)

    def choose(self, label: str, option: str) -> None:
        self.inputs += 2
        listed = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(_TRIES):
            self._rest()  # a run that ends meanwhile draws the drop-down anew, closed
            if not listed.is_visible():
                self.page.get_by_role("combobox", name=label).click()
            try:
                listed.click(timeout=LOADED / _TRIES)
                return
            except TimeoutError:
                continue
        raise AssertionError(f"“{option}” cannot be chosen for “{label}”")

    def press(self, name: str) -> None:
        self.inputs += 1
        self._rest()
        self.page.get_by_role("button", name=name, exact=True).click()


def test_a_workbook_of_names_becomes_right_figures(page: Page, server: Server, config: Path,
                                                   tmp_path: Path) -> None:
    book = tmp_path / "各县驿站台账.xlsx"
    stations(book)
    clerk = Clerk(page)
    page.goto(f"{server.url}/connect")
    expect(page.get_by_role("heading", name="来源")).to_be_visible()
    clerk.drop(book)
    rows = page.locator(".lg-connect-rows")
    expect(rows).to_contain_text("沭城街道零工驿站")
    expect(rows).not_to_contain_text("王小明")
    tried = page.locator(".lg-connect-tried")
    expect(tried).to_contain_text("读取 7 行，计入 7 行")
    # 8:00-18:00 is no date, and says so by its cell where it is chosen all the same
    clerk.choose("启用日期（必填）", "开放时间")
    expect(page.get_by_text("写的是“8:00-18:00”，不是日期").first).to_be_visible()
    clerk.choose("启用日期（必填）", "建成时间")
    expect(tried).to_contain_text("读取 7 行，计入 7 行")
    towns = [one for one in reference_rows("township") if one["valid_to"] is None]
    share = f"{sum(map(len, STATIONS.values())) / len(towns):.1%}"
    expect(tried.locator("tr", has_text="乡镇驿站覆盖率")).to_contain_text(share)
    clerk.press("保存并接入")
    expect(page.get_by_text("服务载体已按新的来源读取")).to_be_visible(timeout=LOADED)
    assert clerk.inputs <= MOST_INPUTS
    parts = tomllib.loads((config / "sources.toml").read_text(encoding="utf-8"))[
        "datasets"]["service_venue"]["sources"]
    assert [one["constants"]["unit_code"] for one in parts] == ["321322", "321323"]

    page.goto(f"{server.url}/indicator?indicator=station_coverage")
    expect(page.locator(".stMain")).to_contain_text(share, timeout=LOADED)
    page.goto(f"{server.url}/connect")
    clerk.press("恢复到这次改动之前")
    expect(page.get_by_text("来源已更新")).to_be_visible(timeout=LOADED)
    assert (config / "sources.toml").read_text(encoding="utf-8") == (
        ROOT / "config" / "sources.toml").read_text(encoding="utf-8")
