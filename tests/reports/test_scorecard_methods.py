"""Forecasts, intervals and ranges of places in the JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from kpi.scorecard.scorecard import scorecard
from reports.scorecard import SnapshotNote, to_json
from tests.kpi.hand import B, Cells, jobs, known, plan

HALFWAY = date(2025, 12, 31)


def made(*cells: Cells, **indicators: Any) -> dict[str, Any]:
    card = scorecard(known(plan(indicators=indicators), *cells), HALFWAY)
    return json.loads(to_json(card, SnapshotNote("s", datetime(2026, 1, 1), True, {})))


def line(card: dict[str, Any], indicator: str, rollup: str = "city",
         division: str = "321300") -> dict[str, Any]:
    return next(each for each in card["lines"] if (each["indicator"], each["rollup"],
                                                   each["division"]) == (
                                                       indicator, rollup, division))


def test_a_forecast_has_its_range_chance_state_and_landing() -> None:
    forecast = line(made(jobs(a=[10] * 365), jobs_published=7300), "jobs_published")["forecast"]
    assert forecast["p50"] == pytest.approx(7300)
    assert forecast["p10"] < forecast["p50"] < forecast["p90"]
    assert forecast["probability"] == pytest.approx(0.5)
    assert (forecast["state"], forecast["landing"]) == ("forecast", "2026-12-31")


def test_no_data_is_null_and_never_zero() -> None:
    forecast = line(made(jobs(a=[10] * 365), jobs_published=7300), "jobs_published", "county",
                    B)["forecast"]
    assert forecast == {"p10": None, "p50": None, "p90": None, "probability": None,
                        "state": "no_data", "landing": None}


def test_a_share_has_an_interval_and_no_forecast() -> None:
    found = line(made(jobs(a=[1] * 20), third_party_share=0.5), "third_party_share")
    assert found["forecast"] is None
    assert found["interval"]["low"] == 0
    assert found["interval"]["cases"] == 20
    assert found["interval"]["size"] == "unranked"


def test_a_ranking_has_the_range_of_places() -> None:
    card = made(jobs(a=[4] * 365, b=[6] * 365), jobs_published=7300)
    places = {row["division"]: row["place_interval"] for row in card["ranking"]
              if row["group"] == "county"}
    # both counties' parts are met or nearly so at the end: a pair of places each
    assert all(1 <= low <= high <= 2 for low, high in places.values())
