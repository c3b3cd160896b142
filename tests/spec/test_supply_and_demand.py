"""撮合录用、岗位撮合率、中位撮合天数、三十天未招满岗位: drawn posts and hires and what follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.drawn import Row, filled
from tests.spec.lines import Count, share, whole

POST = date(2026, 3, 2)


def posts(count: int, headcount: int, first: date = POST, **columns: object) -> list[Row]:
    """`count` posts on as many days, each of so many heads."""
    return [filled("job_posting", {"published_on": first + timedelta(days=day),
                                   "headcount": headcount, **columns}, day)
            for day in range(count)]


def fills(lags: list[int], post: date = POST, **columns: object) -> list[Row]:
    return [filled("hire", {"published_on": post, "matched_on": post + timedelta(days=lag),
                            **columns}, number) for number, lag in enumerate(lags)]


def test_half_of_a_hundred_filled_after_so_many_days_is_the_median(count: Count) -> None:
    # 20 of 100 in the first two days, 20 in the next, 10 of the remaining 60 in days 4 to 7
    lines = count(job_posting=posts(1, 100), hire=fills([0] * 10 + [1] * 10 + [3] * 20 + [5] * 10))
    assert lines.city("days_to_fill").value == pytest.approx(8)
    assert lines.unit("days_to_fill", "321322").value is None


def test_the_median_lies_within_the_bucket_that_passes_one_half(count: Count) -> None:
    lines = count(job_posting=posts(1, 100), hire=fills([0] * 25 + [2] * 50))
    assert lines.city("days_to_fill").value == pytest.approx(2 + 2 * 0.25 / 0.5)


def test_a_written_off_post_leaves_and_is_not_filled(count: Count) -> None:
    off = posts(1, 40, invalidated_on=POST + timedelta(days=2))
    lines = count(job_posting=[*posts(1, 60), *off], hire=fills([3] * 30, POST))
    # 100 in the first two days; then the 40 are gone: 30 of the 60 that are left
    assert lines.city("days_to_fill").value == pytest.approx(4)


def test_what_is_still_open_is_not_taken_for_filled(count: Count) -> None:
    young = posts(1, 1000, date(2026, 6, 29))
    lines = count(job_posting=[*posts(1, 100), *young], hire=fills([2] * 60), as_of="2026-06-30")
    # the thousand of yesterday are at risk in the first two days only, and nobody came in those
    assert lines.city("days_to_fill").value == pytest.approx(2 + 2 * 0.5 / 0.6)


def test_fewer_than_half_is_no_number(count: Count) -> None:
    lines = count(job_posting=posts(1, 100), hire=fills([2] * 49))
    assert lines.city("days_to_fill").value is None


def test_fewer_than_thirty_at_risk_is_no_number(count: Count) -> None:
    lines = count(job_posting=posts(1, 29), hire=fills([1] * 29))
    assert lines.city("days_to_fill").value is None


def test_nothing_matched_later_is_in_an_earlier_figure(count: Count) -> None:
    rows = {"job_posting": posts(1, 100), "hire": fills([1] * 30 + [20] * 60)}
    assert count(as_of="2026-03-12", **rows).city("days_to_fill").value is None
    assert count(as_of="2026-03-12", **rows).city("jobs_filled") == whole(30)
    assert count(as_of="2026-04-30", **rows).city("days_to_fill").value == pytest.approx(
        15 + 16 * 0.2 / 0.6)


def test_a_match_before_its_post_took_no_day(count: Count) -> None:
    lines = count(job_posting=posts(1, 40), hire=fills([-5] * 30))
    assert lines.city("days_to_fill").value == pytest.approx(2 * 0.5 / 0.75)


def test_a_post_of_before_the_plan_is_filled_but_in_no_share(count: Count) -> None:
    lines = count(job_posting=posts(1, 10, date(2025, 1, 1)),
                  hire=fills([4], date(2024, 12, 31)) + fills([2], date(2025, 1, 1)))
    assert lines.city("jobs_filled") == whole(2)
    assert lines.city("fill_rate") == share(1, 10)


def test_a_refilled_post_makes_more_than_one_hundred_percent(count: Count) -> None:
    lines = count(job_posting=posts(1, 2), hire=fills([1, 5, 9]))
    assert lines.city("fill_rate").value == 1.5


def test_more_than_a_tenth_without_the_posts_day_is_no_share(count: Count) -> None:
    undated = {"published_on": None}
    nine = fills([1] * 9) + fills([1], **undated)
    assert count(job_posting=posts(1, 100), hire=nine).city("fill_rate") == share(9, 100)
    eight = fills([1] * 8) + fills([1], **undated)
    lines = count(job_posting=posts(1, 100), hire=eight)
    for code in ("fill_rate", "days_to_fill", "unfilled_jobs"):
        assert lines.city(code).value is None
    assert lines.city("jobs_filled") == whole(9)


def test_a_sector_with_too_many_hires_does_not_hide_another_ones_open_posts(count: Count) -> None:
    lines = count(as_of="2026-05-01", job_posting=posts(1, 5, sector="courier")
                  + posts(1, 3, sector="other"), hire=fills([2] * 9, sector="courier")
                  + fills([1], sector="other"))
    assert lines.city("unfilled_jobs") == whole(2)


def test_posts_are_looked_at_from_the_thirtieth_to_the_hundred_and_twentieth_day(
        count: Count) -> None:
    def left(day: date) -> float | None:
        lines = count(as_of=str(day), job_posting=posts(1, 7), hire=fills([1], date(2025, 1, 1)))
        return lines.city("unfilled_jobs").value
    assert [left(POST + timedelta(days=days)) for days in (29, 30, 120, 121)] == [0, 7, 7, 0]


def test_the_posts_heads_count_where_the_post_is_and_the_hire_where_it_is(count: Count) -> None:
    lines = count(as_of="2026-05-01", job_posting=posts(1, 5, unit_code="321302", sector="other"),
                  hire=fills([2] * 3, unit_code="321322", sector="other"))
    assert lines.unit("unfilled_jobs", "321302") == whole(5)
    assert lines.unit("unfilled_jobs", "321322") == whole(0)
    assert lines.city("unfilled_jobs") == whole(5)
