"""指标 in this process: figures are the scorecard's, months and parts those of the same cube."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from components.indicator.tile import sparkline
from components.shell import month_stepper
from data_access.current import Current
from kpi.plan import Comparator
from kpi.scorecard.months import months
from kpi.scorecard.scorecard import scorecard
from kpi.scorecard.trend import Point
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from sample_data.follow_ups import MEETINGS
from tests.pages.app import address, chart, numbers, open_app, open_page, texts, words
from tests.small_city import settings_of

AS_OF = date(2026, 10, 31)
PAGE = "leaders/indicator"


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("code", ["jobs_published", "third_party_share", "arbitration_closing",
                                  "craft_certificates"])
def test_every_division_has_its_scorecard_line(sample: Current, code: str) -> None:
    card, said = scorecard(sample.figures, AS_OF), words(open_page(PAGE, indicator=code))
    unit = sample.plan.indicator(code).indicator.unit
    for division in (card.geography.city, *card.geography.counties):
        line = card.line(code, division)
        assert (
            f"{division.name}{wording.figure(line.value, unit, line.target, line.comparator)}"
            in said
        )


@pytest.mark.usefixtures("over_sample")
def test_the_columns_are_the_months_of_the_chosen_division(sample: Current) -> None:
    app = open_page(PAGE, division="321322")
    shuyang = sample.figures.facts.geography.division(Rollup.COUNTY, "321322")
    known = months(sample.figures, "jobs_published", shuyang, AS_OF)
    drawn = chart(app, 2)["data"][0]
    assert list(drawn["y"]) == [month.drawn for month in known]
    assert f"{known[-1].year_on_year}{known[-1].month_on_month}" in words(app)


@pytest.mark.usefixtures("over_sample")
def test_a_rate_shows_its_parts_and_last_year(sample: Current) -> None:
    line = scorecard(sample.figures, AS_OF).city_line("arbitration_closing")
    said = words(open_page(PAGE, indicator="arbitration_closing"))
    assert f"本年结案{wording.count(line.numerator)}分子" in said
    assert f"年初未结＋本年受理{wording.count(line.denominator)}分母" in said
    assert "其中零工案件" in said
    assert "上年同日" in said
    assert "按进度要求此时应为" in said
    assert "60日内结案" in said


@pytest.mark.usefixtures("over_sample")
def test_sectors_name_their_departments() -> None:
    said = words(open_page(PAGE))
    for department in ("农业农村局征集", "人社局征集", "商务局征集", "住建局征集", "市场监管局征集", "邮政管理局征集"):
        assert department in said
    assert "发布信息（净）" in said


def test_a_plan_of_one_indicator_without_data_has_a_page(tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path)
    head = settings.plan_file.read_text(encoding="utf-8").split("[indicators")[0]
    settings.plan_file.write_text(head + "[indicators.good_practices]\n", encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    said = words(open_page(PAGE))
    assert "经验做法报送" in said
    assert "待数据" in said
    assert "暂无数据" in said
    assert "出错" not in said


def test_the_mark_of_what_is_due_follows_the_plans_curve(tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path, targets={"registered_users": 100})
    plan = settings.plan_file.read_text(encoding="utf-8").replace(
        "[indicators.registered_users]\ntarget = 100",
        """
