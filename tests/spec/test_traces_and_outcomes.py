"""监察通报反馈率、电子协议可追溯率、帮扶后就业率: drawn rows at the limits and borders, and what
follows. Each rests on a column a city need not have.
"""

from __future__ import annotations

import pytest

from tests.drawn import Row
from tests.spec.lines import NO_DATA, Count, Judge, Reconciliation, nothing_of, share


def test_a_notice_back_counts_from_its_day_on_among_the_cases_transferred_since_the_start(
        count: Count) -> None:
    lines = count(as_of="2025-06-30", violation="""
        | unit_code | found_on   | transferred_on | answered_on | notified_back_on |
        | 321302    | 2024-12-01 | 2024-12-31     | 2025-01-02  | 2025-01-05       |
        | 321302    | 2024-12-01 | 2025-01-01     | 2025-01-02  | 2025-06-30       |
        | 321302    | 2025-03-01 | 2025-03-05     | 2025-03-06  | 2025-07-01       |
        | 321322    | 2025-03-01 | 2025-06-30     |             | 2025-05-01       |
        | 321322    | 2025-03-01 | 2025-07-01     |             | 2025-05-01       |
        | 321322    | 2025-03-01 |                |             | 2025-05-01       |
    """)
    assert lines.city("notified_back") == share(2, 3)
    assert lines.unit("notified_back", "321302") == share(1, 2)
    assert lines.unit("notified_back", "321322") == share(1, 1)
    assert lines.unit("notified_back", "321371") == nothing_of(0, 0)


def test_a_notice_of_before_the_transfer_counts_on_the_day_of_the_transfer(count: Count) -> None:
    drawn = """
        | found_on   | transferred_on | notified_back_on |
        | 2025-03-01 | 2025-03-01     |                  |
        | 2025-03-01 | 2025-03-10     | 2025-03-02       |
    """
    assert count(as_of="2025-03-09", violation=drawn).city("notified_back") == share(0, 1)
    assert count(as_of="2025-03-10", violation=drawn).city("notified_back") == share(1, 2)


def test_a_sign_for_nothing_is_no_number_of_an_agreement(count: Count) -> None:
    lines = count(as_of="2025-06-30", hire="""
        | unit_code | matched_on | agreement_signed_on | agreement_no |
        | 321302    | 2024-12-31 | 2025-01-02          | XY0          |
        | 321302    | 2025-01-01 | 2025-06-30          | XY1          |
        | 321302    | 2025-01-01 | 2025-07-01          | XY2          |
        | 321302    | 2025-03-01 | 2025-03-01          | 无           |
        | 321322    | 2025-03-01 | 2025-03-01          | /            |
        | 321322    | 2025-03-01 | 2025-03-01          |              |
        | 321322    | 2025-03-01 |                     | XY3          |
        | 321371    | 2025-03-01 | 2025-03-01          | XY1          |
    """)
    assert lines.city("traceable_agreements") == share(2, 5)
    assert lines.unit("traceable_agreements", "321302") == share(1, 2)
    assert lines.unit("traceable_agreements", "321322") == share(0, 2)
    assert lines.county("traceable_agreements", "321302") == share(2, 3)
    assert lines.city("e_agreement_share") == share(5, 7)


def test_who_was_helped_since_the_start_counts_and_has_work_from_the_day_on(count: Count) -> None:
    lines = count(as_of="2025-06-30", assisted_person="""
        | unit_code | registered_on | helped_on  | employed_on | ended_on   | measure  |
        | 321302    | 2024-06-01    | 2024-12-31 | 2025-02-01  |            | training |
        | 321302    | 2024-06-01    | 2025-01-01 | 2025-06-30  |            | training |
        | 321302    | 2024-06-01    | 2025-06-30 | 2025-07-01  |            |          |
        | 321302    | 2024-06-01    | 2025-07-01 |             |            |          |
        | 321322    | 2025-03-01    | 2025-04-01 | 2025-06-01  | 2025-05-01 | referral |
        | 321322    | 2025-03-01    | 2025-04-01 | 2025-03-20  |            | business |
        | 321322    | 2025-03-01    |            | 2025-04-01  |            |          |
    """)
    assert lines.city("employed_after_help") == share(3, 4)
    assert lines.unit("employed_after_help", "321302") == share(1, 2)
    assert lines.unit("employed_after_help", "321322") == share(2, 2)


def test_work_of_before_the_help_counts_with_the_help(count: Count) -> None:
    drawn = """
        | registered_on | helped_on  | employed_on |
        | 2025-01-05    | 2025-02-01 | 2025-02-01  |
        | 2025-01-05    | 2025-04-01 | 2025-03-20  |
    """
    assert count(as_of="2025-03-31", assisted_person=drawn).city("employed_after_help") == share(
        1, 1)
    assert count(as_of="2025-04-01", assisted_person=drawn).city("employed_after_help") == share(
        2, 2)


def test_a_measure_no_list_has_leaves_the_row_out_and_none_does_not(judge: Judge) -> None:
    assert judge(assisted_person="""
        | person_key | measure      |
        | P1         | welfare_post |
        | P2         |              |
        | P3         | loan         |
    """)["assisted_person"] == Reconciliation(3, 2, {"bad_value": 1})


@pytest.mark.parametrize(("indicator", "dataset", "without", "one_more"), [
    ("notified_back", "violation", "| transferred_on |\n| 2025-03-05 |",
     "| transferred_on | notified_back_on |\n| 2025-03-05 | |\n| 2024-03-05 | 2024-03-06 |"),
    ("traceable_agreements", "hire", "| agreement_signed_on |\n| 2025-03-05 |",
     "| matched_on | agreement_signed_on | agreement_no |\n| 2025-03-01 | 2025-03-05 | |\n"
     "| 2024-03-01 | 2024-03-05 | XY1 |"),
    ("employed_after_help", "assisted_person", "| helped_on |\n| 2025-03-05 |",
     "| registered_on | helped_on | employed_on |\n| 2025-03-01 | 2025-03-05 | |\n"
     "| 2024-03-01 | 2024-03-05 | 2024-03-09 |")])
def test_a_column_in_no_row_gives_no_figure_and_in_any_row_a_zero(
        count: Count, indicator: str, dataset: str, without: str, one_more: str) -> None:
    never: dict[str, str | list[Row]] = {dataset: without}
    assert count(**never).city(indicator) == NO_DATA
    once: dict[str, str | list[Row]] = {dataset: one_more}
    assert count(**once).city(indicator) == share(0, 1)
