"""A day nobody has looked at: its figures are those of the slower code before, and it is drawn
once.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.look.chart import Drawn, figure
from data_access.current import Current
from tests.pages import golden
from tests.pages.app import open_page
from tests.plotted import problems

Days = dict[str, dict[str, str]]
_GOLDEN: dict[str, Any] = json.loads(golden.FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def computed(sample: Current) -> Days:
    return golden.digests(sample)


def _of(days: Days, *kinds: str) -> dict[str, list[str]]:
    return {day: [digest[kind] for kind in kinds] for day, digest in days.items()}


def test_every_field_of_fourteen_days_has_the_first_six_digits_it_had(computed: Days) -> None:
    assert len(computed) == 14
    assert _of(computed, "coarse") == _of(_GOLDEN["days"], "coarse")


def test_the_json_and_every_field_of_fourteen_days_are_what_they_were(computed: Days) -> None:
    """Byte for byte, on a processor that rounds alike."""
    if golden.arithmetic() != _GOLDEN["arithmetic"]:
        pytest.skip("needs a processor that rounds as the one the digests were made on")
    assert _of(computed, "json", "fields") == _of(_GOLDEN["days"], "json", "fields")


def test_a_day_is_the_same_whatever_day_was_looked_at_before(sample: Current) -> None:
    """What is remembered of one day must not show in another: the days once more, backwards."""
    again = {day: list(golden.fields(golden.scorecard(sample.figures, day), 17))
             for day in reversed(golden.DAYS)}
    for day in golden.DAYS:
        assert list(golden.fields(golden.scorecard(sample.figures, day), 17)) == again[day]


def _elements(app: AppTest) -> list[tuple[str, str]]:
    """Identity and specification of every chart and map."""
    return [(element.proto.id, getattr(element.proto, spec))  # type: ignore[attr-defined]
            for kind, spec in (("plotly_chart", "spec"), ("deck_gl_json_chart", "json"))
            for element in app.get(kind)]


@pytest.mark.usefixtures("over_sample")
@pytest.mark.parametrize(("page", "parameters"), [("leaders/overview", {}),
                                                  ("leaders/indicator",
                                                   {"indicator": "mediation_success"}),
                                                  ("leaders/indicator", {"division": "321322"}),
                                                  ("leaders/county_map", {}),
                                                  ("counties/ranking", {}),
                                                  ("counties/county", {"division": "321302"}),
                                                  ("meeting/alerts", {})])
def test_a_drawing_is_the_same_when_it_is_shown_again(
        page: str, parameters: dict[str, str], plotted_charts: list[Drawn]) -> None:
    """With another identity the browser would mount it anew; a copy is the work of drawing again.
    """
    showings = []
    for _ in range(3):
        plotted_charts.clear()
        app = open_page(page, as_of="2026-05-19", **parameters)
        showings.append((_elements(app), [id(drawn) for drawn in plotted_charts],
                         [*plotted_charts]))
    first, *later = showings
    assert first[0]
    assert all((elements, charts) == first[:2] for elements, charts, _ in later)


def test_a_wrong_property_or_one_only_plotly_itself_understands_is_a_problem() -> None:
    good, wrong, only_python, bad_value = (figure(200) for _ in range(4))
    for drawn in (good, wrong, only_python, bad_value):
        drawn.add_bar(x=["a"], y=[1], marker={"color": "#000000"})
    wrong.update_xaxes(tickfromat=".0%")
    only_python.update_yaxes(title_text="件")
    bad_value.add_scatter(x=[1], y=[1], mode="sideways")
    assert problems(good) == []
    for drawn in (wrong, only_python, bad_value):
        assert problems(drawn)


def test_setting_a_part_leaves_the_rest_of_it_and_other_charts_alone() -> None:
    shared = {"tickfont": {"size": 12, "color": "#777777"}, "fixedrange": True}
    one, other = figure(200), figure(200)
    one.update_xaxes(**shared)
    other.update_xaxes(**shared)
    one.update_xaxes(tickfont={"size": 20})
    one.update_layout(margin={"r": 99})

    def axis(drawn: Drawn) -> Any:
        return drawn.to_dict()["layout"]["xaxis"]

    assert axis(one) == {"tickfont": {"size": 20, "color": "#777777"}, "fixedrange": True}
    assert axis(other) == shared
    assert one.to_dict()["layout"]["margin"] == {"l": 8, "r": 99, "t": 8, "b": 8}
    assert other.to_dict()["layout"]["margin"]["r"] == 12
