"""In a real browser: registers as counties keep them, and a database nobody here made, become right
figures without a look into a settings file.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from data_access.current import load_or_refresh
from data_access.site import ROOT
from data_access.site.load import load_settings
from kpi.vocabulary import Rollup
from reference import reference_rows
from tests.data_access.test_connecting import STATIONS, stations
from tests.pages import registers
from tests.pages.conftest import Server, copied_config, running, visiting
from tests.servers import Server as DatabaseServer

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

    def drop(self, *paths: Path) -> None:
        self.inputs += 1
        self._rest()
        self.page.locator("input[type=file]").set_input_files(paths)

    def tick(self, option: str) -> None:
        self.inputs += 1
        self._rest()
        self.page.get_by_text(option, exact=True).click()

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


_APPENDED, _SAVED = "加在现在的文件之后", "已按新的来源读取"


def _handed_in(clerk: Clerk, paths: list[Path], rows: int, *, after: bool = True) -> None:
    """Connect a register of jobs as it is proposed, in few inputs."""
    before = clerk.inputs
    clerk.drop(*paths)
    tried = clerk.page.locator(".lg-connect-tried")
    if after:
        clerk.tick(_APPENDED)
    expect(tried).to_contain_text(f"计入 {rows} 行")
    expect(clerk.page.locator(".stMain")).not_to_contain_text(registers.PHONE)
    clerk.press("保存并接入")
    expect(clerk.page.get_by_text(f"零工岗位发布{_SAVED}")).to_be_visible(timeout=LOADED)
    assert clerk.inputs - before <= MOST_INPUTS


@pytest.fixture
def foreign(mariadb: DatabaseServer) -> Iterator[str]:
    name = "gig_office"
    mariadb.execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}", f"USE {name}",
                    *registers.FOREIGN)
    yield mariadb.url(name)
    mariadb.execute(f"DROP DATABASE {name}")


@pytest.mark.server
def test_five_counties_and_a_foreign_database_are_connected_in_an_afternoon(
        browser: Browser, tmp_path: Path, config: Path, foreign: str) -> None:
    data, given = tmp_path / "data", tmp_path / "given"
    data.mkdir()
    given.mkdir()
    url = {"LINGGONG_URL_SUZHAOHUO": foreign}
    with running(data, tmp_path / "log.txt", config, **url) as server:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(LOADED)
        page.goto(server.url)  # a server learns its pages from its first visitor's visit to it
        expect(page.locator(".lg-tile").first).to_be_visible()
        page.goto(f"{server.url}/connect")
        expect(page.get_by_role("heading", name="来源", exact=True)).to_be_visible()
        clerk = Clerk(page)
        # each counts its own rows and those before it
        _handed_in(clerk, [registers.names_for_codes(given)], 2, after=False)
        _handed_in(clerk, registers.monthly_files(given), 5)
        _handed_in(clerk, [registers.two_row_headings(given)], 6)
        _handed_in(clerk, [registers.sheet_per_county(given)], 9)
        _handed_in(clerk, [registers.titled_text(given)], 10)

        before = clerk.inputs
        clerk.tick("数据库的表")
        clerk.choose("连接可用，有 1 张表或视图", "gig_member")
        expect(page.locator(".lg-connect-tried")).to_contain_text("读取 3 行，计入 3 行")
        clerk.press("保存并接入")
        expect(page.get_by_text(f"速找活注册账户{_SAVED}")).to_be_visible(timeout=LOADED)
        assert clerk.inputs - before <= MOST_INPUTS

        # the connection has no other table: said here, not in a settings file
        for other in ("撮合录用", "求职登记"):
            clerk.choose("连接里没有的数据集，在这里标明，刷新时就不再找它的表", other)
            clerk.press("标为没有这类数据")
            expect(page.get_by_text(f"{other}标为没有，各页的数字随之更新")).to_be_visible()
        page.goto(f"{server.url}/data")
        expect(page.locator("tr[data-dataset=hire]")).to_contain_text("未接入")
        expect(page.locator(".stMain")).not_to_contain_text("找不到表")

        page.goto(f"{server.url}/indicator?indicator=jobs_published")
        total = sum(registers.HEADCOUNTS.values())
        expect(page.locator(".stMain")).to_contain_text(f"{total}个", timeout=LOADED)
        page.goto(f"{server.url}/indicator?indicator=registered_users")
        expect(page.locator(".stMain")).to_contain_text(f"{registers.REGISTERED}人")
        context.close()
    settings = load_settings({"LINGGONG_CONFIG": str(config), "LINGGONG_DATA": str(data), **url},
                             ROOT / "no-secrets.toml")
    current = load_or_refresh(settings)
    card = current.scorecard(current.default_day)
    units = {unit.code: card.line("jobs_published", unit).value
             for unit in card.geography.members(Rollup.COUNTY) if unit.code in registers.HEADCOUNTS}
    assert units == registers.HEADCOUNTS
    assert clerk.inputs <= MOST_INPUTS
