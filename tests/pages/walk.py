"""One walk through all screens in one browser: each is opened once and measured at every size it is
looked at.

To take the boxes of the present look as the ones to keep, after looking at the pictures:

    REDO_LAYOUT=1 python -m pytest tests/pages/test_screens.py -k layout
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from components.shell.navigation import SCREENS

# zoomed: 1920 at 200 %
SIZES = {"wide": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844), "zoomed": (960, 540)}
LAYOUT = Path(__file__).with_name("layout.json")
ADDRESSES = {**{screen.address: screen.address for screen in SCREENS},
             "county+unit": "county?division=321324", "overview+units": "overview?rollup=managing"}
UNKNOWN = "nosuch"  # an address no page has
# what somebody opens on a screen: the screen, the control, and what appears
OPENED = {"overview+card": ("overview", "发布零工岗位的口径", ".lg-explain"),
          "overview+find": ("overview", "查找", "[role=dialog] .stSelectbox input"),
          "overview+date": ("overview", "选择日期", "[role=grid]"),
          "follow_ups+new": ("follow_ups", "新建事项", "[role=dialog] .stTextInput"),
          "follow_ups+import": ("follow_ups", "导入事项", "[role=dialog] .stFileUploader")}
OPENED_SIZES = ("laptop", "phone")
LOADED = 90_000  # milliseconds; a busy machine draws WebGL in software
_MEASURE = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
BROKEN = """.lg-headline{margin-bottom:-60px!important}
.lg-tile-name{width:20px!important;flex:none;overflow:hidden;white-space:nowrap}
.lg-tally h2{white-space:nowrap;text-indent:300px}
.st-key-lg-bar{width:2400px!important}"""
_SERIOUS = ("serious", "critical")


@dataclass(frozen=True)
class Look:
    """A screen at one size: its named boxes as [x, y, width, height], and what is wrong with it, in
    words.
    """

    boxes: dict[str, list[int]]
    overlaps: list[str]
    clipped: list[str]
    english: list[str]
    headings: list[int]
    failed: list[str]
    wide: int
    tall: int


@dataclass
class Walk:
    """What the walk saw, by screen and size.

    `findings`: by “screen, size”, the serious accessibility findings as (rule, selector, html). `asked`:
    every URL requested. `broken`: 总览 with `BROKEN` on it, to show that the measuring sees what it
    is there for.
    """

    looks: dict[tuple[str, str], Look] = field(default_factory=dict)
    findings: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: Look | None = None


def walk(browser: Browser, address: str) -> Walk:
    """Open every screen of the site at `address`, at every size."""
    seen = Walk()
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(LOADED)
    context.on("request", lambda request: seen.asked.append(request.url))
    # a server learns its pages from its first visitor's visit to the entry page
    page.goto(address)
    settled(page)
    for screen, path in ADDRESSES.items():
        _resize(page, "wide")
        page.goto(f"{address}/{path}")
        settled(page)
        _look(page, screen, tuple(SIZES), seen)
        for state in [state for state, (where, _, _) in OPENED.items() if where == screen]:
            _open(page, state, seen)
        if screen == "overview":
            seen.broken = _broken(page)
    page.goto(f"{address}/{UNKNOWN}")
    page.get_by_role("dialog").wait_for()
    settled(page)  # the dialog is there before the page that puts it into Chinese
    _look(page, UNKNOWN, ("laptop",), seen)
    context.close()
    return seen


def _open(page: Page, state: str, seen: Walk) -> None:
    _, control, appears = OPENED[state]
    _resize(page, "laptop")
    page.get_by_role("button", name=control).first.click()
    page.locator(appears).first.wait_for()
    page.wait_for_timeout(500)  # it slides in
    _look(page, state, OPENED_SIZES, seen)
    page.keyboard.press("Escape")
    page.locator(appears).first.wait_for(state="hidden")


def _broken(page: Page) -> Look:
    _resize(page, "wide")
    page.add_style_tag(content=BROKEN)
    return measured(page)


def _look(page: Page, screen: str, sizes: tuple[str, ...], seen: Walk) -> None:
    for size in sizes:
        _resize(page, size)
        seen.looks[screen, size] = measured(page)
        if size in ("laptop", "phone"):
            seen.findings[f"{screen}, {size}"] = serious_findings(page)


def measured(page: Page) -> Look:
    """The page as it is now."""
    return Look(**page.evaluate(_MEASURE))


def _resize(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(600)  # charts follow their card a moment later


def serious_findings(page: Page) -> list[tuple[str, str, str]]:
    """The serious accessibility findings of the page as it is: rule, selector, html."""
    page.evaluate(_AXE)
    report: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [(found["id"], " ".join(map(str, node["target"])), node["html"][:200])
            for found in report["violations"] if found["impact"] in _SERIOUS
            for node in found["nodes"]]


def settled(page: Page) -> None:
    """Wait until the script has run and its charts are drawn."""
    page.wait_for_selector(".stMain .stHtml", state="attached")
    quiet = 0
    for _ in range(600):
        page.wait_for_timeout(100)
        state = page.locator("[data-testid=stApp]").get_attribute("data-test-script-state")
        # between two runs the page is quiet for a moment too
        quiet = (
            quiet + 1
            if state == "notRunning" and page.locator("[data-testid=stSkeleton]").count() == 0
            else 0
        )
        if quiet == 5:
            break
    page.wait_for_function(
        "[...document.querySelectorAll('.stPlotlyChart')].every(one => one.querySelector('.main-svg'))"
    )
    page.wait_for_timeout(500)
