"""Another city's databases and plan, and no code change."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests import naive
from tests.commands.running import process
from tests.fixtures import other_city
from tests.spec.comparing import differences

AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return other_city.write(tmp_path_factory.mktemp("other-city"))


@pytest.fixture(scope="module")
def card(environment: dict[str, str]) -> dict[str, Any]:
    result = process("reports", "scorecard", "--as-of", AS_OF.isoformat(), **environment)
    assert result.returncode == 0, result.stderr
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def test_six_counties_and_two_zones_have_every_line(card: dict[str, Any]) -> None:
    assert card["snapshot"]["sample"] is False
    places = {(line["rollup"], line["division"]) for line in card["lines"]}
    assert len([place for place in places if place[0] == "county"]) == 6
    assert len([place for place in places if place[0] == "managing"]) == 8
    assert len(card["lines"]) == 7 * (1 + 6 + 8)


def test_every_line_agrees_with_the_naive_recomputation(environment: dict[str, str],
                                                        card: dict[str, Any]) -> None:
    urls = {name.removeprefix("LINGGONG_URL_").lower(): url for name, url in environment.items()
            if "_URL_" in name}
    expected = naive.lines(naive.read_tables(urls), start=other_city.START, as_of=AS_OF,
                           read_on=date.today(), city_code=other_city.CITY,
                           duplicate_window_days=other_city.DUPLICATE_WINDOW_DAYS)
    found = {(line["indicator"], line["rollup"], line["division"]): naive.NaiveLine(
        line["value"], line["numerator"], line["denominator"]) for line in card["lines"]}
    wanted = {key: line for key, line in expected.items()
              if key[0] in {name for name, _, _ in found}}
    assert len(found) == len(card["lines"])
    assert differences(wanted, found) == []


def test_targets_come_from_the_other_plan(card: dict[str, Any]) -> None:
    targets = {(line["indicator"], line["rollup"], line["division"]): line["target"]
               for line in card["lines"]}
    assert targets["jobs_published", "county", "320706"] == 2000
    # the quota of 海州区 is shared with the zone inside it by population: 850 : 120
    assert targets["jobs_published", "managing", "320706"] == 1753
    assert targets["jobs_published", "managing", "320792"] == 247
    assert targets["station_coverage", "county", "320724"] == 1
    assert targets["violations_closed", "city", "320700"] is None
