"""What each kind of reader comes for, from the first click to the figure, with figures recomputed
row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.current import Current
from kpi.definitions.catalogue import Judged
from kpi.figures.gap import missing_places
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from tests import naive
from tests.pages.conftest import Server
from tests.pages.walk import LOADED, settled
from tests.programs import nothing_may_be_missing
from tests.reports.cells import table

pytestmark = pytest.mark.browser
AS_OF, EARLIER = date(2026, 10, 31), date(2026, 9, 30)
LAPTOP = (1366, 768)
Lines = dict[tuple[str, str, str], naive.NaiveLine]


@pytest.fixture
def page(browser: Browser, screens: Server) -> Iterator[Page]:
    """Somebody who has just opened the site."""
    context = browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]},
                                  locale="zh-CN", accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(LOADED)
    opened.goto(screens.url)
    settled(opened)
    yield opened
    context.close()


@pytest.fixture(scope="module")
def recomputed(sample: Current, sample_tables: naive.Tables) -> Lines:
    return _lines(sample, sample_tables, AS_OF)


def _lines(sample: Current, tables: naive.Tables, day: date) -> Lines:
    return naive.lines(tables, start=sample.plan.window.start, as_of=day,
                       read_on=sample.snapshot.read_at.date())


def _count(line: naive.NaiveLine) -> int:
    assert line.value is not None
    return round(line.value)


def _go(page: Page, group: str, title: str) -> None:
    """Through the top navigation, as one does with a mouse."""
    page.get_by_test_id("stTopNav").get_by_text(group, exact=True).click()
    entry = page.get_by_role("menuitem", name=title, exact=True)
    entry.click()
    expect(entry).to_have_count(0)
    settled(page)


def _click_the_middle_of_the_map(page: Page) -> None:
    """The middle of the city lies in 宿城区; once more when the first click came before the map was
    ready.
    """
    for _ in range(4):
        expect(page.locator("#deckgl-overlay")).to_have_count(1)  # not two, while one goes
        box = page.locator("#deckgl-overlay").bounding_box()
        assert box is not None
        for nudge in (-5, 0):
            page.mouse.move(box["x"] + box["width"] / 2 + nudge, box["y"] + box["height"] / 2)
            page.wait_for_timeout(500)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for _ in range(20):
            page.wait_for_timeout(300)
            if "division=321302" in page.url:
                return
    raise AssertionError(f"no click reached the map: {page.url}")


def test_a_leader_goes_from_a_tile_to_a_county_on_the_map_and_to_what_the_number_means(
        page: Page, sample: Current, recomputed: Lines) -> None:
    city = _count(recomputed["training_attendances", "city", naive.CITY_CODE])
    county = _count(recomputed["training_attendances", "county", "321302"])
    expect(
        page.locator(".lg-tile[data-indicator=training_attendances] .lg-tile-value")).to_have_text(
            f"{city:,}")
    page.get_by_role("button", name="查看技能培训人次").click()
    expect(page.get_by_role("heading", name="技能培训人次 · 县区地图")).to_be_visible()
    settled(page)
    _go(page, "领导驾驶舱", "地图")
    expect(page.get_by_role("heading", name="宿迁市 · 技能培训人次")).to_be_visible()
    _click_the_middle_of_the_map(page)
    expect(page.get_by_role("heading", name="宿城区 · 技能培训人次")).to_be_visible()
    expect(page.locator(".lg-place-value b")).to_have_text(f"{county:,}人次")
    settled(page)
    page.get_by_role("button", name="口径", exact=True).click()
    card = page.get_by_role("dialog").locator(".lg-explain")
    expect(card).to_contain_text(f"{county:,}人次")
    expect(card).to_contain_text(sample.plan.indicator("training_attendances").indicator.formula)
    expect(card).to_contain_text(f"快照{sample.snapshot.id}")


def test_a_county_bureau_finds_its_place_what_is_missing_by_name_and_what_each_week_must_bring(
        page: Page, sample: Current, recomputed: Lines) -> None:
    own, card = "321324", scorecard(sample.figures, AS_OF)
    scores = {county.code: _score(sample, recomputed, county.code)
              for county in card.geography.counties}
    place = 1 + sum(round(score, 6) > round(scores[own], 6) for score in scores.values())
    _go(page, "县区", "排名")
    row = page.locator(".st-key-lg-panel-league-county tbody tr", has_text="泗洪")
    expect(row.locator(".lg-place-no")).to_have_text(str(place))
    expect(row.locator(".lg-score")).to_have_text(f"{scores[own]:.1f}")
    _go(page, "县区", "县区")
    page.get_by_role("button", name="进入泗洪县").click()
    expect(page.get_by_role("heading", name="泗洪县", exact=True)).to_be_visible()
    expect(page.locator(".lg-unit-place")).to_contain_text(f"第{place}")
    settled(page)
    _expect_missing_places(page, sample, recomputed, own)
    target = card.line("jobs_published", card.geography.division(Rollup.COUNTY, own)).target
    assert target is not None
    # 61 days are left on 31 October
    weekly = (target - _count(recomputed["jobs_published", "county", own])) / 61 * 7
    needs = page.locator(".lg-compare tr", has=page.locator("th", has_text="发布零工岗位"))
    expect(needs.locator("td").nth(7)).to_have_text(wording.shortfall(weekly, "个"))


def _score(sample: Current, recomputed: Lines, county: str) -> float:
    """The weighted mean of completion over what is due, each at most 1, of all core indicators, in
    points.
    """
    card = scorecard(sample.figures, AS_OF)
    elapsed = ((AS_OF - date(2025, 1, 1)).days + 1) / 730
    parts = []
    for item in sample.plan.core:
        value, target = recomputed[item.code, "county", county].value, card.line(
            item.code, card.geography.division(Rollup.COUNTY, county)).target
        assert value is not None
        assert target is not None
        due = 1 if item.indicator.judged == Judged.FLOOR else elapsed
        parts.append((item.weight, min(value / target / due, 1)))
    return 100 * sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)


def _expect_missing_places(page: Page, sample: Current, recomputed: Lines, county: str) -> None:
    """As many as the recomputation has without, and all by name."""
    division = scorecard(sample.figures, AS_OF).geography.division(Rollup.COUNTY, county)
    lists = page.locator(".lg-missing-box")
    for number, code in enumerate(("station_coverage", "window_coverage")):
        line, places = recomputed[code, "county", county], missing_places(
            sample.figures, code, division, AS_OF)
        assert line.denominator is not None
        assert line.numerator is not None
        assert len(places) == line.denominator - line.numerator
        for place in places:
            expect(lists.nth(number)).to_contain_text(place.name)


def test_staff_take_the_workbook_of_a_day_home_and_find_the_screens_figures_in_it(
        page: Page, sample: Current, sample_tables: naive.Tables, tmp_path: Path) -> None:
    _go(page, "资料", "报表")
    page.get_by_role("button", name="选择日期").click()
    page.get_by_role("button", name="上一月").click()
    page.get_by_role("button", name="2026年9月30日").click()
    expect(page.get_by_text(f"截至 {EARLIER}　范围：全市")).to_be_visible()
    settled(page)
    _preview_the_brief(page)
    with page.expect_download() as download:
        page.locator(".st-key-lg-paper-workbook").get_by_role("button", name="下载").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert f"{EARLIER:%Y%m%d}" in download.value.suggested_filename
    download.value.save_as(tmp_path / "workbook.xlsx")
    shown = table(openpyxl.load_workbook(tmp_path / "workbook.xlsx", data_only=True)["总表"], "区划",
                  "口径", "指标")
    card, recomputed = scorecard(sample.figures, EARLIER), _lines(sample, sample_tables, EARLIER)
    for item in sample.plan.core:
        value = shown[("全市", "全市", item.name)]["完成值"]
        assert value == card.city_line(item.code).value
        assert value == pytest.approx(recomputed[item.code, "city", naive.CITY_CODE].value)


def _preview_the_brief(page: Page) -> None:
    page.get_by_role("combobox", name="预览哪一份").click()
    page.get_by_role("option", name="情况通报（Word）").click()
    settled(page)
    page.get_by_role("button", name="生成预览").click()
    pictures, content = page.locator(".st-key-lg-paper-page img"), page.locator(".lg-plain-paper")
    expect(pictures.or_(content).first).to_be_visible(timeout=3 * LOADED)
    if nothing_may_be_missing():
        expect(pictures).to_be_visible()
        expect(page.get_by_text(re.compile(r"共 \d+ 页"))).to_be_visible()
