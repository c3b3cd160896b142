"""典型做法 on 任务清单: what is shown, what a county sees of it, recording, and the feed beside it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.shell import account
from data_access.accounts.audit import audit_log
from data_access.current import Current
from data_access.exchange import open_target
from data_access.ledger.model_entries import ModelEntries, model_entries
from kpi.models import EntryKind, stand_models
from kpi.scope import Access, Account, Grant, Role
from kpi.scorecard.scorecard import scorecard
from kpi.wording import wording
from reports import papers
from reports.exchange import exchange
from reports.feeds import feed_source
from reports.scorecard import SCORECARD
from tests.pages.app import open_page, table, words

PAGE = "meeting/duties"
DAY = date(2026, 10, 31)


def _as_county(monkeypatch: pytest.MonkeyPatch, code: str = "321323") -> None:
    own = Access(Account("county", "泗阳县人社局"),
                 (Grant(Role.COUNTY, divisions=frozenset({code})),))
    monkeypatch.setattr(account, "current_access", lambda: own)
    monkeypatch.setattr(account, "guard", lambda _page: own)


@pytest.mark.usefixtures("over_sample")
def test_every_adoption_stands_with_its_figures_beside_its_kind(sample: Current) -> None:
    page = open_page(PAGE, as_of=DAY.isoformat())
    models = stand_models(model_entries(sample.settings).all(), sample.figures, DAY)
    assert len(models) == 3
    for number, model in enumerate(models):
        rows = table(page, "lg-models", number)
        unit = sample.plan.indicator(model.model.indicator).indicator.unit
        for row, one in zip(rows, model.adoptions, strict=True):
            assert row[0].startswith(f"{one.name}{one.adoption.on}起")
            seen = one.effect
            assert seen is not None
            own = seen.own
            assert row[1:3] == ([wording.ABSENT] * 2 if own is None else [
                wording.figure(own.before, unit), wording.figure(own.after, unit)])
            assert (row[4] == wording.ABSENT) == (seen.alike is None)
    shown = words(page)
    assert "不说明因果" in shown
    assert all(one.model.title in shown for one in models)


@pytest.mark.usefixtures("over_sample")
def test_the_adoption_of_this_month_says_nothing_yet() -> None:
    rows = [row for number in range(3)
            for row in table(open_page(PAGE, as_of=DAY.isoformat()), "lg-models", number)]
    (recent,) = [row for row in rows if "2026-10-12" in row[0]]
    assert recent[1:] == [wording.ABSENT] * 5


@pytest.mark.usefixtures("over_sample")
def test_a_county_has_its_own_figures_and_of_others_name_and_day(
        monkeypatch: pytest.MonkeyPatch) -> None:
    _as_county(monkeypatch)
    page = open_page(PAGE, as_of=DAY.isoformat())
    rows = [row for number in range(3) for row in table(page, "lg-models", number)]
    own = [row for row in rows if row[0].startswith("泗阳")]
    assert own
    assert all(row[1] != wording.ABSENT and row[4] == wording.ABSENT for row in own)
    others = [row for row in rows if not row[0].startswith("泗阳")]
    assert len(others) == 5
    assert all(row[1:] == [wording.ABSENT] * 5 for row in others)
    assert "宿豫区推广方案" not in words(page)
    assert not [one for one in page.button if one.key == "model-record"]


@pytest.mark.usefixtures("over_sample")
def test_before_a_model_there_is_none() -> None:
    assert "还没有登记典型做法" in words(open_page(PAGE, as_of="2025-11-17"))


def test_the_office_records_a_model_and_takes_it_back(
        own_config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ModelEntries(own_config.parent / "own" / "sample-models.sqlite")
    app = _with_open_dialog(monkeypatch)
    app.text_input(key="model-title").set_value("夜间零工驿站")
    app.text_input(key="model-document").set_value("专报〔2026〕9号")
    _submit(app)
    (model,) = store.all()
    assert (model.title, model.document, model.withdrawn) == ("夜间零工驿站", "专报〔2026〕9号", False)
    _submit(app)  # the form still holds it
    assert "已经登记为典型" in words(app)
    app.radio(key="model-kind").set_value("back").run()
    app.selectbox(key="model-back").set_value("典型：夜间零工驿站")
    _submit(app)
    assert [one.withdrawn for one in store.all()] == [False, True]
    noted = [one.result for one in audit_log(own_config.parent / "own").records()
             if one.object == "典型 夜间零工驿站"]
    assert [one[:2] for one in noted] == ["登记", "收回"]


def test_the_office_records_an_adoption(own_config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _with_open_dialog(monkeypatch)
    app.radio(key="model-kind").set_value("adopted").run()
    app.selectbox(key="model-of").set_value("网格员代办零工注册")
    app.selectbox(key="model-unit").set_value("321323")
    app.text_input(key="model-document").set_value("泗阳县推广方案")
    _submit(app)
    (one,) = ModelEntries(own_config.parent / "own" / "sample-models.sqlite").all()
    assert (one.kind, one.title, one.unit) == (EntryKind.ADOPTED, "网格员代办零工注册", "321323")


def _with_open_dialog(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page with its dialog open all along, as it is in a browser."""
    pressed = st.button

    def button(label: str, *given: Any, **named: Any) -> bool:
        return pressed(label, *given, **named) or named.get("key") == "model-record"
    monkeypatch.setattr(st, "button", button)
    return open_page(PAGE)


def _submit(app: AppTest) -> None:
    next(one for one in app.button if "FormSubmitter" in str(one.key)).click().run()


def test_json_and_exchange_table_have_what_the_page_shows(sample: Current, tmp_path: Path) -> None:
    source = papers.source(sample, scorecard(sample.figures, DAY), ())
    written = json.loads(papers.paper_bytes(SCORECARD, source))["models"]
    models = stand_models(model_entries(sample.settings).all(), sample.figures, DAY)
    assert [(one["title"], one["unit"], one["day"]) for one in written] == [
        (one.model.title, one.model.unit, one.model.on.isoformat()) for one in models]
    for given, model in zip(written, models, strict=True):
        for row, one in zip(given["adoptions"], model.adoptions, strict=True):
            seen = one.effect
            assert seen is not None
            own = seen.own
            assert (row["name"], row["days"], row["own_before"], row["own_after"]) == (
                one.name, seen.days, None if own is None else pytest.approx(own.before),
                None if own is None else pytest.approx(own.after))
    path = tmp_path / "out.sqlite"
    exchange(open_target(f"sqlite:///{path}"), feed_source(sample, DAY, DAY), None)
    with closing(sqlite3.connect(path)) as connection:
        stored = list(connection.execute(
            "SELECT title, unit, day, adoptions FROM linggong_models ORDER BY row_no"))
    assert [(title, unit, day, json.loads(adoptions)) for title, unit, day, adoptions in stored] == [
        (one["title"], one["unit"], one["day"], one["adoptions"]) for one in written]


def test_a_countys_feed_has_no_figure_of_others(sample: Current) -> None:
    source = feed_source(sample, DAY, DAY, "321323")
    written = json.loads(papers.paper_bytes(SCORECARD, source))["models"]
    rows = [row for one in written for row in one["adoptions"]]
    assert {row["name"] for row in rows if row["days"] is not None} == {"泗阳"}
    for row in rows:
        assert row["alike_before"] is None
        if row["name"] != "泗阳":
            assert {value for key, value in row.items() if key not in ("unit", "name", "day")} == {
                None}
