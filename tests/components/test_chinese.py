"""The framework's own English is put into Chinese as it appears, and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import Browser, Page

from data_access.site.settings import ROOT

SCRIPT = (ROOT / "components" / "look" / "chinese.js").read_text(encoding="utf-8")
_COMPOSED = "Press "  # put together from pieces in the browser
PAGE = """
<main><input placeholder="Choose an option" aria-label="Selected Date: October 31, 2026 截至日期">
<button aria-label="Fullscreen: 县区地图" title="Fullscreen">x</button><span id="later"></span>
<div class="stHtml"><b id="ours" title="Open">Upload</b></div><svg><text id="drawn">Search</text></svg></main>
"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.set_content(PAGE)
    opened.evaluate(SCRIPT)
    opened.evaluate(SCRIPT)  # a second run of the page changes nothing
    yield opened
    context.close()


def _said(page: Page, text: str) -> str:
    """What becomes of a text that the framework draws later."""
    page.evaluate("text => { document.querySelector('#later').textContent = text }", text)
    page.wait_for_timeout(20)
    return page.inner_text("#later")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Page not found", "没有这个页面"),
        (
            "The page that you have requested does not seem to exist. Running the app's main page.",
            "网址里的页面不存在，已打开首页；请从上方导航选择。",
        ),
        (
            "You have requested page /x, but no corresponding file was found in the app's pages/ directory. Running the app's main page.",
            "网址里的页面不存在，已打开首页；请从上方导航选择。",
        ),
        ("Connection error", "连接中断"),
        (
            "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:",
            "服务器没有应答；程序恢复后本页会自动接上，也可稍后刷新。",
        ),
        (
            "Connection failed with status 502, and response \"<html>…\".",
            "服务器拒绝了连接（502）；请稍后刷新，仍不行请联系系统管理员。",
        ),
        ("5MB per file • XLSX", "每个文件不超过 5MB • XLSX"),
        ("12 more", "另有 12 项"),
        ("1 option available.", "有 1 项可选。"),
        ("Press Enter to apply", "按回车确认"),
        ("Select all", "全选"),
        ("year, 截至日期", "年，截至日期"),
    ],
)
def test_what_appears_later_is_said_in_chinese(page: Page, english: str, chinese: str) -> None:
    assert _said(page, english) == chinese


@pytest.mark.browser
@pytest.mark.parametrize("text", ["access.toml", "宿城区 Open", "2026-10-31", "J-2026-000123",
                                  "Upload the report"])
def test_other_texts_stay_as_they_are(page: Page, text: str) -> None:
    assert _said(page, text) == text


@pytest.mark.browser
def test_names_and_placeholders_are_put_into_chinese_but_not_what_the_pages_wrote(
        page: Page) -> None:
    assert page.get_attribute("input", "placeholder") == "请选择"
    assert page.get_attribute("input", "aria-label") == "已选日期：2026年10月31日 截至日期"
    assert page.get_attribute("button", "aria-label") == "全屏：县区地图"
    assert page.inner_text("#ours") == "Upload"
    assert page.get_attribute("#ours", "title") == "Open"
    assert page.text_content("#drawn") == "Search"
    page.evaluate("document.querySelector('input').placeholder = 'Choose options'")
    page.wait_for_timeout(20)
    assert page.get_attribute("input", "placeholder") == "请选择"


def test_the_words_are_still_those_of_the_framework() -> None:
    """After an upgrade: a word that it no longer says has to be looked up again."""
    bundles = Path(streamlit.__file__).parent / "static" / "static" / "js"
    spoken = "".join(path.read_text(encoding="utf-8", errors="ignore")
                     for path in bundles.glob("*.js"))
    words = re.findall(r"'([^']+)': '", SCRIPT.split("const WORDS = {")[1].split("};")[0])
    assert len(words) > 50
    assert [word for word in words if not word.startswith(_COMPOSED)
            and not any(f"{quote}{word}{quote}" in spoken for quote in "`\"'")] == []
