"""What a 口径卡 lets its reader take along: sentence, link and CSV are the scorecard's."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from components.indicator import take_along
from components.shell.frame import View
from components.shell.selection import parse
from data_access.current import Current
from kpi.scope.access import open_access
from kpi.vocabulary.division import Rollup
from tests.pages.app import open_page, words
from tests.pages.conftest import Server
from tests.pages.walk import settled

AS_OF = date(2026, 10, 31)
CODE = "jobs_published"


def _view(sample: Current, **params: str) -> View:
    chosen, _ = parse(params, sample, sample.figures.facts.geography)
    return View(sample, "sample", chosen, sample.scorecard(AS_OF, AS_OF), open_access())


def _card() -> AppTest:
    app = open_page("leaders/overview", indicator=CODE)
    app.button(key=f"lg-explain-{CODE}").click().run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("over_sample")
def test_the_sentence_and_the_link_are_those_of_the_figure_shown(sample: Current) -> None:
    app, line = _card(), sample.scorecard(AS_OF, AS_OF).city_line(CODE)
    assert line.value is not None
    assert line.completion is not None
    text = str(app.text_area[0].value)
    assert text.startswith("截至2026年10月31日，宿迁市发布零工岗位4.68万个，完成目标5万个的93.6%，")
    assert f"{line.value / 10_000:.2f}万" in text
    assert f"{line.completion * 100:.1f}%" in text
    link = urlsplit(str(app.text_input[-1].value))
    assert link.path.endswith("/indicator")
    assert dict(parse_qsl(link.query)) == {"as_of": "2026-10-31", "indicator": CODE}
    assert "46,800" in words(open_page("leaders/indicator", **dict(parse_qsl(link.query))))


@pytest.mark.parametrize(("rollup", "division"), [("county", "321324"), ("managing", "321391")])
def test_the_link_of_a_unit_leads_back_to_it(sample: Current, rollup: str, division: str) -> None:
    view = _view(sample, rollup=rollup)
    place = view.geography.division(Rollup(rollup), division)
    query = dict(parse_qsl(urlsplit(take_along.link(view, CODE, place)).query))
    assert parse(query, sample, view.geography)[0].place(view.geography) == place


@pytest.mark.parametrize("code", [CODE, "mediation_success", "third_party_share"])
def test_the_file_has_every_units_own_figure(sample: Current, code: str) -> None:
    view = _view(sample, rollup="managing")
    content = take_along.table(view, code)
    assert content.startswith(b"\xef\xbb\xbf")  # a spreadsheet program reads it as UTF-8
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    assert [row["单位"] for row in rows] == ["宿迁市", *(one.name for one in view.members)]
    for row, place in zip(rows, (view.geography.city, *view.members), strict=True):
        line = view.card.line(code, place)
        assert row["截至"] == "2026-10-31"
        if line.value is None:
            assert row["数值"] == ""
        else:
            assert float(row["数值"]) == pytest.approx(line.value, abs=1e-6)
        assert (row["目标"] == "") == (line.target is None)


@pytest.mark.browser
def test_the_sentence_is_copied_with_one_click(browser: Browser, screens: Server) -> None:
    page = browser.new_page(locale="zh-CN", viewport={"width": 1366, "height": 768})
    page.set_default_timeout(90_000)
    page.goto(screens.url)
    settled(page)
    page.get_by_role("button", name="发布零工岗位的口径").click()
    box = page.get_by_role("dialog").get_by_label("公文用语")
    expect(box).to_have_value("截至2026年10月31日，宿迁市发布零工岗位4.68万个，完成目标5万个的93.6%，"
                              "高于序时进度2.0个百分点。", timeout=60_000)
    page.get_by_role("button", name="复制语句").click()
    expect(page.locator(".lg-copied")).not_to_be_empty(timeout=60_000)
    assert page.evaluate("getSelection().toString()") == box.input_value()
    page.close()
