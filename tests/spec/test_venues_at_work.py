"""载体服务人次、岗位推送人次、有效运行载体率: drawn services and what follows."""

from __future__ import annotations

import pytest

from tests.naive import NaiveLine
from tests.spec.lines import Count, share, whole

VENUES = """
    | venue_id | unit_code | opened_on  | closed_on  |
    | A        | 321302    | 2025-01-01 |            |
    | B        | 321302    | 2025-01-01 | 2026-06-30 |
    | C        | 321322    | 2026-06-30 |            |
"""


def services(*rows: str) -> str:
    return "\n".join(["| venue_id | unit_code | served_on | kind | persons |", *rows])


def test_persons_add_up_and_pushes_are_a_part_of_them(count: Count) -> None:
    lines = count(service_venue=VENUES, venue_service=services(
        "| A | 321302 | 2025-01-01 | push | 30 |", "| A | 321302 | 2026-06-30 | match | 4 |",
        "| A | 321302 | 2024-12-31 | push | 8 |", "| A | 321302 | 2026-07-01 | push | 8 |"))
    assert lines.city("venue_services") == whole(34)
    assert lines.city("jobs_pushed") == whole(30)


@pytest.mark.parametrize(("day", "active"), [("2026-06-30", 1), ("2026-04-02", 1),
                                             ("2026-04-01", 0)])
def test_ninety_days_include_the_day_itself(count: Count, day: str, active: int) -> None:
    lines = count(service_venue=VENUES,
                  venue_service=services(f"| A | 321302 | {day} | consult | 1 |"))
    assert lines.unit("active_venues", "321302") == share(active, 1)


def test_a_unit_that_keeps_no_records_is_not_applicable_and_not_in_the_citys_share(
        count: Count) -> None:
    lines = count(service_venue=VENUES,
                  venue_service=services("| A | 321302 | 2026-06-01 | consult | 1 |"))
    assert lines.unit("active_venues", "321322") == NaiveLine(None, 0, 0)
    assert lines.city("active_venues") == share(1, 1)


def test_a_unit_keeps_records_even_where_they_name_no_venue(count: Count) -> None:
    lines = count(service_venue=VENUES,
                  venue_service=services("|  | 321322 | 2026-06-01 | consult | 1 |",
                                         "| A | 321302 | 2026-06-01 | consult | 1 |"))
    assert lines.city("active_venues") == share(1, 2)


def test_without_the_table_nothing_is_known(count: Count) -> None:
    lines = count(service_venue=VENUES, without=("venue_service",))
    for code in ("venue_services", "jobs_pushed", "active_venues"):
        assert lines.city(code).value is None
    assert lines.city("operated_venues").denominator == 2
