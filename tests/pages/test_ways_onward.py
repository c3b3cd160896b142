"""From 总览 to the unit, the alert and the item: what the ways say and where they lead."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from components.shell import account
from data_access.current import Current
from kpi.scope.access import Access, Account, Grant, Role
from kpi.scorecard.comparison import compare
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from tests.pages.app import address, open_app, open_page, words

AS_OF = date(2026, 10, 31)


def _links(app: AppTest) -> dict[str, tuple[str, dict[str, str]]]:
    """Page and choice of every link, by its label."""
    return {link.proto.label: (link.proto.page, dict(
        part.split("=") for part in link.proto.query_string.split("&") if part))
        for link in app.get("page_link")}


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize("rollup", list(Rollup)[1:])
def test_every_unit_is_reached_from_the_overview_on_the_day_looked_at(sample: Current,
                                                                      rollup: Rollup) -> None:
    links = _links(open_app(as_of="2026-08-15", rollup=rollup.value,
                            indicator="registered_employers"))
    for member in sample.figures.facts.geography.members(rollup):
        page, choice = links[f"进入{member.name}"]
        assert page == "county"
        assert choice["division"] == member.code
        assert choice["as_of"] == "2026-08-15"
        assert choice.get("rollup", "county") == rollup.value


@pytest.mark.usefixtures("over_sample")
def test_the_next_step_is_the_first_suggestion_that_closes_a_gap(sample: Current) -> None:
    app = open_app()
    card = sample.scorecard(AS_OF, AS_OF)
    steps = [line.suggestion for one in card.cards if one.counted for line in one.lines
             if "即可" in line.suggestion]
    assert f"下一步苏心聘用工主体：{steps[0].partition('；')[0]}" in words(app)
    assert _links(app)["看泗洪"][1]["division"] == "321324"


@pytest.mark.usefixtures("over_sample")
def test_nothing_is_called_for_where_nothing_closes_a_gap() -> None:
    assert "下一步" not in words(open_app(as_of="2025-01-01"))


@pytest.mark.usefixtures("over_sample")
def test_the_overview_is_of_the_whole_city_whatever_unit_was_looked_at() -> None:
    app = open_page("counties/county", division="321324")
    app.switch_page("pages/leaders/overview.py").run()
    assert "发布零工岗位 · 宿迁市走势" in words(app)
    # and the unit is still chosen on the pages that show one
    assert address(app)["division"] == "321324"


@pytest.mark.usefixtures("over_sample")
def test_an_empty_unit_in_a_link_is_the_whole_city() -> None:
    app = open_page("counties/county", division="321324")
    app.switch_page("pages/leaders/indicator.py")
    app.query_params["division"] = ""
    app.run()
    assert address(app) == {}
    assert "没有代码为" not in words(app)


@pytest.mark.usefixtures("over_sample")
def test_the_way_back_from_a_unit_is_to_all_units_and_to_the_overview() -> None:
    links = _links(open_page("counties/county", division="321324"))
    assert links["县区"] == ("county", {"division": ""})
    assert links["总览"] == ("", {"division": "321324"})  # the home page


@pytest.mark.usefixtures("over_sample")
def test_the_matrix_has_every_units_figure_and_weekly_need(sample: Current) -> None:
    card = sample.scorecard(AS_OF, AS_OF)
    shown = words(open_page("counties/county"))
    for county in card.geography.counties:
        for one in compare(card, county):
            weekly = one.line.needed_per_week
            if one.missing is not None and weekly is not None and not one.item.indicator.is_share:
                assert (f"还差{wording.shortfall(one.missing, one.item.indicator.unit)}"
                        f"每周需{wording.shortfall(weekly, '')}") in shown


@pytest.mark.usefixtures("over_sample")
def test_an_account_of_one_unit_begins_with_its_own_three_things(
    sample: Current, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Access(Account("siyang", "泗洪县人社局"), (Grant(Role.COUNTY, frozenset({"321324"})),))
    monkeypatch.setattr(account, "current_access", lambda: own)
    monkeypatch.setattr(account, "guard", lambda _page: own)
    shown = words(open_app())
    county = sample.figures.facts.geography.division(Rollup.COUNTY, "321324")
    worst = next(one for one in compare(sample.scorecard(AS_OF, AS_OF), county)
                 if one.item.code == "registered_employers")
    assert worst.missing is not None
    assert worst.line.needed_per_week is not None
    assert "泗洪县 · 今日三件事" in shown
    assert (f"还差{wording.shortfall(worst.missing, '家')}，每周需完成"
            f"{wording.shortfall(worst.line.needed_per_week, '家')}") in shown
    assert [word in shown for word in ("1 差距最大的指标", "2 最重的预警", "3 最急的督办事项")] == [True] * 3


@pytest.mark.usefixtures("over_sample")
def test_an_account_of_the_whole_city_has_no_own_things() -> None:
    assert "今日三件事" not in words(open_app())
