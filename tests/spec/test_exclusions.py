"""Every row is counted or excluded for exactly one reason, the first that applies."""

from __future__ import annotations

from tests.spec.lines import Count, Judge, Reconciliation, whole


def test_a_row_without_its_date_is_missing_date(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | published_on |
        | 2025-03-01   |
        |              |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 1, {"missing_date": 1})


def test_training_without_its_date_is_not_completed_rather_than_an_error(judge: Judge) -> None:
    verdict = judge(training_attendance="""
        | enrolled_on | completed_on |
        | 2025-02-01  | 2025-03-01   |
        | 2025-02-01  |              |
    """)
    assert verdict["training_attendance"] == Reconciliation(2, 1, {"not_completed": 1})


def test_a_date_after_the_day_of_reading_is_future_date(judge: Judge) -> None:
    verdict = judge(read_on="2026-06-30", hire="""
        | matched_on |
        | 2026-06-30 |
        | 2026-07-01 |
    """)
    assert verdict["hire"] == Reconciliation(2, 1, {"future_date": 1})


def test_a_later_date_than_the_one_that_counts_the_row_may_be_in_the_future(judge: Judge) -> None:
    verdict = judge(read_on="2026-06-30", service_venue="""
        | opened_on  | closed_on  |
        | 2026-01-01 | 2026-09-01 |
    """)
    assert verdict["service_venue"] == Reconciliation(1, 1)


def test_neither_township_nor_unit_known_is_unknown_division(judge: Judge) -> None:
    verdict = judge(worker_account="""
        | unit_code | township_code |
        |           |               |
        | 999999    |               |
        |           | 999999999     |
        | 321302    |               |
    """)
    assert verdict["worker_account"] == Reconciliation(4, 1, {"unknown_division": 3})


def test_a_headcount_of_null_or_zero_or_less_is_bad_amount(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | headcount |
        |           |
        | 0         |
        | -5        |
        | 1         |
    """)
    assert verdict["job_posting"] == Reconciliation(4, 1, {"bad_amount": 3})


def test_an_amount_of_null_or_zero_or_less_is_bad_amount(judge: Judge) -> None:
    verdict = judge(fund_entry="""
        | amount |
        |        |
        | 0      |
        | -0.5   |
        | 0.5    |
    """)
    assert verdict["fund_entry"] == Reconciliation(4, 1, {"bad_amount": 3})


def test_a_category_outside_its_list_is_bad_value(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | sector  | collector   |
        | mining  | government  |
        | courier | neighbour   |
        | courier | association |
    """)
    assert verdict["job_posting"] == Reconciliation(3, 1, {"bad_value": 2})


def test_a_required_category_that_is_null_is_bad_value(judge: Judge) -> None:
    verdict = judge(dispute_case="""
        | stage       |
        |             |
        | arbitration |
    """)
    assert verdict["dispute_case"] == Reconciliation(2, 1, {"bad_value": 1})


def test_a_category_that_may_be_null_is_bad_only_when_it_says_something_unknown(
        judge: Judge) -> None:
    verdict = judge(service_venue="""
        | host         |
        |              |
        | trade_union  |
        | fire_brigade |
    """)
    assert verdict["service_venue"] == Reconciliation(3, 2, {"bad_value": 1})


def test_a_flag_that_is_null_is_bad_value(judge: Judge) -> None:
    verdict = judge(
        job_posting="""
            | employer_verified |
            |                   |
            | false             |
        """,
        training_attendance="""
            | is_gig |
            |        |
            | true   |
        """)
    assert verdict["job_posting"] == Reconciliation(2, 1, {"bad_value": 1})
    assert verdict["training_attendance"] == Reconciliation(2, 1, {"bad_value": 1})


def test_a_null_occupation_or_platform_or_name_excludes_nothing(judge: Judge) -> None:
    verdict = judge(
        job_posting="""
            | platform | occupation | employer_code |
            |          |            |               |
        """,
        service_venue="""
            | name |
            |      |
        """)
    assert verdict["job_posting"] == Reconciliation(1, 1)
    assert verdict["service_venue"] == Reconciliation(1, 1)


def test_training_that_is_not_gig_work_is_not_gig(judge: Judge) -> None:
    verdict = judge(training_attendance="""
        | is_gig |
        | true   |
        | false  |
    """)
    assert verdict["training_attendance"] == Reconciliation(2, 1, {"not_gig": 1})


