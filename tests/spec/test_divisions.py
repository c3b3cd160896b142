"""Where a row belongs: township before unit, successor before the merged, and two roll-ups of one
total.
"""

from __future__ import annotations

from tests.spec.lines import Count, Judge, Reconciliation, whole


def test_a_known_township_decides_the_unit(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | township_code | headcount |
        |           | 321322100     | 5         |
    """)
    assert lines.unit("jobs_published", "321322") == whole(5)
    assert lines.county("jobs_published", "321322") == whole(5)


def test_where_unit_and_township_disagree_the_township_wins(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | township_code | headcount |
        | 321302    | 321322100     | 5         |
    """)
    assert lines.unit("jobs_published", "321322") == whole(5)
    assert lines.unit("jobs_published", "321302") == whole(0)


def test_a_row_whose_unit_disagrees_is_counted_and_reported_as_a_conflict(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | unit_code | township_code |
        | 321302    | 321322100     |
        | 999999    | 321322100     |
        | 321322    | 321322100     |
    """)
    assert verdict["job_posting"] == Reconciliation(3, 3, {}, division_conflict=2)


def test_the_county_of_a_zone_township_and_the_city_code_and_null_are_no_conflict(
        judge: Judge) -> None:
    verdict = judge(job_posting="""
        | unit_code | township_code |
        | 321302    | 321371050     |
        | 321371    | 321371050     |
        | 321300    | 321371050     |
        |           | 321371050     |
    """)
    assert verdict["job_posting"] == Reconciliation(4, 4)


def test_an_excluded_row_is_no_conflict(judge: Judge) -> None:
    verdict = judge(job_posting="""
        | unit_code | township_code | headcount |
        | 321302    | 321322100     | 0         |
    """)
    assert verdict["job_posting"] == Reconciliation(1, 0, {"bad_amount": 1}, division_conflict=0)


def test_the_county_of_a_zone_with_a_township_of_the_zone_belongs_to_the_zone(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | township_code | headcount |
        | 321302    | 321371050     | 5         |
    """)
    assert lines.unit("jobs_published", "321371") == whole(5)
    assert lines.unit("jobs_published", "321302") == whole(0)


def test_an_unknown_township_with_a_known_unit_counts_at_the_unit(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | township_code | headcount |
        | 321322    | 999999999     | 5         |
    """)
    assert lines.unit("jobs_published", "321322") == whole(5)


def test_a_merged_township_counts_for_the_last_of_its_successors(count: Count) -> None:
    lines = count(
        township="""
            | township_code | unit_code | county_code | valid_to   | successor_code |
            | 321322201     | 321322    | 321322      | 2025-02-01 | 321322202      |
            | 321322202     | 321322    | 321322      | 2025-03-01 | 321302001      |
            | 321302001     | 321302    | 321302      |            |                |
        """,
        job_posting="""
            | township_code | headcount |
            | 321322201     | 5         |
        """)
    assert lines.unit("jobs_published", "321302") == whole(5)
    assert lines.unit("jobs_published", "321322") == whole(0)


def test_a_township_merged_into_a_zone_and_its_former_unit_in_the_same_county_agree(
        judge: Judge) -> None:
    """321302199 went to zone 321371, whose county is 321302: the row's unit is the county, no
    conflict.
    """
    verdict = judge(job_posting="""
        | unit_code | township_code |
        | 321302    | 321302199     |
    """)
    assert verdict["job_posting"] == Reconciliation(1, 1)


def test_a_row_with_the_city_code_counts_for_the_city_and_no_unit(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | headcount |
        | 321300    | 5         |
    """)
    assert lines.city("jobs_published") == whole(5)
    for code in ("321302", "321322", "321371"):
        assert lines.unit("jobs_published", code) == whole(0)
    for code in ("321302", "321322"):
        assert lines.county("jobs_published", code) == whole(0)


def test_an_unknown_township_with_the_city_code_counts_for_the_city(count: Count) -> None:
    lines = count(worker_account="""
        | unit_code | township_code |
        | 321300    | 999999999     |
    """)
    assert lines.city("registered_users") == whole(1)


def test_a_zone_stands_for_itself_in_one_roll_up_and_for_its_county_in_the_other(
        count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | headcount |
        | 321302    | 2         |
        | 321371    | 5         |
    """)
    assert lines.unit("jobs_published", "321371") == whole(5)
    assert lines.unit("jobs_published", "321302") == whole(2)
    assert lines.county("jobs_published", "321302") == whole(7)


def test_units_and_what_only_the_city_knows_add_up_to_the_city(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | township_code | headcount |
        | 321302    |               | 1         |
        | 321322    |               | 2         |
        | 321371    |               | 4         |
        |           | 321322103     | 8         |
        | 321300    |               | 16        |
        | 999999    |               | 32        |
    """)
    units = [lines.unit("jobs_published", code).value or 0
             for code in ("321302", "321322", "321371")]
    counties = [lines.county("jobs_published", code).value or 0 for code in ("321302", "321322")]
    assert lines.city("jobs_published") == whole(31)
    assert sum(units) == sum(counties) == 31 - 16


def test_a_dataset_without_townships_goes_by_its_unit_alone(count: Count) -> None:
    lines = count(dispute_case="""
        | unit_code | stage     | closed_on  | outcome |
        | 321371    | mediation | 2026-03-01 | success |
    """)
    assert lines.unit("mediation_success", "321371").denominator == 1
    assert lines.county("mediation_success", "321302").denominator == 1
    assert lines.county("mediation_success", "321322").denominator == 0


def test_there_is_a_line_for_every_indicator_and_division(count: Count) -> None:
    lines = count(job_posting="""
        | headcount |
        | 5         |
    """)
    places = {(rollup, code) for _, rollup, code in lines.by_key}
    assert places == {("city", "321300"), ("county", "321302"), ("county", "321322"),
                      ("managing", "321302"), ("managing", "321322"), ("managing", "321371")}
    indicators = {indicator for indicator, _, _ in lines.by_key}
    assert len({indicator for indicator in indicators if "@" not in indicator}) == 38
    # four parts of the jobs beside them: three departments' and what belongs to none
    assert len(lines.by_key) == (38 + 4) * 6
