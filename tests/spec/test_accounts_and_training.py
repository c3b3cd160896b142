"""Stocks of accounts, and attendances: each account and each completed course once."""

from __future__ import annotations

from tests.spec.lines import Count, Judge, Reconciliation, whole


def test_users_of_before_the_plan_start_are_in_the_stock(count: Count) -> None:
    lines = count(as_of="2025-06-30", worker_account="""
        | registered_on |
        | 2020-05-01    |
        | 2025-06-30    |
        | 2025-07-01    |
    """)
    assert lines.city("registered_users") == whole(2)


def test_a_user_is_no_longer_registered_on_the_day_of_deregistration(count: Count) -> None:
    drawing = """
        | registered_on | deregistered_on |
        | 2025-02-01    |                 |
        | 2025-02-01    | 2025-05-10      |
    """
    assert count(as_of="2025-05-09", worker_account=drawing).city("registered_users") == whole(2)
    assert count(as_of="2025-05-10", worker_account=drawing).city("registered_users") == whole(1)


def test_an_account_counts_once_where_and_as_it_was_first_registered(count: Count) -> None:
    lines = count(as_of="2025-06-30", worker_account="""
        | account_id | unit_code | registered_on | deregistered_on |
        | A1         | 321322    | 2025-04-01    |                 |
        | A1         | 321302    | 2025-02-01    |                 |
    """)
    assert lines.city("registered_users") == whole(1)
    assert lines.unit("registered_users", "321302") == whole(1)
    assert lines.unit("registered_users", "321322") == whole(0)


def test_an_account_whose_first_row_was_deregistered_is_gone_whatever_later_rows_say(
        count: Count) -> None:
    lines = count(as_of="2025-06-30", worker_account="""
        | account_id | registered_on | deregistered_on |
        | A1         | 2025-02-01    | 2025-03-01      |
        | A1         | 2025-04-01    |                 |
    """)
    assert lines.city("registered_users") == whole(0)


def test_an_account_whose_first_row_is_faulty_counts_by_the_next(judge: Judge) -> None:
    verdict = judge(worker_account="""
        | account_id | unit_code | registered_on |
        | A1         | 999999    | 2025-02-01    |
        | A1         | 321302    | 2025-04-01    |
        | A1         | 321302    | 2025-05-01    |
    """)
    assert verdict["worker_account"] == Reconciliation(3, 1,
                                                       {"unknown_division": 1, "duplicate": 1})


def test_an_employer_counts_once_and_not_after_deregistration(count: Count) -> None:
    lines = count(as_of="2025-06-30", employer_account="""
        | employer_code | registered_on | deregistered_on |
        | E1            | 2024-02-01    |                 |
        | E1            | 2025-02-01    |                 |
        | E2            | 2025-02-01    | 2025-06-30      |
        | E3            | 2025-02-01    | 2025-07-01      |
    """)
    assert lines.city("registered_employers") == whole(2)


def test_attendances_are_counted_not_persons(count: Count) -> None:
    lines = count(training_attendance="""
        | person_key | occupation | level |
        | P1         | 家政       | 初级  |
        | P1         | 养老       | 初级  |
        | P1         | 家政       | 中级  |
    """)
    assert lines.city("training_attendances") == whole(3)


def test_a_course_taken_twice_counts_on_its_first_completion(count: Count) -> None:
    drawing = """
        | person_key | occupation | level | unit_code | completed_on |
        | P1         | 家政       | 初级  | 321322    | 2025-08-01   |
        | P1         | 家政       | 初级  | 321302    | 2025-03-01   |
    """
    assert count(as_of="2025-03-01", training_attendance=drawing).city(
        "training_attendances") == whole(1)
    lines = count(as_of="2025-08-01", training_attendance=drawing)
    assert lines.city("training_attendances") == whole(1)
    assert lines.unit("training_attendances", "321302") == whole(1)


def test_a_null_level_is_the_same_as_a_null_level_only(judge: Judge) -> None:
    verdict = judge(training_attendance="""
        | person_key | level | completed_on |
        | P1         |       | 2025-03-01   |
        | P1         |       | 2025-04-01   |
        | P1         | 初级  | 2025-05-01   |
    """)
    assert verdict["training_attendance"] == Reconciliation(3, 2, {"duplicate": 1})


def test_of_two_completions_on_one_day_the_smaller_attendance_id_counts(count: Count) -> None:
    lines = count(training_attendance="""
        | attendance_id | person_key | unit_code |
        | t2            | P1         | 321322    |
        | t1            | P1         | 321302    |
    """)
    assert lines.unit("training_attendances", "321302") == whole(1)
    assert lines.unit("training_attendances", "321322") == whole(0)


def test_a_course_first_completed_before_the_plan_start_does_not_count_again(count: Count) -> None:
    lines = count(training_attendance="""
        | person_key | completed_on |
        | P1         | 2024-12-31   |
        | P1         | 2025-02-01   |
        | P2         | 2025-02-01   |
    """)
    assert lines.city("training_attendances") == whole(1)


def test_an_unfinished_course_makes_no_duplicate_of_the_finished_one(judge: Judge) -> None:
    verdict = judge(training_attendance="""
        | person_key | completed_on |
        | P1         |              |
        | P1         | 2025-02-01   |
    """)
    assert verdict["training_attendance"] == Reconciliation(2, 1, {"not_completed": 1})


def test_a_course_first_taken_outside_gig_work_makes_the_later_gig_one_a_duplicate(
        judge: Judge) -> None:
    """Duplicate comes before not_gig, so the first row is known when the second is judged."""
    verdict = judge(training_attendance="""
        | person_key | completed_on | is_gig |
        | P1         | 2025-02-01   | false  |
        | P1         | 2025-03-01   | true   |
    """)
    assert verdict["training_attendance"] == Reconciliation(2, 0, {"not_gig": 1, "duplicate": 1})
