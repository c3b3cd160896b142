"""预警 in this process: the list, its filters in the address, and taking note."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_access.current import Current
from data_access.ledger.acknowledgements import acknowledgements
from data_access.site.load import load_settings
from kpi.alerts.rules import Severity, rules_in_words
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from tests.pages.app import address, open_page, words

AS_OF = date(2026, 10, 31)


@pytest.fixture
def own_data(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
             over_sample: None) -> Path:
    """A data folder of this test only, because pages write into it."""
    folder = tmp_path / "own"
    shutil.copytree(data_folder / "snapshots", folder / "snapshots", symlinks=True)
    (folder / "sample").symlink_to((data_folder / "sample").resolve())
    monkeypatch.setenv("LINGGONG_DATA", str(folder))
    return folder


def _page(**params: str) -> AppTest:
    return open_page("meeting/alerts", **params)


@pytest.mark.usefixtures("over_sample")
def test_the_list_shows_the_scorecards_alerts_with_evidence_duration_and_next_step(
        sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    alerts = [alert for alert in card.alerts if alert.rollup in (Rollup.CITY, Rollup.COUNTY)]
    said = words(_page())
    assert f"共 {len(alerts)} 条，其中 {len(alerts)} 条待确认" in said
    # below the cards
    said, second = (text.split("在册预警（逐条）")[1] for text in (said, words(_page(page="2"))))
    for alert in alerts[:12]:
        assert alert.evidence in said
        assert alert.suggestion in said
        assert f"自 {alert.since} 起，已 {(AS_OF - alert.since).days + 1} 天" in said
    assert alerts[12].evidence not in said  # on the second page
    assert alerts[12].evidence in second


@pytest.mark.usefixtures("over_sample")
def test_filters_and_division_come_from_the_address(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    wanted = [alert for alert in card.alerts
              if (alert.rollup, alert.division) == (Rollup.COUNTY, "321324")]
    yellow = [alert for alert in wanted if alert.severity == Severity.YELLOW]
    app = _page(division="321324", severity="yellow")
    said = words(app)
    assert f"共 {len(wanted)} 条" in said
    assert f"符合筛选条件 {len(yellow)} 条" in said
    assert all(alert.evidence in said for alert in yellow)
    assert address(app) == {"division": "321324", "severity": "yellow"}


@pytest.mark.usefixtures("over_sample")
def test_a_filter_chosen_goes_into_the_address_and_back_to_the_first_page() -> None:
    app = _page(page="2")
    app.selectbox(key="alert-rule").set_value("coverage_gap").run()
    assert address(app) == {"rule": "coverage_gap"}
    assert "按期完成风险" not in words(app).split("最近变动")[0].split("符合筛选条件")[1]


@pytest.mark.usefixtures("over_sample")
def test_every_rule_is_said_in_words(sample: Current) -> None:
    said = words(_page())
    for rule in rules_in_words(sample.plan):
        assert rule.raised in said
        assert rule.cleared in said


def test_taking_note_is_recorded_with_who_and_when_and_can_be_taken_back(own_data: Path) -> None:
    app = _page(severity="red")
    first = next(button for button in app.button if str(button.key).startswith("note-"))
    app.button(key=first.key).click().run()
    stored = acknowledgements(load_settings({"LINGGONG_DATA": str(own_data)})).all()
    assert [(one.account, one.severity, one.as_of, one.withdrawn) for one in stored] == [
        ("本机用户", Severity.RED, AS_OF, False)]
    assert "✓ 已确认：本机用户" in words(app)
    app.button(key=first.key).click().run()
    assert "✓ 已确认" not in words(app)
    assert [one.withdrawn
            for one in acknowledgements(load_settings({"LINGGONG_DATA": str(own_data)})).all()] == [
                False, True]
    assert not app.exception


def test_an_item_of_the_ledger_is_begun_from_an_alert(own_data: Path) -> None:
    app = _page(severity="red")
    button = next(button for button in app.button if str(button.key).startswith("raise-"))
    indicator = str(button.key).split("-")[2]
    app.button(key=button.key).click().run()
    assert not app.exception
    assert app.selectbox(key="fu-new-alert").value.indicator == indicator


def _folds(app: AppTest) -> str:
    return "".join(str(element.proto.body)  # type: ignore[attr-defined]
                   for element in app.get("html"))


@pytest.mark.usefixtures("over_sample")
def test_alerts_are_folded_but_for_the_one_asked_for_and_when_all_are_unfolded(
        sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    last = [alert for alert in card.alerts if alert.rollup in (Rollup.CITY, Rollup.COUNTY)][-1]
    name = f"{last.rule}-{last.indicator}-{last.rollup}-{last.division}"
    assert " open><summary>" not in _folds(_page()).split("未计入上面条数的")[0]
    app = _page(alert=name)  # on the last page of the list
    listed = _folds(app).split("在册预警（逐条）")[1]
    assert listed.count(" open><summary>") == 1
    assert f'id="alert-{name}" open' in listed
    assert last.evidence in words(app).split("在册预警（逐条）")[1]
    app.button(key="page-before").click().run()  # a page chosen by hand replaces it
    assert "alert" not in address(app)
    assert f'id="alert-{name}"' not in _folds(app)
    app.toggle(key="alerts-unfolded").set_value(True).run()
    assert "<details class=\"lg-alert\"><summary>" not in _folds(app)
    assert len(app.get("plotly_chart")) == 2  # the timeline too


@pytest.mark.usefixtures("over_sample")
def test_the_timeline_is_drawn_when_it_is_opened_or_one_indicator_is_chosen() -> None:
    assert len(_page().get("plotly_chart")) == 1
    assert len(_page(topic="jobs_published").get("plotly_chart")) == 2


@pytest.mark.usefixtures("over_sample")
def test_an_alert_nobody_has_opens_nothing() -> None:
    app = _page(alert="pace_risk-nothing-county-000000")
    assert not app.exception
    assert "第 1 / 3 页" in words(app)
