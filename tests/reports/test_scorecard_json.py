"""The scorecard's JSON: every key for every line, absent as null, numbers unrounded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.scorecard import to_json
from tests.reports.conftest import Made

LINE_KEYS = {"indicator", "division", "rollup", "value", "numerator", "denominator", "target",
             "comparator", "completion", "expected", "gap", "light", "needed_per_day", "forecast",
             "interval", "basis"}
LIGHTS = {"met", "green", "yellow", "red", "watch", "no_data", "stale"}


@pytest.fixture(scope="module")
def feed(city: Made) -> dict[str, Any]:
    return dict(json.loads(to_json(city.known.card, city.known.note)))


@pytest.fixture(scope="module")
def bare_feed(bare: Made) -> dict[str, Any]:
    return dict(json.loads(to_json(bare.known.card, bare.known.note)))


def test_there_is_a_line_for_every_indicator_and_division(feed: dict[str, Any], city: Made) -> None:
    divisions = [("city", "321300"), ("county", "321302"), ("county", "321322"),
                 ("managing", "321302"), ("managing", "321322"), ("managing", "321371")]
    lines = [(line["indicator"], line["rollup"], line["division"]) for line in feed["lines"]]
    assert sorted(lines) == sorted((item.code, *division) for item in city.known.plan.indicators
                                   for division in divisions)


def test_every_line_has_every_key(feed: dict[str, Any]) -> None:
    assert set(feed) == {"as_of", "plan", "snapshot", "lines", "ranking", "alerts", "alert_cards",
                         "quality"}
    for line in feed["lines"]:
        assert set(line) == LINE_KEYS
        assert line["light"] in LIGHTS


def test_the_head_says_when_and_from_what(feed: dict[str, Any], city: Made) -> None:
    assert feed["as_of"] == "2026-10-31"
    assert feed["plan"] == {"id": "test-plan", "start": "2025-01-01", "deadline": "2026-12-31"}
    assert feed["snapshot"]["id"] == city.known.note.id
    assert feed["snapshot"]["read_at"] == "2026-11-02T08:30:00"
    assert feed["snapshot"]["sample"] is True
    assert feed["snapshot"]["sources"]["training"]["state"] == "ok"


def test_what_is_not_connected_is_null_and_never_zero(bare_feed: dict[str, Any]) -> None:
    for line in bare_feed["lines"]:
        if line["indicator"] == "training_attendances":
            continue
        judged = ("value", "numerator", "denominator", "completion", "gap", "needed_per_day",
                  "basis")
        assert {line[key] for key in judged} == {None}
        assert line["light"] == "no_data"
    assert bare_feed["snapshot"]["sources"]["venues"] == {
        "state": "absent", "latest": None, "newest": None, "age": None, "fresh": None}


def test_shares_are_unrounded_and_between_0_and_1(feed: dict[str, Any]) -> None:
    shares = [line for line in feed["lines"] if line["indicator"] == "third_party_share"]
    for line in shares:
        assert line["value"] == line["numerator"] / line["denominator"]
        assert 0 <= line["value"] <= 1
        assert line["comparator"] == ">"


def test_counts_are_whole_numbers_and_targets_the_plans(feed: dict[str, Any]) -> None:
    targets = {(line["rollup"], line["division"]): line["target"] for line in feed["lines"]
               if line["indicator"] == "jobs_published"}
    # quotas for the two counties; inside 宿城区 800 000 : 200 000 persons
    assert targets == {("city", "321300"): 5000, ("county", "321302"): 2400,
                       ("county", "321322"): 2600, ("managing", "321302"): 1920,
                       ("managing", "321371"): 480, ("managing", "321322"): 2600}
    assert all(isinstance(line["value"], int) for line in feed["lines"]
               if line["indicator"] == "jobs_published")


def test_a_watched_indicator_has_no_target_and_no_light_of_its_own(feed: dict[str, Any]) -> None:
    watched = next(line for line in feed["lines"] if line["indicator"] == "sector_jobs")
    assert (watched["target"], watched["expected"], watched["completion"], watched["light"]) == (
        None, None, None, "watch")


def test_alerts_carry_their_sentence_and_ranking_its_places(feed: dict[str, Any]) -> None:
    assert feed["alerts"]
    for alert in feed["alerts"]:
        assert alert["severity"] in ("red", "yellow", "blue", "grey")
        assert alert["evidence"].endswith("。")
    assert {row["group"] for row in feed["ranking"]} == {"county", "zone"}
    for row in feed["ranking"]:
        assert set(row) == {"group", "division", "score", "place", "place_interval"}


def test_rows_read_are_counted_or_excluded(feed: dict[str, Any]) -> None:
    for dataset in feed["quality"]:
        assert dataset["read"] == dataset["counted"] + sum(dataset["excluded"].values())
