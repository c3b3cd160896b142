"""In a real browser: a unit's table is dropped, its difference looked at, handed in, seen in the
figures, and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.handing_in import versions_of
from data_access.site import Settings, load_settings
from data_access.snapshots.refresh import refresh
from tests.data_access.handing_in import OPEN, put, row, taking, training
from tests.pages.conftest import Server, copied_config, running, visiting
from tests.pages.test_connect_in_the_browser import LOADED, Clerk

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site of registers alone; 宿豫区 has handed in twelve trainings."""
    config = copied_config(tmp_path / "config")
    (config / "sources.toml").write_text(OPEN, encoding="utf-8")
    made = load_settings({"LINGGONG_CONFIG": str(config), "LINGGONG_DATA": str(tmp_path / "data")},
                         tmp_path / "none.toml")
    put(taking(made), training(*(row(f"A{number}", f"P{number}") for number in range(12))))
    refresh(made)
    return made


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[Server]:
    with running(settings.data, tmp_path / "log.txt", settings.config) as started:
        yield started


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with visiting(browser, server, LOADED) as opened:
        yield opened


def _trained(page: Page, server: Server, persons: int) -> None:
    page.goto(f"{server.url}/indicator?indicator=training_attendances")
    expect(page.locator(".stMain")).to_contain_text(f"{persons}人次", timeout=LOADED)


def test_a_table_is_dropped_looked_at_handed_in_and_taken_back(
        page: Page, server: Server, settings: Settings, tmp_path: Path) -> None:
    table = tmp_path / "台账.csv"
    table.write_text(training(row("A0", "P0", trade="电商"),
                              *(row(f"A{number}", f"P{number}") for number in range(1, 40))),
                     encoding="utf-8")
    clerk = Clerk(page)
    page.goto(f"{server.url}/registers")
    clerk.choose("管理单位", "宿豫区")
    expect(page.get_by_text("宿豫区现有第1版，共12行")).to_be_visible()
    clerk.drop(table)
    counts = page.locator(".lg-register-counts")
    expect(counts).to_contain_text("新增 28 行")
    expect(counts).to_contain_text("改 1 行")
    expect(counts).to_contain_text("不变 11 行")
    expect(page.locator(".lg-register-table", has_text="哪一列").locator("tbody tr")).to_have_text(
        ["A0培训工种家政电商"])
    foretold = page.locator(".lg-register-table", has_text="报送后")
    expect(foretold).to_contain_text("40人次")
    assert len(versions_of(taking(settings)).all()) == 1, "nothing is handed in unasked"
    clerk.press("提交")
    expect(page.get_by_text("已为第2版，共40行。各页的数字已随之更新。")).to_be_visible(timeout=LOADED)
    _trained(page, server, 40)
    page.goto(f"{server.url}/registers")
    clerk.choose("管理单位", "宿豫区")
    clerk.press("撤回到这一版")
    expect(page.get_by_text("已为第3版，共12行。")).to_be_visible(timeout=LOADED)
    _trained(page, server, 12)
    newest, _, first = versions_of(taking(settings)).all()
    assert newest.digest == first.digest

