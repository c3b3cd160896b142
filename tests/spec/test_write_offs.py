"""A posting found false is taken away on the day it is found out, so that past reports stay as they
were.
"""

from __future__ import annotations

from tests.spec.lines import Count, nothing_of, share, whole

LATER_FOUND_FALSE = """
    | headcount | published_on | invalidated_on |
    | 10        | 2025-03-01   |                |
    | 4         | 2025-03-15   | 2025-05-10     |
"""


def test_a_posting_later_found_false_still_counts_in_the_month_before(count: Count) -> None:
    assert count(as_of="2025-04-30", job_posting=LATER_FOUND_FALSE).city("jobs_published") == whole(
        14)


def test_a_posting_still_counts_the_day_before_it_is_invalidated(count: Count) -> None:
    assert count(as_of="2025-05-09", job_posting=LATER_FOUND_FALSE).city("jobs_published") == whole(
        14)


def test_a_posting_is_taken_away_on_the_day_it_is_invalidated(count: Count) -> None:
    assert count(as_of="2025-05-10", job_posting=LATER_FOUND_FALSE).city("jobs_published") == whole(
        10)


def test_a_posting_invalidated_before_it_was_published_goes_on_the_day_of_publishing(
        count: Count) -> None:
    drawing = """
        | headcount | published_on | invalidated_on |
        | 10        | 2025-03-01   |                |
        | 4         | 2025-03-15   | 2025-03-10     |
    """
    assert count(as_of="2025-03-12", job_posting=drawing).city("jobs_published") == whole(10)
    assert count(as_of="2025-03-15", job_posting=drawing).city("jobs_published") == whole(10)


def test_a_posting_before_the_plan_start_takes_nothing_away_when_invalidated_later(
        count: Count) -> None:
    lines = count(as_of="2025-06-30", job_posting="""
        | headcount | published_on | invalidated_on |
        | 10        | 2025-03-01   |                |
        | 4         | 2024-12-15   | 2025-02-10     |
    """)
    assert lines.city("jobs_published") == whole(10)


def test_a_past_month_reads_the_same_before_and_after_the_posting_was_found_false(
        count: Count) -> None:
    """The clerk had no invalidation in April; the same report run again in June has it, and says
    the same.
    """
    in_april = count(as_of="2025-03-31", read_on="2025-04-01", job_posting="""
        | headcount | published_on | invalidated_on |
        | 4         | 2025-03-15   |                |
    """)
    in_june = count(as_of="2025-03-31", read_on="2025-06-01", job_posting="""
        | headcount | published_on | invalidated_on |
        | 4         | 2025-03-15   | 2025-05-10     |
    """)
    assert in_april.city("jobs_published") == in_june.city("jobs_published") == whole(4)


def test_a_write_off_takes_away_in_both_parts_of_the_third_party_share(count: Count) -> None:
    lines = count(as_of="2025-06-30", job_posting="""
        | headcount | published_on | invalidated_on | collector   |
        | 6         | 2025-03-01   |                | government  |
        | 3         | 2025-03-01   |                | third_party |
        | 5         | 2025-03-01   | 2025-04-01     | third_party |
    """)
    assert lines.city("third_party_share") == share(3, 9)


def test_where_everything_was_written_off_there_is_no_share(count: Count) -> None:
    lines = count(as_of="2025-06-30", job_posting="""
        | headcount | published_on | invalidated_on | collector   |
        | 5         | 2025-03-01   | 2025-04-01     | third_party |
    """)
    assert lines.city("jobs_published") == whole(0)
    assert lines.city("third_party_share") == nothing_of(0, 0)


def test_a_write_off_belongs_to_the_unit_of_its_posting(count: Count) -> None:
    lines = count(as_of="2025-06-30", job_posting="""
        | headcount | published_on | invalidated_on | unit_code |
        | 6         | 2025-03-01   |                | 321302    |
        | 5         | 2025-03-01   | 2025-04-01     | 321322    |
    """)
    assert lines.unit("jobs_published", "321302") == whole(6)
    assert lines.unit("jobs_published", "321322") == whole(0)
