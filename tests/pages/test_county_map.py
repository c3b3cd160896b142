"""地图 in this process: table and deck hold the scorecard, the address chooses, gaps are named."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.maps import venue_work
from components.maps.map_legend import GROUP_COLOURS
from data_access.current import Current
from kpi.counting.services import idle_venues
from kpi.counting.unserved import townships_without_station
from kpi.counting.venues import counts, venues_on
from kpi.scorecard import month_steps
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from tests.pages.app import address, markup, open_page, words
from tests.small_city import settings_of

AS_OF = date(2026, 10, 31)
MAP = "leaders/county_map"


def _layers(app: AppTest) -> dict[str, list[dict[str, Any]]]:
    deck = json.loads(app.get("deck_gl_json_chart")[0].proto.json)  # type: ignore[attr-defined]
    return {layer["id"]: layer["data"] for layer in deck["layers"]}


@pytest.mark.usefixtures("over_sample")
def test_table_and_map_hold_the_scorecards_figures(sample: Current) -> None:
    app = open_page(MAP)
    card, said = scorecard(sample.figures, AS_OF), words(app)
    labels = {point["text"] for point in _layers(app)["labels"]}
    for county in card.geography.counties:
        line = card.line("jobs_published", county)
        assert wording.figure(line.value, "个") in said
        assert (
            f"{county.name}\n{wording.LIGHT_SHAPES[line.light]} {wording.percent(line.completion)}"
            in labels
        )


@pytest.mark.usefixtures("over_sample")
def test_townships_without_a_station_are_named(sample: Current) -> None:
    found = townships_without_station(sample.figures.facts, sample.figures.facts.geography.counties,
                                      AS_OF)
    said = words(open_page(MAP))
    assert found is not None
    assert sum(len(one.missing) for one in found) == 4
    assert all(place.name in said for one in found for place in one.missing)
    assert "缺 4 / 95" in said


@pytest.mark.usefixtures("over_sample")
def test_the_address_chooses_unit_colour_and_venues(sample: Current) -> None:
    app = open_page(MAP, division="321322", fill="value", venues="window")
    venues = venues_on(sample.figures.facts, AS_OF)
    layers = _layers(app)
    assert "frame" in layers
    assert "venues-station" not in layers
    placed = [venue for venue in venues if venue.group == "window" and venue.at is not None]
    assert len(layers["venues-window"]) == len(placed)
    assert f"专窗 {counts(venues, ('321322',))['window']}" in str(app.button_group[-1].options)
    assert "沭阳县 · 发布零工岗位" in words(app)
    assert address(app)["fill"] == "value"


@pytest.mark.usefixtures("over_sample")
def test_zones_are_marks_in_the_roll_up_of_nine(sample: Current) -> None:
    zones = _layers(open_page(MAP, rollup="managing"))["zones"]
    assert {zone["code"] for zone in zones} == {"321371", "321391", "321392", "321393"}
    assert "zones" not in _layers(open_page(MAP))
    line = scorecard(sample.figures, AS_OF).line(
        "jobs_published", sample.figures.facts.geography.division(Rollup.MANAGING, "321371"))
    assert next(zone["tip"] for zone in zones if zone["code"] == "321371").startswith("宿迁经济技术开发区")
    assert wording.prose(line.value, "个") in next(zone["tip"] for zone in zones
                                                  if zone["code"] == "321371")


@pytest.mark.usefixtures("over_sample")
def test_the_legend_explains_every_shape_that_is_drawn() -> None:
    body = markup(open_page(MAP, venues="market,station,window,co_built"))
    for group, name in (("market", "零工市场"), ("station", "驿站"), ("window", "专窗"),
                        ("co_built", "共建站点")):
        assert f'<b style="color:{GROUP_COLOURS[group]}">' in body  # type: ignore[index]
        assert name in body


def test_without_data_the_page_says_so_and_shows_no_zero(tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    _put_in_force(monkeypatch, tmp_path)
    app = open_page(MAP)
    said = words(app)
    assert not app.exception
    assert "未接入" in said
    assert "待数据" in said
    assert "<td>0</td>" not in markup(app)
    assert "<td>0个</td>" not in markup(app)


def _put_in_force(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    settings = settings_of(folder, targets={"jobs_published": 100})
    monkeypatch.setenv("LINGGONG_CONFIG", str(settings.config))
    monkeypatch.setenv("LINGGONG_DATA", str(settings.data))
    for name, url in settings.urls.items():
        monkeypatch.setenv(f"LINGGONG_URL_{name.upper()}", url)


@pytest.mark.usefixtures("over_sample")
def test_the_plans_months_are_replayed_along_a_slider(sample: Current) -> None:
    app = open_page("leaders/county_map")
    days = [*month_steps(sample.plan.window.start, sample.default_day)]
    slider = app.select_slider(key="month-slider")
    assert (len(slider.options), slider.value) == (len(days), sample.default_day)
    slider.set_value(days[-3]).run()
    assert address(app) == {"as_of": days[-3].isoformat()}
    line = sample.scorecard(days[-3], days[-3]).line("jobs_published",
                                                     sample.figures.facts.geography.city)
    assert line.value is not None
    assert f"{line.value:,.0f}个" in words(app)
    app.select_slider(key="month-slider").set_value(days[-1]).run()
    assert address(app) == {}


@pytest.mark.usefixtures("over_sample")
def test_a_day_within_a_month_stands_among_the_months() -> None:
    app = open_page("leaders/county_map", as_of="2026-08-15")
    assert app.select_slider(key="month-slider").value == date(2026, 8, 15)


@pytest.mark.usefixtures("over_sample")
def test_the_tiles_are_the_townships_with_what_each_lacks(sample: Current) -> None:
    app = open_page(MAP, view="tiles")
    body, facts = markup(app), sample.figures.facts
    standing = {town.code for town in facts.geography.townships_on(AS_OF)}
    shown = re.findall(r'<details class="lg-town" name="lg-town" data-code="(\d+)"', body)
    assert sorted(shown) == sorted(standing)
    found = townships_without_station(facts, facts.geography.counties, AS_OF) or ()
    lacking = re.findall(r'<summary class="lg-tile-missing"><b>([^<]+)</b><span>✕ 缺驿站', body)
    assert sorted(lacking) == sorted(place.name for one in found for place in one.missing)
    rule = venue_work.rule_of(sample.plan)
    assert rule is not None
    idle = idle_venues(facts, rule, facts.geography.city, AS_OF)
    assert idle is not None
    located = [one for one in idle if one.township]
    assert sum(map(int, re.findall(r"空转(\d+)</span>", body))) == len(located) > 20
    assert all(f"{one.name}<small>" in body for one in located)
    assert not app.get("deck_gl_json_chart")


@pytest.mark.usefixtures("over_sample")
def test_the_tiles_of_one_unit_are_its_own(sample: Current) -> None:
    app = open_page(MAP, view="tiles", division="321324", as_of="2025-06-30")
    geography = sample.figures.facts.geography
    own = geography.townships_on(date(2025, 6, 30), geography.division(Rollup.COUNTY, "321324").units)
    assert sorted(re.findall(r'data-code="(\d+)"', markup(app))) == sorted(t.code for t in own)
    assert f"{len(own)}个乡镇（街道）" in words(app)
