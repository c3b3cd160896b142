"""A figure as of a day takes in the plan start, the end of that day, and nothing after."""

from __future__ import annotations

from tests.spec.lines import Count, whole

FOUR_DAYS = """
    | headcount | published_on |
    | 1         | 2024-12-31   |
    | 2         | 2025-01-01   |
    | 4         | 2025-06-30   |
    | 8         | 2025-07-01   |
"""


def test_the_plan_start_and_the_day_itself_are_both_included(count: Count) -> None:
    assert count(as_of="2025-06-30", job_posting=FOUR_DAYS).city("jobs_published") == whole(2 + 4)


def test_on_the_plan_start_only_that_day_counts(count: Count) -> None:
    assert count(as_of="2025-01-01", job_posting=FOUR_DAYS).city("jobs_published") == whole(2)


def test_another_plan_start_is_just_as_strict(count: Count) -> None:
    lines = count(start="2025-06-30", as_of="2025-07-01", job_posting=FOUR_DAYS)
    assert lines.city("jobs_published") == whole(4 + 8)


def test_training_counts_on_completion_whenever_enrolled(count: Count) -> None:
    lines = count(as_of="2025-06-30", training_attendance="""
        | enrolled_on | completed_on |
        | 2024-11-01  | 2024-12-31   |
        | 2024-11-01  | 2025-01-01   |
        | 2025-05-01  | 2025-06-30   |
        | 2025-05-01  | 2025-07-01   |
    """)
    assert lines.city("training_attendances") == whole(2)


def test_a_row_of_the_day_of_reading_counts_on_that_day(count: Count) -> None:
    lines = count(as_of="2026-06-30", read_on="2026-06-30", hire="""
        | matched_on |
        | 2026-06-30 |
        | 2026-07-01 |
    """)
    assert lines.city("e_agreement_share").denominator == 1
