"""What is said beside a place: how a score adds up, and how sure the place is."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.ranking.ranking import Ranking, Term, rank
from kpi.sentences.places import (
    certainty_words,
    moved_words,
    place_title,
    score_parts,
    still_early,
)
from tests.kpi.hand import plan


def row(place: int | None, between: tuple[int, int] | None = None, first: float | None = None,
        previous: int | None = None) -> Ranking:
    return Ranking("county", f"u{place}", 90.0, 95.0, place, (), between, first, previous)


def test_the_parts_add_up_to_the_score_over_the_weight_present() -> None:
    """(2·100 + 1·50) ÷ 3 = 83.33; the third term is left out with its weight."""
    (found,) = rank("county", {"a": [Term("x", 2, 1.2), Term("y", 1, 0.5), Term("z", 1, None)]})
    parts = score_parts(found)
    assert [part.points for part in parts] == [pytest.approx(66.667, abs=1e-3),
                                               pytest.approx(16.667, abs=1e-3), None]
    assert sum(part.points or 0.0 for part in parts) == pytest.approx(found.score)


def test_a_place_is_no_different_from_the_next_better_one_within_its_range() -> None:
    rows = [row(1, (1, 1), 0.97), row(2, (2, 3), 0.03), row(3, (2, 3), 0.0), row(4, (4, 4), 0.0)]
    assert [certainty_words(one, rows) for one in rows] == ["领先可能性超过95%", "可能被赶超", "与第2位无显著差异",
                                                            "位次较稳"]
    assert certainty_words(row(1, (1, 2), 0.45), rows) == "领先不明显"
    assert certainty_words(rows[0], rows, early=True) == "领先可能性超过90%"
    assert certainty_words(row(None), rows) == "可计入的指标权重不足60%"


@pytest.mark.parametrize(("day", "early"), [(date(2025, 6, 30), True), (date(2025, 7, 1), False)])
def test_half_a_year_is_early(day: date, early: bool) -> None:
    """1 July is the 182nd day of a plan that begins with the year."""
    assert still_early(plan(), day) is early


def test_shared_places_say_so_and_changes_have_shape_and_word() -> None:
    rows = [row(1), row(2), row(2)]
    assert [place_title(one, rows) for one in rows] == ["1", "并列2", "并列2"]
    assert [moved_words(one) for one in (row(2, previous=4), row(4, previous=3), row(1, previous=1),
                                         row(1), row(None))] == [
                                             "▲ 升2位", "▼ 降1位", "＝ 持平", "○ 上月未排名", "—"]
