"""The three journeys in the last Chromium for Windows 7, and a sentence in a browser that is too
old.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from components.shell.opening import FLOOR, NO_SCRIPT
from data_access.site.settings import ROOT
from tests.access.site import answers, start_server
from tests.pages import test_journeys as journeys
from tests.pages.conftest import Server
from tests.pages.test_journeys import recomputed  # noqa: F401
from tests.pages.walk import LOADED, settled

pytestmark = pytest.mark.browser
# the builds come without a sandbox helper and draw in software
_FLAGS = ["--no-sandbox", "--no-zygote", "--use-gl=angle", "--use-angle=swiftshader",
          "--ignore-gpu-blocklist", "--in-process-gpu", "--disable-dev-shm-usage",
          "--disable-background-networking", "--disable-component-update"]

test_a_leader = (
    journeys.test_a_leader_goes_from_a_tile_to_a_county_on_the_map_and_to_what_the_number_means
)
test_a_county_bureau = journeys.test_a_county_bureau_finds_its_place_what_is_missing_by_name_and_what_each_week_must_bring
test_staff = journeys.test_staff_take_the_workbook_of_a_day_home_and_find_the_screens_figures_in_it


@pytest.fixture(scope="module")
def served(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program as a site serves it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(data_folder / "snapshots", folder / "snapshots")
    (folder / "sample").symlink_to(data_folder / "sample")
    running, url = start_server({"LINGGONG_DATA": str(folder)}, folder)
    answers(f"{url}/_stcore/health", running)
    yield Server(url, running.log)
    running.stop()


@contextmanager
def _old(version: str, chromium: Browser) -> Iterator[Browser]:
    program = ROOT / "var" / "old-browsers" / version / "chromium"
    if not program.exists() and os.environ.get("CI") != "true":
        pytest.skip("needs the old browsers: make old-browsers")
    opened = chromium.browser_type.launch(executable_path=program, args=_FLAGS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def last_for_windows_7(chromium: Browser) -> Iterator[Browser]:
    with _old("109.0.6", chromium) as opened:
        assert opened.version.startswith("109.")
        yield opened


@pytest.fixture
def page(last_for_windows_7: Browser, served: Server) -> Iterator[Page]:
    """A visitor with the old browser; nothing broke off, and every file came from this server."""
    context = last_for_windows_7.new_context(viewport={"width": 1366, "height": 768},
                                             locale="zh-CN", accept_downloads=True)
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith((served.url, "blob:", "data:"))
              else broken.append(asked.url))
    opened.set_default_timeout(LOADED)
    opened.goto(served.url)
    settled(opened)
    yield opened
    context.close()
    assert broken == []


def test_a_browser_that_is_too_old_gets_a_sentence(chromium: Browser, served: Server) -> None:
    with _old("92.0.0", chromium) as old:
        assert old.version.startswith("92.")
        opened = old.new_page()
        opened.goto(f"{served.url}/overview")
        opened.wait_for_function("document.getElementById('lg-opening')")
        words = opened.evaluate("document.body.innerText")
    assert "太旧" in words
    assert "Chromium 92" in words
    assert f"Chromium {FLOOR['chromium']} 以上" in words


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            "双核浏览器的兼容模式），版本 11",
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE",
            "360安全浏览器，内核 Chromium 86",
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; rv:115.0) Gecko/20100101 Firefox/115.0",
            "Firefox（火狐），版本 115",
        ),
    ],
)
def test_the_sentence_names_what_is_too_old(
    chromium: Browser, served: Server, agent: str, named: str
) -> None:
    context = chromium.new_context(user_agent=agent)
    # what a browser of that age answers
    context.add_init_script("CSS.supports = () => false")
    opened = context.new_page()
    opened.goto(served.url)
    expect(opened.locator("#lg-opening")).to_contain_text(named)
    context.close()


def test_without_scripts_a_visitor_reads_what_to_allow(chromium: Browser, served: Server) -> None:
    context = chromium.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(served.url)
    assert NO_SCRIPT in opened.content()
    assert "enable JavaScript" not in opened.content()
    context.close()


def test_a_bundle_that_does_not_arrive_is_told(chromium: Browser, served: Server) -> None:
    context = chromium.new_context()
    opened = context.new_page()
    opened.route("**/static/js/index.*", lambda asked: asked.abort())
    opened.goto(served.url)
    expect(opened.locator("#lg-opening")).to_contain_text("程序文件没有装载成功")
    context.close()


def test_a_deep_link_asks_the_server_at_its_own_address_only(chromium: Browser,
                                                             served: Server) -> None:
    context = chromium.new_context()
    opened = context.new_page()
    failed: list[str] = []
    asked: list[str] = []
    opened.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400
              else asked.append(answer.url))
    opened.goto(f"{served.url}/overview?as_of=2026-09-30")
    settled(opened)
    assert failed == []
    assert f"{served.url}/_stcore/health" in asked
    assert opened.url.startswith(f"{served.url}/overview?")
    assert opened.locator("#lg-opening").count() == 0
    context.close()
