"""排名 in this process: the league of the scorecard, in words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from data_access.current import Current
from data_access.site.settings import ROOT
from kpi.plan.scoring import METHOD_NAMES
from kpi.ranking.methods import under_every_method
from kpi.scorecard.scorecard import scorecard
from kpi.sentences.places import group_division
from kpi.wording.wording import place_words
from tests.pages.app import address, chart, open_page, table, words

AS_OF = date(2026, 10, 31)


@pytest.mark.usefixtures("over_sample")
def test_the_tables_hold_the_scorecards_ranking(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    app = open_page("counties/ranking")
    for number, group in enumerate(("county", "zone")):
        rows = [row for row in card.ranking if row.group == group]
        shown = table(app, "lg-league", number)
        assert [line[1] for line in shown] == [group_division(card, row).short_name for row in rows]
        assert [line[3] for line in shown] == ["—" if row.score is None else f"{row.score:.1f}"
                                               for row in rows]
        assert all(place_words(row) in line[5] for row, line in zip(rows, shown, strict=True))


@pytest.mark.usefixtures("over_sample")
def test_a_unit_with_too_little_to_rank_is_unranked_and_says_why(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the three-tier rate at its usual weight 苏宿园区, which has no townships, lacks more than
    two fifths.
    """
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    plan = (config / "plan.toml").read_text(encoding="utf-8")
    assert "\nweight = 0 " in plan
    (config / "plan.toml").write_text(plan.replace("\nweight = 0 ", "\nweight = 1 "),
                                      encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(config))
    said = words(open_page("counties/ranking"))
    assert "苏宿园区未排名，未计入" in said
    assert "不足30件" in said


@pytest.mark.usefixtures("over_sample")
def test_the_score_sheet_adds_up_to_the_score_of_the_unit_in_the_address(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    row = card.place("county", "321324")
    assert row is not None
    assert row.score is not None
    app = open_page("counties/ranking", unit="321324")
    lines = table(app, "lg-sheet", 0)
    assert [line[0] for line in lines] == [item.name for item in sample.plan.core]
    assert sum(float(line[7]) for line in lines) == pytest.approx(row.score, abs=0.06)
    assert f"得分 {row.score:.1f}" in words(app)


@pytest.mark.usefixtures("over_sample")
def test_months_are_stepped_through_in_the_address(sample: Current) -> None:
    app = open_page("counties/ranking")
    assert app.button(key="month-after").disabled
    app.button(key="month-before").click().run()
    assert address(app) == {"as_of": "2026-09-30"}
    september = scorecard(sample.figures, date(2026, 9, 30))
    assert table(app, "lg-league", 0)[0][3] == f"{september.ranking[0].score:.1f}"
    app.button(key="month-after").click().run()
    assert address(app) == {}


@pytest.mark.usefixtures("over_sample")
def test_the_lines_of_places_end_at_the_places_of_the_table(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    drawn = chart(open_page("counties/ranking"), 0)["data"]
    assert {trace["name"]: trace["y"][-1] for trace in drawn} == {
        group_division(card, row).short_name: row.place for row in card.ranking
        if row.group == "county"}


@pytest.mark.usefixtures("over_sample")
def test_the_other_methods_stand_beside_the_one_in_force(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    rows = [row for row in card.ranking if row.group == "county"]
    found = under_every_method(rows, sample.plan.scoring)
    lines = table(open_page("counties/ranking"), "lg-methods", 0)
    for line, method in zip(lines, found, strict=True):
        assert line[0].removeprefix("现行：").startswith(METHOD_NAMES[method])
    assert lines[0][0].startswith("现行：")
    for line, standings in zip(lines, found.values(), strict=True):
        for cell, row in zip(line[1:], rows, strict=True):
            standing = standings[row.division]
            assert cell.startswith(str(standing.place))
            assert cell.endswith(f"{standing.score:.1f}")


@pytest.mark.usefixtures("over_sample")
def test_an_indicator_of_no_weight_adds_nothing_to_the_score() -> None:
    lines = table(open_page("counties/ranking", unit="321302"), "lg-sheet", 0)
    assert lines[0][0] == "三级载体覆盖率"
    assert lines[0][6:9] == ["0.0%", "0.00", "不计分"]
    assert "不计分" not in str(lines[1:])


@pytest.mark.usefixtures("over_sample")
def test_the_replay_shows_the_places_of_that_months_end(sample: Current) -> None:
    app = open_page("counties/ranking")
    slider = app.select_slider(key="month-slider")
    assert list(slider.options) == [
        *(f"2025年{month}月末" for month in range(1, 13)),
        *(f"2026年{month}月末" for month in range(1, 11))]
    slider.set_value(date(2026, 5, 31)).run()
    assert address(app) == {"as_of": "2026-05-31"}
    may = scorecard(sample.figures, date(2026, 5, 31))
    rows = [row for row in may.ranking if row.group == "county"]
    shown = table(app, "lg-league", 0)
    assert [line[1] for line in shown] == [group_division(may, row).short_name for row in rows]
    assert [line[3] for line in shown] == [f"{row.score:.1f}" for row in rows]
    assert "2026年5月末" in words(app)
    assert "2026年10月末" not in words(app)
