"""总览 in this process: what it shows is the scorecard, and it fails politely."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_access.current import Current
from kpi.scorecard.scorecard import scorecard
from kpi.sentences.headline import headline
from kpi.wording import wording
from tests.pages.app import address, chart, markup, open_app, tiles, words
from tests.small_city import settings_of

AS_OF = date(2026, 10, 31)


@pytest.mark.usefixtures("over_sample")
def test_every_core_indicator_has_a_tile_with_the_scorecards_figures(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    shown = tiles(open_app())
    assert list(shown) == [item.code for item in sample.plan.core]
    assert len(shown) == 11
    for item in sample.plan.core:
        line = card.city_line(item.code)
        assert wording.figure(line.value, item.indicator.unit, line.target,
                              line.comparator) in shown[item.code]
        assert wording.target_words(line.target, item.indicator.unit, line.comparator) in shown[
            item.code]
        assert wording.LIGHT_WORDS[line.light] in shown[item.code]
    # the sample is made to these magnitudes
    assert "46,800个" in shown["jobs_published"]
    assert "53.4%" in shown["third_party_share"]


@pytest.mark.usefixtures("over_sample")
def test_the_page_says_what_it_rests_on(sample: Current) -> None:
    said = words(open_app())
    assert "演示数据" in said
    assert "数据截至 2026-10-31" in said
    assert "序时进度 91.6%" in said  # 669 of 730 days
    assert "距截止日 61 天" in said
    assert "数据源 9/9 正常" in said
    assert headline(scorecard(sample.figures, AS_OF)) in said


@pytest.mark.usefixtures("over_sample")
def test_watched_indicators_are_shown_without_a_light(sample: Current) -> None:
    body = markup(open_app())
    for item in sample.plan.watched:
        assert item.name in body
    assert "lg-watch" not in body.replace("lg-watched", "")


@pytest.mark.usefixtures("over_sample")
def test_a_tile_says_what_is_to_be_expected_and_how_likely(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    shown = tiles(open_app())
    for item in sample.plan.core:
        line = card.city_line(item.code)
        if line.forecast is not None:
            assert wording.forecast_words(line.forecast, item.indicator.unit, line.target,
                                          date(2026, 12, 31), AS_OF) in shown[item.code]
    # behind: 4,310 of 5,000
    assert "按当前进度年底缺" in shown["registered_employers"]
    assert "可能性不足5%" in shown["registered_employers"]
    assert "已完成（2026-09-08）" in shown["window_coverage"]


@pytest.mark.usefixtures("over_sample")
def test_the_gap_is_taken_apart_by_unit(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    app = open_app(indicator="registered_employers")
    for county in card.geography.counties:
        line = card.line("registered_employers", county)
        assert line.target is not None
        assert line.value is not None
        gap = line.value - line.target * 669 / 730
        assert f"{county.short_name}{'▼ 少' if gap < 0 else '▲ 多'}" in words(app)
        assert (f"少{-gap:,.0f}家" if gap <= -10 else f"{abs(gap):.1f}家") in words(app)


@pytest.mark.usefixtures("over_sample")
def test_the_pace_chart_has_the_forecasts_range_at_the_deadline(sample: Current) -> None:
    forecast = scorecard(sample.figures, AS_OF).city_line("jobs_published").forecast
    assert forecast is not None
    band = next(trace for trace in chart(open_app(), 1)["data"] if trace.get("name") == "预测区间")
    assert band["x"][1:3] == ["2026-12-31", "2026-12-31"]
    assert band["y"][1:3] == [forecast.p90, forecast.p10]


@pytest.mark.usefixtures("over_sample")
def test_the_bars_hold_the_completion_of_each_county(sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    drawn = chart(open_app(indicator="registered_users"), 0)["data"][0]
    shown = dict(zip(drawn["y"], drawn["x"], strict=True))
    assert shown == {county.short_name: card.line("registered_users", county).completion
                     for county in card.geography.counties}


@pytest.mark.usefixtures("over_sample")
def test_the_address_selects_day_rollup_and_indicator(sample: Current) -> None:
    app = open_app(as_of="2026-06-30", rollup="managing", indicator="third_party_share")
    drawn = chart(app, 0)["data"][0]
    card = scorecard(sample.figures, date(2026, 6, 30))
    assert len(drawn["y"]) == 9
    assert dict(zip(drawn["y"], drawn["x"], strict=True)) == {unit.short_name: card.line(
        "third_party_share", unit).value for unit in card.geography.managing}
    assert address(app) == {"as_of": "2026-06-30", "rollup": "managing",
                            "indicator": "third_party_share"}


@pytest.mark.usefixtures("over_sample")
def test_choosing_a_tile_drives_the_board_and_the_address() -> None:
    app = open_app()
    assert address(app) == {}
    app.button(key="lg-choose-training_attendances").click().run()
    assert "技能培训人次 · 县区地图" in words(app)
    assert address(app) == {"indicator": "training_attendances"}


@pytest.mark.usefixtures("over_sample")
def test_changing_the_filters_changes_the_address_and_the_figures() -> None:
    app = open_app()
    app.date_input(key="filter-as-of").set_value(date(2025, 12, 31)).run()
    assert address(app) == {"as_of": "2025-12-31"}
    assert "序时进度 50.0%" in words(app)  # 365 of 730 days


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(("params", "said"), [({"as_of": "昨天"}, "看不懂"),
                                              ({"as_of": "2024-12-31"}, "不在方案期"),
                                              ({"as_of": "2026-12-31"}, "晚于数据读取日"),
                                              ({"rollup": "street"}, "不认识"),
                                              ({"indicator": "happiness"}, "没有指标"),
                                              ({"division": "000000"}, "没有代码为"),
                                              ({"division": "321302", "rollup": "city"}, "不认识")])
def test_an_address_that_cannot_be_used_falls_back_and_says_so(params: dict[str, str],
                                                               said: str) -> None:
    app = open_app(**params)
    assert said in words(app)
    assert len(tiles(app)) == 11
    assert not app.exception


@pytest.mark.usefixtures("over_sample")
def test_the_card_behind_a_number_gives_its_definition_rows_and_source(sample: Current) -> None:
    app = open_app()
    app.button(key="lg-explain-jobs_published").click().run()
    item, line = sample.plan.indicator("jobs_published"), scorecard(
        sample.figures, AS_OF).city_line("jobs_published")
    assert line.basis is not None
    said = words(app)
    assert item.indicator.formula in said
    assert f"{line.basis.rows:,} 行" in said
    assert f"重复 {line.basis.excluded['duplicate']:,}" in said
    assert "方案目标" in said
    assert sample.snapshot.id in said


def test_a_broken_plan_is_one_plain_sentence_and_no_traceback(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.toml").write_text("[plan\n", encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(tmp_path))
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path / "var"))
    app = open_app()
    assert "数据暂时无法显示" in words(app)
    assert "格式有误" in words(app)
    assert not app.exception
    assert not tiles(app)


def test_sources_that_cannot_be_reached_are_one_plain_sentence(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINGGONG_DATA", str(tmp_path))
    monkeypatch.setenv("LINGGONG_URL_REFERENCE", f"sqlite:///{tmp_path}/gone/reference.sqlite")
    app = open_app()
    assert "数据暂时无法显示" in words(app)
    assert not app.exception


def test_a_fault_in_the_program_is_a_card_and_goes_to_the_log(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("LINGGONG_DATA", str(data_folder))
    monkeypatch.setattr("components.indicator.headline_card._html", lambda view: 1 / 0)
    app = open_app()
    assert "页面出错了" in words(app)
    assert not app.exception
    assert "ZeroDivisionError" in caplog.text


@pytest.fixture
def other_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path, targets={"jobs_published": 100}, managing_unit="""
        | unit_code | name   | short_name | kind   | county_code | population |
        | 320703    | 连云区 | 连云       | county | 320703      | 500000     |
        | 320706    | 海州区 | 海州       | county | 320706      | 900000     |
    """, township="""
        | township_code | unit_code | county_code |
        | 320703001     | 320703    | 320703      |
    """, central_village="""
        | village_code | township_code |
    """, job_posting="""
        | unit_code | headcount | published_on |
        | 320703    | 20        | 2025-05-01   |
    """)
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))


@pytest.mark.usefixtures("other_city")
def test_a_city_without_outlines_gets_its_bars_and_an_explanation_in_place_of_the_map() -> None:
    app = open_app()
    said = words(app)
    assert "没有县区边界" in said
    assert "两县区" in said
    assert "演示数据" not in said
    assert chart(app, 0)["data"][0]["y"] == ["连云", "海州"]
    assert not app.get("deck_gl_json_chart")


@pytest.mark.usefixtures("other_city")
def test_an_edited_plan_is_in_force_at_the_next_look(tmp_path: Path) -> None:
    assert "≥100个" in tiles(open_app())["jobs_published"]
    plan = tmp_path / "config" / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("target = 100", "target = 40"),
                    encoding="utf-8")
    assert "≥40个" in tiles(open_app())["jobs_published"]
