"""Rates that start each year from zero: mediation succeeded, arbitration closed."""

from __future__ import annotations

from tests.spec.lines import Count, nothing_of, share


def test_mediation_success_is_successes_over_successes_and_failures(count: Count) -> None:
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage     | accepted_on | closed_on  | outcome |
        | mediation | 2026-02-01  | 2026-03-01 | success |
        | mediation | 2026-02-01  | 2026-03-01 | success |
        | mediation | 2026-02-01  | 2026-03-01 | failure |
    """)
    assert lines.city("mediation_success") == share(2, 3)


def test_a_withdrawn_case_is_neither_success_nor_failure(count: Count) -> None:
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage     | accepted_on | closed_on  | outcome   |
        | mediation | 2026-02-01  | 2026-03-01 | success   |
        | mediation | 2026-02-01  | 2026-03-01 | withdrawn |
        | mediation | 2026-02-01  | 2026-03-01 |           |
        | mediation | 2026-02-01  |            |           |
    """)
    assert lines.city("mediation_success") == share(1, 1)


def test_only_gig_cases_count_for_mediation(count: Count) -> None:
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage     | is_gig | accepted_on | closed_on  | outcome |
        | mediation | true   | 2026-02-01  | 2026-03-01 | failure |
        | mediation | false  | 2026-02-01  | 2026-03-01 | success |
    """)
    assert lines.city("mediation_success") == share(0, 1)


def test_mediation_counts_cases_concluded_from_new_year_to_the_day(count: Count) -> None:
    """When the case was accepted does not matter, when it was concluded does."""
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage     | accepted_on | closed_on  | outcome |
        | mediation | 2025-11-01  | 2025-12-31 | success |
        | mediation | 2025-11-01  | 2026-01-01 | success |
        | mediation | 2026-05-01  | 2026-06-30 | failure |
        | mediation | 2026-05-01  | 2026-07-01 | failure |
    """)
    assert lines.city("mediation_success") == share(1, 2)


def test_no_mediation_concluded_yet_is_no_rate_rather_than_zero(count: Count) -> None:
    lines = count(as_of="2026-01-05", dispute_case="""
        | stage     | accepted_on | closed_on  | outcome |
        | mediation | 2025-11-01  | 2025-12-31 | success |
    """)
    assert lines.city("mediation_success") == nothing_of(0, 0)


def test_arbitration_outcomes_and_arbitration_cases_say_nothing_about_mediation(
        count: Count) -> None:
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage       | accepted_on | closed_on  | outcome |
        | mediation   | 2026-02-01  | 2026-03-01 | success |
        | mediation   | 2026-02-01  | 2026-03-01 | settled |
        | arbitration | 2026-02-01  | 2026-03-01 | success |
    """)
    assert lines.city("mediation_success") == share(1, 1)


def test_arbitration_closing_takes_in_all_cases_gig_or_not(count: Count) -> None:
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage       | is_gig | accepted_on | closed_on  | outcome |
        | arbitration | true   | 2026-02-01  |            |         |
        | arbitration | false  | 2026-02-01  | 2026-03-01 | award   |
        | mediation   | true   | 2026-02-01  | 2026-03-01 | success |
    """)
    assert lines.city("arbitration_closing") == share(1, 2)


def test_arbitration_closing_counts_however_the_case_ended(count: Count) -> None:
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage       | accepted_on | closed_on  | outcome   |
        | arbitration | 2026-02-01  | 2026-03-01 | dismissed |
        | arbitration | 2026-02-01  | 2026-03-01 | withdrawn |
        | arbitration | 2026-02-01  | 2026-03-01 |           |
        | arbitration | 2026-02-01  |            |           |
    """)
    assert lines.city("arbitration_closing") == share(3, 4)


def test_cases_carried_over_from_last_year_are_to_be_closed_this_year(count: Count) -> None:
    """Carried over: accepted before 1 January and closed on or after it, or not at all."""
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage       | accepted_on | closed_on  |
        | arbitration | 2025-11-01  | 2025-12-31 |
        | arbitration | 2025-11-01  | 2026-01-01 |
        | arbitration | 2025-12-31  |            |
        | arbitration | 2026-01-01  | 2026-06-30 |
        | arbitration | 2026-06-30  | 2026-07-01 |
        | arbitration | 2026-07-01  |            |
    """)
    assert lines.city("arbitration_closing") == share(2, 2 + 2)


def test_pending_at_new_year_and_accepted_less_closed_are_the_cases_pending_now(
        count: Count) -> None:
    """By hand: of five cases three were taken into the year or accepted in it and are still open
    today.
    """
    lines = count(as_of="2026-06-30", dispute_case="""
        | stage       | accepted_on | closed_on  |
        | arbitration | 2024-05-01  | 2026-02-01 |
        | arbitration | 2025-12-31  |            |
        | arbitration | 2026-02-01  | 2026-08-01 |
        | arbitration | 2026-02-01  | 2026-04-01 |
        | arbitration | 2026-05-01  |            |
    """)
    line = lines.city("arbitration_closing")
    assert line == share(2, 5)
    assert line.denominator is not None
    assert line.numerator is not None
    assert line.denominator - line.numerator == 3


def test_each_year_starts_its_arbitration_rate_anew(count: Count) -> None:
    drawing = """
        | stage       | accepted_on | closed_on  |
        | arbitration | 2025-03-01  | 2025-06-01 |
        | arbitration | 2025-03-01  |            |
    """
    assert count(as_of="2025-12-31", dispute_case=drawing).city("arbitration_closing") == share(
        1, 2)
    assert count(as_of="2026-01-01", dispute_case=drawing).city("arbitration_closing") == share(
        0, 1)
