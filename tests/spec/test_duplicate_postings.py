"""The same employer asking for the same occupation in the same place again within thirty days."""

from __future__ import annotations

from tests.spec.lines import Count, Judge, Reconciliation, whole


def test_a_posting_thirty_days_after_the_previous_is_a_duplicate(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on |
        | E1            | 保洁       | 2025-03-01   |
        | E1            | 保洁       | 2025-03-31   |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 1, {"duplicate": 1})


def test_a_posting_thirty_one_days_after_the_previous_counts(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on |
        | E1            | 保洁       | 2025-03-01   |
        | E1            | 保洁       | 2025-04-01   |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 2)


def test_the_previous_row_is_the_one_before_even_if_that_is_a_duplicate(judge: Judge) -> None:
    """Forty days lie between the first and the third, but only twenty between the second and the
    third.
    """
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on |
        | E1            | 保洁       | 2025-03-01   |
        | E1            | 保洁       | 2025-03-21   |
        | E1            | 保洁       | 2025-04-10   |
    """)
    assert verdict["job_posting"] == Reconciliation(3, 1, {"duplicate": 2})


def test_the_order_of_the_rows_in_the_table_does_not_matter(count: Count) -> None:
    lines = count(job_posting="""
        | posting_id | employer_code | occupation | published_on | headcount |
        | p1         | E1            | 保洁       | 2025-03-20   | 7         |
        | p2         | E1            | 保洁       | 2025-03-01   | 4         |
    """)
    assert lines.city("jobs_published") == whole(4)


def test_of_two_postings_on_one_day_the_smaller_posting_id_counts(count: Count) -> None:
    lines = count(job_posting="""
        | posting_id | employer_code | occupation | published_on | headcount |
        | p2         | E1            | 保洁       | 2025-03-01   | 7         |
        | p1         | E1            | 保洁       | 2025-03-01   | 4         |
    """)
    assert lines.city("jobs_published") == whole(4)


def test_posting_ids_are_compared_as_text(count: Count) -> None:
    lines = count(job_posting="""
        | posting_id | employer_code | occupation | published_on | headcount |
        | p9         | E1            | 保洁       | 2025-03-01   | 7         |
        | p10        | E1            | 保洁       | 2025-03-01   | 4         |
    """)
    assert lines.city("jobs_published") == whole(4)


def test_another_platform_or_collector_or_sector_or_headcount_does_not_save_a_duplicate(
        judge: Judge) -> None:
    verdict = judge(
        job_posting="""
        | employer_code | occupation | published_on | platform | collector   | sector   | headcount |
        | E1            | 保洁       | 2025-03-01   | 速找活   | government  | domestic | 5         |
        | E1            | 保洁       | 2025-03-02   | 某平台   | third_party | other    | 9         |
    """
    )
    assert verdict["job_posting"] == Reconciliation(2, 1, {"duplicate": 1})


def test_another_employer_or_occupation_is_no_duplicate(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on |
        | E1            | 保洁       | 2025-03-01   |
        | E2            | 保洁       | 2025-03-02   |
        | E1            | 月嫂       | 2025-03-03   |
    """)
    assert verdict["job_posting"] == Reconciliation(3, 3)


def test_a_null_employer_never_makes_a_duplicate(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on |
        |               | 保洁       | 2025-03-01   |
        |               | 保洁       | 2025-03-01   |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 2)


def test_a_null_occupation_never_makes_a_duplicate(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on |
        | E1            |            | 2025-03-01   |
        | E1            |            | 2025-03-01   |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 2)


def test_another_township_of_the_same_unit_is_no_duplicate(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on | unit_code | township_code |
        | E1            | 保洁       | 2025-03-01   | 321302    | 321302001     |
        | E1            | 保洁       | 2025-03-02   | 321302    | 321302100     |
        | E1            | 保洁       | 2025-03-03   | 321302    |               |
    """)
    assert verdict["job_posting"] == Reconciliation(3, 3)


def test_a_merged_township_and_its_successor_are_one_place(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on | township_code |
        | E1            | 保洁       | 2025-03-01   | 321322101     |
        | E1            | 保洁       | 2025-03-02   | 321322100     |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 1, {"duplicate": 1})


def test_where_the_township_is_unknown_the_unit_is_the_place(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on | unit_code | township_code |
        | E1            | 保洁       | 2025-03-01   | 321302    | 999999999     |
        | E1            | 保洁       | 2025-03-02   | 321302    |               |
        | E1            | 保洁       | 2025-03-03   | 321322    |               |
    """)
    assert verdict["job_posting"] == Reconciliation(3, 2, {"duplicate": 1})


def test_the_city_is_a_place_of_its_own(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on | unit_code |
        | E1            | 保洁       | 2025-03-01   | 321300    |
        | E1            | 保洁       | 2025-03-02   | 321300    |
        | E1            | 保洁       | 2025-03-03   | 321302    |
    """)
    assert verdict["job_posting"] == Reconciliation(3, 2, {"duplicate": 1})


def test_a_posting_before_the_plan_start_makes_the_next_one_a_duplicate(count: Count) -> None:
    lines = count(start="2025-01-01", job_posting="""
        | employer_code | occupation | published_on |
        | E1            | 保洁       | 2024-12-20   |
        | E1            | 保洁       | 2025-01-10   |
    """)
    assert lines.city("jobs_published") == whole(0)


def test_a_posting_written_off_still_makes_the_next_one_a_duplicate(count: Count) -> None:
    lines = count(job_posting="""
        | employer_code | occupation | published_on | invalidated_on |
        | E1            | 保洁       | 2025-03-01   | 2025-03-02     |
        | E1            | 保洁       | 2025-03-10   |                |
    """)
    assert lines.city("jobs_published") == whole(0)
