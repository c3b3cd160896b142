"""灵活就业参保人数, which no line of Python knows: on every screen and paper, from two files and a line in
plan.toml.
"""

from __future__ import annotations

import io
import json
import os
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from data_access.snapshots.refresh import refresh
from tests import small_city
from tests.commands.running import command
from tests.fixtures import own_definition as own
from tests.pages.app import chart, markup, numbers, open_page, table, tiles, words
from tests.reports.cells import table as sheet_table

NAME, DATASET = "灵活就业参保人数", "灵活就业参保"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A site on the small city's databases with the two files and the line, read once."""
    folder = tmp_path_factory.mktemp("own")
    settings = small_city.settings_of(folder)
    own.add(settings.config)
    own.write_table(folder / "assistance.sqlite")
    refresh(settings, now=datetime(2026, 7, 1, 12))
    return {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
            "LINGGONG_REFRESH_MINUTES": "0", **{f"LINGGONG_URL_{name.upper()}": url
                                                for name, url in settings.urls.items()}}


@pytest.fixture
def over_own(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def page(name: str, **params: str) -> AppTest:
    app = open_page(name, as_of=own.AS_OF.isoformat(), **params)
    assert not app.exception
    return app


@pytest.mark.usefixtures("over_own")
@pytest.mark.parametrize("name", ["leaders/overview", "leaders/indicator", "leaders/county_map",
                                  "leaders/wallboard", "counties/ranking", "counties/county",
                                  "meeting/alerts", "library/definitions"])
def test_the_screen_names_it(name: str) -> None:
    division = {"division": "321302"} if name == "counties/county" else {}
    assert NAME in words(page(name, indicator=own.INDICATOR, **division))


@pytest.mark.usefixtures("over_own")
def test_the_tile_shows_the_persons_counted_by_hand() -> None:
    said = tiles(page("leaders/overview"))[own.INDICATOR]
    assert said.startswith(NAME)
    assert f"{own.HOLDING['city', '321300']}人/ ≥10人" in said


@pytest.mark.usefixtures("over_own")
def test_the_indicators_page_draws_its_path_and_its_units() -> None:
    app = page("leaders/indicator", indicator=own.INDICATOR)
    drawn = [value for number in range(len(app.get("plotly_chart")))
             for trace in chart(app, number)["data"] for value in numbers(trace.get("y"))]
    assert float(own.HOLDING["city", "321300"]) in drawn
    said = words(app)
    for row in ("测试市4 人≥10人", "宿城区2 人≥4人", "沭阳县1 人≥6人"):
        assert row.replace(" ", "") in said.replace(" ", "")


@pytest.mark.usefixtures("over_own")
def test_its_definition_is_marked_as_the_sites_own() -> None:
    said = markup(page("library/definitions")).partition(f'id="def-{own.INDICATOR}"')[2].partition(
        "</article>")[0]
    for part in ("本地口径", "截至当日已参保且未停保的灵活就业人员数", "本市补充要求", "就业帮扶系统·灵活就业参保（flexible_insurance）"):
        assert part in said


@pytest.mark.usefixtures("over_own")
def test_its_card_is_marked_too() -> None:
    app = page("leaders/overview")
    said = markup(app.button(key=f"lg-explain-{own.INDICATOR}").click().run())
    assert "<dt>定义（本地口径）</dt><dd>截至当日已参保且未停保的灵活就业人员数</dd>" in said
    assert "就业帮扶系统·灵活就业参保（最新记录 2026-06-30）" in said


@pytest.mark.usefixtures("over_own")
def test_the_data_page_reconciles_it() -> None:
    rows = {row[0]: row for row in table(page("library/data_health"), "lg-recon", 0)}
    assert rows[DATASET][2:4] == [str(len(own.ROWS)), str(own.COUNTED)]
    assert "平" in "".join(rows[DATASET])



def test_the_json_has_its_lines_and_its_reconciliation(environment: dict[str, str]) -> None:
    result = command("reports", "scorecard", "--as-of", own.AS_OF.isoformat(), **environment)
    assert result.returncode == 0, result.stderr
    card = json.loads(result.stdout)
    found = {(line["rollup"], line["division"]): line["value"] for line in card["lines"]
             if line["indicator"] == own.INDICATOR}
    assert found == own.HOLDING
    quality = next(one for one in card["quality"] if one["dataset"] == own.DATASET)
    assert (quality["read"], quality["counted"], quality["excluded"]) == (
        len(own.ROWS), own.COUNTED, own.EXCLUDED)


def test_the_workbook_has_it(environment: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "book.xlsx"
    result = command("reports", "workbook", "--as-of", own.AS_OF.isoformat(), "--out", str(out),
                     **environment)
    assert result.returncode == 0, result.stderr
    book = openpyxl.load_workbook(io.BytesIO(out.read_bytes()), data_only=True)
    assert NAME in book.sheetnames or any(
        NAME in str(cell) for row in book.worksheets[1].iter_rows(values_only=True) for cell in row
    )
    defined = sheet_table(book["口径说明"], "指标")[NAME,]
    assert str(defined["计算方法"]).startswith("本地口径：截至当日已参保且未停保的灵活就业人员数。数据来源：就业帮扶系统“灵活就业参保”")
    quality = sheet_table(book["数据质量"], "数据集")[DATASET,]
    assert (quality["读取"], quality["计入"], quality["核对"]) == (len(own.ROWS), own.COUNTED, "平")


def test_the_brief_speaks_of_it_in_the_files_words(environment: dict[str, str],
                                                   tmp_path: Path) -> None:
    out = tmp_path / "brief.docx"
    result = command("reports", "brief", "--as-of", own.AS_OF.isoformat(), "--out", str(out),
                     **environment)
    assert result.returncode == 0, result.stderr
    with ZipFile(out) as package:
        text = package.read("word/document.xml").decode("utf-8")
    assert "灵活就业参保4人" in text


def test_the_template_lists_its_columns(environment: dict[str, str]) -> None:
    result = command("data_access", "template", own.DATASET, **environment)
    assert result.stdout.splitlines()[1:5] == [
        "person_key,人员编码,文字,必填,,", "unit_code,所属县区,文字,可以为空,,县区", "insured_from,参保日期,日期,必填,,",
        "insured_until,停保日期,日期,可以为空,,"]
