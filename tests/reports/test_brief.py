"""The brief says what the scorecard says, in the office's phrasing and layout."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.shared import Mm

from kpi.plan.plan import IndicatorPlan
from kpi.sentences.headline import headline
from kpi.sentences.narrative import closing_words, told
from kpi.vocabulary.division import Division
from kpi.vocabulary.errors import InputError
from kpi.wording import wording
from kpi.wording.phrases import phrase
from reports.brief import BUNDLED, brief_bytes, template_in
from reports.brief.detail import DETAILS
from reports.brief.sentences import laggards
from reports.brief.template import make
from reports.content import Content
from reports.workbook import scope_of, workbook_bytes
from tests.reports.conftest import Made
from tests.reports.office import convert

_NUMBER = r"([\d,]+(?:\.\d+)?)"


@pytest.fixture(scope="module")
def written(city: Made) -> bytes:
    return brief_bytes(city.known.figures, city.known.card, city.known.note)


@pytest.fixture(scope="module")
def document(written: bytes) -> DocumentType:
    return Document(io.BytesIO(written))


@pytest.fixture(scope="module")
def text(document: DocumentType) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def _close(said: str, value: float, times: float = 1.0) -> bool:
    """Whether a printed number is the value rounded to the decimals it was printed with."""
    decimals = len(said.partition(".")[2])
    return abs(float(said.replace(",", "")) * times - value) <= 0.5 * 10 ** -decimals * times + 1e-9


def _said_of(text: str, item: IndicatorPlan) -> str:
    found = re.search(rf"(?<!；){re.escape(phrase(item).said)}[\d,.]+[^。]*", text)
    assert found, item.name
    return found.group()


def test_every_core_indicator_is_told_with_the_scorecards_value(city: Made, text: str) -> None:
    card = city.known.card
    for item in card.plan.core:
        if item.code == "third_party_share":
            continue
        unit, line = item.indicator.unit, card.city_line(item.code)
        found = re.match(rf"{re.escape(phrase(item).said)}{_NUMBER}(万?){re.escape(unit)}",
                         _said_of(text, item))
        assert found, item.name
        times = 0.01 if unit == "%" else 10_000 if found.group(2) else 1
        assert _close(found.group(1), line.value or 0, times), item.name


def test_every_completion_and_distance_is_the_scorecards(city: Made, text: str) -> None:
    card, told = city.known.card, 0
    for item in card.plan.core:
        if item.code == "third_party_share":
            continue
        said, line = _said_of(text, item), card.city_line(item.code)
        if done := re.search(rf"的{_NUMBER}%", said):
            assert _close(done.group(1), line.completion or 0, 0.01), said
            told += 1
        if pace := re.search(rf"([高低])于序时进度{_NUMBER}个百分点", said):
            assert _close(pace.group(2), abs(line.gap_points or 0)), said
            assert (pace.group(1) == "高") == ((line.gap_points or 0) > 0), said
            told += 1
        if floor := re.search(rf"([高低])于目标（[^）]*）{_NUMBER}个百分点", said):
            assert _close(floor.group(2), abs((line.value or 0) - (line.target or 0)) * 100), said
            told += 1
    assert told >= 10


def test_every_indicator_is_told_in_the_screens_own_words(city: Made, text: str) -> None:
    known, told_alike = city.known, 0
    for item in known.plan.core:
        if item.code != "third_party_share":
            said = told(known.plan, known.card.city_line(item.code), known.card.as_of,
                        outlook=False)
            assert wording.without_separators(said) in text
            told_alike += 1
    assert told_alike == 10


def test_what_closes_a_gap_is_told_in_the_screens_own_words(city: Made, text: str) -> None:
    known = city.known
    said = [closing_words(known.figures, known.card, item.code, known.card.geography.city)
            for item in known.plan.core]
    told_there = re.findall(r"，([^，；。]*每周多[^，；。]*即可按期完成)", text)
    assert told_there  # at least the furthest behind; how many depends on what fits
    assert set(told_there) <= set(said)


def test_a_lagging_count_is_told_with_its_pace_and_its_need(city: Made) -> None:
    """“沭阳县…（完成83.3%，近4周日均44.8个，需日均46.0个）”: the numbers of that unit's own line."""
    known = city.known
    text = laggards(Content(known.figures, known.card, known.note, None),
                    replace(DETAILS[0], per_unit=9))[0]
    found = re.findall(rf"(宿城区|沭阳县|经开区)(?:[^；]*、)?([^；（）、]+)（完成{_NUMBER}%，"
                       rf"近4周日均{_NUMBER}[^，]+，需日均{_NUMBER}", text)
    by_name = {item.name: item.code for item in city.known.plan.core}
    divisions = {unit.name: unit for unit in (*city.known.card.geography.managing[-1:],
                                              *city.known.card.geography.counties)}
    assert found
    for unit, name, done, recent, needed in found:
        line = city.known.card.line(by_name[name], divisions[unit])
        assert line.forecast is not None
        assert line.forecast.run_rates is not None
        assert _close(done, line.completion or 0, 0.01)
        assert _close(recent, line.forecast.run_rates[0])
        assert _close(needed, line.needed_per_day or 0)


