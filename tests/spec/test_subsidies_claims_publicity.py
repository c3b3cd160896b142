"""培训补贴发放、职业伤害认定办结率、政策宣传覆盖: drawn payments, claims and activities, and what
follows.
"""

from __future__ import annotations

import pytest

from tests.drawn import Row
from tests.spec.lines import (
    NO_DATA,
    Count,
    Judge,
    Reconciliation,
    nothing_of,
    share,
    whole,
)


def test_subsidies_add_up_to_the_cent_from_the_plans_start_to_the_day(count: Count) -> None:
    lines = count(as_of="2025-06-30", training_subsidy="""
        | unit_code | kind        | amount  | paid_on    |
        | 321302    | training    | 999     | 2024-12-31 |
        | 321302    | training    | 1500.25 | 2025-01-01 |
        | 321302    | certificate | 0.5     | 2025-06-30 |
        | 321322    |             | 200     | 2025-03-01 |
        | 321322    | living      | 999     | 2025-07-01 |
    """)
    assert lines.city("training_subsidies") == whole(1700.75)
    assert lines.unit("training_subsidies", "321302") == whole(1500.75)
    assert lines.unit("training_subsidies", "321322") == whole(200)
    assert lines.unit("training_subsidies", "321371") == whole(0)


def test_a_payment_of_a_million_counts_and_more_is_taken_for_a_slip(count: Count,
                                                                     judge: Judge) -> None:
    drawn = """
        | unit_code | amount    | paid_on    |
        | 321302    | 1000000   | 2025-03-01 |
        | 321302    | 1000000.5 | 2025-03-01 |
        | 321302    | 0         | 2025-03-01 |
    """
    assert judge(training_subsidy=drawn)["training_subsidy"] == Reconciliation(
        3, 1, {"bad_amount": 2})
    assert count(training_subsidy=drawn).unit("training_subsidies", "321302") == whole(1_000_000)


def test_a_claim_is_decided_by_the_day_of_its_decision_and_not_before_it_was_filed(
        count: Count) -> None:
    lines = count(as_of="2025-06-30", injury_claim="""
        | unit_code | filed_on   | decided_on | decision  |
        | 321302    | 2024-12-31 | 2025-01-05 | confirmed |
        | 321302    | 2025-01-01 | 2025-06-30 | confirmed |
        | 321302    | 2025-01-01 | 2025-07-01 | confirmed |
        | 321322    | 2025-05-01 | 2025-04-01 | rejected  |
        | 321322    | 2025-05-01 |            |           |
        | 321322    | 2025-07-01 | 2025-06-01 | rejected  |
    """)
    assert lines.city("injury_claims_decided") == share(2, 4)
    assert lines.unit("injury_claims_decided", "321302") == share(1, 2)
    assert lines.unit("injury_claims_decided", "321322") == share(1, 2)
    assert lines.unit("injury_claims_decided", "321371") == nothing_of(0, 0)


def test_a_rejected_claim_is_decided_as_much_as_a_confirmed_one(count: Count) -> None:
    lines = count(injury_claim="""
        | filed_on   | decided_on | decision  |
        | 2025-03-01 | 2025-03-02 | rejected  |
        | 2025-03-01 | 2025-03-02 | confirmed |
        | 2025-03-01 | 2025-03-02 |           |
        | 2025-03-01 |            | confirmed |
    """)
    assert lines.city("injury_claims_decided") == share(3, 4)


def test_an_activity_of_the_whole_city_counts_for_the_city_alone(count: Count) -> None:
    lines = count(as_of="2025-06-30", publicity="""
        | unit_code | kind     | reach | held_on    |
        | 321300    | media    | 900   | 2025-06-30 |
        | 321302    | lecture  | 60    | 2025-01-01 |
        | 321371    | material | 7     | 2025-02-01 |
        | 321302    | site     | 5     | 2024-12-31 |
        | 321302    | site     | 5     | 2025-07-01 |
    """)
    assert lines.city("publicity_reach") == whole(967)
    assert lines.unit("publicity_reach", "321302") == whole(60)
    # the development zone lies in the county of the same name
    assert lines.county("publicity_reach", "321302") == whole(67)


def test_an_activity_that_reaches_five_million_counts_and_more_is_taken_for_a_slip(
        judge: Judge) -> None:
    assert judge(publicity="""
        | unit_code | kind  | reach   |
        | 321302    | media | 5000000 |
        | 321302    | media | 5000001 |
        | 321302    | radio | 10      |
        | 321302    |       | 10      |
        | 999999    | media | 10      |
    """)["publicity"] == Reconciliation(5, 1, {"bad_amount": 1, "bad_value": 2,
                                               "unknown_division": 1})


@pytest.mark.parametrize(("dataset", "day", "indicator"), [
    ("training_subsidy", "paid_on", "training_subsidies"),
    ("injury_claim", "filed_on", "injury_claims_decided"),
    ("publicity", "held_on", "publicity_reach")])
def test_without_the_table_there_is_no_figure_where_rows_of_before_the_plan_are_none_yet(
        count: Count, dataset: str, day: str, indicator: str) -> None:
    # a table of the same connection is there all the time
    other = {"training_subsidy": "training_attendance", "injury_claim": "injury_cover",
             "publicity": "practice_report"}[dataset]
    drawn: dict[str, str | list[Row]] = {other: []}
    missing = count(without=(dataset,), **drawn)
    assert missing.city(indicator) == NO_DATA
    drawn = {dataset: f"| {day} |\n| 2024-12-31 |"}
    assert count(**drawn).city(indicator).numerator == 0
