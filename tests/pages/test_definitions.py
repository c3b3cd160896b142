"""口径 in this process: everything the plan and catalogue say is there, findable and linkable."""

from __future__ import annotations

import pytest

from data_access.current import Current
from kpi.definitions.cube import REASON_NAMES, Reason
from kpi.judging.pace import Light
from kpi.sentences.definitions import REASON_RULES, light_rules
from kpi.wording import wording
from tests.pages.app import markup, open_page, words

PAGE = "library/definitions"


@pytest.mark.usefixtures("over_sample")
def test_every_indicator_has_definition_clause_units_and_target(sample: Current) -> None:
    said, body = words(open_page(PAGE)), markup(open_page(PAGE))
    for item in sample.plan.indicators:
        assert f'id="def-{item.code}"' in body
        assert item.indicator.formula in said
        assert item.clause in said
        assert item.lead_unit in said
        assert all(unit in said for unit in item.co_units)
        assert wording.target_words(item.target, item.indicator.unit, item.comparator) in said


@pytest.mark.usefixtures("over_sample")
def test_exclusion_reasons_stand_in_the_order_they_apply() -> None:
    said = words(open_page(PAGE))
    places = [said.index(f"{number}. {REASON_NAMES[reason]}")
              for number, reason in enumerate(Reason, start=1)]
    assert places == sorted(places)


def test_every_reason_and_light_is_explained(sample: Current) -> None:
    assert set(REASON_RULES) == set(Reason)
    assert set(light_rules(sample.plan)) == set(Light)
    assert "5 个百分点" in light_rules(sample.plan)[Light.YELLOW]


@pytest.mark.usefixtures("over_sample")
def test_the_search_finds_every_word_and_says_when_there_is_none() -> None:
    app = open_page(PAGE)
    app.text_input[0].set_value("驿站 覆盖").run()
    body = markup(app)
    assert 'id="def-station_coverage"' in body
    assert 'id="def-funds_spent"' not in body
    app.text_input[0].set_value("没有这个词").run()
    assert "没有找到" in words(app)


@pytest.mark.usefixtures("over_sample")
def test_a_link_to_one_indicator_marks_its_card() -> None:
    body = markup(open_page(PAGE, indicator="mediation_success"))
    assert '<article class="lg-definition lg-here" id="def-mediation_success">' in body
    assert body.count("lg-definition lg-here") == 1


@pytest.mark.usefixtures("over_sample")
def test_cards_are_folded_but_for_the_one_asked_for_what_is_sought_and_when_all_are_unfolded(
        sample: Current) -> None:
    assert "<details open>" not in markup(open_page(PAGE))
    asked = markup(open_page(PAGE, indicator="mediation_success"))
    card = asked[asked.index('id="def-mediation_success"'):]
    assert card.index("<details open>") < card.index("</article>")
    assert asked.count("<details open>") == 1
    app = open_page(PAGE)
    app.text_input[0].set_value("驿站 覆盖").run()
    assert "<details>" not in markup(app)
    app = open_page(PAGE)
    app.toggle(key="definitions-unfolded").set_value(True).run()
    assert markup(app).count("<details open>") == len(sample.plan.indicators)
