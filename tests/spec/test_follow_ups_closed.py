"""议定事项办结率: of the joint meeting's items due by the day, those reported by their due date and
closed.
"""

from __future__ import annotations

from tests.spec.lines import NO_DATA, Count, nothing_of, share

ITEMS = """
    | number | division | due        |
    | 1      | 321302   | 2026-03-31 |
    | 2      | 321302   | 2026-03-31 |
    | 3      | 321322   | 2026-03-31 |
"""


def test_without_an_item_there_is_no_rate(count: Count) -> None:
    lines = count(job_posting="""
        | headcount |
        | 5         |
    """)
    assert lines.city("follow_ups_closed") == NO_DATA
    assert lines.unit("follow_ups_closed", "321302") == NO_DATA


def test_before_any_item_is_due_there_is_no_rate(count: Count) -> None:
    lines = count(as_of="2026-03-30", follow_up=ITEMS, follow_up_event="""
        | number | day        | kind   |
        | 1      | 2026-01-15 | raised |
        | 1      | 2026-01-20 | closed |
        | 2      | 2026-01-15 | raised |
        | 3      | 2026-01-15 | raised |
    """)
    assert lines.city("follow_ups_closed") == nothing_of(0, 0)


def test_an_item_counts_as_closed_on_time_by_the_day_it_was_reported(count: Count) -> None:
    """1 was reported on its last day and checked later, 2 was reported a day late, 3 was never
    closed.
    """
    lines = count(as_of="2026-04-10", follow_up=ITEMS, follow_up_event="""
        | number | day        | kind     |
        | 1      | 2026-01-15 | raised   |
        | 1      | 2026-01-16 | assigned |
        | 1      | 2026-03-31 | done     |
        | 1      | 2026-04-10 | closed   |
        | 2      | 2026-01-15 | raised   |
        | 2      | 2026-01-16 | assigned |
        | 2      | 2026-04-01 | done     |
        | 2      | 2026-04-02 | closed   |
        | 3      | 2026-01-15 | raised   |
        | 3      | 2026-01-16 | assigned |
        | 3      | 2026-03-31 | done     |
    """)
    assert lines.city("follow_ups_closed") == share(1, 3)
    assert lines.county("follow_ups_closed", "321302") == share(1, 2)
    assert lines.unit("follow_ups_closed", "321302") == share(1, 2)
    assert lines.county("follow_ups_closed", "321322") == share(0, 1)
    assert lines.unit("follow_ups_closed", "321371") == nothing_of(0, 0)


def test_a_past_rate_never_changes_because_of_what_happened_later(count: Count) -> None:
    events = """
        | number | day        | kind     | due        |
        | 1      | 2026-01-15 | raised   |            |
        | 1      | 2026-01-16 | assigned |            |
        | 2      | 2026-01-15 | raised   |            |
        | 2      | 2026-01-16 | assigned |            |
        | 3      | 2026-01-15 | raised   |            |
        | 3      | 2026-01-16 | assigned |            |
        | 3      | 2026-03-20 | done     |            |
        | 3      | 2026-03-25 | closed   |            |
        | 1      | 2026-04-05 | extended | 2026-05-31 |
        | 3      | 2026-04-20 | reopened |            |
        | 1      | 2026-05-20 | done     |            |
        | 1      | 2026-05-22 | closed   |            |
    """
    def city(day: str) -> object:
        return count(as_of=day, follow_up=ITEMS, follow_up_event=events).city("follow_ups_closed")
    assert city("2026-03-31") == share(1, 3)
    assert city("2026-04-05") == share(1, 2)  # 1 is no longer due
    assert city("2026-04-20") == share(0, 2)  # 3 came back
    assert city("2026-05-30") == share(0, 2)
    assert city("2026-05-31") == share(1, 3)  # 1 was closed before its new due date


def test_an_item_of_a_zone_counts_for_the_zone_and_its_county(count: Count) -> None:
    lines = count(as_of="2026-04-10", follow_up="""
        | number | rollup   | division | due        |
        | 1      | managing | 321371   | 2026-03-31 |
        | 2      | city     | 321300   | 2026-03-31 |
    """, follow_up_event="""
        | number | day        | kind   |
        | 1      | 2026-01-15 | raised |
        | 1      | 2026-03-01 | closed |
        | 2      | 2026-01-15 | raised |
    """)
    assert lines.city("follow_ups_closed") == share(1, 2)
    assert lines.county("follow_ups_closed", "321302") == share(1, 1)
    assert lines.unit("follow_ups_closed", "321371") == share(1, 1)
    assert lines.unit("follow_ups_closed", "321302") == nothing_of(0, 0)


JOBS = """
    | unit_code | headcount | published_on | invalidated_on |
    | 321302    | 60        | 2026-02-01   |                |
    | 321302    | 40        | 2026-03-10   | 2026-04-20     |
"""
TIED = """
    | number | division | due        | indicator      | expected |
    | 1      | 321302   | 2026-03-15 | jobs_published | 100      |
"""
REPORTED = """
    | number | day        | kind     |
    | 1      | 2026-01-15 | raised   |
    | 1      | 2026-01-16 | assigned |
    | 1      | 2026-03-05 | done     |
"""


def test_an_item_tied_to_an_indicator_is_closed_by_the_data_and_reopened_by_it(
        count: Count) -> None:
    """The hundredth job came on 10 March: fourteen days of it end on 23 March. On 20 April forty
    were written off.
    """
    def city(day: str) -> object:
        return count(as_of=day, job_posting=JOBS, follow_up=TIED, follow_up_event=REPORTED).city(
            "follow_ups_closed")
    assert city("2026-03-14") == nothing_of(0, 0)
    assert city("2026-03-22") == share(0, 1)
    assert city("2026-03-23") == share(1, 1)
    assert city("2026-04-19") == share(1, 1)
    assert city("2026-04-20") == share(0, 1)


def test_data_that_holds_closes_nothing_that_was_not_reported(count: Count) -> None:
    lines = count(as_of="2026-04-10", job_posting=JOBS, follow_up=TIED, follow_up_event="""
        | number | day        | kind     |
        | 1      | 2026-01-15 | raised   |
        | 1      | 2026-01-16 | assigned |
    """)
    assert lines.city("follow_ups_closed") == share(0, 1)
