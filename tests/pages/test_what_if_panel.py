"""加快试算 in this process: sliders move landing day, chance and place at once; nothing is offered
where nothing can be added.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from data_access.current import Current
from kpi.scorecard.what_if import what_if
from kpi.sentences.what_if import closing_set_words, landing_words, places_range, supposed_words
from kpi.wording import wording
from tests.pages.app import chart, open_page, words

AS_OF = date(2026, 10, 31)
PAGE, CODE = "leaders/indicator", "registered_employers"


@pytest.mark.usefixtures("over_sample")
def test_a_slider_changes_day_chance_and_place_of_unit_and_city(sample: Current) -> None:
    app = open_page(PAGE, indicator=CODE)
    assert len(app.slider) == 5
    assert "试算：" not in words(app)
    card, counties = sample.scorecard(AS_OF), sample.figures.facts.geography.counties
    city, item = sample.figures.facts.geography.city, sample.plan.indicator(CODE)
    slider = app.slider(key=f"what-if-{CODE}-county-321324")
    most = int(slider.max)
    slider.set_value(most).run()
    found = what_if(sample.figures, card, CODE, {"321324": float(most)}, city, counties)
    said = words(app)
    assert (
        supposed_words(item, found, card.city_line(CODE).target, sample.plan.window.deadline)
        in said
    )
    assert closing_set_words(item, found) in said
    for one in (found.whole, next(unit for unit in found.units if unit.division.code == "321324")):
        target = card.line(CODE, one.division).target
        assert landing_words(one, target, "家", sample.plan.window.deadline, AS_OF) in said
        assert wording.chance(one.chance) in said
        if one.likely is not None:
            assert places_range(one) in said
    app.button(key="what-if-reset").click().run()
    assert all(slider.value == 0 for slider in app.slider)
    assert "试算：" not in words(app)
    assert not app.exception


@pytest.mark.usefixtures("over_sample")
def test_of_one_unit_there_is_one_slider() -> None:
    assert len(open_page(PAGE, indicator=CODE, division="321324").slider) == 1


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("code", ["third_party_share", "station_coverage", "craft_certificates"])
def test_shares_coverages_and_what_has_no_target_are_not_tried(code: str) -> None:
    app = open_page(PAGE, indicator=code)
    assert "加快试算" not in words(app)
    assert not app.slider


@pytest.mark.usefixtures("over_sample")
def test_in_its_first_days_a_plan_is_said_to_be_young_and_nothing_is_tried() -> None:
    app = open_page(PAGE, indicator=CODE, as_of="2025-01-20")
    said = [note["text"] for note in chart(app, 0)["layout"]["annotations"]]
    assert "○ 初步：登记不足28天，区间仅供参考" in said
    assert "初步：" in words(app)
    assert "加快试算" not in words(app)
    assert "可能性" not in words(app).partition("变化原因")[0]


@pytest.mark.usefixtures("over_sample")
def test_in_the_first_half_year_no_chance_is_said_too_surely() -> None:
    app = open_page(PAGE, indicator=CODE, as_of="2025-03-31")
    app.slider(key=f"what-if-{CODE}-county-321324").set_value(1).run()
    said = words(app)
    assert "试算：" in said
    assert not re.search(r"[<＜不足]+5%|[>＞超过]+95%", said)
    assert "初步" not in said