@dataclass(frozen=True)
class _Item:
    """A row of the ledger as it is handed in."""

    number: str = "2026-03-01"
    title: str = "=补齐空白乡镇驿站。"
    division: str = "沭阳县"
    indicator: str = "乡镇驿站覆盖率"
    expected: str = "≥100%"
    lead_unit: str = "市人社局"
    responsible_units: str = "沭阳县"
    post: str = "局长"
    meeting: date | None = date(2026, 3, 20)
    due: date = date(2026, 10, 22)
    state: str = "逾期"
    days_overdue: int = 9
    progress: str | None = "@SUM(1)已建成3处"
    progress_on: date | None = date(2026, 9, 1)
    closed: str = "—"
    reopened: int = 0


_ITEMS = (_Item(), _Item("2026-03-02", division="宿城区", days_overdue=0, state="已销号",
                         closed="数据销号 2026-05-01"))


def test_the_brief_opens_with_the_items_agreed_when_they_are_given(city: Made, text: str) -> None:
    known = city.known
    made = Document(io.BytesIO(brief_bytes(known.figures, known.card, known.note,
                                           follow_ups=_ITEMS)))
    said = [paragraph.text for paragraph in made.paragraphs]
    assert "截至10月31日，联席会议已议定事项2项，已销号1项，逾期1项。逾期的有：=补齐空白乡镇驿站（市人社局，逾期9天）。" in said
    assert "议定事项" not in text


def test_the_ledgers_rows_make_a_sheet_of_their_own(city: Made, county: Made) -> None:
    known = city.known
    whole = workbook_bytes(known.figures, known.card, known.note, follow_ups=_ITEMS)
    sheet = openpyxl.load_workbook(io.BytesIO(whole))["督办"]
    cells = {str(cell.value): cell for row in sheet.iter_rows() for cell in row
             if cell.value is not None}
    for text in ("=补齐空白乡镇驿站。", "@SUM(1)已建成3处"):
        assert (cells[text].data_type, cells[text].quotePrefix) == ("s", True)
    scope = scope_of(known.card.geography, "321322")
    own = workbook_bytes(known.figures, known.card, known.note, follow_ups=_ITEMS, scope=scope)
    divisions = {row[2] for row in openpyxl.load_workbook(io.BytesIO(own), read_only=True)[
        "督办"].iter_rows(min_row=5, values_only=True)}
    assert "宿城区" not in divisions
    assert "督办" not in county.values.sheetnames


def test_equal_figures_make_equal_files(city: Made, written: bytes) -> None:
    known = city.known
    assert brief_bytes(known.figures, known.card, known.note) == written


def test_third_party_collection_is_told_with_the_jobs(city: Made, text: str) -> None:
    found = re.search(rf"发布零工岗位[^。]*其中第三方归集占{_NUMBER}%", text)
    assert found
    assert _close(found.group(1), city.known.card.city_line("third_party_share").value or 0, 0.01)


def test_the_opening_counts_days_and_lights(city: Made, text: str) -> None:
    assert "截至2026年10月31日，序时进度91.6%，距截止日还有61天；" in text  # 669 of 730 days
    assert headline(city.known.card) in text.split("\n")  # the screen's own sentence
    card = city.known.card
    said = re.search(r"11项核心指标中([^，。]*)", text)
    assert said
    counts = {word: int(number) for number, word in re.findall(r"(\d+)项([^、]+)", said.group(1))}
    lights = [card.city_line(item.code).light.value for item in card.plan.core]
    wanted = {"已完成": lights.count("met"), "达序时": lights.count("green"),
              "滞后": lights.count("yellow"), "严重滞后": lights.count("red")}
    assert counts == {word: number for word, number in wanted.items() if number}


