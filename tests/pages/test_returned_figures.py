"""Figures made of monthly returns on the pages: where they come from, who is missing, what the
databases have beside them.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_access.ledger.engine import ledger_url
from data_access.snapshots.refresh import refresh
from tests import small_city
from tests.fixtures import returned_figures as returned
from tests.fixtures.returned_figures import drawn
from tests.pages.app import markup, open_page, table, words

VISITS = """
    | unit_code | served_on  | persons |
    | 321302    | 2025-01-15 | 100     |
    | 321302    | 2025-02-10 | 40      |
    | 321322    | 2025-01-20 | 30      |
    | 321302    | 2025-05-20 | 999     |
"""
RETURNS = (
    drawn("2025-01", "321302", {"talks": 5, "staff": 10, "buses": 1, "visits": 120}, "approve"),
    drawn("2025-02", "321302", {"talks": 7, "staff": 12, "buses": 1, "visits": 36}, "approve"),
    drawn("2025-01", "321322", {"talks": 3, "staff": 30, "buses": 1, "visits": 31}, "approve"),
    drawn("2025-02", "321322", {"talks": 3, "staff": 31, "buses": 1, "visits": None}, "approve"),
    drawn("2025-03", "321322", {"talks": 4, "staff": 33, "buses": 1, "visits": 9}),
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A site with the form, its figures and the returns, read once on 2 April."""
    settings = small_city.settings_of(tmp_path_factory.mktemp("returned"), venue_service=VISITS)
    returned.add(settings.config)
    returned.record(settings, *RETURNS)
    refresh(settings, now=datetime(2025, 4, 2, 12))
    return {"LINGGONG_CONFIG": str(settings.config), "LINGGONG_DATA": str(settings.data),
            "LINGGONG_REFRESH_MINUTES": "0", "LINGGONG_LEDGER_URL": ledger_url(settings, {}),
            **{f"LINGGONG_URL_{name.upper()}": url for name, url in settings.urls.items()}}


@pytest.fixture(autouse=True)
def over_returned(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LINGGONG_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def _page(name: str, **params: str) -> AppTest:
    app = open_page(name, **params)
    assert not app.exception
    return app


def test_what_was_reported_stands_beside_what_the_databases_know() -> None:
    """Over the unit-months that have both: 120 + 36 + 31 beside 100 + 40 + 30."""
    said = words(_page("leaders/indicator", indicator="venue_services", as_of="2025-04-01"))
    assert "月报：服务人次187人次2025-01至2025-02已审，2个单位" in said
    assert "数据库：同月同单位170人次" in said
    assert "相差+17人次+10.0%" in said


def test_a_figure_of_returns_says_where_it_is_from_and_who_is_missing() -> None:
    said = words(_page("leaders/indicator", indicator="talks_held", as_of="2025-03-31"))
    assert "18场" in said  # 5 + 7 + 3 + 3; what waits for approval is not in it
    assert "2025-03已审月报0/3个单位缺" in said
    assert "数据库：" not in said
    assert "月报·审核通过的月报" in words(_page("library/definitions"))


def test_a_stock_that_somebody_lacks_is_not_shown_as_less() -> None:
    said = words(_page("leaders/indicator", indicator="station_staff", as_of="2025-02-28"))
    assert "43人" not in said
    assert "年底预计" not in said
    assert "待数据" in said
    assert "2025-02已审月报2/3个单位缺" in said


def test_the_page_of_data_tells_who_has_reported_which_month() -> None:
    app = _page("library/data_health")
    body = markup(app)
    assert "月报</h2>" in body
    rows = [row for number in range(8) for row in _rows(app, number)
            if row and row[0] in ("2025-03", "2025-02", "2025-01")]
    assert [row[:3] + row[5:6] for row in rows] == [
        ["2025-03", "0", f"1 {_name(rows, 0, 2)}", rows[0][5]],
        ["2025-02", "2", "0", rows[1][5]], ["2025-01", "2", "0", rows[2][5]]]
    assert [row[5].split(" ")[0] for row in rows] == ["2", "1", "1"]
    assert "审核通过的月报" in body  # a source like any other


def _rows(app: AppTest, number: int) -> list[list[str]]:
    try:
        return table(app, "lg-plain", number)
    except IndexError:
        return []


def _name(rows: list[list[str]], row: int, cell: int) -> str:
    return rows[row][cell].split(" ", 1)[1]


def test_without_a_form_there_is_no_panel(environment: dict[str, str]) -> None:
    form = Path(environment["LINGGONG_CONFIG"]) / "returns.toml"
    text = form.read_text(encoding="utf-8")
    form.unlink()
    try:
        assert "月报</h2>" not in markup(_page("library/data_health"))
        said = words(_page("leaders/indicator", indicator="venue_services", as_of="2025-04-01"))
        assert "月报：" not in said
    finally:
        form.write_text(text, encoding="utf-8")
