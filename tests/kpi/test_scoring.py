"""The methods of scoring: points worked by hand, settings read, places drawn by the same method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kpi.plan.scoring import CAPPED, METHOD_NAMES, ScoreMethod, ScoreRules
from kpi.ranking.methods import under_every_method
from kpi.ranking.points import worth
from kpi.ranking.ranking import FinalTerm, Term, draw_scores, rank, with_intervals
from kpi.sentences.places import score_parts
from kpi.sentences.scoring import formula_words, grade_words, method_words
from kpi.vocabulary.errors import InputError
from tests.kpi.hand import plan

RATIOS = np.array([1.3, 1.1, 1.0, 0.96, 0.92, 0.8, 0.5])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (ScoreMethod.CAPPED, [100, 100, 100, 96, 92, 80, 50]),
        (
            ScoreMethod.BONUS,
            [105, 102.5, 100, 96, 92, 80, 50],
        ),  # 5 points at 120 %, half of them at 110 %
        (ScoreMethod.EFFICACY, [100, 100, 60 + 40 * 2 / 3, 60 + 40 * 16 / 30, 76, 60, 20]),
        (
            ScoreMethod.PEER,
            [100, 90, 85, 83, 81, 75, 60],
        ),  # .8 between best and worst make 40 points
        (ScoreMethod.PLACES, [100, 95, 90, 85, 80, 75, 70]),
        (ScoreMethod.STEPS, [100, 100, 100, 60, 20, 0, 0]),
    ],
)
def test_points_by_hand(method: ScoreMethod, expected: list[float]) -> None:
    assert (100 * worth(ScoreRules(method), RATIOS)).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("method", ScoreMethod)
def test_a_missing_ratio_earns_nothing_and_moves_no_one_else(method: ScoreMethod) -> None:
    found = worth(ScoreRules(method), np.array([0.7, np.nan, 1.2]))
    assert np.isnan(found[1])
    assert found[[0, 2]].tolist() == worth(ScoreRules(method), np.array([0.7, 1.2])).tolist()


@pytest.mark.parametrize("method", ScoreMethod)
def test_doing_more_never_earns_less(method: ScoreMethod) -> None:
    found = worth(ScoreRules(method), np.sort(np.random.default_rng(1).uniform(0, 2, 50)))
    assert (np.diff(found) >= 0).all()


def test_equal_units_share_full_marks_and_places() -> None:
    assert worth(ScoreRules(ScoreMethod.PEER), np.array([0.4, 0.4])).tolist() == [1.0, 1.0]
    assert worth(ScoreRules(ScoreMethod.PLACES), np.array([0.9, 0.4, 0.9])).tolist() == [
        1.0, 0.9, 1.0]
    assert worth(ScoreRules(ScoreMethod.PLACES, place_step=60.0),
                 np.array([1.0, 0.9, 0.8])).tolist() == [1.0, 0.4, 0.0]


TERMS = {"a": [Term("x", 2, 1.2), Term("y", 1, 0.5)], "b": [Term("x", 2, 0.9), Term("y", 1, 0.98)],
         "c": [Term("x", 2, None), Term("y", 1, 0.97)]}


def test_a_score_is_the_weighted_mean_of_the_points_and_the_parts_add_up_to_it() -> None:
    """Steps: a (2·100 + 1·0) ÷ 3 = 66.7, b (2·20 + 1·60) ÷ 3 = 33.3; c has a third of the weight
    and is unranked.
    """
    first, second, third = rank("county", TERMS, ScoreRules(ScoreMethod.STEPS))
    assert [(row.division, row.place) for row in (first, second, third)] == [
        ("a", 1), ("b", 2), ("c", None)]
    assert (first.score, second.score, third.score) == (pytest.approx(200 / 3),
                                                        pytest.approx(100 / 3), None)
    assert first.uncapped == pytest.approx((2 * 120 + 50) / 3)
    for row in (first, second):
        assert sum(part.points or 0.0 for part in score_parts(row)) == pytest.approx(row.score)


def test_capped_is_what_it_was_and_the_default() -> None:
    assert rank("county", TERMS) == rank("county", TERMS, CAPPED)
    assert [row.score for row in rank("county", TERMS)][:2] == [pytest.approx((180 + 98) / 3),
                                                                pytest.approx(250 / 3)]
    assert plan().scoring == CAPPED


def test_ranking_anew_by_another_method_forgets_the_points_before() -> None:
    steps = {row.division: row.terms for row in rank("county", TERMS,
                                                     ScoreRules(ScoreMethod.STEPS))}
    assert {row.division: row.score for row in rank("county", steps)} == {
        row.division: row.score for row in rank("county", TERMS)}


def test_every_method_is_shown_beside_the_one_in_force() -> None:
    rows = rank("county", TERMS)
    found = under_every_method(rows, CAPPED)
    assert set(found) == set(ScoreMethod)
    assert {code: (standing.score, standing.place, standing.moved)
            for code, standing in found[ScoreMethod.CAPPED].items()} == {
                row.division: (row.score, row.place, 0) for row in rows}
    # capped puts b first (its two 90s against one miss), steps put a first
    assert [row.division for row in rows][:2] == ["b", "a"]
    assert (found[ScoreMethod.STEPS]["a"].place, found[ScoreMethod.STEPS]["a"].moved) == (1, 1)
    assert (found[ScoreMethod.STEPS]["b"].place, found[ScoreMethod.STEPS]["b"].moved) == (2, -1)
    assert found[ScoreMethod.STEPS]["c"].place is None


@pytest.mark.parametrize("method", ScoreMethod)
def test_places_to_come_are_drawn_by_the_method_in_force(method: ScoreMethod) -> None:
    """Each draw scored by itself gives what the draws give together."""
    rules = ScoreRules(method)
    final = {"a": [FinalTerm("x", 2, lambda e: 1.1 + 0.1 * e),
                   FinalTerm("y", 1, lambda e: 0.9 + 0.1 * e)],
             "b": [FinalTerm("x", 2, lambda e: 1.0 + 0.1 * e),
                   FinalTerm("y", 1, lambda e: 1.0 + 0.1 * e)]}
    drawn = draw_scores(final, rules)
    errors: dict[str, list[np.ndarray]] = {"x": [], "y": []}
    draw_scores(
        {
            code: [
                FinalTerm(t.indicator, 1, lambda e, t=t: (errors[t.indicator].append(e), e)[1])
                for t in row
            ]  # type: ignore[misc]
            for code, row in final.items()
        }
    )
    for draw in (0, 7, 1999):
        terms = {code: [Term(t.indicator, t.weight,
                             float(t.completion(errors[t.indicator][row][draw:draw + 1])[0]))
                        for t in known] for row, (code, known) in enumerate(final.items())}
        assert {row.division: row.score for row in rank("county", terms, rules)} == {
            code: pytest.approx(float(drawn[row, draw])) for row, code in enumerate(final)}


def test_a_capped_certainty_is_no_certainty_with_a_bonus() -> None:
    rows = rank("county", {"a": [Term("x", 1, 1.05)], "b": [Term("x", 1, 1.1)]})
    final = {"a": [FinalTerm("x", 1, lambda e: np.full_like(e, 1.05))],
             "b": [FinalTerm("x", 1, lambda e: np.full_like(e, 1.1))]}
    assert [row.first for row in with_intervals(rows, final)] == [1.0, 1.0]
    bonus = {row.division: row.first
             for row in with_intervals(rows, final, ScoreRules(ScoreMethod.BONUS))}
    assert bonus == {"a": 0.0, "b": 1.0}


def test_the_plan_file_chooses_the_method_and_its_numbers() -> None:
    scoring = plan(ranking={"method": "efficacy", "low": 0.7, "high": 1.0}).scoring
    assert (scoring.method, scoring.low, scoring.high) == (ScoreMethod.EFFICACY, 0.7, 1.0)
    steps = plan(ranking={"method": "steps", "steps": [{"from": 1, "points": 100},
                                                       {"from": 0.5, "points": 10}]}).scoring
    assert steps.steps == ((1, 100), (0.5, 10))


@pytest.mark.parametrize(("entry", "said"), [({"method": "best"}, "method 只能是"),
                                             ({"points": 3}, "points 不认识"),
                                             ({"low": 1.1, "high": 1.1}, "应大于 low"),
                                             ({"bonus_range": 0}, "bonus_range 应大于 0"),
                                             ({"bonus": -1}, "不应小于 0"), ({"steps": []}, "至少一档"),
                                             ({"steps": [{"from": 0.9, "points": 20},
                                                         {"from": 1.0, "points": 100}]}, "从高到低")])
def test_a_wrong_setting_is_one_clear_sentence(entry: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        plan(ranking=entry)


@pytest.mark.parametrize("method", ScoreMethod)
def test_every_method_is_explained_with_its_numbers(method: ScoreMethod) -> None:
    rules = ScoreRules(method)
    assert method_words(rules)
    assert formula_words(rules).endswith("÷ Σ 权重")
    assert METHOD_NAMES[method]
    assert method_words(
        replace(rules, bonus=7.0, low=0.61, place_step=3.0, steps=((1.0, 77.0),))
    ) != method_words(rules) or (method in (ScoreMethod.CAPPED, ScoreMethod.PEER))


def test_grades_are_said_only_where_points_spread_out() -> None:
    assert [grade_words(ScoreRules(ScoreMethod.PEER), score)
            for score in (90.0, 89.9, 75.0, 74.9, None)] == ["优秀", "达标", "达标", "", ""]
    assert grade_words(CAPPED, 99.0) == ""
