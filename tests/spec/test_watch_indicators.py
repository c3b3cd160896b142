"""The indicators the plan asks for without setting a number."""

from __future__ import annotations

import pytest

from tests.spec.lines import Count, nothing_of, share, whole


def test_co_built_sites_are_open_sites_of_the_three_partners(count: Count) -> None:
    lines = count(as_of="2026-06-30", service_venue="""
        | kind     | host              | closed_on  |
        | co_built | organisation_dept |            |
        | co_built | trade_union       |            |
        | co_built | urban_management  |            |
        | co_built | party_centre      |            |
        | co_built | other             |            |
        | co_built |                   |            |
        | co_built | trade_union       | 2026-06-30 |
        | station  | trade_union       |            |
    """)
    assert lines.city("co_built_sites") == whole(3)


def test_operated_venues_is_the_share_of_open_venues_run_by_others_than_government(
        count: Count) -> None:
    lines = count(as_of="2026-06-30", service_venue="""
        | kind          | operator   | closed_on  |
        | station       | social     |            |
        | window        | government |            |
        | county_market | government |            |
        | co_built      | social     | 2026-06-30 |
    """)
    assert lines.city("operated_venues") == share(1, 3)


def test_sector_jobs_are_all_jobs_of_all_sectors(count: Count) -> None:
    lines = count(job_posting="""
        | sector      | headcount |
        | agriculture | 1         |
        | courier     | 2         |
        | other       | 4         |
    """)
    assert lines.city("sector_jobs") == whole(7)


def test_third_parties_and_associations_both_collect_for_the_third_party_share(
        count: Count) -> None:
    lines = count(job_posting="""
        | collector   | headcount |
        | government  | 5         |
        | third_party | 2         |
        | association | 3         |
    """)
    assert lines.city("third_party_share") == share(5, 10)


def test_verified_employers_jobs_are_weighed_by_headcount_net_of_write_offs(count: Count) -> None:
    lines = count(as_of="2025-06-30", job_posting="""
        | employer_verified | headcount | invalidated_on |
        | true              | 3         |                |
        | false             | 5         |                |
        | true              | 7         | 2025-06-30     |
    """)
    assert lines.city("dual_real_name") == share(3, 8)


def test_a_worker_with_two_covers_on_the_day_counts_once_where_the_earlier_one_is(
        count: Count) -> None:
    lines = count(as_of="2025-06-30", injury_cover="""
        | person_key | unit_code | covered_from | covered_until |
        | P1         | 321322    | 2025-04-01   |               |
        | P1         | 321302    | 2025-02-01   |               |
        | P2         | 321322    | 2025-02-01   |               |
    """)
    assert lines.city("injury_cover") == whole(2)
    assert lines.unit("injury_cover", "321302") == whole(1)
    assert lines.unit("injury_cover", "321322") == whole(1)


def test_a_cover_that_has_run_out_does_not_say_where_the_worker_is(count: Count) -> None:
    drawing = """
        | person_key | unit_code | covered_from | covered_until |
        | P1         | 321302    | 2025-02-01   | 2025-05-10    |
        | P1         | 321322    | 2025-04-01   |               |
    """
    assert count(as_of="2025-05-09", injury_cover=drawing).unit("injury_cover", "321302") == whole(
        1)
    lines = count(as_of="2025-05-10", injury_cover=drawing)
    assert lines.unit("injury_cover", "321302") == whole(0)
    assert lines.unit("injury_cover", "321322") == whole(1)


def test_two_covers_of_the_same_day_are_settled_by_the_smaller_unit_code(count: Count) -> None:
    lines = count(injury_cover="""
        | person_key | unit_code | covered_from |
        | P1         | 321371    | 2025-02-01   |
        | P1         | 321322    | 2025-02-01   |
    """)
    assert lines.unit("injury_cover", "321322") == whole(1)
    assert lines.unit("injury_cover", "321371") == whole(0)


@pytest.mark.parametrize(("indicator", "dataset", "column"), [
    ("craft_certificates", "craft_certificate", "issued_on"),
    ("welfare_posts", "welfare_post", "created_on"),
    ("good_practices", "practice_report", "submitted_on"),
])
def test_certificates_posts_and_reports_are_counted_from_the_plan_start(
        count: Count, indicator: str, dataset: str, column: str) -> None:
    lines = count(as_of="2025-06-30", **{dataset: f"""
        | {column} | unit_code |
        | 2024-12-31 | 321302 |
        | 2025-01-01 | 321302 |
        | 2025-06-30 | 321371 |
        | 2025-07-01 | 321302 |
    """})
    assert lines.city(indicator) == whole(2)
    assert lines.unit(indicator, "321302") == whole(1)
    assert lines.county(indicator, "321302") == whole(2)


