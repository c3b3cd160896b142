"""Places, the range of places to come, and what is said of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kpi.counting.facts import FloatArray
from kpi.plan.apportion import apportion
from kpi.ranking.league import places_on, rank_group
from kpi.ranking.ranking import (
    FinalTerm,
    Ranking,
    Term,
    draw_scores,
    places,
    rank,
    rounded_score,
    with_intervals,
)
from kpi.scorecard.scorecard import scorecard
from kpi.vocabulary.division import Rollup
from kpi.wording import wording
from tests.kpi.hand import A, B, Cells, jobs, known, plan


def test_ties_share_a_place_and_the_next_is_skipped() -> None:
    assert places([0.9, 0.8, 0.8, None, 0.7]) == [1, 2, 2, None, 4]


def test_scores_that_print_the_same_share_a_place() -> None:
    assert places([98.04, 97.96, 97.94]) == [1, 1, 3]


@pytest.mark.parametrize(("value", "printed"), [(86.25, 86.3), (86.35, 86.4), (86.24, 86.2),
                                                (0.05, 0.1), (86.24999999999999, 86.3),
                                                (86.2499999, 86.2), (100.0, 100.0)])
def test_a_score_is_rounded_half_up_like_a_spreadsheets(value: float, printed: float) -> None:
    """Half to even would make 86.25 into 86.2 and give it another place than the workbook's ROUND
    does.
    """
    assert rounded_score(value) == printed
    assert places([value, printed]) == [1, 1]


def test_apportioning_a_hundred_in_three_gives_the_odd_one_to_the_first() -> None:
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]


def test_a_score_counts_no_term_for_more_than_it_asks() -> None:
    """Weights 2 and 1, ratios 1.5 and .7: (2·1 + 1·.7)/3 = 90; uncapped (2·1.5 + .7)/3 = 123.3."""
    row = rank("county", {"a": [Term("x", 2, 1.5), Term("y", 1, 0.7)]})[0]
    assert (row.score, row.uncapped) == pytest.approx((90, 123.3333), abs=1e-3)


@pytest.mark.parametrize(("missing", "ranked"), [(4, True), (5, False)])
def test_at_least_sixty_percent_of_the_weight_must_be_there(missing: int, ranked: bool) -> None:
    terms = [Term(f"i{n}", 1, None if n < missing else 1.0) for n in range(10)]
    assert (rank("county", {"a": terms})[0].place is not None) == ranked


def steady(value: float, spread: float = 0.0) -> FinalTerm:
    def completion(error: FloatArray) -> FloatArray:
        return value + spread * error
    return FinalTerm("x", 1.0, completion)


def rows(*scores: float) -> list[Ranking]:
    return list(rank("county", {f"u{n}": [Term("x", 1, score)] for n, score in enumerate(scores)}))


def test_certain_forecasts_give_certain_places() -> None:
    ranked = with_intervals(rows(0.9, 0.8), {"u0": [steady(0.9)], "u1": [steady(0.8)]})
    assert [(row.place_interval, row.first) for row in ranked] == [((1, 1), 1.0), ((2, 2), 0.0)]
    assert [wording.place_words(row) for row in ranked] == ["第1", "第2"]


def test_two_equal_units_are_first_about_as_often() -> None:
    ranked = with_intervals(rows(0.7, 0.7), {"u0": [steady(0.7, 0.05)], "u1": [steady(0.7, 0.05)]})
    first = [row.first or 0.0 for row in ranked]
    assert first == pytest.approx([0.5, 0.5], abs=0.05)
    assert all(row.place_interval == (1, 2) for row in ranked)


def test_errors_are_shared_between_units_with_correlation_seven_tenths() -> None:
    scores = draw_scores({"u0": [steady(0.5, 0.01)], "u1": [steady(0.5, 0.01)]})
    assert scores.shape == (2, 2000)
    ranks = scores.argsort(axis=1).argsort(axis=1)
    # Spearman's ρ of a normal correlation .7 is 6/π·asin(.35) = .683; a common t4 scale lowers it a
    # little
    assert float(np.corrcoef(ranks)[0, 1]) == pytest.approx(0.68, abs=0.06)


def test_the_draws_are_the_same_every_time() -> None:
    terms = {"u0": [steady(0.7, 0.1)], "u1": [steady(0.72, 0.1)]}
    assert with_intervals(rows(0.7, 0.72), terms) == with_intervals(rows(0.7, 0.72), terms)


@pytest.mark.parametrize(("place", "interval", "first", "said"), [
    (2, (1, 3), 0.2, "第2（可能1–3）"), (1, (1, 3), 0.49, "第1（领先不明显）"), (1, (1, 2), 0.5, "第1（可能1–2）"),
    (3, (2, 2), 0.0, "第3（可能2）"), (4, None, None, "第4"), (None, None, None, "未排名")])
def test_a_place_in_words(place: int | None, interval: tuple[int, int] | None, first: float | None,
                          said: str) -> None:
    assert wording.place_words(Ranking("county", A, 90.0, 90.0, place, (), interval, first)) == said


def test_the_place_of_last_month_stands_beside_this_months() -> None:
    """A (target 1000) leads in January; B (target 1000) has caught up by 28 February."""
    quotas = {"target": 2000, "quotas": {A: 1000, B: 1000}}
    # ranked from the first day on: the plan says so
    figures = known(plan(indicators={"jobs_published": quotas}, alerts={"first_day": 1}),
                    jobs(a=[1] * 70, b=[0] * 31 + [10] * 39))
    county = {row.division: row for row in scorecard(figures, date(2025, 2, 28)).ranking
              if row.group == "county"}
    assert (county[A].place, county[A].previous, county[A].climbed) == (2, 1, -1)
    assert (county[B].place, county[B].previous, county[B].climbed) == (1, 2, 1)
    january = {row.division: row for row in scorecard(figures, date(2025, 1, 15)).ranking}
    assert january[A].previous is None


def test_last_months_places_are_those_of_the_members_asked_about() -> None:
    """One group name, other members: A before B at the end of January, and each of them first when
    it is alone.
    """
    quotas = {"target": 2000, "quotas": {A: 1000, B: 1000}}
    figures = known(plan(indicators={"jobs_published": quotas}, alerts={"first_day": 1}),
                    jobs(a=[2] * 70, b=[1] * 70))
    card = scorecard(figures, date(2025, 2, 28))
    a, b = (card.geography.division(Rollup.COUNTY, code) for code in (A, B))
    for members, previous in (((a, b), {A: 1, B: 2}), ((b,), {B: 1}), ((a,), {A: 1}),
                              ((a, b), {A: 1, B: 2})):
        rows = rank_group(figures, card.by_key, "own", members, date(2025, 2, 28))
        assert {row.division: row.previous for row in rows} == previous
        assert places_on(figures, "own", members, [date(2025, 1, 31)]) == {
            code: (place,) for code, place in previous.items()}


def test_a_share_of_fewer_than_thirty_cases_decides_no_place() -> None:
    cells = Cells("dispute_case")
    for unit, number in ((A, 29), (B, 30)):
        cells.add("closed", date(2025, 3, 1), unit, number, stage="mediation", is_gig=1,
                  outcome="success")
        cells.add("accepted", date(2025, 2, 1), unit, number, stage="mediation", is_gig=1)
    card = scorecard(known(plan(indicators={"mediation_success": 0.6}), cells), date(2025, 4, 1))
    county = {row.division: row for row in card.ranking if row.group == "county"}
    assert (county[A].place, county[B].place) == (None, 1)


def test_terms_say_what_they_are_made_of() -> None:
    card = scorecard(known(plan(), jobs(a=[5] * 73)), date(2025, 3, 14))
    term = next(row for row in card.ranking if row.division == A).terms[0]
    # A's part by population is 2920 (4 of 10); 365 of them done, 73 of 730 days gone
    assert (term.completion, term.due) == pytest.approx((365 / 2920, 0.1))
    assert term.points == 100
