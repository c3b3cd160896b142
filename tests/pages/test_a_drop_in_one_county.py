"""A 30 % drop in one county from day 365: the alerts the published rule gives, on its days, and 预警
shows them.

What is expected is worked out by replaying the rule of docs/methods.md from the daily numbers in
plain Python.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import pytest

from components.shell.state import Loaded, Whole
from data_access.current import Computed, Current
from kpi.alerts.rules import Flip, Rule, Severity
from kpi.alerts.watch import history_of
from kpi.figures.figures import Figures, figures
from kpi.vocabulary.division import Division, Rollup
from tests.kpi.naive_forecast import forecast
from tests.pages.app import open_page, words

COUNTY, JOBS, DROP_FROM, LEFT_OVER = "321302", "jobs_published", 365, 0.7
# (enter P, enter r, leave P, leave r) of blue, yellow, red
STEPS = ((0.35, 0.98, 0.50, 0.995), (0.20, 0.95, 0.35, 0.97), (0.10, 0.90, 0.20, 0.93))
GRADES = (None, Severity.BLUE, Severity.YELLOW, Severity.RED)


@dataclass(frozen=True)
class Dropped:
    """The sample before and after the drop."""

    before: Figures
    after: Figures

    @property
    def county(self) -> Division:
        return self.after.facts.geography.division(Rollup.COUNTY, COUNTY)


@pytest.fixture(scope="module")
def dropped(sample: Current) -> Dropped:
    facts, plan = sample.snapshot.facts(sample.plan), sample.plan
    county = facts.geography.division(Rollup.COUNTY, COUNTY)
    cells = facts.cells["job_posting"].copy()
    first = (plan.window.start - date(1970, 1, 1)).days + DROP_FROM
    lost = (cells["unit"].isin(county.units) & (cells["day"] >= first)).to_numpy()
    cells["amount"] = cells["amount"].astype(float).mask(lost, cells["amount"] * LEFT_OVER)
    return Dropped(figures(facts, plan),
                   figures(replace(facts, cells={**facts.cells, "job_posting": cells}), plan))


def daily(known: Figures, units: Sequence[str] | None) -> list[float]:
    """Jobs published less written off on each day read, of these units or of the whole city."""
    cells = known.facts.cells["job_posting"]
    mine = cells[(cells["status"] == "counted") & (cells["origin"] == "plan")]
    mine = mine if units is None else mine[mine["unit"].isin(units)]
    sign = mine["event"].map({"published": 1.0, "invalidated": -1.0}).astype(float)
    sums = (mine["amount"].astype(float) * sign).groupby(mine["day"]).sum()
    start = (known.plan.window.start - date(1970, 1, 1)).days
    return [float(sums.get(start + day, 0.0)) for day in range(known.days)]


def signal(counts: Sequence[float], weights: Sequence[float], target: float,
           deadline: int) -> tuple[float, float]:
    """(chance of reaching the target, projected ÷ target) from the counts of all complete days."""
    mu, scale, pad = forecast(counts, weights, deadline)
    value = sum(counts)
    if value >= target:
        return 1.0, math.inf
    distance = 2 * (math.sqrt((target - value + pad) / (mu + pad)) - 1) / scale
    root = math.sqrt(1 + distance * distance / 4)
    below = 0.5 + 0.375 * (distance / root) * (1 - distance * distance / (12 * root * root))
    return 1 - below, (value + mu) / target


def replay(known: Figures, division: Division) -> list[tuple[date, Severity | None]]:
    """The days on which the grade changes, with the grade from then on: seven days to enter,
    fourteen to leave a step.
    """
    window, target = known.plan.window, known.target(JOBS, division)
    assert target is not None
    counts = daily(known, None if division.rollup == Rollup.CITY else division.units)
    weights = [0.1 if window.start + timedelta(days=n) in known.plan.calendar.holidays else 1.0
               for n in range(window.days)]
    on_record = next(n for n, count in enumerate(counts) if count)
    changes, level, calm, bad = [], 0, 0, [0, 0, 0]
    for day in range(1, known.days + 1):
        complete = min(day, known.complete)
        said = complete - on_record >= 28
        chance, ratio = (
            signal(counts[:complete], weights, target.value, window.days)
            if said
            else (math.nan, math.nan)
        )
        bad = [number + 1 if chance < p and ratio < r else 0
               for number, (p, r, _, _) in zip(bad, STEPS, strict=True)]
        calm = (
            calm + 1
            if level and (chance >= STEPS[level - 1][2] or ratio >= STEPS[level - 1][3])
            else 0
        )
        now = max([index + 1 for index, number in enumerate(bad) if number >= 7 and day >= 56],
                  default=0)
        now = min(now, 3 if day >= 130 else 2)  # nothing is red before day 130
        now = (
            0
            if sum(counts[:day]) >= target.value
            else max(now, level)
            if now > level or calm < 14
            else level - 1
        )
        if now != level:
            changes.append((window.start + timedelta(days=day - 1), GRADES[now]))
            level, calm = now, 0
    return changes


def changes_of(known: Figures, division: Division) -> list[tuple[date, Severity | None]]:
    return [(flip.day, flip.after) for flip in history_of(known).flips()
            if (flip.rule, flip.indicator, flip.rollup, flip.division) == (
                Rule.BEHIND_PACE, JOBS, *division.key)]


def test_the_alerts_are_exactly_those_of_the_rule_on_its_days(dropped: Dropped) -> None:
    geography = dropped.after.facts.geography
    touched = (geography.city, dropped.county, *(unit for unit in geography.managing
                                                 if unit.code in dropped.county.units))
    season_from = dropped.after.plan.window.start + timedelta(days=392)
    for division in touched:
        computed, expected = changes_of(dropped.after, division), replay(dropped.after, division)
        assert [one for one in computed if one[0] < season_from] == [
            one for one in expected if one[0] < season_from], division.name
        # from then on a yearly season shifts the chances, which the replay leaves out: the same
        # grades, days apart
        both = min(len(computed), len(expected))
        assert [grade for _, grade in computed[:both]] == [grade for _, grade in expected[:both]]
        assert all(abs((one[0] - other[0]).days) <= 3
                   for one, other in zip(computed[:both], expected[:both], strict=True)), division.name
        # a change of the last days may have come to one of the two only
        last = dropped.after.plan.window.start + timedelta(days=dropped.after.days - 1)
        assert all((last - day).days < 3
                   for day, _ in (*computed[both:], *expected[both:])), division.name


def test_the_drop_raises_what_was_not_there_before_it(dropped: Dropped) -> None:
    after = [change for change in changes_of(dropped.after, dropped.county)
             if change not in changes_of(dropped.before, dropped.county)]
    first = dropped.after.plan.window.start + timedelta(days=DROP_FROM)
    assert after
    assert after[0][0] >= first + timedelta(days=6)  # seven days running at the earliest
    assert {Severity.BLUE, Severity.YELLOW} <= {grade for _, grade in after}


def test_nothing_else_is_raised_or_cleared(dropped: Dropped) -> None:
    """Alerts of other indicators, and of other counties' jobs, are the same flips as without the
    drop.
    """
    def others(known: Figures) -> list[Flip]:
        inside = {COUNTY, *dropped.county.units, known.facts.geography.city_code}
        return [flip for flip in history_of(known).flips()
                if flip.indicator not in (JOBS, "third_party_share") or flip.division not in inside]
    assert others(dropped.after) == others(dropped.before)


@pytest.mark.usefixtures("over_sample")
def test_the_page_shows_the_history(dropped: Dropped, sample: Current,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    current = replace(sample, computed=Computed(figures=dropped.after))
    monkeypatch.setattr("components.shell.state.load", lambda progress,
                        scope: Loaded(current, "dropped", scope, Whole(current, "dropped")))
    app = open_page("meeting/alerts", division=COUNTY, topic=JOBS)
    expected = [change for change in replay(dropped.after, dropped.county)
                if change[0] <= sample.default_day]
    assert len(expected) > 2
    said = words(app)
    for day, grade in expected:
        assert f"{day}" in said
        assert (
            grade is None
            or {Severity.RED: "红色", Severity.YELLOW: "黄色", Severity.BLUE: "蓝色"}[grade] in said
        )
    spans = [
        (base, text)
        for element in app.get("plotly_chart")
        for trace in json.loads(element.proto.spec)["data"]
        if trace.get("base") is not None  # type: ignore[attr-defined]
        for base, text in zip(trace["base"], trace["hovertext"], strict=True)
        if "按期完成风险" in text
    ]
    assert sorted(base for base, _ in spans) == [day.isoformat() for day, grade in expected
                                                 if grade is not None]
    assert pd.Timestamp(spans[0][0]) >= pd.Timestamp(dropped.after.plan.window.start)