[indicators.registered_users]
target = 100
curve = { kind = "staged", points = [{ on = 2025-12-31, share = 0.3 }] }""",
    )
    settings.plan_file.write_text(plan, encoding="utf-8")
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)
    app = open_page(PAGE, indicator="registered_users", as_of="2026-10-31")
    drawn = json.dumps([
        chart(app, number) for number in range(len(app.get("plotly_chart")))],
                       ensure_ascii=False)
    assert "应达 30" in drawn
    assert "应达 91" not in drawn


def _limits(mean: float, cases: float) -> tuple[float, float]:
    """99.8 % limits by the published formula (Spiegelhalter 2005), worked here and not in the
    program.
    """
    half = 3.0902323 * (mean * (1 - mean) / cases) ** 0.5
    return mean - half, mean + half


@pytest.mark.usefixtures("over_sample")
def test_a_rate_of_cases_is_compared_with_the_city_by_the_limits_for_each_units_cases(
        sample: Current) -> None:
    card = scorecard(sample.figures, AS_OF)
    city = card.city_line("mediation_success")
    lines = sorted((card.line("mediation_success", county) for county in card.geography.counties),
                   key=lambda one: one.denominator or 0)
    app = open_page(PAGE, indicator="mediation_success")
    drawn = next(json.loads(one.proto.spec) for one in app.get("plotly_chart")
                 if "funnel" in one.proto.id)["data"]
    points = drawn[-1]
    assert list(zip(points["x"], points["y"], strict=True)) == [(line.denominator, line.value)
                                                                for line in lines]
    assert city.value is not None
    for cases, low, high in zip(drawn[0]["x"], drawn[0]["y"], drawn[1]["y"], strict=True):
        lower, upper = _limits(city.value, cases)
        assert (low, high) == pytest.approx((max(lower, 0), min(upper, 1)), abs=1e-6)
    outside = [line for line in lines if line.value is not None and line.denominator
               and not _limits(city.value, line.denominator)[0] <= line.value <= _limits(
                   city.value, line.denominator)[1]]
    assert ("各单位与全市的差别都在偶然波动范围内" in words(app)) == (outside == [])


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("code", ["jobs_published", "station_coverage", "funds_spent"])
def test_what_has_no_cases_is_not_compared_so(code: str) -> None:
    assert "与全市比较" not in words(open_page(PAGE, indicator=code))


@pytest.mark.usefixtures("over_sample")
def test_the_last_ninety_days_and_the_forecast_have_a_scale_of_their_own(sample: Current) -> None:
    line = scorecard(sample.figures, AS_OF).city_line("jobs_published")
    drawn = chart(open_page(PAGE), 0)
    band, _, actual = drawn["data"][:3]
    assert (actual["x"][0], actual["x"][-1], len(actual["x"])) == ("2026-08-03", "2026-10-31", 90)
    assert actual["y"][-1] == line.value
    assert line.forecast is not None
    assert {line.forecast.p10, line.forecast.p90} < set(band["y"])
    low, high = drawn["layout"]["yaxis"]["range"]
    assert 0 < low < actual["y"][0]
    assert high > line.forecast.p90
    assert drawn["layout"]["xaxis"]["range"][1] == "2026-12-31"


@pytest.mark.usefixtures("over_sample")
def test_the_curve_bears_what_happened_on_the_way() -> None:
    app = open_page(PAGE)
    spec = chart(app, 1)
    bands = [(one["x0"], one["x1"]) for one in spec["layout"]["shapes"] if one["type"] == "rect"]
    assert bands == [("2025-01-28", "2025-02-04"), ("2026-02-15", "2026-02-23")]
    held = next(trace["x"] for trace in spec["data"] if trace.get("name") == "会议")
    assert held == [one.held_on.isoformat() for one in MEETINGS
                    if one.held_on.isoformat() <= "2026-10-31"]
    assert "浅色带为春节假期" in words(app)
    early = open_page(PAGE, as_of="2025-01-20")
    assert not [one for one in chart(early, 1)["layout"]["shapes"] if one["type"] == "rect"]
    assert "浅色带为春节假期" not in words(early)


@pytest.mark.usefixtures("over_sample")
def test_a_rate_that_begins_anew_shows_its_years_over_each_other(sample: Current) -> None:
    app = open_page(PAGE, indicator="arbitration_closing", division="321322")
    place = sample.figures.facts.geography.division(Rollup.COUNTY, "321322")
    series = sample.figures.series["arbitration_closing"]
    assert series is not None
    spec = chart(app, 1)
    for year, last in ((2025, date(2025, 12, 31)), (2026, AS_OF)):
        drawn = next(one for one in spec["data"] if one.get("name") == f"{year}年")
        first = series.axis.position(date(year, 1, 1))
        wanted = series.values(place)[first:series.axis.position(last) + 1].tolist()
        assert numbers(drawn["y"]) == pytest.approx(wanted, nan_ok=True)
        assert (drawn["x"][0][5:], drawn["x"][-1][5:]) == ("01-01", f"{last:%m-%d}")
        value = wording.figure(wanted[-1], "%", 0.92 if year == 2026 else None, Comparator.AT_LEAST)
        assert any(f"{year}年 {value}" in text for text in texts(spec["layout"]["annotations"]))
    lines = {one["name"]: one["line"]["width"] for one in spec["data"] if one.get("mode") == "lines"}
    assert lines["2026年"] > 2 * lines["2025年"]
    assert [one["y0"] for one in spec["layout"]["shapes"] if one.get("xref") == "x domain"] == [0.92]
    assert [one["x0"][5:] for one in spec["layout"]["shapes"] if one["type"] == "rect"] == ["02-15"]
    assert "各年叠放" in words(app)
    assert "阴影" not in words(app)


@pytest.mark.usefixtures("over_sample")
def test_over_the_whole_plan_such_a_rate_is_not_joined_over_new_year() -> None:
    drawn = next(one for one in chart(open_app(indicator="arbitration_closing"), 1)["data"]
                 if one.get("name") == "实际")
    at = drawn["x"].index("2026-01-01")
    values = numbers(drawn["y"])
    assert drawn["x"][at - 1:at + 2] == ["2025-12-31", "2026-01-01", "2026-01-01"]
    assert math.isnan(values[at])
    assert not math.isnan(values[at - 1])
    assert not math.isnan(values[at + 1])
    jobs = next(one for one in chart(open_app(), 1)["data"] if one.get("name") == "实际")
    assert len(set(jobs["x"])) == len(jobs["x"])


def test_the_small_line_of_a_tile_has_a_stroke_for_each_year() -> None:
    ends = tuple(Point(day, value) for day, value in (
        (date(2025, 10, 31), 0.8), (date(2025, 11, 30), None), (date(2025, 12, 31), 0.9),
        (date(2026, 1, 31), 0.1)))
    anew, joined = unquote(sparkline(ends, anew=True)), unquote(sparkline(ends))
    assert re.findall(r'd="([^"]+)"', joined) == ["M0.0 5.0L50.7 2.0L76.0 26.0"]
    assert re.findall(r'd="([^"]+)"', anew) == ["M0.0 5.0L50.7 2.0M76.0 26.0h0"]


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("code", ["registered_users", "arbitration_closing"])
def test_the_replayed_bars_are_the_figures_of_that_months_end(sample: Current, code: str) -> None:
    app, then = open_page(PAGE, indicator=code), date(2026, 3, 31)
    app.select_slider(key="month-slider").set_value(then).run()
    assert address(app) == {"indicator": code, "as_of": then.isoformat()}
    card = scorecard(sample.figures, then)
    item = sample.plan.indicator(code)
    lines = {county.short_name: card.line(code, county) for county in card.geography.counties}
    bars = next(one for number in range(len(app.get("plotly_chart")))
                for one in chart(app, number)["data"] if one.get("orientation") == "h")
    assert dict(zip(bars["y"], bars["x"], strict=True)) == {
        name: line.value if item.indicator.is_share else line.completion
        for name, line in lines.items()}
    assert "2026年3月末" in words(app)


@pytest.mark.parametrize(("day", "said"), [(date(2026, 2, 28), "2026年2月末"),
                                           (date(2026, 2, 27), "2026年2月27日"),
                                           (date(2024, 2, 28), "2024年2月28日")])
def test_only_the_last_day_of_a_month_is_its_end(day: date, said: str) -> None:
    assert month_stepper.words(day) == said
