"""The papers of a province: the city's code, the province's words, and the numbers of its own
scorecard.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from openpyxl.workbook.workbook import Workbook

from data_access.current import Current
from data_access.province.province import city_figures
from data_access.province.province_current import province_current
from kpi.province.province import Province, ProvinceCard
from kpi.scope import Scope
from kpi.scorecard.scorecard import Scorecard
from kpi.sentences.headline import headline
from reports.content import MEETING_PARTS
from reports.paper import PaperSource
from reports.papers import PAPERS, paper_bytes, source
from reports.workbook.paper import WORKBOOK
from tests.pages.test_province import AS_OF, cards, cities, folder, site_of, whole
from tests.reports.office import recalculated
from tests.reports.printed import printed

# the province alone takes long to make; its pages are in the quick tests
pytestmark = pytest.mark.long

__all__ = ["cards", "cities", "folder", "whole"]


@pytest.fixture(scope="module")
def current(folder: Path, cities: dict[str, Current]) -> Current:
    site = site_of(folder)
    province = Province(site.spec, tuple(city_figures(city, cities[city.member.code])
                                         for city in site.cities))
    return province_current(site, province, "20261101T000000-province")


@pytest.fixture(scope="module")
def made_from(current: Current, whole: ProvinceCard) -> PaperSource:
    return source(current, whole.card)


@pytest.fixture(scope="module")
def files(made_from: PaperSource) -> dict[str, bytes]:
    geography = made_from.card.geography
    return {paper.name_for(geography, AS_OF, None): paper_bytes(paper, made_from)
            for paper in PAPERS if paper.offered(geography)}


@pytest.fixture(scope="module")
def workbook(files: dict[str, bytes]) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(files["零工归宿_江苏省_联席会议_20261031.xlsx"]), data_only=True)


def _text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_each_paper_is_named_for_the_province(files: dict[str, bytes]) -> None:
    assert sorted(files) == sorted(f"零工归宿_江苏省_{what}_20261031.{kind}" for what, kind in (
        ("联席会议", "xlsx"), ("情况通报", "docx"), ("汇报", "pptx"), ("各市通报", "docx"), ("得分", "json")))


def test_what_an_account_of_one_city_sees_has_one_plan_and_the_provinces_days(
        current: Current) -> None:
    own = current.scoped(Scope(False, ("320100",)))
    assert own.plan is own.figures.plan
    assert {division.code for division in own.figures.facts.geography.divisions} == {
        "320000", "320100"}
    assert (own.default_day, own.last_day) == (current.default_day, current.last_day)


def test_the_words_are_those_of_a_province(files: dict[str, bytes], whole: ProvinceCard) -> None:
    for name in [name for name in files if name.endswith(".docx")]:
        text = _text(files[name])
        assert "演示数据" in text
        # quoted opinions of cities and a city's own names aside, nothing speaks of one city and its
        # counties
        assert not re.search("全市|县区", text)
        assert headline(whole.card) in text
    brief = _text(files["零工归宿_江苏省_情况通报_20261031.docx"])
    counted = sum(card.counted for card in whole.card.cards)
    assert f"当前13个市共有预警{counted}项" in brief
    assert "没有预警" not in brief


def test_the_headline_names_no_pace_that_is_no_citys(whole: ProvinceCard,
                                                     cards: dict[str, Scorecard]) -> None:
    shares = [card.plan.window.elapsed_share(card.as_of) for card in cards.values()]
    assert whole.card.pace_range == (min(shares), max(shares))
    assert f"各市序时进度{min(shares):.1%}—{max(shares):.1%}" in headline(whole.card)


def test_every_city_has_its_own_line_in_the_summary(workbook: Workbook,
                                                    whole: ProvinceCard) -> None:
    table = {(row[0].value, row[2].value): row for row in workbook["总表"].iter_rows()}
    for division in (whole.card.geography.city, *whole.card.geography.counties):
        name = "全省" if division is whole.card.geography.city else division.name
        for item in whole.card.plan.core:
            row, line = table[name, item.name], whole.card.line(item.code, division)
            value, target, due = (row[column].value for column in (4, 5, 7))
            assert (value if isinstance(value, int | float) else None) == line.value
            if line.due is not None:
                # by the member's own plan, not by the one clock of a city's workbook
                assert due == pytest.approx(line.due)
                assert target == line.target


def test_a_city_without_data_has_no_zeros(workbook: Workbook, files: dict[str, bytes],
                                          whole: ProvinceCard) -> None:
    """盐城 has not connected its training register: nothing is known of any of its months."""
    geography = whole.card.geography
    city = next(division for division in geography.counties if division.code == "320900")
    assert whole.card.line("training_attendances", city).value is None
    rows = [row for row in workbook["技能培训人次"].iter_rows() if row[0].value == city.name]
    assert len(rows) == 2
    assert all(cell.value in (None, "—") for cell in rows[1][1:15])
    text = Document(io.BytesIO(files["零工归宿_江苏省_各市通报_20261031.docx"]))
    shown = [[cell.text for cell in row.cells] for table in text.tables for row in table.rows]
    assert ["—", city.name, "—", "—"] in [row[:4] for row in shown]


def test_what_belongs_to_the_cities_is_left_to_their_workbooks(workbook: Workbook) -> None:
    assert {"各市排名", "各市明细", "预警", "口径说明"} <= set(workbook.sheetnames)
    assert not {"缺口清单", "数据质量", "督办"} & set(workbook.sheetnames)


@pytest.mark.office
def test_every_formula_gives_the_value_beside_it(files: dict[str, bytes], workbook: Workbook,
                                                 tmp_path: Path) -> None:
    content = files["零工归宿_江苏省_联席会议_20261031.xlsx"]
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    calculated = recalculated(content, tmp_path)
    compared, wrong = 0, []
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    stored, found = workbook[sheet.title][cell.coordinate].value, calculated[
                        sheet.title][cell.coordinate].value
                    same = (
                        stored == pytest.approx(found)
                        if isinstance(stored, float)
                        else stored == found
                    )
                    compared += 1
                    wrong += (
                        []
                        if same
                        else [f"{sheet.title}!{cell.coordinate} {cell.value}: {stored!r} {found!r}"]
                    )
    assert compared > 1000
    assert wrong == []


@pytest.mark.office
def test_a_provinces_meeting_set_prints_on_25_pages_in_eight_points(
        made_from: PaperSource, tmp_path: Path) -> None:
    paper = printed(paper_bytes(WORKBOOK, made_from, parts=MEETING_PARTS), tmp_path)
    assert len(paper.pages) <= 25
    assert paper.smallest >= 8.0
    assert not [text for text in paper.pages if "###" in text]
