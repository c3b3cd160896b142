"""The file itself: safe, plain, and the same wherever it is opened."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest

from kpi.vocabulary.errors import InputError
from kpi.wording.wording import LIGHT_COLOURS
from reports.workbook import file_name, scope_of, workbook_bytes
from reports.workbook.names import SheetNames
from reports.workbook.style import light_fill
from tests.reports.cells import texts
from tests.reports.conftest import Made
from tests.reports.world import HOSTILE_TOWN, HOSTILE_VILLAGE, PLAN, known_world


@pytest.fixture(scope="module")
def parts(city: Made) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(city.content)) as packed:
        return {name: packed.read(name).decode("utf-8") for name in packed.namelist()}


def _sheets(parts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")}


def test_nothing_in_it_is_refused_by_older_programs(parts: dict[str, str]) -> None:
    assert not [name for name in parts if "vbaProject" in name or "externalLink" in name
                or "media" in name]
    for name, text in parts.items():
        assert "dataBar" not in text, name
        assert "TargetMode=\"External\"" not in text, name
    for name, text in _sheets(parts).items():
        assert "_xlfn" not in text, name
        assert ' t="array"' not in text, name
        assert " cm=" not in text, name


def test_every_indicator_sheet_has_native_charts_with_titles(city: Made,
                                                             parts: dict[str, str]) -> None:
    charts = [text for name, text in parts.items()
              if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) == 2 * len(city.known.plan.core) + 2
    for text in charts:
        assert len(re.findall(r"<(?:c:)?title>", text)) == 3  # the chart's and both axes'
        assert '<delete val="0"' in text.replace("c:", "")


def test_text_from_a_database_is_never_a_formula(city: Made, parts: dict[str, str]) -> None:
    sheet = city.formulas["缺口清单"]
    found = [cell for row in sheet.iter_rows() for cell in row
             if cell.value in (HOSTILE_TOWN, HOSTILE_VILLAGE)]
    assert {cell.value for cell in found} == {HOSTILE_TOWN, HOSTILE_VILLAGE}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)
    for name, text in _sheets(parts).items():
        assert not re.search(r"<f>[^<]*(cmd|@SUM)", text), name


def test_a_row_of_names_breaks_no_sheet_name() -> None:
    names = SheetNames()
    long = "城市/零工[市场]:*?\\" + "很长的指标名称" * 6
    given = [names.take(name) for name in (long, long, "ABC", "abc", "''", "", "History")]
    assert len({name.lower() for name in given}) == len(given)
    for name in given:
        assert 0 < len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.lower() != "history"


def test_an_indicator_renamed_into_trouble_still_makes_a_workbook(
        tmp_path_factory: pytest.TempPathFactory) -> None:
    plan = PLAN.replace("[indicators.jobs_published]\n",
                        '[indicators.jobs_published]\nname = "=岗位\'/[全]:*?发布&<b>"\n')
    known = known_world(tmp_path_factory.mktemp("trouble"), plan=plan)
    made = Made(known, workbook_bytes(known.figures, known.card, known.note))
    assert "=岗位'全发布&<b>" in made.values.sheetnames
    assert made.values["总表"]["C11"].value == "=岗位'/[全]:*?发布&<b>"


def test_one_countys_workbook_names_no_other_but_in_the_ranking(county: Made) -> None:
    said = texts(county.values, without=("县区排名",))
    assert "沭阳县" in said
    for other in ("宿城", "经开", "321302", "321371"):
        assert other not in said
    assert "宿城区" in texts(county.values)


def test_one_countys_workbook_shows_its_own_figures_and_the_citys(county: Made) -> None:
    names = {row[0] for row in county.values["总表"].iter_rows(min_row=6, values_only=True)}
    assert names == {"全市", "沭阳县"}


@pytest.mark.parametrize(("code", "rollup"), [("321322", "county"), ("321371", "managing")])
def test_a_code_means_the_county_or_else_the_unit(city: Made, code: str, rollup: str) -> None:
    scope = scope_of(city.known.card.geography, code)
    assert scope is not None
    assert (scope.rollup, scope.code) == (rollup, code)


def test_the_citys_code_means_everything_and_an_unknown_one_is_refused(city: Made) -> None:
    assert scope_of(city.known.card.geography, "321300") is None
    with pytest.raises(InputError, match="999999"):
        scope_of(city.known.card.geography, "999999")


def test_sample_figures_say_so_on_every_sheet(city: Made, bare: Made) -> None:
    for sheet in city.values.worksheets:
        assert any("演示数据" in str(cell.value) for row in sheet.iter_rows(max_row=3)
                   for cell in row), sheet.title
        assert sheet.oddHeader.right.text == "演示数据"
    for sheet in bare.values.worksheets:
        assert not any("演示数据" in str(cell.value) for row in sheet.iter_rows(max_row=3)
                       for cell in row), sheet.title


def test_the_properties_say_what_it_is(city: Made) -> None:
    about, known = city.values.properties, city.known
    assert "2026-10-31" in str(about.title)
    assert known.note.id in str(about.description)
    custom = {entry.name: entry.value for entry in city.values.custom_doc_props.props}
    assert custom == {"截至日期": "2026-10-31", "数据快照": known.note.id, "方案文件": "测〔2025〕1号",
                      "方案编号": "test-plan", "数据性质": "演示数据", "范围": "全市"}


def test_the_clock_has_names(city: Made) -> None:
    names = city.values.defined_names
    assert set(names) == {"截至日期", "方案起始日", "方案截止日", "序时进度", "剩余天数", "黄灯幅度"}
    sheet, cell = names["序时进度"].attr_text.replace("$", "").split("!")
    assert city.values[sheet.strip("'")][cell].value == 669 / 730


def test_every_sheet_prints_on_a4_with_page_numbers(city: Made) -> None:
    for sheet in city.values.worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (
            9, "landscape"), sheet.title
        assert (sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
            1, True)
        assert sheet.oddFooter.center.text == "第&P页 共&N页"
        if sheet.title != "封面":
            assert sheet.print_title_rows, sheet.title
            assert sheet.freeze_panes, sheet.title


def test_equal_figures_make_equal_files(city: Made) -> None:
    known = city.known
    assert workbook_bytes(known.figures, known.card, known.note) == city.content


def test_its_name_says_what_and_when(city: Made) -> None:
    assert file_name(date(2026, 10, 31)) == "零工归宿_联席会议_20261031.xlsx"
    scope = scope_of(city.known.card.geography, "321322")
    assert file_name(date(2026, 10, 31), scope) == "零工归宿_联席会议_沭阳县_20261031.xlsx"


def _contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2 of two colours written as RRGGBB."""
    def luminance(colour: str) -> float:
        parts = [int(colour[i:i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
                            for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_light_can_be_read_on_white_and_on_its_own_fill() -> None:
    for light, colour in LIGHT_COLOURS.items():
        text = colour.lstrip("#")
        assert _contrast(text, "FFFFFF") >= 4.5, light
        assert _contrast(text, light_fill(light)) >= 4.5, light
