"""Takes the pictures of docs/gallery.md: every screen over the sample, at the sizes it is looked
at.

    python -m tests.pages.gallery http://localhost:8501 [overview …]

The address is that of a running dashboard over the sample; with names only those are taken again.
Pictures of more than two windows' height are cut there.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from components.shell.navigation import SCREENS
from data_access.site.settings import ROOT
from tests.access import site
from tests.pages.walk import LOADED, SIZES, settled

FOLDER = ROOT / "docs" / "images" / "gallery"
PAGE = ROOT / "docs" / "gallery.md"
TITLES = {"county+unit": "县区（选定单位）", "overview+card": "口径卡"}
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
_COLOURS = 192  # of a picture's palette
_WINDOWS = 2


def main(address: str, *only: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = [name for name in _names() if not only or name in only]
    with site.browser() as browser:
        _take(browser, address, names, ("wide", "laptop"))
        _take(browser, address, names, ("phone",), user_agent=PHONE)
    PAGE.write_text(_page(), encoding="utf-8")


def _names() -> dict[str, tuple[str, str]]:
    """Of each picture its title and address."""
    shown = {screen.address: (screen.title, screen.address) for screen in SCREENS}
    return {**shown, "county+unit": (TITLES["county+unit"], "county?division=321324"),
            "overview+card": (TITLES["overview+card"], "overview")}


def _take(browser: Browser, address: str, names: list[str], sizes: tuple[str, ...],
          user_agent: str | None = None) -> None:
    """Each screen is opened once and pictured at these sizes; a phone says that it is one."""
    context = browser.new_context(locale="zh-CN", user_agent=user_agent)
    page = context.new_page()
    page.set_default_timeout(LOADED)
    page.goto(address)
    settled(page)
    for name, path in ((name, _names()[name][1]) for name in names):
        _resize(page, *SIZES[sizes[0]])
        page.goto(f"{address}/{path}")
        settled(page)
        if name == "overview+card":
            page.get_by_role("button", name="发布零工岗位的口径").click()
            page.get_by_role("dialog").locator(".lg-explain").wait_for()
        for size in sizes:
            _picture(page, name, size)
    context.close()


def _picture(page: Page, name: str, size: str) -> None:
    width, height = SIZES[size]
    _resize(page, width, height)
    if name not in ("overview+card", "wallboard"):
        whole = int(page.evaluate("document.querySelector('.stMain').scrollHeight"))
        _resize(page, width, max(height, min(whole, _WINDOWS * height)))
    _save(page.screenshot(), FOLDER / f"{name}-{size}.png")


def _resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(1000)  # charts follow a moment later


def _save(picture: bytes, path: Path) -> None:
    drawn = Image.open(io.BytesIO(picture)).convert("RGB")
    drawn.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        path, optimize=True)


def _page() -> str:
    parts = [
        "# Gallery",
        "",
        "The screens over the sample data (演示数据), taken in Chromium at 1920 × 1080, 1366 × 768 and 390 × 844;",
        "long pages are cut after two windows. Taken again with `python -m tests.pages.gallery ADDRESS`.",
        "",
    ]
    for name, (title, _) in _names().items():
        parts += [
            f"## {title}",
            "",
            f"![{title}，1920 × 1080](images/gallery/{name}-wide.png)",
            "",
            f'<img src="images/gallery/{name}-laptop.png" alt="{title}，1366 × 768" width="70%"> '
            f'<img src="images/gallery/{name}-phone.png" alt="{title}，390 × 844" width="22%">',
            "",
        ]
    return "\n".join(parts)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *sys.argv[2:])
