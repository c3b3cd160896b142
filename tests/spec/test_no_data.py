"""No data is a state of its own, never zero."""

from __future__ import annotations

from tests.spec.lines import NO_DATA, Count, share, whole

COVERAGE = ("tier_coverage", "county_market_coverage", "station_coverage", "window_coverage")


def test_without_a_connection_every_line_of_its_indicators_is_absent(count: Count) -> None:
    lines = count(training_attendance="""
        | completed_on |
        | 2025-03-01   |
    """)
    assert lines.city("training_attendances") == whole(1)
    for (indicator, _, _), line in lines.by_key.items():
        assert (line == NO_DATA) == (indicator != "training_attendances")


def test_a_dataset_without_a_single_row_is_no_data(count: Count) -> None:
    lines = count(job_posting="| headcount |", worker_account="""
        | unit_code |
        | 321302    |
    """)
    for indicator in ("jobs_published", "third_party_share", "sector_jobs", "dual_real_name",
                      "e_agreement_share"):
        assert lines.city(indicator) == NO_DATA
        assert lines.unit(indicator, "321302") == NO_DATA
    assert lines.city("registered_users") == whole(1)


def test_a_dataset_of_which_every_row_is_excluded_counts_zero(count: Count) -> None:
    lines = count(worker_account="""
        | unit_code |
        | 999999    |
    """)
    assert lines.city("registered_users") == whole(0)


def test_a_unit_without_rows_of_its_own_counts_zero_where_others_have_some(count: Count) -> None:
    lines = count(worker_account="""
        | unit_code |
        | 321302    |
    """)
    assert lines.unit("registered_users", "321322") == whole(0)


def test_a_table_missing_from_a_connection_is_no_data_and_its_neighbours_still_count(
        count: Count) -> None:
    lines = count(without=("hire",), job_posting="""
        | headcount |
        | 5         |
    """)
    assert lines.city("e_agreement_share") == NO_DATA
    assert lines.city("jobs_published") == whole(5)


def test_without_venues_there_is_no_coverage(count: Count) -> None:
    lines = count(service_venue="| kind |")
    for indicator in (*COVERAGE, "co_built_sites", "operated_venues"):
        assert lines.city(indicator) == NO_DATA


def test_without_a_list_of_central_villages_only_the_window_coverage_is_absent(
        count: Count) -> None:
    lines = count(central_village="| village_code |", service_venue="""
        | kind    | township_code |
        | station | 321302001     |
    """)
    assert lines.city("window_coverage") == NO_DATA
    assert lines.city("station_coverage") == share(1, 5)


def test_figures_of_a_day_before_anything_happened_are_zero_not_absent(count: Count) -> None:
    lines = count(as_of="2025-02-28", job_posting="""
        | headcount | published_on |
        | 5         | 2025-03-01   |
    """)
    assert lines.city("jobs_published") == whole(0)
    assert lines.city("third_party_share").value is None
