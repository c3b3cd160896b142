"""In a real browser: a card is put aside and taken back, lasting cards go to the ledger, what was
tried out goes on an item.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.accounts.audit import Action
from data_access.ledger.shelvings import Shelvings
from tests.pages.conftest import Server, running, visiting

pytestmark = pytest.mark.browser


@pytest.fixture
def folder(data_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder, tmp_path / "data", symlinks=True))


@pytest.fixture
def server(folder: Path, tmp_path: Path) -> Iterator[Server]:
    with running(folder, tmp_path / "log.txt") as started:
        yield started


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with visiting(browser, server) as opened:
        yield opened


def _counted(page: Page) -> int:
    said = re.search(r"共有预警(\d+)项", page.locator(".lg-cards-said").inner_text())
    assert said
    return int(said[1])


def test_a_card_is_put_aside_and_taken_back(page: Page, server: Server, folder: Path) -> None:
    page.goto(f"{server.url}/alerts?as_of=2026-06-30")
    expect(page.locator(".lg-cards-said")).to_be_visible()
    before, last = _counted(page), page.locator("[class*=st-key-card-shelve-]").last
    last.get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="搁置", exact=True).click()
    expect(dialog).to_contain_text("搁置理由没有填写；请补上后再提交。")
    dialog.get_by_label("理由").fill("第三方接口改造")
    dialog.get_by_role("button", name="搁置", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".lg-cards-shelved")).to_contain_text("搁置 1 项")
    expect(page.locator("[class*=st-key-lg-alert-card-aside-0]")).to_contain_text(
        "搁置到 2026-07-30；理由：第三方接口改造（本机用户"
    )
    assert _counted(page) == before - 1

    page.goto(f"{server.url}/overview?as_of=2026-06-30")
    expect(page.get_by_text(f"共{before - 1}项，最严重的在前")).to_be_visible()
    page.goto(f"{server.url}/alerts?as_of=2026-06-30")
    page.get_by_role("button", name="恢复", exact=True).click()
    expect(page.locator(".lg-cards-shelved")).to_be_hidden()
    assert _counted(page) == before

    stored = Shelvings(folder / "sample-shelvings.sqlite").all()
    assert [(one.as_of, one.until, one.reason, one.withdrawn) for one in stored] == [
        (date(2026, 6, 30), date(2026, 7, 30), "第三方接口改造", withdrawn)
        for withdrawn in (False, True)
    ]
    entries = [
        json.loads(line)
        for file in sorted((folder / "audit").iterdir())
        if file.suffix == ".jsonl"
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert [one["result"] for one in entries if one["action"] == Action.SHELVED.value] == [
        "搁置到 2026-07-30",
        "恢复",
    ]


def test_what_has_lasted_goes_to_the_ledger_at_once(page: Page, server: Server) -> None:
    mine = page.locator(".lg-fu-card", has_text="补进度")
    page.goto(f"{server.url}/follow_ups")
    expect(page.locator(".lg-fu-card").first).to_be_visible()
    before = mine.count()
    page.goto(f"{server.url}/alerts")
    button = page.get_by_role("button", name=re.compile("^一并立项"))
    number = int(re.findall(r"\d+", button.inner_text())[0])
    button.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="立项", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".st-key-lg-cards-lasting")).to_be_hidden()
    page.goto(f"{server.url}/follow_ups")
    expect(mine).to_have_count(before + number)


def test_what_was_tried_out_is_written_on_an_item(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/indicator?indicator=training_attendances")
    sliders = page.locator(".st-key-lg-what-if-sliders").get_by_role("slider")
    expect(sliders.first).to_be_visible()
    assert page.get_by_role("button", name="记入督办事项").count() == 0
    sliders.first.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    said = page.locator(".st-key-lg-panel-what-if .lg-movement-said")
    expect(said).to_contain_text("试算：")
    expect(page.locator(".lg-what-if-table")).to_contain_text("→")
    page.get_by_role("button", name="记入督办事项").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox")).to_have_value(re.compile("^【试算】截至10月31日试算："))
    dialog.get_by_role("button", name="记入", exact=True).click()
    expect(dialog).to_be_hidden()