def test_disputes_that_are_not_gig_work_are_kept(judge: Judge) -> None:
    verdict = judge(dispute_case="""
        | is_gig |
        | true   |
        | false  |
    """)
    assert verdict["dispute_case"] == Reconciliation(2, 2)


def test_missing_date_comes_before_every_other_reason(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | published_on | unit_code | headcount | sector |
        |              | 999999    | 0         | mining |
    """)
    assert verdict["job_posting"] == Reconciliation(1, 0, {"missing_date": 1})


def test_not_completed_comes_before_not_gig(judge: Judge) -> None:
    verdict = judge(training_attendance="""
        | completed_on | is_gig |
        |              | false  |
    """)
    assert verdict["training_attendance"] == Reconciliation(1, 0, {"not_completed": 1})


def test_future_date_comes_before_unknown_division(judge: Judge) -> None:
    verdict = judge(read_on="2026-06-30", job_posting="""
        | published_on | unit_code | headcount |
        | 2026-07-01   | 999999    | 0         |
    """)
    assert verdict["job_posting"] == Reconciliation(1, 0, {"future_date": 1})


def test_unknown_division_comes_before_bad_amount(judge: Judge) -> None:
    verdict = judge(fund_entry="""
        | unit_code | amount | kind |
        | 999999    | 0      | loan |
    """)
    assert verdict["fund_entry"] == Reconciliation(1, 0, {"unknown_division": 1})


def test_bad_amount_comes_before_bad_value(judge: Judge) -> None:
    verdict = judge(fund_entry="""
        | amount | kind |
        | 0      | loan |
    """)
    assert verdict["fund_entry"] == Reconciliation(1, 0, {"bad_amount": 1})


def test_a_row_with_a_fault_of_its_own_is_not_a_duplicate(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on | sector  |
        | E1            | 保洁       | 2025-03-01   | courier |
        | E1            | 保洁       | 2025-03-02   | mining  |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 1, {"bad_value": 1})


def test_a_row_with_a_fault_makes_no_other_row_a_duplicate(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | employer_code | occupation | published_on | sector  |
        | E1            | 保洁       | 2025-03-01   | mining  |
        | E1            | 保洁       | 2025-03-02   | courier |
    """)
    assert verdict["job_posting"] == Reconciliation(2, 1, {"bad_value": 1})


def test_duplicate_comes_before_not_gig(judge: Judge) -> None:
    verdict = judge(training_attendance="""
        | person_key | completed_on | is_gig |
        | P1         | 2025-03-01   | true   |
        | P1         | 2025-04-01   | false  |
    """)
    assert verdict["training_attendance"] == Reconciliation(2, 1, {"duplicate": 1})


def test_excluded_rows_add_nothing_to_the_figure(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | headcount | published_on | sector  |
        | 321302    | 10        | 2025-03-01   | courier |
        | 321302    | 20        |              | courier |
        | 999999    | 40        | 2025-03-01   | courier |
        | 321302    | 0         | 2025-03-01   | courier |
        | 321302    | 80        | 2025-03-01   | mining  |
    """)
    assert lines.city("jobs_published") == whole(10)


def test_every_row_read_is_counted_or_excluded_once(judge: Judge) -> None:
    verdict = judge(read_on="2026-06-30", job_posting="""
        | unit_code | headcount | published_on | sector  | employer_code | occupation |
        | 321302    | 10        | 2025-03-01   | courier | E1            | 骑手       |
        | 321302    | 10        | 2025-03-05   | courier | E1            | 骑手       |
        | 321302    | 10        |              | courier | E1            | 骑手       |
        | 321302    | 10        | 2026-07-01   | courier | E1            | 骑手       |
        | 999999    | 10        | 2025-03-01   | courier | E1            | 骑手       |
        | 321302    | 0         | 2025-03-01   | courier | E1            | 骑手       |
        | 321302    | 10        | 2025-03-01   | mining  | E1            | 骑手       |
    """)["job_posting"]
    assert verdict == Reconciliation(7, 1, {"duplicate": 1, "missing_date": 1, "future_date": 1,
                                            "unknown_division": 1, "bad_amount": 1, "bad_value": 1})
    assert verdict.counted + sum(verdict.excluded.values()) == verdict.read