def test_a_welfare_post_counts_though_nobody_is_in_it_any_more(count: Count) -> None:
    lines = count(as_of="2025-06-30", welfare_post="""
        | created_on | filled_on  | vacated_on |
        | 2025-02-01 |            |            |
        | 2025-02-01 | 2025-03-01 | 2025-04-01 |
    """)
    assert lines.city("welfare_posts") == whole(2)


def test_assisted_workers_is_the_share_helped_of_those_registered_on_the_day(count: Count) -> None:
    lines = count(as_of="2025-06-30", assisted_person="""
        | registered_on | helped_on  | ended_on   |
        | 2023-02-01    | 2024-03-01 |            |
        | 2025-02-01    | 2025-06-30 |            |
        | 2025-02-01    | 2025-07-01 |            |
        | 2025-02-01    |            | 2025-07-01 |
        | 2025-02-01    | 2025-03-01 | 2025-06-30 |
        | 2025-07-01    |            |            |
    """)
    assert lines.city("assisted_workers") == share(2, 4)


def test_e_agreement_share_is_of_the_hires_matched_within_the_plan(count: Count) -> None:
    lines = count(as_of="2025-06-30", hire="""
        | matched_on | agreement_signed_on |
        | 2024-12-31 | 2025-01-05          |
        | 2025-01-01 | 2025-01-01          |
        | 2025-06-30 | 2025-07-01          |
        | 2025-06-30 |                     |
        | 2025-07-01 | 2025-07-01          |
    """)
    assert lines.city("e_agreement_share") == share(1, 3)


def test_violations_closed_is_of_those_found_within_the_plan(count: Count) -> None:
    lines = count(as_of="2025-06-30", violation="""
        | found_on   | closed_on  |
        | 2024-12-31 | 2025-01-05 |
        | 2025-01-01 | 2025-06-30 |
        | 2025-03-01 | 2025-07-01 |
        | 2025-03-01 |            |
    """)
    assert lines.city("violations_closed") == share(1, 3)


def test_transfers_answered_is_of_those_transferred_within_the_plan_whenever_found(
        count: Count) -> None:
    lines = count(as_of="2025-06-30", violation="""
        | found_on   | transferred_on | answered_on |
        | 2024-11-01 | 2024-12-31     | 2025-01-10  |
        | 2024-11-01 | 2025-01-01     | 2025-06-30  |
        | 2025-03-01 | 2025-06-30     | 2025-07-01  |
        | 2025-03-01 | 2025-04-01     |             |
        | 2025-03-01 |                |             |
    """)
    assert lines.city("transfers_answered") == share(1, 3)


def test_nothing_transferred_is_no_rate_rather_than_zero(count: Count) -> None:
    lines = count(violation="""
        | found_on   |
        | 2025-03-01 |
    """)
    assert lines.city("transfers_answered") == nothing_of(0, 0)


def test_funds_spent_is_paid_over_budgeted_and_may_pass_one(count: Count) -> None:
    lines = count(as_of="2025-06-30", fund_entry="""
        | unit_code | kind    | amount | booked_on  |
        | 321302    | budget  | 200.5  | 2025-01-01 |
        | 321302    | payment | 50.25  | 2025-06-30 |
        | 321302    | payment | 999    | 2025-07-01 |
        | 321302    | budget  | 999    | 2024-12-31 |
        | 321322    | budget  | 100    | 2025-02-01 |
        | 321322    | payment | 150    | 2025-02-01 |
    """)
    assert lines.unit("funds_spent", "321302") == share(50.25, 200.5)
    assert lines.unit("funds_spent", "321322") == share(150, 100)
    assert lines.city("funds_spent") == share(200.25, 300.5)


def test_money_paid_without_a_budget_is_no_share(count: Count) -> None:
    lines = count(fund_entry="""
        | kind    | amount |
        | payment | 50     |
    """)
    assert lines.city("funds_spent") == nothing_of(50, 0)
