"""月报 in a real browser: a workbook is taken away, filled in, handed back, filed and approved."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.returns import Returns
from data_access.site.settings import ROOT
from kpi.returns import ReturnState
from tests.pages.conftest import Server, copied_config, running, visiting
from tests.pages.walk import settled

pytestmark = pytest.mark.browser
AMOUNTS = (120.0, 40.0, 10.0, 6.0, 4.0)


@pytest.fixture
def own_site(data_folder: Path, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A server that asks for six items, and its ledger with nothing reported yet."""
    config = copied_config(tmp_path / "config")
    shutil.copy(ROOT / "tests" / "fixtures" / "returns.toml", config)
    shutil.copytree(data_folder, tmp_path / "data", symlinks=True)
    ledger = tmp_path / "ledger.sqlite"
    with running(tmp_path / "data", tmp_path / "log.txt", config,
                 LINGGONG_LEDGER_URL=f"sqlite:///{ledger}") as started:
        yield started, ledger


def test_a_workbook_is_filled_in_filed_and_approved(browser: Browser, tmp_path: Path,
                                                    own_site: tuple[Server, Path]) -> None:
    server, ledger = own_site
    with visiting(browser, server) as page:
        page.goto(f"{server.url}/returns?unit=321322")
        settled(page)
        with page.expect_download() as loading:
            page.get_by_role("button", name="下载 Excel 月报表").click()
        _hand_in(page, loading.value.path(), tmp_path, spoilt=True)
        expect(page.get_by_role("alert").filter(has_text="没有填入")).to_contain_text("C4：应是数字")
        _hand_in(page, loading.value.path(), tmp_path, spoilt=False)
        page.get_by_role("button", name="填入表中").click()
        settled(page)
        page.get_by_role("button", name="上报", exact=True).click()
        expect(page.locator(".lg-return-confirm")).to_contain_text("政策咨询人次：120人次")
        assert _state(ledger) is None
        page.get_by_role("button", name="确认上报").click()
        row = page.locator(".lg-returns tr", has_text="沭阳县")
        expect(row).to_contain_text("◎ 已报")
        page.get_by_role("button", name="审核通过").click()
        expect(row).to_contain_text("● 已审")
        expect(page.locator(".lg-return-history tbody tr")).to_have_count(2)
        expect(page.get_by_role("button", name="重新打开")).to_be_visible()
        expect(page.get_by_role("button", name="上报", exact=True)).to_have_count(0)
    assert _state(ledger) == (ReturnState.APPROVED, list(AMOUNTS))


def _hand_in(page: Page, form: Path, folder: Path, *, spoilt: bool) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form.read_bytes()))
    for row, amount in enumerate(AMOUNTS, start=4):
        book["填报"][f"C{row}"] = amount
    if spoilt:
        book["填报"]["C4"] = "120人"
    filled = folder / f"{'spoilt' if spoilt else 'filled'}.xlsx"
    book.save(filled)
    page.locator("input[type=file]").set_input_files(filled)


def _state(ledger: Path) -> tuple[ReturnState, list[float | None]] | None:
    """The state and amounts on record; None while nothing is."""
    if not ledger.exists():
        return None
    store = Returns(open_ledger_engine(f"sqlite:///{ledger}"))
    found = [one for one in store.all()
             if (one.month, one.unit) == (date(2026, 10, 1), "321322")]
    store.close()
    return (found[0].state, list(found[0].filed.values())[:5]) if found else None


def test_what_is_typed_just_before_the_click_is_filed_too(
        browser: Browser, own_site: tuple[Server, Path]) -> None:
    server, ledger = own_site
    with visiting(browser, server) as page:
        page.goto(f"{server.url}/returns?unit=321322")
        settled(page)
        box = page.locator(".st-key-lg-returns-sheet canvas").first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 290, box["y"] + 35 + 17)
        page.wait_for_timeout(1000)  # the part that edits is fetched at the first cell
        for number, amount in enumerate(AMOUNTS, start=1):
            page.keyboard.press("Enter")
            page.keyboard.type(f"{amount:g}", delay=100)
            if number < len(AMOUNTS):
                page.keyboard.press("Enter")
                page.wait_for_timeout(300)
        page.get_by_role("button", name="上报", exact=True).click()
        settled(page)
        if page.locator(".lg-return-confirm").count() == 0:  # it came after the click
            page.get_by_role("button", name="上报", exact=True).click()
        expect(page.locator(".lg-return-confirm")).to_contain_text("其中：购买服务人员：4人")
        page.get_by_role("button", name="确认上报").click()
        expect(page.locator(".lg-returns tr", has_text="沭阳县")).to_contain_text("◎ 已报")
    assert _state(ledger) == (ReturnState.FILED, list(AMOUNTS))
