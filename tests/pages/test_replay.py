"""The plan's months replayed on 总览: the bars are those of the month's end that is written there,
and so is the rest of the page.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data_access.current import Current
from kpi.sentences.headline import headline
from tests.pages.app import address, markup, open_app, texts, words
from tests.pages.app import chart as chart_of

DAYS = (date(2025, 1, 31), date(2025, 8, 31), date(2026, 2, 28))


def _written(app: AppTest) -> str:
    """The day written beside the slider."""
    found = re.findall(r'<p class="lg-replayed"[^>]*><b>([^<]*)</b>', markup(app))
    assert len(found) == 1
    return str(found[0])


def _bars(app: AppTest) -> dict[str, Any]:
    """The page's bars across units; no other chart has its bars lying down from the left."""
    drawn = [trace for number in range(len(app.get("plotly_chart")))
             for trace in chart_of(app, number)["data"]
             if trace["type"] == "bar" and trace.get("orientation") == "h"]
    assert len(drawn) == 1
    return dict(zip(drawn[0]["y"], drawn[0]["x"], strict=True))


@pytest.mark.usefixtures("over_sample")
def test_the_bars_are_those_of_the_months_end(sample: Current) -> None:
    app = open_app()
    assert (_written(app), app.select_slider(key="month-slider").value) == (
        "2026年10月末", sample.default_day)
    seen = [_bars(app)]
    for day in DAYS:
        app.select_slider(key="month-slider").set_value(day).run()
        card = sample.scorecard(day, day)
        assert _bars(app) == {
            county.short_name: card.line("jobs_published", county).completion
            for county in card.geography.counties}
        assert (_written(app), address(app)) == (f"{day.year}年{day.month}月末",
                                                 {"as_of": day.isoformat()})
        seen.append(_bars(app))
    assert all(one != other for at, one in enumerate(seen) for other in seen[:at])


@pytest.mark.usefixtures("over_sample")
def test_nothing_else_on_the_page_is_of_another_day(sample: Current) -> None:
    """The page has the sentence, the tiles, the map, the curve and the gap beside the bars."""
    app, day = open_app(), DAYS[1]
    app.select_slider(key="month-slider").set_value(day).run()
    said, card = words(app), sample.scorecard(day, day)
    assert headline(card) in said
    assert set(re.findall(r"截至(\d{4}年\d+月\d+日)", said)) == {"2025年8月31日"}
    assert app.date_input(key="filter-as-of").value == day
    value = card.city_line("jobs_published").value
    assert value is not None
    # the tile, and the label at the end of the curve
    assert f"{value:,.0f}个" in said
    assert any(f"{value:,.0f}个" in text for text in texts(chart_of(app, 1)))


@pytest.mark.usefixtures("over_sample")
def test_the_steps_go_from_month_to_month_and_end_at_either_end(sample: Current) -> None:
    app = open_app()
    assert app.button(key="month-after").disabled
    app.button(key="month-before").click().run()
    assert _written(app) == "2026年9月末"
    app.select_slider(key="month-slider").set_value(date(2025, 1, 31)).run()
    assert app.button(key="month-before").disabled
    app.button(key="month-after").click().run()
    assert _written(app) == "2025年2月末"
    app.select_slider(key="month-slider").set_value(sample.default_day).run()
    assert (_written(app), address(app)) == ("2026年10月末", {})


@pytest.mark.usefixtures("over_sample")
def test_from_a_day_within_a_month_the_steps_go_to_the_ends_around_it() -> None:
    app = open_app(as_of="2026-08-15")
    assert _written(app) == "2026年8月15日"
    app.button(key="month-before").click().run()
    assert _written(app) == "2026年7月末"
