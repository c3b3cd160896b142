"""What is sent to the browser for the map."""

from __future__ import annotations

import json
from datetime import date

import pytest

from components.look.theme import rgb
from components.maps.county_map import deck
from components.shell.frame import View
from components.shell.selection import Selection
from data_access.outlines import county_outlines
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording.wording import LIGHT_COLOURS
from tests.small_city import read, settings_of

DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> str:
    known = read(
        settings_of(
            tmp_path_factory.mktemp("city"),
            targets={"third_party_share": 0.5},
            job_posting="""
        | unit_code | collector   | published_on |
        | 321302    | third_party | 2025-03-01   |
        | 321322    | government  | 2025-03-01   |
    """,
        )
    )
    view = View(known, "key", Selection(DAY, Rollup.COUNTY, "third_party_share", None),
                scorecard(known.figures, DAY))
    outlines = county_outlines(known.settings, known.plan, view.geography)
    return deck("key", DAY.isoformat(), "third_party_share", 500, view, outlines).to_json()


def test_no_address_and_no_basemap_is_named(sent: str) -> None:
    assert not [word for word in ("http", "carto", "mapbox", "google") if word in sent]
    assert json.loads(sent).get("mapProvider") is None


def test_it_is_small_because_it_has_no_indentation(sent: str) -> None:
    assert "\n " not in sent
    assert len(sent.encode()) < 60_000


def test_each_county_is_filled_with_the_colour_of_its_light(sent: str) -> None:
    fills, labels = json.loads(sent)["layers"]
    # 1 of 1 satisfies > or ≥ 50 %; 0 of 1 is 50 points short
    colours = {tuple(shape["fill"]) for shape in fills["data"]}
    assert colours == {rgb(LIGHT_COLOURS["met"]), rgb(LIGHT_COLOURS["red"])}
    assert [label["text"] for label in labels["data"]] == ["宿城区\n● 100.0%", "沭阳县\n■ 0.0%"]


def test_hovering_says_the_sentence(sent: str) -> None:
    tips = {shape["tip"] for shape in json.loads(sent)["layers"][0]["data"]}
    assert "沭阳县第三方归集率0.0%，目标≥50%，低于目标50.0个百分点。" in tips