def test_laggards_are_the_units_with_a_red_light(city: Made, text: str) -> None:
    card = city.known.card
    said = re.search(r"严重滞后的有：([^。]*)。", text)
    assert said

    def red(division: Division) -> bool:
        return any(card.line(item.code, division).light == "red" for item in card.plan.core)

    geography = card.geography
    units = {unit.name: red(unit) for unit in (*geography.counties, geography.managing[-1])}
    assert {name for name in units if name in said.group(1)} == {
        name for name, behind in units.items() if behind}


def test_daily_needs_are_the_scorecards(city: Made, text: str) -> None:
    found = re.findall(rf"([^\d：，；、）]+)还差{_NUMBER}(?:人|家|个|人次)（日均{_NUMBER}", text)
    by_name = {item.name: city.known.card.city_line(item.code) for item in city.known.plan.core}
    assert {name for name, _, _ in found} == {name for name, line in by_name.items()
                                              if line.needed_per_day is not None}
    for name, left, daily in found:
        line = by_name[name]
        assert _close(left, (line.target or 0) - (line.value or 0))
        assert _close(daily, line.needed_per_day or 0)


def test_the_annex_has_every_core_indicator_and_every_ranked_unit(
        city: Made, document: DocumentType) -> None:
    core, league = ([[cell.text for cell in row.cells] for row in table.rows]
                    for table in document.tables)
    assert [row[1] for row in core[1:]] == [item.name for item in city.known.plan.core]
    assert {row[3] for row in league[1:]} == {"宿城区", "沭阳县", "经开区"}
    for row in core[1:]:
        line = city.known.card.city_line(next(item.code for item in city.known.plan.core
                                              if item.name == row[1]))
        assert row[4] == "—" or _close(row[4].rstrip("%"), line.completion or 0, 0.01)


def test_it_is_laid_out_by_the_standard(document: DocumentType) -> None:
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round((margin or 0) / 36000) for margin in margins] == [37, 35, 28, 26]
    assert round((section.page_width or 0) / Mm(1)) == 210
    title, body = document.paragraphs[0].runs[0], document.paragraphs[2].runs[0]
    for run, font, size in ((title, "方正小标宋简体", 22), (body, "仿宋_GB2312", 16)):
        assert run._r.rPr.rFonts.get(qn("w:eastAsia")) == font
        assert run.font.size.pt == size


def test_sample_figures_say_so_and_real_ones_do_not(city: Made, bare: Made, text: str) -> None:
    assert "演示数据" in text
    real = Document(io.BytesIO(brief_bytes(bare.known.figures, bare.known.card, bare.known.note)))
    said = "\n".join(paragraph.text for paragraph in real.paragraphs)
    assert "演示数据" not in said
    assert "暂无数据" in said


def test_the_bundled_template_is_what_its_script_makes(tmp_path: Path) -> None:
    make(tmp_path / "made.docx")
    bundled, made = Document(str(BUNDLED)), Document(str(tmp_path / "made.docx"))
    assert made.element.xml == bundled.element.xml


def _changed(folder: Path, before: str, after: str) -> Path:
    changed = folder / "brief.docx"
    document = Document(str(BUNDLED))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace(before, after)
    document.save(str(changed))
    return changed


@pytest.mark.parametrize(("before", "after", "named"), [
    ("{{ opening }}", "{{ opning }}", "opning"), ("{{ opening }}", "", "opening"),
    ("{{ opening }}", "{% opening %}", "标记有误"), ("{{ opening }}", "{{ opening.words }}", "words")])
def test_a_slip_in_the_template_is_named(city: Made, tmp_path: Path, before: str, after: str,
                                         named: str) -> None:
    known = city.known
    with pytest.raises(InputError, match=named):
        brief_bytes(known.figures, known.card, known.note,
                    template=_changed(tmp_path, before, after))


def test_a_template_that_is_no_document_is_refused(city: Made, tmp_path: Path) -> None:
    broken = tmp_path / "brief.docx"
    broken.write_bytes(b"not a document")
    with pytest.raises(InputError, match="打不开"):
        brief_bytes(city.known.figures, city.known.card, city.known.note, template=broken)


def test_a_sites_own_template_comes_before_the_bundled_one(tmp_path: Path) -> None:
    assert template_in(tmp_path) == BUNDLED
    shutil.copy(BUNDLED, tmp_path / "brief.docx")
    assert template_in(tmp_path) == tmp_path / "brief.docx"


@pytest.mark.office
def test_it_prints_on_two_pages_and_an_annex(written: bytes, tmp_path: Path) -> None:
    printed = convert(written, "pdf", tmp_path, name="brief.docx").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 3
