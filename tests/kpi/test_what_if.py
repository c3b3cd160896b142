"""What if: with nothing supposed the scorecard's own forecast, with more never worse, and the
smallest set is smallest.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.figures.figures import Figures
from kpi.figures.gap import fewest
from kpi.scorecard.scorecard import Scorecard, scorecard
from kpi.scorecard.what_if import can_suppose, highest, what_if
from kpi.sentences.what_if import supposed_chance
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from tests.examples import examples
from tests.kpi.hand import CITY, GEOGRAPHY, A, B, division, jobs, known, plan

AS_OF = date(2026, 6, 30)
DAYS = (AS_OF - date(2025, 1, 1)).days + 1
CODE = "jobs_published"


@pytest.fixture(scope="module")
def figures() -> Figures:
    rng = np.random.default_rng(1)
    return known(
        plan(indicators={CODE: {"target": 14000, "quotas": {A: 5000, B: 9000}}}),
        jobs(a=rng.poisson(8, DAYS).tolist(), b=rng.poisson(9, DAYS).tolist()),
        read_on=date(2026, 7, 1),
    )


@pytest.fixture(scope="module")
def card(figures: Figures) -> Scorecard:
    return scorecard(figures, AS_OF)


COUNTIES = GEOGRAPHY.members(Rollup.COUNTY)


def test_with_nothing_supposed_it_is_the_scorecards_forecast(
    figures: Figures, card: Scorecard
) -> None:
    found = what_if(figures, card, CODE, {}, division(CITY), COUNTIES)
    for one in (found.whole, *found.units):
        line = card.line(CODE, one.division)
        assert line.forecast is not None
        assert one.chance == pytest.approx(line.forecast.probability, abs=1e-12)
        assert one.expected == pytest.approx(line.forecast.p50)
        assert one.landing == line.forecast.landing
    rows = {row.division: row.place_interval for row in card.ranking if row.group == "county"}
    assert {one.division.code: one.places for one in found.units} == rows


def test_what_is_supposed_comes_evenly_until_the_deadline(
    figures: Figures, card: Scorecard
) -> None:
    """184 days are left: 70 a week more are 1 840."""
    before = what_if(figures, card, CODE, {}, division(CITY), COUNTIES)
    after = what_if(figures, card, CODE, {B: 70.0}, division(CITY), COUNTIES)
    assert after.whole.expected == pytest.approx((before.whole.expected or 0) + 1840)
    assert [one.per_week for one in (after.whole, *after.units)] == [70, 0, 70]
    assert after.units[0] == before.units[0] or after.units[0].places != before.units[0].places
    assert (after.units[1].chance or 0) > (before.units[1].chance or 0)


def test_the_landing_day_is_the_first_on_which_the_path_is_there(
    figures: Figures, card: Scorecard
) -> None:
    """With so much a week that the pace hardly matters: 9 000 − value in steps of 10 000 ÷ 7 a day
    and the pace.
    """
    line = card.line(CODE, division(B))
    found = what_if(figures, card, CODE, {B: 10_000.0}, division(B), ())
    assert found.whole.landing is not None
    days = (found.whole.landing - AS_OF).days
    lacking = (line.target or 0) - (line.value or 0)
    pace = max(line.forecast.run_rates) if line.forecast and line.forecast.run_rates else 0.0
    assert days * (10_000 / 7 + 2 * pace) >= lacking > (days - 1) * 10_000 / 7


@settings(max_examples=examples(40), deadline=None)
@given(less=st.floats(0, 400), more=st.floats(0, 400))
def test_more_is_never_worse(figures: Figures, card: Scorecard, less: float, more: float) -> None:
    low, high = sorted((less, more))
    first, second = (
        what_if(figures, card, CODE, {A: one}, division(A), ()).whole for one in (low, high)
    )
    assert (first.chance or 0) <= (second.chance or 0) + 1e-12
    assert (first.expected or 0) <= (second.expected or 0) + 1e-9
    if first.landing is not None and second.landing is not None:
        assert second.landing <= first.landing


def test_what_is_supposed_comes_off_what_the_smallest_set_must_add(
    figures: Figures, card: Scorecard
) -> None:
    nothing = what_if(figures, card, CODE, {}, division(CITY), COUNTIES)
    assert nothing.missing > 0
    assert sum(change.total for change in nothing.closing) == pytest.approx(nothing.missing)
    enough = {change.division.code: change.per_week for change in nothing.closing}
    closed = what_if(figures, card, CODE, enough, division(CITY), COUNTIES)
    assert closed.missing == pytest.approx(0, abs=1e-6)
    assert closed.closing == ()
    assert closed.whole.expected == pytest.approx(14000)


@settings(max_examples=examples(200), deadline=None)
@given(lacks=st.lists(st.integers(1, 50), min_size=1, max_size=7), missing=st.integers(1, 200))
def test_no_smaller_set_closes_the_gap(lacks: list[int], missing: int) -> None:
    """Tried one by one: of all sets of units whose own lacks add up to what is missing none has
    fewer units.
    """
    units = [division(CITY)] * len(lacks)
    chosen = fewest(
        [(float(lack), unit) for lack, unit in zip(lacks, units, strict=True)], float(missing), 1.0
    )
    enough = [
        size
        for size in range(1, len(lacks) + 1)
        if any(sum(some) >= missing for some in combinations(lacks, size))
    ]
    if not enough:
        assert len(chosen) == len(lacks)
        return
    assert len(chosen) == enough[0]
    assert sum(change.total for change in chosen) == pytest.approx(missing)


def test_what_cannot_be_supposed(figures: Figures, card: Scorecard) -> None:
    assert can_suppose(figures, card, CODE, division(CITY))
    ended = scorecard(known(plan(indicators={CODE: 1000}), jobs(a=[3] * 730)), date(2026, 12, 31))
    assert not can_suppose(
        known(plan(indicators={CODE: 1000}), jobs(a=[3] * 730)), ended, CODE, division(CITY)
    )
    assert highest(figures, card.line(CODE, division(B)), AS_OF) % 10 == 0


@pytest.mark.parametrize(("days", "possible"), [(1, False), (27, False), (28, True)])
def test_of_a_few_days_on_record_nothing_is_supposed(days: int, possible: bool) -> None:
    """As no chance is said of them anywhere else."""
    as_of = date(2025, 1, 1) + timedelta(days=days - 1)
    figures = known(
        plan(indicators={CODE: 1000}), jobs(a=[3] * days), read_on=as_of + timedelta(days=1)
    )
    young = scorecard(figures, as_of)
    assert can_suppose(figures, young, CODE, division(CITY)) is possible
    assert (young.line(CODE, division(CITY)).forecast.probability is not None) is possible  # type: ignore[union-attr]


def test_a_chance_is_said_as_surely_as_the_scorecard_says_it(figures: Figures) -> None:
    """Before half a year no surer than “<10%” or “>90%”; on the last of these days and the first
    after them, with nothing supposed.
    """
    for as_of in (date(2025, 3, 31), date(2025, 7, 1), date(2025, 7, 2), AS_OF):
        card = scorecard(figures, as_of)
        found = what_if(figures, card, CODE, {}, division(CITY), COUNTIES)
        for one in (found.whole, *found.units):
            line = card.line(CODE, one.division)
            assert supposed_chance(one) == wording.forecast_chance(line.forecast)
    hopeless = scorecard(
        known(plan(indicators={CODE: 900_000}), jobs(a=[3] * 100)), date(2025, 4, 10)
    )
    ahead = known(plan(indicators={CODE: 900_000}), jobs(a=[3] * 100))
    nothing = what_if(ahead, hopeless, CODE, {}, division(CITY), ())
    enough = what_if(ahead, hopeless, CODE, {CITY: 20_000.0}, division(CITY), ())
    assert supposed_chance(nothing.whole) == "<10%"
    assert supposed_chance(enough.whole) == ">95%"  # it is there by what is supposed alone
