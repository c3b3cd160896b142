"""部门: drawn posts, and what each department has collected of them."""

from __future__ import annotations

from tests.spec.lines import Count, whole

FARMING, HOMES, RIDERS, REST = (f"jobs_published@{key}" for key in ("farming", "homes", "riders",
                                                                   ""))


def test_a_job_is_the_departments_whose_sector_it_is_of(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | sector           | headcount | published_on |
        | 321302    | agriculture      | 10        | 2025-01-01   |
        | 321322    | domestic         | 20        | 2025-03-01   |
        | 321322    | construction     | 7         | 2025-03-01   |
        | 321371    | instant_delivery | 5         | 2025-03-01   |
        | 321302    | courier          | 3         | 2025-03-01   |
        | 321302    | other            | 2         | 2025-03-01   |
    """)
    assert lines.city(FARMING) == whole(10)
    assert lines.city(HOMES) == whole(27)
    assert lines.city(RIDERS) == whole(5)
    assert lines.city(REST) == whole(5)
    assert lines.unit(HOMES, "321322") == whole(27)
    # the zone lies in the county
    assert lines.county(RIDERS, "321302") == whole(5)
    assert lines.unit(RIDERS, "321302") == whole(0)
    assert lines.city("jobs_published") == whole(47)


def test_a_departments_job_is_written_off_on_its_own_day(count: Count) -> None:
    drawn = """
        | unit_code | sector      | headcount | published_on | invalidated_on |
        | 321302    | agriculture | 10        | 2025-03-01   | 2025-05-02     |
        | 321302    | agriculture | 4         | 2025-03-01   |                |
        | 321302    | domestic    | 6         | 2025-03-01   | 2025-05-02     |
    """
    assert count(as_of="2025-05-01", job_posting=drawn).city(FARMING) == whole(14)
    assert count(as_of="2025-05-02", job_posting=drawn).city(FARMING) == whole(4)
    assert count(as_of="2025-05-02", job_posting=drawn).city(HOMES) == whole(0)


def test_what_counts_from_the_plans_start_counts_for_departments_alike(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | sector      | headcount | published_on | invalidated_on |
        | 321302    | agriculture | 10        | 2024-12-31   | 2025-05-02     |
        | 321302    | agriculture | 4         | 2025-01-01   |                |
    """)
    assert lines.city(FARMING) == whole(4)


def test_a_job_posted_twice_counts_once_for_its_department(count: Count) -> None:
    lines = count(job_posting="""
        | employer_code | occupation | unit_code | sector      | headcount | published_on |
        | E1            | picker     | 321302    | agriculture | 10        | 2025-03-01   |
        | E1            | picker     | 321302    | agriculture | 10        | 2025-03-15   |
        | E1            | picker     | 321302    | agriculture | 10        | 2025-04-15   |
    """)
    assert lines.city(FARMING) == whole(20)


def test_a_sector_nobody_listed_is_no_job_at_all(count: Count) -> None:
    lines = count(job_posting="""
        | unit_code | sector      | headcount | published_on |
        | 321302    | fishing     | 10        | 2025-03-01   |
        | 321302    | agriculture | 4         | 2025-03-01   |
    """)
    assert lines.city(REST) == whole(0)
    assert lines.city(FARMING) == whole(4)
    assert lines.city("jobs_published") == whole(4)


def test_without_posts_no_department_has_collected_nothing(count: Count) -> None:
    lines = count()
    assert lines.city(FARMING).value is None
    assert lines.city(REST).value is None
