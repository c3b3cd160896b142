"""Pages and papers where a county has changed its code and a zone is gone: each day's own units."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import openpyxl
import pytest

from data_access.current import load_or_refresh
from data_access.site.load import load_settings
from reports.papers import meeting_papers, source
from tests.data_access.test_unit_lives import NEW, NEWEST, OLD, UNITS, read, site_with
from tests.pages.app import open_page, words
from tests.pages.test_states import SCREENS_FILES

BEFORE = "2025-06-30"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    settings = site_with(tmp_path_factory.mktemp("units"), UNITS)
    read(settings)
    return {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
            **{f"LINGGONG_URL_{name.upper()}": url for name, url in settings.urls.items()}}


@pytest.fixture(autouse=True)
def _set(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("day", "name", "gone"), [(BEFORE, "沭阳县", "沭阳区"),
                                                   (NEWEST.isoformat(), "沭阳区", "沭阳县")])
@pytest.mark.long
def test_an_address_with_either_code_opens_the_unit_of_the_day(day: str, name: str,
                                                               gone: str) -> None:
    for code in (OLD, NEW):
        said = words(open_page("counties/county", division=code, as_of=day))
        assert name in said
        assert gone not in said
        assert "没有代码为" not in said


@pytest.mark.long
@pytest.mark.parametrize("day", [BEFORE, NEWEST.isoformat()])
@pytest.mark.parametrize("rollup", ["county", "managing"])
@pytest.mark.parametrize("page", SCREENS_FILES)
def test_every_page_is_shown_before_and_after(page: str, rollup: str, day: str) -> None:
    app = open_page(page, as_of=day, rollup=rollup)
    said = words(app)
    assert not app.exception
    assert "页面出错了" not in said
    assert "数据暂时无法显示" not in said
    if day == BEFORE and page != "library/definitions":
        assert "沭阳区" not in said


@pytest.mark.long
def test_the_papers_of_either_day_name_its_units() -> None:
    current = load_or_refresh(load_settings())
    for day, name, gone in ((BEFORE, "沭阳县", "沭阳区"), (NEWEST.isoformat(), "沭阳区", "沭阳县")):
        card = current.scorecard(NEWEST.fromisoformat(day))
        made = meeting_papers(source(current, card))
        book = next(content for file, content in made.items() if file.endswith(".xlsx"))
        cells = {str(cell.value) for sheet in openpyxl.load_workbook(BytesIO(book))
                 for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert name in " ".join(cells)
        assert gone not in " ".join(cells)
